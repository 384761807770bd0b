"""The JSON door to proposals, seats and the register of what stays unmet."""

from service.dialogues.commands import notify_dialogue
from service.dialogues.queries import engagement_view
from service.dialogues.schemas import EngagementConsent, EngagementView
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.matches import proposal_commands as commands
from service.matches import proposal_queries as queries
from service.matches import seat_commands
from service.matches.proposal_schemas import (
    Agreement,
    OwnSeatView,
    ProposalLine,
    ProposalView,
    Proposing,
    SeatAcceptance,
    SeatRefusal,
    UnmetView,
)
from service.needs.queries import find_own_need
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Language, Reading, SignedIn, Writing
from service.web.schemas import CodeText, IdText, Move, Page, StateCode

router = Doors()


@router.get("/proposals")
def list_proposals(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    need: IdText | None = None,
    round: IdText | None = None,  # noqa: A002 - the name of the parameter in the address
    status: CodeText | None = None,
    provider_state: StateCode | None = None,
    dialogue: CodeText | None = None,
) -> Page[ProposalLine]:
    """List the proposals for the needs that you ask for or handle, newest first."""
    wanted = queries.ProposalFilter(need, round, status, provider_state, dialogue)
    return queries.list_proposals(session, caller, wanted, page)


@router.get("/proposals/{proposal_id}")
def get_proposal(session: Reading, caller: SignedIn, language: Language, proposal_id: str) -> ProposalView:
    """Show a proposal: the team, the reasons, who could host it, and who stood next in line."""
    return queries.get_proposal(session, caller, proposal_id, language)


@router.get("/proposals/{proposal_id}/journal")
def get_proposal_journal(session: Reading, caller: SignedIn, proposal_id: str) -> JournalView:
    """Show what happened to a proposal, as far as those who ask are told of it."""
    queries.find_proposal(session, caller, proposal_id)
    return get_journal(session, caller, f"proposal:{proposal_id}")


@router.post("/proposals/{proposal_id}/shortlist")
def shortlist_proposal(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, move: Move
) -> ProposalView:
    """Keep a proposal in view."""
    commands.shortlist_proposal(session, caller, proposal_id, move.reason)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/propose")
def propose_proposal(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, proposing: Proposing
) -> ProposalView:
    """Offer the seats to their providers. The requester's consent to name the need to them is needed."""
    commands.propose_proposal(session, caller, proposal_id, proposing)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/agree")
def agree_to_proposal(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, agreement: Agreement
) -> ProposalView:
    """Say yes to a team, for the requester for which you ask."""
    commands.agree_to_proposal(session, caller, proposal_id, agreement)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/revoke-agreement")
def revoke_agreement(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, move: Move
) -> ProposalView:
    """Take your yes back, until the proposal is confirmed."""
    commands.revoke_agreement(session, caller, proposal_id, move.reason)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/withdraw")
def withdraw_proposal(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, move: Move
) -> ProposalView:
    """Give a proposal up before it is confirmed."""
    commands.withdraw_proposal(session, caller, proposal_id, move.reason)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.post("/proposals/{proposal_id}/confirm")
def confirm_proposal(
    session: Writing, caller: SignedIn, language: Language, proposal_id: str, move: Move
) -> ProposalView:
    """Confirm a team on which both sides agree; the capacity that was held is committed."""
    commands.confirm_proposal(session, caller, proposal_id, move.reason)
    return queries.get_proposal(session, caller, proposal_id, language)


@router.get("/seats")
def list_own_seats(
    session: Reading, caller: SignedIn, page: Paging, status: CodeText | None = None
) -> Page[OwnSeatView]:
    """List the seats that were offered to you, newest first. For providers and named experts."""
    return queries.list_own_seats(session, caller, status, page)


@router.get("/seats/{seat_id}")
def get_own_seat(session: Reading, caller: SignedIn, seat_id: str) -> OwnSeatView:
    """Show a seat that was offered to you, and what is asked for."""
    return queries.get_own_seat(session, caller, seat_id)


@router.get("/seats/{seat_id}/journal")
def get_seat_journal(session: Reading, caller: SignedIn, seat_id: str) -> JournalView:
    """Show what happened to a seat. For the side to which it was offered."""
    queries.find_own_seat(session, caller, seat_id)
    return get_journal(session, caller, f"seat:{seat_id}")


@router.post("/seats/{seat_id}/accept")
def accept_seat(session: Writing, caller: SignedIn, seat_id: str, acceptance: SeatAcceptance) -> OwnSeatView:
    """Say yes to a seat. A named expert's seat takes the institution's release and the expert's own yes."""
    seat_commands.accept_seat(session, caller, seat_id, acceptance)
    return queries.get_own_seat(session, caller, seat_id)


@router.post("/seats/{seat_id}/decline")
def decline_seat(session: Writing, caller: SignedIn, seat_id: str, refusal: SeatRefusal) -> OwnSeatView:
    """Say no to a seat, with a coded reason. Veto, conflict and full diary look the same to those who ask."""
    seat_commands.decline_seat(session, caller, seat_id, refusal)
    return queries.get_own_seat(session, caller, seat_id)


@router.post("/seats/{seat_id}/give-back")
def give_back_seat(session: Writing, caller: SignedIn, seat_id: str, refusal: SeatRefusal) -> OwnSeatView:
    """Take your yes to a seat back, until the proposal is confirmed."""
    seat_commands.give_back_seat(session, caller, seat_id, refusal)
    return queries.get_own_seat(session, caller, seat_id)


@router.get("/unmet")
def list_unmet(
    session: Reading,
    caller: SignedIn,
    language: Language,
    page: Paging,
    need: IdText | None = None,
    round: IdText | None = None,  # noqa: A002 - the name of the parameter in the address
    reason: CodeText | None = None,
) -> Page[UnmetView]:
    """List what is unmet now of the needs that you ask for or handle, oldest first, with reason and proof."""
    return queries.list_unmet(session, caller, queries.UnmetFilter(need, round, reason), page, language)


@router.post("/needs/{need_id}/engagements", status_code=201)
def notify_dialogue_of_need(
    session: Writing, caller: SignedIn, need_id: str, consent: EngagementConsent
) -> EngagementView:
    """Tell a dialogue of your need. Only the requester can, for it takes its consent."""
    need = find_own_need(session, caller, need_id)
    stakeholder_id = min(commands.asking_for(session, caller, need))
    row = notify_dialogue(session, caller, f"need:{need_id}", stakeholder_id, consent)
    return engagement_view(row)
