"""A round by month: one flow over offers in months, and the way back to the candidates.

The month of a lock is decided first, and so that as many slots as can be are filled beside it: each lock is
a demand node of its own then, above everything else. With these months fixed, all else is decided as under a
whole window: exactly, where everything is work of a month (:mod:`matching.months.calendar`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from matching.allocation.certificates import Cut, certify
from matching.allocation.edges import Booleans, Edges, Integers
from matching.allocation.flow import Allocation, allocate
from matching.months.calendar import Calendar, Entries
from matching.pairs.candidates import Candidates
from matching.policy import PRIORITIES
from matching.quotas.groups import Groups

NOBODY = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Plan:
    """What was chosen by month.

    Attributes
    ----------
    calendar : Calendar
        All candidates by month.
    allocation : Allocation
        The answer of the flow core, over entries of the calendar.
    components : int array
        Places of its demand nodes among the candidates' components.
    pairs : int
        How many of its quotas, the first ones, bound what one offer gives to one component.
    """

    calendar: Calendar
    allocation: Allocation
    components: Integers
    pairs: int

    @property
    def edge(self) -> Integers:
        """The candidate of each edge of the allocation."""
        return self.calendar.entries.edge

    def placed(self) -> dict[int, tuple[str, ...]]:
        """Return the months of each candidate in use."""
        return self.calendar.placed(self.allocation.chosen)

    def is_taken(self) -> Booleans:
        """Return whether each candidate has no month left that nobody uses, shape (candidates,)."""
        network = self.allocation.network
        return self.calendar.is_taken(self.allocation.flow, network.capacity, network.quotas)

    def cuts(self) -> Iterator[Cut]:
        """Give the certificates, with nodes of the allocation told as components, offers and months.

        Where a cut needs bounds on work that takes months in a row, or on days, numbers of months prove
        nothing: it says what the component got, and the proof is the solver's.
        """
        for cut in certify(self.allocation):
            is_told = bool((cut.quota_numbers < self.pairs).all())
            yield self._told(cut) if is_told else self._alone(cut)

    def _told(self, cut: Cut) -> Cut:
        months = self.calendar.months_of(cut.offer_nodes)
        return replace(
            cut,
            node=int(self.components[cut.node]),
            demand_nodes=self.components[cut.demand_nodes],
            offer_nodes=np.array(list(months), np.int64),
            months=tuple(months.values()),
            single_pairs=cut.single_pairs + cut.quotas,
            quotas=0,
            quota_numbers=NOBODY,
        )

    def _alone(self, cut: Cut) -> Cut:
        node, slots = int(self.components[cut.node]), int(self.allocation.network.slots[cut.node])
        got = int(self.allocation.filled[cut.node])
        return Cut(node, np.array([node]), NOBODY, slots, 0, 0, got, slots - got, is_proved=False)


def solve_by_month(candidates: Candidates, seed: int = 0) -> Plan:
    """Choose among the candidates of a round, each in a month.

    Parameters
    ----------
    candidates : Candidates
        The pairs, under a policy whose ``calendar`` is ``by_month``.
    seed : int
        Nothing is drawn.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidProblem
        A lock does not fit.
    UnknownSetting
        The policy asks for something that is not defined by month: quotas, ``hold_back``, ``team_slack``, or
        a fairness other than ``total`` and ``tiered``.

    Notes
    -----
    One flow over the entries of the calendar where everything is work of a month; else as in
    :mod:`matching.quotas.rationing`, with the deadline for quotas. With locks that could fall in several
    months, two flows more.
    """
    candidates.policy.refuse_contradictions()
    case = _Case(candidates, seed)
    pins = case.pins()
    groups, pairs = case.calendar.quotas(case.calendar.entries)
    allocation = case.allocate(
        case.calendar.entries,
        case.demand,
        capacity=case.capacity_with(pins),
        groups=groups,
        pins=pins,
        is_last=True,
    )
    return Plan(case.calendar, allocation, case.components, pairs)


class _Case:
    """The arrays of a round by month, and its solving."""

    def __init__(self, candidates: Candidates, seed: int) -> None:
        self.candidates, self.seed = candidates, seed
        self.calendar = Calendar(candidates)
        self.edge, self.node = self.calendar.entries.edge, self.calendar.entries.node
        self.components, self.demand = np.unique(candidates.edges.demand[self.edge], return_inverse=True)
        parts = [candidates.components[number] for number in self.components.tolist()]
        self.slots = candidates.slots[self.components]
        _, self.need = np.unique(candidates.need_of[self.components], return_inverse=True)
        self.mandatory = np.array([part.mandatory for _, part in parts], np.bool_)
        self.priority = np.array([PRIORITIES[asked.urgency] for asked, _ in parts], np.int64)

    def allocate(
        self,
        entries: Entries,
        demand: Integers,
        *,
        capacity: Integers,
        groups: Groups | None,
        pins: Integers,
        locks: Integers | None = None,
        is_last: bool = False,
    ) -> Allocation:
        """Return the best allocation; ``locks`` are components whose lock is a demand node of its own."""
        edges, policy = self.candidates.edges, self.candidates.policy
        apart = np.zeros(0, np.int64) if locks is None else locks
        above = int(self.priority.max(initial=0)) + 1
        slots = self.slots - np.bincount(apart, minlength=self.slots.size)
        ones = np.ones(apart.size, np.int64)
        return allocate(
            Edges(demand, entries.node, edges.score[entries.edge], self.calendar.limit[entries.edge]),
            np.concatenate([slots, ones]),
            capacity,
            need=np.concatenate([self.need, int(self.need.max(initial=-1)) + 1 + np.arange(apart.size)]),
            mandatory=np.concatenate([self.mandatory, ones > 0]),
            priority=np.concatenate([self.priority, ones * above]),
            groups=groups,
            pins=pins,
            fairness=policy.fairness,
            prove=is_last,
            deadline_s=policy.quotas_deadline_s,
            seed=self.seed,
        )

    def pins(self) -> Integers:
        """Return the entry of each lock, by candidate."""
        locked = np.flatnonzero(self.candidates.lock[self.edge])
        edges, first, count = np.unique(self.edge[locked], return_index=True, return_counts=True)
        firsts: Integers = locked[first]
        fixed: Integers = firsts[count == 1]
        open_: Integers = edges[count > 1]
        if not open_.size:
            return fixed
        crowded = self._without_room(open_, fixed)
        fixed = np.union1d(fixed, firsts[np.isin(edges, crowded)])
        open_ = np.setdiff1d(open_, crowded)
        return np.union1d(fixed, self._with_most_slots(open_, fixed))

    def _without_room(self, edges: Integers, fixed: Integers) -> Integers:
        """Return those of some locks for which no month is left beside the others."""
        own = np.flatnonzero(np.isin(self.edge, edges))
        left = self.capacity_with(fixed) - np.bincount(self.node[fixed], minlength=self.calendar.offer.size)
        demand = np.searchsorted(edges, self.edge[own])
        pairs = Edges(demand, self.node[own], np.ones_like(own))
        placed = allocate(pairs, np.ones(edges.size, np.int64), left, fairness="total")
        crowded: Integers = edges[placed.filled == 0]
        return crowded

    def _with_most_slots(self, edges: Integers, fixed: Integers) -> Integers:
        """Return the entry of each of some locks, so that as many slots as can be are filled beside them."""
        own = np.flatnonzero(np.isin(self.edge, edges))
        entries = self.calendar.entries.joined(own)
        apart = np.searchsorted(edges, self.edge[own])
        found = self.allocate(
            entries,
            np.concatenate([self.demand, self.components.size + apart]),
            capacity=self.capacity_with(fixed),
            groups=self.calendar.quotas(entries)[0],
            pins=fixed,
            locks=np.searchsorted(self.components, self.candidates.edges.demand[edges]),
        )
        chosen = found.chosen[found.chosen >= self.edge.size] - self.edge.size
        _, first = np.unique(apart, return_index=True)
        taken: Integers = own[first]
        taken[apart[chosen]] = own[chosen]
        return taken

    def capacity_with(self, pins: Integers) -> Integers:
        """Return the capacity of each node, raised to what pins take."""
        taken = np.bincount(self.node[pins], minlength=self.calendar.offer.size)
        return np.maximum(self.calendar.capacity, taken)
