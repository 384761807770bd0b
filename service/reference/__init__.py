"""Reference: the facts that everybody shares, with their source.

Knows: the themes and actionable commitments of the source text, frameworks and objectives, states,
    dialogues and regional bodies with their members, and every code list. Base facts come from the files
    in ``data/``; a person's correction lies over them and is never overwritten by a sync.
Owns: ``theme``, ``commitment``, ``framework``, ``gcm_objective``; their links ``theme_framework``,
    ``commitment_framework``, ``commitment_objective``; ``state``, ``dialogue``, ``dialogue_membership``,
    ``regional_body``, ``regional_body_membership``, ``code_entry``, ``reference_correction``.
Asks: database, web, journal, search, clock, caller.
Tells: ``reference.synced`` (of ``reference:all``), ``reference.corrected`` and
    ``reference.correction-withdrawn`` (of ``reference:<kind>/<code>``).
Never: deletes a code or gives it a second meaning; takes a position on any territory. A code is unique only
    with its kind (CAN is Canada and the Andean Community).
"""
