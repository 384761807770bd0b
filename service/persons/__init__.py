"""Persons: what is kept about somebody, and what they may ask for: a copy, a correction, a pause, an end.

Knows: which column of which table says something of a person, what for, how long, and what erasing
    does to it.
Owns: ``person_request`` (corrections that somebody else has to make).
Asks: all rooms below, each for what it holds of a person; access and offers to pause and end.
Tells: ``person-data.exported``, ``person-data.corrected``, ``account.erased`` of ``account:account_…``;
    ``request.asked``, ``request.settled`` of ``request:request_…``. The rooms below tell of their own:
    ``account.restricted``, ``offer.restricted``, ``offer.person-erased`` and the like.
Never: shows one person what is kept of another; leaves a name or an address anywhere when it erases; breaks a
    chain of the journal (what an entry says lies beside it). What has to stay, decisions and consents, stays
    under an id that leads to nobody.
"""
