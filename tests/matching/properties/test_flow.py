"""The flow core against network simplex, brute force and its own promises."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.allocation.mincost
from matching.allocation.check import verify_allocation
from matching.allocation.edges import Integers
from matching.allocation.flow import Allocation
from tests.matching.oracles import Worth, brute_force, levels_of, network_simplex
from tests.matching.strategies import FlowProblem, flow_problems
from tests.tries import tries


def faults_of(problem: FlowProblem, allocation: Allocation) -> tuple[str, ...]:
    """What the independent checker finds."""
    return verify_allocation(problem.edges, problem.slots, problem.capacity, allocation, **problem.settings)


def with_flow(allocation: Allocation, flow: Integers) -> Allocation:
    """Another flow of the same problem, dressed as an allocation."""
    edges, network = allocation.network.edges, allocation.network
    chosen = np.repeat(np.arange(flow.size), flow)
    filled = np.bincount(edges.demand[chosen], minlength=network.slots.size)
    return replace(allocation, chosen=chosen, filled=filled, total=int(edges.score[chosen].sum()))


@settings(max_examples=tries(400))
@given(flow_problems())
def test_every_level_is_that_of_network_simplex(problem: FlowProblem) -> None:
    """Slots, needs served, mandatory and optional coverage by priority, and score are those of networkx."""
    flow = problem.solve().flow.tolist()
    assert levels_of(problem, flow) == levels_of(problem, network_simplex(problem))


@settings(max_examples=tries(100))
@given(flow_problems(nodes=3, most=2))
def test_every_level_is_that_of_brute_force(problem: FlowProblem) -> None:
    """No flow there is reaches better levels."""
    assert levels_of(problem, problem.solve().flow.tolist()) == brute_force(problem)


@settings(max_examples=tries(300))
@given(flow_problems())
def test_every_allocation_is_proved_and_passes_the_independent_check(problem: FlowProblem) -> None:
    """Bounds, locks and vetoes are kept, and the prices prove that nothing better exists."""
    allocation = problem.solve(prove=True)
    assert faults_of(problem, allocation) == ()
    assert allocation.proof == "optimal"
    assert allocation.certificate == allocation.value


class Threshold(Worth):
    """Counts the slots on a step of the ladder or higher, and nothing else."""

    def __init__(self, lowest: tuple[bool, bool, int]) -> None:
        self.lowest = lowest

    def __call__(self, *, must: bool, first: bool, priority: int) -> int:
        """Return a worth beside which scores do not count."""
        return 10**6 * ((must, first, priority) >= self.lowest)


@settings(max_examples=tries(150))
@given(flow_problems(), st.tuples(st.booleans(), st.booleans(), st.integers(1, 3)))
def test_no_level_pays_for_another(problem: FlowProblem, lowest: tuple[bool, bool, int]) -> None:
    """Each step of the ladder and those above it hold as many slots as if nothing else were wanted."""
    worth = Threshold(lowest)
    alone = network_simplex(problem, worth)
    together = problem.solve().flow.tolist()
    assert on_or_above(problem, together, lowest) == on_or_above(problem, alone, lowest)


def on_or_above(problem: FlowProblem, flow: list[int], lowest: tuple[bool, bool, int]) -> int:
    """Count the slots of a flow that stand on a step of the ladder or higher."""
    begun, count = set(), 0
    for (demand, _, _, _), amount in zip(problem.pairs, flow, strict=True):
        must, priority = problem.mandatory[demand], problem.priority[demand]
        for _ in range(amount):
            group = (problem.need[demand], must)
            first = problem.fairness == "tiered" and group not in begun
            begun.add(group)
            count += (must, first, priority) >= lowest
    return count


@settings(max_examples=tries(125))
@given(st.data())
def test_order_of_edges_changes_no_level(data: st.DataObject) -> None:
    """The optimum does not depend on the order of the edges."""
    problem = data.draw(flow_problems())
    other = problem.shuffled(data.draw(st.permutations(range(len(problem.pairs)))))
    here, there = problem.solve(), other.solve()
    assert levels_of(problem, here.flow.tolist()) == levels_of(other, there.flow.tolist())
    assert here.filled.sum() == there.filled.sum()


@settings(max_examples=tries(200))
@given(flow_problems(), st.sampled_from([1, 5000]))
def test_a_quick_step_that_is_too_short_changes_nothing(problem: FlowProblem, step: int) -> None:
    """The full step decides wherever the quick one fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching.allocation.mincost, "QUICK_STEP", step)
        flow = problem.solve().flow.tolist()
    assert levels_of(problem, flow) == levels_of(problem, network_simplex(problem))


@settings(max_examples=tries(80))
@given(flow_problems(), st.integers(0, 2**31))
def test_same_arrays_same_bytes(problem: FlowProblem, seed: int) -> None:
    """The same arrays give the same allocation, and no seed changes it."""
    first, second = problem.solve(prove=True), problem.solve(prove=True, seed=seed)
    for name in ("chosen", "filled", "utility", "offer_price", "demand_price", "slot_worth"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


@settings(max_examples=tries(125))
@given(flow_problems())
def test_offer_price_is_what_one_more_unit_adds(problem: FlowProblem) -> None:
    """Solving again with one more unit of an offer adds exactly its price."""
    allocation = problem.solve(prove=True)
    assert allocation.offer_price is not None
    for offer, price in enumerate(allocation.offer_price.tolist()):
        more = problem.with_one_more("capacity", offer).solve()
        assert more.value - allocation.value == price


@settings(max_examples=tries(125))
@given(flow_problems())
def test_slot_price_lies_between_one_more_and_one_fewer(problem: FlowProblem) -> None:
    """A slot's price is at least what one more adds, at most what one fewer costs."""
    allocation = problem.solve(prove=True)
    assert allocation.demand_price is not None
    for node, price in enumerate(allocation.demand_price.tolist()):
        assert problem.with_one_more("slots", node).solve().value - allocation.value <= price
        locked = sum(problem.pairs[pin][0] == node for pin in problem.pins)
        if problem.slots[node] > locked:
            fewer = problem.with_one_more("slots", node, -1).solve()
            assert price <= allocation.value - fewer.value


@settings(max_examples=tries(200))
@given(st.data())
def test_proof_holds_for_the_optimum_alone(data: st.DataObject) -> None:
    """Another feasible flow is proved only if it is as good, and its certificate still bounds the optimum."""
    problem = data.draw(flow_problems())
    best = problem.solve()
    order = data.draw(st.permutations(range(len(problem.pairs))))
    other = with_flow(best, greedy(problem, order)).prove()
    assert other.certificate is not None
    assert other.certificate >= best.value >= other.value
    assert (other.proof == "optimal") == (other.value == best.value)
    assert (faults_of(problem, replace(other, utility=best.utility)) == ()) <= (other.value == best.value)


def greedy(problem: FlowProblem, order: list[int]) -> Integers:
    """Locks first, then one pair after the other as far as it goes."""
    wanted, free = list(problem.slots), list(problem.capacity)
    flow = np.zeros(len(problem.pairs), np.int64)
    for number, most in [(pin, 1) for pin in problem.pins] + [(pair, 3) for pair in order]:
        demand, offer, _, limit = problem.pairs[number]
        room = 0 if number in problem.vetoes else limit - int(flow[number])
        amount = min(most, room, wanted[demand], free[offer])
        flow[number] += amount
        wanted[demand] -= amount
        free[offer] -= amount
    return flow


@settings(max_examples=tries(100))
@given(st.data())
def test_checker_finds_every_change_of_a_flow(data: st.DataObject) -> None:
    """One unit put on, or taken off, any edge never passes the checker."""
    problem = data.draw(flow_problems().filter(lambda problem: problem.pairs))
    allocation = problem.solve(prove=True)
    flow = allocation.flow
    number = data.draw(st.integers(0, flow.size - 1))
    flow[number] += data.draw(st.sampled_from([-1, 1])) if flow[number] else 1
    chosen = np.repeat(np.arange(flow.size), flow)
    assert faults_of(problem, replace(allocation, chosen=chosen))
    assert faults_of(problem, with_flow(allocation, flow))
