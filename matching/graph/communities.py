"""Which dialogues really form one community, and how far that is what their membership says."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from math import comb
from typing import Literal, NamedTuple, get_args

import networkx as nx

from matching.errors import UnknownSetting
from matching.graph.backends import louvain_communities
from matching.graph.facts import GROUP_KINDS
from matching.partnerships import Node

SharedBy = Literal["members", "work"]


class Communities(NamedTuple):
    """A partition of dialogues and bodies, and how clear-cut it is."""

    groups: list[set[Node]]
    """Largest first. A group that shares nothing with any other stands alone."""
    modularity: float
    """0 where links fall as if by chance, towards 1 where they stay within communities."""


class Comparison(NamedTuple):
    """Formal membership beside the work that is really shared."""

    by_members: Communities
    by_work: Communities
    agreement: float
    """Adjusted Rand index of the two: 1 the same, 0 no more alike than chance."""


def communities(graph: "nx.MultiDiGraph[Node]", by: SharedBy = "members", seed: int = 0) -> Communities:
    """Return which dialogues and bodies belong together by the members, or by the work, that they share.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`matching.partnership_graph`.
    by : {"members", "work"}
        What counts as shared. Work is the commitments on the agenda and the deliveries between two members.
    seed : int
        Of the heuristic.

    Returns
    -------
    Communities

    Raises
    ------
    UnknownSetting
        There is no such way to share.

    Notes
    -----
    Louvain on the projection onto groups, weighed by the Jaccard index of what two groups share.

    References
    ----------
    .. [1] V. D. Blondel et al., "Fast unfolding of communities in large networks", J. Stat. Mech. (2008).
    """
    if by not in get_args(SharedBy):
        raise UnknownSetting("by", by, get_args(SharedBy))
    shared = projection(_members(graph) if by == "members" else _work(graph))
    if not shared.number_of_edges():
        return Communities([{node} for node in sorted(shared)], 0.0)
    found = louvain_communities(shared, seed=seed)
    return Communities(found, float(nx.community.modularity(shared, found, weight="weight")))


def compare_communities(graph: "nx.MultiDiGraph[Node]", seed: int = 0) -> Comparison:
    """Return the communities by members and by work, and how far they agree.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`matching.partnership_graph`.
    seed : int
        Of the heuristic.

    Returns
    -------
    Comparison
    """
    members, work = communities(graph, "members", seed), communities(graph, "work", seed)
    return Comparison(members, work, adjusted_rand_index(members.groups, work.groups))


def projection(shares: Mapping[Node, Collection[Node]]) -> "nx.Graph[Node]":
    """Return the graph of groups that share something; ``weight`` is the Jaccard index of what they have.

    The shape of ``networkx.bipartite.overlap_weighted_projected_graph``.
    """
    found: nx.Graph[Node] = nx.Graph()
    sets = {group: set(shares[group]) for group in sorted(shares)}
    found.add_nodes_from(sets)
    for first, second in combinations(sets, 2):
        both = len(sets[first] & sets[second])
        if both:
            found.add_edge(first, second, weight=both / len(sets[first] | sets[second]))
    return found


def adjusted_rand_index(first: Iterable[Collection[Node]], second: Iterable[Collection[Node]]) -> float:
    """Return how far two partitions of the same things agree, corrected for chance.

    Parameters
    ----------
    first, second : iterable of collection of node
        Partitions of the same nodes.

    Returns
    -------
    float
        1 where they are the same, about 0 where they agree as by chance, below 0 where less.

    References
    ----------
    .. [1] L. Hubert, P. Arabie, "Comparing partitions", Journal of Classification 2 (1985).

    Examples
    --------
    >>> adjusted_rand_index([{1, 2}, {3, 4}], [{1, 2}, {3, 4}])
    1.0
    >>> round(adjusted_rand_index([{1, 2, 3}, {4, 5, 6}], [{1, 2}, {3, 4}, {5, 6}]), 4)
    0.2424
    """
    ours, theirs = [set(part) for part in first], [set(part) for part in second]
    both = sum(comb(len(part & other), 2) for part in ours for other in theirs)
    rows, columns = (sum(comb(len(part), 2) for part in parts) for parts in (ours, theirs))
    pairs = comb(sum(len(part) for part in ours), 2)
    if rows == columns and both == rows:
        return 1.0
    expected = rows * columns / pairs
    return (both - expected) / ((rows + columns) / 2 - expected)


def _members(graph: "nx.MultiDiGraph[Node]") -> dict[Node, set[Node]]:
    found: dict[Node, set[Node]] = {node: set() for node in graph if node[0] in GROUP_KINDS}
    for state, group, kind in graph.edges(keys=True):
        if kind == "takes_part":
            found[group].add(state)
    return found


def _work(graph: "nx.MultiDiGraph[Node]") -> dict[Node, set[Node]]:
    """Return what each group has on its agenda, and the deliveries from one of its members to another."""
    found: dict[Node, set[Node]] = {node: set() for node in graph if node[0] in GROUP_KINDS}
    groups_of: dict[Node, set[Node]] = {}
    for tail, head, kind in graph.edges(keys=True):
        if kind == "on_agenda":
            found[tail].add(head)
        elif kind == "takes_part":
            groups_of.setdefault(tail, set()).add(head)
    for delivery, ends in ends_of_deliveries(graph).items():
        at_home = Counter(group for state in ends[0] for group in groups_of.get(state, ()))
        for group in {group for state in ends[1] for group in groups_of.get(state, ())} & at_home.keys():
            found[group].add(delivery)
    return found


def ends_of_deliveries(graph: "nx.MultiDiGraph[Node]") -> dict[Node, tuple[set[Node], set[Node]]]:
    """Return the states that gave and that received each delivery. What is marked hidden is left out."""
    found: dict[Node, tuple[set[Node], set[Node]]] = {}
    for tail, head, kind, said in graph.edges(keys=True, data=True):
        if kind == "gave" and tail[0] == "state" and not said.get("hidden"):
            found.setdefault(head, (set(), set()))[0].add(tail)
        elif kind == "received" and not said.get("hidden"):
            found.setdefault(tail, (set(), set()))[1].add(head)
    return found
