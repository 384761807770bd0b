"""What a named expert may ask of an offer that stands behind them: a pause, no matching, to be forgotten.

Called by the room above that has asked already who they are, or by the provider's own people.
"""

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, delete

from service import clock
from service.caller import Caller
from service.journal.commands import record
from service.offers import rules
from service.offers.commands import _move, touch_offer
from service.offers.queries import find_offer
from service.offers.tables import Offer, OfferPerson
from service.search.commands import index_text

Limit = Literal["restricted", "objected"]
_EVENTS: dict[tuple[Limit, bool], str] = {
    ("restricted", True): "offer.restricted",
    ("restricted", False): "offer.restriction-lifted",
    ("objected", True): "offer.objected",
    ("objected", False): "offer.objection-withdrawn",
}


def find_experts_offer(session: Session, caller: Caller, offer_id: str) -> Offer | None:
    """Return the offer of a named expert to the provider's own people; None is for everybody else."""
    row = find_offer(session, caller, offer_id)
    return row if row.kind == "named_expert" and rules.may_know_private(caller, row) else None


def limit_expert(session: Session, caller: Caller, offer_id: str, limit: Limit, *, is_on: bool) -> None:
    """Keep an offer out of rounds and rankings; restricted, it is not shown to others either."""
    row = session.get_one(Offer, offer_id)
    name = f"{limit}_at"
    if (getattr(row, name) is not None) is is_on:
        return
    setattr(row, name, _now(is_on=is_on))
    session.add(row)
    session.flush()
    touch_offer(session, row)
    record(session, caller, _EVENTS[limit, is_on], f"offer:{row.id}")


def forget_expert(session: Session, caller: Caller, offer_id: str) -> None:
    """Forget who a named expert is and what the offer says of them; an open offer ends with it."""
    session.exec(delete(OfferPerson).where(col(OfferPerson.offer_id) == offer_id))
    index_text(session, "offer", offer_id)
    record(session, caller, "offer.person-erased", f"offer:{offer_id}")
    row = session.get_one(Offer, offer_id)
    if row.state in rules.OPEN:
        _move(session, caller, row, "withdraw")


def _now(*, is_on: bool) -> datetime | None:
    return clock.now() if is_on else None
