"""Stakeholders: whoever asks, offers or coordinates.

Knows: ministries, agencies, cities, pools, organisations and secretariats; their states; which are desks.
Owns: ``stakeholder``, ``stakeholder_state``.
Asks: reference (states, dialogues, the list of types), search, journal.
Tells: ``stakeholder.registered``, ``stakeholder.revised``, ``stakeholder.retired``, ``stakeholder.erased``.
Never: holds personal data beyond the name under which an individual expert offers help.
"""
