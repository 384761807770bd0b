"""Audit: the journal of a thing in plain words, and the check of all that the journal holds.

Knows: in which room the journal of each kind of thing is read, and for whom; events in words; by which
    office something was done.
Owns: no tables.
Asks: the room whose thing it is, as the caller; access for offices; journal for chains and roots.
Tells: nothing.
Never: shows the journal of a thing to somebody whom its room does not show it to; names people where their
    office says enough.
"""
