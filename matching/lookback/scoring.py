"""What the engine's criteria say about every offer to a case, and the ranking of states that follows.

A state is ranked by all its offers, not by the best alone: by the logarithm of the sum of
``exp(sharpness x score)``. That is how likely one of its offers would be the one taken, if offers were taken
with probabilities that rise with their score. So a state with several fitting offers stands before one with a
single one as good, and a state of which nothing is known keeps a place by where it is and what it shares.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.criteria import CRITERIA, value_of
from matching.lookback.cases import KnownCase, World
from matching.lookback.posing import case_of, pose, state_of
from matching.lookback.protocols import Facts
from matching.pairs.candidates import Candidates, find_candidates
from matching.pairs.columns import Bools, Floats, Ints
from matching.policy import Policy
from matching.text import TextSimilarity

NAMES = tuple(CRITERIA)
OPEN = {"minimum_score": 1, "minimum_topic": 0.0, "candidates_per_component": 100_000}
"""Under these settings every offer that no rule forbids is a candidate: a ranking cuts nobody off."""
TIE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Weighing:
    """How criteria are weighed: the weights of a policy, and how sharply better scores are preferred."""

    weights: Mapping[str, float]
    sharpness: float

    @property
    def points(self) -> Floats:
        """Weight times sharpness of each criterion, shape (criteria,)."""
        return self.sharpness * np.array([self.weights[name] for name in NAMES])

    def without(self, name: str) -> "Weighing":
        """Return the same with one criterion switched off."""
        return Weighing({**self.weights, name: 0.0}, self.sharpness)

    def policy(self) -> Policy:
        """Return it as a policy of the engine that cuts nobody off."""
        return Policy(weights=dict(self.weights), **OPEN)  # type: ignore[arg-type]  # settings by name


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """A case as the engine sees it.

    Attributes
    ----------
    case : KnownCase
        The case.
    states : tuple of str
        All states that could provide, requesters left out, by code.
    values : float array, shape (offers, criteria)
        What each criterion gives each offer: the mean over the states that ask and the forms of help.
    state : int array, shape (offers,)
        The place in ``states`` of the state that makes the offer.
    """

    case: KnownCase
    states: tuple[str, ...]
    values: Floats
    state: Ints

    @property
    def helped(self) -> Bools:
        """Whether each state really helped, shape (states,)."""
        helped: Bools = np.isin(np.array(self.states), np.array(self.case.helpers))
        return helped

    def by_state(self, weighing: Weighing) -> Floats:
        """Return the score of each state, shape (states,)."""
        scores = self.values @ weighing.points
        highest = scores.max()
        sums = np.bincount(self.state, np.exp(scores - highest), minlength=len(self.states))
        by_state: Floats = np.log(sums) + highest
        return by_state

    def ranking(self, weighing: Weighing) -> tuple[str, ...]:
        """Return the states, best first, ties by code."""
        scores = np.round(self.by_state(weighing), TIE_DIGITS)
        order = np.lexsort((np.arange(len(self.states)), -scores))
        return tuple(self.states[place] for place in order.tolist())


def see(
    world: World, seen: Facts, asked: Sequence[KnownCase], as_of: date, text: TextSimilarity
) -> dict[str, Seen]:
    """Return the asked cases, by id, as the engine sees them among the facts ``seen``."""
    if not asked:
        return {}
    candidates = find_candidates(pose(world, seen, asked, as_of), Policy(**OPEN), text)  # type: ignore[arg-type]  # settings by name
    of_case: dict[str, list[int]] = {case.id: [] for case in asked}
    for number, (need, _) in enumerate(candidates.components):
        of_case[case_of(need)].append(number)
    return {case.id: _seen(world, candidates, case, of_case[case.id]) for case in asked}


def _seen(world: World, candidates: Candidates, case: KnownCase, components: Iterable[int]) -> Seen:
    edges = candidates.edges
    total = np.zeros((len(candidates.offers), len(NAMES)))
    times = np.zeros(len(candidates.offers))
    for component in components:
        rows = edges.offer[edges.demand == component]
        asked = candidates.case(component)
        total[rows] += np.stack([value_of(name, asked, rows)[0] for name in NAMES], axis=1)
        times[rows] += 1
    states = tuple(state for state in world.can_provide if state not in case.requesters)
    place = {state: number for number, state in enumerate(states)}
    makers = [state_of(offer) for offer in candidates.offers]
    rows = np.array(
        [row for row, maker in enumerate(makers) if maker in place and times[row] > 0], dtype=np.int64
    )
    state = np.array([place[makers[row]] for row in rows.tolist()], dtype=np.int64)
    return Seen(case, states, total[rows] / times[rows, None], state)
