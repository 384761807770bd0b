"""What stays unmet: one published reason per component, what a relaxation would bring back, and the proof.

The published reasons are those that requesters, desks and statistics know. The rules behind a reason are
named beside it; which of them may be shown to whom is decided outside
(:func:`matching.pairs.rules.public_code`).
"""

from collections.abc import Iterator
from types import MappingProxyType

import numpy as np

from matching.allocation.certificates import Cut
from matching.explanations.otherwise import Otherwise
from matching.explanations.relaxing import RELAXABLE, Relaxations
from matching.outcome import Certificate, Exclusion, Reason, Unmet
from matching.pairs.prepared import Params
from matching.pairs.rules import stopped_by
from matching.solving import Solution

REASON_OF_RULE = MappingProxyType(
    {
        "language_gap": "language_gap",
        "over_cost_cap": "no_funding",
        "no_availability": "no_availability",
        "no_capacity_left": "no_availability",
        "not_released": "no_availability",
        "over_days_cap": "no_availability",
        "do_not_pair": "no_availability",
        "excluded_provider": "no_availability",
        "refused_by_provider": "no_availability",
        "conflict_of_interest": "no_availability",
        "vetoed": "no_availability",
    }
)
"""The published reason of the rule that alone keeps most offers away. A veto, a conflict, a private list and
a full diary look the same. Every other rule means that nobody suitable is there: ``no_expertise``."""

REASON_OF_STOP = MappingProxyType(
    {
        "duplicate": ("duplicate", "duplicate"),
        "out_of_scope": ("out_of_scope", "out_of_scope"),
        "requester_not_eligible": ("out_of_scope", "requester_not_eligible"),
        "not_endorsed": ("out_of_scope", "not_endorsed"),
        "expired": ("expired", "window_ended"),
        "too_generic": ("too_generic", "nothing_to_go_by"),
    }
)
"""The published reason and the fact behind it, for each rule that keeps a component from everybody."""


def unmet_components(solution: Solution, other: Otherwise | None = None) -> tuple[Unmet, ...]:
    """Return every component that lacks experts, with its reason and its certificate.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen; it fills as many slots as can be.
    other : Otherwise, optional
        What :func:`matching.explanations.margins.around` returned, where it is at hand.

    Returns
    -------
    tuple of Unmet
        In the order of the problem.

    Notes
    -----
    Per unmet component, the rules are run over all offers once and its certificate is read off the residual
    graph (:mod:`matching.allocation.certificates`). Relaxations are tried out component by component, as far
    as the policy's number of them goes (:mod:`matching.explanations.relaxing`).
    """
    candidates = solution.candidates
    relaxations = Relaxations(solution, other)
    found = {cut.node: _Explained(solution, cut, relaxations).unmet() for cut in solution.cuts()}
    order = (
        candidates.component_index[part.id] for need in candidates.problem.needs for part in need.components
    )
    return tuple(found[component] for component in order if component in found)


class _Explained:
    """One component with empty slots, explained."""

    def __init__(self, solution: Solution, cut: Cut, relaxations: Relaxations) -> None:
        candidates = solution.candidates
        self.relaxations = relaxations
        self.solution = solution
        self.candidates = candidates
        self.cut = cut
        self.missing = int(candidates.slots[cut.node] - solution.filled[cut.node])
        self.need, self.component = candidates.components[cut.node]
        self.rules = candidates.exclusions(cut.node)
        first, last = np.searchsorted(candidates.edges.demand, (cut.node, cut.node + 1))
        self.within_reach = int(last - first)

    def unmet(self) -> Unmet:
        reason, detail = self._reason()
        return Unmet(
            need=self.need.id,
            component=self.component.id,
            missing=self.missing,
            mandatory=self.component.mandatory,
            reason=reason,
            reasons=(detail, *self._relaxed(), *self._relaxations()),
            exclusions=self._exclusions(),
            certificate=self._certificate(),
        )

    def _reason(self) -> tuple[str, Reason]:
        """Return the published reason and the fact behind it; the first that applies."""
        stopped = stopped_by(self.candidates.case(self.cut.node))
        if stopped is not None:
            rule, facts = stopped
            reason, code = REASON_OF_STOP[rule]
            return reason, self._detail(code, **facts)
        return self._taken() if self.within_reach else self._kept_away()

    def _taken(self) -> tuple[str, Reason]:
        """Offers exist: either others took them, or there are fewer than were asked for."""
        facts: Params = {"within_reach": self.within_reach, "asked": self.component.slots}
        if self.solution.is_kept_out_by_quota(self.cut):
            return "no_availability", self._detail("quota_used_up", **facts)
        own = {self.candidates.component_index[part.id] for part in self.need.components}
        if self._says_whom_others_took and own.issuperset(self.cut.demand_nodes.tolist()):
            return "no_expertise", self._detail("fewer_experts_than_asked", **facts)
        return "no_availability", self._detail("capacity_used_up", **facts)

    @property
    def _says_whom_others_took(self) -> bool:
        """Whether the certificate names all who compete. By month it may prove nothing, or no month fits."""
        cut = self.cut
        return self.solution.plan is None or (cut.is_proved and cut.capacity + cut.single_pairs > 0)

    def _kept_away(self) -> tuple[str, Reason]:
        """Nobody passed: the rule that alone keeps most suitable offers away, if one does."""
        alone = {rule: count for rule, (_, count) in self.rules.items() if count and rule in REASON_OF_RULE}
        if not alone:
            return "no_expertise", self._detail("nobody_suitable", offers=len(self.candidates.offers))
        decisive = max(sorted(alone), key=lambda rule: alone[rule])
        return REASON_OF_RULE[decisive], self._detail(
            "kept_away_by_rule", rule=decisive, offers=alone[decisive]
        )

    def _relaxed(self) -> tuple[Reason, ...]:
        """Say what would fill slots, tried out; nothing would where the need is closed to everybody."""
        is_closed = stopped_by(self.candidates.case(self.cut.node)) is not None
        return () if is_closed else self.relaxations.reasons(self.cut.node)

    def _relaxations(self) -> Iterator[Reason]:
        """Say of which rules how many offers would be candidates without the rule, most offers first.

        No more than that: they are not compared with each other here, nor with what other needs leave.
        """
        found = [(count, rule) for rule, (_, count) in self.rules.items() if count and rule in RELAXABLE]
        for count, rule in sorted(found, key=lambda item: (-item[0], item[1])):
            yield self._detail("candidates_without_rule", rule=rule, offers=count)

    def _exclusions(self) -> tuple[Exclusion, ...]:
        order = sorted(self.rules.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))
        return tuple(Exclusion(rule=rule, offers=count, alone=alone) for rule, (count, alone) in order)

    def _certificate(self) -> Certificate:
        cut, candidates = self.cut, self.candidates
        return Certificate(
            components=tuple(candidates.components[node][1].id for node in cut.demand_nodes.tolist()),
            offers=tuple(candidates.offers[node].id for node in cut.offer_nodes.tolist()),
            demand=cut.demand,
            capacity=cut.capacity,
            single_pairs=cut.single_pairs,
            unmet=cut.unmet,
            quotas=cut.quotas,
            limits=self.solution.limits(cut),
            months=cut.months,
            is_proved=cut.is_proved,
        )

    def _detail(self, code: str, **params: str | float | None) -> Reason:
        return Reason(code=code, params=dict(params), evidence=(f"component:{self.component.id}",))
