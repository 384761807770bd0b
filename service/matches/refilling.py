"""Filling one lost seat again while the others' consents stand.

Who is asked next are the best candidates that were never asked for this part and that nobody vetoed. The new
seat starts as a suggestion; it is offered at once where the requester agreed to naming the need to whoever
takes another's place. A requester may object, and the team as a whole is given up.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, col, select

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.errors import WrongMove
from service.journal.commands import record
from service.matches import engine, rules
from service.matches.consents import is_naming_to_successor_allowed
from service.matches.errors import NamingNotAllowed, NobodyLeft, NotACandidate, NotCirculated, NotLost
from service.matches.following import follow, locked, locked_need, subject_of, team_of
from service.matches.interests import seat_in
from service.matches.proposal_commands import (
    check_parts_free,
    consent_to_naming,
    known_state,
    offer_to_provider,
)
from service.matches.proposal_queries import find_proposal
from service.matches.proposal_schemas import Proposing, Refilling, ReplacementView
from service.matches.proposal_views import refilling_is_due, replacement_views
from service.matches.seat_commands import CIRCULATING
from service.matches.tables import Proposal, Seat
from service.needs.demand import needs_by_id
from service.needs.tables import Need
from service.offers.supply import ids_for_round
from service.offers.tables import Offer

MOST_CANDIDATES = 5
"""Offers that are put forward for a seat."""


def candidates_for(session: Session, seat: Seat, row: Proposal) -> Sequence[engine.Candidate]:
    """Return the best offers that could take a seat, leaving out all that were asked for its part before."""
    need = needs_by_id(session, [row.need_id])[0]
    asked = set(
        session.exec(
            select(Seat.offer_id)
            .join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
            .where(Proposal.need_id == row.need_id, Seat.component_id == seat.component_id)
            .where(col(Seat.state) != "suggested")
        )
    )
    asked |= {one.offer_id for one in team_of(session, row)}
    among = ids_for_round(session, clock.today(), need.desk_id) - asked
    if seat.component_id not in {component.id for component in need.components}:
        return ()
    policy = engine.published_policy({})
    found = engine.rank_candidates(
        session, need, among, policy, clock.today(), 2 * MOST_CANDIDATES, component=seat.component_id
    )
    offers = _offers(session, (item.offer for item in found))
    fitting = [item for item in found if rules.capacity_of(offers[item.offer].capacity) >= seat.experts]
    return fitting[:MOST_CANDIDATES]


def list_replacements(
    session: Session, caller: Caller, proposal_id: str, seat_id: str, language: str
) -> list[ReplacementView]:
    """Return who could take the place of a lost seat, best first, for those who ask and the desk."""
    row = find_proposal(session, caller, proposal_id)
    seat = seat_in(session, row, seat_id)
    check_lost(row, seat)
    need = session.get_one(Need, row.need_id)
    found = candidates_for(session, seat, row)
    may_be_named = {
        offer.id: is_naming_to_successor_allowed(session, row, need, offer.stakeholder_id)
        for offer in _offers(session, (item.offer for item in found)).values()
    }
    return replacement_views(session, caller, row, found, may_be_named, language)


def check_lost(row: Proposal, seat: Seat) -> None:
    """Refuse to fill a seat again that was not lost, is told of later, or belongs to a team that is over."""
    if not refilling_is_due(row, seat):
        raise NotLost


def refill_seat(
    session: Session, caller: Caller, proposal_id: str, seat_id: str, refilling: Refilling
) -> Proposal:
    """Fill a lost seat again, with the best candidate or with the one that was chosen; the rest stands.

    It is offered to its provider at once if the need may be named to it; else it waits as a suggestion.
    """
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    seat = seat_in(session, row, seat_id)
    check_lost(row, seat)
    need = locked_need(session, row.need_id)
    check_circulating(need)
    candidates = candidates_for(session, seat, row)
    if not candidates:
        raise NobodyLeft
    chosen = next((item for item in candidates if refilling.offer in {None, item.offer}), None)
    if chosen is None:
        raise NotACandidate
    filled = put_in_place(session, row, seat, chosen)
    details = {"seat": seat.id, "by": filled.id}
    record(session, caller, "proposal.seat-refilled", subject_of(row), details, refilling.reason)
    if is_naming_to_successor_allowed(session, row, need, filled.provider_id):
        check_parts_free(session, row, need, [filled.component_id])
        offer_to_provider(session, filled, need)
    follow(session, row)
    return row


def best_candidate(session: Session, seat_id: str) -> engine.Candidate | None:
    """Return who could best take a lost seat's place; None if nobody could, or it is not to be filled."""
    seat = session.get_one(Seat, seat_id)
    row = session.get_one(Proposal, seat.proposal_id)
    need = session.get_one(Need, row.need_id)
    if not refilling_is_due(row, seat) or need.state not in CIRCULATING:
        return None
    return next(iter(candidates_for(session, seat, row)), None)


def suggest_refill(session: Session, seat_id: str, chosen: engine.Candidate) -> Seat | None:
    """Put the best candidate forward for a lost seat; people decide whether it is asked."""
    seat = session.get_one(Seat, seat_id)
    row = locked(session, seat.proposal_id)
    session.refresh(seat)
    need = session.get_one(Need, row.need_id)
    if not refilling_is_due(row, seat) or need.state not in CIRCULATING:
        return None
    filled = put_in_place(session, row, seat, chosen)
    details = {"seat": seat.id, "by": filled.id}
    record(session, SYSTEM, "proposal.refill-suggested", subject_of(row), details)
    follow(session, row)
    return filled


def offer_seat(
    session: Session, caller: Caller, proposal_id: str, seat_id: str, proposing: Proposing
) -> Proposal:
    """Offer one suggested seat of a team that is being asked already, such as one that was filled again."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    seat = seat_in(session, row, seat_id)
    if seat.shown_state != "suggested" or not any(
        one.replaced_by == seat.id for one in team_of(session, row)
    ):
        raise WrongMove(move="offer", state=known_state(session, caller, row))
    rules.next_seat_state(seat.state, "offer")
    need = locked_need(session, row.need_id)
    check_circulating(need)
    if session.get_one(Offer, seat.offer_id).state not in rules.OFFERS_STAND:
        raise NotACandidate
    check_parts_free(session, row, need, [seat.component_id])
    if proposing.names_need:
        consent_to_naming(session, caller, row, need)
    if not is_naming_to_successor_allowed(session, row, need, seat.provider_id):
        raise NamingNotAllowed
    offer_to_provider(session, seat, need)
    row.proposed_at = row.proposed_at or clock.now()
    record(session, caller, "proposal.seat-offered", subject_of(row), {"seat": seat.id}, proposing.reason)
    follow(session, row)
    return row


def check_circulating(need: Need) -> None:
    """Refuse to ask anybody for a need that is not in circulation."""
    if need.state not in CIRCULATING:
        raise NotCirculated


def put_in_place(session: Session, row: Proposal, lost: Seat, chosen: engine.Candidate) -> Seat:
    """Add a suggested seat that takes the place of a lost one."""
    offer = session.get_one(Offer, chosen.offer)
    said = chosen.model_dump(mode="json")
    filled = Seat(
        id=new_id("seat"),
        proposal_id=row.id,
        component_id=lost.component_id,
        is_mandatory=lost.is_mandatory,
        offer_id=offer.id,
        provider_id=offer.stakeholder_id,
        is_named_expert=offer.kind == "named_expert",
        experts=lost.experts,
        days=lost.days,
        score=chosen.score,
        criteria=said["criteria"],
        to_be_confirmed=said["to_be_confirmed"],
    )
    session.add(filled)
    session.flush()
    lost.replaced_by = filled.id
    session.add(lost)
    session.flush()
    return filled


def _offers(session: Session, ids: Iterable[str]) -> Mapping[str, Offer]:
    return {row.id: row for row in session.exec(select(Offer).where(col(Offer.id).in_(set(ids))))}
