"""Journal: the append-only record of every change, and the outbox of what follows from it.

Knows: who did what to which thing, for whom, when and why.
Owns: ``journal_entry`` (one hash chain per thing), ``journal_text`` (what an entry says, beside the chain, so
    that it can be erased while the chain still verifies), ``journal_root`` (an hourly hash over the heads of
    the chains), ``journal_root_head`` (which heads those are), ``outbox_message``, ``recorded_read`` (who
    read what is confidential).
Asks: database, clock, caller.
Tells: rooms that listen, through the outbox, at least once.
Never: holds a secret; decides who may read (the room whose thing it is does).
"""
