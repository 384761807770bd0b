"""Figures of a look-back, with what chance alone could have done to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.pairs.columns import Floats

DEPTHS = (1, 3, 5, 10)
FEWEST = 10
"""Below so many cases nothing is claimed."""
RESAMPLES = 5000
LEVEL = 0.95

Measure = Callable[[Sequence[str], Sequence[str]], float]
"""Takes a ranking and those who really helped."""


def hit(ranking: Sequence[str], helped: Sequence[str], depth: int) -> float:
    """Return 1 where one who helped is among the first ``depth``, else 0.

    Examples
    --------
    >>> hit(["NLD", "FRA", "PRT"], ["PRT", "ESP"], 2), hit(["NLD", "FRA", "PRT"], ["PRT", "ESP"], 3)
    (0.0, 1.0)
    """
    return float(bool(set(ranking[:depth]).intersection(helped)))


def recall(ranking: Sequence[str], helped: Sequence[str], depth: int) -> float:
    """Return the share of those who helped that is among the first ``depth``.

    Examples
    --------
    >>> recall(["NLD", "FRA", "PRT"], ["PRT", "ESP"], 3)
    0.5
    """
    wanted = set(helped)
    return len(wanted.intersection(ranking[:depth])) / len(wanted)


def reciprocal_rank(ranking: Sequence[str], helped: Sequence[str]) -> float:
    """Return 1 over the place of the first who helped, 0 where none is ranked.

    Examples
    --------
    >>> reciprocal_rank(["NLD", "FRA", "PRT"], ["PRT", "FRA"])
    0.5
    """
    wanted = set(helped)
    return next((1 / place for place, state in enumerate(ranking, start=1) if state in wanted), 0.0)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference with the interval in which resampled ones lie, at level 0.95.

    ``count`` is the number of cases that it rests on.
    """

    mean: float
    low: float
    high: float
    count: int


def paired_difference(ours: Sequence[float], theirs: Sequence[float], seed: int = 0) -> Interval:
    """Return the mean difference over the same cases, with its percentile bootstrap interval.

    Parameters
    ----------
    ours, theirs : sequence of float, shape (n,)
        A measure of each case under two rankings; n is at least 1.
    seed : int
        Of the resampling.

    Notes
    -----
    Cases are drawn with replacement, both measures of a case together (Efron 1979). O(resamples times n).

    Examples
    --------
    >>> paired_difference([1, 1, 1], [0, 0, 0])
    Interval(mean=1.0, low=1.0, high=1.0, count=3)
    """
    difference = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(difference), (RESAMPLES, len(difference)))
    means: Floats = difference[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return Interval(float(difference.mean()), low, high, len(difference))


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over cases whose helpers are known: hit and recall at each depth, reciprocal rank."""

    hit_at: dict[int, float]
    recall_at: dict[int, float]
    mrr: float
    count: int


def figures(rankings: Sequence[Sequence[str]], helped: Sequence[Sequence[str]]) -> Figures:
    """Return the figures of rankings against those who really helped; all 0 where there is no case."""
    pairs = list(zip(rankings, helped, strict=True))

    def mean(measure: Measure) -> float:
        return sum(measure(*pair) for pair in pairs) / max(len(pairs), 1)

    return Figures(
        hit_at={depth: mean(lambda ranking, who, depth=depth: hit(ranking, who, depth)) for depth in DEPTHS},  # type: ignore[misc]  # a default binds the depth
        recall_at={
            depth: mean(lambda ranking, who, depth=depth: recall(ranking, who, depth))  # type: ignore[misc]  # as above
            for depth in DEPTHS
        },
        mrr=mean(reciprocal_rank),
        count=len(pairs),
    )
