"""Web: what both doors share.

Knows: how a request becomes a transaction and a caller, how a refusal is told, how lists are paged.
Owns: no tables.
Asks: settings, errors, caller, database.
Tells: nothing.
Never: decides who may do what; the rooms do.
"""
