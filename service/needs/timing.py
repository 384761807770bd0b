"""How needs have clocks: whose they are, who sees them, and which needs count in figures."""

from collections.abc import Collection

from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import ASKING, Caller
from service.deadlines.stages import Actor
from service.deadlines.timed import Facts, Sight, Timed, time_things
from service.needs import reads
from service.needs.queries import find_needs, ids_in_hand, ids_in_sight
from service.needs.tables import Need, NeedRequester


def _facts(session: Session, need_id: str) -> Facts | None:
    row = session.get(Need, need_id)
    if row is None:
        return None
    return Facts(row.desk_id, row.urgency, {"endorse_emergency": row.endorsement_due_at})


def _in_hand(_session: Session, caller: Caller) -> SelectOfScalar[str]:
    return ids_in_hand(caller)


def _counted(session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return the ids of needs of which the caller is shown the text, or at least the public summary."""
    in_short = and_(
        col(Need.confidentiality) == "public_summary",
        col(Need.circulated_at).is_not(None),
        col(Need.set_back_code).is_(None),
    )
    return select(Need.id).where(or_(col(Need.id).in_(ids_in_sight(session, caller)), in_short))


def _sights(session: Session, caller: Caller, need_ids: Collection[str]) -> dict[str, Sight]:
    rows = find_needs(session, need_ids)
    reads.note_lines(session, caller, list(rows.values()))
    roles = roles_in(session, caller, rows.values())
    return {
        row.id: Sight(row.title, row.language, f"/needs/{row.id}", frozenset(roles[row.id]))
        for row in rows.values()
    }


def roles_in(session: Session, caller: Caller, rows: Collection[Need]) -> dict[str, set[Actor]]:
    """Return as whom the caller is a party to each of some needs."""
    mine, focal = caller.stakeholders(*ASKING), caller.stakeholders("national_focal_point")
    found: dict[str, set[Actor]] = {
        row.id: {"desk"} if row.desk_id in caller.desks() else set() for row in rows
    }
    query = select(NeedRequester).where(col(NeedRequester.need_id).in_(found.keys()))
    for place in session.exec(query.where(col(NeedRequester.stakeholder_id).in_(mine))):
        found[place.need_id].add("requester")
        if place.stakeholder_id in focal:
            found[place.need_id].add("focal_point")
    return found


time_things("need", Timed(_facts, _in_hand, _sights, _counted))
