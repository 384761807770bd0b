"""Proposals, seats and unmet components as they are shown. The queries decide to whom; here is how.

Each function takes a fixed number of statements, however many things it shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from service.caller import ASKING, Caller
from service.matches import rules
from service.matches.bookings import NOTHING_HELD, Held, holds_of, last_holds_of
from service.matches.consents import CONSENT_TEXT, is_naming_allowed, standing_consents
from service.matches.engine import Candidate, number_for_party, shown_to_party
from service.matches.own_scores import in_own_order, own_score, score_of_team
from service.matches.proposal_schemas import (
    AlternativeView,
    AskedFor,
    ExclusionView,
    HostView,
    InterestView,
    OwnSeatView,
    ProposalLine,
    ProposalView,
    ProviderSeen,
    ReplacementView,
    SeatView,
    UnmetView,
)
from service.matches.reasons import Teller
from service.matches.schemas import CriterionView, ReasonView
from service.matches.seat_parties import is_yes_missing, may_leave
from service.matches.tables import InterestDeclaration, MatchRound, Proposal, Seat, UnmetComponent
from service.needs.queries import find_needs, parties_of
from service.needs.rules import reaches
from service.needs.tables import Need, NeedComponent
from service.needs.views import Surroundings, surroundings_of
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


def is_desk_of(caller: Caller, need: Need) -> bool:
    """Tell whether the caller handles the need, and so reads of its proposals what the requester does not."""
    return need.desk_id in caller.desks()


# For those who ask, and the desk


def lines_of(session: Session, caller: Caller, rows: Sequence[Proposal]) -> list[ProposalLine]:
    """Return proposals as a list shows them."""
    seats = seats_of(session, (row.id for row in rows))
    states = states_of(session, (seat.provider_id for team in seats.values() for seat in team))
    needs = find_needs(session, (row.need_id for row in rows))
    return [
        _line(row, needs[row.need_id], seats[row.id], states, to_desk=is_desk_of(caller, needs[row.need_id]))
        for row in rows
    ]


def _line(
    row: Proposal, need: Need, seats: Sequence[Seat], states: Mapping[str, list[str]], *, to_desk: bool
) -> ProposalLine:
    counts = Counter(seat_state_for(seat, to_desk=to_desk) for seat in seats)
    return ProposalLine(
        id=row.id,
        round=row.round_id,
        need=row.need_id,
        need_title=need.title,
        status=row.state if to_desk else row.shown_state,
        score=row.score if to_desk else score_of_team(row, seats),
        complete=row.complete,
        provider_states=sorted({iso3 for seat in seats for iso3 in states[seat.provider_id]}),
        seats=dict(sorted(counts.items())),
        hosts=[host["code"] for host in row.hosts if host["kind"] == "dialogue"],
        is_stale=bool(row.stale_because),
        created_at=row.created_at,
    )


def seat_state_for(seat: Seat, *, to_desk: bool) -> str:
    """Return the state of a seat as the desk, or the asking side, reads it."""
    return seat.state if to_desk else rules.told_seat_state(seat.shown_state, seat.news_at)


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
    to_desk = shown.to_desk
    return ProposalView(
        id=row.id,
        round=row.round_id,
        need=row.need_id,
        need_title=need.title,
        status=row.state if to_desk else row.shown_state,
        score=row.score if to_desk else score_of_team(row, seats),
        complete=row.complete,
        reasons=shown.reasons(row.reasons),
        seats=shown.seats(seats),
        alternatives=shown.alternatives(row.alternatives),
        hosts=[shown.host(item) for item in row.hosts],
        stale_because=row.stale_because,
        superseded_by=row.superseded_by,
        agreed_by=sorted(agreed),
        naming_allowed=is_naming_allowed(session, row, need, (seat.provider_id for seat in seats)),
        text_version=CONSENT_TEXT,
        moves=_moves(
            row.state if to_desk else row.shown_state,
            parties,
            mine=caller.stakeholders(*ASKING) & requesters.keys(),
            agreed=agreed,
            has_lost=any(seat.replaced_by or refilling_is_due(row, seat) for seat in seats),
        ),
        created_at=row.created_at,
        shortlisted_at=row.shortlisted_at,
        proposed_at=row.proposed_at,
        confirmed_at=row.confirmed_at,
        withdrawn_at=row.withdrawn_at,
    )


def replacement_views(
    session: Session,
    caller: Caller,
    row: Proposal,
    found: Sequence[Candidate],
    may_be_named: Mapping[str, bool],
    language: str,
) -> list[ReplacementView]:
    """Return offers that could take a place in a team, as the reader may see them."""
    need = find_needs(session, [row.need_id])[row.need_id]
    offers = _offers(session, {item.offer for item in found})
    providers = find_stakeholders(session, (offer.stakeholder_id for offer in offers.values()))
    shown = _Shown(
        session,
        caller,
        row,
        teller=Teller(session, language),
        offers=offers,
        providers=providers,
        states=states_of(session, providers),
        to_desk=is_desk_of(caller, need),
    )
    told = [shown.replacement(item, may_be_named=may_be_named[item.offer]) for item in found]
    # Whoever reads scores without the providers' wishes reads the order without them too.
    return told if shown.to_desk else sorted(told, key=lambda one: (-one.score, one.offer))


def _moves(
    state: str,
    parties: set[rules.Party],
    *,
    mine: AbstractSet[str],
    agreed: AbstractSet[str],
    has_lost: bool,
) -> list[str]:
    moves = [
        verb
        for verb, move in rules.PROPOSAL_MOVES.items()
        if state in move.sources and parties & move.parties
    ]
    if state in rules.PROPOSAL_OPEN and mine:
        moves += ["agree"] if mine - agreed else []
        moves += ["revoke-agreement"] if mine & agreed else []
    if has_lost and mine and state in rules.REFILLED_IN - {"confirmed"}:
        moves.append("object")
    return moves


def refilling_is_due(row: Proposal, seat: Seat) -> bool:
    """Tell whether a seat may be filled again now: lost, told of, taken over by nobody, its team not over."""
    is_over = bool(row.withdrawn_at or row.superseded_by or row.project_id)
    is_told = seat.news_at is not None and seat.state == seat.shown_state
    return is_told and not seat.replaced_by and not is_over


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
        """Whether both sides see each other's protected data, as far as the reader was told."""
        return rules.shows_protected(self.row.state if self.to_desk else self.row.shown_state)

    def reasons(self, reasons: Iterable[Told]) -> list[ReasonView]:
        """Tell reasons."""
        told = reasons if self.to_desk else shown_to_party(reasons)
        return [self.teller.reason(item) for item in rules.shown_reasons(told, to_desk=self.to_desk)]

    def criterion(self, criterion: Told) -> CriterionView:
        """Tell a criterion."""
        reasons = rules.shown_reasons(criterion["reasons"], to_desk=self.to_desk)
        return self.teller.criterion({**criterion, "reasons": reasons})

    def seats(self, seats: Sequence[Seat]) -> list[SeatView]:
        """Tell the seats of the team, best first as far as the reader reads their scores."""
        seats = seats if self.to_desk else in_own_order(seats)
        ids = {seat.component_id for seat in seats}
        found = self.session.exec(select(NeedComponent).where(col(NeedComponent.id).in_(ids)))
        components = {component.id: component for component in found}
        # What was lost and is not told yet still shows what it held.
        hidden = {seat.id for seat in seats if not self.to_desk and seat.state != seat.shown_state}
        held = holds_of(self.session, {seat.id for seat in seats} - hidden)
        held |= last_holds_of(self.session, hidden)
        declared = declarations_of(self.session, [seat.id for seat in seats] if self.to_desk else [])
        refilled = {seat.replaced_by for seat in seats}
        return [
            self._seat(
                seat,
                components.get(seat.component_id),
                held.get(seat.id, NOTHING_HELD),
                declared.get(seat.id, []),
                is_successor=seat.id in refilled,
            )
            for seat in seats
        ]

    def _seat(
        self,
        seat: Seat,
        component: NeedComponent | None,
        held: Held,
        declared: Sequence[InterestDeclaration],
        *,
        is_successor: bool,
    ) -> SeatView:
        score, criteria = seat.score, seat.criteria
        if not self.to_desk:
            score, criteria = own_score(score, criteria)
        return SeatView(
            component=seat.component_id,
            area=component.area if component else None,
            modality=component.modality if component else None,
            offer=seat.offer_id,
            offer_title=self._title(self.offers[seat.offer_id]),
            provider=self._provider(seat.provider_id),
            score=score,
            criteria=[self.criterion(item) for item in criteria],
            to_be_confirmed=self.reasons(seat.to_be_confirmed),
            status=seat_state_for(seat, to_desk=self.to_desk),
            answered_at=self._answered_at(seat),
            answer_reason=self._answer_reason(seat),
            answer_note=seat.answer_note if self.to_desk else None,
            held_until=held.until,
            interests=[interest_view(said) for said in declared],
            moves=self._seat_moves(seat, declared, is_successor=is_successor),
            months=held.months or seat.months_wanted or [],
            **seat.model_dump(include=_SEAT_AS_IT_IS),
        )

    def _answered_at(self, seat: Seat) -> datetime | None:
        """Return when a seat was answered; of a lost one the asking side reads when it was told."""
        if self.to_desk or seat.news_at is None:
            return seat.answered_at
        if seat.shown_state == seat.state:
            return seat.news_at
        return seat.answered_at if seat.shown_state == "accepted" else None

    def _answer_reason(self, seat: Seat) -> str | None:
        if self.to_desk:
            return rules.shown_code(seat.answer_reason, to_desk=True) if seat.answer_reason else None
        if seat.news_at is None:
            return seat.answer_reason
        if seat.shown_state != seat.state:
            return None
        return seat.answer_reason if seat.state == "lapsed" else rules.NOT_AVAILABLE

    def _seat_moves(
        self, seat: Seat, declared: Sequence[InterestDeclaration], *, is_successor: bool
    ) -> list[str]:
        moves = ["refill"] if refilling_is_due(self.row, seat) else []
        if is_successor and seat.shown_state == "suggested":
            moves.append("offer")
        is_waiting = any(said.stance == "declared" and said.verdict is None for said in declared)
        if self.to_desk and is_waiting and seat.state in rules.INTEREST_OPEN:
            moves.append("judge-interest")
        return moves

    def replacement(self, item: Candidate, *, may_be_named: bool) -> ReplacementView:
        """Tell who could take the place of one that is not available."""
        score, criteria = item.score, [criterion.model_dump(mode="json") for criterion in item.criteria]
        if not self.to_desk:
            score, criteria = own_score(score, criteria)
        return ReplacementView(
            offer=item.offer,
            provider=self._provider(self.offers[item.offer].stakeholder_id),
            score=score,
            criteria=[self.criterion(criterion) for criterion in criteria],
            to_be_confirmed=self.reasons(reason.model_dump() for reason in item.to_be_confirmed),
            may_be_named=may_be_named,
        )

    def alternatives(self, items: Iterable[Told]) -> list[AlternativeView]:
        """Tell who stood next in line; to the asking side without what may tell of private wishes."""
        found = [self._alternative(item) for item in items]
        return found if self.to_desk else sorted(found, key=lambda one: (one.component, one.offer))

    def _alternative(self, item: Told) -> AlternativeView:
        return AlternativeView(
            component=item["component"],
            offer=item["offer"],
            provider=self._provider(self.offers[item["offer"]].stakeholder_id),
            score=item["score"] if self.to_desk else None,
            behind=item["behind"] if self.to_desk else None,
            reasons=self.reasons(item["reasons"]) if self.to_desk else [],
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
    "locked",
    "offered_at",
    "lapses_at",
    "replaced_by",
}


def interest_view(said: InterestDeclaration) -> InterestView:
    """Return what was declared, with its words: for the declarer and the desk."""
    return InterestView(
        party=said.party,
        stance=said.stance,
        text=said.text,
        declared_at=said.declared_at,
        verdict=said.verdict,
        measures=said.measures,
        judged_at=said.judged_at,
    )


def declarations_of(session: Session, seat_ids: Iterable[str]) -> dict[str, list[InterestDeclaration]]:
    """Return what was declared about seats, the institution's word first."""
    found: dict[str, list[InterestDeclaration]] = {id_: [] for id_ in seat_ids}
    rows = session.exec(
        select(InterestDeclaration)
        .where(col(InterestDeclaration.seat_id).in_(found.keys()))
        .order_by(col(InterestDeclaration.party).desc())
    )
    for row in rows:
        found[row.seat_id].append(row)
    return found


# For the provider, and the named expert


def own_seats(session: Session, caller: Caller, seats: Sequence[Seat]) -> list[OwnSeatView]:
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
    held = holds_of(session, {seat.id for seat in seats})
    declared = declarations_of(session, [seat.id for seat in seats])
    shown = []
    for seat in seats:
        row = proposals[seat.proposal_id]
        is_agreed = rules.shows_protected(row.state) and seat.state in rules.SEAT_AGREED
        asked_for = None
        if seat.state in rules.SEAT_OPEN:
            component = components.get(seat.component_id)
            asked_for = _asked_for(needs[row.need_id], component, around, is_agreed=is_agreed)
        said = [one for one in declared[seat.id] if _may_read(caller, one)]
        shown.append(
            _own_seat(caller, seat, asked_for, held.get(seat.id, NOTHING_HELD), said, is_agreed=is_agreed)
        )
    return shown


def _may_read(caller: Caller, said: InterestDeclaration) -> bool:
    return said.account_id == caller.account_id


def _own_seat(
    caller: Caller,
    seat: Seat,
    asked_for: AskedFor | None,
    held: Held,
    declared: Sequence[InterestDeclaration],
    *,
    is_agreed: bool,
) -> OwnSeatView:
    return OwnSeatView(
        offer=seat.offer_id,
        provider=seat.provider_id,
        status=seat.state,
        asked_for=asked_for,
        is_agreed_on_both_sides=is_agreed,
        answer_reason=NOT_NEEDED if seat.answer_reason == "vetoed" else seat.answer_reason,
        held_until=held.until,
        interests=[interest_view(said) for said in declared],
        text_version=CONSENT_TEXT,
        months=held.months,
        moves=_own_moves(caller, seat, is_agreed=is_agreed),
        **seat.model_dump(include=_OWN_SEAT_AS_IT_IS),
    )


def _own_moves(caller: Caller, seat: Seat, *, is_agreed: bool) -> list[str]:
    """Return what the caller can do with a seat of its side."""
    moves = ["accept"] if seat.state == "offered" and is_yes_missing(caller, seat) else []
    if may_leave(caller, seat):
        moves += ["decline"] if seat.state == "offered" else []
        moves += ["give-back"] if seat.state == "accepted" else []
        moves += ["declare-interest"] if seat.state in rules.INTEREST_OPEN else []
    return [*moves, "contacts"] if is_agreed else moves


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
    "answer_note",
}
NOT_NEEDED = "no_longer_needed"
"""What a provider reads where a desk's veto took its seat away."""


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
