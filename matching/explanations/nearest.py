"""Shortest paths and cycles in a residual graph, found from both ends.

The root leads almost everywhere: going on from it would flood the graph. But what it leads to is near: with
the longest paths from it as potentials, whoever it leads to at all is at length 0 from it. So the root is
never gone on from. One search goes back from the target until it meets the root, another ahead from the
start, and a path over the root is one to it and one from it.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple, Protocol

ROOT = 0
NO_EDGE = -1
FAR = 2**62


class Step(NamedTuple):
    """An arc of a path: from node to node, over an edge (or :data:`NO_EDGE`)."""

    tail: int
    head: int
    edge: int


class Graph(Protocol):
    """A residual graph; its arcs are as long as taking them would lose, which is never negative."""

    def out(self, node: int, ceiling: int) -> Iterator[tuple[int, int, int]]:
        """Give head, length and edge of the arcs out of a node that are shorter than the ceiling."""

    def into(self, node: int, ceiling: int) -> Iterator[tuple[int, int, int]]:
        """Give tail, length and edge of the arcs into a node that are shorter than the ceiling."""


class Path(NamedTuple):
    """A shortest path: what it loses against the prices, and its arcs."""

    length: int
    steps: tuple[Step, ...]


@dataclass
class Reached:
    """How far nodes are from one end, and over which arc."""

    distance: dict[int, int] = field(default_factory=dict)
    step: dict[int, Step] = field(default_factory=dict)
    queue: list[tuple[int, int, int]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)

    def take(self, node: int, far: int, step: Step) -> bool:
        """Note a way to a node if it is the shortest so far; of equal ones the first stays."""
        if far >= self.distance.get(node, FAR):
            return False
        self.distance[node], self.step[node] = far, step
        heapq.heappush(self.queue, (far, next(self._number), node))
        return True

    def nearest(self, within: int) -> tuple[int, int] | None:
        """Return the next node to go on from, with its distance; None if none is nearer than ``within``."""
        while self.queue and self.queue[0][0] < within:
            far, _, node = heapq.heappop(self.queue)
            if far == self.distance[node]:
                return far, node
        return None


class Way(NamedTuple):
    """A shortest path with what was reached from both its ends.

    ``ahead`` and ``behind`` add up to its length. Distances below ``ahead`` from the start, and below
    ``behind`` to the target, are true ones.
    """

    path: Path
    start: Reached
    target: Reached
    ahead: int
    behind: int


def shortest(graph: Graph, starts: list[tuple[int, Step]], target: int, ceiling: int = FAR) -> Way | None:
    """Return the shortest path to a target that is shorter than a ceiling.

    Parameters
    ----------
    graph : Graph
        The residual graph.
    starts : list of (int, Step)
        Steps to the nodes to start from, each with its length.
    target : int
        A node that is not the root.
    ceiling : int
        Longer paths are of no interest.

    Returns
    -------
    Way or None
        None if there is no such path. The path visits no node twice.

    Notes
    -----
    Dijkstra's algorithm, from both ends. Where the root does not lead to the target, the search back comes to
    its end and finds the path by itself.
    """
    back = back_to_root(graph, target)
    ahead, meeting = Reached(), NO_EDGE
    for far, step in starts:
        if ahead.take(step.head, far, step) and far + back.distance.get(step.head, FAR) < ceiling:
            ceiling, meeting = far + back.distance[step.head], step.head
    over_root = ROOT in back.distance
    while over_root and (nearest := ahead.nearest(ceiling)):
        here, node = nearest
        for head, length, edge in () if node in (ROOT, target) else graph.out(node, ceiling - here):
            far = here + length
            if not (far < ceiling and ahead.take(head, far, Step(node, head, edge))):
                continue
            if far + back.distance.get(head, FAR) < ceiling:
                ceiling, meeting = far + back.distance[head], head
    if meeting == NO_EDGE:
        return None
    radius = min(ahead.distance.get(ROOT, FAR), ceiling) if over_root else 0
    path = Path(ceiling, _simple([*_led_to(ahead, meeting), *_leads_from(back, meeting, target)]))
    return Way(path, ahead, back, radius, ceiling - radius)


def back_to_root(graph: Graph, target: int, barred: int = NO_EDGE) -> Reached:
    """Return what leads to a target, as far as the root; ``barred`` does not as its last arc."""
    found = Reached()
    found.take(target, 0, Step(target, target, NO_EDGE))
    while nearest := found.nearest(found.distance.get(ROOT, FAR)):
        here, node = nearest
        for tail, length, edge in graph.into(node, found.distance.get(ROOT, FAR) - here):
            if not (node == target and tail == barred):
                found.take(tail, here + length, Step(tail, node, edge))
    return found


def _led_to(found: Reached, node: int) -> list[Step]:
    steps = [found.step[node]]
    while steps[-1].tail in found.step and steps[-1].tail != steps[-1].head:
        steps.append(found.step[steps[-1].tail])
    return steps[::-1]


def _leads_from(found: Reached, node: int, target: int) -> Iterator[Step]:
    while node != target:
        yield found.step[node]
        node = found.step[node].head


def _simple(steps: list[Step]) -> tuple[Step, ...]:
    """Leave out loops; in a shortest path they have length 0."""
    kept: list[Step] = []
    place: dict[int, int] = {}
    for step in steps:
        if step.head in place:
            for left_out in kept[place[step.head] + 1 :]:
                del place[left_out.head]
            del kept[place[step.head] + 1 :]
            continue
        place[step.head] = len(kept)
        kept.append(step)
    return tuple(kept)


class Cycles:
    """The shortest cycles through one node that do not merely go back over the arc by which they came.

    Parameters
    ----------
    graph : Graph
        The residual graph.
    node : int
        A node that is not the root.
    """

    def __init__(self, graph: Graph, node: int) -> None:
        self._graph, self._node = graph, node
        self._return: tuple[int, int] | None = None
        self._second: int | None = None

    def shortest(self, best: int, left: int) -> tuple[int, int | None, int]:
        """Return the length of the shortest cycle that is shorter than ``best``, else ``best``.

        Where the search ends before, because ``left`` arcs have been looked at, a lower bound of what it has
        not seen comes with it; further how many arcs are left.

        Notes
        -----
        Shortest paths in which each node keeps two labels, of different first arcs.
        """
        labels: dict[int, list[int]] = {}
        heap = [(length, head, head) for head, length, _ in self._graph.out(self._node, best)]
        heapq.heapify(heap)
        while heap and heap[0][0] < best:
            so_far, tail, first = heapq.heappop(heap)
            if left <= 0:
                return best, so_far, 0
            seen = labels.setdefault(tail, [])
            if first in seen or len(seen) == 2:  # noqa: PLR2004 - two labels of different first arcs
                continue
            seen.append(first)
            if tail == ROOT:
                best = min(best, so_far + self._from_root(first))
                continue
            for head, length, _ in self._graph.out(tail, best - so_far):
                left -= 1
                if head != self._node:
                    heapq.heappush(heap, (so_far + length, head, first))
                elif tail != first:
                    best = min(best, so_far + length)
        return best, None, left

    def _from_root(self, first: int) -> int:
        """Return the shortest way from the root to the node whose last arc does not come from ``first``."""
        if self._return is None:
            found = back_to_root(self._graph, self._node)
            last = ROOT
            while last in found.step and found.step[last].head != self._node:
                last = found.step[last].head
            self._return = found.distance.get(ROOT, FAR), last
        if first != self._return[1]:
            return self._return[0]
        if self._second is None:
            barred = back_to_root(self._graph, self._node, barred=first)
            self._second = barred.distance.get(ROOT, FAR)
        return self._second
