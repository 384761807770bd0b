"""Conflicts of interest: each party of a seat declares, the desk judges, confirmation waits for both.

The text of a declaration is for the declarer and the desk. The asking side learns neither that there is one
nor what became of it: a seat that goes for it is not available, like any other.
"""

from collections.abc import Iterable

from sqlmodel import Session, select

from service import clock
from service.caller import Caller
from service.errors import NotAllowed, NotFound
from service.journal.commands import record
from service.matches import rules
from service.matches.consents import CONSENT_TEXT
from service.matches.errors import InterestsOpen, NothingDeclared
from service.matches.following import desk_subject_of, follow, locked, take_seat_away
from service.matches.proposal_queries import find_own_seat, find_proposal
from service.matches.proposal_schemas import InterestStatement, InterestVerdict
from service.matches.proposal_views import declarations_of
from service.matches.seat_parties import declares_as
from service.matches.tables import InterestDeclaration, Proposal, Seat
from service.needs.tables import Need


def declare_interest(session: Session, caller: Caller, seat_id: str, statement: InterestStatement) -> Seat:
    """Declare whether a conflict of interest is in the way, for the institution or in person.

    Until confirmation it can be declared anew; what the desk made of an earlier word then falls.
    """
    seat = find_own_seat(session, caller, seat_id)
    row = locked(session, seat.proposal_id)
    session.refresh(seat)
    if seat.state not in rules.INTEREST_OPEN:
        rules.refuse_move("declare-interest", seat.state)
    declare_for(session, caller, row, seat, statement)
    return seat


def declare_for(
    session: Session, caller: Caller, row: Proposal, seat: Seat, statement: InterestStatement
) -> None:
    """Keep what the caller declares, as each party of the seat that the caller speaks for."""
    parties = declares_as(caller, seat)
    if not parties:
        raise NotAllowed
    for party in parties:
        said = session.get(InterestDeclaration, (seat.id, party)) or InterestDeclaration(
            seat_id=seat.id, party=party, stance="", text_version="", account_id="", declared_at=clock.now()
        )
        said.stance, said.text = statement.stance, statement.text
        said.text_version, said.account_id = CONSENT_TEXT, caller.account_id or ""
        said.declared_at = clock.now()
        said.verdict = said.measures = said.judged_by = said.judged_at = None
        session.add(said)
        details = {"seat": seat.id, "party": party, "stance": statement.stance}
        record(session, caller, "seat.interest-declared", f"seat:{seat.id}", details)
        record(session, caller, "seat.interest-declared", desk_subject_of(row), details)
    session.flush()


def judge_interest(
    session: Session, caller: Caller, proposal_id: str, seat_id: str, verdict: InterestVerdict
) -> Proposal:
    """Judge a declared conflict; the desk does. Where it stands, the seat goes."""
    row = locked(session, find_proposal(session, caller, proposal_id).id)
    seat = seat_in(session, row, seat_id)
    if session.get_one(Need, row.need_id).desk_id not in caller.desks():
        raise NotAllowed
    if seat.state not in rules.INTEREST_OPEN:
        rules.refuse_move("judge-interest", seat.state)
    said = session.get(InterestDeclaration, (seat.id, verdict.party))
    if said is None or said.stance == "none" or said.verdict is not None:
        raise NothingDeclared
    said.verdict, said.measures = verdict.verdict, verdict.measures
    said.judged_by, said.judged_at = caller.account_id, clock.now()
    session.add(said)
    details = {"seat": seat.id, "party": verdict.party, "verdict": verdict.verdict}
    record(session, caller, "seat.interest-judged", desk_subject_of(row), details)
    record(session, caller, "seat.interest-judged", f"seat:{seat.id}", details)
    if verdict.verdict == "stands":
        take_seat_away(session, seat, "conflict_of_interest")
        follow(session, row)
    return row


def check_interests(session: Session, seats: Iterable[Seat]) -> None:
    """Refuse to confirm seats of which a party has not declared, or the desk has not judged."""
    seats = list(seats)
    declared = declarations_of(session, (seat.id for seat in seats))
    for seat in seats:
        said = {row.party: rules.Declaration(row.stance, row.verdict) for row in declared[seat.id]}
        if not rules.are_interests_clear(said, is_named_expert=seat.is_named_expert):
            raise InterestsOpen


def seat_in(session: Session, row: Proposal, seat_id: str) -> Seat:
    """Return a seat of a proposal, locked with it."""
    query = select(Seat).where(Seat.id == seat_id, Seat.proposal_id == row.id)
    seat = session.exec(query.execution_options(populate_existing=True)).first()
    if seat is None:
        raise NotFound
    return seat
