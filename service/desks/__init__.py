"""Desks: the pages on which people look at what the other rooms know.

Knows: what belongs on one page: a caller's home, a need with its proposals, a proposal explained, a round's
    results, the network and its dialogues, with pictures of them; the form that asks for a round; needs and
    offers written down step by step, in lists, with their moves; a need's screening and endorsement,
    what harm it could do, who may read it and who did; institutions, and what dialogues keep.
Owns: no tables.
Asks: matches, needs, offers, stakeholders, reference; always as the caller.
Tells: nothing itself; forms act through the commands of the rooms.
Never: shows more than the queries of the rooms give the caller, or counts what these would not show.
"""
