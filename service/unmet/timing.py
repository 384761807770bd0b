"""How a need that was passed on has a clock: whoever was asked must answer, its sides see it."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from service.caller import Caller
from service.deadlines.stages import Actor
from service.deadlines.timed import Facts, Sight, Timed, time_things
from service.needs import reads
from service.needs.queries import find_needs
from service.needs.tables import Need
from service.unmet.queries import escalations_in_sight, sides_of
from service.unmet.rules import Side
from service.unmet.tables import NeedEscalation

ROLES: dict[Side, Actor] = {"requester": "requester", "desk": "desk", "addressee": "addressee"}


def _facts(session: Session, escalation_id: str) -> Facts | None:
    row = session.get(NeedEscalation, escalation_id)
    if row is None:
        return None
    need = session.get_one(Need, row.need_id)
    return Facts(need.desk_id, need.urgency)


def _sights(session: Session, caller: Caller, ids: Collection[str]) -> dict[str, Sight]:
    rows = session.exec(select(NeedEscalation).where(col(NeedEscalation.id).in_(ids))).all()
    needs = find_needs(session, {row.need_id for row in rows})
    reads.note_lines(session, caller, list(needs.values()))
    sides = sides_of(session, caller, rows)
    return {
        row.id: Sight(
            needs[row.need_id].title,
            needs[row.need_id].language,
            "/escalations",
            frozenset(ROLES[side] for side in sides[row.id]),
        )
        for row in rows
    }


time_things("escalation", Timed(_facts, escalations_in_sight, _sights, escalations_in_sight))
