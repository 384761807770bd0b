"""Why an offer was not chosen: the rule that keeps it out, or the score at which it would enter."""

from collections import Counter

import numpy as np

from matching.allocation.edges import TOP_SCORE
from matching.allocation.prices import steps_and_score
from matching.errors import InvalidProblem
from matching.explanations.disclosure import broken_rules, for_party
from matching.explanations.margins import around, not_defined
from matching.explanations.nearest import NO_EDGE, Path
from matching.explanations.otherwise import Otherwise
from matching.outcome import Reason, SeatChange, WhyNot
from matching.pairs.candidates import Candidates, find_candidates
from matching.policy import Policy
from matching.problem import Problem
from matching.solving import Solution, solve
from matching.text import TextSimilarity


def why_not(
    problem: Problem,
    policy: Policy,
    component_id: str,
    offer_id: str,
    seed: int = 0,
    *,
    party: bool = False,
    text: TextSimilarity | None = None,
) -> WhyNot:
    """Tell why an offer was not chosen for a component in a round.

    Parameters
    ----------
    problem, policy, seed
        As the round was given.
    component_id, offer_id : str
        The pair.
    party : bool
        Whether a party to the need will read it, rather than the desk that runs the round: then nothing of
        other needs and offers shows through (:mod:`matching.explanations.disclosure`).
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    WhyNot

    Raises
    ------
    InvalidProblem
        The problem has no such component or offer (``unknown``), or a lock cannot be kept.
    UnknownSetting
        As for :func:`matching.run_round`.

    Notes
    -----
    One round without its explanations, and one shortest path.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Area, Component, Expertise, Need, Offer, Party
    >>> expertise = (Expertise(area="return"),)
    >>> problem = Problem(
    ...     as_of=date(2027, 1, 1),
    ...     areas=(Area(code="return"),),
    ...     parties=(Party(id="a", type="ministry", name="A"), Party(id="b", type="ministry", name="B")),
    ...     needs=(Need(id="n", requesters=("a",), components=(Component(id="c", area="return"),)),),
    ...     offers=(
    ...         Offer(id="first", party="b", expertise=expertise, confirmed_on=date(2026, 12, 1)),
    ...         Offer(id="second", party="b", expertise=expertise, confirmed_on=date(2025, 12, 1)),
    ...     ),
    ... )
    >>> answer = why_not(problem, Policy(text_model="character-ngrams"), "c", "second")
    >>> answer.short_by == answer.enters_at - answer.score > 0
    True
    >>> [(change.offer, change.experts) for change in answer.changes]
    [('first', -1), ('second', 1)]
    """
    candidates = find_candidates(problem, policy, text)
    _refuse_unknown(candidates, component_id, offer_id)
    answer = WhyNotAnswers(solve(candidates, seed))
    pair = candidates.component_index[component_id], candidates.offer_index[offer_id]
    return answer.to_party(*pair) if party else answer.to_desk(*pair)


def _refuse_unknown(candidates: Candidates, component: str, offer: str) -> None:
    if component not in candidates.component_index:
        raise InvalidProblem(f"component:{component}", "id", "unknown")
    if offer not in candidates.offer_index:
        raise InvalidProblem(f"offer:{offer}", "id", "unknown")


class WhyNotAnswers:
    """Answers about the pairs of one solution.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen.
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        self._candidates = solution.candidates
        self._flow = solution.flow
        self._fault = not_defined(solution)
        self._other: Otherwise | None = None

    def to_desk(self, component: int, offer: int) -> WhyNot:
        """Return the whole answer for a pair."""
        edge = self._edge(component, offer)
        if edge == NO_EDGE:
            return self._answer(component, offer, self._kept_out(component, offer))
        experts = int(self._flow[edge])
        if experts:
            return self._answer(component, offer, (Reason(code="chosen", params={"experts": experts}),))
        if self._fault is not None:
            return self._answer(component, offer, (self._fault,))
        return self._beaten(component, offer)

    def to_party(self, component: int, offer: int) -> WhyNot:
        """Return the answer that a party to the need may read.

        It is made of the need's own facts, its own team and the offer that it asks about, and of how many
        candidates there were, from three on.
        """
        edge = self._edge(component, offer)
        rules = () if edge != NO_EDGE else self._candidates.excluded_by(component, offer)
        if rules:
            return self._answer(component, offer, broken_rules(rules))
        edges = self._candidates.edges
        considered = Reason(
            code="candidates_considered", params={"offers": int((edges.demand == component).sum())}
        )
        return self._answer(
            component, offer, for_party((self._beside_team(component, offer, edge), considered))
        )

    def _beside_team(self, component: int, offer: int, edge: int) -> Reason:
        """Compare an offer with the weakest seat of the need's own team; a better one is not available."""
        edges, flow = self._candidates.edges, self._flow
        if edge != NO_EDGE and flow[edge]:
            return Reason(code="chosen", params={"experts": int(flow[edge])})
        seated = edges.score[(edges.demand == component) & (flow > 0)]
        behind = int(seated.min()) - self._score(component, offer) if seated.size else -1
        if behind < 0:
            return Reason(code="not_available")
        return Reason(code="lower_score" if behind else "same_score", params={"behind": behind})

    def _edge(self, component: int, offer: int) -> int:
        edges = self._candidates.edges
        found = np.flatnonzero((edges.demand == component) & (edges.offer == offer))
        return int(found[0]) if found.size else NO_EDGE

    def _score(self, component: int, offer: int) -> int:
        return self._candidates.explain_pair(component, offer).score

    def _kept_out(self, component: int, offer: int) -> tuple[Reason, ...]:
        rules = self._candidates.excluded_by(component, offer)
        kept = self._candidates.prepared.kept
        return rules or (Reason(code="not_among_the_best", params={"kept": kept}),)

    def _answer(
        self,
        component: int,
        offer: int,
        reasons: tuple[Reason, ...],
        enters_at: int | None = None,
        changes: tuple[SeatChange, ...] = (),
    ) -> WhyNot:
        need, part = self._candidates.components[component]
        score = self._score(component, offer)
        return WhyNot(
            need=need.id,
            component=part.id,
            offer=self._candidates.offers[offer].id,
            score=score,
            enters_at=enters_at,
            short_by=None if enters_at is None else enters_at - score,
            reasons=reasons,
            changes=changes,
        )

    def _beaten(self, component: int, offer: int) -> WhyNot:
        """Follow the best way to make room for the pair: what that costs is the score that it would need."""
        other = self._other = self._other or around(self._solution)
        ends = other.offer_node(offer), other.demand_node(component)
        path = other.path(*ends)
        if path is None:
            return self._answer(component, offer, (Reason(code="seats_are_locked"),))
        steps, tie = steps_and_score(-other.gain(*ends, path), other.network.step)
        if steps:
            return self._answer(component, offer, (Reason(code="coverage_comes_first"),))
        if tie >= TOP_SCORE:
            return self._answer(
                component, offer, (Reason(code="no_score_is_enough", params={"ties_at": tie}),)
            )
        changes = self._changes(other, component, offer, path)
        return self._answer(component, offer, self._entry(component, offer, tie, changes), tie + 1, changes)

    def _entry(
        self, component: int, offer: int, tie: int, changes: tuple[SeatChange, ...]
    ) -> tuple[Reason, ...]:
        need = self._candidates.components[component][0].id
        score = self._score(component, offer)
        lost = [change for change in changes if change.experts < 0]
        elsewhere = {change.need for change in changes} - {need}
        first = (
            Reason(code="equally_good")
            if tie == score
            else Reason(
                code="would_enter_at",
                params={"score": score, "enters_at": tie + 1, "short_by": tie + 1 - score},
            )
        )
        displaces = Reason(
            code="would_displace",
            params={"seats": -sum(change.experts for change in lost), "other_needs": len(elsewhere)},
            evidence=tuple(dict.fromkeys(f"offer:{change.offer}" for change in lost)),
        )
        return (first, displaces) if lost else (first,)

    def _changes(self, other: Otherwise, component: int, offer: int, path: Path) -> tuple[SeatChange, ...]:
        edges = other.network.edges
        experts = Counter({(component, offer): 1})
        for step in path.steps:
            if step.edge != NO_EDGE:
                pair = int(edges.demand[step.edge]), int(edges.offer[step.edge])
                experts[pair] += 1 if step.head > step.tail else -1
        return tuple(
            SeatChange(
                need=self._candidates.components[node][0].id,
                component=self._candidates.components[node][1].id,
                offer=self._candidates.offers[supply].id,
                experts=count,
            )
            for (node, supply), count in sorted(experts.items(), key=lambda item: (item[1], item[0]))
            if count
        )
