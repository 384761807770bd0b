"""The JSON door to rounds, candidates and pins. Proposals have a door of their own."""

from typing import Annotated, Any

from fastapi import Query

from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.matches import candidates, commands, comparisons, queries, why_not
from service.matches.consent_doors import router as consents
from service.matches.engine import published_policy
from service.matches.network_doors import router as network
from service.matches.proposal_doors import router as proposals
from service.matches.schemas import (
    CandidateList,
    ComparisonView,
    PinDecision,
    PinView,
    RoundRequest,
    RoundView,
    WhyNotView,
)
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Language, Reading, SignedIn, Writing
from service.web.schemas import CodeText, IdText, Move, Page

router = Doors(tags=["matches"])
router.include_router(proposals)
router.include_router(consents)
router.include_router(network)


@router.get("/policy")
def get_policy(caller: Asking) -> dict[str, Any]:
    """Show the published policy: the settings that a round has where it names no others."""
    del caller
    return published_policy({})


@router.get("/rounds")
def list_rounds(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    language: Language,
    desk: IdText | None = None,
    status: CodeText | None = None,
) -> Page[RoundView]:
    """List the rounds of your desks, newest first."""
    return queries.list_rounds(session, caller, desk, status, page, language)


@router.post("/rounds", status_code=202)
def request_round(session: Writing, caller: SignedIn, language: Language, request: RoundRequest) -> RoundView:
    """Ask for a round over the needs of your desk. It runs as a job; look at it for its progress."""
    return queries.round_view(commands.request_round(session, caller, request), language)


@router.get("/rounds/{round_id}")
def get_round(session: Reading, caller: SignedIn, language: Language, round_id: str) -> RoundView:
    """Show a round: how far it is, or what it reached."""
    return queries.round_view(queries.find_round(session, caller, round_id), language)


@router.post("/rounds/{round_id}/cancel")
def cancel_round(
    session: Writing, caller: SignedIn, language: Language, round_id: str, move: Move
) -> RoundView:
    """Stop a round that is under way. Nothing of it is kept."""
    return queries.round_view(commands.cancel_round(session, caller, round_id, move.reason), language)


@router.get("/rounds/{round_id}/problem")
def read_problem(session: Reading, caller: SignedIn, round_id: str) -> Any:
    """Give the problem that a round was computed from, so that it can be run again with the engine alone."""
    return queries.read_problem(session, caller, round_id)


@router.get("/rounds/{round_id}/comparison")
def compare_rounds(
    session: Reading,
    caller: SignedIn,
    language: Language,
    round_id: str,
    other: Annotated[str, Query(alias="with", max_length=64, description="The other round.")],
) -> ComparisonView:
    """Put another round beside a round: who gains, who loses, what it costs. For the desk that ran both."""
    return comparisons.get_comparison(session, caller, round_id, other, language)


@router.get("/rounds/{round_id}/journal")
def get_round_journal(session: Reading, caller: SignedIn, round_id: str) -> JournalView:
    """Show what happened to a round."""
    queries.find_round(session, caller, round_id)
    return get_journal(session, caller, f"round:{round_id}")


@router.get("/needs/{need_id}/candidates")
def list_candidates(
    session: Reading,
    caller: SignedIn,
    language: Language,
    need_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CandidateList:
    """Rank one need's candidates now, each explained. For its requesters and its desk."""
    return candidates.list_candidates(session, caller, need_id, limit, language)


@router.get("/needs/{need_id}/why-not")
def get_why_not(
    session: Reading,
    caller: SignedIn,
    language: Language,
    need_id: str,
    component: IdText,
    offer: IdText,
    round_: Annotated[IdText | None, Query(alias="round")] = None,
) -> WhyNotView:
    """Tell why an offer was not chosen for a component, in the last round of the need or in a given one.

    The desk that ran it is told what kept the offer out, the score at which it would enter, and what would
    change. Those who ask are told what concerns their own need, and nothing of others.
    """
    return why_not.get_why_not(session, caller, need_id, (component, offer), round_, language)


@router.get("/needs/{need_id}/pins")
def list_pins(session: Reading, caller: SignedIn, need_id: str) -> list[PinView]:
    """List the locks and vetoes of a need: to its desk all, to its requesters their own."""
    return queries.list_pins(session, caller, need_id)


@router.get("/needs/{need_id}/pins/journal")
def get_pins_journal(session: Reading, caller: SignedIn, need_id: str) -> JournalView:
    """Show what the desk decided about a need for itself: its locks and vetoes. For the desk."""
    return queries.get_desk_journal(session, caller, need_id)


@router.post("/needs/{need_id}/pins", status_code=201)
def decide_pin(session: Writing, caller: SignedIn, need_id: str, decision: PinDecision) -> PinView:
    """Lock or veto a pair for all rounds to come, with a reason."""
    return queries.pin_view(commands.decide_pin(session, caller, need_id, decision))


@router.post("/pins/{pin_id}/lift")
def lift_pin(session: Writing, caller: SignedIn, pin_id: str, move: Move) -> PinView:
    """Take a lock or veto back."""
    return queries.pin_view(commands.lift_pin(session, caller, pin_id, move.reason))
