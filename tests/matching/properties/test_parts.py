"""The slices of a round are the whole, and independent parts of it add up to it."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching import InvalidProblem, Policy, Problem, run_round
from matching.allocation.edges import Booleans, Edges, Integers
from matching.allocation.flow import Allocation, allocate
from matching.pairs.candidates import Candidates, find_candidates
from matching.pairs.parts import Sliced, candidates_of_slice, joined
from matching.round import finish_round
from tests.benchmarks.round import World
from tests.matching.strategies import FlowProblem, flow_problems
from tests.matching.worlds import world
from tests.tries import tries

POLICY = Policy(text_model="character-ngrams", minimum_score=1000, candidates_per_component=2)
FEW = settings(max_examples=tries(10), deadline=None)


@FEW
@given(world(), st.integers(1, 7))
def test_slices_join_to_the_candidates_of_the_whole(problem: Problem, of: int) -> None:
    """However many slices there are: the same pairs, scores, limits, capacity and locks; refused alike."""
    try:
        whole = find_candidates(problem, POLICY)
    except InvalidProblem:
        with pytest.raises(InvalidProblem, match="forbidden"):
            _in_slices(problem, of)
        return
    found = _in_slices(problem, of)
    for name in ("demand", "offer", "score", "limit"):
        assert getattr(found.edges, name).tolist() == getattr(whole.edges, name).tolist()
    assert (found.capacity.tolist(), found.lock.tolist()) == (whole.capacity.tolist(), whole.lock.tolist())
    assert (found.components, found.need_of.tolist()) == (whole.components, whole.need_of.tolist())


def _in_slices(problem: Problem, of: int) -> Candidates:
    return joined(problem, POLICY, [candidates_of_slice(problem, POLICY, part, of) for part in range(of)])


@pytest.mark.parametrize("of", [3, 30])
def test_a_round_in_slices_has_the_fingerprint_of_the_whole(of: int) -> None:
    """One process that found every slice, and another that joins them, end as one that did it all."""
    problem = World(5).problem(6, 40)
    finder, joiner = Sliced(problem, POLICY), Sliced(problem, POLICY)
    found = joiner.joined([finder.candidates(part, of) for part in range(of)])
    assert finish_round(found, 3).model_dump_json() == run_round(problem, POLICY, 3).model_dump_json()


def test_what_is_no_slice_of_the_problem_is_refused() -> None:
    """A damaged file, a slice of a larger problem, slices out of order and numbers that there are not."""
    sliced = Sliced(World(5).problem(3, 40), POLICY)
    large = Sliced(World(5).problem(9, 400), POLICY)
    first, second = (sliced.candidates(part, 2) for part in range(2))
    for files in ([b"no file"], [first[:-40]], [large.candidates(0, 1)], [second, first], [first, first]):
        with pytest.raises(InvalidProblem, match=r"not_of_problem|repeated"):
            sliced.joined(files)
    for number in (-1, 2):
        with pytest.raises(ValueError, match="no slice"):
            sliced.candidates(number, 2)


@settings(max_examples=tries(25), deadline=None)
@given(flow_problems(), st.sampled_from(["total", "tiered"]))
def test_independent_parts_add_up_to_the_whole(problem: FlowProblem, fairness: str) -> None:
    """Solved alone, the parts fill as many slots of each kind as the whole does, for the same total."""
    settings = problem.settings | {"fairness": fairness}
    edges = problem.edges
    whole = allocate(edges, problem.slots, problem.capacity, **settings)
    part_of = _part_of(problem, edges)
    alone = [_part(problem, edges, settings, part_of == part) for part in np.unique(part_of).tolist()]
    assert sum(answer.total for answer, _ in alone) == whole.total
    places = np.arange(len(problem.slots))
    counted = sum((_slots(problem, answer, demands) for answer, demands in alone), Counter())
    assert counted == _slots(problem, whole, places)


def _part_of(problem: FlowProblem, edges: Edges) -> Integers:
    """Return the part of each pair: chains of pairs, and of demand nodes of the same need."""
    demands, needs = len(problem.slots), max(problem.need, default=0) + 1
    own = np.arange(demands)
    tails = np.concatenate([edges.demand, own])
    heads = np.concatenate([demands + needs + edges.offer, demands + np.array(problem.need, np.int64)])
    size = demands + needs + len(problem.capacity)
    _, part = connected_components(coo_array((np.ones(len(tails)), (tails, heads)), shape=(size, size)))
    return np.asarray(part[edges.demand], np.int64)


def _part(
    problem: FlowProblem, edges: Edges, settings: dict[str, Any], own: Booleans
) -> tuple[Allocation, Integers]:
    """Solve some of the pairs alone; return the answer, and its demand nodes among those of the whole."""
    pairs = np.flatnonzero(own)
    demands, demand = np.unique(edges.demand[pairs], return_inverse=True)
    offers, offer = np.unique(edges.offer[pairs], return_inverse=True)
    place = {pair: number for number, pair in enumerate(pairs.tolist())}
    changes = {name: [problem.settings[name][node] for node in demands.tolist()] for name in _OF_NODES}
    changes |= {name: [place[pair] for pair in problem.settings[name] if pair in place] for name in _OF_PAIRS}
    changes["need"] = np.unique(changes["need"], return_inverse=True)[1].tolist()
    answer = allocate(
        Edges(demand=demand, offer=offer, score=edges.score[pairs], limit=edges.limit[pairs]),
        np.array(problem.slots)[demands],
        np.array(problem.capacity)[offers],
        **(settings | changes),
    )
    return answer, demands


_OF_NODES = ("need", "mandatory", "priority")
_OF_PAIRS = ("pins", "vetoes")


def _slots(problem: FlowProblem, answer: Allocation, demands: Integers) -> Counter[tuple[object, ...]]:
    """Count filled slots: first ones and others, of mandatory and optional nodes, by priority.

    Under ``total`` every demand node is a group of its own and all slots are alike.
    """
    if answer.fairness == "total":
        return Counter({("all",): int(answer.filled.sum())})
    groups: Counter[tuple[int, bool, int]] = Counter()
    for node, filled in zip(demands.tolist(), answer.filled.tolist(), strict=True):
        groups[problem.need[node], problem.mandatory[node], problem.priority[node]] += filled
    counted: Counter[tuple[object, ...]] = Counter()
    for (_, mandatory, priority), filled in groups.items():
        counted["first", mandatory, priority] += min(filled, 1)
        counted["rest", mandatory, priority] += max(filled - 1, 0)
    return +counted
