"""How proposals and seats have clocks.

Those who ask and the desk see a proposal's, the offering side its own seats'. Of a seat nobody else sees the
clock: that it stopped would tell the asking side of a refusal before the moment at which it is told.
"""

from collections.abc import Collection

from sqlmodel import Session, col, select

from service.caller import OFFERING, Caller
from service.deadlines.timed import Facts, Sight, Timed, time_things
from service.matches.proposal_queries import proposals_in_sight, seats_in_sight
from service.matches.tables import Proposal, Seat
from service.needs import reads
from service.needs.queries import find_needs
from service.needs.tables import Need
from service.needs.timing import roles_in
from service.texts import N_

SEAT_TITLE = N_("A seat offered to you")


def _facts_of_proposal(session: Session, proposal_id: str) -> Facts | None:
    need = _need_of(session, proposal_id)
    return Facts(need.desk_id, need.urgency) if need else None


def _facts_of_seat(session: Session, seat_id: str) -> Facts | None:
    seat = session.get(Seat, seat_id)
    need = _need_of(session, seat.proposal_id) if seat else None
    if seat is None or need is None:
        return None
    return Facts(need.desk_id, need.urgency, {"answer_seat": seat.lapses_at})


def _need_of(session: Session, proposal_id: str) -> Need | None:
    row = session.get(Proposal, proposal_id)
    return session.get(Need, row.need_id) if row else None


def _proposals(session: Session, caller: Caller, ids: Collection[str]) -> dict[str, Sight]:
    rows = session.exec(select(Proposal).where(col(Proposal.id).in_(ids))).all()
    needs = find_needs(session, {row.need_id for row in rows})
    reads.note_lines(session, caller, list(needs.values()))
    roles = roles_in(session, caller, needs.values())
    return {
        row.id: Sight(
            needs[row.need_id].title,
            needs[row.need_id].language,
            f"/proposals/{row.id}",
            frozenset(roles[row.need_id]),
        )
        for row in rows
    }


def _seats(session: Session, caller: Caller, ids: Collection[str]) -> dict[str, Sight]:
    rows = session.exec(select(Seat).where(col(Seat.id).in_(ids)))
    return {
        row.id: Sight(
            SEAT_TITLE,
            None,
            f"/seats/{row.id}",
            frozenset({"provider"} if caller.acts_for(row.provider_id, *OFFERING, "expert") else ()),
        )
        for row in rows
    }


time_things("proposal", Timed(_facts_of_proposal, proposals_in_sight, _proposals, proposals_in_sight))
time_things("seat", Timed(_facts_of_seat, seats_in_sight, _seats, seats_in_sight))
