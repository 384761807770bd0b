"""Quotas inside the flow: which of them form trees, and the arcs that stand for them.

A quota is a set of edges, and nobody says which shape it has. It fits into the network where its edges are

- all edges of some demand nodes, within one group of the ladder or of several whole groups (component <
  need < requester < dialogue): a node above them;
- all edges of some offers (expert < institution < state < region): a node below them;
- some edges of one demand node, or of one offer (one expert per state in a component): a node beside it;

and where quotas of a kind that share an edge contain one another. Each such node has one arc, whose room is
the quota's upper bound; the first units of it, up to the lower bound, earn ``floor`` each. A quota that
cannot be reached, because its edges cannot carry so much, is left out. Where one quota does not fit, none is
placed, and :mod:`matching.quotas.crossing` takes all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from matching.allocation.edges import LARGEST, Booleans, Integers, within
from matching.allocation.network import FIRST_DEMAND, LARGEST_COST, SINK, SOURCE, Arcs, Network, load
from matching.errors import InvalidProblem
from matching.quotas.groups import Groups, sums

NOBODY = -1


class Shape(IntEnum):
    """Where a quota can stand in the network."""

    SPAN = 0
    """Above whole groups of the ladder."""
    INNER = 1
    """Above demand nodes of one group."""
    ASKED = 2
    """Among the edges of one demand node."""
    GIVEN = 3
    """Among the edges of one offer."""
    OFFERS = 4
    """Below offers."""


ORDERS = (
    (Shape.INNER, Shape.SPAN, Shape.ASKED, Shape.OFFERS, Shape.GIVEN),
    (Shape.INNER, Shape.SPAN, Shape.OFFERS, Shape.ASKED, Shape.GIVEN),
)
"""The orders in which shapes are tried where a quota has several."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Nodes and arcs of quotas in the network.

    Arrays hold nodes, but ``placed`` numbers of quotas, and ``shape`` the :class:`Shape` of each.

    The path of a unit: ``entry_tail`` of its group, ``entry``, ``slot_tail`` of its demand node, the demand
    node, ``edge_tail``, ``edge_head``, the offer, ``room_head`` of the offer; and in between, wherever one of
    these is a quota's own node, the arc from ``quota_tail`` to ``quota_head``.
    """

    nodes: int
    placed: Integers
    shape: Integers
    quota_tail: Integers
    quota_head: Integers
    entry: Integers
    entry_tail: Integers
    slot_tail: Integers
    edge_tail: Integers
    edge_head: Integers
    room_head: Integers

    @property
    def spans(self) -> bool:
        """Whether a quota stands above groups of the ladder."""
        return bool((self.entry_tail != SOURCE).any())


def find_trees(network: Network, groups: Groups) -> Trees | None:
    """Return where the quotas stand in the network, or None where they cross.

    Parameters
    ----------
    network : Network
        The problem, without quotas.
    groups : Groups
        The quotas.

    Returns
    -------
    Trees or None

    Notes
    -----
    O(s log s) for s members of all quotas: a sort per shape. A family of sets is laminar if each set is
    followed, on the way from small to large sets, by the same next one whichever of its atoms asks.
    """
    members = _Members(network, groups)
    if members.weighted:
        return None
    for order in ORDERS:
        shape = members.shapes(order)
        if (shape == NOBODY).any():
            return None
        trees = _Planting(network, members, shape).trees()
        if trees is not None:
            return trees
    return None


class _Members:
    """The members of those quotas that can be reached; vetoed edges are none."""

    def __init__(self, network: Network, groups: Groups) -> None:
        usable = network.high[groups.edge] > 0
        quota, edge, weight = groups.quota[usable], groups.edge[usable], groups.weight[usable]
        matters = (groups.low > 0) | (groups.high < _most(network, quota, edge, weight, groups.high))
        self.numbers = np.flatnonzero(matters)
        self.count = self.numbers.size
        place = np.full(len(groups), NOBODY)
        place[self.numbers] = np.arange(self.count)
        some = matters[quota]
        self.edge, self.quota = distinct(place[quota[some]], edge[some])
        self.weighted = bool((weight[some] > 1).any())
        self.network = network
        edges = network.edges
        self.demand, self.offer = edges.demand[self.edge], edges.offer[self.edge]
        self.size = np.bincount(self.quota, minlength=self.count)
        self.alive = network.high > 0

    def shapes(self, order: tuple[Shape, ...]) -> Integers:
        """Return the first shape of each quota that it can have."""
        possible = self._possible
        shape = np.full(self.count, NOBODY)
        for kind in reversed(order):
            shape[possible[kind]] = kind
        shape[self.size == 0] = Shape.ASKED
        return shape

    @property
    def _possible(self) -> dict[Shape, Booleans]:
        edges, group = self.network.edges, self.network.group
        asks = self._holds_all_of(edges.demand, self.network.slots.size)
        one_group = self._is_one(group[self.demand])
        wants = np.zeros(self.network.slots.size, np.bool_)
        wants[edges.demand[self.alive]] = True
        in_group = np.bincount(group[wants], minlength=self.network.groups)
        nodes, owner = distinct(self.quota, self.demand)
        parts, holder = distinct(owner, group[nodes])
        whole = np.bincount(owner, minlength=self.count) == sums(holder, in_group[parts], self.count)
        return {
            Shape.INNER: asks & one_group,
            Shape.SPAN: asks & whole,
            Shape.ASKED: self._is_one(self.demand),
            Shape.GIVEN: self._is_one(self.offer),
            Shape.OFFERS: self._holds_all_of(edges.offer, self.network.capacity.size),
        }

    def _holds_all_of(self, ends: Integers, count: int) -> Booleans:
        """Whether a quota has all usable edges of the nodes at its edges' ends."""
        degree = np.bincount(ends[self.alive], minlength=count)
        nodes, owner = distinct(self.quota, ends[self.edge])
        all_of: Booleans = self.size == sums(owner, degree[nodes], self.count)
        return all_of

    def _is_one(self, value: Integers) -> Booleans:
        _, owner = distinct(self.quota, value)
        one: Booleans = np.bincount(owner, minlength=self.count) == 1
        return one


def distinct(owner: Integers, value: Integers) -> tuple[Integers, Integers]:
    """Return each value that an owner has, once, and beside it the owner."""
    pair = np.sort(owner << 32 | value, kind="stable")  # np.unique hashes, which takes several times as long
    pair = pair[np.concatenate([[True], pair[1:] != pair[:-1]])[: pair.size]]
    return pair & (2**32 - 1), pair >> 32


def _most(network: Network, quota: Integers, edge: Integers, weight: Integers, high: Integers) -> Integers:
    """Return a bound on what the edges of each quota can take of it, tight where that could be too much."""
    count = high.size
    edges = network.edges
    room = np.minimum(network.high, network.slots[edges.demand])
    np.minimum(room, network.capacity[edges.offer], out=room)
    most = sums(quota, room[edge] * weight, count)
    if (weight > 1).any():
        return most
    looked_at = (most > high)[quota]
    for ends, amount in ((edges.demand, network.slots), (edges.offer, network.capacity)):
        nodes, owner = distinct(quota[looked_at], ends[edge[looked_at]])
        counted = np.bincount(owner, minlength=count) > 0
        np.minimum(most, sums(owner, amount[nodes], count), out=most, where=counted)
    return most


class _Planting:
    """Places quotas of known shape."""

    def __init__(self, network: Network, members: _Members, shape: Integers) -> None:
        self.network, self.members, self.shape = network, members, shape
        demands, offers = network.slots.size, network.capacity.size
        self.demand = FIRST_DEMAND + np.arange(demands)
        self.offer = FIRST_DEMAND + demands + np.arange(offers)
        self.entry = FIRST_DEMAND + demands + offers + np.arange(network.groups)
        self.first = FIRST_DEMAND + demands + offers + network.groups
        self.own = self.first + np.arange(members.count)

    def trees(self) -> Trees | None:
        network, edges, members = self.network, self.network.edges, self.members
        group, node = network.group, members.demand
        source, sink = np.full(network.groups, SOURCE), np.full(network.capacity.size, SINK)
        placed = {
            Shape.SPAN: self._nested(Shape.SPAN, group[node], source),
            Shape.INNER: self._nested(Shape.INNER, node, self.entry[group]),
            Shape.ASKED: self._nested(Shape.ASKED, members.edge, self.demand[edges.demand]),
            Shape.GIVEN: self._nested(Shape.GIVEN, members.edge, self.offer[edges.offer]),
            Shape.OFFERS: self._nested(Shape.OFFERS, members.offer, sink),
        }
        found = {shape: pair for shape, pair in placed.items() if pair is not None}
        if len(found) < len(placed):
            return None
        above = sum((found[shape][1] for shape in Shape), np.zeros(members.count, np.int64))
        gives = (self.shape == Shape.GIVEN) | (self.shape == Shape.OFFERS)
        return Trees(
            nodes=self.first + members.count,
            placed=members.numbers,
            shape=self.shape,
            quota_tail=np.where(gives, self.own, above),
            quota_head=np.where(gives, above, self.own),
            entry=self.entry,
            entry_tail=found[Shape.SPAN][0],
            slot_tail=found[Shape.INNER][0],
            edge_tail=found[Shape.ASKED][0],
            edge_head=found[Shape.GIVEN][0],
            room_head=found[Shape.OFFERS][0],
        )

    def _nested(self, shape: Shape, atom: Integers, outer: Integers) -> tuple[Integers, Integers] | None:
        """Return the node of the smallest quota around each atom, and the node around each quota.

        ``atom`` is the atom of each member, ``outer`` the node around each atom without quotas. None where
        two quotas overlap.
        """
        members = self.members
        around, above = outer.copy(), np.zeros(members.count, np.int64)
        some = self.shape[members.quota] == shape
        if not some.any():
            return around, above
        atoms, quota = distinct(members.quota[some], atom[some])
        size = np.bincount(quota, minlength=members.count)
        order = np.lexsort((quota, -size[quota], atoms))
        atoms, quota = atoms[order], quota[order]
        opens = np.concatenate([[True], atoms[1:] != atoms[:-1]])
        before = np.where(opens, outer[atoms], self.own[np.roll(quota, 1)])
        above[quota] = before
        if (above[quota] != before).any():
            return None
        closes = np.roll(opens, -1)
        around[atoms[closes]] = self.own[quota[closes]]
        return around, above


def with_quotas(network: Network, groups: Groups) -> Network:
    """Return the network with quotas, and with the constants that they need.

    Raises
    ------
    InvalidProblem
        A quota names an edge that does not exist (``unknown``), or the numbers are too large for 64-bit
        arithmetic (``too_large``).
    """
    within("groups", "edge", groups.edge, len(network.edges))
    groups = _effective(network, groups)
    trees = find_trees(network, groups)
    most = min(int(network.slots.sum()), int(network.capacity.sum()))
    floor = most * int(network.edges.score.max(initial=0)) + 1
    step = floor * (int(groups.low.sum()) + 1)
    highest = int(network.first.max(initial=1))
    base = most * (highest - 1) if trees is None or trees.spans else 0
    if step * (highest + base + 1) >= LARGEST_COST:
        raise InvalidProblem("groups", "", "too_large")
    return replace(
        network,
        first=network.first + base,
        rest=network.rest + base,
        step=step,
        quotas=groups,
        trees=trees,
        floor=floor,
    )


def easy_part(network: Network, groups: Groups) -> Groups:
    """Return those quotas that have a shape and can stand in one network, the others without any bound."""
    members = _Members(network, _effective(network, groups))
    shape = members.shapes(ORDERS[0])
    hard = np.zeros(len(groups), np.bool_)
    hard[members.numbers[shape == NOBODY]] = True
    hard[groups.quota[groups.weight > 1]] = True
    without = _unbounded(groups, hard)
    nothing = _unbounded(groups, np.ones_like(hard))
    return nothing if find_trees(network, _effective(network, without)) is None else without


def _unbounded(groups: Groups, which: Booleans) -> Groups:
    return Groups(
        groups.quota,
        groups.edge,
        np.where(which, 0, groups.low),
        np.where(which, LARGEST, groups.high),
        np.where(which[groups.quota], 1, groups.weight),
    )


def _effective(network: Network, groups: Groups) -> Groups:
    """Return the quotas with room for what is pinned, and counted in slots where all edges weigh the same."""
    high = np.maximum(groups.high, groups.used(network.low))
    heaviest, lightest = np.ones_like(high), np.full_like(high, LARGEST)
    np.maximum.at(heaviest, groups.quota, groups.weight)
    np.minimum.at(lightest, groups.quota, groups.weight)
    even = (heaviest == lightest) & (heaviest > 1)
    high = np.where(even, high // heaviest, high)
    weight = np.where(even[groups.quota], 1, groups.weight)
    return Groups(groups.quota, groups.edge, groups.low, high, weight)


def _of(network: Network) -> tuple[Trees, Groups]:
    if network.trees is None or network.quotas is None:
        raise TypeError("the network has no quotas that form trees")
    return network.trees, network.quotas


def tree_arcs(network: Network, floor: int, step: int) -> Arcs:
    """Return the arcs for the solver, with quotas, for a worth of a unit of a floor and of a step."""
    trees, quotas = _of(network)
    wanted = network.slots - load(network.edges.demand, network.low, network.slots.size)
    free = network.capacity - load(network.edges.offer, network.low, network.capacity.size)
    room = network.high - network.low
    np.minimum(room, wanted[network.edges.demand], out=room)
    np.minimum(room, free[network.edges.offer], out=room)
    kept = np.flatnonzero(room > 0)
    pinned = quotas.used(network.low)[trees.placed]
    low = np.maximum(quotas.low[trees.placed] - pinned, 0)
    high = quotas.high[trees.placed] - pinned
    demand = FIRST_DEMAND + np.arange(wanted.size)
    offer = FIRST_DEMAND + wanted.size + np.arange(free.size)
    columns = (
        (trees.edge_tail[kept], trees.edge_head[kept], room[kept], -network.edges.score[kept]),
        *_ladder(network, wanted, step),
        (trees.slot_tail, demand, wanted, 0 * wanted),
        (trees.quota_tail, trees.quota_head, low, np.full_like(low, -floor)),
        (trees.quota_tail, trees.quota_head, high - low, 0 * low),
        (offer, trees.room_head, free, 0 * free),
    )
    tails, heads, rooms, costs = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    some = rooms > 0
    return Arcs(tails[some].astype(np.int32), heads[some].astype(np.int32), rooms[some], costs[some], kept)


def _ladder(network: Network, wanted: Integers, step: int) -> Iterator[tuple[Integers, ...]]:
    """Give the arcs of first slots and of other slots. What all steps have in common is left out."""
    trees, _ = _of(network)
    group = network.group
    lowest = int(network.rest.min(initial=1))
    wants = load(group, wanted, network.groups)
    begun = load(group, network.slots - wanted, network.groups) > 0
    first = np.minimum(wants, (network.first > network.rest) & ~begun)
    yield trees.entry_tail, trees.entry, first, -step * (network.first - lowest)
    yield trees.entry_tail, trees.entry, wants - first, -step * (network.rest - lowest)
