"""The candidates of a problem: every pair that passes the hard rules, scored, and explained on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.allocation.edges import Edges
from matching.criteria import breakdowns, score, value_of
from matching.identity import ContentKeys
from matching.outcome import Candidate, Reason
from matching.pairs.columns import Bools, Ints
from matching.pairs.memory import give_back_memory
from matching.pairs.prepared import Case, Prepared
from matching.pairs.rules import excluded_rows, explain, locked, scored_rows
from matching.pairs.scanning import Scan
from matching.policy import Policy
from matching.problem import Component, Need, Offer, Problem
from matching.text import TextSimilarity


@dataclass(frozen=True, eq=False)
class Candidates:
    """All pairs of a problem that can be proposed.

    Attributes
    ----------
    components : tuple of (Need, Component)
        The demand nodes, by content key of need and component. ``need_of[i]`` is the place of the need of
        component ``i`` in ``needs``; ``slots[i]`` the experts it wants.
    offers : tuple of Offer
        The supply nodes, by content key.
    edges : Edges
        The pairs, by demand and then offer. ``limit`` is the most experts the offer gives the component.
    capacity : int array, shape (offers,)
        Assignments that each offer can still take, see :func:`find_candidates`.
    lock : bool array, shape (edges,)
        Whether a person decided that the pair stands.
    """

    prepared: Prepared
    needs: tuple[Need, ...]
    components: tuple[tuple[Need, Component], ...]
    need_of: Ints
    edges: Edges
    capacity: Ints
    lock: Bools

    @property
    def problem(self) -> Problem:
        """The problem that the candidates are of."""
        return self.prepared.problem

    @property
    def policy(self) -> Policy:
        """The policy under which they are candidates."""
        return self.prepared.policy

    @property
    def keys(self) -> ContentKeys:
        """The content keys of all records."""
        return self.prepared.keys

    @property
    def text_model(self) -> str:
        """Name and version of the text model that was used."""
        return self.prepared.text.name

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The supply nodes, by content key."""
        return self.prepared.offers.offers

    @cached_property
    def slots(self) -> Ints:
        """Experts that each component wants, shape (components,)."""
        return np.array([component.slots for _, component in self.components], dtype=np.int64)

    @cached_property
    def component_index(self) -> Mapping[str, int]:
        """The place of each component, by id."""
        return {component.id: index for index, (_, component) in enumerate(self.components)}

    @property
    def offer_index(self) -> Mapping[str, int]:
        """The place of each offer, by id."""
        return self.prepared.offers.row

    def case(self, component: int) -> Case:
        """Return a component as criteria and rules see it."""
        return Case(self.prepared, *self.components[component])

    def explain(self, edge: int) -> Candidate:
        """Return an edge with its criteria and reasons."""
        return self.explain_edges([edge])[0]

    def explain_edges(self, edges: Sequence[int]) -> tuple[Candidate, ...]:
        """Return edges with their criteria and reasons, in the order asked.

        The edges of a component are computed together, so one call for many edges saves time.
        """
        asked: Ints = np.array(edges, dtype=np.int64)
        demand, found = self.edges.demand[asked], dict[int, Candidate]()
        for component in np.unique(demand).tolist():
            own = asked[demand == component]
            told = explained(self.case(component), self.edges.offer[own])
            found.update(zip(own.tolist(), told, strict=True))
        return tuple(found[edge] for edge in edges)

    def explain_pair(self, component: int, offer: int) -> Candidate:
        """Return any pair with its criteria and reasons, whether it is a candidate or not."""
        return explained(self.case(component), np.array([offer], dtype=np.int64))[0]

    def excluded_by(self, component: int, offer: int) -> tuple[Reason, ...]:
        """Return every rule that excludes a pair, with its facts; empty for a candidate.

        A lock does not show here: it keeps a pair in spite of these.
        """
        case = self.case(component)
        return tuple(explain(case, rule, offer) for rule, rows in _every_rule(case).items() if rows[offer])

    def exclusions(self, component: int) -> dict[str, tuple[int, int]]:
        """Return for each rule how many offers it keeps from a component, and how many it alone does.

        Offers that another rule excludes too would not come back if this rule were dropped.
        """
        rules = _every_rule(self.case(component))
        count = np.zeros(len(self.offers), dtype=np.int64)
        for rows in rules.values():
            count = count + rows
        return {
            rule: (int(rows.sum()), int((rows & (count == 1)).sum())) for rule, rows in sorted(rules.items())
        }


def find_candidates(problem: Problem, policy: Policy, text: TextSimilarity | None = None) -> Candidates:
    """Find every pair that passes the hard rules, with its score.

    Parameters
    ----------
    problem : Problem
        Any problem.
    policy : Policy
        Weights, thresholds and how many candidates a component keeps.
    text : TextSimilarity, optional
        The policy's text model with vectors made before, see :class:`matching.text.RememberedTexts`.

    Returns
    -------
    Candidates
        Sorted by content, so that ids and the order of the input do not show.

    Raises
    ------
    InvalidProblem
        A lock joins a pair to which somebody said no (do-not-pair, excluded provider, refusal, declared
        conflict): code ``forbidden``.
    UnknownSetting
        The text model cannot be loaded.

    Notes
    -----
    A component keeps its best pairs by score and then content key (:meth:`Policy.kept_per_component` says
    how many), the best ten southern ones, and every lock. A lock overrides all other rules; they stay
    visible in ``excluded_by``.

    An offer's capacity is the least that is left in the window of any of its candidates, each in its best
    month: then no month is ever filled beyond what is left in it, whichever of them are chosen. Locks count
    as promises, and raise it.

    Time: per component, the offers of its tags and the deliveries, see :mod:`matching.pairs.scanning`.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Area, Expertise, Party
    >>> problem = Problem(
    ...     as_of=date(2027, 1, 1),
    ...     areas=(Area(code="return"),),
    ...     parties=(Party(id="a", type="ministry", name="A"), Party(id="b", type="ministry", name="B")),
    ...     needs=(Need(id="n", requesters=("a",), components=(Component(id="c", area="return"),)),),
    ...     offers=(Offer(id="o", party="b", expertise=(Expertise(area="return"),)),),
    ... )
    >>> found = find_candidates(problem, Policy(text_model="character-ngrams"))
    >>> len(found.edges), found.explain(0).criteria[0].value
    (1, 0.9)
    """
    prepared = Prepared(problem, policy, text)
    found = find_prepared(Scan(prepared))
    prepared.texts.rest()
    give_back_memory()
    return found


def find_prepared(scan: Scan) -> Candidates:
    """Find the candidates of a problem that was made ready for the scan before."""
    demand = demand_of(scan.prepared.problem, scan.prepared.keys)
    return candidates_from(scan.prepared, demand, scanned(scan, demand.components))


class Demand(NamedTuple):
    """Needs and their components by content key, and the place of each component's need."""

    needs: tuple[Need, ...]
    components: tuple[tuple[Need, Component], ...]
    need_of: Ints


class Scanned(NamedTuple):
    """Edges, with what is left of the offer of each and whether it is locked."""

    edges: Edges
    left: Ints
    lock: Bools


def candidates_from(prepared: Prepared, demand: Demand, found: Scanned) -> Candidates:
    """Return the candidates whose pairs are at hand; each offer's capacity follows from all of its pairs."""
    return Candidates(prepared, *demand, found.edges, _capacity(prepared, *found), found.lock)


def scanned(scan: Scan, components: Sequence[tuple[Need, Component]]) -> Scanned:
    """Return the pairs of some components, those of a need beside each other, numbered from 0."""
    groups = [
        (need, [part for _, part in own]) for need, own in groupby(components, key=lambda pair: pair[0])
    ]
    found = scan.find(groups)
    counts = _joined([each.counts for each in found])
    edges = Edges(
        demand=np.repeat(np.arange(len(components), dtype=np.int64), counts),
        offer=_joined([each.rows for each in found]),
        score=_joined([each.score for each in found]),
        limit=_joined([each.limit for each in found]),
    )
    lock = _joined([each.lock for each in found]).astype(bool)
    return Scanned(edges, _joined([each.left for each in found]), lock)


def explained(case: Case, rows: Ints) -> tuple[Candidate, ...]:
    """Return pairs of a component with their criteria, their reasons, and what has to be asked."""
    return tuple(
        Candidate(
            component=case.component.id,
            offer=case.offers.offers[row].id,
            score=points,
            criteria=criteria,
            to_be_confirmed=to_be_confirmed(case, row),
        )
        for row, (points, criteria) in zip(rows.tolist(), breakdowns(case, rows), strict=True)
    )


def to_be_confirmed(case: Case, row: int) -> tuple[Reason, ...]:
    """Return what nobody stated about a pair and somebody has to ask, and the rules that a lock overrides."""
    offer = case.offers.offers[row]
    days = case.offers.days_since_confirmed[row]
    open_questions = {
        "language_unknown": case.component.languages != () and not _both_said_language(case, offer),
        "offer_modality_unknown": case.component.modality is not None and offer.modalities is None,
        "capacity_assumed": offer.capacity is None,
        "months_unknown": offer.months is None,
        "release_unknown": offer.named_expert and offer.released is None,
        "cost_unknown": case.need.max_cost is not None and offer.cost_per_day is None,
        "not_reconfirmed": bool(np.isnan(days) or days > case.prepared.policy.stale_after_days),
    }
    about = (f"offer:{offer.id}",)
    asked = tuple(Reason(code=code, evidence=about) for code, is_open in open_questions.items() if is_open)
    return asked + _overridden(case, row)


def _both_said_language(case: Case, offer: Offer) -> bool:
    return case.component.languages is not None and offer.languages is not None


def _overridden(case: Case, row: int) -> tuple[Reason, ...]:
    """Return a warning for each rule that a lock overrides, with the rule as parameter."""
    locks = locked(case)
    if locks is None or not locks[row]:
        return ()
    about = (f"offer:{case.offers.offers[row].id}",)
    rules = [rule for rule, rows in _every_rule(case).items() if rows[row]]
    return tuple(Reason(code="lock_overrides", params={"rule": rule}, evidence=about) for rule in rules)


def demand_of(problem: Problem, keys: ContentKeys) -> Demand:
    """Return what is asked for, sorted by content."""
    needs = tuple(sorted(problem.needs, key=lambda need: keys.needs[need.id]))
    numbered = [
        (number, component)
        for number, need in enumerate(needs)
        for component in sorted(need.components, key=lambda part: keys.components[part.id])
    ]
    components = tuple((needs[number], component) for number, component in numbered)
    return Demand(needs, components, np.array([number for number, _ in numbered], dtype=np.int64))


def _every_rule(case: Case) -> dict[str, Bools]:
    """Return the offers that each rule excludes, rules on the score included; no rule without any."""
    rows = np.arange(len(case.offers), dtype=np.int64)
    rules = excluded_rows(case) | scored_rows(case, *value_of("topic", case, rows), score(case, rows))
    return {rule: excluded for rule, excluded in rules.items() if excluded.any()}


def _capacity(prepared: Prepared, edges: Edges, left: Ints, lock: Bools) -> Ints:
    stated = prepared.offers.capacity
    capacity = np.where(stated < 0, 1, stated)
    np.minimum.at(capacity, edges.offer, left)
    locks = np.bincount(edges.offer[lock], minlength=len(capacity))
    return np.maximum(capacity, locks)


def _joined(arrays: Sequence[NDArray[Any]]) -> Ints:
    if not arrays:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(arrays).astype(np.int64)
