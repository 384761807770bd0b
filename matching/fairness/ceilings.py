"""What rules a target out that flows alone cannot: a linear program around the need that holds it down.

In a part of the problem where offers are scarce, needs have the fewest slots that could do. Who has no slot
more needs a good edge among them: ``slots + good edges >= fewest slots + 1``. That is no flow, but a row of a
linear program, and it is what decides there.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matching.allocation.edges import Integers
from matching.fairness.requirements import Requirements

INFEASIBLE = 2
MOST_EDGES = 20_000


@dataclass(frozen=True, eq=False)
class Scope:
    """The edges of whole needs, of which the others are taken to claim nothing."""

    given: Requirements
    edges: Integers

    def rules_out(self, required: Integers) -> bool:
        """Whether these needs cannot all have their sums, even with all offers to themselves.

        Parameters
        ----------
        required : array of int, shape (needs,)
            The least sum of scores of each need.

        Returns
        -------
        bool
            Where it is true nobody can meet the requirements. False says nothing.
        """
        network = self.given.network
        edges = network.edges
        high = self.given.open(required)[self.edges]
        some, high = self.edges[high > 0], high[high > 0]
        demand, need, score = edges.demand[some], self.given.of_edge[some], edges.score[some]
        part = required[network.need] - (self.given.best[network.need] - self.given.best_of_node)
        blocks = [
            _rows(demand, np.ones_like(some), network.slots),
            _rows(edges.offer[some], np.ones_like(some), network.capacity),
            _at_least(need, score, required),
            *_fewest(need, score, self.given.least_of_needs(required), required),
            *_fewest(demand, score, self.given.least_of_nodes(required), part),
        ]
        found = linprog(
            np.zeros(some.size),
            A_ub=vstack([rows for rows, _ in blocks], format="csr"),
            b_ub=np.concatenate([bounds for _, bounds in blocks]),
            bounds=np.column_stack([np.zeros(some.size), high]),
            method="highs",
        )
        return int(found.status) == INFEASIBLE


def around(given: Requirements, flow: Integers, need: int, high: Integers) -> Scope:
    """Return the scope of a need: those who use what it could use, and so on, nearest first.

    ``high`` says which edges count.
    """
    network = given.network
    edges = network.edges
    own = _Lists(given.of_edge, np.flatnonzero(high > 0), given.needs)
    users = _Lists(edges.offer, np.flatnonzero(flow > network.low), network.capacity.size)
    chosen, seen_needs, seen_offers = [], {need}, set[int]()
    queue, size = deque([need]), 0
    while queue and size <= MOST_EDGES:
        some = own.of(queue.popleft())
        chosen.append(some)
        size += some.size
        for offer in np.unique(edges.offer[some]).tolist():
            if offer not in seen_offers:
                seen_offers.add(offer)
                onward = [
                    other for other in given.of_edge[users.of(offer)].tolist() if other not in seen_needs
                ]
                seen_needs.update(onward)
                queue.extend(dict.fromkeys(onward))
    return Scope(given, np.sort(np.concatenate(chosen)))


class _Lists:
    """The edges of each owner."""

    def __init__(self, owner: Integers, edges: Integers, count: int) -> None:
        self.edges = edges[np.argsort(owner[edges], kind="stable")]
        self.bounds = np.searchsorted(owner[self.edges], np.arange(count + 1))

    def of(self, owner: int) -> Integers:
        return self.edges[self.bounds[owner] : self.bounds[owner + 1]]


Rows = tuple[csr_array, Integers]


def _rows(owner: Integers, values: Integers, bounds: Integers) -> Rows:
    """Return a row for each owner: the sum over its edges is at most its bound."""
    names, row = np.unique(owner, return_inverse=True)
    rows = csr_array((values.astype(float), (row, np.arange(owner.size))), shape=(names.size, owner.size))
    return rows, bounds[names]


def _at_least(owner: Integers, values: Integers, bounds: Integers) -> Rows:
    rows, most = _rows(owner, -values, -bounds)
    return rows, most


def _fewest(owner: Integers, score: Integers, fewest: Integers, sums: Integers) -> list[Rows]:
    """Return that each owner has its fewest slots, and one more or a good edge among them."""
    good = score >= -(-sums[owner] // np.maximum(fewest[owner], 1))
    ones = np.ones_like(score)
    return [_at_least(owner, ones, fewest), _at_least(owner, ones + good, fewest + np.minimum(fewest, 1))]
