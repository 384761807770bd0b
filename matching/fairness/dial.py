"""The fairness dial: what solves a problem under each name.

All have the coverage of the ladder (:mod:`matching.allocation.network`): as many slots, first slots and
urgent needs as can be. They differ in what comes between that and the highest total:

- ``total``: nothing, and no first slots on the ladder; ``tiered``: nothing;
- ``bottleneck``: the highest floor under the scores of all pairs with which the coverage can be had (exact),
  and the highest total over it; where that leaves the worst-off need far from its best case, exchanges lift
  it, over pairs below the floor too;
- ``maxmin``: the highest utility of the need that gets least, of those that can be served together;
- ``leximin``: that, then the highest of the next one, and so on.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from matching.allocation.answer import Answer
from matching.allocation.edges import Integers
from matching.allocation.mincost import solve_flow
from matching.allocation.network import Network
from matching.fairness.bottleneck import floored
from matching.fairness.maxmin import Search
from matching.fairness.ordered import EXACT_EDGES, exact_maxmin, leximin, refuse_too_many
from matching.policy import LADDER_ALONE

SHORT = 0.03
"""If the worst-off need is farther below its ceiling than this share, it is lifted off the floor's flow."""

Solver = Callable[[Network, float], Answer]
"""Takes a problem, and when to stop by the monotonic clock."""


def solve(network: Network, fairness: str, deadline_s: float | None) -> Answer:
    """Solve a problem under a fairness of :data:`SOLVERS`.

    Parameters
    ----------
    network : Network
        The problem, without quotas.
    fairness : str
        Its name.
    deadline_s : float or None
        Seconds after which a search answers with the best so far.

    Returns
    -------
    Answer

    Raises
    ------
    InvalidProblem
        The problem is too large for ``leximin`` (``too_many_for_leximin``).

    Notes
    -----
    Searches get the edges sorted, so that what they find does not depend on their order.
    """
    ends_at = math.inf if deadline_s is None else time.monotonic() + deadline_s
    if fairness in LADDER_ALONE:
        return SOLVERS[fairness](network, ends_at)
    order = np.lexsort((network.edges.offer, network.edges.demand))
    answer = SOLVERS[fairness](_sorted(network, order), ends_at)
    return replace(answer, flow=_unsorted(answer.flow, order), reference=_unsorted(answer.reference, order))


def _sorted(network: Network, order: Integers) -> Network:
    return replace(
        network, edges=network.edges.taken(order), low=network.low[order], high=network.high[order]
    )


def _unsorted(flow: Integers, order: Integers) -> Integers:
    original = np.zeros_like(flow)
    original[order] = flow
    return original


def _most_valuable(network: Network, _ends_at: float) -> Answer:
    flow = solve_flow(network)
    return Answer(flow, flow)


def _above_the_floor(network: Network, ends_at: float) -> Answer:
    reference = solve_flow(network)
    flow, floor = floored(network, reference)
    search = Search(network, flow, ends_at)
    if search.lowest < (1 - SHORT) * search.ceiling:
        search.climb(flow)
    return Answer(search.best, reference, floor=floor, is_proved=True)


def _highest_lowest(network: Network, ends_at: float) -> Answer:
    search = Search(network, solve_flow(network), ends_at)
    search.run()
    return exact_maxmin(search) if len(network.edges) <= EXACT_EDGES else search.answer()


def _lowest_first(network: Network, ends_at: float) -> Answer:
    refuse_too_many(network)
    search = Search(network, solve_flow(network), ends_at)
    search.run()
    return leximin(search)


SOLVERS: MappingProxyType[str, Solver] = MappingProxyType(
    {
        "total": _most_valuable,
        "tiered": _most_valuable,
        "bottleneck": _above_the_floor,
        "maxmin": _highest_lowest,
        "leximin": _lowest_first,
    }
)
"""What solves a problem under each fairness."""
