"""The JSON door to needs."""

from typing import Annotated

from fastapi import Depends, Query
from sqlmodel import Session

from service.caller import Caller
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.needs import commands, moves, queries
from service.needs.registering_doors import router as registering
from service.needs.rules import DeliveryMode, State, Urgency
from service.needs.schemas import (
    Answer,
    DeskChange,
    Endorsement,
    IneligibleFinding,
    LevelChange,
    NeedFacets,
    NeedLine,
    NeedRegistration,
    NeedRevision,
    NeedSummaryView,
    NeedView,
    Question,
    UnmetFinding,
)
from service.needs.screening_doors import router as screening
from service.needs.tables import Need
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import CodeText, IdText, LanguageCode, Move, Page, StateCode

router = Doors(tags=["needs"])
router.include_router(registering)
router.include_router(screening)


# Not plain, or it would take a turn in another thread.
async def _wanted(  # noqa: PLR0913, PLR0917 - one parameter for each filter of the list
    status: State | None = None,
    commitment: CodeText | None = None,
    theme: CodeText | None = None,
    state: Annotated[StateCode | None, Query(description="State of a requester.")] = None,
    dialogue: CodeText | None = None,
    urgency: Urgency | None = None,
    language: LanguageCode | None = None,
    desk: IdText | None = None,
    requester: IdText | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    delivery_mode: DeliveryMode | None = None,
) -> queries.NeedFilter:
    return queries.NeedFilter(
        status, commitment, theme, state, dialogue, urgency, language, desk, requester, q, delivery_mode
    )


Wanted = Annotated[queries.NeedFilter, Depends(_wanted)]


@router.get("/needs")
def list_needs(
    session: Reading, caller: Asking, page: Paging, wanted: Wanted, sort: queries.NeedSort = "newest"
) -> Page[NeedLine | NeedSummaryView]:
    """List the needs that you may see, newest first. Of some you may see the public summary only."""
    return queries.list_needs(session, caller, wanted, page, sort)


@router.get("/needs/facets")
def count_need_facets(session: Reading, caller: Asking, wanted: Wanted) -> NeedFacets:
    """Count the needs that you may see, by what they can be narrowed to."""
    return queries.count_facets(session, caller, wanted)


@router.post("/needs", status_code=201)
def register_need(session: Writing, caller: SignedIn, registration: NeedRegistration) -> NeedView:
    """Register a need as a draft. Officers of the lead requester may."""
    return _shown(session, caller, commands.register_need(session, caller, registration))


@router.get("/needs/{need_id}")
def get_need(session: Reading, caller: Asking, need_id: str) -> NeedView | NeedSummaryView:
    """Show a need, or its public summary where that is all you may see."""
    return queries.get_need(session, caller, need_id)


@router.patch("/needs/{need_id}")
def revise_need(session: Writing, caller: SignedIn, need_id: str, revision: NeedRevision) -> NeedView:
    """Change what a need says, in a draft or while the desk waits for clarification. Requesters may."""
    return _shown(session, caller, commands.revise_need(session, caller, need_id, revision))


@router.get("/needs/{need_id}/journal")
def get_need_journal(session: Reading, caller: SignedIn, need_id: str) -> JournalView:
    """Show what happened to a need. Requesters and the handling desk may."""
    queries.find_handled_need(session, caller, need_id)
    return get_journal(session, caller, f"need:{need_id}")


@router.get("/needs/{need_id}/private-journal")
def get_need_private_journal(session: Reading, caller: SignedIn, need_id: str) -> JournalView:
    """Show when what is private to the requester was changed. Requesters may."""
    queries.find_own_need(session, caller, need_id)
    return get_journal(session, caller, f"need-private:{need_id}")


# Moves of those who ask


@router.post("/needs/{need_id}/submit")
def submit_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Send a draft to its desk; it waits for the endorsement of every requester."""
    return _shown(session, caller, moves.submit_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/endorse")
def endorse_need(session: Writing, caller: SignedIn, need_id: str, endorsement: Endorsement) -> NeedView:
    """Endorse a need for your institution. National focal points may."""
    said = endorsement.reason, endorsement.text_version
    return _shown(session, caller, moves.endorse_need(session, caller, need_id, *said))


@router.post("/needs/{need_id}/expedite")
def expedite_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Let an emergency go ahead of its endorsement."""
    return _shown(session, caller, moves.expedite_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/answer-clarification")
def answer_clarification(session: Writing, caller: SignedIn, need_id: str, answer: Answer) -> NeedView:
    """Answer the desk's question."""
    return _shown(session, caller, moves.answer_clarification(session, caller, need_id, answer.reason))


@router.post("/needs/{need_id}/withdraw")
def withdraw_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Withdraw a need that is still open."""
    return _shown(session, caller, moves.withdraw_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/change-confidentiality")
def change_confidentiality(session: Writing, caller: SignedIn, need_id: str, change: LevelChange) -> NeedView:
    """Change who may see a need. What widens a submitted one waits until a second person agrees."""
    return _shown(session, caller, commands.change_confidentiality(session, caller, need_id, change))


@router.post("/needs/{need_id}/allow-matching")
def allow_matching(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Let the desk take the need into its rounds. Requesters may."""
    return _shown(session, caller, commands.allow_matching(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/disallow-matching")
def disallow_matching(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Keep the need out of rounds from now on. Requesters may."""
    return _shown(session, caller, commands.disallow_matching(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/change-desk")
def change_desk(session: Writing, caller: SignedIn, need_id: str, change: DeskChange) -> NeedView:
    """Let another desk handle the need. The lead requester may."""
    return _shown(session, caller, commands.change_desk(session, caller, need_id, change))


# Moves of the desk


@router.post("/needs/{need_id}/start-screening")
def start_screening(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Take a submitted need up at the desk."""
    return _shown(session, caller, moves.start_screening(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/request-clarification")
def request_clarification(session: Writing, caller: SignedIn, need_id: str, question: Question) -> NeedView:
    """Ask the requester what the text leaves open."""
    return _shown(session, caller, moves.request_clarification(session, caller, need_id, question.reason))


@router.post("/needs/{need_id}/find-ineligible")
def find_ineligible(session: Writing, caller: SignedIn, need_id: str, finding: IneligibleFinding) -> NeedView:
    """End a need that cannot be handled, with a coded reason."""
    return _shown(session, caller, moves.find_ineligible(session, caller, need_id, finding))


@router.post("/needs/{need_id}/validate")
def validate_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Find a need fit to be matched."""
    return _shown(session, caller, moves.validate_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/circulate")
def circulate_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Circulate a need to those whom its level lets see it."""
    return _shown(session, caller, moves.circulate_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/mark-unmet")
def mark_unmet(session: Writing, caller: SignedIn, need_id: str, finding: UnmetFinding) -> NeedView:
    """Say that nobody could be found for now, with a coded reason."""
    return _shown(session, caller, moves.mark_unmet(session, caller, need_id, finding))


@router.post("/needs/{need_id}/recirculate")
def recirculate_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Circulate an unmet need again."""
    return _shown(session, caller, moves.recirculate_need(session, caller, need_id, move.reason))


# Moves of both, once work has begun


@router.post("/needs/{need_id}/suspend")
def suspend_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Interrupt the work on a need."""
    return _shown(session, caller, moves.suspend_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/resume")
def resume_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Go on with the work on a need."""
    return _shown(session, caller, moves.resume_need(session, caller, need_id, move.reason))


@router.post("/needs/{need_id}/close")
def close_need(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Close a fulfilled need. The desk may."""
    return _shown(session, caller, moves.close_need(session, caller, need_id, move.reason))


def _shown(session: Session, caller: Caller, row: Need) -> NeedView:
    return queries.view_for(session, caller, row)
