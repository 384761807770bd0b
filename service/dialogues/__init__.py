"""Dialogues: what people add to the regional dialogues' base facts, and how a dialogue takes part.

Knows: a dialogue's agenda, meetings and offices as its secretariat keeps them; how far a dialogue is engaged
    with a need.
Owns: ``dialogue_agenda_item``, ``dialogue_meeting``, ``dialogue_office``, ``dialogue_engagement``.
Asks: reference (the dialogues, themes, commitments and states), stakeholders (who is whose secretariat),
    search, journal.
Tells: of ``dialogue:CODE``: ``agenda-item.added``, ``.revised``, ``.withdrawn``; ``meeting.announced``,
    ``.revised``, ``.withdrawn``; ``office.recorded``, ``.ended``, ``.withdrawn``. Of an engagement:
    ``engagement.notified``, ``.welcomed``, ``.hosted``, ``.observed``, ``.reported``, ``.closed``,
    ``.declined``, ``.consent-revoked``.
Never: engages a dialogue without the requester's consent. ``notify_dialogue`` is called by a higher room,
    which knows whose the need is; here a subject is only a name.
"""
