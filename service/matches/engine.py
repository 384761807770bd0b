"""The door to the engine: rows become a problem, the outcome becomes plain values.

Nothing else of the service imports ``matching``.
"""

import gc
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import Session, col, select

from matching import (
    Comparison,
    InvalidProblem,
    Outcome,
    Policy,
    Problem,
    UnknownSetting,
    compare,
    graph,
    partnership_graph,
    run_round,
    why_not,
)
from matching.criteria import DIGITS
from matching.criteria.purposes import NOT_TARGETED, PREFERRED, TARGETED
from matching.explanations.disclosure import FEWEST, for_party
from matching.identity import policy_digest
from matching.outcome import Candidate, Coalition, MutualExchange, Proposal, Reason, Seat, Unmet, WhyNot
from matching.pairs.parts import Sliced
from matching.pairs.ranking import Ranker
from matching.problem import (
    Area,
    Commitment,
    Component,
    Delivery,
    Expertise,
    Group,
    Language,
    Membership,
    MonthlyBooking,
    Need,
    Offer,
    Party,
    Pin,
    State,
)
from matching.round import finish_round
from matching.scenarios import HostChange, LoadChange, NeedChange
from matching.text import RememberedTexts, load_text_model
from service.deliveries.queries import DeliveryForRound, deliveries_for_round
from service.dialogues.queries import agenda_for_round
from service.matches.bookings import booked_months
from service.matches.decisions import decided_pairs, needs_being_agreed
from service.matches.errors import PolicyNotValid
from service.matches.freshness import Mark, mark_of
from service.matches.tables import MatchRound
from service.needs.demand import NeedForRound, needs_for_round
from service.offers.supply import OfferForRound, ids_for_round, offers_for_round
from service.reference.facts import (
    area_facts,
    commitment_facts,
    group_facts,
    known_codes,
    list_memberships,
    state_facts,
)
from service.settings import get_settings
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import PUBLIC_BODIES
from service.stakeholders.tables import Stakeholder

MOST_REMEMBERED = 20_000
"""Vectors of texts that a process keeps at hand (2 KB each)."""
_remembered: dict[str, RememberedTexts] = {}

Told = Callable[[str, int, int], None]
"""Told the stage of a round, and how much of it is done."""

OF_TOPIC = {"global_process", "state_led_initiative"}
"""Types of dialogue that are topic-based groups across regions."""
STATUSES = {"active", "low_activity", "concluded"}

__all__ = [
    "DIGITS",
    "NOT_TARGETED",
    "PREFERRED",
    "TARGETED",
    "Candidate",
    "Coalition",
    "Comparison",
    "Gathered",
    "HostChange",
    "InvalidProblem",
    "LoadChange",
    "MutualExchange",
    "NeedChange",
    "Outcome",
    "Problem",
    "Proposal",
    "Seat",
    "Sliced",
    "UnknownSetting",
    "Unmet",
    "WhyNot",
    "graph",
    "partnership_graph",
]


@dataclass(frozen=True)
class Gathered:
    """What a round is computed from, and the versions of what was read."""

    problem: Problem
    versions: dict[str, dict[str, int]]


def published_policy(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the policy that differs from the published one by ``changes``; refuse what it cannot be."""
    try:
        text = json.dumps({"text_model": get_settings().text_model} | changes)
        policy = Policy.from_json(text)
        policy.refuse_contradictions()
        return policy.model_dump(mode="json")
    except (InvalidProblem, UnknownSetting) as fault:
        setting = getattr(fault, "field", None) or getattr(fault, "setting", "policy")
        raise PolicyNotValid(setting=setting, fault=getattr(fault, "code", "unknown")) from None


def digest_of_policy(policy: dict[str, Any]) -> str:
    """Return the digest under which a policy is known in outcomes."""
    return policy_digest(_policy(policy))


def gather_round(session: Session, row: MatchRound) -> Gathered:
    """Read everything that a round knows, in one transaction that only reads."""
    needs = [
        need
        for need in needs_for_round(
            session, row.desk_id, theme=row.scope.get("theme"), dialogue=row.scope.get("dialogue")
        )
        if need.id not in needs_being_agreed(session)
    ]
    return _gather(session, needs, row.as_of, row.desk_id)


def rank_candidates(
    session: Session,
    need: NeedForRound,
    offers: Iterable[str] | None,
    policy: dict[str, Any],
    as_of: date,
    limit: int,
    *,
    component: str | None = None,
    as_told: bool = False,
) -> tuple[Candidate, ...]:
    """Return one need's best candidates, explained, among the given offers (all, if none are given).

    Offers that are not among them, or that a round of the need's desk may not propose, change nothing. For
    those who ask, what was decided about pairs counts from when they are told (``as_told``).
    """
    ready = _ready(session, as_of, policy)
    among = ready.shown_to(session, need.desk_id)
    if offers is not None:
        among = among.intersection(offers)
    named = {*need.requesters, *need.preferred, *need.excluded, *need.do_not_pair}
    return tuple(
        ready.ranker.rank(
            _needs([need])[0],
            limit,
            component_id=component,
            parties=_parties(session, named, named.intersection(need.requesters), ready.helped),
            pins=_pins(session, [need], among, as_told=as_told),
            among=among,
        )
    )


@dataclass(frozen=True)
class Ready:
    """All offers made ready to be ranked, as of a mark. What they say is never changed, only replaced."""

    made_of: tuple[date, str, Mark]
    ranker: Ranker
    helped: frozenset[str]
    """States that were helped before."""
    _shown: dict[str, frozenset[str]] = field(default_factory=dict)

    def shown_to(self, session: Session, desk_id: str) -> frozenset[str]:
        """Return the offers that a round of a desk may propose, read once for each desk."""
        if desk_id not in self._shown:
            self._shown[desk_id] = frozenset(ids_for_round(session, self.made_of[0], desk_id))
        return self._shown[desk_id]


_made_ready: WeakKeyDictionary[Any, Ready] = WeakKeyDictionary()
"""What this process made ready last, for each database."""
_making = Lock()


def _ready(session: Session, as_of: date, policy: dict[str, Any]) -> Ready:
    """Return the offers as they are now, made ready; anew only if something changed since the last time.

    The mark is read before what it marks, so what is kept is never older than its mark says.
    """
    # Each transaction has an engine of its own options; what they share is the pool of connections.
    database, made_of = session.get_bind().engine.pool, (as_of, digest_of_policy(policy), mark_of(session))
    with _making:
        ready = _made_ready.get(database)
        if ready is None or ready.made_of != made_of:
            ready = _made_ready[database] = _make_ready(session, made_of, _policy(policy))
            _set_aside()
        return ready


def _set_aside() -> None:
    """Spare what was made ready from being searched for garbage: with 10,000 offers 0.15 s in a request.

    What was set aside before is searched once more, for it may have been replaced.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _make_ready(session: Session, made_of: tuple[date, str, Mark], policy: Policy) -> Ready:
    problem = _gather(session, [], made_of[0], None).problem
    helped = frozenset(state for delivery in problem.deliveries for state in delivery.requesters)
    return Ready(made_of, Ranker(problem, policy, _texts(policy.text_model)), helped)


def compute(problem: bytes, policy: dict[str, Any], seed: int, told: Told) -> bytes:
    """Run a round over a problem document and return the outcome document."""
    outcome = run_round(Problem.from_json(problem), _policy(policy), seed=seed, progress=told)
    return outcome.model_dump_json().encode()


def sliced(problem: bytes, policy: dict[str, Any]) -> Sliced:
    """Make a problem document ready for its candidates to be found in slices."""
    return Sliced(Problem.from_json(problem), _policy(policy))


def compute_from(whole: Sliced, slices: Sequence[bytes], seed: int, told: Told) -> bytes:
    """Run the rest of a round whose candidates were found in slices; the same document as in one go."""
    return finish_round(whole.joined(slices), seed, told).model_dump_json().encode()


def compare_rounds(first: tuple[bytes, bytes], second: tuple[bytes, bytes]) -> Comparison:
    """Put two rounds side by side; each comes as its problem document and its outcome document."""
    one, other = (Problem.from_json(problem) for problem, _ in (first, second))
    before, after = (Outcome.from_json(outcome) for _, outcome in (first, second))
    return compare(before, after, one, other)


def why_not_in_round(
    problem: bytes, policy: dict[str, Any], seed: int, component: str, offer: str, *, to_desk: bool
) -> WhyNot:
    """Tell why an offer was not chosen for a component in a round, to its desk or to a party to the need."""
    wanted = _policy(policy)
    texts = _texts(wanted.text_model)
    return why_not(Problem.from_json(problem), wanted, component, offer, seed, party=not to_desk, text=texts)


def shown_to_party(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return reasons without what a party may not learn of others' needs and offers."""
    told = for_party(Reason.from_json(json.dumps(dict(reason))) for reason in reasons)
    return [reason.model_dump(mode="json") for reason in told]


def number_for_party(count: int | None) -> int | None:
    """Return a number of others as a party may see it, None where they are few."""
    return None if count is None or count < FEWEST else count


def problem_of(session: Session, needs: list[NeedForRound], offers: Iterable[str], as_of: date) -> Problem:
    """Return a problem of these needs and offers alone, for those who may see all of them."""
    problem, shown = _gather(session, needs, as_of, None).problem, set(offers)
    # The agenda of a city network is made of all its offers, seen or not.
    groups = tuple(group for group in problem.groups if group.kind != "city_network")
    kept = tuple(offer for offer in problem.offers if offer.id in shown)
    return problem.model_copy(update={"offers": kept, "groups": groups, "pins": ()})


def told_together(document: bytes) -> tuple[tuple[Coalition, ...], tuple[MutualExchange, ...]]:
    """Read the coalitions and the mutual exchanges of an outcome document."""
    outcome = json.loads(document)
    return (
        tuple(Coalition.from_json(json.dumps(item)) for item in outcome.get("coalitions", ())),
        tuple(MutualExchange.from_json(json.dumps(item)) for item in outcome.get("exchanges", ())),
    )


def problem_document(gathered: Gathered) -> bytes:
    """Return a problem as the document that a round keeps."""
    return gathered.problem.model_dump_json(exclude_defaults=True).encode()


def read_outcome(document: bytes) -> Outcome:
    """Read an outcome document."""
    return Outcome.from_json(document)


def _texts(name: str) -> RememberedTexts:
    """Return the text model with the vectors that this process made before."""
    remembered = _remembered.get(name)
    if remembered is None or len(remembered.vectors) > MOST_REMEMBERED:
        remembered = _remembered[name] = RememberedTexts(load_text_model(name))
    return remembered


def _policy(policy: dict[str, Any]) -> Policy:
    return Policy.from_json(json.dumps(policy))


def _gather(
    session: Session,
    needs: list[NeedForRound],
    as_of: date,
    desk_id: str | None,
) -> Gathered:
    offers = offers_for_round(session, as_of, desk_id)
    deliveries = deliveries_for_round(session, as_of)
    problem = Problem(
        as_of=as_of,
        modalities=tuple(sorted(known_codes(session, "modality", with_retired=True))),
        states=_states(session),
        commitments=tuple(
            Commitment(code=fact.code, theme=fact.theme, parent=fact.parent)
            for fact in commitment_facts(session)
        ),
        areas=tuple(Area(code=fact.code, commitments=fact.commitments) for fact in area_facts(session)),
        groups=_groups(session, offers, as_of),
        memberships=_memberships(session, as_of),
        parties=_all_parties(session, needs, offers, deliveries),
        needs=_needs(needs),
        offers=_offers(session, offers),
        deliveries=_deliveries(session, deliveries),
        pins=_pins(session, needs, {offer.id for offer in offers}),
    )
    versions = {
        "need": {need.id: need.version for need in needs},
        "offer": {offer.id: offer.version for offer in offers},
    }
    return Gathered(problem, versions)


def _states(session: Session) -> tuple[State, ...]:
    return tuple(
        State(
            code=fact.code,
            region=fact.region,
            subregion=fact.subregion,
            income=_income(fact.income),
            ldc=fact.ldc,
            lldc=fact.lldc,
            sids=fact.sids,
            languages=fact.languages,
            latitude=fact.latitude,
            longitude=fact.longitude,
        )
        for fact in state_facts(session)
    )


def _income(group: str | None) -> Any:
    return None if group == "not_classified" else group


def _status(status: str) -> Any:
    return status if status in STATUSES else "unknown"


def _groups(session: Session, offers: list[OfferForRound], as_of: date) -> tuple[Group, ...]:
    agenda = agenda_for_round(session, as_of)
    groups = []
    for fact in group_facts(session):
        added = agenda.get(fact.code) if fact.kind == "dialogue" else None
        groups.append(
            Group(
                kind=_kind(fact.kind, fact.type),
                code=fact.code,
                status=_status(fact.status),
                completeness=fact.completeness,  # type: ignore[arg-type]  # a checked code of the same list
                themes=tuple(sorted({*fact.themes, *(added.themes if added else ())})),
                commitments=tuple(sorted({*fact.commitments, *(added.commitments if added else ())})),
                cross_regional=fact.type in OF_TOPIC | {"interregional_forum"},
            )
        )
    return (*groups, *_city_networks(session, offers))


def _city_networks(session: Session, offers: list[OfferForRound]) -> list[Group]:
    """Return the networks of cities as groups that could host: their agenda is what they offer."""
    networks = session.exec(
        select(Stakeholder).where(Stakeholder.type == "city_network", col(Stakeholder.retired_at).is_(None))
    ).all()
    theme_of = {fact.code: fact.theme for fact in commitment_facts(session)}
    offered: dict[str, set[str]] = {network.name[:64]: set() for network in networks}
    for network in networks:
        for offer in offers:
            if offer.party == network.id:
                offered[network.name[:64]].update(offer.commitments)
    return [
        Group(
            kind="city_network",
            code=name,
            themes=tuple(sorted({theme_of[code] for code in commitments})),
            commitments=tuple(sorted(commitments)),
            cross_regional=True,
        )
        for name, commitments in sorted(offered.items())
    ]


def _kind(kind: str, of_type: str | None) -> Any:
    return "topic_group" if of_type in OF_TOPIC else kind


def _memberships(session: Session, as_of: date) -> tuple[Membership, ...]:
    types = {(fact.kind, fact.code): fact.type for fact in group_facts(session)}
    return tuple(
        Membership(
            kind=_kind(place.kind, types[place.kind, place.group]),
            group=place.group,
            state=place.state,
            role=place.role,  # type: ignore[arg-type]  # a checked code of the same list
        )
        for place in list_memberships(session, as_of)
    )


def _all_parties(
    session: Session,
    needs: list[NeedForRound],
    offers: list[OfferForRound],
    deliveries: list[DeliveryForRound],
) -> tuple[Party, ...]:
    asking = {party for need in needs for party in need.requesters}
    named = {party for need in needs for party in (*need.preferred, *need.excluded, *need.do_not_pair)}
    offering = {
        party for offer in offers for party in (offer.party, *offer.conflicts, *offer.refuses, *offer.prefers)
    }
    ids = asking | named | offering | {party for delivery in deliveries for party in delivery.parties}
    helped = {state for delivery in deliveries for state in delivery.requesters}
    return _parties(session, ids, asking, helped)


def _parties(
    session: Session, ids: set[str], asking: set[str], helped: AbstractSet[str]
) -> tuple[Party, ...]:
    states = states_of(session, ids)
    return tuple(
        Party(
            id=row.id,
            type=row.type,
            name=row.name,
            states=tuple(states[row.id]),
            public_body=row.type in PUBLIC_BODIES,
            first_time=helped.isdisjoint(states[row.id]) if row.id in asking else None,
        )
        for row in sorted(find_stakeholders(session, ids).values(), key=lambda row: row.id)
    )


def _needs(needs: list[NeedForRound]) -> tuple[Need, ...]:
    taken = {need.id for need in needs}
    return tuple(
        Need(
            id=need.id,
            requesters=need.requesters,
            components=tuple(
                Component(
                    id=component.id,
                    area=component.area,
                    modality=component.modality,
                    languages=_languages(component.languages),
                    slots=component.slots,
                    days=component.days,
                    mandatory=component.mandatory,
                )
                for component in need.components
            ),
            commitments=need.commitments,
            text=need.text,
            urgency=need.urgency,  # type: ignore[arg-type]  # a checked code of the same list
            starts_on=need.starts_on,
            ends_on=need.ends_on,
            delivery=need.delivery,  # type: ignore[arg-type]  # as above
            preferred=need.preferred,
            excluded=need.excluded,
            do_not_pair=need.do_not_pair,
            interpretation=need.interpretation,
            joint=need.joint,
            endorsed=need.endorsed,
            in_scope=need.in_scope,
            public_bodies_only=need.public_bodies_only,
            max_days=need.max_days,
            max_cost=need.max_cost_per_day_usd,
            duplicate_of=need.duplicate_of if need.duplicate_of in taken else None,
            source=need.source,
        )
        for need in needs
    )


def _offers(session: Session, offers: list[OfferForRound]) -> tuple[Offer, ...]:
    booked = booked_months(session, (offer.id for offer in offers))
    return tuple(
        Offer(
            id=offer.id,
            party=offer.party,
            named_expert=offer.named_expert,
            expertise=tuple(
                Expertise(area=item.area, proficiency=item.proficiency, evidence=item.evidence)  # type: ignore[arg-type]  # checked codes
                for item in offer.expertise
            ),
            commitments=offer.commitments,
            modalities=offer.modalities,
            languages=_languages(offer.languages),
            text=offer.text,
            capacity=offer.capacity,
            sends=offer.sends,
            booked=tuple(
                MonthlyBooking(month=month, assignments=count)
                for month, count in booked.get(offer.id, {}).items()
            ),
            days_per_year=offer.days_per_year,
            months=offer.months,
            targets=offer.targets,
            modes=offer.modes,  # type: ignore[arg-type]  # checked codes
            cost_per_day=offer.cost_per_day,
            released=offer.released,
            conflicts=offer.conflicts,
            refuses=offer.refuses,
            prefers=offer.prefers,
            confirmed_on=offer.confirmed_on,
            source=offer.source,
        )
        for offer in offers
    )


def _languages(stated: Iterable[Any] | None) -> tuple[Language, ...] | None:
    if stated is None:
        return None
    return tuple(Language(code=item.code, level=item.level) for item in stated)


def _deliveries(session: Session, deliveries: list[DeliveryForRound]) -> tuple[Delivery, ...]:
    kinds = {
        fact.code: _kind(fact.kind, fact.type) for fact in group_facts(session) if fact.kind == "dialogue"
    }
    return tuple(_delivery(item, kinds.get(item.dialogue or "")) for item in deliveries)


def _delivery(item: DeliveryForRound, host_kind: Any) -> Delivery:
    return Delivery(
        id=item.id,
        requesters=item.requesters,
        providers=item.providers,
        parties=item.parties,
        commitments=item.commitments,
        areas=item.areas,
        modalities=item.modalities,
        text=item.text,
        year_from=item.year_from,
        year_to=item.year_to,
        rating=item.rating,
        host_kind=host_kind,
        host=item.dialogue if host_kind else None,
        source=item.source,
    )


def _pins(
    session: Session, needs: list[NeedForRound], known: AbstractSet[str], *, as_told: bool = False
) -> tuple[Pin, ...]:
    """Return what people decided about components of the needs and known offers."""
    components = {component.id for need in needs for component in need.components}
    last = decided_pairs(session, [need.id for need in needs], as_told=as_told)
    # A pin on what is not in this round waits for another.
    return tuple(
        Pin(decision=decision, component=component, offer=offer)  # type: ignore[arg-type]  # a checked code
        for (component, offer), decision in sorted(last.items())
        if component in components and offer in known
    )
