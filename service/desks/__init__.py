"""Desks: the pages on which people look at what the other rooms know.

Knows: what belongs on one page: a caller's home, a need with its proposals, a proposal explained, a round's
    results, the network and its dialogues, with pictures of them; the form that asks for a round; a need
    written down step by step, its screening, its endorsement, the harm that it could do, who may read it and who did.
Owns: no tables.
Asks: matches, needs, offers, stakeholders, reference; always as the caller.
Tells: nothing itself; the form asks for a round with the command of `matches`.
Never: shows more than the queries of the rooms give the caller, or counts what these would not show.
"""
