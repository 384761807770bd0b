"""Every fairness on small problems with ties, locks and vetoes, against brute force and each other."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.certificates import certify
from matching.allocation.check import verify_allocation
from matching.allocation.edges import Edges
from matching.allocation.flow import FAIRNESS, Allocation, allocate
from matching.errors import InvalidProblem, UnknownSetting
from matching.fairness.ordered import LEXIMIN_EDGES
from matching.fairness.requirements import covered
from tests.matching.oracles import fits, levels_of
from tests.matching.strategies import FlowProblem, flow_problems
from tests.tries import tries

FAIR = ("bottleneck", "maxmin", "leximin")
TINY = flow_problems(nodes=4, most=2)


def _solved(problem: FlowProblem, fairness: str) -> Allocation:
    return replace(problem, fairness=fairness).solve(prove=True)


def _best_vectors(problem: FlowProblem) -> tuple[list[float], int]:
    """The best ascending utilities of all flows with the best coverage, and their best total."""
    tiered = replace(problem, fairness="tiered")
    choices = [
        range(int(number in problem.pins), (0 if number in problem.vetoes else limit) + 1)
        for number, (_, _, _, limit) in enumerate(problem.pairs)
    ]
    flows = [list(flow) for flow in product(*choices) if fits(problem, flow)]
    top = max(levels_of(tiered, flow)[:-1] for flow in flows)
    best = [flow for flow in flows if levels_of(tiered, flow)[:-1] == top]
    return max((_ascending(problem, flow), levels_of(tiered, flow)[-1]) for flow in best)


def _ascending(problem: FlowProblem, flow: list[int]) -> list[float]:
    needs = sorted({problem.need[node] for node, slots in enumerate(problem.slots) if slots})
    sums = dict.fromkeys(needs, 0)
    wanted = dict.fromkeys(needs, 0)
    for node, slots in enumerate(problem.slots):
        if slots:
            wanted[problem.need[node]] += slots
    for (demand, _, score, _), amount in zip(problem.pairs, flow, strict=True):
        if amount:
            sums[problem.need[demand]] += score * amount
    return sorted(sums[name] / wanted[name] for name in needs)


@settings(max_examples=tries(30))
@given(flow_problems(), st.sampled_from(FAIR))
def test_coverage_is_that_of_tiered(problem: FlowProblem, fairness: str) -> None:
    """No fairness costs a slot, a first slot or an urgent need; empty slots have the same certificates."""
    fair, tiered = _solved(problem, fairness), _solved(problem, "tiered")
    assert np.array_equal(covered(fair.network, fair.flow), covered(tiered.network, tiered.flow))
    assert fair.best_total == tiered.total
    assert all(cut.demand - cut.capacity - cut.single_pairs == cut.unmet for cut in certify(fair))
    assert (
        verify_allocation(
            problem.edges,
            problem.slots,
            problem.capacity,
            fair,
            **(problem.settings | {"fairness": fairness}),
        )
        == ()
    )


@settings(max_examples=tries(30))
@given(flow_problems())
def test_the_lowest_rises_with_the_dial(problem: FlowProblem) -> None:
    """Max-min gives the worst-off need at least what any other fairness gives, and leximin gives as much."""
    lowest = {name: _solved(problem, name).lowest for name in ("tiered", *FAIR)}
    assert lowest["maxmin"] >= lowest["bottleneck"] - 1e-9
    assert lowest["maxmin"] >= lowest["tiered"] - 1e-9
    assert lowest["leximin"] == pytest.approx(lowest["maxmin"])


@settings(max_examples=tries(30))
@given(TINY)
def test_leximin_is_the_best_vector_of_all(problem: FlowProblem) -> None:
    """No allocation of the coverage has a higher lowest utility, nor then a higher next one, and so on."""
    if np.prod([limit + 1 for *_, limit in problem.pairs], dtype=float) > 20_000:
        return
    vector, total = _best_vectors(problem)
    allocation = _solved(problem, "leximin")
    assert _ascending(problem, allocation.flow.tolist()) == pytest.approx(vector)
    assert (allocation.total, allocation.proof) == (total, "optimal")


@settings(max_examples=tries(30))
@given(TINY)
def test_maxmin_has_the_best_lowest_of_all(problem: FlowProblem) -> None:
    """The lowest utility is that of brute force, is proved, and lies below every certificate."""
    if np.prod([limit + 1 for *_, limit in problem.pairs], dtype=float) > 20_000:
        return
    vector, _ = _best_vectors(problem)
    allocation = _solved(problem, "maxmin")
    assert allocation.lowest == pytest.approx(vector[0] if vector else 0)
    assert allocation.proof == "optimal"
    for name in FAIRNESS[1:]:
        assert _solved(problem, name).fairness_certificate >= allocation.lowest - 1e-6


@settings(max_examples=tries(30))
@given(flow_problems())
def test_the_floor_cannot_be_higher(problem: FlowProblem) -> None:
    """Pairs of the floor and above reach the coverage; without those at the floor it is lost."""
    allocation = _solved(problem, "bottleneck")
    floor = allocation.answer.floor
    assert floor is not None
    whole = covered(allocation.network, allocation.flow)
    assert np.array_equal(_covered_above(problem, floor), whole)
    if (allocation.flow > allocation.network.low).any():
        assert not np.array_equal(_covered_above(problem, floor + 1), whole)


def _covered_above(problem: FlowProblem, floor: int) -> np.ndarray:
    vetoes = [
        number
        for number, (_, _, score, _) in enumerate(problem.pairs)
        if (score < floor or number in problem.vetoes) and number not in problem.pins
    ]
    pairs = [
        (demand, offer, score, 1 if score < floor else limit)  # of a low pair only what is locked is left
        for demand, offer, score, limit in problem.pairs
    ]
    higher = replace(problem, fairness="tiered", vetoes=vetoes, pairs=pairs).solve()
    return covered(higher.network, higher.flow)


@settings(max_examples=tries(20))
@given(st.data(), st.sampled_from(FAIR))
def test_order_of_edges_changes_no_answer(data: st.DataObject, fairness: str) -> None:
    """The same pairs in another order give the same allocation, pair by pair."""
    problem = data.draw(flow_problems())
    order = data.draw(st.permutations(range(len(problem.pairs))))
    here, there = _solved(problem, fairness), _solved(problem.shuffled(order), fairness)
    assert here.flow[list(order)].tolist() == there.flow.tolist()


@pytest.mark.parametrize("deadline_s", [0, -1.0, True, "60", float("nan"), float("inf")])
def test_bad_deadlines_are_refused(deadline_s: object) -> None:
    """A deadline is a number of seconds above 0."""
    with pytest.raises(UnknownSetting) as refused:
        allocate(Edges([0], [0], [1]), [1], [1], fairness="maxmin", deadline_s=deadline_s)  # type: ignore[arg-type]  # wrong on purpose
    assert refused.value.setting == "deadline_s"


def test_a_deadline_that_is_over_gives_the_best_so_far() -> None:
    """However short the time, the answer keeps the coverage and says what it does not know."""
    random = np.random.default_rng(1)
    edges = Edges(np.repeat(np.arange(60), 50), np.tile(np.arange(50), 60), random.integers(1, 10_000, 3000))
    allocation = allocate(edges, [2] * 60, [1] * 50, fairness="maxmin", deadline_s=1e-9, prove=True)
    assert allocation.filled.sum() == 50
    assert allocation.lowest <= allocation.fairness_certificate


def test_leximin_of_large_problems_is_refused() -> None:
    """Above the published size the refusal says so; nothing else is answered instead."""
    count = LEXIMIN_EDGES + 1
    edges = Edges(np.zeros(count, np.int64), np.arange(count), np.ones(count, np.int64))
    with pytest.raises(InvalidProblem) as refused:
        allocate(edges, [1], [1] * count, fairness="leximin")
    assert refused.value.code == "too_many_for_leximin"
