"""Proposals, seats and unmet components as they are shown. The queries decide to whom; here is how.

Each function takes a fixed number of statements, however many things it shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from service.caller import ASKING, Caller
from service.matches import rules
from service.matches.bookings import months_of
from service.matches.engine import number_for_party, shown_to_party
from service.matches.proposal_schemas import (
    AlternativeView,
    AskedFor,
    ExclusionView,
    HostView,
    OwnSeatView,
    ProposalLine,
    ProposalView,
    ProviderSeen,
    SeatView,
    UnmetView,
)
from service.matches.reasons import Teller
from service.matches.schemas import CriterionView, ReasonView
from service.matches.tables import Consent, MatchRound, Proposal, Seat, UnmetComponent
from service.needs.queries import find_needs, parties_of
from service.needs.rules import reaches
from service.needs.tables import Need, NeedComponent
from service.needs.views import Surroundings, named_providers_of, surroundings_of
from service.offers.tables import Offer
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.stakeholders.tables import Stakeholder

Told = Mapping[str, Any]


def parties_to(caller: Caller, need: Need, requesters: Iterable[str]) -> set[rules.Party]:
    """Return as whom the caller may move a proposal for the need."""
    found: set[rules.Party] = set()
    if caller.stakeholders(*ASKING).intersection(requesters):
        found.add("requester")
    if need.desk_id in caller.desks():
        found.add("desk")
    return found


def standing_consents(session: Session, proposal_id: str, kind: str) -> set[str]:
    """Return the stakeholders whose consent of a kind stands."""
    rows = session.exec(
        select(Consent.stakeholder_id).where(
            Consent.proposal_id == proposal_id, Consent.kind == kind, col(Consent.revoked_at).is_(None)
        )
    )
    return set(rows)


def is_naming_allowed(session: Session, row: Proposal, need: Need, providers: Iterable[str]) -> bool:
    """Tell whether the need may be named to the providers of a proposal."""
    return rules.may_be_named(
        need.confidentiality,
        providers,
        named_providers_of(session, need.id),
        has_consent=need.lead_id in standing_consents(session, row.id, "name_need"),
    )


# For those who ask, and the desk


def lines_of(session: Session, rows: Sequence[Proposal]) -> list[ProposalLine]:
    """Return proposals as a list shows them."""
    seats = seats_of(session, (row.id for row in rows))
    states = states_of(session, (seat.provider_id for team in seats.values() for seat in team))
    needs = find_needs(session, (row.need_id for row in rows))
    return [
        ProposalLine(
            id=row.id,
            round=row.round_id,
            need=row.need_id,
            need_title=needs[row.need_id].title,
            status=row.state,
            score=row.score,
            complete=row.complete,
            provider_states=sorted({iso3 for seat in seats[row.id] for iso3 in states[seat.provider_id]}),
            seats=dict(sorted(Counter(seat.state for seat in seats[row.id]).items())),
            hosts=[host["code"] for host in row.hosts if host["kind"] == "dialogue"],
            is_stale=bool(row.stale_because),
            created_at=row.created_at,
        )
        for row in rows
    ]


def proposal_view(session: Session, caller: Caller, row: Proposal, language: str) -> ProposalView:
    """Return a proposal whole."""
    need = find_needs(session, [row.need_id])[row.need_id]
    requesters = parties_of(session, need).requesters
    parties = parties_to(caller, need, requesters)
    agreed = standing_consents(session, row.id, "take_part")
    seats = seats_of(session, [row.id])[row.id]
    offers = _offers(
        session, {seat.offer_id for seat in seats} | {item["offer"] for item in row.alternatives}
    )
    providers = find_stakeholders(session, (offer.stakeholder_id for offer in offers.values()))
    shown = _Shown(
        session,
        caller,
        row,
        teller=Teller(session, language),
        offers=offers,
        providers=providers,
        states=states_of(session, providers),
        to_desk="desk" in parties,
    )
    return ProposalView(
        id=row.id,
        round=row.round_id,
        need=row.need_id,
        need_title=need.title,
        status=row.state,
        score=row.score,
        complete=row.complete,
        reasons=shown.reasons(row.reasons),
        seats=shown.seats(seats),
        alternatives=[shown.alternative(item) for item in row.alternatives],
        hosts=[shown.host(item) for item in row.hosts],
        stale_because=row.stale_because,
        superseded_by=row.superseded_by,
        agreed_by=sorted(agreed),
        naming_allowed=is_naming_allowed(session, row, need, (seat.provider_id for seat in seats)),
        moves=_moves(row, parties, mine=caller.stakeholders(*ASKING) & requesters.keys(), agreed=agreed),
        created_at=row.created_at,
        shortlisted_at=row.shortlisted_at,
        proposed_at=row.proposed_at,
        confirmed_at=row.confirmed_at,
        withdrawn_at=row.withdrawn_at,
    )


def _moves(
    row: Proposal, parties: set[rules.Party], *, mine: AbstractSet[str], agreed: AbstractSet[str]
) -> list[str]:
    moves = [
        verb
        for verb, move in rules.PROPOSAL_MOVES.items()
        if row.state in move.sources and parties & move.parties
    ]
    if row.state in rules.PROPOSAL_OPEN and mine:
        moves += ["agree"] if mine - agreed else []
        moves += ["revoke-agreement"] if mine & agreed else []
    return moves


@dataclass(frozen=True, slots=True)
class _Shown:
    """How one proposal is told to one reader."""

    session: Session
    caller: Caller
    row: Proposal
    teller: Teller
    offers: Mapping[str, Offer]
    providers: Mapping[str, Stakeholder]
    states: Mapping[str, list[str]]
    to_desk: bool

    @property
    def is_agreed(self) -> bool:
        """Whether both sides see each other's protected data."""
        return rules.shows_protected(self.row.state)

    def reasons(self, reasons: Iterable[Told]) -> list[ReasonView]:
        """Tell reasons."""
        told = reasons if self.to_desk else shown_to_party(reasons)
        return [self.teller.reason(item) for item in rules.shown_reasons(told, to_desk=self.to_desk)]

    def criterion(self, criterion: Told) -> CriterionView:
        """Tell a criterion."""
        reasons = rules.shown_reasons(criterion["reasons"], to_desk=self.to_desk)
        return self.teller.criterion({**criterion, "reasons": reasons})

    def seats(self, seats: Sequence[Seat]) -> list[SeatView]:
        """Tell the seats of the team."""
        ids = {seat.component_id for seat in seats}
        found = self.session.exec(select(NeedComponent).where(col(NeedComponent.id).in_(ids)))
        components = {component.id: component for component in found}
        months = months_of(self.session, (seat.id for seat in seats))
        return [
            self._seat(seat, components.get(seat.component_id), months.get(seat.id, [])) for seat in seats
        ]

    def _seat(self, seat: Seat, component: NeedComponent | None, months: list[str]) -> SeatView:
        reason = rules.shown_code(seat.answer_reason, to_desk=self.to_desk) if seat.answer_reason else None
        return SeatView(
            component=seat.component_id,
            area=component.area if component else None,
            modality=component.modality if component else None,
            offer=seat.offer_id,
            offer_title=self._title(self.offers[seat.offer_id]),
            provider=self._provider(seat.provider_id),
            criteria=[self.criterion(item) for item in seat.criteria],
            to_be_confirmed=self.reasons(seat.to_be_confirmed),
            status=seat.state,
            answer_reason=reason,
            months=months or seat.months_wanted or [],
            **seat.model_dump(include=_SEAT_AS_IT_IS),
        )

    def alternative(self, item: Told) -> AlternativeView:
        """Tell who stood next in line."""
        return AlternativeView(
            component=item["component"],
            offer=item["offer"],
            provider=self._provider(self.offers[item["offer"]].stakeholder_id),
            score=item["score"],
            behind=item["behind"],
            reasons=self.reasons(item["reasons"]),
        )

    def host(self, item: Told) -> HostView:
        """Tell who could host the work."""
        return HostView(
            kind=item["kind"],
            code=item["code"],
            score=item["score"],
            reasons=self.reasons(item["reasons"]),
            warnings=self.reasons(item["warnings"]),
        )

    def _title(self, offer: Offer) -> str | None:
        is_shown = self.is_agreed or rules.shows_offer_title(
            offer.confidentiality, offer.desk_id, self.caller.desks()
        )
        return offer.title if is_shown else None

    def _provider(self, provider_id: str) -> ProviderSeen:
        row, states = self.providers[provider_id], self.states[provider_id]
        if row.type == HOLDS_A_PERSON and not self.is_agreed:
            return ProviderSeen(id=None, type=row.type, name=None, states=states)
        return ProviderSeen(id=row.id, type=row.type, name=row.name, states=states)


_SEAT_AS_IT_IS = {
    "id",
    "is_mandatory",
    "is_named_expert",
    "experts",
    "days",
    "score",
    "locked",
    "offered_at",
    "lapses_at",
    "answered_at",
    "replaced_by",
}


# For the provider, and the named expert


def own_seats(session: Session, seats: Sequence[Seat]) -> list[OwnSeatView]:
    """Return seats as the offering side sees them."""
    proposals = {
        row.id: row
        for row in session.exec(
            select(Proposal).where(col(Proposal.id).in_({seat.proposal_id for seat in seats}))
        )
    }
    needs = find_needs(session, (row.need_id for row in proposals.values()))
    around = surroundings_of(session, list(needs.values()))
    ids = {seat.component_id for seat in seats}
    found = session.exec(select(NeedComponent).where(col(NeedComponent.id).in_(ids)))
    components = {component.id: component for component in found}
    months = months_of(session, (seat.id for seat in seats))
    shown = []
    for seat in seats:
        row = proposals[seat.proposal_id]
        is_agreed = rules.shows_protected(row.state) and seat.state in rules.SEAT_AGREED
        asked_for = None
        if seat.state in rules.SEAT_OPEN:
            component = components.get(seat.component_id)
            asked_for = _asked_for(needs[row.need_id], component, around, is_agreed=is_agreed)
        shown.append(_own_seat(seat, asked_for, months.get(seat.id, []), is_agreed=is_agreed))
    return shown


def _own_seat(seat: Seat, asked_for: AskedFor | None, months: list[str], *, is_agreed: bool) -> OwnSeatView:
    return OwnSeatView(
        offer=seat.offer_id,
        provider=seat.provider_id,
        status=seat.state,
        asked_for=asked_for,
        is_agreed_on_both_sides=is_agreed,
        months=months,
        moves=[
            door
            for verb, door in rules.OWN_SEAT_DOORS.items()
            if seat.state in rules.SEAT_MOVES[verb].sources
        ],
        **seat.model_dump(include=_OWN_SEAT_AS_IT_IS),
    )


_OWN_SEAT_AS_IT_IS = {
    "id",
    "is_named_expert",
    "experts",
    "days",
    "offered_at",
    "lapses_at",
    "release_given_at",
    "expert_accepted_at",
    "answered_at",
    "answer_reason",
}


def _asked_for(
    need: Need, component: NeedComponent | None, around: Surroundings, *, is_agreed: bool
) -> AskedFor:
    shows_states = is_agreed or reaches(need.confidentiality, "named_providers")
    return AskedFor(
        area=component.area if component else None,
        modality=component.modality if component else None,
        languages=component.languages if component else None,
        commitments=around.commitments[need.id],
        starts_on=need.starts_on,
        ends_on=need.ends_on,
        delivery_mode=need.delivery_mode,
        requester_states=around.states_of(need.id) if shows_states else None,
        need=need.id if is_agreed else None,
        need_title=need.title if is_agreed else None,
        requesters=around.names_of(need.id) if is_agreed else None,
    )


# What stays unmet


def unmet_views(
    session: Session, caller: Caller, rows: Sequence[UnmetComponent], language: str
) -> list[UnmetView]:
    """Return unmet components; the proof only to the desk that ran the round, for it names others' needs."""
    needs = find_needs(session, (row.need_id for row in rows))
    ids = {row.component_id for row in rows}
    areas = dict(
        session.exec(select(NeedComponent.id, NeedComponent.area).where(col(NeedComponent.id).in_(ids))).all()
    )
    desks = dict(
        session.exec(
            select(MatchRound.id, MatchRound.desk_id).where(
                col(MatchRound.id).in_({row.round_id for row in rows})
            )
        ).all()
    )
    teller = Teller(session, language)
    return [
        _unmet(
            row,
            needs[row.need_id],
            areas.get(row.component_id),
            teller,
            to_desk=needs[row.need_id].desk_id in caller.desks(),
            with_proof=desks[row.round_id] in caller.desks(),
        )
        for row in rows
    ]


def _unmet(
    row: UnmetComponent,
    need: Need,
    area: str | None,
    teller: Teller,
    *,
    to_desk: bool,
    with_proof: bool,
) -> UnmetView:
    exclusions = rules.shown_exclusions(row.exclusions, to_desk=to_desk)
    told = row.reasons if to_desk else shown_to_party(row.reasons)
    if not to_desk:
        counts = ("offers", "alone")
        exclusions = [item | {name: number_for_party(item[name]) for name in counts} for item in exclusions]
    return UnmetView(
        id=row.id,
        round=row.round_id,
        need=row.need_id,
        need_title=need.title,
        component=row.component_id,
        area=area,
        missing=row.missing,
        mandatory=row.mandatory,
        reason=row.reason,
        reasons=[teller.reason(item) for item in rules.shown_reasons(told, to_desk=to_desk)],
        exclusions=[ExclusionView(**item) for item in exclusions],
        certificate=row.certificate if with_proof else None,
        found_at=row.found_at,
    )


def seats_of(session: Session, proposal_ids: Iterable[str]) -> dict[str, list[Seat]]:
    """Return the seats of the proposals, each team's best first."""
    found: dict[str, list[Seat]] = {id_: [] for id_ in proposal_ids}
    query = select(Seat).where(col(Seat.proposal_id).in_(found.keys()))
    for seat in session.exec(query.order_by(col(Seat.score).desc(), col(Seat.id))):
        found[seat.proposal_id].append(seat)
    return found


def _offers(session: Session, ids: Iterable[str]) -> dict[str, Offer]:
    return {row.id: row for row in session.exec(select(Offer).where(col(Offer.id).in_(set(ids))))}
