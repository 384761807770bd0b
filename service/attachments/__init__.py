"""Attachments: files that belong to a need, an offer or a message.

Knows: what a file is by what it holds, how large it is, whose it is, and whether it was withdrawn.
Owns: ``attachment``, ``attachment_chunk`` (what a file holds, in pieces, so that one transaction, one backup
    and one erasure reach it).
Asks: journal, clock, settings; the rooms above, through ``holders.py``, who may see, add and withdraw.
Tells: ``<kind of thing>.file-attached``, ``<kind of thing>.file-withdrawn`` under the thing's own subject.
Never: decides who may see a file: it has the level of its thing; believes a name or what a browser says of
    a type; lets a browser show a file within a page of ours; puts a file's name into the journal.
"""
