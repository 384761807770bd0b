"""The independent checker of a whole outcome: every promise of a round, tested against the problem alone.

It knows nothing of how an outcome comes about. A fault is a defect of the engine, never of the input.
"""

import math
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cached_property
from typing import Any

from matching.checking.joint_check import JointCheck
from matching.checking.month_check import MonthCheck
from matching.checking.quota_check import QuotaCheck
from matching.checking.recheck import Recheck, assumed_capacity, largest_seat, room
from matching.checking.refigured import figure_faults
from matching.errors import UnverifiedOutcome
from matching.outcome import (
    UNMET_REASONS,
    Alternative,
    Certificate,
    CriterionScore,
    Figures,
    Outcome,
    Proposal,
    Seat,
    Unmet,
)
from matching.policy import Policy
from matching.problem import Need, Problem

ROUNDING = 1e-6
"""What rounding may change in the points of a criterion."""
ROUNDING_OF_FIGURES = 1e-3
"""What rounding may change in a figure."""


def verify(problem: Problem, policy: Policy, outcome: Outcome) -> None:
    """Refuse an outcome that breaks a promise.

    Parameters
    ----------
    problem, policy : Problem, Policy
        What the round was given.
    outcome : Outcome
        What came out.

    Raises
    ------
    UnverifiedOutcome
        With all faults found.
    """
    found = faults(problem, policy, outcome)
    if found:
        raise UnverifiedOutcome(found)


def faults(problem: Problem, policy: Policy, outcome: Outcome) -> tuple[str, ...]:
    """Return every fault of an outcome, as ``code subject``; none if it keeps every promise.

    Parameters
    ----------
    problem, policy : Problem, Policy
        What the round was given.
    outcome : Outcome
        What came out.

    Returns
    -------
    tuple of str
        Sorted and without repetition.

    Notes
    -----
    Linear in the size of problem and outcome. Checked: ids; hard rules, vetoes and locks; that no delivery of
    a need's own page speaks for a seat; what one offer may give to one component and to all; slots; scores
    against their criteria, and the topic against the published ladder; that every component is covered or
    unmet with a published reason; and of each certificate the identity
    ``demand - capacity - single_pairs - quotas = unmet``, each of its numbers, and that its components use
    its offers up.
    """
    return tuple(sorted(set(_Check(problem, policy, outcome).faults())))


def faults_of_proposals(
    problem: Problem, policy: Policy, proposals: tuple[Proposal, ...], looked_at: AbstractSet[str]
) -> tuple[str, ...]:
    """Return every fault of proposals that do not come from one round: in themselves, and taken together.

    Only the needs that are looked at are checked seat by seat; bounds are checked over all.
    """
    counts = ("needs", "components", "slots", "filled", "candidates", "needs_complete", "needs_partial")
    figures: dict[str, Any] = dict.fromkeys((*counts, "needs_without", "total"), 0)
    unsaid = ("fingerprint", "problem_digest", "policy_digest", "engine", "text_model")
    nothing: dict[str, Any] = dict.fromkeys(unsaid, "")
    outcome = Outcome(**nothing, seed=0, proposals=proposals, figures=Figures(**figures, proof=""))
    return tuple(sorted(set(_Check(problem, policy, outcome).faults_of_seats(looked_at))))


class _Check:
    def __init__(self, problem: Problem, policy: Policy, outcome: Outcome) -> None:
        self.problem, self.policy, self.outcome = problem, policy, outcome
        self.need = {need.id: need for need in problem.needs}
        self.owner = {part.id: need for need in problem.needs for part in need.components}
        self.component = {part.id: part for need in problem.needs for part in need.components}
        self.offer = {offer.id: offer for offer in problem.offers}
        self.locks = {(pin.component, pin.offer) for pin in problem.pins if pin.decision == "lock"}
        self.locks_on = Counter(offer for _, offer in self.locks)
        self.criteria = sorted(policy.weights)
        self.recheck = Recheck(problem)
        self.page = {f"delivery:{item.id}": item.source for item in problem.deliveries}
        self.experts: Counter[tuple[str, str]] = Counter()
        for proposal in outcome.proposals:
            for seat in proposal.seats:
                self.experts[seat.component, seat.offer] += seat.experts
        self.missing = {unmet.component: unmet.missing for unmet in outcome.unmet}
        self.cuts: dict[tuple[tuple[object, ...], ...], tuple[dict[str, int], int]] = {}
        self.filled, self.used = Counter[str](), Counter[str]()
        for (component, offer), count in self.experts.items():
            self.filled[component] += count
            self.used[offer] += count

    def faults(self) -> Iterator[str]:
        unknown = set(self._unknown())
        yield from unknown
        if unknown:
            return  # nothing else can be read safely
        yield from self._repetition()
        for proposal in self.outcome.proposals:
            yield from self._of_proposal(proposal)
        yield from self._of_bounds()
        yield from self._of_accounts()
        for unmet in self.outcome.unmet:
            yield from self._of_unmet(unmet)
        yield from self._of_figures(self.outcome.figures)
        yield from self.quotas.faults()
        yield from JointCheck(self.problem, self.policy, self.outcome).faults()

    @cached_property
    def quotas(self) -> QuotaCheck:
        """The policy's quotas against the seats; made once all names are known to exist."""
        return QuotaCheck(self.problem, self.policy, self.outcome)

    @cached_property
    def months(self) -> MonthCheck | None:
        """The months of the seats, under a policy that fills them one by one."""
        is_by_month = self.policy.calendar == "by_month"
        return MonthCheck(self.problem, self.policy, self.outcome) if is_by_month else None

    def faults_of_seats(self, looked_at: AbstractSet[str]) -> Iterator[str]:
        unknown = set(self._unknown())
        yield from unknown
        if unknown:
            return  # nothing else can be read safely
        yield from self._repetition()
        for proposal in self.outcome.proposals:
            if proposal.need in looked_at:
                yield from self._of_proposal(proposal)
        yield from self._of_bounds()

    def _unknown(self) -> Iterator[str]:
        """Find names that the problem does not have, or that stand under the wrong need."""
        open_groups = {
            (group.kind, group.code) for group in self.problem.groups if group.status != "concluded"
        }
        for proposal in self.outcome.proposals:
            if proposal.need not in self.need:
                yield f"unknown_need {proposal.need}"
            places = {(seat.component, seat.offer) for seat in proposal.seats}
            places |= {(next_.component, next_.offer) for next_ in proposal.alternatives}
            for component, offer in places:
                yield from self._unknown_names(proposal.need, component, (component,), (offer,))
            for host in proposal.hosts:
                if (host.kind, host.code) not in open_groups:
                    yield f"unknown_host {host.kind}:{host.code}"
        for unmet in self.outcome.unmet:
            named = unmet.certificate
            yield from self._unknown_names(unmet.need, unmet.component, named.components, named.offers)

    def _unknown_names(
        self, need: str, component: str, components: tuple[str, ...], offers: tuple[str, ...]
    ) -> Iterator[str]:
        for name in (component, *components):
            if name not in self.component:
                yield f"unknown_component {name}"
        for name in offers:
            if name not in self.offer:
                yield f"unknown_offer {name}"
        if component in self.owner and self.owner[component].id != need:
            yield f"component_of_other_need {component}"

    def _repetition(self) -> Iterator[str]:
        needs = Counter(proposal.need for proposal in self.outcome.proposals)
        yield from (f"need_proposed_twice {need}" for need, count in needs.items() if count > 1)
        for proposal in self.outcome.proposals:
            pairs = Counter((seat.component, seat.offer) for seat in proposal.seats)
            yield from (f"seat_twice {pair[0]}/{pair[1]}" for pair, count in pairs.items() if count > 1)
        components = Counter(unmet.component for unmet in self.outcome.unmet)
        yield from (f"unmet_twice {name}" for name, count in components.items() if count > 1)

    def _of_proposal(self, proposal: Proposal) -> Iterator[str]:
        need = self.need[proposal.need]
        if not proposal.seats:
            yield f"no_seats {need.id}"
            return
        if not proposal.reasons:
            yield f"no_reasons {need.id}"
        experts = sum(seat.experts for seat in proposal.seats)
        if abs(proposal.score - sum(seat.score * seat.experts for seat in proposal.seats) / experts) > 0.5:  # noqa: PLR2004 - a mean is rounded to the nearest whole number
            yield f"mean_score_wrong {need.id}"
        if proposal.complete != all(
            self.filled[part.id] == part.slots for part in need.components if part.mandatory
        ):
            yield f"completeness_wrong {need.id}"
        for seat in proposal.seats:
            yield from self._of_seat(need, seat)
        for alternative in proposal.alternatives:
            yield from self._of_alternative(need, proposal, alternative)

    def _of_seat(self, need: Need, seat: Seat) -> Iterator[str]:
        component, offer = self.component[seat.component], self.offer[seat.offer]
        pair = f"{seat.component}/{seat.offer}"
        is_locked = (seat.component, seat.offer) in self.locks
        for rule in self.recheck.broken_rules(need, component, offer):
            yield f"{rule} {pair}"
        if seat.experts > max(largest_seat(offer), is_locked):
            yield f"limit_exceeded {pair}"
        if seat.locked != is_locked:
            yield f"lock_misreported {pair}"
        if self.months is None and seat.months:
            yield f"months_wrong {pair}"
        if seat.days != component.days:
            yield f"days_wrong {pair}"
        topic = self.recheck.topic(need, component, offer)
        if not is_locked:
            yield from self._of_threshold(seat.score, topic, pair)
        if any(item.criterion == "topic" and not _says(item, topic) for item in seat.criteria):
            yield f"topic_wrong {pair}"
        yield from self._of_criteria(seat.criteria, seat.score, pair)
        if need.source is not None and need.source in self._pages_named(seat):
            yield f"own_page_counted {pair}"

    def _pages_named(self, seat: Seat) -> set[str | None]:
        """Return the pages of the deliveries that speak for a seat."""
        named = (name for item in seat.criteria for reason in item.reasons for name in reason.evidence)
        return {self.page[name] for name in named if name in self.page}

    def _of_threshold(self, score: int, topic: float | None, pair: str) -> Iterator[str]:
        if score < self.policy.minimum_score:
            yield f"below_minimum_score {pair}"
        if topic is not None and topic < self.policy.minimum_topic:
            yield f"topic_too_far {pair}"

    def _of_criteria(self, criteria: tuple[CriterionScore, ...], score: int, pair: str) -> Iterator[str]:
        if sorted([item.criterion for item in criteria]) != self.criteria:
            yield f"criteria_incomplete {pair}"
            return
        for item in criteria:
            if not 0 <= item.value <= 1:
                yield f"criterion_out_of_range {pair}"
            if item.weight != self.policy.weights[item.criterion]:
                yield f"weight_wrong {pair}"
            if not math.isclose(item.points, item.weight * item.value * 100, abs_tol=ROUNDING):
                yield f"points_wrong {pair}"
        exact = 100 * math.fsum(item.points for item in criteria)
        if abs(score - min(max(exact, 1), 10_000)) > 0.5 + 100 * ROUNDING * len(criteria):
            yield f"score_wrong {pair}"

    def _of_alternative(self, need: Need, proposal: Proposal, alternative: Alternative) -> Iterator[str]:
        component, offer = self.component[alternative.component], self.offer[alternative.offer]
        pair = f"{alternative.component}/{alternative.offer}"
        for rule in self.recheck.broken_rules(need, component, offer):
            yield f"alternative_{rule} {pair}"
        topic = self.recheck.topic(need, component, offer)
        for rule in self._of_threshold(alternative.score, topic, pair):
            yield f"alternative_{rule}"
        if self.experts[alternative.component, alternative.offer]:
            yield f"alternative_seated {pair}"
        if not alternative.reasons:
            yield f"alternative_without_reason {pair}"
        scores = [seat.score for seat in proposal.seats if seat.component == alternative.component]
        if scores and alternative.behind != min(scores) - alternative.score:
            yield f"alternative_gap_wrong {pair}"

    def _of_bounds(self) -> Iterator[str]:
        yield from self._of_capacity() if self.months is None else self.months.faults()
        for name, component in self.component.items():
            if self.filled[name] > component.slots:
                yield f"slots_exceeded {name}"
        for part, name in self.locks:
            if not self.experts[part, name]:
                yield f"lock_dropped {part}/{name}"

    def _of_capacity(self) -> Iterator[str]:
        for name, offer in self.offer.items():
            if self.used[name] > max(assumed_capacity(offer), self.locks_on[name]):
                yield f"capacity_exceeded {name}"
        for part, name in self.experts:
            left = room(self.owner[part], self.offer[name])
            if (part, name) not in self.locks and self.used[name] > max(left, self.locks_on[name]):
                yield f"month_overbooked {name}"
        for name, component in self.component.items():
            if self.filled[name] > component.slots:
                yield f"slots_exceeded {name}"
        for part, name in self.locks:
            if not self.experts[part, name]:
                yield f"lock_dropped {part}/{name}"

    def _of_accounts(self) -> Iterator[str]:
        for name, component in self.component.items():
            if self.filled[name] + self.missing.get(name, 0) != component.slots:
                yield f"unaccounted {name}"

    def _of_unmet(self, unmet: Unmet) -> Iterator[str]:
        name, certificate = unmet.component, unmet.certificate
        if unmet.mandatory != self.component[name].mandatory:
            yield f"mandatory_misreported {name}"
        if unmet.reason not in UNMET_REASONS or not unmet.reasons:
            yield f"reason_unpublished {name}"
        for exclusion in unmet.exclusions:
            if not exclusion.alone <= exclusion.offers <= len(self.offer):
                yield f"exclusion_count_wrong {name}"
        if name not in certificate.components:
            yield f"certificate_of_others {name}"
        given = certificate.capacity + certificate.single_pairs + certificate.quotas
        if certificate.demand - given != certificate.unmet:
            yield f"certificate_identity_broken {name}"
        if len(certificate.months) != (0 if self.months is None else len(certificate.offers)):
            yield f"certificate_months_wrong {name}"
        yield from self._of_cut(unmet)

    def _of_cut(self, unmet: Unmet) -> Iterator[str]:
        """Check each number: the set's offers serve the set alone, with all they have; all else is single."""
        name, certificate = unmet.component, unmet.certificate
        cut = certificate.components, certificate.offers, certificate.months, certificate.limits
        if cut not in self.cuts:
            self.cuts[cut] = self._recounted(certificate)
            yield from self.quotas.idle(certificate)
        expected, least = self.cuts[cut]
        for field, value in expected.items():
            if getattr(certificate, field) != value:
                yield f"certificate_{field}_wrong {name}"
        if certificate.capacity < least:
            yield f"certificate_capacity_unused {name}"

    def _recounted(self, certificate: Certificate) -> tuple[dict[str, int], int]:
        """Return the numbers of a certificate, and the least capacity that it can have."""
        components, offers = set(certificate.components), set(certificate.offers)
        limited = self.quotas.through(certificate) if certificate.limits else 0
        inside = sum(
            count for (part, offer), count in self.experts.items() if part in components and offer in offers
        )
        locked_away = sum(offer in offers and part not in components for part, offer in self.locks)
        if self.months is None:
            least = sum(self.least_capacity[offer] for offer in offers) - locked_away
        else:
            inside, least = self.months.recounted(certificate)
        expected = {
            "demand": sum(self.component[part].slots for part in components),
            "quotas": limited,
            "capacity": inside,
            "single_pairs": sum(self.filled[part] for part in components) - inside - limited,
            "unmet": sum(self.missing.get(part, 0) for part in components),
        }
        return expected, least

    @cached_property
    def least_capacity(self) -> dict[str, int]:
        """What each offer can give whatever the window: the least that is left for any need."""
        least = {}
        windows = {(_month(need.starts_on), _month(need.ends_on)): need for need in self.problem.needs}
        for name, offer in self.offer.items():
            needs = windows.values() if offer.booked or offer.months is not None else ()
            left = min((room(need, offer) for need in needs), default=assumed_capacity(offer))
            least[name] = max(min(left, assumed_capacity(offer)), self.locks_on[name])
        return least

    def _of_figures(self, figures: Figures) -> Iterator[str]:
        proposed = {proposal.need: proposal.complete for proposal in self.outcome.proposals}
        expected = {
            "needs": len(self.need),
            "components": len(self.component),
            "slots": sum(part.slots for part in self.component.values()),
            "filled": sum(self.filled.values()),
            "needs_complete": sum(proposed.values()),
            "needs_partial": len(proposed) - sum(proposed.values()),
            "needs_without": len(self.need) - len(proposed),
            "providers": sum(
                len({self.offer[seat.offer].party for seat in proposal.seats})
                for proposal in self.outcome.proposals
            ),
            "total": sum(
                seat.score * seat.experts for proposal in self.outcome.proposals for seat in proposal.seats
            ),
        }
        for field, value in expected.items():
            if getattr(figures, field) != value:
                yield f"figure_wrong {field}"
        yield from self._of_fairness(figures)
        yield from figure_faults(self.problem, self.policy, self.outcome)

    def _of_fairness(self, figures: Figures) -> Iterator[str]:
        """Check how the needs were served against each other."""
        reached = Counter[str]()
        for proposal in self.outcome.proposals:
            reached[proposal.need] += sum(seat.score * seat.experts for seat in proposal.seats)
        got = [
            reached[name] / sum(part.slots for part in need.components) for name, need in self.need.items()
        ]
        ranked = sorted(got)
        gaps = sum((2 * rank - len(got) + 1) * value for rank, value in enumerate(ranked))
        expected = {
            "lowest": min(got, default=0),
            "fifth_percentile": _percentile(ranked, 0.05),
            "gini": gaps / (len(got) * sum(got)) if sum(got) else 0,
        }
        for field, value in expected.items():
            if abs(getattr(figures, field) - value) > ROUNDING_OF_FIGURES:
                yield f"figure_wrong {field}"


def _month(day: date | None) -> tuple[int, int] | None:
    return None if day is None else (day.year, day.month)


def _says(item: CriterionScore, value: float | None) -> bool:
    """Tell whether a criterion has that value, or is not known where there is none."""
    return item.known == (value is not None) and value in (None, item.value)


def _percentile(ranked: list[float], share: float) -> float:
    """Return the value at that share of the way through ascending values, between two in proportion."""
    if not ranked:
        return 0.0
    place = share * (len(ranked) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (place - low) * (ranked[high] - ranked[low])
