"""The JSON door to what draws on several rooms."""

from fastapi import Request

from service.desks import suggestion_queries, timeline_queries
from service.desks.overlap_queries import OverlapView, get_overlap
from service.desks.suggestion_queries import SuggestionsView
from service.desks.timeline_queries import TimelineView
from service.web.doors import Doors
from service.web.requests import Asking, Language, Reading, SignedIn

router = Doors(tags=["needs"])


@router.get("/needs/{need_id}/overlaps")
def get_need_overlaps(
    request: Request, session: Reading, caller: SignedIn, language: Language, need_id: str
) -> OverlapView:
    """Show what is like a need, out of what you may see: other needs, and help that was given before."""
    model = request.app.state.settings.text_model
    return get_overlap(session, caller, need_id, model, language)


@router.get("/needs/{need_id}/timeline")
def get_need_timeline(session: Reading, caller: Asking, language: Language, need_id: str) -> TimelineView:
    """Show what happened to a need, in words, and what comes next, as far as you may know."""
    return timeline_queries.get_need_timeline(session, caller, need_id, language)


@router.get("/needs/{need_id}/commitment-suggestions")
def suggest_commitments(
    request: Request, session: Reading, caller: SignedIn, language: Language, need_id: str
) -> SuggestionsView:
    """Show the commitments that a need's text comes near to. None of them is set. Requesters and desk may."""
    model = request.app.state.settings.text_model
    return suggestion_queries.suggest_commitments(session, caller, need_id, model, language)


@router.get("/offers/{offer_id}/timeline")
def get_offer_timeline(session: Reading, caller: Asking, language: Language, offer_id: str) -> TimelineView:
    """Show what happened to an offer, in words, and what comes next, as far as you may know."""
    return timeline_queries.get_offer_timeline(session, caller, offer_id, language)
