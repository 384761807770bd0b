"""What hangs on one provider, what nobody covers, what is wanted and what is loaded."""

from collections import Counter
from typing import TypeVar

import networkx as nx

from matching.graph.backends import articulation_points, bridges, immediate_dominators
from matching.graph.facts import Facts, facts_of
from matching.partnerships import Node

Value = TypeVar("Value", int, float)


def isolated_needs(graph: "nx.MultiDiGraph[Node] | Facts") -> list[Node]:
    """Return the needs none of whose topics is covered by an offer with capacity, in sorted order.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.

    Returns
    -------
    list of node
        Need nodes. A need without any topic is isolated as well.
    """
    facts = facts_of(graph)
    covered = {topic for _, topic in facts.covered}
    return [need for need, topics in sorted(facts.wants.items()) if covered.isdisjoint(topics)]


def single_points_of_failure(graph: "nx.MultiDiGraph[Node] | Facts") -> dict[Node, Node]:
    """Return the topics and requesters that would be left with nobody if one provider dropped out.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.

    Returns
    -------
    dict
        From an area or commitment that some need wants, or a requester, to the one party on which all paths
        to it depend.

    Notes
    -----
    Help flows provider, topic, need, requester. The party that every path to a node passes is a dominator of
    that node: the directed counterpart of an articulation point, which on a flow with a direction would miss
    points that are bypassed only against it. O(E log V) in practice.

    References
    ----------
    .. [1] K. D. Cooper, T. J. Harvey, K. Kennedy, "A simple, fast dominance algorithm" (2006).
    """
    facts = facts_of(graph)
    start: Node = ("", "")
    flow: nx.DiGraph[Node] = nx.DiGraph()
    flow.add_node(start)
    for party, topic in sorted(facts.covered):
        flow.add_edges_from([(start, ("provider", party)), (("provider", party), topic)])
    flow.add_edges_from((topic, need) for need, topics in facts.wants.items() for topic in topics)
    flow.add_edges_from((need, party) for party, needs in facts.asks.items() for need in needs)
    above = immediate_dominators(flow, start)
    wanted = {topic for topics in facts.wants.values() for topic in topics}
    hanging = sorted(node for node in above if node[0] == "party" or node in wanted)
    found = {node: _dominating_provider(above, node) for node in hanging}
    return {node: provider for node, provider in found.items() if provider is not None}


def weak_points(graph: "nx.MultiDiGraph[Node] | Facts") -> tuple[list[Node], list[tuple[Node, Node]]]:
    """Return the articulation points and bridges of who covers and who asks for which topic.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.

    Returns
    -------
    points : list of node
        Parties and topics without which a part of the network falls apart, sorted.
    links : list of (node, node)
        Links without which it does, sorted.

    Notes
    -----
    Undirected, so it is about who stays in touch with whom; on whom help depends is
    :func:`single_points_of_failure`. O(V + E).

    References
    ----------
    .. [1] J. Hopcroft, R. Tarjan, "Efficient algorithms for graph manipulation", CACM 16 (1973).
    """
    facts = facts_of(graph)
    wants = {need: topics.keys() for need, topics in facts.wants.items()}
    network: nx.Graph[Node] = nx.Graph()
    network.add_edges_from(sorted((("party", party), topic) for party, topic in facts.covered))
    for party, needs in sorted(facts.asks.items()):
        network.add_edges_from((party, topic) for need in needs for topic in sorted(wants[need]))
    return list(articulation_points(network)), list(bridges(network))


def most_wanted(graph: "nx.MultiDiGraph[Node] | Facts") -> dict[Node, int]:
    """Return how many experts the needs ask for in each area, highest first.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.

    Returns
    -------
    dict
        Area nodes with slots.
    """
    slots: Counter[Node] = Counter()
    for topics in facts_of(graph).wants.values():
        slots.update({topic: count for topic, count in topics.items() if topic[0] == "area"})
    return highest_first(dict(slots))


def most_loaded(graph: "nx.MultiDiGraph[Node] | Facts") -> dict[Node, float]:
    """Return, per area, what share of its offers' capacity the proposals use, highest first.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, with proposals, or its facts.

    Returns
    -------
    dict
        Area nodes with a share in 0 to 1; areas without use are left out. An offer in several areas
        counts in each with all it does, as an expert who is away in one is away in all. A lock beyond an
        offer's capacity counts as capacity.
    """
    facts = facts_of(graph)
    return highest_first({area: used / facts.room[area] for area, used in facts.load.items() if used})


def highest_first(values: dict[Node, Value]) -> dict[Node, Value]:
    """Return values by size and then by node."""
    return dict(sorted(values.items(), key=lambda item: (-item[1], item[0])))


def _dominating_provider(above: dict[Node, Node], node: Node) -> Node | None:
    while node in above:
        node = above[node]
        if node[0] == "provider":
            return ("party", node[1])
    return None
