"""Administration: one place from which an instance is looked after.

Knows: what there is to look after and what needs a hand: accounts and duties, desks of dialogues, reference
    data and their corrections, policies of rounds, how the service is doing.
Owns: no tables.
Asks: access, stakeholders, reference, matches, mail, webhooks, jobs, journal; desks for policies in words.
Tells: nothing itself; its forms act through the commands of the rooms.
Never: shows what a need or an offer says; opens to anybody but administrators.
"""
