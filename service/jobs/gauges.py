"""Figures for operators: what waits in the outbox, and how the jobs of this process went."""

from datetime import datetime

from sqlmodel import Session, case, col, func, select

from service import clock
from service.jobs.dispatcher import MOST_ATTEMPTS
from service.jobs.durable import tally
from service.journal.tables import OutboxMessage
from service.web.metrics import Found, gauge


@gauge("homologue_outbox_messages", "Messages that are not handled, by how that went so far.", "state")
def outbox_messages(session: Session) -> Found:
    """Count the messages that wait, that failed and are tried again, and that were given up."""
    attempts = col(OutboxMessage.attempts)
    state = case((attempts == 0, "waiting"), (attempts < MOST_ATTEMPTS, "failed"), else_="given_up")
    rows = session.exec(
        select(state, func.count()).where(col(OutboxMessage.handled_at).is_(None)).group_by(state)
    )
    found = dict.fromkeys(("waiting", "failed", "given_up"), 0) | dict(rows.all())
    return [((name,), count) for name, count in found.items()]


@gauge("homologue_outbox_lag_seconds", "How long the oldest message has waited that nobody took up yet.")
def outbox_lag(session: Session) -> Found:
    """Tell how far the dispatcher is behind."""
    oldest: datetime | None = session.exec(
        select(func.min(col(OutboxMessage.recorded_at))).where(
            col(OutboxMessage.handled_at).is_(None), OutboxMessage.attempts == 0
        )
    ).one()
    return [((), (clock.now() - oldest).total_seconds() if oldest else 0)]


@gauge("homologue_jobs_done", "Jobs that this process began and did to their end.", "job", "step")
def jobs_done(_session: Session) -> Found:
    """Tell how the jobs of this process went."""
    return [(ending, count) for ending, count in sorted(tally().items())]
