"""Reading what the pages of consent show: seats that wait, a seat, who could take a place, decisions."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session, col, select

from service.caller import ASKING, Caller
from service.deadlines.schemas import ClockView
from service.desks.around_queries import get_clocks
from service.desks.consent_forms import NEED_STEPS, Step, proposal_steps
from service.desks.network_queries import Choice
from service.desks.words import Tag, tag
from service.errors import NotFound
from service.matches.consents import CONSENT_TEXT, TEXTS
from service.matches.contacts import experts_of
from service.matches.proposal_queries import (
    ProposalFilter,
    get_own_seat,
    get_proposal,
    list_own_seats,
    list_proposals,
)
from service.matches.proposal_schemas import (
    AlternativeView,
    OwnSeatView,
    ProposalView,
    ProviderSeen,
    ReplacementView,
    SeatView,
)
from service.matches.queries import list_pins
from service.matches.reasons import Teller
from service.matches.refilling import list_replacements
from service.matches.schemas import PinView
from service.needs.queries import find_handled_need, find_needs
from service.needs.rules import MOVES
from service.needs.tables import Need, NeedComponent
from service.offers.tables import Offer
from service.reference.facts import code_labels
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate
from service.web.paging import PageAsked

SEATS_SHOWN = 20
PROPOSALS_SHOWN = 5
"""Proposals of a need, newest first, whose offers can be locked or vetoed on its page."""
DECLINED = "declined_reason"
UNMET = "unmet_reason"
INDIVIDUAL = N_("An individual expert")


class SeatLine(NamedTuple):
    """A seat of one's own side, in words."""

    seat: OwnSeatView
    status: Tag
    area: str
    form: str | None
    asker: str | None
    waits_for_you: bool


class SeatsPage(NamedTuple):
    """The seats of one's own side."""

    lines: list[SeatLine]
    next: str | None


class OwnSeatPage(NamedTuple):
    """A seat with what its reader can do."""

    line: SeatLine
    texts: Mapping[str, str]
    """The words that one consents to."""
    version: str
    reasons: list[Choice]
    experts: list[Choice]
    """Whom a focal point can name."""
    needs_expert: bool
    answered_because: str | None
    clocks: list[ClockView]


class SeatRow(NamedTuple):
    """A seat of a team as its proposal's page lists it."""

    seat: SeatView
    who: str
    area: str
    status: Tag
    because: str | None


class ProposalSteps(NamedTuple):
    """What the reader can do with a proposal and its seats."""

    steps: list[Step]
    seats: list[SeatRow]
    can_look_up: bool
    is_naming_allowed: bool
    is_lead: bool
    version: str
    naming: str
    clocks: list[ClockView]


class RefillPage(NamedTuple):
    """Who could take the place of one that is not available."""

    proposal: ProposalView
    row: SeatRow
    candidates: list[tuple[ReplacementView, str, list[str]]]
    """Each with who it is, and what speaks for it."""


class DecisionsPage(NamedTuple):
    """What was decided about a need by people: locks, vetoes, and that nobody is found."""

    need: Need
    status: Tag
    is_desk: bool
    pins: list[tuple[PinView, str, str]]
    """Each with the part and the provider in words."""
    pairs: list[Choice]
    steps: list[tuple[str, str, str]]
    """Verb, label and effect."""
    reasons: list[Choice]


def get_seats_page(session: Session, caller: Caller, cursor: str | None, language: str) -> SeatsPage:
    """Return the seats that were offered to the caller's side, newest first."""
    teller = Teller(session, language)
    found = list_own_seats(session, caller, None, PageAsked(SEATS_SHOWN, cursor))
    return SeatsPage([_line(seat, teller, language) for seat in found.items], found.next)


def get_own_seat_page(session: Session, caller: Caller, seat_id: str, language: str) -> OwnSeatPage:
    """Return a seat that was offered to the caller's side, with what it can do."""
    seat = get_own_seat(session, caller, seat_id)
    labels = code_labels(session, DECLINED, language)
    needs_expert = seat.is_named_expert and seat.release_given_at is None and "accept" in seat.moves
    experts = experts_of(session, caller, seat.provider) if needs_expert else []
    return OwnSeatPage(
        line=_line(seat, Teller(session, language), language),
        texts={kind: translate(text, language) for kind, text in TEXTS[CONSENT_TEXT].items()},
        version=CONSENT_TEXT,
        reasons=[Choice(code, label) for code, label in labels.items()],
        experts=[Choice(account, name) for account, name in experts],
        needs_expert=needs_expert,
        answered_because=labels.get(seat.answer_reason or ""),
        clocks=get_clocks(session, caller, f"seat:{seat_id}", language),
    )


def get_proposal_steps(
    session: Session, caller: Caller, proposal: ProposalView, language: str
) -> ProposalSteps:
    """Return what the reader can do with a proposal, in words."""
    need = find_needs(session, [proposal.need])[proposal.need]
    is_lead = caller.acts_for(need.lead_id, *ASKING)
    return ProposalSteps(
        steps=proposal_steps(
            proposal.moves, is_naming_allowed=proposal.naming_allowed, is_lead=is_lead, language=language
        ),
        seats=_rows(session, proposal, language),
        can_look_up=proposal.status in {"mutually_accepted", "confirmed", "project"},
        is_naming_allowed=proposal.naming_allowed,
        is_lead=is_lead,
        version=CONSENT_TEXT,
        naming=translate(TEXTS[CONSENT_TEXT]["name_need"], language),
        clocks=get_clocks(session, caller, f"proposal:{proposal.id}", language),
    )


def get_refill_page(
    session: Session, caller: Caller, proposal_id: str, seat_id: str, language: str
) -> RefillPage:
    """Return who could take a lost seat's place."""
    proposal = get_proposal(session, caller, proposal_id, language)
    row = next((row for row in _rows(session, proposal, language) if row.seat.id == seat_id), None)
    if row is None:
        raise NotFound
    teller = Teller(session, language)
    found = list_replacements(session, caller, proposal_id, seat_id, language)
    return RefillPage(
        proposal,
        row,
        [
            (
                item,
                _who(item.provider, teller, language),
                [reason.text for criterion in item.criteria for reason in criterion.reasons][:4],
            )
            for item in found
        ],
    )


def get_decisions_page(session: Session, caller: Caller, need_id: str, language: str) -> DecisionsPage:
    """Return what people decided about a need, for those who ask and the desk."""
    need = find_handled_need(session, caller, need_id)
    teller = Teller(session, language)
    is_desk = need.desk_id in caller.desks()
    pins = list_pins(session, caller, need_id)
    pairs = _pairs(session, caller, need_id, teller, language)
    named = dict(pairs) | _named(session, {(pin.component, pin.offer) for pin in pins}, teller)
    steps = [
        (verb, translate(label, language), translate(effect, language))
        for verb, (label, effect) in NEED_STEPS.items()
        if is_desk and need.state in MOVES[verb.replace("-", "_")].sources
    ]
    return DecisionsPage(
        need=need,
        status=tag("need", need.state, language),
        is_desk=is_desk,
        pins=[(pin, *named[pin.component, pin.offer]) for pin in pins],
        pairs=[Choice(f"{pair[0]}.{pair[1]}", f"{who}: {part}") for pair, (part, who) in pairs.items()],
        steps=steps,
        reasons=[Choice(code, label) for code, label in code_labels(session, UNMET, language).items()],
    )


def _line(seat: OwnSeatView, teller: Teller, language: str) -> SeatLine:
    asked = seat.asked_for
    states = [teller.state(code) for code in (asked.requester_states or ())] if asked else []
    return SeatLine(
        seat,
        tag("seat", seat.status, language),
        teller.area(asked.area) if asked and asked.area else translate(N_("A seat"), language),
        teller.modality(asked.modality) if asked and asked.modality else None,
        ", ".join(states) or None,
        "accept" in seat.moves,
    )


def _rows(session: Session, proposal: ProposalView, language: str) -> list[SeatRow]:
    teller = Teller(session, language)
    reasons = code_labels(session, DECLINED, language)
    return [
        SeatRow(
            seat,
            _who(seat.provider, teller, language),
            teller.area(seat.area) if seat.area else translate(N_("Not stated"), language),
            tag("seat", seat.status, language),
            reasons.get(seat.answer_reason or ""),
        )
        for seat in proposal.seats
    ]


def _who(provider: ProviderSeen, teller: Teller, language: str) -> str:
    name = provider.name or translate(INDIVIDUAL, language)
    states = ", ".join(teller.state(code) for code in provider.states)
    return f"{states} ({name})" if states else name


def _pairs(
    session: Session, caller: Caller, need_id: str, teller: Teller, language: str
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the pairs that are or were proposed for a need, with part and provider in words."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    lines = list_proposals(session, caller, ProposalFilter(need=need_id), PageAsked(PROPOSALS_SHOWN, None))
    for line in lines.items:
        proposal = get_proposal(session, caller, line.id, language)
        areas = {seat.component: seat.area for seat in proposal.seats}
        items: list[SeatView | AlternativeView] = [*proposal.seats, *proposal.alternatives]
        for item in items:
            part = teller.area(areas.get(item.component) or "") or translate(N_("Not stated"), language)
            found[item.component, item.offer] = part, _who(item.provider, teller, language)
    return found


def _named(
    session: Session, pairs: set[tuple[str, str]], teller: Teller
) -> dict[tuple[str, str], tuple[str, str]]:
    parts = session.exec(select(NeedComponent).where(col(NeedComponent.id).in_({pair[0] for pair in pairs})))
    areas = {part.id: teller.area(part.area) if part.area else part.id for part in parts}
    offers = {
        row.id: row.stakeholder_id
        for row in session.exec(select(Offer).where(col(Offer.id).in_({pair[1] for pair in pairs})))
    }
    names = find_stakeholders(session, offers.values())
    return {
        (component, offer): (areas.get(component, component), names[offers[offer]].name)
        for component, offer in pairs
    }
