"""Exchanges that lift one need without bringing another below what it must have, coverage unchanged.

A need that is below gives up a slot for a better one, or gets one more. The offer for it is taken from a need
that has more than it must, which takes another offer in its turn, and so on: a path through the residual
graph in which every step respects what each need must keep. It ends at an offer with room, at the offer given
up first, or where a need can spare a slot of the same step of the ladder.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from matching.allocation.edges import Integers
from matching.allocation.network import load
from matching.fairness.requirements import Requirements

NONE = -1


@dataclass(frozen=True)
class _Step:
    """An offer that is wanted for an edge, and the used edge that is given up for it."""

    gained: int
    lost: int
    before: "_Step | None"

    def needs_on_path(self, need_of: list[int]) -> set[int]:
        step: _Step | None = self
        passed = set()
        while step is not None:
            passed.add(need_of[step.gained])
            step = step.before
        return passed


class Exchange:
    """An allocation that is being changed, edge by edge.

    Notes
    -----
    One search is linear in the edges of the demand nodes that it passes. Nothing is drawn: edges are tried by
    score and then by place, so the same arrays give the same exchanges.
    """

    def __init__(self, requirements: Requirements, flow: Integers) -> None:
        network = requirements.network
        edges = network.edges
        self.network, self.flow = network, flow.copy()
        self.need_of = requirements.of_edge.tolist()
        self.sums = requirements.sums(flow).tolist()
        self.filled = load(edges.demand, flow, network.slots.size)
        self.count = load(network.group, self.filled, network.groups).tolist()
        self.free = network.capacity - load(edges.offer, flow, network.capacity.size)
        self.group_of = network.group[edges.demand].tolist()
        self.order = np.lexsort((edges.offer, network.group[edges.demand]))
        bounds = np.searchsorted(network.group[edges.demand][self.order], np.arange(network.groups + 1))
        self.bounds = bounds.tolist()
        self.users: list[set[int]] = [set() for _ in range(network.capacity.size)]
        self.held: list[set[int]] = [set() for _ in range(len(self.sums))]
        for edge in np.flatnonzero(flow > network.low).tolist():
            self._enlist(edge)
        self.groups_of_need: list[list[int]] = [[] for _ in self.sums]
        some = np.unique(network.group, return_index=True)[1]
        for group, node in enumerate(some.tolist()):
            self.groups_of_need[int(network.need[node])].append(group)
        self.seen = np.zeros(network.capacity.size, np.int64)
        self.searches = 0

    def lift_all(self, required: Integers) -> bool:
        """Raise every need that is below its sum, the farthest first; return whether all have it."""
        lacking = required - np.array(self.sums)
        poor = np.flatnonzero(lacking > 0)
        order = poor[np.lexsort((poor, -lacking[poor]))]
        needed = required.tolist()
        lifted = [self.lift(need, needed) for need in order.tolist()]
        return all(lifted)

    def lift(self, need: int, required: list[int]) -> bool:
        """Raise a need by exchanges until it has its sum; return whether it has."""
        while self.sums[need] < required[need]:
            if not self._raise_once(need, required):
                return False
        return True

    def _raise_once(self, need: int, required: list[int]) -> bool:
        options: list[int] = sorted(self.held[need], key=lambda edge: (self._score(edge), edge))
        for lost in [NONE, *options]:
            groups = self.groups_of_need[need] if lost == NONE else [self.group_of[lost]]
            for group in groups:
                step = self._search(group, lost, required)
                if step is not None:
                    return True
        return False

    def _search(self, group: int, lost: int, required: list[int]) -> "_Step | None":
        """Look for a path from a better edge of a group to where it can end, shortest first, and take it."""
        self.searches += 1
        self.seen[:] = 0
        edges = self.network.edges
        least = 1 if lost == NONE else self._score(lost) + 1
        freed = NONE if lost == NONE else int(edges.offer[lost])
        queue: deque[_Step] = deque()
        for edge in self._options(group, lost, least):
            step = _Step(edge, lost, None)
            if self._has_room(int(edges.offer[edge]), freed) and lost != NONE:
                self._take(step)
                return step
            queue.append(step)
        while queue:
            step = queue.popleft()
            found = self._expand(step, freed, group, required, queue)
            if found is not None:
                self._take(*found)
                return found[0]
        return None

    def _expand(
        self, step: _Step, freed: int, group: int, required: list[int], queue: "deque[_Step]"
    ) -> "tuple[_Step, int] | tuple[_Step] | None":
        """Follow a wanted offer to those who use it; return the end of a path where there is one."""
        edges = self.network.edges
        passed = step.needs_on_path(self.need_of)
        for user in sorted(self.users[int(edges.offer[step.gained])]):
            need = self.need_of[user]
            if need in passed:
                continue
            spare = max(self.sums[need] - required[need], 0)
            if freed == NONE and self._can_drop(user, group, spare):
                return step, user
            for edge in self._options(self.group_of[user], user, self._score(user) - spare):
                onward = _Step(edge, user, step)
                if freed != NONE and self._has_room(int(edges.offer[edge]), freed):
                    return (onward,)
                queue.append(onward)
        return None

    def _options(self, group: int, lost: int, least: int) -> list[int]:
        """Return edges by which a group could replace a used one, or fill a slot; their offers are new."""
        network, edges = self.network, self.network.edges
        some = self.order[self.bounds[group] : self.bounds[group + 1]]
        node = edges.demand[some]
        has_room = self.filled[node] < network.slots[node]
        if lost != NONE:
            has_room |= node == edges.demand[lost]
        offer = edges.offer[some]
        fits = (
            has_room
            & (edges.score[some] >= least)
            & (self.flow[some] < network.high[some])
            & (self.seen[offer] == 0)
        )
        found = some[fits]
        self.seen[edges.offer[found]] = 1
        best_first: list[int] = found[np.argsort(-edges.score[found], kind="stable")].tolist()
        return best_first

    def _has_room(self, offer: int, freed: int) -> bool:
        return bool(self.free[offer] > 0) or offer == freed

    def _can_drop(self, edge: int, gaining: int, spare: int) -> bool:
        """Whether a slot can move from the group of an edge to another, on the same step of the ladder."""
        network, group = self.network, self.group_of[edge]
        if spare < self._score(edge):
            return False
        given = network.first[group] if self.count[group] == 1 else network.rest[group]
        taken = network.first[gaining] if self.count[gaining] == 0 else network.rest[gaining]
        return bool(given == taken)

    def _take(self, end: _Step, dropped: int = NONE) -> None:
        """Make the changes of a path."""
        step: _Step | None = end
        if dropped != NONE:
            self._change(dropped, -1)
        while step is not None:
            self._change(step.gained, 1)
            if step.lost != NONE:
                self._change(step.lost, -1)
            step = step.before

    def _change(self, edge: int, amount: int) -> None:
        edges = self.network.edges
        self.flow[edge] += amount
        self.sums[self.need_of[edge]] += amount * self._score(edge)
        self.filled[edges.demand[edge]] += amount
        self.count[self.group_of[edge]] += amount
        self.free[edges.offer[edge]] -= amount
        if self.flow[edge] > self.network.low[edge]:
            self._enlist(edge)
        else:
            self.users[int(edges.offer[edge])].discard(edge)
            self.held[self.need_of[edge]].discard(edge)

    def _enlist(self, edge: int) -> None:
        self.users[int(self.network.edges.offer[edge])].add(edge)
        self.held[self.need_of[edge]].add(edge)

    def _score(self, edge: int) -> int:
        return int(self.network.edges.score[edge])
