"""Needs: requests for help, from the first draft to the close.

Knows: who asks, what for, in which parts, until when, who may see it, and where in its life a need is.
Owns: ``need``, ``need_requester``, ``need_commitment``, ``need_component``, ``need_provider_wish``,
    ``need_named_provider``, ``need_dialogue``, ``need_harm_answer``, ``need_widening``.
Asks: access, stakeholders, reference, search, journal, jobs, clock.
Tells: ``need.registered``, ``need.revised``, ``need.endorsed``, ``need.desk-changed``,
    ``need.level-changed``, ``need.widening-asked``, ``need.widening-ended``, ``need.harms-answered``,
    ``need.harms-judged``, ``need.set-back``, ``need.brought-back``, ``need.matching-allowed``,
    ``need.matching-disallowed``, and one event for each move of ``rules.MOVES``.
    What is private to the requester is told of ``need-private:<id>`` and never of the need itself.
Never: shows a need beyond its level (titles count too); lets anybody but the requester widen it, and once
    it was submitted not one person alone; shows a confidential text without recording it; says to anybody but
    the requester with whom it will not be paired. Matching, action and close are moved by the rooms above,
    through the last part of ``moves.py``, because seat and need stand or fall together.
"""
