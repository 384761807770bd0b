"""The highest utility of the need that gets least: a search from both sides.

From above, requirements that a flow or a linear program can test (:mod:`matching.fairness.requirements`,
:mod:`matching.fairness.ceilings`) rule targets out. From below, flows made for a target are repaired by
exchanges (:mod:`matching.fairness.exchanging`). Where both meet, the answer is proved. Small rounds are
solved exactly (:mod:`matching.fairness.ordered`).
"""

import math
import time
from collections.abc import Callable

import numpy as np

from matching.allocation.answer import Answer
from matching.allocation.edges import Booleans, Integers
from matching.allocation.mincost import edge_flow, min_cost_flows
from matching.allocation.network import Network
from matching.fairness.bottleneck import floored
from matching.fairness.ceilings import around
from matching.fairness.exchanging import Exchange
from matching.fairness.polishing import polished
from matching.fairness.requirements import Requirements, covered

CLOSE = 1e-3
"""The search ends when its bounds are so close, as a share."""
HALVINGS = 12
FIRST_START = 0.99
STARTS = (1.0, 0.98)
"""Shares of the ceiling for which a flow is made as a start."""


class Search:
    """The best flow so far, and a ceiling on the lowest utility of the needs that the reference serves.

    Parameters
    ----------
    network : Network
        The problem, with its edges in an order that depends on their content alone.
    reference : array of int, shape (edges,)
        A flow of the highest value.
    ends_at : float
        When to stop, by the monotonic clock.
    """

    def __init__(self, network: Network, reference: Integers, ends_at: float = math.inf) -> None:
        self.network, self.reference, self.ends_at = network, reference, ends_at
        self.given = Requirements(network)
        self.aim = covered(network, reference)
        self.aimed: Booleans = self.given.sums(reference) > 0
        self.best = reference
        self.lowest = self._lowest(reference)
        some = self.given.best[self.aimed] / self.given.wanted[self.aimed]
        self.ceiling = float(some.min()) if some.size else 0.0

    def run(self) -> None:
        """Search until the bounds meet, the starts are tried, or time is over."""
        if not self.aimed.any():
            return
        self._consider(floored(self.network, self.reference)[0])
        self._lower_the_ceiling(self._flow_allows)
        self._climb_from(self.ceiling * FIRST_START)
        self._lower_the_ceiling(self._program_allows)
        for share in STARTS:
            if self._is_over():
                break
            self._climb_from(max(self.ceiling * share, self.lowest))
        self._lower_the_ceiling(self._program_allows)
        self._prove()

    def answer(self) -> Answer:
        """Return what was found, with the highest total that its lowest utility leaves."""
        flow = self.best
        if self.aimed.any():
            flow = polished(self.given, flow, self.given.required(self.lowest, self.aimed), self.aim)
        return Answer(
            flow,
            self.reference,
            ceiling=self._ceiling_of_all(),
            aim=self.lowest,
            aim_ceiling=self.ceiling,
            is_proved=self.lowest >= self.ceiling,
        )

    def _ceiling_of_all(self) -> float | None:
        """Return the ceiling where every need is served; who stays empty could differ otherwise."""
        return self.ceiling if self.aimed[self.given.wanted > 0].all() else None

    def _lowest(self, flow: Integers) -> float:
        some = self.given.sums(flow)[self.aimed] / self.given.wanted[self.aimed]
        return float(some.min()) if some.size else 0.0

    def _consider(self, flow: Integers) -> None:
        lowest = self._lowest(flow)
        if lowest > self.lowest and np.array_equal(covered(self.network, flow), self.aim):
            self.best, self.lowest = flow, lowest

    def _lower_the_ceiling(self, allows: Callable[[Integers], bool]) -> None:
        """Rule targets out, by halving; what is not ruled out is left open."""
        low = self.lowest
        while self.ceiling - low > CLOSE * self.ceiling and not self._is_late():
            middle = (low + self.ceiling) / 2
            if allows(self.given.required(middle, self.aimed)):
                low = middle
            else:
                self.ceiling = middle

    def _prove(self) -> None:
        """Test whether the need that gets least could have anything more."""
        if self.lowest >= self.ceiling or self._is_late():
            return
        required = self.given.above(self.lowest, self.aimed)
        if not (self._flow_allows(required) and self._program_allows(required)):
            self.ceiling = self.lowest

    def _flow_allows(self, required: Integers) -> bool:
        return self.given.reaches(required, self.aim)

    def _program_allows(self, required: Integers) -> bool:
        utility = self.given.sums(self.best) / np.maximum(self.given.wanted, 1)
        worst = int(np.where(self.aimed, utility, math.inf).argmin())
        return not around(self.given, self.best, worst, self.given.open(required)).rules_out(required)

    def _climb_from(self, target: float) -> None:
        self.climb(self._start(target))
        self.climb(self.best)

    def _start(self, target: float) -> Integers:
        """Return a flow made for a target: as many of the least slots as can be, on good enough edges.

        An edge is good enough if as many of its kind as the need must have would do.
        """
        required = self.given.required(target, self.aimed)
        slots = np.maximum(self.given.least_of_needs(required), 1)
        enough = (-(-required // slots))[self.given.of_edge]
        scores = np.minimum(self.network.edges.score, enough)
        model, _ = self.given.model(required, scores, 2 * int(scores.max(initial=0)) + 1)
        return edge_flow(self.network, model, min_cost_flows(model))

    def climb(self, flow: Integers) -> None:
        """Lift the needs below a target, for higher and higher targets."""
        if not (self.aimed.any() and np.array_equal(covered(self.network, flow), self.aim)):
            return
        exchange = Exchange(self.given, flow)
        low = high = target = self.ceiling
        low = self._lowest(flow)
        for _ in range(HALVINGS):
            if high - low <= CLOSE * high or self._is_late():
                break
            if exchange.lift_all(self.given.required(target, self.aimed)):
                low = target
            else:
                high = target
            self._consider(exchange.flow.copy())
            target = (max(low, self.lowest) + high) / 2

    def _is_over(self) -> bool:
        return self.ceiling - self.lowest <= CLOSE * self.ceiling or self._is_late()

    def _is_late(self) -> bool:
        return time.monotonic() > self.ends_at
