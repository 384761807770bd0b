"""Who stands between dialogues: betweenness between groups, constraint and effective size among states."""

from collections.abc import Iterable

import networkx as nx

from matching.graph.backends import betweenness_centrality_subset, constraint, effective_size
from matching.graph.facts import Facts, facts_of
from matching.partnerships import Node


def broker_centrality(
    graph: "nx.MultiDiGraph[Node] | Facts", between: Iterable[Node] | None = None
) -> dict[Node, float]:
    """Return how much each state stands on the shortest paths between dialogues.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.
    between : iterable of node, optional
        The groups between which a broker is sought, for example two dialogues. Default: all dialogues.

    Returns
    -------
    dict
        State nodes with their betweenness, highest first, and only those above zero.

    Notes
    -----
    Brandes' betweenness restricted to paths between the groups, on the undirected graph of states and
    groups. O(groups x E).

    References
    ----------
    .. [1] U. Brandes, "On variants of shortest-path betweenness centrality and their generic computation",
       Social Networks 30 (2008).
    """
    places = facts_of(graph).places
    wanted = between if between is not None else (node for node in places if node[0] == "dialogue")
    ends = sorted(node for node in set(wanted) if node in places)
    values = betweenness_centrality_subset(places, ends, ends, normalized=True)
    above = {node: value for node, value in values.items() if node[0] == "state" and value > 0}
    return dict(sorted(above.items(), key=lambda item: (-round(item[1], 12), item[0])))


def burt_constraint(graph: "nx.MultiDiGraph[Node] | Facts") -> dict[Node, float]:
    """Return Burt's constraint of each state among the states that it meets in groups.

    A state with low constraint meets states that do not meet each other: it can broker between them.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.

    Returns
    -------
    dict
        State nodes with their constraint, lowest first. States that meet nobody are left out.

    References
    ----------
    .. [1] R. S. Burt, "Structural holes and good ideas", American Journal of Sociology 110 (2004).
    """
    values = constraint(meetings(graph), weight="weight")
    return dict(sorted(values.items(), key=lambda item: (round(item[1], 12), item[0])))


def burt_effective_size(graph: "nx.MultiDiGraph[Node] | Facts") -> dict[Node, float]:
    """Return how many states each state meets, less how much those meet one another already.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnership_graph`, or its facts.

    Returns
    -------
    dict
        State nodes with their effective size, highest first. States that meet nobody are left out.

    References
    ----------
    .. [1] S. P. Borgatti, "Structural holes: unpacking Burt's redundancy measures", Connections 20 (1997).
    """
    values = effective_size(meetings(graph))
    return dict(sorted(values.items(), key=lambda item: (-round(item[1], 12), item[0])))


def meetings(graph: "nx.MultiDiGraph[Node] | Facts") -> "nx.Graph[Node]":
    """Return which states meet in groups; ``weight`` is in how many. Nobody stands in it alone."""
    places = facts_of(graph).places
    meets: nx.Graph[Node] = nx.Graph()
    for group in (node for node in places if node[0] != "state"):
        seated = sorted(places[group])
        for number, first in enumerate(seated):
            for second in seated[number + 1 :]:
                known = meets.get_edge_data(first, second, {"weight": 0})
                meets.add_edge(first, second, weight=known["weight"] + 1)
    return meets
