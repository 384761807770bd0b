"""What this room does when something happened: a need that is withdrawn is passed on no longer."""

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import SYSTEM
from service.journal.commands import record
from service.journal.reactions import Happening, on
from service.unmet.rules import MOVES, OPEN
from service.unmet.tables import NeedEscalation


@on("need.withdrawn", "unmet.need.withdrawn")
def end_escalations(session: Session, happening: Happening) -> None:
    """End what is still being passed on of a need that was withdrawn. Told twice, nothing more happens."""
    need_id = happening.subject.removeprefix("need:")
    going = NeedEscalation.need_id == need_id, col(NeedEscalation.state).in_(OPEN)
    for escalation_id in session.exec(select(NeedEscalation.id).where(*going)).all():
        session.exec(
            update(NeedEscalation)
            .where(col(NeedEscalation.id) == escalation_id)
            .values(state="withdrawn", ended_at=clock.now())
        )
        details = {"need": need_id, "because": "need.withdrawn"}
        record(session, SYSTEM, MOVES["withdraw"].event, f"escalation:{escalation_id}", details)
