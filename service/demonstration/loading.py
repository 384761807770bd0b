"""Loading the demonstration: through the same commands as everybody, and harmless to repeat."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlmodel import Session, select

from service import clock
from service.caller import OPERATOR, Caller, Duty
from service.deliveries.commands import import_delivery
from service.demonstration.cases import (
    Asker,
    Case,
    Published,
    is_documented,
    need_of,
    offer_of,
    read_cases,
    read_offers,
)
from service.errors import InvalidInput
from service.needs import moves as needs
from service.needs.commands import register_need
from service.needs.tables import Need
from service.offers.commands import import_offer, mark_offer_stale
from service.offers.tables import Offer
from service.reference.facts import list_memberships
from service.stakeholders.commands import register_stakeholder
from service.stakeholders.queries import states_of
from service.stakeholders.schemas import StakeholderRegistration
from service.stakeholders.tables import Stakeholder

Item = TypeVar("Item")

DESK_NAME = "Demonstration case desk"
VALIDATED_BECAUSE = "Documented on a public page: somebody helped."
Told = Callable[[str, int, int], None]
"""Told what is being loaded, and how much of it is done."""


@dataclass
class Loaded:
    """What was loaded anew; what stood there already does not count."""

    needs: int = 0
    offers: int = 0
    deliveries: int = 0
    refused: list[str] = field(default_factory=list)
    """Rows that the rules refused, with the field at fault. One bad row stops none of the others."""


def load(session: Session, told: Told) -> Loaded:
    """Load the cases as needs, the published offers, and the documented deliveries."""
    return _Loader(session).load(told)


def find_desk(session: Session) -> str | None:
    """Return the id of the demonstration's desk, once it is loaded."""
    query = select(Stakeholder.id).where(Stakeholder.name == DESK_NAME, Stakeholder.is_demonstration)
    return session.exec(query).first()


class _Loader:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._known = _known_stakeholders(session)
        self._members: dict[str, list[str]] = {}
        for place in list_memberships(session, clock.today()):
            if place.kind == "dialogue" and place.role in {"member", "participant"}:
                self._members.setdefault(place.group, []).append(place.state)
        self.loaded = Loaded()

    def load(self, told: Told) -> Loaded:
        desk = self._desk()
        cases, offers = read_cases(), read_offers()
        there = set(self._session.exec(select(Need.title, Need.source)).all())
        imported = set(self._session.exec(select(Offer.source_code)).all())
        for case in _told(cases, "needs", told):
            self._try(case.id, partial(self._need, case, desk, there))
        for published in _told(offers, "offers", told):
            self._try(published.id, partial(self._offer, published, imported))
        for case in _told(cases, "deliveries", told):
            self._try(case.id, partial(self._delivery, case))
        return self.loaded

    def _try(self, what: str, step: Callable[[], None]) -> None:
        try:
            with self._session.begin_nested():
                step()
        except InvalidInput as refusal:
            fields = ", ".join(f"{fault.field}: {fault.code}" for fault in refusal.faults())
            self.loaded.refused.append(f"{what}: {fields}")

    def _need(self, case: Case, desk: str, there: set[tuple[str, str | None]]) -> None:
        title = case.topic[0].upper() + case.topic[1:]
        if (title, case.source) in there:
            return
        requesters = [self._stakeholder(asker) for asker in case.requesters]
        caller = _acting_for(requesters, desk)
        registration = need_of(case, requesters, desk)
        row = register_need(self._session, caller, registration, demonstration=True)
        needs.submit_need(self._session, caller, row.id)
        needs.endorse_need(self._session, caller, row.id)
        needs.start_screening(self._session, caller, row.id)
        needs.validate_need(self._session, caller, row.id, VALIDATED_BECAUSE)
        needs.circulate_need(self._session, caller, row.id)
        self.loaded.needs += 1

    def _offer(self, published: Published, imported: set[str | None]) -> None:
        if published.id in imported:
            return
        registration = offer_of(published, self._stakeholder(published.provider), self._members)
        row = import_offer(self._session, OPERATOR, registration, demonstration=True)
        if published.is_ended:
            mark_offer_stale(self._session, row.id)
        self.loaded.offers += 1

    def _delivery(self, case: Case) -> None:
        if not is_documented(case):
            return
        before = clock.now()
        row = import_delivery(self._session, OPERATOR, case.row, demonstration=True)
        self.loaded.deliveries += row.registered_at >= before

    def _desk(self) -> str:
        return find_desk(self._session) or self._register(
            Asker("dialogue_secretariat", DESK_NAME, ()), is_desk=True
        )

    def _stakeholder(self, asker: Asker) -> str:
        key = (asker.type, asker.name, asker.states)
        if key not in self._known:
            self._known[key] = self._register(asker)
        return self._known[key]

    def _register(self, asker: Asker, *, is_desk: bool = False) -> str:
        registration = StakeholderRegistration.model_validate(
            {
                "type": asker.type,
                "name": asker.name,
                "states": list(asker.states),
                "regional_body": asker.body,
                "is_desk": is_desk,
            }
        )
        return register_stakeholder(self._session, OPERATOR, registration, demonstration=True).id


def _known_stakeholders(session: Session) -> dict[tuple[str, str, tuple[str, ...]], str]:
    rows = session.exec(select(Stakeholder).where(Stakeholder.is_demonstration)).all()
    states = states_of(session, (row.id for row in rows))
    return {(row.type, row.name, tuple(states[row.id])): row.id for row in rows}


def _acting_for(requesters: Iterable[str], desk: str) -> Caller:
    """Return the demonstration itself, with the duties of those whose part it plays."""
    duties = {Duty("requester_officer", party) for party in requesters}
    duties |= {Duty("national_focal_point", duty.stakeholder_id) for duty in duties}
    return Caller("demonstration", "Demonstration", frozenset(duties | {Duty("case_officer", desk)}))


def _told(items: list[Item], what: str, told: Told) -> Iterable[Item]:
    for number, item in enumerate(items):
        told(what, number, len(items))
        yield item
    told(what, len(items), len(items))
