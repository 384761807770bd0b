"""An independent check of an allocation: it shares no code with the solver, the ladder or the prices."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation
from matching.quotas.groups import Groups

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
    groups: Groups | None = None,
    fairness: str = "tiered",
) -> tuple[str, ...]:
    """Return the faults of an allocation, as codes; none if it keeps every promise.

    Parameters
    ----------
    edges, slots, capacity, need, mandatory, priority, pins, vetoes, groups, fairness
        The problem, as it was given to :func:`matching.allocation.flow.allocate`.
    allocation : Allocation
        What came out. If it has prices, they must prove that it is optimal: no constraint of the dual
        broken, and complementary slackness throughout. Where quotas cross there are none: that nothing better
        exists is the solver's word then, and only what it claims to have reached is checked.

    Returns
    -------
    tuple of str

    Notes
    -----
    Linear in the number of edges. The prices' conditions are those of linear programming: if they hold,
    no other allocation has a higher value on the ladder described in :mod:`matching.allocation.network`.
    """
    problem = _Problem(
        edges,
        _or_else(slots, ()),
        _or_else(capacity, ()),
        need=_or_else(need, np.arange(np.size(slots))),
        mandatory=_or_else(mandatory, np.ones(np.size(slots), np.bool_)),
        priority=_or_else(priority, np.ones(np.size(slots), np.int64)),
        groups=groups,
    )
    low, high = np.zeros(len(edges), np.int64), edges.limit.copy()
    low[_or_else(pins, ())] = 1
    high[_or_else(vetoes, ())] = 0
    faults = problem.feasibility(allocation, low, high)
    faults |= problem.within_quotas(allocation, low)
    if allocation.proof is not None:
        if fairness in {"total", "tiered"}:
            faults |= problem.optimality(allocation, low, high, tiered=fairness == "tiered")
        else:
            faults |= problem.fairness(allocation, low, high)
    return tuple(name for name, found in faults.items() if found)


@dataclass(frozen=True, eq=False)
class _Problem:
    edges: Edges
    slots: Array
    capacity: Array
    need: Array
    mandatory: Array
    priority: Array
    groups: Groups | None

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

    def within_quotas(self, allocation: Allocation, low: Array) -> dict[str, bool]:
        """Check upper bounds, which only pins exceed, and what is missing from lower bounds."""
        if self.groups is None:
            return {}
        used, high = self._used(allocation), self._highest(low)
        missing = np.maximum(self.groups.low - used, 0)
        return {
            "quota_exceeded": bool((used > high).any()),
            "quota_shortfall_wrong": not np.array_equal(allocation.quota_shortfall, missing),
        }

    def _used(self, allocation: Allocation) -> Array:
        flow = np.bincount(allocation.chosen, minlength=len(self.edges))
        return self._sums_of_quotas(flow)

    def _sums_of_quotas(self, flow: Array) -> Array:
        if self.groups is None:
            return np.zeros(0, np.int64)
        return _sums(self.groups.quota, flow[self.groups.edge] * self.groups.weight, len(self.groups))

    def _highest(self, low: Array) -> Array:
        if self.groups is None:
            return np.zeros(0, np.int64)
        return np.maximum(self.groups.high, self._sums_of_quotas(low))

    def optimality(self, allocation: Allocation, low: Array, high: Array, *, tiered: bool) -> dict[str, bool]:
        """Check dual feasibility and complementary slackness, arc by arc."""
        edges = self.edges
        worth, slot, unit = allocation.slot_worth, allocation.demand_price, allocation.offer_price
        if self.groups is not None and worth is None:
            is_claimed = allocation.proof == "optimal"
            bound = allocation.certificate
            is_reached = bound == allocation.value
            return {
                "certificate_wrong": bound is None or bound < allocation.value or is_claimed != is_reached
            }
        if worth is None or slot is None or unit is None:
            return {"prices_missing": True}
        flow = np.bincount(allocation.chosen, minlength=len(edges))
        load = _sums(edges.offer, flow, self.capacity.size)
        gain = (worth - slot)[edges.demand] + edges.score - unit[edges.offer]
        if self.groups is not None and allocation.quota_price is not None:
            np.subtract.at(gain, self.groups.edge, allocation.quota_price[self.groups.quota])
        return self._of_quota_prices(allocation, low) | {
            "price_negative": bool((slot < 0).any() or (unit < 0).any()),
            "slot_price_idle": bool((slot > 0)[allocation.filled < self.slots].any()),
            "offer_price_idle": bool((unit > 0)[load < self.capacity].any()),
            "gain_missed": bool((gain > 0)[flow < high].any()),
            "loss_taken": bool((gain < 0)[flow > low].any()),
            "ladder_broken": self._breaks_ladder(allocation.filled, worth, tiered=tiered),
            "not_proved": allocation.proof != "optimal",
        }

    def fairness(self, allocation: Allocation, low: Array, high: Array) -> dict[str, bool]:
        """Check that prices bound the value so that nothing but score was given up, and what is claimed."""
        edges = self.edges
        worth, slot, unit = allocation.slot_worth, allocation.demand_price, allocation.offer_price
        if worth is None or slot is None or unit is None:
            return {"prices_missing": True}
        gain = (worth - slot)[edges.demand] + edges.score - unit[edges.offer]
        bound = (self.slots * slot).sum() + (self.capacity * unit).sum()
        bound += (high * np.maximum(gain, 0)).sum() + (low * np.minimum(gain, 0)).sum()
        steps, over = self._steps_and_excess(allocation.filled, worth)
        given_up = int(bound) + over - steps - allocation.total
        ceiling = allocation.fairness_certificate
        has_slots = _sums(self.need, self.slots, allocation.utility.size)
        lowest = allocation.utility[has_slots > 0].min(initial=math.inf)
        return {
            "coverage_not_proved": given_up != allocation.best_total - allocation.total or given_up < 0,
            "above_certificate": bool(has_slots.any()) and lowest > ceiling * (1 + 1e-9) + 1e-6,
        }

    def _steps_and_excess(self, filled: Array, worth: Array) -> tuple[int, int]:
        """Return what filled slots are worth on the ladder, and what steps exceed the groups' worth by."""
        step = self._constants()[1]
        height = {rung: step * rank for rank, rung in enumerate(self._rungs(tiered=True), start=1)}
        reached, wanted = Counter[Any](), Counter[Any]()
        prices: dict[Any, int] = {}
        kinds: dict[Any, Any] = {}
        for i, count in enumerate(filled.tolist()):
            group = (int(self.need[i]), bool(self.mandatory[i]))
            reached[group] += count
            wanted[group] += int(self.slots[i])
            prices[group], kinds[group] = int(worth[i]), (group[1], int(self.priority[i]))
        steps = over = 0
        for group, (must, weight) in kinds.items():
            top, rest = height[must, True, weight], height[must, False, weight]
            first = min(reached[group], 1)
            steps += top * first + rest * (reached[group] - first)
            over += min(wanted[group], 1) * max(top - prices[group], 0)
            over += wanted[group] * max(rest - prices[group], 0)
        return steps, over

    def _of_quota_prices(self, allocation: Allocation, low: Array) -> dict[str, bool]:
        """Check that a quota costs only where it is used up, and earns all where it lacks something."""
        if self.groups is None:
            return {}
        price, floor = allocation.quota_price, self._constants()[0]
        if price is None:
            return {"prices_missing": True}
        used = self._used(allocation)
        lacks, has_more = used < self.groups.low, used > self.groups.low
        return {
            "quota_price_idle": bool((price > 0)[used + self._lightest <= self._highest(low)].any()),
            "floor_price_idle": bool((price < 0)[has_more].any()),
            "floor_price_short": bool((price > -floor)[lacks].any()),
            "floor_price_wrong": bool((price < -floor)[used > 0].any()),
        }

    @property
    def _lightest(self) -> Array:
        """What one more slot takes of each quota at least."""
        if self.groups is None:
            return np.zeros(0, np.int64)
        least = np.full(len(self.groups), np.iinfo(np.int64).max // 2)
        np.minimum.at(least, self.groups.quota, self.groups.weight)
        return least

    def _constants(self) -> tuple[int, int]:
        """Return the worth of a unit towards a lower bound, and of a step."""
        top = int(self.edges.score.max(initial=0))
        if self.groups is None:
            return 0, 2 * min(self.slots.size, self.capacity.size) * top + 1
        floor = min(int(self.slots.sum()), int(self.capacity.sum())) * top + 1
        return floor, floor * (int(self.groups.low.sum()) + 1)

    def _breaks_ladder(self, filled: Array, worth: Array, *, tiered: bool) -> bool:
        """Whether the worth of groups is not that of their slots; quotas may raise all steps alike."""
        highest = len(self._rungs(tiered=tiered))
        raised = min(int(self.slots.sum()), int(self.capacity.sum())) * (highest - 1)
        bases = {0} if self.groups is None else {0, raised}
        return all(self._breaks(filled, worth, base, tiered=tiered) for base in bases)

    def _rungs(self, *, tiered: bool) -> list[tuple[bool, bool, int]]:
        """Return the ladder from the bottom: optional, other slots and low priorities come first."""
        rungs = zip(self.mandatory.tolist(), self.priority.tolist(), strict=True)
        return sorted({(must, first, weight) for must, weight in rungs for first in {False, tiered}})

    def _breaks(self, filled: Array, worth: Array, base: int, *, tiered: bool) -> bool:
        """Whether a group's worth is not that of the ladder arc on which its next or last slot stands."""
        nodes = range(self.slots.size)
        groups = [(self.need[i], self.mandatory[i]) if tiered else i for i in nodes]
        reached = Counter[Any]()
        for group, count in zip(groups, filled.tolist(), strict=True):
            reached[group] += count
        rungs = [(bool(self.mandatory[i]), int(self.priority[i])) for i in nodes]
        step = self._constants()[1]
        height = {rung: step * (base + rank) for rank, rung in enumerate(self._rungs(tiered=tiered), start=1)}
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
