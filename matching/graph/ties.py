"""Who should talk, and who could introduce whom."""

from collections import Counter, defaultdict
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

import networkx as nx

from matching.graph.backends import adamic_adar_index, shortest_path, steps_of
from matching.graph.communities import ends_of_deliveries
from matching.graph.facts import GROUP_KINDS
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.partnerships import Node

LARGE_GROUP_SHARE = 0.25
"""Who sits in a group of more than this share of all states does not know everybody in it."""
COSTS = MappingProxyType({"belongs_to": 0.25, "worked_together": 1.0, "takes_part": 1.0})
"""What a step of an introduction costs.

Having worked together costs the less the oftener: it is divided by the number of deliveries, to a fifth at
most. A seat in a group costs the more the less its role counts and the larger the group, up to twice; to meet
in a group takes two seats."""
MOST_WORK = 5


class Conversation(NamedTuple):
    """Two states that have not met over what both work on."""

    first: Node
    second: Node
    value: float
    """Adamic-Adar index: shared topics and partners, the rare ones counting more."""
    commitments: tuple[str, ...]
    """What both ask for or offer."""
    helps: tuple[str, ...]
    """Of these, what one asks for and the other offers."""
    partners: tuple[str, ...]
    """States with which both have worked."""


class Introduction(NamedTuple):
    """A chain of those who know one another."""

    path: list[Node]
    cost: float
    links: list[str]
    """What joins each step: ``belongs_to``, ``takes_part`` or ``worked_together``."""


def who_should_talk(graph: "nx.MultiDiGraph[Node]", limit: int = 20) -> list[Conversation]:
    """Return the states that work on the same commitments and have not met, most in common first.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`matching.partnership_graph`.
    limit : int
        How many pairs at most.

    Returns
    -------
    list of Conversation
        Two states have met if they worked together, or sit in a group that is not large
        (:data:`LARGE_GROUP_SHARE`).

    Notes
    -----
    Adamic and Adar's index on the graph of states and commitments, joined where a state asks for or offers
    something on the commitment, and of states that worked together. O(pairs of states x degree).

    References
    ----------
    .. [1] L. A. Adamic, E. Adar, "Friends and neighbors on the Web", Social Networks 25 (2003).
    """
    asked, offered = topics_of_states(graph)
    common: nx.Graph[Node] = nx.Graph()
    common.add_nodes_from(sorted(node for node in graph if node[0] in ("state", "commitment")))
    for topics in (asked, offered):
        common.add_edges_from(sorted((state, topic) for state, found in topics.items() for topic in found))
    work = _worked_together(graph)
    common.add_edges_from(sorted(work))
    met = _met_in_groups(graph) | set(work)
    active = sorted(asked.keys() | offered.keys())
    pairs = [pair for pair in combinations(active, 2) if pair not in met]
    found = [
        _conversation(common, asked, offered, pair)._replace(value=value)
        for *pair, value in adamic_adar_index(common, pairs)
        if value > 0
    ]
    found = [item for item in found if item.commitments]
    return sorted(found, key=lambda item: (-round(item.value, 12), item.first, item.second))[:limit]


def introduction(graph: "nx.MultiDiGraph[Node]", source: Node, target: Node) -> Introduction | None:
    """Return the most trusted chain from one state or party to another, or None where there is none.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`matching.partnership_graph`. Edges with the attribute ``hidden`` are passed by.
    source, target : node
        States or parties.

    Returns
    -------
    Introduction or None

    Raises
    ------
    networkx.NodeNotFound
        A node is not in the graph.

    Notes
    -----
    Dijkstra's shortest path over :data:`COSTS`. O(E log V).
    """
    for node in (source, target):
        if node not in graph:
            raise nx.NodeNotFound(f"{node} is not in the graph")
    acquaintances = _acquaintances(graph)
    try:
        cost, path = shortest_path(acquaintances, source, target, weight="cost")
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return None
    return Introduction(path, cost, [acquaintances.edges[step]["link"] for step in steps_of(path)])


def topics_of_states(
    graph: "nx.MultiDiGraph[Node]",
) -> tuple[dict[Node, set[Node]], dict[Node, set[Node]]]:
    """Return the commitments on which each state asks for help, and on which it offers some.

    An area counts as the commitments that it serves. What is marked hidden is left out.
    """
    heads: dict[str, dict[Node, set[Node]]] = defaultdict(lambda: defaultdict(set))
    for tail, head, kind, said in graph.edges(keys=True, data=True):
        if not said.get("hidden"):
            heads[kind][tail].add(head)
    asked = _topics(heads, "asks", "wants")
    return asked, _topics(heads, "offers", "covers")


def _topics(heads: dict[str, dict[Node, set[Node]]], does: str, about: str) -> dict[Node, set[Node]]:
    found: dict[Node, set[Node]] = defaultdict(set)
    for party, things in heads[does].items():
        named = {topic for thing in things for topic in heads[about][thing]}
        served = {code for topic in named if topic[0] == "area" for code in heads["serves"][topic]}
        for state in heads["belongs_to"][party]:
            found[state] |= served | {topic for topic in named if topic[0] == "commitment"}
    return {state: topics for state, topics in found.items() if topics}


def _conversation(
    common: "nx.Graph[Node]",
    asked: dict[Node, set[Node]],
    offered: dict[Node, set[Node]],
    pair: list[Node],
) -> Conversation:
    first, second = pair
    shared = sorted(set(common[first]) & set(common[second]))
    nothing: set[Node] = set()
    across = (asked.get(first, nothing) & offered.get(second, nothing)) | (
        asked.get(second, nothing) & offered.get(first, nothing)
    )
    return Conversation(
        first,
        second,
        0.0,
        tuple(code for kind, code in shared if kind == "commitment"),
        tuple(code for _, code in sorted(across)),
        tuple(code for kind, code in shared if kind == "state"),
    )


def _worked_together(graph: "nx.MultiDiGraph[Node]") -> Counter[tuple[Node, Node]]:
    """Return in how many deliveries each pair of states worked together, as giver and receiver."""
    work: Counter[tuple[Node, Node]] = Counter()
    for givers, receivers in ends_of_deliveries(graph).values():
        pairs = {(min(giver, taker), max(giver, taker)) for giver in givers for taker in receivers}
        work.update(pair for pair in pairs if pair[0] != pair[1])
    return work


def _met_in_groups(graph: "nx.MultiDiGraph[Node]") -> set[tuple[Node, Node]]:
    states = sum(node[0] == "state" for node in graph)
    met: set[tuple[Node, Node]] = set()
    for group in (node for node in graph if node[0] in GROUP_KINDS):
        seated = sorted(
            {state for state, _, kind in graph.in_edges(group, keys=True) if kind == "takes_part"}
        )
        if len(seated) <= max(states * LARGE_GROUP_SHARE, 2):
            met.update(combinations(seated, 2))
    return met


def _acquaintances(graph: "nx.MultiDiGraph[Node]") -> "nx.Graph[Node]":
    """Return who knows whom, with what a step costs and what joins it; hidden edges are left out."""
    states = max(sum(node[0] == "state" for node in graph), 1)
    found: nx.Graph[Node] = nx.Graph()
    found.add_nodes_from(sorted(node for node in graph if node[0] in ("state", "party")))
    for tail, head, kind, said in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        if kind == "belongs_to" and not said.get("hidden"):
            found.add_edge(tail, head, cost=COSTS[kind], link=kind)
        elif kind == "takes_part" and not said.get("hidden"):
            crowd = 1 + graph.in_degree(head) / states
            found.add_edge(tail, head, cost=COSTS[kind] * crowd / ROLE_WEIGHTS[said["role"]], link=kind)
    for (first, second), times in sorted(_worked_together(graph).items()):
        cost = COSTS["worked_together"] / min(times, MOST_WORK)
        found.add_edge(first, second, cost=cost, link="worked_together")
    return found
