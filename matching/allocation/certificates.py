"""Certificates for slots that stay empty: why nobody could have filled them.

Plain Hall is not enough, because an offer takes only so many slots of one demand node: pairs that are used up
to their limit may leave the set.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from matching.allocation.edges import Booleans, Integers
from matching.allocation.flow import Allocation
from matching.quotas.cuts import QuotaCuts


@dataclass(frozen=True, eq=False)
class Cut:
    """A set of demand nodes that cannot get more than it got, and the offers within their reach.

    ``demand - capacity - single_pairs - quotas = unmet`` holds exactly, and no allocation leaves less of the
    set unmet (unless pins, vetoes or quotas change).

    Attributes
    ----------
    node : int
        The demand node that the cut explains.
    demand_nodes, offer_nodes : array of int
        The two sets, ascending.
    demand : int
        Slots of the demand nodes.
    capacity : int
        Capacity of the offers, without what is locked.
    locked : int
        Capacity of the offers that pins give to demand nodes outside the set.
    single_pairs : int
        What comes from offers outside the set, each over a pair that is used up to its limit.
    unmet : int
        Empty slots of the demand nodes.
    quotas : int
        What may come through quotas that are used up, without what pins give to others.
    quota_numbers : array of int
        These quotas. What comes through them counts neither as capacity nor as single pairs.
    months : tuple of tuple of str
        Under ``by_month`` the months that count of each of the offers; else empty.
    is_proved : bool
        Whether the numbers prove it. Where quotas cross they cannot, and the set is the demand node alone.
    """

    node: int
    demand_nodes: Integers
    offer_nodes: Integers
    demand: int
    capacity: int
    locked: int
    single_pairs: int
    unmet: int
    quotas: int = 0
    quota_numbers: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    is_proved: bool = True
    months: tuple[tuple[str, ...], ...] = ()


def certify(allocation: Allocation) -> Iterator[Cut]:
    """Give a certificate for each demand node with empty slots, in ascending order.

    Parameters
    ----------
    allocation : Allocation
        With the most slots filled; for another one the cuts show where more could be filled, and their
        identity fails.

    Yields
    ------
    Cut
        From what the demand node reaches in the residual graph: the source side of a minimum cut.

    Notes
    -----
    One search from all empty slots at once, one for the strongly connected parts of what it reached, and one
    in the graph of these parts per part with an empty slot. Certificates come one by one, because each may
    be as large as the problem. O(m) and then, per certificate, the size of what it reaches.

    Examples
    --------
    >>> from matching.allocation.flow import Edges, allocate
    >>> edges = Edges(demand=[0, 1, 2], offer=[0, 0, 1], score=[5000, 6000, 7000])
    >>> [cut] = certify(allocate(edges, slots=[1, 1, 1], capacity=[1, 1]))
    >>> cut.demand_nodes.tolist(), cut.offer_nodes.tolist(), cut.demand, cut.capacity, cut.unmet
    ([0, 1], [0], 2, 1, 1)
    """
    missing = allocation.network.slots - allocation.filled
    unmet = np.flatnonzero(missing > 0)
    if not unmet.size:
        return
    if allocation.network.quotas is not None:
        yield from (Cut(**parts) for parts in QuotaCuts(allocation).of(unmet))
        return
    reach = _Reach(allocation, unmet)
    sums = _Sums(allocation, missing)
    for node in unmet.tolist():
        yield sums.cut(node, *reach.of(node))


class _Reach:
    """What demand nodes reach in the residual graph, by its strongly connected parts."""

    def __init__(self, allocation: Allocation, unmet: Integers) -> None:
        self.demands = allocation.network.slots.size
        tails, heads = _within_reach(allocation, unmet)
        nodes = np.unique(np.concatenate([unmet, tails, heads]))
        self.nodes = nodes
        tails, heads = np.searchsorted(nodes, tails), np.searchsorted(nodes, heads)
        parts, part = connected_components(_graph(tails, heads, nodes.size), connection="strong")
        self.part = part
        self.size = np.bincount(part, minlength=parts)
        across = part[tails] != part[heads]
        self.parts = _graph(part[tails][across], part[heads][across], parts)
        self.known: dict[int, tuple[Integers, Integers]] = {}

    def of(self, node: int) -> tuple[Integers, Integers]:
        """Return the demand nodes and the offers that a demand node reaches, itself included."""
        part = int(self.part[np.searchsorted(self.nodes, node)])
        if self.size[part] == 1:  # nobody else will ask for it
            return self._of_part(part)
        if part not in self.known:
            self.known[part] = self._of_part(part)
        return self.known[part]

    def _of_part(self, part: int) -> tuple[Integers, Integers]:
        marks = np.zeros(self.size.size, np.bool_)
        marks[breadth_first_order(self.parts, part, return_predecessors=False)] = True
        reached = self.nodes[marks[self.part]]
        border = np.searchsorted(reached, self.demands)
        return reached[:border], reached[border:] - self.demands


def _within_reach(allocation: Allocation, unmet: Integers) -> tuple[Integers, Integers]:
    """Return tails and heads of the residual arcs between nodes that an unmet demand node reaches."""
    network, flow = allocation.network, allocation.flow
    edges, demands = network.edges, network.slots.size
    onward, back = np.flatnonzero(flow < network.high), np.flatnonzero(flow > network.low)
    tails = np.concatenate([edges.demand[onward], demands + edges.offer[back]])
    heads = np.concatenate([demands + edges.offer[onward], edges.demand[back]])
    root = demands + network.capacity.size
    graph = _graph(
        np.concatenate([tails, np.full(unmet.size, root)]), np.concatenate([heads, unmet]), root + 1
    )
    reached = np.zeros(root + 1, np.bool_)
    reached[breadth_first_order(graph, root, return_predecessors=False)] = True
    some = reached[tails]
    return tails[some], heads[some]


def _graph(tails: Integers, heads: Integers, nodes: int) -> csr_array:
    return csr_array((np.ones(tails.size), (tails, heads)), shape=(nodes, nodes))


class _Sums:
    """Adds up the sides of a cut, over its nodes and the few edges that are pinned or used to their limit."""

    def __init__(self, allocation: Allocation, missing: Integers) -> None:
        network, flow = allocation.network, allocation.flow
        self.network = network
        self.missing = missing
        self.full = np.flatnonzero((flow > 0) & (flow == network.high))
        self.pinned = np.flatnonzero(network.low)

    def cut(self, node: int, demand_nodes: Integers, offer_nodes: Integers) -> Cut:
        network, edges = self.network, self.network.edges
        in_demand = _marked(demand_nodes, network.slots.size)
        in_offer = _marked(offer_nodes, network.capacity.size)
        leaving = self.full[in_demand[edges.demand[self.full]] & ~in_offer[edges.offer[self.full]]]
        outside = self.pinned[~in_demand[edges.demand[self.pinned]] & in_offer[edges.offer[self.pinned]]]
        locked = int(network.low[outside].sum())
        return Cut(
            node=node,
            demand_nodes=demand_nodes,
            offer_nodes=offer_nodes,
            demand=int(network.slots[demand_nodes].sum()),
            capacity=int(network.capacity[offer_nodes].sum()) - locked,
            locked=locked,
            single_pairs=int(network.high[leaving].sum()),
            unmet=int(self.missing[demand_nodes].sum()),
        )


def _marked(nodes: Integers, count: int) -> Booleans:
    marks = np.zeros(count, np.bool_)
    marks[nodes] = True
    return marks
