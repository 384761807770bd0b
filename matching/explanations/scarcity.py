"""What one more expert of a kind would be worth, exactly: slots first, then points.

A kind is an area, a language, both, or a modality. One more expert of a kind is a further offer with room
for one assignment that could serve every open component which asks for the kind. For each it scores the
median of the component's candidates (the lower one of two); where it has none, the median of all candidates
of the components of the kind; where there are none either, the least that a candidate may score. So it is as
good as those who are there, no better.

The worth of one more like an existing offer is that of the offer's own pairs for one more assignment.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching.allocation.edges import Booleans, Integers
from matching.allocation.prices import steps_and_score
from matching.explanations.margins import around, not_defined
from matching.explanations.otherwise import Otherwise
from matching.outcome import Shortage, ShortageKind
from matching.pairs.candidates import find_candidates
from matching.pairs.rules import stopped_by
from matching.policy import Policy
from matching.problem import Component, Problem
from matching.solving import Solution, solve
from matching.text import TextSimilarity


class Kind(NamedTuple):
    """A kind of expert."""

    kind: ShortageKind
    area: str = ""
    language: str = ""
    modality: str = ""


def shortages(
    problem: Problem, policy: Policy, seed: int = 0, *, text: TextSimilarity | None = None
) -> tuple[Shortage, ...]:
    """Return the kinds of expert of which one more would add to a round, most first.

    Parameters
    ----------
    problem, policy, seed
        As the round was given.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    tuple of Shortage
        As many as the policy names; none under a fairness that has no prices.

    Notes
    -----
    One round without its explanations. What an expert adds is the longest path to the component in the
    residual graph and the score there: what solving again with that further offer finds.
    """
    return shortages_of(solve(find_candidates(problem, policy, text), seed))


def shortages_of(solution: Solution, other: Otherwise | None = None) -> tuple[Shortage, ...]:
    """Return the shortages of a solution; ``other`` is what ``margins.around`` gave, where it is at hand."""
    if not_defined(solution) is not None:
        return ()
    found = _Shortages(solution, other or around(solution))
    ranked = sorted(found.all(), key=lambda item: (-item[0], item[1].kind, item[1].codes))
    return tuple(shortage for _, shortage in ranked[: solution.candidates.policy.shortages])


def worth_of_copies(solution: Solution, other: Otherwise | None = None) -> Integers:
    """Return what one more offer like each, with room for one assignment, would add, shape (offers,).

    Returns
    -------
    array of int
        Ladder steps times the step of ``other``, and points, as ``prices.steps_and_score`` takes them
        apart. Where pairs have no limits this is the price of the offer; else it may be more.
    """
    other = other or around(solution)
    edges = other.network.edges
    entry, reached = other.worth_of_entry()
    gain = np.where(reached[edges.demand], entry[edges.demand] + edges.score, 0)
    worth = np.zeros(other.network.capacity.size, np.int64)
    np.maximum.at(worth, edges.offer, gain)
    return worth


class _Shortages:
    def __init__(self, solution: Solution, other: Otherwise) -> None:
        self.candidates = solution.candidates
        self.other = other
        self.edges = other.network.edges
        self.entry, self.reached = other.worth_of_entry()
        self.starts = np.searchsorted(self.edges.demand, np.arange(len(self.candidates.components) + 1))
        self.median = [_median(self._scores(node)) for node in range(len(self.candidates.components))]

    def all(self) -> Iterator[tuple[int, Shortage]]:
        """Give each kind that would add anything, with what it would add on the ladder and in points."""
        for kind, components in self._by_kind().items():
            scores = self._expected(components)
            worth = np.where(self.reached[components], self.entry[components] + scores, 0)
            best = int(worth.argmax())
            if worth[best] > 0:
                yield int(worth[best]), self._shortage(kind, components, int(worth[best]), int(scores[best]))

    def _by_kind(self) -> dict[Kind, Integers]:
        found: dict[Kind, list[int]] = defaultdict(list)
        for node, (_, component) in enumerate(self.candidates.components):
            if stopped_by(self.candidates.case(node)) is None:
                for kind in _kinds(component):
                    found[kind].append(node)
        return {kind: np.array(nodes, np.int64) for kind, nodes in sorted(found.items())}

    def _expected(self, components: Integers) -> Integers:
        """Return what one more expert scores at each of the components of its kind."""
        own = [self.median[node] for node in components.tolist()]
        if 0 not in own:
            return np.array(own, np.int64)
        everybody = np.concatenate([self._scores(node) for node in components.tolist()])
        usual = _median(everybody) or self.candidates.policy.minimum_score
        return np.array([score or usual for score in own], np.int64)

    def _scores(self, node: int) -> Integers:
        return self.edges.score[self.starts[node] : self.starts[node + 1]]

    def _shortage(self, kind: Kind, components: Integers, worth: int, score: int) -> Shortage:
        steps, gain = steps_and_score(worth, self.other.network.step)
        is_wanting: Booleans = self.other.filled[components] < self.other.network.slots[components]
        pairs = [self.edges.offer[self.starts[node] : self.starts[node + 1]] for node in components.tolist()]
        return Shortage(
            kind=kind.kind,
            area=kind.area or None,
            language=kind.language or None,
            modality=kind.modality or None,
            slots=int(steps > 0),
            gain=gain,
            score=score,
            components=components.size,
            wanting=int(is_wanting.sum()),
            offers=np.unique(np.concatenate(pairs)).size,
        )


def _kinds(component: Component) -> Iterator[Kind]:
    area, modality = component.area, component.modality
    languages = sorted({item.code for item in component.languages or ()})
    if area is not None:
        yield Kind("area", area=area)
    if modality is not None:
        yield Kind("modality", modality=modality)
    for language in languages:
        yield Kind("language", language=language)
        if area is not None:
            yield Kind("area_language", area=area, language=language)


def _median(scores: Integers) -> int:
    """Return the lower median, 0 of none."""
    return int(np.sort(scores)[(scores.size - 1) // 2]) if scores.size else 0
