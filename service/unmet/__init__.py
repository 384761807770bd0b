"""Unmet: needs for which nobody is found, and where they go next.

Knows: which needs nobody could be found for, since when and why; to whom they were passed on, and the answer.
Owns: ``need_escalation``, ``unmet_disclosure``.
Asks: needs (who asks, who handles, their moves), matches (what rounds found), stakeholders, reference.
    A need moves together with what is said of passing it on.
Tells: ``escalation.suggested``, ``escalation.asked``, ``escalation.refused``, ``escalation.answered``,
    ``escalation.withdrawn``, ``need.unmet-shown``.
Never: shows anybody else a need, or counts it in public, unless its requester chose that.
"""
