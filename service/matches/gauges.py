"""Figures for operators: rounds by state."""

from sqlmodel import Session, col, func, select

from service.matches.tables import MatchRound
from service.web.metrics import Found, gauge


@gauge("homologue_rounds", "Matching rounds, by state.", "state")
def rounds(session: Session) -> Found:
    """Count the rounds."""
    rows = session.exec(select(MatchRound.state, func.count()).group_by(col(MatchRound.state)))
    return [((state,), count) for state, count in rows]
