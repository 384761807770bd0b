"""What another answer would be worth, exactly: shortest paths around an optimal flow.

Every other allocation differs from the chosen one by cycles of the residual graph, whose nodes are the root
(source and sink as one), groups, demand nodes and offers. With the prices as potentials no arc has a negative
length, and the length of a cycle is what the allocation would lose by it. So questions about another answer
are shortest paths: why not this offer, by how much is this team ahead, what would one more pair change.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.allocation.edges import TOP_SCORE, Integers
from matching.allocation.network import Network, load
from matching.allocation.prices import find_prices
from matching.explanations.nearest import FAR, NO_EDGE, ROOT, Cycles, Path, Step, Way, shortest

Arcs = tuple[Integers, Integers, Integers]
"""Far ends, gains and edges of arcs."""


class Closest(NamedTuple):
    """The best other answer around some nodes: what it loses, and whether the search came to its end.

    Where it did not, ``length`` is what every other answer loses at least. None: there is no other answer.
    """

    length: int | None
    is_exact: bool


@dataclass(frozen=True)
class Pair:
    """A pair that the problem does not have: an offer that could serve the node under question.

    A ``private`` pair brings its own unit of capacity; others use what the offer has.
    """

    offer: int
    score: int
    limit: int = 1
    private: bool = False


class Otherwise:
    """An optimal flow with its residual graph and its potentials.

    Parameters
    ----------
    network : Network
        The problem, ladder included.
    flow : array of int, shape (edges,)
        An optimal flow of each edge.

    Notes
    -----
    Arcs are made as they are met, from arrays of the size of the problem. A search costs O(m log m) at worst;
    it ends as soon as nothing nearer can come. Every search raises ``ValueError`` when it meets an arc that
    could still gain: nothing is told about a flow that is not optimal.

    References
    ----------
    .. [1] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993, chapter 9.
    """

    def __init__(self, network: Network, flow: Integers) -> None:
        edges = network.edges
        demands, offers, groups = network.slots.size, network.capacity.size, network.groups
        self.network = network = with_room(network)
        self.flow = flow.copy()
        self.capacity = network.capacity.copy()
        self.first_demand = 1 + groups
        self.first_offer = self.first_demand + demands
        self.used = load(edges.offer, flow, offers)
        self.filled = load(edges.demand, flow, demands)
        self.begun = load(network.group, self.filled, groups)
        self._wanted = load(network.group, network.slots, groups)
        self._kept_used = load(edges.offer, network.low, offers)
        self._kept_filled = load(edges.demand, network.low, demands)
        self._kept_begun = load(network.group, self._kept_filled, groups)
        self._by_demand = _Slices(edges.demand, demands)
        self._by_offer = _Slices(edges.offer, offers)
        self._members = _Slices(network.group, groups)
        prices = find_prices(network, flow)
        worth = prices.group[network.group] - prices.demand
        self.reached = prices.reached
        self.potential = np.concatenate([[0], prices.group, worth, prices.offer]).astype(np.int64)
        self._undo: list[tuple[Integers, int, int]] | None = None

    def demand_node(self, demand: int) -> int:
        """Return the node of a demand node."""
        return self.first_demand + demand

    def offer_node(self, offer: int) -> int:
        """Return the node of an offer."""
        return self.first_offer + offer

    def path(self, tail: int, head: int) -> Path | None:
        """Return the shortest path between two nodes, the second not the root, or None."""
        found = shortest(self, [(0, Step(tail, tail, NO_EDGE))], head)
        return found and Path(found.path.length, found.path.steps[1:])

    def gain(self, tail: int, head: int, path: Path) -> int:
        """Return what a path brings: its worth on the ladder and its scores."""
        return int(self.potential[head] - self.potential[tail]) - path.length

    def worth_of_entry(self) -> tuple[Integers, NDArray[np.bool_]]:
        """Return what one more expert of score 0 adds at each demand node, and where anybody could enter."""
        return self.potential[self.first_demand : self.first_offer], self.reached

    def closest(self, demands: Iterable[int], most: int) -> Closest:
        """Return the best other answer in which one of some demand nodes uses other edges.

        Parameters
        ----------
        demands : iterable of int
            Demand nodes, for instance those of one need.
        most : int
            Most arcs to look at.

        Returns
        -------
        Closest
            Its length is by how much the value would be lower: exactly, if it is exact.

        Notes
        -----
        The shortest cycle through one of the nodes, see :class:`matching.explanations.nearest.Cycles`.
        """
        best, least, left = FAR, FAR, most
        for demand in demands:
            best, bound, left = Cycles(self, self.demand_node(demand)).shortest(best, left)
            least = least if bound is None else min(least, bound)
        if least >= best:
            return Closest(None if best == FAR else best, is_exact=True)
        return Closest(least, is_exact=False)

    # Arcs

    def out(self, node: int, ceiling: int) -> Iterator[tuple[int, int, int]]:
        """Give head, length and edge of each residual arc out of a node that is shorter than the ceiling."""
        heads, gains, edges = self._out_of(node)
        return self._shorter(heads, self.potential[heads] - self.potential[node] - gains, edges, ceiling)

    def into(self, node: int, ceiling: int) -> Iterator[tuple[int, int, int]]:
        """Give tail, length and edge of each residual arc into a node that is shorter than the ceiling."""
        tails, gains, edges = self._into(node)
        return self._shorter(tails, self.potential[node] - self.potential[tails] - gains, edges, ceiling)

    def _shorter(
        self, ends: Integers, lengths: Integers, edges: Integers, ceiling: int
    ) -> Iterator[tuple[int, int, int]]:
        if lengths.size and int(lengths.min()) < 0:
            raise ValueError("the flow is not optimal")
        near = lengths < ceiling
        return zip(ends[near].tolist(), lengths[near].tolist(), edges[near].tolist(), strict=True)

    def _out_of(self, node: int) -> Arcs:
        if node < self.first_demand:
            return self._out_of_group(node - 1)
        if node < self.first_offer:
            return self._out_of_demand(node - self.first_demand)
        return self._out_of_offer(node - self.first_offer)

    def _into(self, node: int) -> Arcs:
        if node < self.first_demand:
            return self._into_group(node - 1)
        if node < self.first_offer:
            return self._into_demand(node - self.first_demand)
        return self._into_offer(node - self.first_offer)

    def _out_of_group(self, group: int) -> Arcs:
        network = self.network
        members = self._members.of(group)
        roomy = members[self.filled[members] < network.slots[members]]
        back = np.full(int(self.begun[group] > self._kept_begun[group]), ROOT)
        lost = int(network.first[group] if self.begun[group] == 1 else network.rest[group])
        loss = np.full(back.size, -network.step * lost)
        return _arcs(back, loss, self.first_demand + roomy, np.zeros_like(roomy))

    def _out_of_demand(self, demand: int) -> Arcs:
        edges, own = self.network.edges, self._by_demand.of(demand)
        free = own[self.flow[own] < self.network.high[own]]
        gives = self.filled[demand] > self._kept_filled[demand]
        back = np.full(int(gives), 1 + self.network.group[demand])
        return _arcs(back, np.zeros_like(back), self.first_offer + edges.offer[free], edges.score[free], free)

    def _out_of_offer(self, offer: int) -> Arcs:
        edges, own = self.network.edges, self._by_offer.of(offer)
        taken = own[self.flow[own] > self.network.low[own]]
        end = np.full(int(self.used[offer] < self.capacity[offer]), ROOT)
        return _arcs(
            end, np.zeros_like(end), self.first_demand + edges.demand[taken], -edges.score[taken], taken
        )

    def _into_group(self, group: int) -> Arcs:
        network, members = self.network, self._members.of(group)
        giving = members[self.filled[members] > self._kept_filled[members]]
        start = np.full(int(self.begun[group] < self._wanted[group]), ROOT)
        worth = int(network.first[group] if self.begun[group] == 0 else network.rest[group])
        gain = np.full(start.size, network.step * worth)
        return _arcs(start, gain, self.first_demand + giving, np.zeros_like(giving))

    def _into_demand(self, demand: int) -> Arcs:
        edges, own = self.network.edges, self._by_demand.of(demand)
        taken = own[self.flow[own] > self.network.low[own]]
        roomy = self.filled[demand] < self.network.slots[demand]
        group = np.full(int(roomy), 1 + self.network.group[demand])
        offers = self.first_offer + edges.offer[taken]
        return _arcs(group, np.zeros_like(group), offers, -edges.score[taken], taken)

    def _into_offer(self, offer: int) -> Arcs:
        edges, own = self.network.edges, self._by_offer.of(offer)
        free = own[self.flow[own] < self.network.high[own]]
        start = np.full(int(self.used[offer] > self._kept_used[offer]), ROOT)
        demands = self.first_demand + edges.demand[free]
        return _arcs(start, np.zeros_like(start), demands, edges.score[free], free)

    # Changes that are taken back

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Take back, at the end, everything that was changed."""
        self._undo = []
        try:
            yield
        finally:
            for array, index, value in reversed(self._undo):
                array[index] = value
            self._undo = None

    def bound_capacity(self, offer: int, most: int) -> bool:
        """Lower the capacity of an offer to ``most``; tell whether what it gives already fits."""
        if most < self.used[offer]:
            return False
        self._set(self.capacity, offer, min(most, int(self.capacity[offer])))
        return True

    def add(self, demand: int, pairs: Iterable[Pair]) -> int:
        """Let a demand node use further pairs as well as can be; return what the value gains by it.

        Has to stand in a :meth:`trial`. Afterwards the flow is optimal for the problem with these pairs; what
        runs over the pairs themselves is not kept.

        Notes
        -----
        The pairs are reached over one new arc out of the demand node; shortest augmenting paths back to it,
        while they gain, keep the flow optimal. At most as many paths as the node has slots.
        """
        room = {pair: pair.limit for pair in pairs}
        node, gained = self.demand_node(demand), 0
        while True:
            found = self._best_entry(node, [pair for pair, left in room.items() if left])
            if found is None:
                return gained
            way, gain, pair = found
            gained += gain
            room[pair] -= 1
            self._push(way.path.steps[1:])
            self._reprice(way)

    def _best_entry(self, node: int, pairs: list[Pair]) -> tuple[Way, int, Pair] | None:
        """Return the best way to make room for one of some pairs, what it gains, and the pair."""
        entries = [(ROOT if pair.private else self.offer_node(pair.offer), pair) for pair in pairs]
        heights = [int(self.potential[entry]) - pair.score for entry, pair in entries]
        lowest = min(heights, default=0)
        starts = [
            (height - lowest, Step(NO_EDGE, entry, number))
            for number, ((entry, _), height) in enumerate(zip(entries, heights, strict=True))
        ]
        most = int(self.potential[node]) - lowest
        way = shortest(self, starts, node, most)
        return way and (way, most - way.path.length, pairs[way.path.steps[0].edge])

    def _push(self, steps: Iterable[Step]) -> None:
        """Send one unit over a path."""
        for tail, head, edge in steps:
            upper, sign = max(tail, head), 1 if head > tail else -1
            if edge != NO_EDGE:
                self._change(self.flow, edge, sign)
            elif upper >= self.first_offer:  # between an offer and the root
                self._change(self.used, upper - self.first_offer, -sign)
            elif upper >= self.first_demand:
                self._change(self.filled, upper - self.first_demand, sign)
            else:
                self._change(self.begun, upper - 1, sign)

    def _reprice(self, way: Way) -> None:
        """Move the potentials so that no arc of the changed graph is negative."""
        for reached, within, sign in ((way.start, way.ahead, 1), (way.target, way.behind, -1)):
            for node, so_far in reached.distance.items():
                if so_far < within:
                    self._change(self.potential, node, sign * (within - so_far))

    def _change(self, array: Integers, index: int, by: int) -> None:
        self._set(array, index, int(array[index]) + by)

    def _set(self, array: Integers, index: int, value: int) -> None:
        if self._undo is None:
            raise ValueError("changes belong in a trial")
        self._undo.append((array, index, int(array[index])))
        array[index] = value


def with_room(network: Network) -> Network:
    """Return a network whose ladder stands above any scores, also those of new pairs and a new offer."""
    nodes = min(network.slots.size, network.capacity.size) + 1
    return replace(network, step=2 * nodes * TOP_SCORE + 1)


def _arcs(
    first: Integers, gains: Integers, then: Integers, more: Integers, edges: Integers | None = None
) -> Arcs:
    """Join arcs without an edge and arcs that may have one."""
    over = np.full(then.size, NO_EDGE) if edges is None else edges
    return (
        np.concatenate([first, then]),
        np.concatenate([gains, more]),
        np.concatenate([np.full(first.size, NO_EDGE), over]),
    )


class _Slices:
    """The places of each value in an array of small integers."""

    def __init__(self, values: Integers, count: int) -> None:
        self._order: Integers = np.argsort(values, kind="stable")
        self._starts = np.searchsorted(values[self._order], np.arange(count + 1))

    def of(self, value: int) -> Integers:
        return self._order[self._starts[value] : self._starts[value + 1]]
