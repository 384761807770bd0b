"""Prices where quotas stand in the flow: longest paths in the residual graph, over all of its nodes."""

from typing import NamedTuple

import numpy as np

from matching.allocation.edges import Booleans, Integers
from matching.allocation.network import FIRST_DEMAND, SINK, SOURCE, Network, load
from matching.quotas.groups import Groups
from matching.quotas.trees import Trees

UNREACHED = -(2**61)
UNLIMITED = 2**61


class QuotaPrices(NamedTuple):
    """Worth of ladder arcs, slots, units of capacity and quotas, and whether demand nodes can be entered."""

    group: Integers
    demand: Integers
    offer: Integers
    quota: Integers
    reached: Booleans


def find_quota_prices(network: Network, flow: Integers, sweeps: int | None = None) -> QuotaPrices:
    """Return prices that support a flow, where quotas form trees.

    Parameters
    ----------
    network : Network
        The problem, with ``trees``.
    flow : array of int, shape (edges,)
        Flow of each edge.
    sweeps : int, optional
        Most sweeps; as many as there are nodes where nothing is given.

    Returns
    -------
    QuotaPrices
        The price of a quota is 0 or more where it is used up, 0 or less where it is below its lower bound,
        and 0 between. For each edge with room the group's worth, less the slot's price and the prices of all
        its quotas, plus the score, less the offer's price, is 0 or less.

    Notes
    -----
    The worth of a node is its longest path from the root (source and sink as one node) in the residual graph.
    What cannot be reached gets the highest worth that its own arcs allow. Bellman-Ford over whole arrays, in
    which only arcs of changed nodes take part: O(m) a sweep.

    Every arc that is no edge has a residual arc back, also where it carries nothing that could be taken back:
    no path leads through there but the one that came by it. It keeps prices at 0 or more.
    """
    trees, quotas = network.trees, network.quotas
    if trees is None or quotas is None:
        raise TypeError("the network has no quotas that form trees")
    arcs = _Residual(network, trees, quotas, flow)
    worth, reached = _longest(arcs.columns(), trees.nodes, trees.nodes if sweeps is None else sweeps)
    demands, offers = network.slots.size, network.capacity.size
    demand = worth[FIRST_DEMAND : FIRST_DEMAND + demands]
    offer = worth[FIRST_DEMAND + demands : FIRST_DEMAND + demands + offers]
    quota = np.zeros(len(quotas), np.int64)
    quota[trees.placed] = worth[trees.quota_tail] - worth[trees.quota_head]
    return QuotaPrices(
        group=worth[trees.entry] - worth[trees.entry_tail],
        demand=worth[trees.slot_tail] - demand,
        offer=offer - worth[trees.room_head],
        quota=quota,
        reached=reached[FIRST_DEMAND : FIRST_DEMAND + demands],
    )


class _Residual:
    """The residual graph of a flow, root included; the source is the root, the sink is the same node."""

    def __init__(self, network: Network, trees: Trees, quotas: Groups, flow: Integers) -> None:
        self.network, self.trees, self.quotas, self.flow = network, trees, quotas, flow
        demand = network.edges.demand
        self.filled = load(demand, flow, network.slots.size)
        self.fixed = load(demand, network.low, network.slots.size)

    def columns(self) -> tuple[Integers, Integers, Integers]:
        """Return tails, heads and gains of all residual arcs that do not lead to the root."""
        parts = [*self._edges(), *self._ladder(), *self._slots(), *self._rooms(), *self._quotas()]
        tails, heads, gains = (np.concatenate(part) for part in zip(*parts, strict=True))
        tails[tails == SINK], heads[heads == SINK] = SOURCE, SOURCE
        return tails, heads, gains

    def _edges(self) -> list[tuple[Integers, Integers, Integers]]:
        network, trees = self.network, self.trees
        score, tail, head = network.edges.score, trees.edge_tail, trees.edge_head
        onward, back = np.flatnonzero(self.flow < network.high), np.flatnonzero(self.flow > network.low)
        return [
            (tail[onward], head[onward], score[onward]),
            (head[back], tail[back], -score[back]),
        ]

    def _ladder(self) -> list[tuple[Integers, Integers, Integers]]:
        network, trees = self.network, self.trees
        held = load(network.group, self.filled, network.groups)
        movable = held - load(network.group, self.fixed, network.groups)
        next_step = np.where(held == 0, network.first, network.rest)
        last_step = np.where((held == 0) | ((held == 1) & (movable == 1)), network.first, network.rest)
        return [
            (trees.entry_tail, trees.entry, network.step * next_step),
            (trees.entry, trees.entry_tail, -network.step * last_step),
        ]

    def _slots(self) -> list[tuple[Integers, Integers, Integers]]:
        own = FIRST_DEMAND + np.arange(self.filled.size)
        above = self.trees.slot_tail
        return _both_ways(above, own, self.filled < self.network.slots)

    def _rooms(self) -> list[tuple[Integers, Integers, Integers]]:
        network = self.network
        own = FIRST_DEMAND + network.slots.size + np.arange(network.capacity.size)
        used = load(network.edges.offer, self.flow, network.capacity.size)
        return _both_ways(own, self.trees.room_head, used < network.capacity)

    def _quotas(self) -> list[tuple[Integers, Integers, Integers]]:
        trees, placed, floor = self.trees, self.trees.placed, self.network.floor
        used, fixed = self.quotas.used(self.flow)[placed], self.quotas.used(self.network.low)[placed]
        low, high = self.quotas.low[placed], self.quotas.high[placed]
        onward = used < high
        gain = np.where(used < low, floor, 0)
        loss = np.where((used <= low) & (fixed < low), -floor, 0)
        tail, head = trees.quota_tail, trees.quota_head
        return [(tail[onward], head[onward], gain[onward]), (head, tail, loss)]


def _both_ways(tail: Integers, head: Integers, onward: Booleans) -> list[tuple[Integers, Integers, Integers]]:
    return [(tail[onward], head[onward], 0 * tail[onward]), (head, tail, 0 * tail)]


def _longest(
    columns: tuple[Integers, Integers, Integers], nodes: int, sweeps: int
) -> tuple[Integers, Booleans]:
    """Return the longest path from the root to each node, and whether there is one."""
    tails, heads, gains = columns
    some = heads != SOURCE
    worth = _swept(tails[some], heads[some], gains[some], nodes, sweeps)
    lost = worth == UNREACHED
    if lost.any():
        out = lost[tails]
        worth = _ceilings(tails[out], heads[out], gains[out], worth, sweeps)
    return worth, ~lost


def _swept(tails: Integers, heads: Integers, gains: Integers, nodes: int, sweeps: int) -> Integers:
    worth = np.full(nodes, UNREACHED)
    worth[[SOURCE, SINK]] = 0
    changed = np.zeros(nodes, np.bool_)
    changed[SOURCE] = True
    for _ in range(sweeps + 1):
        active = np.flatnonzero(changed[tails])
        if not active.size:
            break
        before = worth.copy()
        np.maximum.at(worth, heads[active], worth[tails[active]] + gains[active])
        changed = worth > before
    return worth


def _ceilings(tails: Integers, heads: Integers, gains: Integers, worth: Integers, sweeps: int) -> Integers:
    """Give lost nodes the highest worth that arcs allow: a shortest path against them, to what is known."""
    ceiling = np.where(worth == UNREACHED, UNLIMITED, worth)
    for _ in range(sweeps + 1):
        before = ceiling.copy()
        known = ceiling[heads] < UNLIMITED
        np.minimum.at(ceiling, tails[known], ceiling[heads[known]] - gains[known])
        if np.array_equal(before, ceiling):
            break
    return ceiling
