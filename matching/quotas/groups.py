"""Quotas over arrays: sets of edges of which at least so many, and at most so many, may be used.

The **upper bound** of a quota is hard. Where pins alone go beyond it, it is raised to what they take, because
a pin is always kept. The **lower bound** is met as far as can be; what it lacks is its shortfall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from matching.allocation.edges import LARGEST, Booleans, Edges, Integers, each_once, integers, refuse_where


@dataclass(frozen=True)
class Quota:
    """Bounds on the slots that some offers fill for some demand nodes.

    Parameters
    ----------
    demand, offer : sequence of int, optional
        The demand nodes and the offers; all where nothing is given.
    low : int
        Slots that should be filled at least.
    high : int, optional
        Slots that may be filled at most; as many as can be where nothing is given.
    """

    demand: Sequence[int] | None = None
    offer: Sequence[int] | None = None
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, eq=False)
class Groups:
    """Quotas as flat arrays: entry ``i`` says that edge ``edge[i]`` counts in quota ``quota[i]``.

    Parameters
    ----------
    quota, edge : array_like of int, shape (entries,)
        The members of all quotas. Quotas are numbered from 0; one without members is never reached.
    low, high : array_like of int, shape (quotas,)
        Least and most.
    weight : array_like of int, shape (entries,), optional
        What one slot over the edge takes of the upper bound (days of an expert, say), at least 1; 1 where
        nothing is given.

    Raises
    ------
    InvalidProblem
        For the record ``groups`` and the field: an array is wrong, an edge stands twice in a quota
        (``repeated``), a lower bound is above its upper bound (``exceeds_high``), or a quota with a lower
        bound weighs its edges (``weighted``).

    Examples
    --------
    >>> edges = Edges(demand=[0, 0, 1], offer=[0, 1, 1], score=[9000, 4000, 7000])
    >>> groups = Groups.of(edges, [Quota(offer=[1], high=1), Quota(demand=[0], low=1)])
    >>> groups.quota.tolist(), groups.edge.tolist(), len(groups)
    ([0, 0, 1, 1], [1, 2, 0, 1], 2)
    """

    quota: Integers
    edge: Integers
    low: Integers
    high: Integers
    weight: Integers

    def __init__(
        self,
        quota: ArrayLike,
        edge: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        weight: ArrayLike | None = None,
    ) -> None:
        least = integers("groups", "low", low)
        most = integers("groups", "high", high, size=least.size)
        number = integers("groups", "quota", quota, high=least.size - 1)
        member = integers("groups", "edge", edge, size=number.size)
        taken = np.ones_like(member) if weight is None else integers("groups", "weight", weight, low=1)
        refuse_where(least > most, "groups", "low", "exceeds_high")
        refuse_where((taken > 1) & (least[number] > 0), "groups", "weight", "weighted")
        each_once("groups", "edge", number << 31 | member)
        columns = {"quota": number, "edge": member, "low": least, "high": most, "weight": taken}
        for name, array in columns.items():
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return int(self.low.size)

    @classmethod
    def of(cls, edges: Edges, quotas: Sequence[Quota]) -> Self:
        """Return quotas that are told by their nodes, in this order."""
        members = [np.flatnonzero(_within(edges, quota)) for quota in quotas]
        return cls(
            quota=np.repeat(np.arange(len(quotas)), [each.size for each in members]),
            edge=np.concatenate([np.zeros(0, np.int64), *members]),
            low=np.array([quota.low for quota in quotas], np.int64),
            high=np.array([LARGEST if quota.high is None else quota.high for quota in quotas], np.int64),
        )

    def used(self, flow: Integers) -> Integers:
        """Return what a flow of each edge takes of each quota."""
        return sums(self.quota, flow[self.edge] * self.weight, len(self))

    def joined(self, other: "Groups | None") -> "Groups":
        """Return these quotas and then those of another."""
        if other is None:
            return self
        return Groups(
            np.concatenate([self.quota, other.quota + len(self)]),
            *(
                np.concatenate([getattr(self, name), getattr(other, name)])
                for name in ("edge", "low", "high", "weight")
            ),
        )


def sums(places: Integers, amounts: Integers, count: int) -> Integers:
    """Return the sum of the amounts at each place."""
    added = np.zeros(count, np.int64)
    np.add.at(added, places, amounts)
    return added


def _within(edges: Edges, quota: Quota) -> Booleans:
    inside = np.ones(len(edges), np.bool_)
    for nodes, chosen in ((edges.demand, quota.demand), (edges.offer, quota.offer)):
        if chosen is not None:
            inside &= np.isin(nodes, np.asarray(chosen, np.int64))
    return inside
