"""What a webhook's owner may see at this moment, asked of the things' own rooms."""

from collections.abc import Callable, Mapping

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.matches.proposal_queries import proposals_in_sight
from service.matches.queries import rounds_in_sight
from service.needs.queries import ids_in_sight as needs_in_sight
from service.offers.queries import ids_in_sight as offers_in_sight
from service.webhooks.rules import viewer_for

_IN_SIGHT: Mapping[str, Callable[[Session, Caller], SelectOfScalar[str]]] = {
    "need": needs_in_sight,
    "offer": offers_in_sight,
    "proposal": proposals_in_sight,
    "round": rounds_in_sight,
}


def may_be_sent(session: Session, owner_id: str | None, kind: str, thing_id: str) -> bool:
    """Tell whether a webhook of an owner may tell of a thing; a test tells of nothing."""
    if kind == "webhook":
        return True
    if kind not in _IN_SIGHT:
        return False
    query = _IN_SIGHT[kind](session, viewer_for(owner_id))
    return session.exec(query.where(query.selected_columns[0] == thing_id)).first() is not None
