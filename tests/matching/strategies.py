"""Hypothesis strategies for the engine: small problems in which every rare thing is common."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation, allocate

SCORES = st.one_of(st.sampled_from([1, 2, 3, 9999, 10_000]), st.integers(1, 10_000))


@dataclass(frozen=True)
class FlowProblem:
    """The arrays of one flow problem, as plain lists; ``pairs`` are (demand, offer, score, limit)."""

    pairs: list[tuple[int, int, int, int]]
    slots: list[int]
    capacity: list[int]
    need: list[int]
    mandatory: list[bool]
    priority: list[int]
    pins: list[int]
    vetoes: list[int]
    fairness: str

    @property
    def edges(self) -> Edges:
        """The pairs as edges."""
        columns = zip(*self.pairs, strict=True) if self.pairs else ((), (), (), ())
        return Edges(*(np.array(column, np.int64) for column in columns))

    @property
    def settings(self) -> dict[str, Any]:
        """What stands beside the three main arrays."""
        names = ("need", "mandatory", "priority", "pins", "vetoes", "fairness")
        return {name: getattr(self, name) for name in names}

    def solve(self, **changes: Any) -> Allocation:
        """Allocate."""
        return allocate(self.edges, self.slots, self.capacity, **(self.settings | changes))

    def shuffled(self, order: list[int]) -> "FlowProblem":
        """The same problem with its edges in another order."""
        place = {old: new for new, old in enumerate(order)}
        return replace(
            self,
            pairs=[self.pairs[old] for old in order],
            pins=[place[old] for old in self.pins],
            vetoes=[place[old] for old in self.vetoes],
        )

    def with_one_more(self, name: str, node: int, amount: int = 1) -> "FlowProblem":
        """The same problem with another number of slots, or of capacity, at one node."""
        values = list(getattr(self, name))
        values[node] += amount
        changes: dict[str, Any] = {name: values}
        return replace(self, **changes)


@st.composite
def flow_problems(draw: st.DrawFn, *, nodes: int = 5, most: int = 3) -> FlowProblem:
    """Problems of a few nodes, with ties, full and empty nodes, locks, vetoes and several nodes per need."""
    demands, offers = draw(st.integers(0, nodes)), draw(st.integers(0, nodes))
    slots = draw(_numbers(demands, 0, most))
    capacity = draw(_numbers(offers, 0, most))
    pairs = draw(_pairs(demands, offers))
    need = draw(_numbers(demands, 0, max(demands - 1, 0)))
    weights = draw(_numbers(demands, 1, 3))
    pins, vetoes = _decisions(draw, pairs, slots, capacity)
    return FlowProblem(
        pairs=pairs,
        slots=slots,
        capacity=capacity,
        need=need,
        mandatory=draw(_flags(demands)),
        priority=[weights[number] for number in need],
        pins=pins,
        vetoes=vetoes,
        fairness=draw(_FAIRNESS),
    )


# Strategies are made once and drawn from often: making and checking them anew costs more than solving.
_FAIRNESS = st.sampled_from(["tiered", "total"])


@cache
def _numbers(length: int, least: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, most), min_size=length, max_size=length)


@cache
def _flags(length: int) -> st.SearchStrategy[list[bool]]:
    return st.lists(st.booleans(), min_size=length, max_size=length)


@cache
def _wishes(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["none", "none", "pin", "veto"]), max_size=most)


@cache
def _pairs(demands: int, offers: int) -> st.SearchStrategy[list[tuple[int, int, int, int]]]:
    if not demands or not offers:
        return st.just([])
    pair = st.tuples(
        st.integers(0, demands - 1), st.integers(0, offers - 1), SCORES, st.sampled_from([1, 1, 1, 2, 3])
    )
    return st.lists(pair, max_size=demands * offers, unique_by=lambda pair: pair[:2])


def _decisions(
    draw: st.DrawFn, pairs: list[tuple[int, int, int, int]], slots: list[int], capacity: list[int]
) -> tuple[list[int], list[int]]:
    """Draw locks that fit, and vetoes of other pairs."""
    wishes = draw(_wishes(len(pairs)))
    wanted, free, pins = list(slots), list(capacity), []
    for number, (wish, (demand, offer, _, _)) in enumerate(zip(wishes, pairs, strict=False)):
        if wish == "pin" and wanted[demand] and free[offer]:
            wanted[demand] -= 1
            free[offer] -= 1
            pins.append(number)
    return pins, [number for number, wish in enumerate(wishes) if wish == "veto"]
