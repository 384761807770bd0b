"""Which weight, if it were another, would change a need's team first: found by solving again.

The weights of a policy are a judgement. A team that a hundredth more of one weight would replace is proposed
with less confidence than one that stays whatever is weighed how. One weight changes at a time, by whole
hundredths; all others keep their proportions, so that the sum stays 1. Every change is tried, the smallest
first: the whole round is scored and solved again, so what is said is what another round would answer. It
works under every fairness and with quotas.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matching.allocation.edges import Edges
from matching.criteria import CRITERIA, points_of, scores_of, value_of
from matching.errors import InvalidProblem
from matching.explanations.margins import Margins
from matching.outcome import Proposal, Reason, SeatChange, SmallestChange
from matching.pairs.candidates import Candidates, find_candidates
from matching.pairs.choosing import SOUTHERN_KEPT
from matching.pairs.columns import Bools, Ints
from matching.pairs.prepared import Case
from matching.pairs.profiles import is_southern
from matching.pairs.rules import capacity_left, excluded_rows, locked, topic_too_far
from matching.policy import Policy
from matching.problem import Problem
from matching.solving import Solution, solve
from matching.text import TextSimilarity

HUNDREDTHS = 20
"""How far a weight is moved where somebody asks for one need."""
MOST_PAIRS = 50_000
"""Pairs of a component and an offer in a round whose weights are moved: beyond, it would take minutes."""

Team = Counter[tuple[int, int]]
"""Experts by component and offer."""


class Move(NamedTuple):
    """Another value for one weight."""

    criterion: str
    hundredths: int
    """By how much, up or down."""


def smallest_change(
    problem: Problem,
    policy: Policy,
    need_id: str,
    seed: int = 0,
    *,
    hundredths: int = HUNDREDTHS,
    text: TextSimilarity | None = None,
) -> SmallestChange:
    """Tell the smallest change of one score, and of one weight, that gives a need another team.

    Parameters
    ----------
    problem, policy, seed
        As the round was given.
    need_id : str
        The need.
    hundredths : int
        The largest change of a weight that is tried.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    SmallestChange
        For the desk: it names whom another answer would choose.

    Raises
    ------
    InvalidProblem
        The problem has no such need (``unknown``), or a lock cannot be kept.
    UnknownSetting
        As for :func:`matching.run_round`.

    Notes
    -----
    One round without its explanations, and two solves for each criterion and hundredth up to the answer. Of
    changes of the same size the first criterion counts, and more before less.
    """
    solution = solve(find_candidates(problem, policy, text), seed)
    numbers = [number for number, need in enumerate(solution.candidates.needs) if need.id == need_id]
    if not numbers:
        raise InvalidProblem(f"need:{need_id}", "id", "unknown")
    return Reweighing(solution, seed, hundredths).of(numbers[0])


def with_weight_changes(
    solution: Solution, seed: int, proposals: tuple[Proposal, ...]
) -> tuple[Proposal, ...]:
    """Return the proposals of a round with the change of a weight that would lead to another team."""
    policy = solution.candidates.policy
    found = Reweighing(solution, seed, policy.weight_hundredths)
    place = {need.id: number for number, need in enumerate(solution.candidates.needs)}
    reasons = [found.reason(place[each.need]) for each in proposals]
    return tuple(
        each.model_copy(update={"reasons": (*each.reasons, reason)})
        for each, reason in zip(proposals, reasons, strict=True)
    )


class Reweighing:
    """The changes of weights that give the needs of a solution other teams.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen.
    seed : int
        As it was solved.
    hundredths : int
        The largest change that is tried.

    Notes
    -----
    Values of criteria do not depend on weights: they are worked out once, for every pair that passes the
    rules; then a change costs a sum over the criteria and a solve. One solve tells of all needs, so that
    they share what has been tried.
    """

    def __init__(self, solution: Solution, seed: int, hundredths: int) -> None:
        self._solution, self._seed, self._most = solution, seed, hundredths
        self._candidates = candidates = solution.candidates
        self._is_too_large = len(candidates.components) * len(candidates.offers) > MOST_PAIRS
        self._teams = _teams(solution)
        self._tried = iter(()) if self._is_too_large else self._moves()
        self._found: dict[int, tuple[Move, Team]] = {}
        self._pairs: _Pairs | None = None

    def of(self, need: int) -> SmallestChange:
        """Return what is the smallest change for a need, by its place among the candidates' needs."""
        candidates = self._candidates
        components = tuple(np.flatnonzero(candidates.need_of == need).tolist())
        everybody = Margins(self._solution, is_limited=False)
        told = SmallestChange(need=candidates.needs[need].id, margin=everybody.reason(components))
        reason = self.reason(need)
        if need not in self._found:
            return told.model_copy(update={"reasons": (reason,)})
        move, team = self._found[need]
        weight = candidates.policy.weights[move.criterion]
        update = {
            "criterion": move.criterion,
            "weight": weight,
            "changed": round(weight + move.hundredths / 100, 6),
            "changes": self._changes(need, team),
            "reasons": (reason,),
        }
        return told.model_copy(update=update)

    def reason(self, need: int) -> Reason:
        """Return it as a reason: ``weight_change``, or that no change up to the largest one does it."""
        if self._is_too_large:
            return Reason(code="weight_change_not_examined", params={"most": MOST_PAIRS})
        while need not in self._found:
            if next(self._tried, None) is None:
                return Reason(code="no_weight_change", params={"up_to": self._most / 100})
        move, _ = self._found[need]
        before = self._candidates.policy.weights[move.criterion]
        after = round(before + move.hundredths / 100, 6)
        return Reason(
            code="weight_change", params={"criterion": move.criterion, "weight": before, "changed": after}
        )

    def _moves(self) -> Iterator[Move]:
        """Try one change after the other, the smallest first, and note for which needs it is the first."""
        for size in range(1, self._most + 1):
            for name in CRITERIA:
                for move in (Move(name, size), Move(name, -size)):
                    weights = moved(self._candidates.policy, move)
                    if weights is not None:
                        self._note(move, weights)
                        yield move

    def _note(self, move: Move, weights: dict[str, float]) -> None:
        self._pairs = self._pairs or _Pairs(self._candidates)
        teams = _teams(solve(self._pairs.weighed(weights), self._seed))
        for need in range(len(self._candidates.needs)):
            if need not in self._found and teams[need] != self._teams[need]:
                self._found[need] = move, teams[need]

    def _changes(self, need: int, team: Team) -> tuple[SeatChange, ...]:
        change = Counter(team)
        change.subtract(self._teams[need])
        parts, offers = self._candidates.components, self._candidates.offers
        return tuple(
            SeatChange(
                need=parts[node][0].id, component=parts[node][1].id, offer=offers[row].id, experts=experts
            )
            for (node, row), experts in sorted(change.items(), key=lambda item: (item[1], item[0]))
            if experts
        )


def moved(policy: Policy, move: Move) -> dict[str, float] | None:
    """Return weights of which one has moved and the others have made room in proportion.

    None where it would leave the range from 0 to 1, or where no other weight could make room.

    Examples
    --------
    >>> weights = moved(Policy(), Move("topic", 18))
    >>> round(weights["topic"], 6), round(weights["meaning"], 6), round(sum(weights.values()), 6)
    (0.36, 0.085854, 1.0)
    """
    before = policy.weights[move.criterion]
    after = round(before + move.hundredths / 100, 9)
    if not 0 <= after <= 1 or before == 1:
        return None
    share = (1 - after) / (1 - before)
    return {
        name: after if name == move.criterion else weight * share for name, weight in policy.weights.items()
    }


def _teams(solution: Solution) -> list[Team]:
    candidates = solution.candidates
    edges, flow = candidates.edges, solution.flow
    teams: list[Team] = [Counter() for _ in candidates.needs]
    for edge in np.flatnonzero(flow).tolist():
        node = int(edges.demand[edge])
        teams[int(candidates.need_of[node])][node, int(edges.offer[edge])] = int(flow[edge])
    return teams


class _Pairs:
    """Every pair of a round that passes the rules which know no weights, with what each criterion gives."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        found = [_allowed(candidates.case(node)) for node in range(len(candidates.components))]
        self._demand = np.repeat(np.arange(len(found)), [len(rows) for rows, _ in found])
        self._offer = np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in found)])
        self._lock = np.concatenate([np.zeros(0, bool), *(lock for _, lock in found)])
        cases = [(candidates.case(node), rows) for node, (rows, _) in enumerate(found)]
        left = [np.zeros(0, np.int64), *(capacity_left(case)[rows] for case, rows in cases)]
        self._left = np.maximum(np.concatenate(left), self._lock)
        self._values = {
            name: np.concatenate([np.zeros(0), *(value_of(name, case, rows)[0] for case, rows in cases)])
            for name in CRITERIA
        }

    def weighed(self, weights: dict[str, float]) -> Candidates:
        """Return the candidates under other weights, as they would be found anew."""
        candidates = self._candidates
        policy = candidates.policy.model_copy(update={"weights": weights})
        prepared = candidates.prepared.under(policy)
        points = {name: points_of(name, self._values[name], policy) for name in CRITERIA if weights[name] > 0}
        score = scores_of(points, self._offer.size)
        kept = self._kept(score)
        offers = prepared.offers
        sends, offer = offers.sends[self._offer[kept]], self._offer[kept]
        most = np.maximum(np.where(sends > 0, sends, offers.capacity[offer]), 1)
        limit = np.minimum(most, self._left[kept])
        edges = Edges(self._demand[kept], offer, score[kept], limit)
        capacity = np.where(offers.capacity < 0, 1, offers.capacity)
        np.minimum.at(capacity, offer, self._left[kept])
        lock = self._lock[kept]
        capacity = np.maximum(capacity, np.bincount(offer[lock], minlength=capacity.size))
        return replace(candidates, prepared=prepared, edges=edges, capacity=capacity, lock=lock)

    def _kept(self, score: Ints) -> Ints:
        """Return who reaches the policy's minimum, or is locked; as many as a component keeps."""
        prepared = self._candidates.prepared
        enough = np.flatnonzero(self._lock | (score >= prepared.policy.minimum_score))
        counts = np.bincount(self._demand[enough], minlength=1)
        if counts.max(initial=0) <= prepared.kept:
            return enough
        parts = np.split(enough, np.searchsorted(self._demand[enough], np.arange(1, counts.size)))
        southern = is_southern(prepared)[prepared.offers.place]
        return np.concatenate([self._best(part, score, southern) for part in parts])

    def _best(self, part: Ints, score: Ints, southern: Bools) -> Ints:
        most = self._candidates.prepared.kept
        if len(part) <= most:
            return part
        order = part[np.lexsort((self._offer[part], -score[part]))]
        south = order[southern[self._offer[order]]][:SOUTHERN_KEPT]
        return np.unique(np.concatenate([order[:most], south, part[self._lock[part]]]))


def _allowed(case: Case) -> tuple[Ints, Bools]:
    """Return the offers that no rule keeps from a component, the score aside, and which are locked."""
    rows = np.arange(len(case.offers), dtype=np.int64)
    locks = locked(case)
    lock = np.zeros(len(rows), bool) if locks is None else locks
    topic = topic_too_far(case, *value_of("topic", case, rows))
    out = np.any([*excluded_rows(case).values(), topic], axis=0)
    rows = np.flatnonzero(lock | ~out)
    return rows, lock[rows]
