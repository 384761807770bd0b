"""Properties of quotas in the flow core, held against all flows that there are."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matching.allocation.certificates import certify
from matching.allocation.check import verify_allocation
from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation, allocate
from matching.allocation.prices import value_of
from matching.errors import InvalidProblem, UnknownSetting
from matching.quotas.groups import Groups, Quota
from matching.quotas.rationing import towards_floors
from tests.matching.strategies import FlowProblem, flow_problems
from tests.tries import tries

MOST_FLOWS = 3000
SOME = settings(max_examples=tries(25), deadline=None)
SIMPLE = {"total", "tiered"}


@st.composite
def quotas(draw: st.DrawFn, problem: FlowProblem) -> Groups:
    """A few quotas of all shapes: whole sides, one node, and sets that overlap."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        demand = draw(st.none() | st.sets(st.integers(0, len(problem.slots) - 1), min_size=1))
        offer = draw(st.none() | st.sets(st.integers(0, len(problem.capacity) - 1), min_size=1))
        low = draw(st.sampled_from([0, 0, 1, 2]))
        high = draw(st.sampled_from([None, low, low + 1]))
        sides = [None if side is None else tuple(sorted(side)) for side in (demand, offer)]
        found.append(Quota(*sides, low, high))
    return Groups.of(problem.edges, found)


@st.composite
def rationed(draw: st.DrawFn) -> tuple[FlowProblem, Groups]:
    """A small problem with quotas."""
    problem = draw(flow_problems(nodes=3, most=2))
    assume(problem.pairs and problem.fairness in SIMPLE)
    choices = [limit + 1 for *_, limit in problem.pairs]
    assume(np.prod(choices) <= MOST_FLOWS)
    return problem, draw(quotas(problem))


def _flows(problem: FlowProblem, groups: Groups) -> Iterator[NDArray[np.int64]]:
    """Every flow that keeps all upper bounds but for pins."""
    edges = problem.edges
    pinned = np.isin(np.arange(len(edges)), problem.pins).astype(np.int64)
    most = np.where(np.isin(np.arange(len(edges)), problem.vetoes), 0, edges.limit)
    high = np.maximum(groups.high, groups.used(pinned))
    ranges = [range(low, up + 1) for low, up in zip(pinned.tolist(), most.tolist(), strict=True)]
    for choice in product(*ranges):
        flow = np.array(choice, np.int64)
        filled = np.bincount(edges.demand, flow, len(problem.slots))
        loads = np.bincount(edges.offer, flow, len(problem.capacity))
        fits = (filled <= problem.slots).all() and (loads <= problem.capacity).all()
        if fits and (groups.used(flow) <= high).all():
            yield flow


def _value(allocation: Allocation, flow: NDArray[np.int64]) -> int:
    network = allocation.network
    filled = np.bincount(network.edges.demand, flow, network.slots.size).astype(np.int64)
    total = int((flow * network.edges.score).sum())
    return value_of(network, filled, total) + towards_floors(network, flow)


def _solve(problem: FlowProblem, groups: Groups) -> Allocation:
    return problem.solve(groups=groups, prove=True)


@SOME
@given(rationed())
def test_no_flow_is_better_and_the_checker_agrees(case: tuple[FlowProblem, Groups]) -> None:
    """The value is the highest of all flows, the proof says so, and the checker has no objection."""
    problem, groups = case
    allocation = _solve(problem, groups)
    assert allocation.value == max(_value(allocation, flow) for flow in _flows(problem, groups))
    assert allocation.proof == "optimal"
    found = verify_allocation(
        problem.edges, problem.slots, problem.capacity, allocation, groups=groups, **problem.settings
    )
    assert found == ()


@SOME
@given(rationed())
def test_floors_come_after_slots_and_before_scores(case: tuple[FlowProblem, Groups]) -> None:
    """Among the flows with the most slots and the best ladder none lacks less of the lower bounds."""
    problem, groups = case
    allocation = _solve(problem, groups)
    network = allocation.network

    def ladder(flow: NDArray[np.int64]) -> tuple[int, int]:
        filled = np.bincount(network.edges.demand, flow, network.slots.size).astype(np.int64)
        return int(flow.sum()), value_of(network, filled, 0)

    def missing(flow: NDArray[np.int64]) -> int:
        return int(np.maximum(groups.low - groups.used(flow), 0).sum())

    flows = list(_flows(problem, groups))
    best = max(ladder(flow) for flow in flows)
    assert ladder(allocation.flow) == best
    assert int(allocation.quota_shortfall.sum()) == min(missing(f) for f in flows if ladder(f) == best)


@SOME
@given(rationed())
def test_certificates_are_exact_under_quotas(case: tuple[FlowProblem, Groups]) -> None:
    """The identity of each holds, and where it is a proof, no flow leaves less of its set unmet."""
    problem, groups = case
    allocation = _solve(problem, groups)
    slots = np.array(problem.slots)
    flows = list(_flows(problem, groups))
    for cut in certify(allocation):
        assert cut.demand - cut.capacity - cut.single_pairs - cut.quotas == cut.unmet > 0
        assert cut.node in cut.demand_nodes
        if cut.is_proved:
            left = [slots - np.bincount(problem.edges.demand, flow, slots.size) for flow in flows]
            assert cut.unmet == min(int(empty[cut.demand_nodes].sum()) for empty in left)


@SOME
@given(rationed(), st.randoms(use_true_random=False))
def test_order_of_pairs_changes_no_level_under_quotas(case: tuple[FlowProblem, Groups], chance: Any) -> None:
    """The same pairs in another order reach the same value."""
    problem, groups = case
    order = list(range(len(problem.pairs)))
    chance.shuffle(order)
    place = np.argsort(np.array(order))
    moved = Groups(groups.quota, place[groups.edge], groups.low, groups.high)
    assert _solve(problem.shuffled(order), moved).value == _solve(problem, groups).value


def test_one_per_state_in_a_component_stays_a_flow() -> None:
    """Caps beside a demand node, below offers and above needs are one flow, with its prices."""
    edges = Edges([0, 0, 0, 1, 1], [0, 1, 2, 0, 2], [9000, 8000, 3000, 7000, 2000])
    groups = Groups.of(
        edges, [Quota([0], [0, 1], high=1), Quota(offer=[0, 1], high=1), Quota(offer=[0, 1, 2], low=2)]
    )
    allocation = allocate(edges, [2, 1], [1, 1, 2], groups=groups, prove=True)
    assert allocation.network.trees is not None
    assert (allocation.chosen.tolist(), allocation.proof) == ([0, 2, 4], "optimal")


def test_days_of_an_expert_are_a_budget() -> None:
    """Edges can weigh: an expert with ten days gives six of them, or four, but not both and three more."""
    edges = Edges([0, 1, 2], [0, 0, 0], [5000, 5000, 9000])
    groups = Groups([0, 0, 0], [0, 1, 2], [0], [10], weight=[6, 4, 3])
    allocation = allocate(edges, [1, 1, 1], [3], groups=groups, prove=True)
    assert allocation.chosen.tolist() in ([0, 2], [1, 2])
    assert allocation.proof == "optimal"


@pytest.mark.parametrize("fairness", ["bottleneck", "maxmin", "leximin"])
def test_fairness_that_knows_no_quotas_is_refused(fairness: str) -> None:
    """Quotas hold under total and tiered only; anything else is refused, not ignored."""
    edges = Edges([0], [0], [5000])
    with pytest.raises(UnknownSetting, match="fairness"):
        allocate(edges, [1], [1], groups=Groups.of(edges, [Quota(high=1)]), fairness=fairness)


def test_bad_quotas_are_refused_by_name() -> None:
    """A bound the wrong way round, an unknown edge and a weighted floor are refused with their place."""
    edges = Edges([0], [0], [5000])
    with pytest.raises(InvalidProblem, match=r"low\[0\]: exceeds_high"):
        Groups.of(edges, [Quota(low=2, high=1)])
    with pytest.raises(InvalidProblem, match=r"edge\[0\]: unknown"):
        allocate(edges, [1], [1], groups=Groups([0], [7], [0], [1]))
    with pytest.raises(InvalidProblem, match=r"weight\[0\]: weighted"):
        Groups([0], [0], [1], [2], weight=[2])
