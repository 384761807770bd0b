"""The highest total that fairness leaves: each need keeps what it must have."""

from dataclasses import replace

import numpy as np

from matching.allocation.edges import Integers
from matching.allocation.mincost import solve_flow
from matching.fairness.requirements import Requirements, covered


def polished(given: Requirements, flow: Integers, required: Integers, aim: Integers) -> Integers:
    """Return a flow of a higher total in which every need still has its sum.

    Parameters
    ----------
    given : Requirements
        The problem.
    flow : array of int, shape (edges,)
        A flow in which every need has its sum.
    required : array of int, shape (needs,)
        The least sum of scores of each need.
    aim : array of int
        The coverage that is kept.

    Returns
    -------
    array of int, shape (edges,)

    Notes
    -----
    The flow of the highest total is made; needs that fall below in it are held to what they had, and it is
    made again, until none falls below. Not always the highest total: a need that is held stays as it was.
    """
    network = given.network
    held = np.zeros(given.needs, np.bool_)
    best = flow
    while True:
        low = np.where(held[given.of_edge], flow, network.low)
        high = np.maximum(given.open(required), low)
        found = solve_flow(replace(network, low=low, high=high))
        lacking = (given.sums(found) < required) & ~held
        if not lacking.any():
            break
        held |= lacking
    fits = np.array_equal(covered(network, found), aim)
    scores = network.edges.score
    return found if fits and int((found * scores).sum()) > int((best * scores).sum()) else best
