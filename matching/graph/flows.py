"""Maximum flow and minimum cut, as networkx has them."""

from collections.abc import Mapping

import networkx as nx

from matching.graph.backends import Backend, N, Twin, backend_for


def maximum_flow(
    graph: "nx.DiGraph[N]", source: N, sink: N, *, backend: Backend | None = None
) -> tuple[int, dict[N, dict[N, int]]]:
    """Return the value of a maximum flow and how much of it passes each edge.

    Parameters
    ----------
    graph : networkx.DiGraph
        With the edge attribute ``capacity``, a whole number; an edge without it has no bound.
    source, sink : node
        From where, to where.
    backend : {"networkx", "igraph"}, optional
        Default: by size. The value is the same; which of several maximum flows is found may differ.

    References
    ----------
    .. [1] A. V. Goldberg, R. E. Tarjan, "A new approach to the maximum-flow problem", J. ACM 35 (1988).
    """
    if backend_for(graph.number_of_edges(), backend) == "networkx":
        value, found = nx.maximum_flow(graph, source, sink)
        return int(value), found
    twin = Twin(graph)
    edges: list[tuple[N, N, int | None]] = list(graph.edges(data="capacity"))
    bound = 1 + sum(room for _, _, room in edges if room is not None)
    rooms = [bound if room is None else room for _, _, room in edges]
    result = twin.graph.maxflow(twin.place[source], twin.place[sink], capacity=rooms)
    flow: dict[N, dict[N, int]] = {node: {} for node in graph}
    for (tail, head, _), passed in zip(edges, result.flow, strict=True):
        flow[tail][head] = round(passed)
    return round(result.value), flow


def minimum_cut(
    graph: "nx.DiGraph[N]", source: N, sink: N, *, backend: Backend | None = None
) -> tuple[int, tuple[set[N], set[N]]]:
    """Return the value of a minimum cut and its two sides, the one of the source as large as it can be.

    Parameters
    ----------
    graph, source, sink, backend
        As for :func:`maximum_flow`.

    Notes
    -----
    The far side holds the nodes from which the sink can still be reached beside a maximum flow. It is the
    same for every maximum flow, so both backends name the same cut.
    """
    value, flow = maximum_flow(graph, source, sink, backend=backend)
    back: dict[N, set[N]] = {node: set() for node in graph}
    edges: list[tuple[N, N, int | None]] = list(graph.edges(data="capacity"))
    for tail, head, room in edges:
        if room is None or flow[tail][head] < room:
            back[head].add(tail)
        if flow[tail][head] > 0:
            back[tail].add(head)
    far = _within_reach(back, sink)
    return value, (set(graph) - far, far)


def _within_reach(edges: Mapping[N, set[N]], start: N) -> set[N]:
    seen, waiting = {start}, [start]
    while waiting:
        new = edges[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen
