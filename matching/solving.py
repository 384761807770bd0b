"""From candidates to the flow core and back: who takes which slot, and the proof for every empty one.

Only components and offers that have a candidate reach the solver. So what nobody can serve, and who can serve
nobody, changes nothing for the others, not even between solutions that are equally good.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.allocation.certificates import Cut, certify
from matching.allocation.edges import Booleans, Edges, Integers
from matching.allocation.flow import Allocation, allocate
from matching.foresight.holding import held_scores
from matching.months.solving import Plan, solve_by_month
from matching.outcome import QuotaFigure, QuotaLimit
from matching.pairs.candidates import Candidates
from matching.policy import PRIORITIES
from matching.quotas.named import Ration, groups_of, rations
from matching.teams.teamwork import NO_TEAMWORK, Teamwork, with_few_parties

NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Solution:
    """Which candidates are chosen.

    Attributes
    ----------
    candidates : Candidates
        The pairs that could be chosen.
    allocation : Allocation
        The answer of the flow core, over those components and offers that have a candidate. By month, over
        the entries of the plan's calendar.
    components, offers : array of int
        Places of these components and offers among the candidates, ascending. By month, an offer stands once
        for each of its nodes.
    filled : array of int, shape (all components,)
        Filled slots of each component.
    rations : tuple of Ration
        The quotas of the policy.
    teamwork : Teamwork
        What was done so that needs have few providers.
    plan : Plan or None
        Under a policy by month, what was chosen by month.
    """

    candidates: Candidates
    allocation: Allocation
    components: Integers
    offers: Integers
    filled: Integers
    rations: tuple[Ration, ...] = ()
    teamwork: Teamwork = NO_TEAMWORK
    plan: Plan | None = None

    @cached_property
    def months(self) -> Mapping[int, tuple[str, ...]]:
        """The months of each candidate in use, by month; see :attr:`matching.outcome.Seat.months`."""
        return self.plan.placed() if self.plan else {}

    @cached_property
    def is_taken(self) -> Booleans:
        """Whether the offer of each candidate has nothing left for it, shape (candidates,)."""
        if self.plan:
            return self.plan.is_taken()
        edges, capacity = self.candidates.edges, self.candidates.capacity
        taken: Booleans = (np.bincount(edges.offer, self.flow, capacity.size) >= capacity)[edges.offer]
        return taken

    def limits(self, cut: Cut) -> tuple[QuotaLimit, ...]:
        """Return the quotas that are part of a cut, by name."""
        quotas = self.allocation.network.quotas
        if quotas is None:
            return ()
        ends = np.cumsum([len(ration.groups) for ration in self.rations])
        found = []
        for number in cut.quota_numbers.tolist():
            place = int(np.searchsorted(ends, number, side="right"))
            ration = self.rations[place]
            within = number - int(ends[place]) + len(ration.groups)
            found.append(ration.limit(within, int(quotas.high[number])))
        return tuple(found)

    def is_kept_out_by_quota(self, cut: Cut) -> bool:
        """Whether quotas keep a component from offers that have room."""
        if cut.is_proved or self.plan:
            return cut.quotas > 0
        edges, flow = self.candidates.edges, self.flow
        used = np.bincount(edges.offer, flow, self.candidates.capacity.size)
        own = edges.demand == cut.node
        has_room = (used < self.candidates.capacity)[edges.offer] & (flow < edges.limit)
        return bool((own & has_room).any())

    def quota_figures(self) -> tuple[QuotaFigure, ...]:
        """Return what was reached of each quota of the policy."""
        return tuple(figure for ration in self.rations for figure in ration.figures(self.flow))

    @property
    def flow(self) -> Integers:
        """How often each candidate is used."""
        return np.bincount(self.chosen, minlength=len(self.candidates.edges)).astype(np.int64)

    @property
    def chosen(self) -> Integers:
        """Indices into the candidates' edges, ascending, repeated where an edge is used more than once."""
        return np.sort(self.plan.edge[self.allocation.chosen]) if self.plan else self.allocation.chosen

    @property
    def total(self) -> int:
        """Sum of the scores of all filled slots."""
        return int(self.candidates.edges.score[self.chosen].sum())

    @property
    def proof(self) -> str:
        """``optimal``, or by how much the certificate exceeds the value.

        Where the policy holds capacity back, this is about scores less prices.
        """
        return str(self.allocation.proof)

    def utilities(self) -> NDArray[np.float64]:
        """Return what each need got, the sum of its scores divided by the slots it wanted, shape (needs,)."""
        candidates = self.candidates
        need, needs = candidates.need_of, len(candidates.needs)
        scores = candidates.edges.score[self.chosen]
        reached = np.bincount(need[candidates.edges.demand[self.chosen]], scores, minlength=needs)
        wanted = np.bincount(need, candidates.slots, minlength=needs)
        return np.asarray(reached / wanted)

    def cuts(self) -> Iterator[Cut]:
        """Give the certificate of each component with empty slots, with places among the candidates.

        Yields
        ------
        Cut
            A component without any candidate is its own certificate: demand without capacity.
        """
        for node in np.setdiff1d(np.arange(self.filled.size), self.components).tolist():
            slots = int(self.candidates.slots[node])
            yield Cut(node, np.array([node]), NOBODY, slots, 0, 0, 0, slots)
        if self.plan:
            yield from self.plan.cuts()
            return
        for cut in certify(self.allocation):
            yield replace(
                cut,
                node=int(self.components[cut.node]),
                demand_nodes=self.components[cut.demand_nodes],
                offer_nodes=self.offers[cut.offer_nodes],
            )


def solve(candidates: Candidates, seed: int = 0) -> Solution:
    """Choose among the candidates, under the fairness that their policy names, and prove the choice.

    Parameters
    ----------
    candidates : Candidates
        The pairs that can be proposed.
    seed : int
        Draws the needs that may come, where the policy holds capacity back; else nothing is drawn.

    Returns
    -------
    Solution

    Raises
    ------
    InvalidProblem
        A lock does not fit.
    UnknownSetting
        The fairness is not available.
    """
    candidates.policy.refuse_contradictions()
    if candidates.policy.calendar == "by_month":
        return _by_month(candidates, seed)
    edges = candidates.edges
    components, demand = np.unique(edges.demand, return_inverse=True)
    offers, offer = np.unique(edges.offer, return_inverse=True)
    parts = [candidates.components[number] for number in components.tolist()]
    _, need = np.unique(candidates.need_of[components], return_inverse=True)
    rationed = rations(candidates)
    allocation = allocate(
        Edges(demand=demand, offer=offer, score=_steering(candidates, seed), limit=edges.limit),
        candidates.slots[components],
        candidates.capacity[offers],
        need=need,
        mandatory=np.array([part.mandatory for _, part in parts], dtype=np.bool_),
        priority=np.array([PRIORITIES[asked.urgency] for asked, _ in parts], dtype=np.int64),
        groups=groups_of(rationed),
        pins=np.flatnonzero(candidates.lock),
        fairness=candidates.policy.fairness,
        prove=True,
        deadline_s=candidates.policy.quotas_deadline_s if rationed else candidates.policy.deadline_s,
        seed=seed,
    )
    filled = np.zeros(len(candidates.components), dtype=np.int64)
    filled[components] = allocation.filled
    allocation, teamwork = with_few_parties(candidates, allocation, offers)
    return Solution(candidates, allocation, components, offers, filled, rationed, teamwork)


def _by_month(candidates: Candidates, seed: int) -> Solution:
    plan = solve_by_month(candidates, seed)
    offers = plan.calendar.offer
    allocation, teamwork = with_few_parties(candidates, plan.allocation, offers)
    filled = np.zeros(len(candidates.components), dtype=np.int64)
    filled[plan.components] = allocation.filled
    plan = replace(plan, allocation=allocation)
    return Solution(candidates, allocation, plan.components, offers, filled, (), teamwork, plan)


def _steering(candidates: Candidates, seed: int) -> Integers:
    """Return the scores that decide: those of the pairs, less the prices of what is spared for later."""
    ahead = candidates.policy.hold_back
    return held_scores(candidates, seed) if ahead and ahead.arrivals else candidates.edges.score
