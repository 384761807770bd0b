"""The JSON door to what draws on several rooms."""

from fastapi import Request

from service.desks.overlap_queries import OverlapView, get_overlap
from service.web.doors import Doors
from service.web.requests import Language, Reading, SignedIn

router = Doors(tags=["needs"])


@router.get("/needs/{need_id}/overlaps")
def get_need_overlaps(
    request: Request, session: Reading, caller: SignedIn, language: Language, need_id: str
) -> OverlapView:
    """Show what is like a need, out of what you may see: other needs, and help that was given before."""
    model = request.app.state.settings.text_model
    return get_overlap(session, caller, need_id, model, language)
