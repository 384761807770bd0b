"""Who talks about a proposal: those who ask, the desk, and each provider that was offered a seat.

A provider speaks for its seat with the two sides, and hears of no other one. It knows the thread by its seat.
"""

from sqlmodel import Session, col, select

from service.caller import Caller
from service.errors import NotFound
from service.matches import rules, timing  # noqa: F401 - clocks are registered with the rest
from service.matches.proposal_queries import find_own_seat, find_proposal
from service.matches.proposal_views import parties_to
from service.matches.tables import Proposal, Seat
from service.needs.queries import find_needs, parties_of
from service.needs.things import NAMES, note_read
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_
from service.threads.circles import speak_of
from service.threads.rules import DESK, EVERYBODY, REQUESTER, Circle

SEAT_HEADING = N_("Your seat")
SOMEBODY = N_("An individual expert")


def _of_proposal(session: Session, caller: Caller, proposal_id: str) -> Circle:
    try:
        row = find_proposal(session, caller, proposal_id)
    except NotFound:
        return _of_seats(session, _own_seats(session, caller, proposal_id))
    need = find_needs(session, [row.need_id])[row.need_id]
    mine = parties_to(caller, need, parties_of(session, need).requesters)
    parties = [side for side in (REQUESTER, DESK) if side in mine]
    others = [side for side in (REQUESTER, DESK) if side not in parties or len(parties) > 1]
    seats = _seats_told(session, row)
    return Circle(
        subject=f"proposal:{row.id}",
        title=need.title,
        address=f"/proposals/{row.id}",
        parties=parties,
        readers=(*others, *seats, EVERYBODY),
        names={**NAMES, **seats},
        is_agreed=rules.shows_protected(row.state),
    )


def _of_seat(session: Session, caller: Caller, seat_id: str) -> Circle:
    return _of_seats(session, [find_own_seat(session, caller, seat_id)])


def _of_seats(session: Session, seats: list[Seat]) -> Circle:
    """Return the circle as a provider sees it: whoever asks is not named here, and no other provider is."""
    if not seats:
        raise NotFound
    is_open = any(seat.state in rules.SEAT_OPEN for seat in seats)
    row = session.get_one(Proposal, seats[0].proposal_id)
    return Circle(
        subject=f"proposal:{row.id}",
        title=SEAT_HEADING,
        address=f"/seats/{seats[0].id}",
        parties=[f"seat:{seat.id}" for seat in seats],
        hears_everybody=is_open,
        is_open=is_open,
        readers=(REQUESTER, DESK),
        names={**NAMES, **{f"seat:{seat.id}": N_("Your side") for seat in seats}},
        is_agreed=rules.shows_protected(row.state),
    )


def _own_seats(session: Session, caller: Caller, proposal_id: str) -> list[Seat]:
    found = session.exec(select(Seat.id).where(Seat.proposal_id == proposal_id).order_by(col(Seat.id))).all()
    own = []
    for seat_id in found:
        try:
            own.append(find_own_seat(session, caller, seat_id))
        except NotFound:
            continue
    return own


def _seats_told(session: Session, row: Proposal) -> dict[str, str]:
    """Return code and name of each seat that was offered.

    One that was declined stays among them: when those who ask are told of a refusal is not decided here.
    """
    seats = session.exec(
        select(Seat)
        .where(Seat.proposal_id == row.id, col(Seat.offered_at).is_not(None))
        .order_by(col(Seat.id))
    ).all()
    providers = find_stakeholders(session, (seat.provider_id for seat in seats))
    is_agreed = rules.shows_protected(row.state)
    return {
        f"seat:{seat.id}": provider.name if is_agreed or provider.type != HOLDS_A_PERSON else SOMEBODY
        for seat in seats
        if (provider := providers.get(seat.provider_id))
    }


def _note_read(session: Session, caller: Caller, proposal_id: str) -> None:
    note_read(session, caller, session.get_one(Proposal, proposal_id).need_id)


speak_of("proposal", _of_proposal, _note_read)
speak_of("seat", _of_seat)
