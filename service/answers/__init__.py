"""Answers: what was answered to a request with a key, so that sent again it is answered and not done again.

Knows: which key a caller may use, whether a request is the one that the key was first used for, and how long
    an answer is kept.
Owns: ``kept_answer``.
Asks: database, keys, settings.
Tells: nothing; an answer is kept in the transaction of the change that it tells of.
Never: gives an answer to somebody else, or lets one be read from the table: the caller's key seals it.
"""
