"""Figures for operators: letters that wait, and letters that were given up."""

from sqlmodel import Session, col, func, select

from service.mail.tables import Letter
from service.web.metrics import Found, gauge


@gauge("homologue_letters", "Letters that are not sent, by state.", "state")
def letters(session: Session) -> Found:
    """Count the letters that wait to be sent, and those that nobody will send any more."""
    waiting = col(Letter.due_at).is_not(None)
    given_up = col(Letter.given_up_at).is_not(None)
    return [
        (("waiting",), session.exec(select(func.count()).select_from(Letter).where(waiting)).one()),
        (("given_up",), session.exec(select(func.count()).select_from(Letter).where(given_up)).one()),
    ]
