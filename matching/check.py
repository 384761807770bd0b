"""An independent check of an allocation: it shares no code with the solver, the ladder or the prices."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.edges import Edges
from matching.flow import Allocation

Array = NDArray[Any]


def verify_allocation(  # noqa: PLR0913 - the arrays of one problem, each with its name
    edges: Edges,
    slots: ArrayLike,
    capacity: ArrayLike,
    allocation: Allocation,
    *,
    need: ArrayLike | None = None,
    mandatory: ArrayLike | None = None,
    priority: ArrayLike | None = None,
    pins: ArrayLike | None = None,
    vetoes: ArrayLike | None = None,
    fairness: str = "tiered",
) -> tuple[str, ...]:
    """Return the faults of an allocation, as codes; none if it keeps every promise.

    Parameters
    ----------
    edges, slots, capacity, need, mandatory, priority, pins, vetoes, fairness
        The problem, as it was given to :func:`matching.flow.allocate`.
    allocation : Allocation
        What came out. If it has prices, they must prove that it is optimal: no constraint of the dual
        broken, and complementary slackness throughout.

    Returns
    -------
    tuple of str

    Notes
    -----
    Linear in the number of edges. The prices' conditions are those of linear programming: if they hold,
    no other allocation has a higher value on the ladder described in :mod:`matching.network`.
    """
    problem = _Problem(
        edges,
        _or_else(slots, ()),
        _or_else(capacity, ()),
        need=_or_else(need, np.arange(np.size(slots))),
        mandatory=_or_else(mandatory, np.ones(np.size(slots), np.bool_)),
        priority=_or_else(priority, np.ones(np.size(slots), np.int64)),
    )
    low, high = np.zeros(len(edges), np.int64), edges.limit.copy()
    low[_or_else(pins, ())] = 1
    high[_or_else(vetoes, ())] = 0
    faults = problem.feasibility(allocation, low, high)
    if allocation.proof is not None:
        faults |= problem.optimality(allocation, low, high, tiered=fairness == "tiered")
    return tuple(name for name, found in faults.items() if found)


@dataclass(frozen=True, eq=False)
class _Problem:
    edges: Edges
    slots: Array
    capacity: Array
    need: Array
    mandatory: Array
    priority: Array

    def feasibility(self, allocation: Allocation, low: Array, high: Array) -> dict[str, bool]:
        edges = self.edges
        flow = np.bincount(allocation.chosen, minlength=len(edges))
        filled = _sums(edges.demand, flow, self.slots.size)
        scores = _sums(self.need[edges.demand], flow * edges.score, allocation.utility.size)
        slots = _sums(self.need, self.slots, allocation.utility.size)
        return {
            "slots_exceeded": bool((filled > self.slots).any()),
            "capacity_exceeded": bool((_sums(edges.offer, flow, self.capacity.size) > self.capacity).any()),
            "limit_exceeded": bool((flow > high)[high > 0].any()),
            "veto_used": bool(flow[high == 0].any()),
            "pin_dropped": bool((flow < low).any()),
            "order_wrong": bool((np.diff(allocation.chosen) < 0).any()),
            "total_wrong": allocation.total != int(edges.score[allocation.chosen].sum()),
            "filled_wrong": not np.array_equal(allocation.filled, filled),
            "utility_wrong": not np.allclose(allocation.utility * slots, scores, rtol=1e-12, atol=0),
        }

    def optimality(self, allocation: Allocation, low: Array, high: Array, *, tiered: bool) -> dict[str, bool]:
        """Check dual feasibility and complementary slackness, arc by arc."""
        edges = self.edges
        worth, slot, unit = allocation.slot_worth, allocation.demand_price, allocation.offer_price
        if worth is None or slot is None or unit is None:
            return {"prices_missing": True}
        flow = np.bincount(allocation.chosen, minlength=len(edges))
        load = _sums(edges.offer, flow, self.capacity.size)
        gain = (worth - slot)[edges.demand] + edges.score - unit[edges.offer]
        return {
            "price_negative": bool((slot < 0).any() or (unit < 0).any()),
            "slot_price_idle": bool((slot > 0)[allocation.filled < self.slots].any()),
            "offer_price_idle": bool((unit > 0)[load < self.capacity].any()),
            "gain_missed": bool((gain > 0)[flow < high].any()),
            "loss_taken": bool((gain < 0)[flow > low].any()),
            "ladder_broken": self._breaks_ladder(allocation.filled, worth, tiered=tiered),
            "not_proved": allocation.proof != "optimal",
        }

    def _breaks_ladder(self, filled: Array, worth: Array, *, tiered: bool) -> bool:
        """Whether a group's worth is not that of the ladder arc on which its next or last slot stands."""
        nodes = range(self.slots.size)
        groups = [(self.need[i], self.mandatory[i]) if tiered else i for i in nodes]
        reached = Counter[Any]()
        for group, count in zip(groups, filled.tolist(), strict=True):
            reached[group] += count
        rungs = [(bool(self.mandatory[i]), int(self.priority[i])) for i in nodes]
        # False < True: optional below mandatory, then other slots below first ones, then by priority.
        ladder = sorted({(must, first, weight) for must, weight in rungs for first in {False, tiered}})
        step = 2 * min(self.slots.size, self.capacity.size) * int(self.edges.score.max(initial=0)) + 1
        height = {rung: step * (rank + 1) for rank, rung in enumerate(ladder)}
        seen: dict[Any, int] = {}
        for group, (must, weight), price in zip(groups, rungs, worth.tolist(), strict=True):
            top, rest = height[must, tiered, weight], height[must, False, weight]
            least = rest if reached[group] else top
            most = {0: math.inf, 1: top}.get(reached[group], rest)
            if not least <= price <= most or seen.setdefault(group, price) != price:
                return True
        return False


def _or_else(values: ArrayLike | None, default: ArrayLike) -> Array:
    chosen = default if values is None else values
    array = np.asarray(chosen)
    return array if array.size else array.astype(np.int64)


def _sums(nodes: Array, amounts: Array, count: int) -> Array:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, nodes, amounts)
    return sums
