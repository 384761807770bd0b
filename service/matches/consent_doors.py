"""The JSON door to what goes beyond yes and no: interests, refilling, contacts, the words of consent."""

from service.journal.schemas import JournalView
from service.matches import contacts, interests, proposal_commands, refilling
from service.matches import proposal_queries as queries
from service.matches.consents import consent_texts
from service.matches.proposal_schemas import (
    ConsentTextView,
    ContactsView,
    InterestStatement,
    InterestVerdict,
    OwnSeatView,
    ProposalView,
    Proposing,
    Refilling,
    ReplacementView,
)
from service.web.doors import Doors
from service.web.requests import Asking, Language, Reading, SignedIn, Writing
from service.web.schemas import Move

router = Doors()


@router.get("/consent-texts")
def list_consent_texts(caller: Asking, language: Language) -> list[ConsentTextView]:
    """Show the words to which people consent, in every version; the last one is asked for now."""
    del caller
    return consent_texts(language)


@router.get("/proposals/{proposal_id}/desk-journal")
def get_proposal_desk_journal(session: Reading, caller: SignedIn, proposal_id: str) -> JournalView:
    """Show what happened to a proposal that those who ask are not told, or told of later. For the desk."""
    return queries.get_desk_journal(session, caller, proposal_id)


@router.post("/proposals/{proposal_id}/object")
def object_to_refilling(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, move: Move
) -> ProposalView:
    """Object to a seat being filled again; the team as a whole is given up. For requesters."""
    proposal_commands.object_to_refilling(session, caller, proposal_id, move.reason)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/dissolve")
def dissolve_proposal(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, move: Move
) -> ProposalView:
    """Give a confirmed team up before its work begins; the need looks for another one."""
    proposal_commands.dissolve_proposal(session, caller, proposal_id, move.reason)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/contacts")
def contacts_of_team(session: Writing, caller: SignedIn, proposal_id: str) -> ContactsView:
    """Look up whom to write to in a team on which both sides agree. The look is recorded."""
    return contacts.look_up_team(session, caller, proposal_id)


@router.get("/proposals/{proposal_id}/seats/{seat_id}/replacements")
def list_replacements(
    session: Reading, caller: SignedIn, language: Language, proposal_id: str, seat_id: str
) -> list[ReplacementView]:
    """List who could take the place of a seat that is not available, best first, never asked before."""
    return refilling.list_replacements(session, caller, proposal_id, seat_id, language)


@router.post("/proposals/{proposal_id}/seats/{seat_id}/refill")
def refill_seat(
    session: Writing,
    caller: SignedIn,
    language: Language,
    proposal_id: str,
    seat_id: str,
    refilling_: Refilling,
) -> ProposalView:
    """Fill a seat that is not available again; everybody else's yes stands."""
    refilling.refill_seat(session, caller, proposal_id, seat_id, refilling_)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/seats/{seat_id}/offer")
def offer_seat(
    session: Writing,
    caller: SignedIn,
    language: Language,
    proposal_id: str,
    seat_id: str,
    proposing: Proposing,
) -> ProposalView:
    """Offer a seat that was filled again to its provider."""
    refilling.offer_seat(session, caller, proposal_id, seat_id, proposing)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/seats/{seat_id}/judge-interest")
def judge_interest(
    session: Writing,
    caller: SignedIn,
    language: Language,
    proposal_id: str,
    seat_id: str,
    verdict: InterestVerdict,
) -> ProposalView:
    """Judge a declared conflict of interest: cleared with measures, or the seat goes. For the desk."""
    interests.judge_interest(session, caller, proposal_id, seat_id, verdict)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/seats/{seat_id}/declare-interest")
def declare_interest(
    session: Writing, caller: SignedIn, seat_id: str, statement: InterestStatement
) -> OwnSeatView:
    """Declare whether a conflict of interest is in the way. Your own words are for you and the desk."""
    interests.declare_interest(session, caller, seat_id, statement)
    return queries.get_own_seat(session, caller, seat_id)


@router.post("/seats/{seat_id}/contacts")
def contacts_of_requesters(session: Writing, caller: SignedIn, seat_id: str) -> ContactsView:
    """Look up whom to write to on the asking side, once both sides agree. The look is recorded."""
    return contacts.look_up_requesters(session, caller, seat_id)
