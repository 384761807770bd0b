"""Teams of few providers: what concentrating must leave as it is, and how close it comes to the fewest."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.check import verify_allocation
from matching.allocation.edges import Integers
from matching.allocation.flow import Allocation
from matching.teams.concentrating import concentrate, spare_parties
from tests.matching.oracles import levels_of
from tests.matching.strategies import FlowProblem, flow_problems
from tests.tries import tries

PARTIES = st.lists(st.integers(0, 2), min_size=5, max_size=5)


def tied(problem: FlowProblem, scores: list[int]) -> FlowProblem:
    """The problem with scores that are often equal."""
    pairs = [(d, o, scores[at % len(scores)], k) for at, (d, o, _, k) in enumerate(problem.pairs)]
    return FlowProblem(**(vars(problem) | {"pairs": pairs}))


def parties_of(problem: FlowProblem, flow: Integers, party: list[int]) -> int:
    """Pairs of a need and a party that serves it, counted plainly."""
    used = zip(problem.pairs, np.asarray(flow).tolist(), strict=True)
    return len({(problem.need[pair[0]], party[pair[1]]) for pair, units in used if units})


def fewest(problem: FlowProblem, allocation: Allocation, party: list[int]) -> int:
    """Fewest parties of all flows with the same levels, by trying every flow there is."""
    aim = levels_of(problem, allocation.flow.tolist())
    low = [int(at in problem.pins) for at in range(len(problem.pairs))]
    high = [0 if at in problem.vetoes else pair[3] for at, pair in enumerate(problem.pairs)]
    best = parties_of(problem, allocation.flow, party)
    for flow in product(*(range(a, b + 1) for a, b in zip(low, high, strict=True))):
        if fits(problem, flow) and levels_of(problem, list(flow)) == aim:
            best = min(best, parties_of(problem, np.array(flow), party))
    return best


def fits(problem: FlowProblem, flow: Any) -> bool:
    """Whether slots and capacity are kept."""
    slots, capacity = list(problem.slots), list(problem.capacity)
    for (demand, offer, _, _), units in zip(problem.pairs, flow, strict=True):
        slots[demand] -= units
        capacity[offer] -= units
    return min(slots, default=0) >= 0 and min(capacity, default=0) >= 0


@settings(max_examples=tries(40))
@given(flow_problems(), PARTIES, st.lists(st.sampled_from([5, 5, 7]), min_size=1, max_size=4))
def test_everything_but_the_number_of_parties_stays(
    problem: FlowProblem, party: list[int], scores: list[int]
) -> None:
    """Slots, ladder, total, locks and proof stay; there are never more parties, and the count is right."""
    problem = tied(problem, scores)
    before = problem.solve(prove=True)
    found = concentrate(before, np.array(party))
    after = found.allocation
    faults = verify_allocation(problem.edges, problem.slots, problem.capacity, after, **problem.settings)
    assert faults == ()
    assert after.proof == "optimal"
    assert (after.total, after.value, after.filled.tolist()) == (
        before.total,
        before.value,
        before.filled.tolist(),
    )
    assert levels_of(problem, after.flow.tolist()) == levels_of(problem, before.flow.tolist())
    assert found.parties == parties_of(problem, after.flow, party) <= found.parties_before
    assert found.parties_before == parties_of(problem, before.flow, party)


@settings(max_examples=tries(40))
@given(
    flow_problems(),
    PARTIES,
    st.lists(st.sampled_from([5, 5, 7]), min_size=1, max_size=4),
)
def test_where_more_than_scores_decides_only_like_pairs_are_exchanged(
    problem: FlowProblem, party: list[int], scores: list[int]
) -> None:
    """With a number that is to be kept, no demand node's sums change."""
    problem = tied(problem, scores)
    before = problem.solve()
    kept = np.arange(len(problem.pairs)) % 2
    after = concentrate(before, np.array(party), kept=kept).allocation
    edges = problem.edges
    for worth in (np.ones_like(kept), kept, edges.score):
        sums = [np.bincount(edges.demand, it.flow * worth, minlength=5).tolist() for it in (before, after)]
        assert sums[0] == sums[1]
    assert after.utility.tolist() == before.utility.tolist()


@settings(max_examples=tries(30))
@given(flow_problems(nodes=3, most=2), PARTIES)
def test_it_comes_close_to_the_fewest(problem: FlowProblem, party: list[int]) -> None:
    """On problems small enough to try every flow: at most one party more than the fewest."""
    problem = tied(problem, [5])
    before = problem.solve(prove=True)
    found = concentrate(before, np.array(party))
    assert fewest(problem, before, party) <= found.parties <= fewest(problem, before, party) + 1


@settings(max_examples=tries(40))
@given(flow_problems(), PARTIES, st.integers(0, 3000))
def test_slack_is_spent_only_within_bounds(problem: FlowProblem, party: list[int], slack: int) -> None:
    """Slots, capacity and locks stay, parties do not grow, and no need gives up more than it may."""
    before = problem.solve(prove=True)
    after = spare_parties(before, np.array(party), slack)
    bounds = problem.settings | {"vetoes": problem.vetoes}
    unproved = replace(after, proof=None)
    assert verify_allocation(problem.edges, problem.slots, problem.capacity, unproved, **bounds) == ()
    assert after.filled.tolist() == before.filled.tolist()
    assert parties_of(problem, after.flow, party) <= parties_of(problem, before.flow, party)
    moved = int(np.abs(after.flow - before.flow).sum()) // 2
    assert 0 <= before.total - after.total <= slack * moved * len(problem.pairs)
    assert after.proof == ((before.total - after.total) or "optimal")


def test_slack_lets_one_party_serve_a_need_alone() -> None:
    """A party that serves one of two components takes the other for 400 points, if 400 may be given up."""
    pairs = [(0, 0, 9000, 1), (1, 1, 8000, 1), (1, 2, 7600, 1)]
    problem = FlowProblem(pairs, [1, 1], [1, 1, 1], [0, 0], [True, True], [1, 1], [], [], "tiered")
    before = problem.solve(prove=True)
    assert spare_parties(before, np.array([0, 1, 0]), 399) is before
    after = spare_parties(before, np.array([0, 1, 0]), 400)
    assert (after.chosen.tolist(), after.total, after.proof) == ([0, 2], 16_600, 400)
