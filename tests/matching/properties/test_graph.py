"""networkx and igraph say the same, and what is said of a graph holds when the graph is taken apart."""

import math
import random
from collections.abc import Mapping
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import graph, partnership_graph
from matching.errors import UnknownSetting
from matching.graph import backends, flows
from matching.problem import Problem
from tests.matching.worlds import world
from tests.tries import tries

SEEDS = st.integers(0, 10_000)


def _same(first: Mapping[Any, float], second: Mapping[Any, float]) -> bool:
    return list(first) == list(second) and all(
        math.isclose(first[node], second[node], rel_tol=1e-9, abs_tol=1e-9)
        or (math.isnan(first[node]) and math.isnan(second[node]))
        for node in first
    )


def _graph(seed: int) -> "nx.Graph[int]":
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    found: nx.Graph[int] = nx.gnp_random_graph(chance.randint(0, 14), chance.random() * 0.6, seed=seed)
    for edge in found.edges:
        found.edges[edge]["weight"] = chance.randint(1, 4)
    return found


@settings(max_examples=tries(40), deadline=None)
@given(SEEDS)
def test_both_backends_give_the_same_values(seed: int) -> None:
    """Betweenness, constraint, effective size, cut points, bridges and Adamic-Adar agree within 1e-9."""
    plain = _graph(seed)
    some, others = list(plain)[::2], list(plain)[1::3]
    for normalized in (False, True):
        for ends in ((some, some), (some, others)):
            values = [
                backends.betweenness_centrality_subset(plain, *ends, normalized=normalized, backend=backend)
                for backend in ("networkx", "igraph")
            ]
            assert _same(*values)
    for weight in (None, "weight"):
        assert _same(*(backends.constraint(plain, weight, backend=name) for name in ("networkx", "igraph")))
    assert _same(*(backends.effective_size(plain, backend=name) for name in ("networkx", "igraph")))
    points, links = (
        [list(ask(plain, backend=name)) for name in ("networkx", "igraph")]  # type: ignore[operator]  # two functions
        for ask in (backends.articulation_points, backends.bridges)
    )
    assert points[0] == points[1]
    assert links[0] == links[1]
    pairs = list(nx.non_edges(plain))
    near = [list(backends.adamic_adar_index(plain, pairs, backend=name)) for name in ("networkx", "igraph")]
    assert [pair[:2] for pair in near[0]] == [pair[:2] for pair in near[1]]
    assert [pair[2] for pair in near[0]] == pytest.approx([pair[2] for pair in near[1]], abs=1e-9)


@settings(max_examples=tries(30), deadline=None)
@given(SEEDS)
def test_both_backends_find_the_same_dominators_flows_and_cuts(seed: int) -> None:
    """On directed graphs the dominators, the value of the flow and both sides of the cut are the same."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    plain: nx.DiGraph[int] = nx.gnp_random_graph(chance.randint(2, 10), 0.3, seed=seed, directed=True)
    for edge in plain.edges:
        plain.edges[edge]["capacity"] = chance.randint(0, 4)
    first, second = (backends.immediate_dominators(plain, 0, backend=name) for name in ("networkx", "igraph"))
    assert first == second
    cuts = [flows.minimum_cut(plain, 0, 1, backend=name) for name in ("networkx", "igraph")]
    assert cuts[0] == cuts[1]
    value, (near, _) = cuts[0]
    through = sum(
        room for tail, head, room in plain.edges(data="capacity") if tail in near and head not in near
    )
    assert value == through == flows.maximum_flow(plain, 0, 1)[0]


def test_only_the_number_of_edges_chooses_the_backend() -> None:
    """Below the published size networkx answers, from it on igraph; an unknown name is an error."""
    assert backends.backend_for(backends.LARGE_EDGES - 1) == "networkx"
    assert backends.backend_for(backends.LARGE_EDGES) == "igraph"
    with pytest.raises(UnknownSetting):
        backends.backend_for(1, "other")  # type: ignore[arg-type]  # on purpose


@settings(max_examples=tries(25), deadline=None)
@given(world())
def test_facts_are_the_same_from_the_problem_and_from_its_graph(problem: Problem) -> None:
    """The short way, which a round takes, and the partnership graph tell the same of every problem."""
    direct, through = graph.facts_of_problem(problem), graph.facts_of(partnership_graph(problem))
    assert nx.utils.graphs_equal(direct.places, through.places)
    assert direct.covered == through.covered
    assert direct.wants == through.wants
    for name in ("asks", "past", "states_of"):
        ours, theirs = (
            {key: sorted(value) for key, value in getattr(facts, name).items() if value}
            for facts in (direct, through)
        )
        assert ours == theirs
    assert (+direct.load, direct.room, direct.offers_on) == (+through.load, through.room, through.offers_on)


@settings(max_examples=tries(30), deadline=None)
@given(SEEDS)
def test_rings_are_the_chordless_cycles_of_networkx(seed: int) -> None:
    """Rings of two and three are those of networkx, each with its weakest link, the strongest first."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    plain: nx.DiGraph[int] = nx.gnp_random_graph(chance.randint(0, 8), 0.35, seed=seed, directed=True)
    gives = {f"S{tail}": {f"S{head}": chance.randint(1, 9) for head in plain[tail]} for tail in plain}
    expected = {
        frozenset(zip(cycle, [*cycle[1:], cycle[0]], strict=True)): len(cycle)
        for cycle in nx.chordless_cycles(plain, length_bound=3)
    }
    found = graph.chordless_cycles(gives)
    links = [list(zip(ring.nodes, [*ring.nodes[1:], ring.nodes[0]], strict=True)) for ring in found]
    assert {frozenset((int(a[1:]), int(b[1:])) for a, b in ring) for ring in links} == set(expected)
    assert len(found) == len(expected)
    assert [ring.value for ring in found] == [min(gives[a][b] for a, b in ring) for ring in links]
    assert [ring.value for ring in found] == sorted((ring.value for ring in found), reverse=True)
    assert graph.chordless_cycles(gives, limit=2) == found[:2]


@settings(max_examples=tries(25), deadline=None)
@given(world())
def test_reach_is_bounded_by_what_is_asked_and_offered(problem: Problem) -> None:
    """The value is what the named cut lets through, never more than demand or supply, on both backends."""
    found = graph.reach(problem, "dialogue", "WEST")
    slots = {
        part.id: part.slots for need in problem.needs if need.id in found.needs for part in need.components
    }
    capacity = {offer.id: 1 if offer.capacity is None else offer.capacity for offer in problem.offers}
    through = sum(capacity[name] for name in found.used_up)
    through += sum(count for name, count in slots.items() if name not in found.short)
    assert found.value == through <= min(found.demand, found.supply)
    assert sum(found.missing.values()) == found.demand - found.value
    large = graph.reach(problem, "dialogue", "WEST", backend="igraph")
    assert (large.value, large.used_up, large.short) == (found.value, found.used_up, found.short)
