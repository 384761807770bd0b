"""Held-back capacity: what an offer is likely to be worth to needs that will come, as a price on it today.

A round that looks only at today gives the last expert on a rare matter to a need that ten others could have
served, and the need that comes next month finds nobody. Prices steer it: the needs that may come are sampled
from those of the round, each sample is solved together with today's, and the mean price of each offer over
the samples is what using it today costs.

Nobody who can be served today waits for it. A slot that is left empty saves at most one slot later, so
prices choose among offers and never leave a slot empty: the coverage of today's needs is the same as without
them (:mod:`matching.allocation.network`), only who covers what changes.

References
----------
.. [1] N. Ahani, P. Gölz, A. D. Procaccia, A. Teytelboym, A. C. Trapp, "Dynamic placement in refugee
   resettlement", Operations Research 72 (2024): prices from sampled arrivals.
"""

from typing import NamedTuple

import numpy as np

from matching.allocation.edges import TOP_SCORE, Edges, Integers
from matching.allocation.flow import Allocation, allocate
from matching.allocation.prices import steps_and_score
from matching.errors import UnknownSetting
from matching.pairs.candidates import Candidates
from matching.pairs.columns import Floats
from matching.policy import LADDER_ALONE, PRIORITIES, HoldBack

SLOT_POINTS = 2 * TOP_SCORE
"""What a slot that would stay empty later counts, in points of a score: more than any one score."""
SCORE_SHARE = 0.25
"""What a point of score counts that a later need would lose. Which matters will be asked for can be foreseen
a little, how well each offer will suit hardly: at 1, greed reached the higher total among many like ones."""
DEAREST = SLOT_POINTS + TOP_SCORE
"""No price is higher: one slot, and room for scores."""


class Drawn(NamedTuple):
    """Some of the needs of a round as a problem of its own; a need may stand in it more than once."""

    components: Integers
    """Place of each demand node among the candidates' components."""
    need: Integers
    """Need of each demand node, numbered as they were drawn."""
    demand: Integers
    """Demand node of each edge."""
    edges: Integers
    """Place of each edge among the candidates' edges."""


def held_scores(candidates: Candidates, seed: int) -> Integers:
    """Return the score that steers each edge when the policy holds capacity back, shape (edges,).

    Parameters
    ----------
    candidates : Candidates
        Of a policy that says how many needs are expected (``hold_back``).
    seed : int
        Draws the samples.

    Returns
    -------
    int array, shape (edges,)
        From 1 to 10000: the score less the price of the offer, brought to that range. A step of it is four
        points of a score.

    Raises
    ------
    UnknownSetting
        The policy's fairness knows no prices.
    """
    policy = candidates.policy
    if policy.fairness not in LADDER_ALONE:
        raise UnknownSetting("fairness", policy.fairness, LADDER_ALONE)
    hold_back = policy.hold_back or HoldBack(arrivals=0)
    everybody = np.arange(len(candidates.needs), dtype=np.int64)
    prices = hold_prices(candidates, everybody, everybody, candidates.capacity, hold_back, seed)
    return steered(candidates.edges.score, prices)


def hold_prices(
    candidates: Candidates,
    now: Integers,
    seen: Integers,
    capacity: Integers,
    hold_back: HoldBack,
    seed: int,
) -> Floats:
    """Return what the offer of each edge is likely to be worth to needs that come later, in points.

    Parameters
    ----------
    candidates : Candidates
        All pairs.
    now : int array
        The needs that are served now.
    seen : int array
        The needs from which those to come are drawn, with replacement.
    capacity : int array, shape (offers,)
        What each offer can still take.
    hold_back : HoldBack
        How many needs are expected, and how many samples to draw.
    seed : int
        Draws the samples.

    Returns
    -------
    float array, shape (edges,)
        Mean over the samples of what one more unit of the offer would add: slots, at most one, at 20000
        points each, and a quarter of the score. All 0 where nothing is expected.

    Notes
    -----
    One flow and one set of prices per sample. A need meets only samples in which it was not drawn itself:
    its own double would contest the very offers that suit it best, and drive it away from them. (A need that
    was drawn every time meets all samples.)
    """
    edges = candidates.edges
    if not hold_back.arrivals or not seen.size:
        return np.zeros(len(edges))
    chance = np.random.default_rng(seed)
    everywhere = np.zeros(capacity.size)
    told, samples = np.zeros(len(edges)), np.zeros(len(candidates.needs))
    need = candidates.need_of[edges.demand]
    for _ in range(hold_back.samples):
        coming = chance.choice(seen, hold_back.arrivals)
        price = _prices_with(candidates, np.concatenate([now, coming]), capacity)
        is_apart = np.ones(samples.size)
        is_apart[coming] = 0
        told += is_apart[need] * price[edges.offer]
        samples += is_apart
        everywhere += price
    apart = np.divide(told, samples[need], out=np.zeros(len(edges)), where=samples[need] > 0)
    mean = np.where(samples[need] > 0, apart, everywhere[edges.offer] / hold_back.samples)
    return np.asarray(np.clip(np.round(mean), 0, DEAREST))


def _prices_with(candidates: Candidates, needs: Integers, capacity: Integers) -> Floats:
    drawn = draw(candidates, needs)
    allocation = solve_drawn(candidates, drawn, candidates.edges.score, capacity).prove()
    prices = [] if allocation.offer_price is None else allocation.offer_price.tolist()
    told = (steps_and_score(price, allocation.network.step) for price in prices)
    return np.array([min(steps, 1) * SLOT_POINTS + SCORE_SHARE * score for steps, score in told])


def steered(score: Integers, price: Floats) -> Integers:
    """Return scores less prices, brought to 1..10000; the order is that of the differences.

    Examples
    --------
    >>> steered(np.array([9000, 9000, 5000]), np.array([0.0, 20000.0, 0.0])).tolist()
    [9750, 4751, 8750]
    """
    net = (score + DEAREST - price) / (TOP_SCORE + DEAREST)
    return 1 + np.rint(net * (TOP_SCORE - 1)).astype(np.int64)


def draw(candidates: Candidates, needs: Integers) -> Drawn:
    """Return the problem of some needs alone, in the order in which they are named.

    Parameters
    ----------
    candidates : Candidates
        All pairs.
    needs : int array
        Places of needs, each as often as it is wanted.

    Notes
    -----
    Linear in the edges of these needs.
    """
    counts = np.arange(len(candidates.needs) + 1)
    parts = np.searchsorted(candidates.need_of, counts)
    components = _ranges(parts[needs], parts[needs + 1])
    need = np.repeat(np.arange(needs.size), parts[needs + 1] - parts[needs])
    starts = np.searchsorted(candidates.edges.demand, np.arange(len(candidates.components) + 1))
    lengths = starts[components + 1] - starts[components]
    edges = _ranges(starts[components], starts[components + 1])
    return Drawn(components, need, np.repeat(np.arange(components.size), lengths), edges)


def solve_drawn(candidates: Candidates, drawn: Drawn, score: Integers, capacity: Integers) -> Allocation:
    """Allocate capacity to drawn needs, by the score given for each of the candidates' edges."""
    edges, parts = candidates.edges, [candidates.components[number] for number in drawn.components.tolist()]
    return allocate(
        Edges(drawn.demand, edges.offer[drawn.edges], score[drawn.edges], edges.limit[drawn.edges]),
        candidates.slots[drawn.components],
        capacity,
        need=drawn.need,
        mandatory=np.array([part.mandatory for _, part in parts], dtype=np.bool_),
        priority=np.array([PRIORITIES[need.urgency] for need, _ in parts], dtype=np.int64),
        fairness=candidates.policy.fairness,
    )


def _ranges(starts: Integers, ends: Integers) -> Integers:
    """Return the numbers from each start up to its end, one range after the other."""
    lengths = ends - starts
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if lengths.size else lengths
    return np.repeat(starts - offsets, lengths) + np.arange(int(lengths.sum()))
