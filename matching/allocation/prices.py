"""Prices: what one more unit of an offer, or one more slot, is worth, and what the prices prove.

OR-Tools gives no dual values; longest paths in the residual graph recover them.
"""

from dataclasses import dataclass

import numpy as np

from matching.allocation.edges import Booleans, Integers
from matching.allocation.network import Network, load
from matching.quotas.duals import find_quota_prices

UNREACHED = -(2**61)
SAFE = 2.0**62


@dataclass(frozen=True, eq=False)
class Prices:
    """A dual solution: an edge pays ``group - demand + score - offer``, which is 0 or less while it has room.

    ``group`` is the worth of one more unit in a group, ``demand`` the worth of a slot of a demand node,
    ``offer`` the worth of a unit of capacity. ``reached`` tells of which demand nodes the worth of one more
    expert, ``group - demand``, is exact: something could make room there. At others nobody could enter.
    """

    group: Integers
    demand: Integers
    offer: Integers
    reached: Booleans
    quota: Integers | None = None
    """Where there are quotas: the price of each, which every edge in it pays as well."""


def find_prices(network: Network, flow: Integers, sweeps: int | None = None) -> Prices:
    """Return the lowest offer prices that support a flow.

    Parameters
    ----------
    network : Network
        The problem.
    flow : array of int, shape (edges,)
        Flow of each edge.
    sweeps : int, optional
        Most sweeps where there are quotas; as many as there are nodes where nothing is given.

    Returns
    -------
    Prices
        They prove that the flow is optimal if their :func:`bound` is the flow's value. If the flow is not
        optimal they still bound every allocation's value.

    Notes
    -----
    The worth of a node is its longest path from the root (source and sink as one node) in the residual
    graph, found by Bellman-Ford sweeps over whole arrays in which only edges of changed demand nodes take
    part: O(m) a sweep, at most n sweeps for n demand nodes; tens in practice. One more unit of an
    offer opens the arc from it to the root, so the longest path to it is exactly what that unit adds.

    References
    ----------
    .. [1] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993, chapters 5 and 9.
    """
    if network.quotas is not None:
        return Prices(**find_quota_prices(network, flow, sweeps)._asdict())
    worth = _Worth(network, flow)
    for _ in range(min(network.slots.size, network.capacity.size) + 2):
        if not worth.sweep():
            break
    return worth.prices()


class _Worth:
    """Worth of groups, demand nodes and offers while the sweeps go on."""

    def __init__(self, network: Network, flow: Integers) -> None:
        edges = network.edges
        self.network = network
        self.open = np.flatnonzero(flow < network.high)
        self.used = np.flatnonzero(flow > network.low)
        filled = load(edges.demand, flow, network.slots.size)
        self.has_room = filled < network.slots
        self.can_give = filled > load(edges.demand, network.low, network.slots.size)
        empty = load(network.group, filled, network.groups) == 0
        self.group = network.step * np.where(empty, network.first, network.rest)
        self.demand = np.full(network.slots.size, UNREACHED)
        self.offer = np.zeros(network.capacity.size, np.int64)

    def sweep(self) -> bool:
        """Follow each kind of residual arc once; return whether a demand node has changed."""
        before = self.demand.copy()
        edges, used = self.network.edges, self.used
        np.maximum.at(self.demand, edges.demand[used], self.offer[edges.offer[used]] - edges.score[used])
        giving = np.flatnonzero(self.can_give)
        np.maximum.at(self.group, self.network.group[giving], self.demand[giving])
        roomy = self.has_room
        self.demand[roomy] = np.maximum(self.demand[roomy], self.group[self.network.group[roomy]])
        changed = self.demand > before
        reached = self.open[changed[edges.demand[self.open]]]
        np.maximum.at(
            self.offer, edges.offer[reached], self.demand[edges.demand[reached]] + edges.score[reached]
        )
        return bool(changed.any())

    def prices(self) -> Prices:
        """Return the dual solution; a node without a path gets the highest worth that its edges allow."""
        edges, group = self.network.edges, self.group[self.network.group]
        lost = self.demand == UNREACHED
        ceiling = group.copy()
        limiting = self.open[lost[edges.demand[self.open]]]
        np.minimum.at(
            ceiling, edges.demand[limiting], self.offer[edges.offer[limiting]] - edges.score[limiting]
        )
        demand = np.where(lost, ceiling, self.demand)
        return Prices(self.group, np.maximum(group - demand, 0), self.offer, ~lost)


def bound(network: Network, prices: Prices) -> int:
    """Return what no allocation can exceed in value, whatever the prices are (weak duality)."""
    edges = network.edges
    demand = prices.group[network.group] - prices.demand
    gain = demand[edges.demand] + edges.score - prices.offer[edges.offer]
    kept_back = 0
    if network.quotas is not None and prices.quota is not None:
        quotas = network.quotas
        np.subtract.at(gain, quotas.edge, prices.quota[quotas.quota] * quotas.weight)
        kept_back = _dot(quotas.low, np.maximum(prices.quota + network.floor, 0))
        kept_back += _dot(quotas.high - quotas.low, np.maximum(prices.quota, 0))
    wanted = load(network.group, network.slots, network.groups)
    return (
        kept_back
        + _dot(network.capacity, prices.offer)
        + _dot(network.slots, prices.demand)
        + _dot(network.high, np.maximum(gain, 0))
        + _dot(network.low, np.minimum(gain, 0))
        + _dot(np.minimum(wanted, 1), np.maximum(network.step * network.first - prices.group, 0))
        + _dot(wanted, np.maximum(network.step * network.rest - prices.group, 0))
    )


def value_of(network: Network, filled: Integers, total: int) -> int:
    """Return what filled slots are worth on the ladder, and their scores."""
    reached = load(network.group, filled, network.groups)
    first = np.minimum(reached, 1)
    steps = _dot(network.first, first) + _dot(network.rest, reached - first)
    return network.step * steps + total


def steps_and_score(price: int, step: int) -> tuple[int, int]:
    """Take a price apart into ladder steps and score.

    Examples
    --------
    >>> steps_and_score(2 * 501 - 30, step=501)
    (2, -30)
    """
    steps = (2 * price + step) // (2 * step)
    return steps, price - steps * step


def _dot(counts: Integers, worths: Integers) -> int:
    """Return the sum of products, exactly, also where it passes 64 bits."""
    some = np.flatnonzero((counts != 0) & (worths != 0))
    counts, worths = counts[some], worths[some]
    if float(np.dot(counts.astype(float), np.abs(worths).astype(float))) < SAFE:
        return int(np.dot(counts, worths))
    return int(np.dot(counts.astype(object), worths.astype(object)))
