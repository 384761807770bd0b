"""networkx's functions and result shapes, with igraph behind them where a graph is large.

Which of the two answers depends on the number of edges alone. Both give the same values within 1e-9, and the
nodes of every result stand in the order in which networkx gives them, or sorted where it names no order.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal, TypeVar, get_args

import igraph
import networkx as nx

from matching.errors import UnknownSetting

LARGE_EDGES = 5000
"""Edges from which igraph answers."""

Backend = Literal["networkx", "igraph"]
N = TypeVar("N", int, tuple[str, str])
"""What names a node; names of one graph compare."""
Answer = TypeVar("Answer")


def backend_for(edges: int, wanted: Backend | None = None) -> Backend:
    """Return who answers for a graph with so many edges.

    Parameters
    ----------
    edges : int
        Edges of the graph.
    wanted : {"networkx", "igraph"}, optional
        One that has to be used, whatever the size.

    Raises
    ------
    UnknownSetting
        There is no such backend.

    Examples
    --------
    >>> backend_for(LARGE_EDGES - 1), backend_for(LARGE_EDGES), backend_for(1, "igraph")
    ('networkx', 'igraph', 'igraph')
    """
    if wanted is not None and wanted not in get_args(Backend):
        raise UnknownSetting("graph backend", wanted, get_args(Backend))
    return wanted or ("igraph" if edges >= LARGE_EDGES else "networkx")


def betweenness_centrality_subset(
    graph: "nx.Graph[N]",
    sources: Sequence[N],
    targets: Sequence[N],
    *,
    normalized: bool = False,
    backend: Backend | None = None,
) -> dict[N, float]:
    """Return how much each node stands on shortest paths from ``sources`` to ``targets``.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected.
    sources, targets : sequence of node
        Between whom paths run.
    normalized : bool
        Whether values are divided by the number of pairs of other nodes.
    backend : {"networkx", "igraph"}, optional
        Default: by size.

    Returns
    -------
    dict
        Every node with its value. O(sources x E).

    References
    ----------
    .. [1] U. Brandes, "On variants of shortest-path betweenness centrality and their generic computation",
       Social Networks 30 (2008).
    """
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        found: dict[N, float] = nx.betweenness_centrality_subset(graph, sources, targets, normalized)
        return found
    twin = Twin(graph)
    starts, ends = ([twin.place[node] for node in nodes] for nodes in (sources, targets))
    halves = twin.graph.betweenness(directed=False, sources=starts, targets=ends) if starts and ends else None
    others = (len(graph) - 1) * (len(graph) - 2)
    scale = 2 / others if normalized and others > 0 else 1.0
    return twin.named([0.0] * len(graph) if halves is None else [value * scale for value in halves])


def constraint(
    graph: "nx.Graph[N]", weight: str | None = None, *, backend: Backend | None = None
) -> dict[N, float]:
    """Return Burt's constraint of each node of an undirected graph; NaN where it has no neighbour.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, without loops.
    weight : str, optional
        Edge attribute; without one, every edge counts 1.
    backend : {"networkx", "igraph"}, optional
        Default: by size.

    References
    ----------
    .. [1] R. S. Burt, "Structural holes and good ideas", American Journal of Sociology 110 (2004).
    """
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        return dict(nx.constraint(graph, weight=weight)) if graph else {}
    twin = Twin(graph, weight)
    return twin.named(twin.graph.constraint(weights="weight" if weight else None))


def effective_size(graph: "nx.Graph[N]", *, backend: Backend | None = None) -> dict[N, float]:
    """Return Burt's effective size of each node: its neighbours less how much they know one another.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, without loops; weights do not count.
    backend : {"networkx", "igraph"}, optional
        Default: by size.

    Notes
    -----
    Borgatti's ``n - 2t / n`` for ``n`` neighbours with ``t`` ties among them; NaN without neighbours.

    References
    ----------
    .. [1] S. P. Borgatti, "Structural holes: unpacking Burt's redundancy measures", Connections 20 (1997).
    """
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        return dict(nx.effective_size(graph)) if graph else {}
    twin = Twin(graph)
    around = zip(twin.graph.degree(), twin.graph.transitivity_local_undirected(mode="zero"), strict=True)
    ties = [(degree, round(share * degree * (degree - 1) / 2)) for degree, share in around]
    return twin.named([degree - 2 * tied / degree if degree else float("nan") for degree, tied in ties])


def articulation_points(graph: "nx.Graph[N]", *, backend: Backend | None = None) -> Iterator[N]:
    """Yield the nodes, sorted, without which a connected part of the graph falls apart. O(V + E)."""
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        yield from sorted(nx.articulation_points(graph))
    else:
        twin = Twin(graph)
        yield from sorted(twin.nodes[place] for place in twin.graph.articulation_points())


def bridges(graph: "nx.Graph[N]", *, backend: Backend | None = None) -> Iterator[tuple[N, N]]:
    """Yield the edges, sorted and each from its lesser node, without which a part falls apart. O(V + E)."""
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        found: list[tuple[N, N]] = list(nx.bridges(graph))  # type: ignore[arg-type]  # its types are wrong
    else:
        twin = Twin(graph)
        ends = (twin.graph.es[edge].tuple for edge in twin.graph.bridges())
        found = [(twin.nodes[tail], twin.nodes[head]) for tail, head in ends]
    yield from sorted((tail, head) if tail < head else (head, tail) for tail, head in found)


def immediate_dominators(graph: "nx.DiGraph[N]", start: N, *, backend: Backend | None = None) -> dict[N, N]:
    """Return for each node within reach of ``start`` the last node that every path to it passes.

    Parameters
    ----------
    graph : networkx.DiGraph
        Any.
    start : node
        Where paths begin; it has no dominator and is left out.
    backend : {"networkx", "igraph"}, optional
        Default: by size.

    References
    ----------
    .. [1] K. D. Cooper, T. J. Harvey, K. Kennedy, "A simple, fast dominance algorithm" (2006).
    .. [2] T. Lengauer, R. E. Tarjan, "A fast algorithm for finding dominators in a flowgraph",
       TOPLAS 1 (1979).
    """
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        return dict(nx.immediate_dominators(graph, start))
    twin = Twin(graph)
    above = twin.graph.dominator(twin.place[start], mode="out")
    # A node out of reach has NaN, the start has -1: neither is a place.
    return {twin.nodes[place]: twin.nodes[int(over)] for place, over in enumerate(above) if over >= 0}


def adamic_adar_index(
    graph: "nx.Graph[N]", pairs: Iterable[tuple[N, N]], *, backend: Backend | None = None
) -> Iterator[tuple[N, N, float]]:
    """Yield for each pair the sum of ``1 / log(degree)`` over the neighbours that it shares.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, without loops.
    pairs : iterable of (node, node)
        Pairs of different nodes.
    backend : {"networkx", "igraph"}, optional
        Default: by size.

    References
    ----------
    .. [1] L. A. Adamic, E. Adar, "Friends and neighbors on the Web", Social Networks 25 (2003).
    """
    asked = list(pairs)
    if backend_for(graph.number_of_edges(), backend) == "networkx" or not asked:
        yield from nx.adamic_adar_index(graph, asked)
        return
    twin = Twin(graph)
    rows = sorted({twin.place[first] for first, _ in asked})
    near = dict(zip(rows, twin.graph.similarity_inverse_log_weighted(vertices=rows), strict=True))
    for first, second in asked:
        yield first, second, float(near[twin.place[first]][twin.place[second]])


def louvain_communities(
    graph: "nx.Graph[N]", weight: str = "weight", *, resolution: float = 1.0, seed: int = 0
) -> list[set[N]]:
    """Return a partition of the nodes with high modularity, largest community first.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected; its nodes have to compare, since they are visited in sorted order.
    weight : str
        Edge attribute.
    resolution : float
        Above 1, more and smaller communities.
    seed : int
        The order of visits is drawn from it.

    Notes
    -----
    A heuristic: two implementations need not find the same partition, so networkx answers whatever the size.
    The same graph and seed give the same partition.

    References
    ----------
    .. [1] V. D. Blondel et al., "Fast unfolding of communities in large networks", J. Stat. Mech. (2008).
    """
    ordered: nx.Graph[N] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted((min(edge), max(edge)) for edge in graph.edges))
    for tail, head in ordered.edges:
        ordered[tail][head][weight] = graph[tail][head].get(weight, 1)
    found = nx.community.louvain_communities(ordered, weight=weight, resolution=resolution, seed=seed)
    return sorted(found, key=lambda members: (-len(members), min(members)))


def shortest_path(graph: "nx.Graph[N]", source: N, target: N, weight: str) -> tuple[float, list[N]]:
    """Return the least cost from ``source`` to ``target`` and a path that has it.

    Raises
    ------
    networkx.NetworkXNoPath
        There is none.

    Notes
    -----
    networkx answers whatever the size: for single paths it is the faster one, as nothing has to be copied.
    """
    path: list[N] = nx.dijkstra_path(graph, source, target, weight=weight)
    return sum(float(graph.edges[step][weight]) for step in pairwise(path)), path


def steps_of(path: Sequence[N]) -> list[tuple[N, N]]:
    """Return the edges of a path."""
    return list(pairwise(path))


class Twin:
    """The same graph in igraph, whose nodes are the places of ours."""

    def __init__(self, graph: "nx.Graph[Any]", weight: str | None = None) -> None:
        self.nodes = list(graph)
        self.place = {node: place for place, node in enumerate(self.nodes)}
        edges = [(self.place[tail], self.place[head]) for tail, head in graph.edges]
        self.graph = igraph.Graph(n=len(self.nodes), edges=edges, directed=graph.is_directed())
        if weight:
            self.graph.es["weight"] = [value for _, _, value in graph.edges(data=weight, default=1)]

    def named(self, values: Sequence[Answer]) -> dict[Any, Answer]:
        """Return values by node, given in the order of the nodes."""
        return dict(zip(self.nodes, values, strict=True))
