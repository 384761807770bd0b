"""The criteria: each gives every pair a value in [0, 1], says whether it knows, and why.

A criterion is computed over columns of offers, never pair by pair; its reasons are worked out for the pairs
that somebody looks at.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from matching.criteria import history, languages, places, purposes, readiness, topics
from matching.outcome import CriterionScore, Reason
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case
from matching.policy import Policy

DIGITS = 6
"""Values are rounded to so many digits before they are used, so that no last bit decides anything."""


class Criterion(NamedTuple):
    """One criterion."""

    values: Callable[[Case, Ints], tuple[Floats, Bools]]
    """Value of each of the given rows of offers, and whether the facts are known."""
    reasons: Callable[[Case, int], tuple[Reason, ...]]
    """Why one row has its value; empty where there is nothing to say."""


CRITERIA: MappingProxyType[str, Criterion] = MappingProxyType(
    {
        "topic": Criterion(topics.topic, topics.topic_reasons),
        "meaning": Criterion(topics.meaning, topics.meaning_reasons),
        "modality": Criterion(topics.modality, topics.modality_reasons),
        "language": Criterion(languages.language, languages.language_reasons),
        "membership": Criterion(places.membership, places.membership_reasons),
        "proximity": Criterion(places.proximity, places.proximity_reasons),
        "similarity": Criterion(places.similarity, places.similarity_reasons),
        "availability": Criterion(readiness.availability, readiness.availability_reasons),
        "track_record": Criterion(history.track_record, history.track_record_reasons),
        "relations": Criterion(history.relations, history.relations_reasons),
        "evidence": Criterion(readiness.evidence, readiness.evidence_reasons),
        "south_south": Criterion(places.south_south, places.south_south_reasons),
        "priority": Criterion(purposes.priority, purposes.priority_reasons),
        "agenda": Criterion(purposes.agenda, purposes.agenda_reasons),
        "wishes": Criterion(purposes.wishes, purposes.wishes_reasons),
    }
)
"""All criteria, in the order in which their shares are added."""


def value_of(name: str, case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Return a criterion's values for some rows of offers, rounded, and whether they are known."""
    values, known = CRITERIA[name].values(case, rows)
    return np.round(values, DIGITS), known


def score(case: Case, rows: Ints) -> Ints:
    """Return the score of some rows of offers, 1 to 10000.

    Notes
    -----
    The shares are added one criterion after the other, element by element: a pair has the same score
    whichever other pairs are computed with it.
    """
    weights = case.prepared.policy.weights
    return _total(weights, {name: value_of(name, case, rows)[0] for name in CRITERIA if weights[name]}, rows)


def _total(weights: Mapping[str, float], values: Mapping[str, Floats], rows: Ints) -> Ints:
    return scores_of(
        {name: weights[name] * values[name] for name in CRITERIA if weights[name] > 0}, len(rows)
    )


def points_of(name: str, values: Floats, policy: Policy) -> Floats:
    """Return what a criterion with these values adds to a score, as a share of 1."""
    points: Floats = policy.weights[name] * np.round(values, DIGITS)
    return points


def scores_of(points: Mapping[str, Floats], size: int) -> Ints:
    """Return the scores of pairs from what each criterion adds, shape (size,) each, in the order of all."""
    total = np.zeros(size)
    for name in CRITERIA:
        if name in points:
            total = total + points[name]
    scores: Ints = np.clip(np.rint(np.round(total, DIGITS + 2) * 10_000), 1, 10_000).astype(np.int64)
    return scores


def breakdowns(case: Case, rows: Ints) -> list[tuple[int, tuple[CriterionScore, ...]]]:
    """Return the score of some rows of offers and what each criterion gives, in the order of the rows.

    The criteria stand in the order of :data:`CRITERIA`, each with its reasons.
    """
    found = {name: value_of(name, case, rows) for name in CRITERIA}
    scores = _total(case.prepared.policy.weights, {name: values for name, (values, _) in found.items()}, rows)
    return [
        (
            int(scores[place]),
            tuple(
                explained_criterion(case, name, row, float(values[place]), known=bool(known[place]))
                for name, (values, known) in found.items()
            ),
        )
        for place, row in enumerate(rows.tolist())
    ]


def explained_criterion(case: Case, name: str, row: int, value: float, *, known: bool) -> CriterionScore:
    """Return what a criterion gives to a row of offers, with its reasons, from its value there."""
    return told_of(name, case.prepared.policy, value, CRITERIA[name].reasons(case, row), known=known)


def told_of(
    name: str, policy: Policy, value: float, reasons: tuple[Reason, ...], *, known: bool
) -> CriterionScore:
    """Return what a criterion gives to a pair with this value and these reasons."""
    weight = policy.weights[name]
    points = round(weight * value * 100, DIGITS)
    return CriterionScore.told(name, weight, value, points, reasons, known=known)
