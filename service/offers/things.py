"""How offers hold files: whoever is shown an offer may open them, its provider adds and withdraws them."""

from sqlmodel import Session

from service.attachments.holders import Holder, Holding, hold
from service.caller import Caller
from service.errors import NotAllowed
from service.offers import rules, timing  # noqa: F401 - clocks are registered with the rest
from service.offers.commands import touch_offer
from service.offers.errors import OfferEnded
from service.offers.queries import find_offer
from service.offers.tables import Offer


def _look_at(session: Session, caller: Caller, offer_id: str) -> Holding:
    row = find_offer(session, caller, offer_id)
    may_change = row.state in rules.OPEN and rules.may_revise(caller, row)
    address = f"/things/offer:{row.id}/attachments"
    return Holding(row.title, address, may_add=may_change, may_withdraw=may_change)


def _change_files(session: Session, caller: Caller, offer_id: str) -> None:
    row: Offer = find_offer(session, caller, offer_id)
    if not rules.may_revise(caller, row):
        raise NotAllowed
    if row.state not in rules.OPEN:
        raise OfferEnded
    touch_offer(session, row)


hold("offer", Holder(_look_at, _change_files))
