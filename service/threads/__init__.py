"""Threads: what the sides of a need or of a proposal say to each other, each message to chosen readers.

Knows: questions, answers, promises and a desk's own notes; who wrote them, and who may read them.
Owns: ``thread_message``, ``thread_reader``.
Asks: access, attachments, journal, clock; the rooms above, through ``circles.py``, who takes part.
Tells: ``<kind of thing>.message-written``, ``<kind of thing>.message-retracted``,
    ``<kind of thing>.promise-kept``, of the message (``message:<id>``) and never of its thing: its journal is
    read by more people than the message.
Never: shows a message to anybody but its author's side and the readers that were chosen; lets a provider
    learn of another one; changes a message that was written; puts what it says into the journal.
"""
