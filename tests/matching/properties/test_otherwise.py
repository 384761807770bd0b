"""What the engine tells about other answers is what solving again finds."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.allocation.flow import Allocation
from matching.allocation.network import build_network
from matching.allocation.prices import value_of
from matching.explanations.otherwise import Otherwise, Pair, with_room
from tests.matching.strategies import FlowProblem, flow_problems
from tests.tries import tries

PLENTY = 10**6


def around(problem: FlowProblem) -> Otherwise:
    """The residual graph of the problem's own solution."""
    allocation = problem.solve()
    return Otherwise(allocation.network, allocation.flow)


def worth(allocation: Allocation, step: int) -> int:
    """The value of an allocation on a ladder with another step."""
    return value_of(replace(allocation.network, step=step), allocation.filled, allocation.total)


def value_with(problem: FlowProblem, score: int, number: int) -> tuple[int, int]:
    """The best value when a pair has another score, less that score, and how often the pair is used."""
    pairs = list(problem.pairs)
    pairs[number] = (*pairs[number][:2], score, pairs[number][3])
    changed = replace(problem, pairs=pairs).solve()
    return changed.value, int(changed.flow[number])


@settings(max_examples=tries(20), deadline=None)
@given(flow_problems(), st.data())
def test_threshold_is_where_an_unused_pair_enters(problem: FlowProblem, data: st.DataObject) -> None:
    """With one point more than the threshold the pair is used, with one point less it is not."""
    flow = problem.solve().flow
    unused = [number for number in np.flatnonzero(flow == 0).tolist() if number not in problem.vetoes]
    assume(unused)
    number = data.draw(st.sampled_from(unused))
    demand, offer, score, _ = problem.pairs[number]
    residual = around(problem)
    path = residual.path(residual.offer_node(offer), residual.demand_node(demand))
    if path is None:
        for other in (1, 10_000):
            assert value_with(problem, other, number)[1] == 0
        return
    threshold = -residual.gain(residual.offer_node(offer), residual.demand_node(demand), path)
    assert threshold >= score
    for other in (threshold - 1, threshold + 1):
        if 1 <= other <= 10_000:
            assert (value_with(problem, other, number)[1] > 0) == (other > threshold)
    if threshold > 10_000:
        assert value_with(problem, 10_000, number)[1] == 0


def best_other(problem: FlowProblem, nodes: set[int]) -> int | None:
    """What the best flow that differs at some nodes loses in value, by trying every flow there is."""
    allocation = problem.solve()
    network, own = with_room(allocation.network), allocation.flow
    edges = network.edges
    touching = np.isin(edges.demand, list(nodes))
    lost = None
    for flow in product(*(range(low, high + 1) for low, high in zip(network.low, network.high, strict=True))):
        amounts = np.array(flow, np.int64)
        filled = np.bincount(edges.demand, amounts, minlength=network.slots.size).astype(np.int64)
        used = np.bincount(edges.offer, amounts, minlength=network.capacity.size)
        if (filled > network.slots).any() or (used > network.capacity).any():
            continue
        if (amounts != own)[touching].any():
            value = value_of(network, filled, int(amounts @ edges.score))
            loss = value_of(network, allocation.filled, allocation.total) - value
            lost = loss if lost is None else min(lost, loss)
    return lost


@settings(max_examples=tries(20), deadline=None)
@given(flow_problems(nodes=3, most=2), st.data())
def test_closest_is_what_the_best_other_answer_loses(problem: FlowProblem, data: st.DataObject) -> None:
    """The margin of some nodes is found by trying every flow; None only if there is no other."""
    assume(problem.slots)
    nodes = data.draw(st.sets(st.integers(0, len(problem.slots) - 1), min_size=1))
    found = around(problem).closest(sorted(nodes), PLENTY)
    assert found.is_exact
    assert found.length == best_other(problem, nodes)


@settings(max_examples=tries(20), deadline=None)
@given(flow_problems(nodes=4), st.integers(0, 12))
def test_a_search_that_is_cut_short_still_bounds(problem: FlowProblem, most: int) -> None:
    """What was found with few arcs is never above the true margin, and equal to it where it is exact."""
    assume(problem.slots)
    residual, nodes = around(problem), range(len(problem.slots))
    cut, whole = residual.closest(nodes, most), residual.closest(nodes, PLENTY)
    if cut.is_exact:
        assert cut == whole
    else:
        assert cut.length is not None
        assert whole.length is None or cut.length <= whole.length


@settings(max_examples=tries(20), deadline=None)
@given(flow_problems(), st.data())
def test_added_pairs_gain_what_solving_again_gains(problem: FlowProblem, data: st.DataObject) -> None:
    """New pairs give the value of the problem that has them, and a trial leaves no trace."""
    assume(problem.slots and problem.capacity)
    demand = data.draw(st.integers(0, len(problem.slots) - 1))
    known = {offer for node, offer, _, _ in problem.pairs if node == demand}
    free = [offer for offer in range(len(problem.capacity)) if offer not in known]
    assume(free)
    offers = data.draw(st.sets(st.sampled_from(free), min_size=1))
    points = st.integers(1, 10_000)
    new = [Pair(offer, data.draw(points), data.draw(st.integers(1, 2))) for offer in sorted(offers)]
    grown = replace(
        problem, pairs=problem.pairs + [(demand, pair.offer, pair.score, pair.limit) for pair in new]
    )
    residual = around(problem)
    before = [residual.flow.copy(), residual.filled.copy(), residual.potential.copy()]
    with residual.trial():
        gained = residual.add(demand, new)
        filled = residual.filled.copy()
    step = residual.network.step
    assert gained == worth(grown.solve(), step) - worth(problem.solve(), step)
    assert filled.sum() == grown.solve().filled.sum()
    after = [residual.flow, residual.filled, residual.potential]
    assert all(np.array_equal(old, now) for old, now in zip(before, after, strict=True))


@settings(max_examples=tries(20), deadline=None)
@given(flow_problems(), st.data())
def test_pair_with_its_own_unit_gains_what_a_further_offer_gains(
    problem: FlowProblem, data: st.DataObject
) -> None:
    """A private pair is worth what an offer of capacity one that serves this node alone would add."""
    assume(problem.slots)
    demand = data.draw(st.integers(0, len(problem.slots) - 1))
    score = data.draw(st.integers(1, 10_000))
    more = replace(
        problem,
        capacity=[*problem.capacity, 1],
        pairs=[*problem.pairs, (demand, len(problem.capacity), score, 1)],
    )
    residual = around(problem)
    step = residual.network.step
    gained = worth(more.solve(), step) - worth(problem.solve(), step)
    with residual.trial():
        assert residual.add(demand, [Pair(0, score, private=True)]) == gained
    entry, reached = residual.worth_of_entry()
    assert gained == (max(0, int(entry[demand]) + score) if reached[demand] else 0)


def test_a_flow_that_is_not_optimal_is_refused() -> None:
    """Nothing is told about an answer that is not the best."""
    problem = FlowProblem([(0, 0, 5, 1), (0, 1, 9, 1)], [1], [1, 1], [0], [True], [1], [], [], "tiered")
    network = build_network(problem.edges, [1], [1, 1], None, None, None, None, None, fairness="tiered")
    residual = Otherwise(network, np.array([1, 0], np.int64))
    with pytest.raises(ValueError, match="not optimal"):
        residual.closest([0], PLENTY)
