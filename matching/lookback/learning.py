"""Weights that follow from known cases: a conditional logit over offers, held close to published weights.

The offer that answers a case is taken to be drawn with probabilities proportional to ``exp(points x values)``
(McFadden 1974). The points are those under which the states that really helped are likeliest, less a
penalty for leaving the weights that were set by judgement: so few cases can bend them, never make them up. No
point is negative: a criterion may say nothing, it may not speak against what it stands for.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from scipy.optimize import minimize

from matching.lookback.scoring import NAMES, Seen, Weighing
from matching.pairs.columns import Floats

JUDGED = MappingProxyType(
    {
        "topic": 0.18,
        "meaning": 0.11,
        "modality": 0.06,
        "language": 0.07,
        "membership": 0.09,
        "proximity": 0.05,
        "similarity": 0.03,
        "availability": 0.05,
        "track_record": 0.10,
        "relations": 0.11,
        "evidence": 0.05,
        "south_south": 0.02,
        "priority": 0.02,
        "agenda": 0.02,
        "wishes": 0.04,
    }
)
"""The weights as they were set by judgement, before anything was learned: where learning starts."""
SHARPNESS = 18.0
"""How sharply better scores are preferred where nothing was learned."""
PENALTY = 0.1
"""What the squared distance from the judged points costs, against the log-likelihood of all cases together:
a few cases move little, many move more."""
DIGITS = 6


def judged() -> Weighing:
    """Return the weighing from which learning starts."""
    return Weighing(dict(JUDGED), SHARPNESS)


def learn(cases: Sequence[Seen], penalty: float = PENALTY) -> Weighing:
    """Return the weighing under which those who really helped are likeliest.

    Parameters
    ----------
    cases : sequence of Seen
        Cases whose helpers are known, as seen without the cases on which the weights will be used.
    penalty : float
        What the squared distance from the judged points costs.

    Returns
    -------
    Weighing
        Weights that add to 1, and the sharpness; the judged ones where there is nothing to learn from.

    Notes
    -----
    Each case counts the same, and so does each helper within it. Bounded quasi-Newton steps (L-BFGS-B) from
    the judged points: the same cases give the same weights, without any chance. Linear in offers times
    criteria for each step.
    """
    start = judged().points
    usable = [case for case in cases if case.helped.any()]
    if not usable:
        return judged()
    found = minimize(
        _loss,
        start,
        args=(usable, start, penalty),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(start),
    )
    points = np.round(found.x, DIGITS)
    return Weighing(_weights(points), float(points.sum()))


def _weights(points: Floats) -> Mapping[str, float]:
    return dict(zip(NAMES, (points / points.sum()).tolist(), strict=True))


def _loss(points: Floats, cases: Sequence[Seen], start: Floats, penalty: float) -> tuple[float, Floats]:
    away = points - start
    loss, slope = penalty * float(away @ away), 2 * penalty * away
    for case in cases:
        own, own_slope = _surprise(points, case)
        loss, slope = loss + own, slope + own_slope
    return loss, slope


def _surprise(points: Floats, case: Seen) -> tuple[float, Floats]:
    """Return the mean of -log P(helper) over the helpers of a case, with its slope."""
    scores = case.values @ points
    exp = np.exp(scores - scores.max())
    by_state = np.bincount(case.state, exp, minlength=len(case.states))
    helped = case.helped
    surprise = np.log(exp.sum()) - np.log(by_state[helped]).mean()
    share = np.where(helped, 1 / (np.maximum(by_state, np.finfo(float).tiny) * helped.sum()), 0.0)
    slope: Floats = (exp / exp.sum() - exp * share[case.state]) @ case.values
    return float(surprise), slope
