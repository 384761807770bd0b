"""Max-min and leximin, exactly, by integer programs over the needs in order of what they get.

The k-th lowest utility is at least ``t`` where all needs but ``k - 1`` have at least ``t``, whoever they are.
So one program after another finds the lowest, the second lowest, and so on; who they belong to is left open.
"""

import math
import time

import numpy as np
from numpy.typing import NDArray

from matching.allocation.answer import Answer
from matching.allocation.edges import Booleans, Integers
from matching.allocation.network import Network
from matching.errors import InvalidProblem
from matching.fairness.maxmin import Search
from matching.fairness.programs import Found, Level, Program
from matching.fairness.requirements import covered

EXACT_EDGES = 2_000
"""Up to so many edges ``maxmin`` is solved by an integer program."""
LEXIMIN_EDGES, LEXIMIN_NEEDS = 1_000, 40
"""Beyond these ``leximin`` is refused."""
MOST_NODES = 20_000
CLOSE = 1e-6
"""Two utilities are the same if they are so close, as a share: whole numbers differ by far more."""


class Ordered:
    """The utilities that a flow gives to the needs that can be served, and the programs over them."""

    def __init__(self, search: Search) -> None:
        self.search, self.given = search, search.given
        self.flow = search.best
        self.needs: Booleans = self.given.best > 0
        every = np.ones(search.network.groups, np.bool_)
        self.program = Program(self.given, search.reference, every, MOST_NODES, search.ends_at)
        self.served = int(self.needs.sum())
        if not bool(search.aimed[self.needs].all()):
            self.served = self.program.most_served(self.needs)
        some = self.given.best[self.needs] / self.given.wanted[self.needs]
        self.most = float(some.max(initial=0))
        self.levels: list[Level] = []
        self.is_proved = True
        self.bound = math.inf

    def raise_level(self, count: int) -> None:
        """Find the highest utility that so many needs can have at once, while earlier levels are kept."""
        found = self.program.highest(self.needs, self._ceiling(count), self.levels, count)
        self._take(found, count)
        reached = float(self._ranked(self.flow)[count - 1])
        self.bound = max(found.bound, reached)
        self.is_proved &= self.bound <= reached * (1 + CLOSE) + CLOSE
        if not self.levels or reached > self.levels[-1].utility:
            self.levels.append(Level(reached, count))

    def best_total(self) -> Integers:
        """Return the flow of the highest total that the levels leave."""
        found = self.program.best_total(self.needs, self.levels)
        if found.flow is None or not self._keeps_levels(found.flow):
            return self.flow
        return found.flow if self._total(found.flow) >= self._total(self.flow) else self.flow

    def _ceiling(self, count: int) -> float:
        is_lowest = not self.levels and count == self.needs.sum()
        return self.search.ceiling if is_lowest else self.most

    def _take(self, found: Found, count: int) -> None:
        """Keep a flow that is better at this level and no worse at those before."""
        if found.flow is None or not self._keeps_levels(found.flow):
            return
        if self._ranked(found.flow)[count - 1] > self._ranked(self.flow)[count - 1] or not self._keeps_levels(
            self.flow
        ):
            self.flow = found.flow

    def _keeps_levels(self, flow: Integers) -> bool:
        ranked = self._ranked(flow)
        return np.array_equal(covered(self.search.network, flow), self.search.aim) and all(
            ranked[level.count - 1] >= level.utility * (1 - 1e-12) for level in self.levels
        )

    def _ranked(self, flow: Integers) -> NDArray[np.float64]:
        """Return the utilities of the needs that can be served, the highest first."""
        some = self.given.sums(flow)[self.needs] / self.given.wanted[self.needs]
        return -np.sort(-some)

    def _total(self, flow: Integers) -> int:
        return int((flow * self.search.network.edges.score).sum())


def exact_maxmin(search: Search) -> Answer:
    """Return the allocation of the highest lowest utility, and then of the highest total."""
    ordered = Ordered(search)
    if not ordered.served:
        return search.answer()
    ordered.raise_level(ordered.served)
    return _answer(ordered)


def leximin(search: Search) -> Answer:
    """Return the allocation whose utilities, in ascending order, are the highest one after another.

    Raises
    ------
    InvalidProblem
        The problem has more edges (``too_many_for_leximin``) or needs than are solved.
    """
    refuse_too_many(search.network)
    ordered = Ordered(search)
    for count in range(ordered.served, 0, -1):
        if time.monotonic() > search.ends_at:
            ordered.is_proved = False
            break
        ordered.raise_level(count)
    return _answer(ordered)


def refuse_too_many(network: Network) -> None:
    """Refuse a problem that is too large for leximin."""
    if len(network.edges) > LEXIMIN_EDGES:
        raise InvalidProblem("edges", "", "too_many_for_leximin")
    if np.unique(network.need).size > LEXIMIN_NEEDS:
        raise InvalidProblem("need", "", "too_many_for_leximin")


def _answer(ordered: Ordered) -> Answer:
    search = ordered.search
    lowest = ordered.levels[0].utility if ordered.levels else 0.0
    ceiling = lowest if ordered.is_proved else ordered.bound
    serves_all = ordered.served == int((ordered.given.wanted > 0).sum())
    return Answer(
        ordered.best_total(),
        search.reference,
        ceiling=ceiling if serves_all else 0.0,
        aim=lowest,
        aim_ceiling=ceiling,
        is_proved=ordered.is_proved,
    )
