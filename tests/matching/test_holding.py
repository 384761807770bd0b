"""Held-back capacity: today's needs lose nothing, and what is rare is spared for needs that are likely."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from matching import (
    Component,
    Expertise,
    HoldBack,
    InvalidProblem,
    Need,
    Offer,
    Pin,
    Policy,
    Problem,
    UnknownSetting,
    replay,
    run_round,
    shortages,
    why_not,
)
from matching.foresight.holding import DEAREST, hold_prices
from matching.pairs.candidates import find_candidates
from matching.solving import solve
from tests.matching.worlds import offer, problem, world
from tests.tries import tries

PLAIN = Policy(text_model="character-ngrams", minimum_score=1000)
AHEAD = PLAIN.model_copy(update={"hold_back": HoldBack(arrivals=6, samples=10)})


def _asks(name: str, area: str, **fields: Any) -> Need:
    parts = (Component(id=f"{name}.1", area=area),)
    return Need(id=name, requesters=("P-AAA",), components=parts, **fields)


def _gives(number: int, *areas: str, **fields: Any) -> Offer:
    known = fields.pop("proficiency", "practitioner")
    expertise = tuple(Expertise(area=area, proficiency=known) for area in areas)
    return offer(number, expertise=expertise, commitments=(), **fields)


@pytest.fixture
def rare_expertise() -> Problem:
    """One offer knows two matters better than others; many ask for the matter that only it knows."""
    return problem(
        needs=(
            _asks("today", "EXP-RET"),
            *(_asks(f"rare-{number}", "EXP-DATA") for number in range(5)),
        ),
        offers=(
            _gives(1, "EXP-RET", "EXP-DATA", capacity=2, proficiency="authority"),
            _gives(2, "EXP-RET", capacity=1),
        ),
    )


def test_an_offer_that_later_needs_want_more_costs_something_today(rare_expertise: Problem) -> None:
    """The only offer on a matter that many are likely to ask for has a price; the common one has none."""
    candidates = find_candidates(rare_expertise, PLAIN)
    today = np.array([[need.id for need in candidates.needs].index("today")])
    everybody = np.arange(len(candidates.needs))
    prices = hold_prices(
        candidates, today, everybody, candidates.capacity, HoldBack(arrivals=6, samples=10), seed=1
    )
    named = [candidates.offers[row].id for row in candidates.edges.offer]
    of_today = candidates.need_of[candidates.edges.demand] == today[0]
    price = {name: prices[edge] for edge, name in enumerate(named) if of_today[edge]}
    assert price["O1"] > price["O2"]
    assert 0 <= min(prices) <= max(prices) <= DEAREST


def test_nothing_is_held_back_where_nothing_is_expected(rare_expertise: Problem) -> None:
    """Without expected arrivals the round is the one without the switch."""
    nobody = PLAIN.model_copy(update={"hold_back": HoldBack(arrivals=0)})
    plain, held = (run_round(rare_expertise, policy) for policy in (PLAIN, nobody))
    assert held.proposals == plain.proposals


@given(world())
@settings(max_examples=tries(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_holding_back_never_leaves_a_slot_empty(made: Problem) -> None:
    """As many slots are filled as without the switch, and the outcome passes its check."""
    plain, held = (run_round(made, policy, seed=3) for policy in (PLAIN, AHEAD))
    assert held.figures.filled == plain.figures.filled
    assert held.figures.needs_without == plain.figures.needs_without
    assert held.figures.total <= plain.figures.total


def _of_today(made: Problem, policy: Policy) -> list[tuple[str, str]]:
    """Who was not chosen for the need of today, and why."""
    found = next(each for each in run_round(made, policy).proposals if each.need == "today")
    return [(each.offer, each.reasons[0].code) for each in found.alternatives]


def test_an_offer_that_is_spared_is_said_to_be(rare_expertise: Problem) -> None:
    """An offer with room that scores more stands aside for later needs, unless the seat is locked."""
    one_rare = rare_expertise.model_copy(update={"needs": rare_expertise.needs[:2]})
    assert _of_today(one_rare, AHEAD) == [("O1", "spared_for_later")]
    locked = one_rare.model_copy(update={"pins": (Pin(component="today.1", offer="O2", decision="lock"),)})
    assert _of_today(locked, AHEAD) == _of_today(locked, PLAIN) == [("O1", "seat_locked")]


def test_scores_say_nothing_of_other_answers_while_capacity_is_held_back(rare_expertise: Problem) -> None:
    """No margin, no entry score and no shortage; a reason stands in their place."""
    code = "prices_not_defined_while_holding_back"
    outcome = run_round(rare_expertise, AHEAD)
    assert all(code in {reason.code for reason in each.reasons} for each in outcome.proposals)
    assert outcome.shortages == shortages(rare_expertise, AHEAD) == ()
    assert [reason.code for reason in why_not(rare_expertise, AHEAD, "today.1", "O1").reasons] == [code]
    nothing_expected = AHEAD.model_copy(update={"hold_back": HoldBack(arrivals=0)})
    assert code not in str(run_round(rare_expertise, nothing_expected))


def test_a_relaxation_fills_while_capacity_is_held_back_what_another_round_fills(
    rare_expertise: Problem,
) -> None:
    """Slots of tried relaxations are right whatever is spared: coverage comes before all scores."""
    needs = (*rare_expertise.needs, _asks("late", "EXP-ASY"))
    made = rare_expertise.model_copy(
        update={"needs": needs, "offers": (*rare_expertise.offers, _gives(3, "EXP-ASY", months=(5,)))}
    )
    window = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 15)}
    strict = made.model_copy(update={"needs": (*needs[:-1], needs[-1].model_copy(update=window))})
    before, after = run_round(strict, AHEAD), run_round(made, AHEAD)
    late = next(each for each in before.unmet if each.component == "late.1")
    fills = {
        reason.params["rule"]: reason.params["slots"]
        for reason in late.reasons
        if reason.code == "relaxation_fills"
    }
    assert (
        fills == {"no_availability": after.figures.filled - before.figures.filled} == {"no_availability": 1}
    )


def test_the_same_seed_holds_back_the_same(rare_expertise: Problem) -> None:
    """The futures are drawn from the seed alone."""
    first, again = (run_round(rare_expertise, AHEAD, seed=5) for _ in range(2))
    assert first == again


def test_fairness_without_prices_cannot_hold_back(rare_expertise: Problem) -> None:
    """A policy that asks for both is refused by name."""
    both = AHEAD.model_copy(update={"fairness": "maxmin"})
    with pytest.raises(UnknownSetting):
        solve(find_candidates(rare_expertise, both))


def test_prices_reach_more_than_greed_where_something_is_rare(rare_expertise: Problem) -> None:
    """Over many orders of arrival prices fill more slots than greed, and never more than hindsight."""
    found = [replay(rare_expertise, PLAIN, batches=3, samples=5, seed=seed) for seed in range(8)]
    assert all(
        each.greedy.slots <= each.hindsight.slots and each.held.slots <= each.hindsight.slots
        for each in found
    )
    assert sum(each.held.slots for each in found) > sum(each.greedy.slots for each in found)


def test_a_replay_needs_at_least_two_batches(rare_expertise: Problem) -> None:
    """One batch is hindsight, and more batches than needs are none."""
    for batches in (1, 7):
        with pytest.raises(InvalidProblem, match="batches"):
            replay(rare_expertise, PLAIN, batches=batches)
