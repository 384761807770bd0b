"""Deliveries: the track record, help that was given before.

Knows: which states were helped with what, by whom, when, under which programme, and where that is written.
    Public facts, each with its source.
Owns: ``delivery``, ``delivery_requester``, ``delivery_provider``, ``delivery_party``,
    ``delivery_commitment``.
Asks: stakeholders, reference (states, dialogues, code lists), search, journal.
Tells: ``delivery.registered``, ``delivery.revised``, ``delivery.retired``.
Never: names a person; deletes what it was told (a wrong entry is retired).
"""
