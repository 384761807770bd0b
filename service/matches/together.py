"""Reading what a round says of several needs together: for its desk, where it handles all of them."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from service.caller import Caller
from service.matches import engine
from service.matches.network_schemas import (
    CoalitionView,
    ExchangeLinkView,
    ExchangeView,
    GroupName,
    JointActionView,
    JointSeatView,
    MemberView,
    StateName,
    TogetherView,
)
from service.matches.queries import find_round, read_file
from service.matches.reasons import Teller
from service.matches.rules import shows_offer_title
from service.needs.queries import find_needs, ids_in_hand
from service.needs.tables import Need
from service.offers.tables import Offer


def get_together(session: Session, caller: Caller, round_id: str, language: str) -> TogetherView:
    """Return the coalitions, joint actions and mutual exchanges of a round of one's desk.

    A coalition of which the desk handles only some members any more is not named at all.
    """
    find_round(session, caller, round_id)
    document = read_file(session, round_id, "outcome")
    coalitions, exchanges = engine.told_together(document) if document else ((), ())
    hand = set(session.exec(select(Need.id).where(col(Need.id).in_(ids_in_hand(caller)))))
    whole = [item for item in coalitions if hand.issuperset(member.need for member in item.members)]
    rings = [item for item in exchanges if hand.issuperset(link.need for link in item.links)]
    telling = _Telling(session, caller, Teller(session, language), whole, rings)
    return TogetherView(
        coalitions=[telling.coalition(item) for item in whole],
        exchanges=[telling.exchange(item) for item in rings],
    )


class _Telling:
    def __init__(
        self,
        session: Session,
        caller: Caller,
        teller: Teller,
        coalitions: list[engine.Coalition],
        exchanges: list[engine.MutualExchange],
    ) -> None:
        self._teller = teller
        needs = {member.need for item in coalitions for member in item.members}
        offers = {seat.offer for item in coalitions if item.action for seat in item.action.seats}
        links = [link for item in exchanges for link in item.links]
        self._needs: Mapping[str, Need] = find_needs(session, needs | {link.need for link in links})
        named = offers | {link.offer for link in links}
        rows = session.exec(select(Offer).where(col(Offer.id).in_(named)))
        desks = caller.desks()
        self._titles = {
            row.id: row.title for row in rows if shows_offer_title(row.confidentiality, row.desk_id, desks)
        }

    def coalition(self, item: engine.Coalition) -> CoalitionView:
        kind, _, code = item.topic.partition(":")
        return CoalitionView(
            topic=self._teller.area(code) if kind == "area" else self._teller.commitment(code),
            score=item.score,
            cohesion=item.cohesion,
            across_regions=item.across_regions,
            starts_on=item.starts_on,
            ends_on=item.ends_on,
            members=[
                MemberView(
                    need=member.need,
                    title=self._needs[member.need].title,
                    component=member.component,
                    states=[self._state(code) for code in member.states],
                    slots=member.slots,
                    experts=member.experts,
                )
                for member in item.members
            ],
            reasons=self._teller.reasons([reason.model_dump() for reason in item.reasons]),
            action=self._action(item),
        )

    def _action(self, item: engine.Coalition) -> JointActionView | None:
        action = item.action
        if action is None:
            return None
        return JointActionView(
            seats=[
                JointSeatView(
                    offer=seat.offer,
                    title=self._titles.get(seat.offer),
                    experts=seat.experts,
                    serves=len(seat.components),
                )
                for seat in action.seats
            ],
            experts_together=action.experts_together,
            experts_separately=action.experts_separately,
            days_together=action.days_together,
            days_separately=action.days_separately,
            hosts=[
                GroupName(kind=host.kind, code=host.code, name=self._teller.group(host.kind, host.code))
                for host in action.hosts
            ],
            reasons=self._teller.reasons([reason.model_dump() for reason in action.reasons]),
            to_be_confirmed=self._teller.reasons([reason.model_dump() for reason in action.to_be_confirmed]),
        )

    def exchange(self, item: engine.MutualExchange) -> ExchangeView:
        return ExchangeView(
            score=item.score,
            links=[
                ExchangeLinkView(
                    giver=self._state(link.giver),
                    taker=self._state(link.taker),
                    need=link.need,
                    need_title=self._needs[link.need].title,
                    offer=link.offer,
                    offer_title=self._titles.get(link.offer),
                    score=link.score,
                )
                for link in item.links
            ],
        )

    def _state(self, code: str) -> StateName:
        return StateName(code=code, name=self._teller.state(code))
