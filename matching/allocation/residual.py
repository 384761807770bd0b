"""A solved flow that stays at hand: arcs in place, prices, and shortest paths that stop early.

The network is that of :mod:`matching.allocation.network`. A price is the longest path from the root (source
and sink as one node) in the residual graph, so an arc from ``u`` to ``v`` that gains ``c`` is at least ``0``
long when its length is counted as ``price[v] - price[u] - c``. Dijkstra's algorithm over these lengths finds
the best way to pass on one unit, and stops at the best way that is known so far; the prices of what it has
reached are then raised (or lowered, backward) so that every length stays 0 or more. That is the primal-dual
method for min-cost flow, one unit at a time.

Prices are whole numbers in which one rung of the ladder is ``STEP``. A rung is fixed by mandatory, first
and priority alone, so that a newcomer with a new priority changes nobody's numbers; only their order
counts.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from matching.allocation.edges import Booleans, Edges, Integers, refuse_where
from matching.allocation.network import Network, load
from matching.allocation.prices import Prices, bound, find_prices, value_of
from matching.errors import InvalidProblem

STEP = 2**40
"""Worth of a rung: more than twice what the scores of a path can add up to, for up to 2**25 nodes a side."""
LARGEST_PRIORITY = 2**18 - 1
FAR = 2**62
OFFER, DEMAND, GROUP, ROOT = 0, 1 << 32, 2 << 32, 3 << 32
"""First numbers of the nodes of each kind."""
KIND, PLACE = 3 << 32, (1 << 32) - 1

Arcs = Callable[[int, int], Iterator[tuple[int, int, int]]]
"""Gives the arcs at a node as (other node, length, edge); those longer than asked may be left out."""


class Path(NamedTuple):
    """A way to pass on one unit: its end, its length, how far each node is, and from where it is reached."""

    end: int
    length: int
    distance: dict[int, int]
    came_by: dict[int, tuple[int, int]]
    """For each node the node before it, and the edge between them (-1 where there is none)."""


def rungs(mandatory: Booleans, priority: Integers, *, first: bool) -> Integers:
    """Return the worth of a slot on its rung.

    Raises
    ------
    InvalidProblem
        A priority is too large for the arithmetic.
    """
    refuse_where(priority > LARGEST_PRIORITY, "priority", "", "too_large")
    height = (2 * mandatory.astype(np.int64) + first) * (LARGEST_PRIORITY + 1) + priority
    return np.asarray(STEP * height)


class Pairs:
    """Edges as columns that grow in place."""

    def __init__(self, **columns: Integers) -> None:
        self.size = next(iter(columns.values())).size
        self._columns = tuple(columns)
        for name, values in columns.items():
            setattr(self, name, np.array(values, np.int64))

    demand: Integers
    offer: Integers
    score: Integers
    high: Integers
    low: Integers
    flow: Integers

    def append(self, **columns: Integers) -> range:
        """Add edges and return their places; the columns double when they are full."""
        more = next(iter(columns.values())).size
        start, end = self.size, self.size + more
        for name in self._columns:
            column = getattr(self, name)
            if end > column.size:
                column = np.concatenate([column, np.zeros(end - column.size + end // 8 + 1024, np.int64)])
                setattr(self, name, column)
            column[start:end] = columns[name]
        self.size = end
        return range(start, end)


class Growing:
    """A column of whole numbers that grows in place."""

    def __init__(self, values: Integers) -> None:
        self.values = np.array(values, np.int64)
        self.size = values.size

    def append(self, value: int) -> None:
        """Add one number."""
        if self.size == self.values.size:
            self.values = np.concatenate([self.values, np.zeros(self.size // 8 + 1024, np.int64)])
        self.values[self.size] = value
        self.size += 1


@dataclass(eq=False)
class Groups:
    """The groups: worth of their slots, who belongs to them, how many slots are admitted and filled."""

    first: list[int]
    rest: list[int]
    members: list[list[int]]
    wanted: list[int]
    filled: list[int]
    price: list[int]
    floor: list[int]
    """Filled slots that are not given back."""

    def next_worth(self, group: int) -> int:
        """Worth of one more slot."""
        return self.rest[group] if self.filled[group] else self.first[group]

    def last_worth(self, group: int) -> int:
        """Worth of the slot that would be given back first."""
        return self.rest[group] if self.filled[group] > 1 else self.first[group]


@dataclass(eq=False)
class Nodes:
    """Demand nodes: their group, admitted slots and filled ones, and price."""

    group: list[int]
    open: list[int]
    filled: list[int]
    price: list[int]
    rows: list[list[range]]
    """Places of the edges of each, as runs."""
    floor: list[int]
    """Filled slots that are not given back to the group, for another node or for nobody."""


@dataclass(eq=False)
class Supply:
    """Offers: admitted capacity, what is used of it, and price."""

    open: list[int]
    used: list[int]
    price: Growing
    edges: dict[int, list[int]] | None = None
    """Places of all edges of each offer; only made when somebody asks."""


@dataclass(eq=False)
class Residual:
    """The residual graph of a solved flow.

    A demand node gives filled slots above its floor back to its group, for another node or for nobody. A unit
    up to ``pairs.low`` never moves.
    """

    pairs: Pairs
    nodes: Nodes
    groups: Groups
    supply: Supply
    users: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Edges in use, by offer."""
    uses: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Edges in use, by demand node."""
    changed: dict[int, int] = field(default_factory=dict)
    """Flow that edges had before, of those whose flow was touched since somebody last looked."""

    # ------------------------------------------------------------------ paths

    def forward(self, start: int, bound: int, goal: int = ROOT) -> Path:
        """Return the shortest path from a node to the root, or to a goal, that is shorter than ``bound``.

        The path ends in ``-1``, with the bound as its length, where there is none.
        """
        return self._search(start, bound, goal, self._ahead)

    def backward(self, start: int, bound: int) -> Path:
        """Return the shortest path from the root to a node, as seen from the node."""
        return self._search(start, bound, ROOT, self._behind)

    def _search(self, start: int, bound: int, goal: int, arcs: Arcs) -> Path:
        distance, came_by = {start: 0}, dict[int, tuple[int, int]]()
        queue, end = [(0, start)], -1
        while queue and queue[0][0] < bound:
            here, node = heapq.heappop(queue)
            if here > distance[node]:
                continue
            for place, length, edge in arcs(node, bound - here):
                there = here + length
                if there >= bound or there >= distance.get(place, FAR):
                    continue
                came_by[place] = (node, edge)
                if place in (goal, ROOT):
                    bound, end = there, place
                    continue
                distance[place] = there
                heapq.heappush(queue, (there, place))
        return Path(end, bound, distance, came_by)

    def _ahead(self, node: int, within: int) -> Iterator[tuple[int, int, int]]:
        place = node & PLACE
        match node & KIND:
            case 0:  # an offer
                yield from self._from_offer(place)
            case 0x100000000:  # a demand node
                yield from self._from_demand(place, within)
            case _:
                yield from self._from_group(place)

    def _from_offer(self, offer: int) -> Iterator[tuple[int, int, int]]:
        supply, pairs, price = self.supply, self.pairs, self.nodes.price
        own = int(supply.price.values[offer])
        if supply.used[offer] < supply.open[offer]:
            yield ROOT, -own, -1
        for edge in self.users.get(offer, ()):
            if pairs.flow[edge] > pairs.low[edge]:
                demand = int(pairs.demand[edge])
                yield DEMAND | demand, price[demand] - own + int(pairs.score[edge]), edge

    def _from_demand(self, demand: int, within: int) -> Iterator[tuple[int, int, int]]:
        nodes, pairs, own = self.nodes, self.pairs, self.nodes.price[demand]
        for run in nodes.rows[demand]:
            row = slice(run.start, run.stop)
            offers = pairs.offer[row]
            length = self.supply.price.values[offers] - pairs.score[row] - own
            near = ((length < within) & (pairs.flow[row] < pairs.high[row])).nonzero()[0]
            yield from zip(
                offers[near].tolist(), length[near].tolist(), (near + run.start).tolist(), strict=True
            )
        if nodes.filled[demand] > nodes.floor[demand]:
            group = nodes.group[demand]
            yield GROUP | group, self.groups.price[group] - own, -1

    def _from_group(self, group: int) -> Iterator[tuple[int, int, int]]:
        nodes, groups, own = self.nodes, self.groups, self.groups.price[group]
        if groups.filled[group] > groups.floor[group]:
            yield ROOT, groups.last_worth(group) - own, -1
        for demand in groups.members[group]:
            if nodes.filled[demand] < nodes.open[demand]:
                yield DEMAND | demand, nodes.price[demand] - own, -1

    def _behind(self, node: int, _within: int) -> Iterator[tuple[int, int, int]]:
        place = node & PLACE
        match node & KIND:
            case 0:  # an offer
                yield from self._into_offer(place)
            case 0x100000000:  # a demand node
                yield from self._into_demand(place)
            case _:
                yield from self._into_group(place)

    def _into_offer(self, offer: int) -> Iterator[tuple[int, int, int]]:
        pairs, price = self.pairs, self.nodes.price
        own = int(self.supply.price.values[offer])
        if self.supply.used[offer]:
            yield ROOT, own, -1
        for edge in self.edges_of(offer):
            if pairs.flow[edge] < pairs.high[edge]:
                demand = int(pairs.demand[edge])
                yield DEMAND | demand, own - price[demand] - int(pairs.score[edge]), edge

    def _into_demand(self, demand: int) -> Iterator[tuple[int, int, int]]:
        nodes, pairs, prices = self.nodes, self.pairs, self.supply.price.values
        own, group = nodes.price[demand], nodes.group[demand]
        if nodes.filled[demand] < nodes.open[demand]:
            yield GROUP | group, own - self.groups.price[group], -1
        for edge in self.uses.get(demand, ()):
            if pairs.flow[edge] > pairs.low[edge]:
                offer = int(pairs.offer[edge])
                yield offer, own - int(prices[offer]) + int(pairs.score[edge]), edge

    def _into_group(self, group: int) -> Iterator[tuple[int, int, int]]:
        groups, nodes, own = self.groups, self.nodes, self.groups.price[group]
        if groups.filled[group] < groups.wanted[group]:
            yield ROOT, own - groups.next_worth(group), -1
        for demand in groups.members[group]:
            if nodes.filled[demand] > nodes.floor[demand]:
                yield DEMAND | demand, own - nodes.price[demand], -1

    def edges_of(self, offer: int) -> list[int]:
        """Return the places of an offer's edges."""
        if self.supply.edges is None:
            found: dict[int, list[int]] = defaultdict(list)
            columns = self.pairs.offer[: self.pairs.size].tolist()
            for edge, name in enumerate(columns):
                found[name].append(edge)
            self.supply.edges = found
        return self.supply.edges.get(offer, [])

    # ------------------------------------------------------------------ changes

    def follow(self, path: Path, *, back: bool = False) -> None:
        """Move the prices of what was reached, and send one unit along the path if it has an end.

        ``back`` says that the path was looked for backward.
        """
        way = list(self._arcs_of(path, back=back))
        sign = -1 if back else 1
        for node, far in path.distance.items():
            if far < path.length:
                self._reprice(node, sign * (path.length - far))
        for tail, head, edge in way:
            self._push(tail, head, edge)

    def _arcs_of(self, path: Path, *, back: bool) -> Iterator[tuple[int, int, int]]:
        node = path.end
        while node in path.came_by:
            before, edge = path.came_by[node]
            yield (node, before, edge) if back else (before, node, edge)
            node = before

    def _reprice(self, node: int, by: int) -> None:
        place = node & PLACE
        match node & KIND:
            case 0:  # an offer
                self.supply.price.values[place] += by
            case 0x100000000:  # a demand node
                self.nodes.price[place] += by
            case _:
                self.groups.price[place] += by

    def _push(self, tail: int, head: int, edge: int) -> None:
        if edge >= 0:
            self.add_flow(edge, 1 if tail & KIND == DEMAND else -1)
        elif tail == ROOT:
            self._at_root(head, 1)
        elif head == ROOT:
            self._at_root(tail, -1)
        elif tail & KIND == GROUP:
            self.nodes.filled[head & PLACE] += 1
        else:
            self.nodes.filled[tail & PLACE] -= 1

    def _at_root(self, node: int, sign: int) -> None:
        """Move a unit over the arc between the root and a group, or an offer: out of the root for 1."""
        if node & KIND == GROUP:
            self.groups.filled[node & PLACE] += sign
        else:
            self.supply.used[node & PLACE] -= sign

    def add_flow(self, edge: int, amount: int) -> None:
        """Change the flow of an edge, and keep the lists of edges in use."""
        pairs = self.pairs
        before = int(pairs.flow[edge])
        self.changed.setdefault(edge, before)
        pairs.flow[edge] = before + amount
        offer, demand = int(pairs.offer[edge]), int(pairs.demand[edge])
        if before == 0:
            self.users[offer].append(edge)
            self.uses[demand].append(edge)
        elif before + amount == 0:
            self.users[offer].remove(edge)
            self.uses[demand].remove(edge)

    def add_edges(self, edges: Edges, demand: Integers, offer: Integers, order: Integers) -> range:
        """Add edges without flow between these nodes, in this order, and return their places."""
        none = np.zeros(len(edges), np.int64)
        score, high = edges.score[order], edges.limit[order]
        added = self.pairs.append(demand=demand, offer=offer, score=score, high=high, low=none, flow=none)
        if self.supply.edges is not None:
            for edge, name in zip(added, offer.tolist(), strict=True):
                self.supply.edges.setdefault(name, []).append(edge)
        return added

    def price_of_newcomer(self, demand: int) -> int:
        """Return the highest price of a demand node that its edges allow."""
        pairs, least = self.pairs, FAR
        for run in self.nodes.rows[demand]:
            row = slice(run.start, run.stop)
            room = (pairs.flow[row] < pairs.high[row]).nonzero()[0]
            if room.size:
                worths = self.supply.price.values[pairs.offer[row][room]] - pairs.score[row][room]
                least = min(least, int(worths.min()))
        return least


def residual_of(
    network: Network, flow: Integers, low: Integers, mandatory: Booleans, priority: Integers
) -> Residual:
    """Return the residual graph of an optimal flow, with its prices.

    Parameters
    ----------
    network : Network
        The problem; its ladder is replaced by one in which newcomers find their rungs.
    flow, low : array of int, shape (edges,)
        The flow, and how much of it never moves.
    mandatory, priority : arrays, shape (groups,)
        Where each group stands on the ladder.

    Raises
    ------
    InvalidProblem
        The flow is not optimal: code ``not_optimal``.

    Notes
    -----
    One sort of the edges if they are not sorted by demand node, and the sweeps of
    :func:`matching.allocation.prices.find_prices`.
    """
    tiered = bool((network.first > network.rest).any())
    rest, first = (rungs(mandatory, priority, first=is_first) for is_first in (False, tiered))
    tall = replace(network, low=low, first=first // STEP, rest=rest // STEP, step=STEP)
    prices = find_prices(tall, flow)
    filled = load(network.edges.demand, flow, network.slots.size)
    total = int(np.dot(flow, network.edges.score))
    if bound(tall, prices) != value_of(tall, filled, total):
        raise InvalidProblem("allocation", "", "not_optimal")
    order = np.argsort(network.edges.demand, kind="stable")
    return _assembled(tall, flow, prices, order)


def _assembled(network: Network, flow: Integers, prices: Prices, order: Integers) -> Residual:
    edges = network.edges
    pairs = Pairs(
        demand=edges.demand[order],
        offer=edges.offer[order],
        score=edges.score[order],
        high=network.high[order],
        low=network.low[order],
        flow=flow[order],
    )
    filled = load(edges.demand, flow, network.slots.size)
    starts = np.searchsorted(pairs.demand, np.arange(network.slots.size + 1)).tolist()
    nodes = Nodes(
        network.group.tolist(),
        network.slots.tolist(),
        filled.tolist(),
        (prices.group[network.group] - prices.demand).tolist(),
        [[range(start, end)] for start, end in pairwise(starts)],
        [0] * filled.size,
    )
    used = load(edges.offer, flow, network.capacity.size)
    supply = Supply(network.capacity.tolist(), used.tolist(), Growing(prices.offer))
    residual = Residual(pairs, nodes, _groups(network, filled, prices), supply)
    _note_used(residual, np.flatnonzero(pairs.flow).tolist())
    return residual


def _groups(network: Network, filled: Integers, prices: Prices) -> Groups:
    members: list[list[int]] = [[] for _ in range(network.groups)]
    for demand, group in enumerate(network.group.tolist()):
        members[group].append(demand)
    return Groups(
        (network.first * STEP).tolist(),
        (network.rest * STEP).tolist(),
        members,
        load(network.group, network.slots, network.groups).tolist(),
        load(network.group, filled, network.groups).tolist(),
        prices.group.tolist(),
        [0] * network.groups,
    )


def _note_used(residual: Residual, edges: Iterable[int]) -> None:
    for edge in edges:
        residual.users[int(residual.pairs.offer[edge])].append(edge)
        residual.uses[int(residual.pairs.demand[edge])].append(edge)
