"""What certificates consist of where quotas stand in the flow."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from matching.allocation.edges import Booleans, Integers
from matching.allocation.flow import Allocation
from matching.allocation.network import FIRST_DEMAND, SINK, load
from matching.quotas.trees import Shape, Trees

NONE = np.zeros(0, np.int64)


class QuotaCuts:
    """Sets of demand nodes that cannot get more, read off the residual graph with its quotas.

    Notes
    -----
    A quota above a demand node that is used up is a certificate by itself: its demand nodes together may not
    get more. For others, one search in the residual graph: O(m) per demand node with empty slots.
    """

    def __init__(self, allocation: Allocation) -> None:
        network = allocation.network
        if network.quotas is None:
            raise TypeError("the network has no quotas")
        self.allocation, self.network, self.quotas = allocation, network, network.quotas
        self.flow = allocation.flow
        self.missing = network.slots - allocation.filled
        self.used, self.pinned = self.quotas.used(self.flow), self.quotas.used(network.low)

    def of(self, unmet: Integers) -> Iterator[dict[str, Any]]:
        """Give the parts of a certificate for each of the demand nodes."""
        trees = self.network.trees
        if trees is None:
            yield from (self._alone(node) for node in unmet.tolist())
            return
        above = self._quotas_above(trees)
        graph = self._residual(trees)
        for node in unmet.tolist():
            quota = above.get(node)
            yield self._reached(trees, graph, node) if quota is None else self._of_quota(node, quota)

    def _alone(self, node: int) -> dict[str, Any]:
        """Say what the demand node got, which proves nothing."""
        slots, missing = int(self.network.slots[node]), int(self.missing[node])
        return self._cut(node, np.array([node]), NONE, single_pairs=slots - missing, is_proved=False)

    def _quotas_above(self, trees: Trees) -> dict[int, int]:
        """Return the smallest used-up quota that stands above each demand node, where one does."""
        stands = (trees.shape == Shape.SPAN) | (trees.shape == Shape.INNER)
        full = trees.placed[stands & (self.used >= self.quotas.high)[trees.placed]]
        found: dict[int, int] = {}
        sizes = [(np.unique(self._members(quota)), quota) for quota in full.tolist()]
        for nodes, quota in sorted(sizes, key=lambda pair: (-pair[0].size, pair[1])):
            found |= dict.fromkeys(nodes.tolist(), quota)
        return found

    def _members(self, quota: int) -> Integers:
        edges = self.quotas.edge[self.quotas.quota == quota]
        members: Integers = self.network.edges.demand[edges[self.network.high[edges] > 0]]
        return members

    def _of_quota(self, node: int, quota: int) -> dict[str, Any]:
        nodes = np.unique(self._members(quota))
        return self._cut(node, nodes, NONE, quotas=int(self.quotas.high[quota]), numbers=np.array([quota]))

    def _residual(self, trees: Trees) -> csr_array:
        """Return the residual graph below demand nodes, source and sink left out."""
        network, flow = self.network, self.flow
        edges, count = network.edges, network.capacity.size
        below = np.flatnonzero((trees.shape != Shape.SPAN) & (trees.shape != Shape.INNER))
        own = FIRST_DEMAND + network.slots.size + np.arange(count)
        taken, fixed = load(edges.offer, flow, count), load(edges.offer, network.low, count)
        used, pinned = self.used[trees.placed], self.pinned[trees.placed]
        arcs = [
            (trees.edge_tail, trees.edge_head, flow < network.high, flow > network.low),
            (own, trees.room_head, taken < network.capacity, taken > fixed),
            (
                trees.quota_tail[below],
                trees.quota_head[below],
                (used < self.quotas.high[trees.placed])[below],
                (used > pinned)[below],
            ),
        ]
        pairs = [
            part
            for tail, head, onward, back in arcs
            for part in ((tail[onward], head[onward]), (head[back], tail[back]))
        ]
        tails, heads = (np.concatenate(part) for part in zip(*pairs, strict=True))
        inner = (tails != SINK) & (heads != SINK)
        tails, heads = tails[inner], heads[inner]
        return csr_array((np.ones(tails.size), (tails, heads)), shape=(trees.nodes, trees.nodes))

    def _reached(self, trees: Trees, graph: csr_array, node: int) -> dict[str, Any]:
        network, edges = self.network, self.network.edges
        inside = np.zeros(trees.nodes, np.bool_)
        inside[breadth_first_order(graph, FIRST_DEMAND + node, return_predecessors=False)] = True
        first_offer = FIRST_DEMAND + network.slots.size
        demand_in = inside[FIRST_DEMAND:first_offer]
        offer_in = inside[first_offer : first_offer + network.capacity.size] & ~inside[trees.room_head]
        leaves = inside[trees.quota_tail] & ~inside[trees.quota_head]
        numbers, gives = trees.placed[leaves], trees.placed[leaves & (trees.shape >= Shape.GIVEN)]
        elsewhere = network.low * ~demand_in[edges.demand]
        locked = int(elsewhere[offer_in[edges.offer]].sum())
        ends_here = offer_in[edges.offer] | self._is_in(gives)
        leaving = inside[trees.edge_tail] & ~inside[trees.edge_head] & ~ends_here
        # A pinned unit may leave the set and come back to it: it counts once, where it ends.
        twice = self.quotas.used(self.flow * ends_here)
        twice[gives] = self.quotas.used(elsewhere)[gives]
        kept = int((self.quotas.high - twice)[numbers].sum())
        return self._cut(
            node,
            np.flatnonzero(demand_in),
            np.flatnonzero(offer_in),
            capacity=int(network.capacity[offer_in].sum()) - locked,
            locked=locked,
            single_pairs=int(network.high[leaving].sum()),
            quotas=kept,
            numbers=numbers,
        )

    def _is_in(self, numbers: Integers) -> Booleans:
        """Whether each edge counts in one of the quotas."""
        chosen = np.zeros(len(self.quotas), np.bool_)
        chosen[numbers] = True
        inside = np.zeros(self.flow.size, np.bool_)
        inside[self.quotas.edge[chosen[self.quotas.quota]]] = True
        return inside

    def _cut(
        self, node: int, nodes: Integers, offers: Integers, numbers: Integers = NONE, **sums: int
    ) -> dict[str, Any]:
        parts = {"capacity": 0, "locked": 0, "single_pairs": 0, "quotas": 0} | sums
        return parts | {
            "node": node,
            "demand_nodes": nodes,
            "offer_nodes": offers,
            "demand": int(self.network.slots[nodes].sum()),
            "unmet": int(self.missing[nodes].sum()),
            "quota_numbers": numbers,
        }
