"""The independent checker: it passes what the engine makes and finds every kind of planted fault."""

from datetime import date
from typing import Any

import pytest

from matching import (
    Component,
    Delivery,
    Expertise,
    Host,
    Language,
    MonthlyBooking,
    Need,
    Outcome,
    Pin,
    Policy,
    Problem,
    Proposal,
    Unmet,
    UnverifiedOutcome,
    faults,
    run_round,
    verify,
)
from matching.checking.recheck import EXPLICIT_REFUSALS, Recheck
from matching.outcome import StateLoad
from matching.pairs.rules import FORBIDS_LOCK, RULES, SCORED_RULES
from tests.matching.worlds import need, offer, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=1000)

WORLD = problem(
    needs=(
        need(components=(Component(id="N1.1", area="EXP-RET", slots=2, days=5),)),
        Need(
            id="N2",
            requesters=("P-EEE",),
            components=tuple(Component(id=f"N2.{number}", area="EXP-ASY") for number in (1, 2)),
        ),
    ),
    offers=(
        offer(1, named_expert=True),
        offer(2, party="P-DDD"),
        offer(3, party="P-CCC"),
        offer(4, party="P-FFF", expertise=(Expertise(area="EXP-ASY"),), commitments=()),
    ),
)
OUTCOME = run_round(WORLD, POLICY)
PROPOSAL = OUTCOME.proposals[0]
SEAT = PROPOSAL.seats[0]
UNMET = OUTCOME.unmet[0]


def _codes(outcome: Outcome = OUTCOME, world: Problem = WORLD, policy: Policy = POLICY) -> set[str]:
    return {fault.split(" ")[0] for fault in faults(world, policy, outcome)}


def _with(record: Any, **fields: Any) -> Any:
    return record.model_copy(update=fields)


def _proposed(**fields: Any) -> Outcome:
    """The good outcome with a change to its first proposal."""
    changed: Proposal = _with(PROPOSAL, **fields)
    return _with(OUTCOME, proposals=(changed, *OUTCOME.proposals[1:]))


def _seated(**fields: Any) -> Outcome:
    """The good outcome with a change to its first seat."""
    return _proposed(seats=(_with(SEAT, **fields), *PROPOSAL.seats[1:]))


def _criterion(**fields: Any) -> Outcome:
    """The good outcome with a change to the first criterion of its first seat."""
    return _seated(criteria=(_with(SEAT.criteria[0], **fields), *SEAT.criteria[1:]))


def _alternative(**fields: Any) -> Outcome:
    """The good outcome with a change to its first alternative."""
    return _proposed(alternatives=(_with(PROPOSAL.alternatives[0], **fields), *PROPOSAL.alternatives[1:]))


def _unmet(**fields: Any) -> Outcome:
    """The good outcome with a change to its first unmet component."""
    changed: Unmet = _with(UNMET, **fields)
    return _with(OUTCOME, unmet=(changed, *OUTCOME.unmet[1:]))


def _certified(**fields: Any) -> Outcome:
    """The good outcome with a change to its first certificate."""
    return _unmet(certificate=_with(UNMET.certificate, **fields))


def test_good_outcome_has_no_fault() -> None:
    """What the engine made of the example passes, and the example has all there is to check."""
    assert faults(WORLD, POLICY, OUTCOME) == ()
    verify(WORLD, POLICY, OUTCOME)
    assert (len(PROPOSAL.seats), len(PROPOSAL.alternatives)) == (2, 1)
    assert (UNMET.certificate.capacity, UNMET.certificate.demand) == (1, 2)


def test_faults_are_raised_together() -> None:
    """A rejected outcome names all its faults at once."""
    with pytest.raises(UnverifiedOutcome) as rejected:
        verify(WORLD, POLICY, _with(_seated(experts=9), unmet=()))
    found = {fault.split(" ")[0] for fault in rejected.value.faults}
    assert {"limit_exceeded", "capacity_exceeded", "slots_exceeded", "unaccounted"} <= found


PLANTED = {
    "unknown_need": _proposed(need="nobody"),
    "unknown_component": _seated(component="nothing"),
    "unknown_offer": _seated(offer="nothing"),
    "component_of_other_need": _seated(component="N2.1"),
    "unknown_host": _proposed(hosts=(Host(kind="dialogue", code="OLD", score=1),)),
    "need_proposed_twice": _with(OUTCOME, proposals=(*OUTCOME.proposals, PROPOSAL)),
    "seat_twice": _proposed(seats=(*PROPOSAL.seats, SEAT)),
    "unmet_twice": _with(OUTCOME, unmet=(UNMET, *OUTCOME.unmet)),
    "no_seats": _proposed(seats=()),
    "no_reasons": _proposed(reasons=()),
    "mean_score_wrong": _proposed(score=PROPOSAL.score + 2),
    "completeness_wrong": _proposed(complete=not PROPOSAL.complete),
    "limit_exceeded": _seated(experts=2),
    "lock_misreported": _seated(locked=True),
    "days_wrong": _seated(days=6),
    "topic_wrong": _criterion(value=0.9),
    "criteria_incomplete": _seated(criteria=SEAT.criteria[1:]),
    "criterion_out_of_range": _criterion(value=1.5),
    "weight_wrong": _criterion(weight=0.9),
    "points_wrong": _criterion(points=SEAT.criteria[0].points + 0.1),
    "score_wrong": _seated(score=SEAT.score + 1),
    "alternative_seated": _alternative(offer=SEAT.offer),
    "alternative_without_reason": _alternative(reasons=()),
    "alternative_gap_wrong": _alternative(behind=PROPOSAL.alternatives[0].behind + 1),
    "capacity_exceeded": _seated(experts=2),
    "slots_exceeded": _seated(experts=2),
    "unaccounted": _with(OUTCOME, proposals=OUTCOME.proposals[1:]),
    "mandatory_misreported": _unmet(mandatory=False),
    "reason_unpublished": _unmet(reason="bad_luck"),
    "exclusion_count_wrong": _unmet(exclusions=(_with(UNMET.exclusions[0], offers=99),)),
    "certificate_of_others": _certified(components=("N1.1",)),
    "certificate_identity_broken": _certified(demand=3),
    "certificate_demand_wrong": _certified(demand=3, capacity=2),
    "certificate_capacity_wrong": _certified(demand=3, capacity=2),
    "certificate_single_pairs_wrong": _certified(capacity=0, single_pairs=1),
    "certificate_unmet_wrong": _certified(unmet=2),
    "certificate_capacity_unused": _certified(offers=("O3", "O4")),
    "figure_wrong": _with(OUTCOME, figures=_with(OUTCOME.figures, total=1)),
}


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_planted_fault_is_found(code: str) -> None:
    """Each kind of fault in an outcome is found under its own code."""
    assert code in _codes(PLANTED[code])


OF_THE_SOLVER = {
    *("candidates", "proof", "fairness_certificate"),
    *("providers_spared", "given_up_for_teams", "teams_searched"),
}
"""Figures about what could have been; the problem alone does not tell them."""


def _off_by_one(value: Any) -> Any:
    if isinstance(value, tuple):
        return (_off_by_one(value[0]), *value[1:]) if value else value
    if isinstance(value, str):
        return f"{value}-other"
    if isinstance(value, (int, float)):
        return value + 1
    name = next(name for name, held in value if isinstance(held, int))
    return _with(value, **{name: getattr(value, name) + 1})


@pytest.mark.parametrize(
    "field", sorted(set(type(OUTCOME.figures).model_fields) - OF_THE_SOLVER - {"most_loaded_states"})
)
def test_every_figure_is_counted_again(field: str) -> None:
    """A figure that is off by one is found."""
    off = {field: _off_by_one(getattr(OUTCOME.figures, field))}
    assert f"figure_wrong {field}" in faults(
        WORLD, POLICY, _with(OUTCOME, figures=_with(OUTCOME.figures, **off))
    )


def test_a_state_with_few_offers_is_not_named() -> None:
    """A state of the most loaded that has no three offers in use is a fault."""
    named = (StateLoad(state=WORLD.states[0].code, seats=1),)
    outcome = _with(OUTCOME, figures=_with(OUTCOME.figures, most_loaded_states=named))
    assert "figure_wrong most_loaded_states" in faults(WORLD, POLICY, outcome)


def _need_changed(**fields: Any) -> Problem:
    return _with(WORLD, needs=(_with(WORLD.needs[0], **fields), *WORLD.needs[1:]))


def _offer_changed(**fields: Any) -> Problem:
    """The world with a change to the offer of the first seat."""
    return _with(
        WORLD,
        offers=tuple(_with(item, **fields) if item.id == SEAT.offer else item for item in WORLD.offers),
    )


def _pinned(decision: Any, offer_id: str) -> Problem:
    return _with(WORLD, pins=(Pin(decision=decision, component="N1.1", offer=offer_id),))


PARTY = next(item.party for item in WORLD.offers if item.id == SEAT.offer)
IN_MARCH = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 31)}
SAYS_FRENCH = {
    "components": (_with(WORLD.needs[0].components[0], languages=(Language(code="fr", level="B2"),)),)
}


def _both(needs: Problem, offers: Problem) -> Problem:
    return _with(needs, offers=offers.offers)


FORBIDDEN = {
    "requester_not_eligible": _need_changed(eligible=False),
    "not_endorsed": _need_changed(endorsed=False),
    "out_of_scope": _need_changed(in_scope=False),
    "duplicate": _need_changed(duplicate_of="N2"),
    "expired": _need_changed(ends_on=date(2027, 1, 14)),
    "too_generic": _need_changed(commitments=(), components=(Component(id="N1.1", slots=2, days=5),)),
    "same_source": _both(_need_changed(source="a page"), _offer_changed(source="a page")),
    "own_request": _need_changed(requesters=(PARTY,)),
    "vetoed": _pinned("veto", SEAT.offer),
    "do_not_pair": _need_changed(do_not_pair=(PARTY,)),
    "excluded_provider": _need_changed(excluded=(PARTY,)),
    "refused_by_provider": _offer_changed(refuses=("P-AAA",)),
    "conflict_of_interest": _offer_changed(conflicts=("P-AAA",)),
    "not_released": _offer_changed(released=False),
    "not_a_public_body": _with(
        _need_changed(public_bodies_only=True),
        parties=tuple(_with(item, public_body=False) for item in WORLD.parties),
    ),
    "over_days_cap": _need_changed(max_days=4),
    "over_cost_cap": _both(_need_changed(max_cost=100.0), _offer_changed(cost_per_day=101.0)),
    "language_gap": _both(
        _need_changed(**SAYS_FRENCH), _offer_changed(languages=(Language(code="fr", level="B1"),))
    ),
    "no_availability": _both(_need_changed(**IN_MARCH), _offer_changed(months=(1, 2))),
    "no_capacity_left": _both(
        _need_changed(**IN_MARCH), _offer_changed(booked=(MonthlyBooking(month="2027-03", assignments=1),))
    ),
}


@pytest.mark.parametrize("rule", sorted(FORBIDDEN))
def test_forbidden_pair_is_found(rule: str) -> None:
    """An outcome that pairs what a hard rule forbids is rejected under the rule's name."""
    assert rule in _codes(world=FORBIDDEN[rule])


def test_help_from_the_needs_own_page_is_found() -> None:
    """A seat for which a delivery of the need's own page speaks is a fault; one of another page is none."""
    told = Delivery(id="D1", requesters=("CCC",), providers=("BBB",), areas=("EXP-RET",), source="page 1")
    world = problem(deliveries=(told,))
    outcome = run_round(world, POLICY)
    for source, found in (("page 1", {"own_page_counted"}), ("page 2", set())):
        assert _codes(outcome, _with(world, needs=(_with(world.needs[0], source=source),))) == found


def test_forbidden_alternative_is_found() -> None:
    """Not even an alternative may be somebody whom a rule forbids."""
    (alternative,) = PROPOSAL.alternatives
    assert "alternative_vetoed" in _codes(world=_pinned("veto", alternative.offer))


def test_dropped_lock_is_found() -> None:
    """A lock on a pair that is not seated is a fault."""
    (alternative,) = PROPOSAL.alternatives
    assert "lock_dropped" in _codes(world=_pinned("lock", alternative.offer))


def test_overbooked_month_is_found() -> None:
    """Two assignments where the best month of the window has room for one are a fault."""
    world = problem(
        needs=(need(components=(Component(id="N1.1", area="EXP-RET", slots=2),)),),
        offers=(offer(1, capacity=2),),
    )
    outcome = run_round(world, POLICY)
    booked = offer(1, capacity=2, booked=(MonthlyBooking(month="2027-03", assignments=1),))
    full = _with(world, needs=(_with(world.needs[0], **IN_MARCH),), offers=(booked,))
    assert _codes(outcome, world) == set()
    assert "month_overbooked" in _codes(outcome, full)


def test_thresholds_of_the_policy_are_checked() -> None:
    """A seat or alternative below the minimum score, or too far from the topic, is a fault."""
    above = Policy(text_model="character-ngrams", minimum_score=SEAT.score + 1)
    assert {"below_minimum_score", "alternative_below_minimum_score"} <= _codes(policy=above)
    on_data: dict[str, Any] = {"expertise": (Expertise(area="EXP-DATA"),), "commitments": ("T2-01",)}
    strangers = _with(WORLD, offers=tuple(_with(item, **on_data) for item in WORLD.offers))
    assert {"topic_too_far", "alternative_topic_too_far", "topic_wrong"} <= _codes(world=strangers)
    free = Policy(text_model="character-ngrams", minimum_score=1000, minimum_topic=0)
    assert not {"topic_too_far", "alternative_topic_too_far"} & _codes(world=strangers, policy=free)
    silent = _with(WORLD, offers=tuple(_with(item, expertise=(), commitments=()) for item in WORLD.offers))
    assert {"topic_too_far", "topic_wrong"} & _codes(world=silent) == {"topic_wrong"}


def test_every_hard_rule_of_the_engine_is_checked_again() -> None:
    """No hard rule is missing in the checker, and both sides agree on what a lock overrides."""
    assert set(FORBIDDEN) == set(RULES)
    assert set(SCORED_RULES) == {"topic_too_far", "below_minimum_score"}
    assert set(EXPLICIT_REFUSALS) == FORBIDS_LOCK


def test_lock_overrides_all_but_an_explicit_no() -> None:
    """A person's lock may set aside a rule, never somebody's refusal."""
    lock = Pin(decision="lock", component="N1.1", offer="O1")
    asks = need(eligible=False, excluded=("P-BBB",))
    world = problem(needs=(asks,), pins=(lock,))
    recheck = Recheck(world)
    assert recheck.broken_rules(asks, asks.components[0], world.offers[0]) == ("excluded_provider",)
