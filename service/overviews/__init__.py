"""Overviews: pages that gather everything about one state, one theme or one commitment.

Knows: what is asked for, offered and was given before, by state, theme and commitment; which dialogues and
    bodies a state belongs to and whom it knows from there; how supply meets demand on each theme.
Owns: no tables.
Asks: needs, offers, deliveries, reference; always as the caller; desks for pictures and for words.
Tells: nothing; whatever is shown is read only.
Never: counts what the caller may not see.
"""
