"""Reading why an offer was not chosen for a part of a need: the answer in words, and what would change."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from service.caller import Caller
from service.desks.cards import INDIVIDUAL
from service.matches.reasons import Teller
from service.matches.schemas import SeatChangeView, WhyNotView
from service.matches.why_not import get_why_not
from service.needs.queries import find_handled_need, find_needs, ids_in_hand
from service.needs.tables import Need, NeedComponent
from service.offers.tables import Offer
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_, translate

SAID_BY_THE_PAGE = frozenset({"would_enter_at", "would_displace"})
"""Reasons that the page tells in its own words, with the bar and the table."""
NOT_IN_HAND = N_("A need that your desk no longer handles")


class ChangeRow(NamedTuple):
    """A seat that would be given or taken away, in words."""

    need: str | None
    """Its id, where the reader handles it."""
    title: str
    offer: str | None
    provider: str
    experts: int
    """Above 0: would get a place; below 0: would lose one."""


class WhyNotPage(NamedTuple):
    """Why an offer was not chosen, as the page shows it."""

    answer: WhyNotView
    need: Need
    to_desk: bool
    provider: str
    offer: str | None
    area: str | None
    score: float
    enters_at: float | None
    short_by: float | None
    reasons: list[str]
    changes: list[ChangeRow]


def get_why_not_page(
    session: Session,
    caller: Caller,
    need_id: str,
    pair: tuple[str, str],
    round_id: str | None,
    language: str,
) -> WhyNotPage:
    """Return why an offer was not chosen for a component of a need, as far as the caller may know."""
    answer = get_why_not(session, caller, need_id, pair, round_id, language)
    need = find_handled_need(session, caller, need_id)
    teller = Teller(session, language)
    component = session.get(NeedComponent, answer.component)
    named = {answer.offer, *(change.offer for change in answer.changes)}
    offers = _Offers(session, caller, named, teller, language)
    return WhyNotPage(
        answer=answer,
        need=need,
        to_desk=need.desk_id in caller.desks(),
        provider=offers.provider(answer.offer),
        offer=offers.title(answer.offer),
        area=teller.area(component.area) if component and component.area else None,
        score=answer.score / 100,
        enters_at=None if answer.enters_at is None else answer.enters_at / 100,
        short_by=None if answer.short_by is None else answer.short_by / 100,
        reasons=[reason.text for reason in answer.reasons if reason.code not in SAID_BY_THE_PAGE],
        changes=_changes(session, caller, answer.changes, offers, language),
    )


def _changes(
    session: Session, caller: Caller, changes: Sequence[SeatChangeView], offers: "_Offers", language: str
) -> list[ChangeRow]:
    needs = find_needs(session, (change.need for change in changes))
    hand = set(session.exec(select(Need.id).where(col(Need.id).in_(ids_in_hand(caller)))))
    return [
        ChangeRow(
            change.need if change.need in hand else None,
            needs[change.need].title if change.need in hand else translate(NOT_IN_HAND, language),
            offers.title(change.offer),
            offers.provider(change.offer),
            change.experts,
        )
        for change in sorted(changes, key=lambda change: change.experts <= 0)
    ]


class _Offers:
    """Offers as a reader may call them: an individual expert is nobody in particular."""

    def __init__(
        self, session: Session, caller: Caller, ids: set[str], teller: Teller, language: str
    ) -> None:
        self._desks = caller.desks()
        rows = session.exec(select(Offer).where(col(Offer.id).in_(ids))).all()
        self._offers = {row.id: row for row in rows}
        self._parties = find_stakeholders(session, (row.stakeholder_id for row in rows))
        self._states = states_of(session, self._parties)
        self._teller = teller
        self._language = language

    def provider(self, offer: str) -> str:
        """Return who offers it: its states where it has any."""
        row = self._parties[self._offers[offer].stakeholder_id]
        states = ", ".join(self._teller.state(code) for code in self._states[row.id])
        if states:
            return states
        return translate(INDIVIDUAL, self._language) if row.type == HOLDS_A_PERSON else row.name

    def title(self, offer: str) -> str | None:
        """Return its title, where it is not kept among those whom the offer was sent to."""
        row = self._offers[offer]
        is_shown = row.confidentiality in _SHOWN_WIDELY or row.desk_id in self._desks
        return row.title if is_shown else None


_SHOWN_WIDELY = frozenset({"all_states", "public"})
