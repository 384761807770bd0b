"""Two oracles for the flow core: networkx's network simplex and brute force. Both know the levels only."""

from collections import Counter
from itertools import product

import networkx as nx

from tests.matching.strategies import FlowProblem

Levels = tuple[int, ...]
"""Slots; needs with a mandatory slot, mandatory slots, needs with an optional slot, optional slots (all four
weighted by priority); score."""

BASE = 10**7
"""Above every level's sum in a small problem."""


def levels_of(problem: FlowProblem, flow: list[int]) -> Levels:
    """What a flow reaches on each level, counted from its definition."""
    filled = Counter[int]()
    score = 0
    for (demand, _, points, _), amount in zip(problem.pairs, flow, strict=True):
        filled[demand] += amount
        score += points * amount
    levels = [filled.total()]
    for must in (True, False):
        nodes = [node for node in filled if problem.mandatory[node] is must and filled[node]]
        begun = {problem.need[node]: problem.priority[node] for node in nodes}
        tiered = problem.fairness == "tiered"
        levels += [sum(begun.values()) if tiered else 0]
        levels += [sum(problem.priority[node] * filled[node] for node in nodes)]
    return (*levels, score)


def brute_force(problem: FlowProblem) -> Levels:
    """The best levels of all flows there are."""
    choices = [
        range(int(number in problem.pins), (0 if number in problem.vetoes else limit) + 1)
        for number, (_, _, _, limit) in enumerate(problem.pairs)
    ]
    return max(levels_of(problem, list(flow)) for flow in product(*choices) if fits(problem, flow))


def fits(problem: FlowProblem, flow: tuple[int, ...]) -> bool:
    """Whether a flow keeps slots and capacity."""
    filled, loads = Counter[int](), Counter[int]()
    for (demand, offer, _, _), amount in zip(problem.pairs, flow, strict=True):
        filled[demand] += amount
        loads[offer] += amount
    return all(filled[node] <= room for node, room in enumerate(problem.slots)) and all(
        loads[node] <= room for node, room in enumerate(problem.capacity)
    )


def network_simplex(problem: FlowProblem, worth: "Worth | None" = None) -> list[int]:
    """An optimal flow of each edge, by networkx.

    Pins are given a worth above everything; nothing else is shared with how the engine sees the problem.
    """
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    graph.add_edge("root", "end", capacity=0, weight=0)
    _add_needs(graph, problem, worth or by_levels)
    for number, (demand, offer, score, limit) in enumerate(problem.pairs):
        tail, head = ("demand", demand), ("offer", offer)
        pinned = int(number in problem.pins)
        graph.add_edge(tail, head, key=("pin", number), capacity=pinned, weight=-(BASE**7) - score)
        rest = 0 if number in problem.vetoes else limit - pinned
        graph.add_edge(tail, head, key=("pair", number), capacity=rest, weight=-score)
    for offer, room in enumerate(problem.capacity):
        graph.add_edge(("offer", offer), "end", capacity=room, weight=0)
    graph.add_edge("end", "root", capacity=sum(problem.slots), weight=0)
    _, flows = nx.network_simplex(graph)
    flow = [0] * len(problem.pairs)
    for number, (demand, offer, _, _) in enumerate(problem.pairs):
        between = flows["demand", demand]["offer", offer]
        flow[number] = between["pin", number] + between["pair", number]
    return flow


class Worth:
    """What a slot is worth before its score: a first one of its kind in a need, or another."""

    def __call__(self, *, must: bool, first: bool, priority: int) -> int:
        """Return the worth by levels, far apart."""
        kind = priority * (BASE**4 * first + BASE**3) if must else priority * (BASE**2 * first + BASE)
        return BASE**5 + kind


by_levels = Worth()


def _add_needs(graph: "nx.MultiDiGraph[object]", problem: FlowProblem, worth: Worth) -> None:
    begun = set()
    for demand, slots in enumerate(problem.slots):
        must, priority = problem.mandatory[demand], problem.priority[demand]
        group = (problem.need[demand], must)
        if problem.fairness == "tiered" and group not in begun:
            begun.add(group)
            weight = -worth(must=must, first=True, priority=priority)
            graph.add_edge("root", group, capacity=1, weight=weight)
        weight = -worth(must=must, first=False, priority=priority)
        graph.add_edge("root", group, capacity=slots, weight=weight)
        graph.add_edge(group, ("demand", demand), capacity=slots, weight=0)
