"""How a need's row is changed: compared and set, so that of two at once only one succeeds."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, select, update

from service import clock
from service.errors import ChangedMeanwhile
from service.needs import rules
from service.needs.tables import Need, NeedComponent
from service.search.commands import index_text
from service.stakeholders.queries import find_stakeholders, states_of

NO_STATE = "INT"
"""What stands in a file number for a requester that is of no state, or of several."""


def change(session: Session, row: Need, **values: Any) -> None:
    """Change the need if nobody else has since it was read."""
    changed = session.exec(
        update(Need)
        .where(
            col(Need.id) == row.id,
            col(Need.state) == row.state,
            col(Need.version) == row.version,
        )
        .values(version=row.version + 1, changed_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def subject_of(row: Need) -> str:
    """Return under which subject the journal tells of the need."""
    return f"need:{row.id}"


def reindex(session: Session, row: Need, *, is_new: bool = False, notes: Iterable[str] | None = None) -> None:
    """Make the need findable by its text, and its public summary by what that says."""
    if notes is None:
        notes = session.exec(select(NeedComponent.note).where(NeedComponent.need_id == row.id))
    texts = (row.title, row.context, row.expected_result, row.what_exists, row.done_when)
    index_text(session, "need", row.id, *texts, *notes, is_new=is_new)
    index_text(session, "need_summary", row.id, row.public_summary or "", is_new=is_new)


def case_number_for(session: Session, row: Need, desk_id: str) -> str:
    """Return the next file number of a desk for the requester that leads."""
    prefix = f"{_prefix(session, row.lead_id)}-{clock.today().year}-"
    taken = session.exec(
        select(Need.case_number).where(
            col(Need.lead_id) == row.lead_id,
            col(Need.desk_id) == desk_id,
            col(Need.case_number).startswith(prefix, autoescape=True),
        )
    )
    serial = max((int(number.removeprefix(prefix)) for number in taken if number), default=0) + 1
    return rules.case_number(prefix, serial)


def _prefix(session: Session, stakeholder_id: str) -> str:
    states = states_of(session, [stakeholder_id])[stakeholder_id]
    if len(states) == 1:
        return states[0]
    lead = find_stakeholders(session, [stakeholder_id])[stakeholder_id]
    return lead.body_code or lead.dialogue_code or NO_STATE
