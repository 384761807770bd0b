"""Jobs: long work that survives a crash, on DBOS.

Knows: how a job is queued, retried after a kill, cancelled; how the outbox is worked off.
Owns: no tables of its own; DBOS keeps a store beside the database.
Asks: journal (the outbox), database, settings.
Tells: nothing.
Never: holds a transaction while a job computes.
"""
