"""Certificates of empty slots."""

from hypothesis import given, settings

from matching.allocation.certificates import Cut, certify
from tests.matching.strategies import FlowProblem, flow_problems
from tests.tries import tries


@settings(max_examples=tries(300))
@given(flow_problems())
def test_identity_holds_by_definition(problem: FlowProblem) -> None:
    """Counted from the problem alone: demand - capacity - single pairs = unmet."""
    allocation = problem.solve()
    for cut in certify(allocation):
        inside, near = set(cut.demand_nodes.tolist()), set(cut.offer_nodes.tolist())
        demand = sum(problem.slots[node] for node in inside)
        capacity = sum(problem.capacity[node] for node in near) - locked(problem, inside, near)
        single = single_pairs(problem, inside, near)
        unmet = sum(problem.slots[node] - int(allocation.filled[node]) for node in inside)
        assert (cut.demand, cut.capacity, cut.single_pairs, cut.unmet) == (demand, capacity, single, unmet)
        assert demand - capacity - single == unmet > 0


def locked(problem: FlowProblem, inside: set[int], near: set[int]) -> int:
    """Units of the offers that pins give away."""
    pinned = (problem.pairs[number] for number in problem.pins)
    return sum(demand not in inside and offer in near for demand, offer, _, _ in pinned)


def single_pairs(problem: FlowProblem, inside: set[int], near: set[int]) -> int:
    """Most that can come from offers outside, by the limits of the pairs."""
    return sum(
        limit
        for number, (demand, offer, _, limit) in enumerate(problem.pairs)
        if demand in inside and offer not in near and number not in problem.vetoes
    )


@settings(max_examples=tries(150))
@given(flow_problems())
def test_each_unmet_node_has_its_own_certificate(problem: FlowProblem) -> None:
    """Exactly the demand nodes with empty slots have one, in order, each within its set."""
    allocation = problem.solve()
    cuts = list(certify(allocation))
    short = [node for node, slots in enumerate(problem.slots) if allocation.filled[node] < slots]
    assert [cut.node for cut in cuts] == short
    assert all(cut.node in cut.demand_nodes for cut in cuts)


@settings(max_examples=tries(150))
@given(flow_problems())
def test_set_is_what_the_node_reaches(problem: FlowProblem) -> None:
    """Nothing beyond the reach of the node stands in its certificate, and nothing within it is left out."""
    allocation = problem.solve()
    flow = allocation.flow.tolist()
    for cut in certify(allocation):
        assert (set(cut.demand_nodes.tolist()), set(cut.offer_nodes.tolist())) == walk(problem, flow, cut)


def walk(problem: FlowProblem, flow: list[int], cut: Cut) -> tuple[set[int], set[int]]:
    """Follow pairs that have room to offers, and pairs that can give way back to demand nodes."""
    inside, near, before = {cut.node}, set[int](), 0
    while before != len(inside) + len(near):
        before = len(inside) + len(near)
        for number, (demand, offer, _, limit) in enumerate(problem.pairs):
            if demand in inside and number not in problem.vetoes and flow[number] < limit:
                near.add(offer)
            if offer in near and flow[number] > (number in problem.pins):
                inside.add(demand)
    return inside, near
