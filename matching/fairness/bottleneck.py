"""The highest floor under the scores of an allocation that still reaches full coverage."""

from dataclasses import replace

import numpy as np

from matching.allocation.edges import Integers
from matching.allocation.mincost import most, solve_flow
from matching.allocation.network import SOURCE, Network, arcs
from matching.fairness.requirements import covered


def highest_floor(network: Network, reference: Integers) -> int:
    """Return the highest score such that edges of this score or more reach the coverage of a flow.

    Parameters
    ----------
    network : Network
        The problem; pinned edges may score less.
    reference : array of int, shape (edges,)
        A flow that holds the most slots on each step of the ladder and those above.

    Returns
    -------
    int
        1 where nothing scores, or everything is pinned.

    Notes
    -----
    Bisection over the distinct scores, each with one maximum flow per step of the ladder. Exact: the upper
    parts of a ladder are nested, so what is the most on each of them alone can be had on all of them
    together (:mod:`matching.allocation.network`). The search begins at the lowest score of the reference.
    """
    aim = covered(network, reference)
    scores = np.unique(network.edges.score[network.high > network.low])
    used = reference > network.low
    low = int(np.searchsorted(scores, network.edges.score[used].min(initial=scores.max(initial=1))))
    high = scores.size
    while high - low > 1:
        middle = (low + high) // 2
        if _reaches(above(network, int(scores[middle])), aim):
            low = middle
        else:
            high = middle
    return int(scores[low]) if scores.size else 1


def above(network: Network, floor: int) -> Network:
    """Return the problem with only those edges that score so much, and the pinned ones."""
    high = np.where(network.edges.score >= floor, network.high, network.low)
    return replace(network, high=high)


def floored(network: Network, reference: Integers) -> tuple[Integers, int]:
    """Return the flow of full coverage and highest total over the highest floor, and the floor.

    Examples
    --------
    >>> from matching.allocation.edges import Edges
    >>> from matching.allocation.network import build_network
    >>> edges = Edges([0, 0, 1, 1], [0, 1, 0, 1], [10_000, 4000, 5000, 100])
    >>> network = build_network(edges, [1, 1], [1, 1], None, None, None, None, None, fairness="tiered")
    >>> flow, floor = floored(network, solve_flow(network))
    >>> flow.tolist(), floor
    ([0, 1, 1, 0], 4000)
    """
    floor = highest_floor(network, reference)
    return solve_flow(above(network, floor)), floor


def _reaches(network: Network, aim: Integers) -> bool:
    """Whether the most slots on each step and those above are as many as aimed at."""
    model = arcs(network)
    source = model.tails == SOURCE
    pinned = covered(network, network.low)
    step = 1 - model.costs // network.step  # the cost of an arc of step r is -(r - 1) * step
    for rank, (wanted, held) in enumerate(zip(aim.tolist(), pinned.tolist(), strict=True)):
        lowest = aim.size - rank
        if most(model, source & (step < lowest)) + held < wanted:
            return False
    return True
