"""Solves a problem with quotas: as one flow where they form trees, else with HiGHS.

The flow needs constants that keep the levels of the objective apart. Those that
:mod:`matching.allocation.network` proves to be enough are large, and large costs are slow or too large for
the solver. So smaller ones are tried first: prices for the *real* constants prove the answer optimal, or the
next larger ones are tried.
"""

from collections.abc import Iterator

import numpy as np

from matching.allocation.answer import Answer
from matching.allocation.edges import Integers
from matching.allocation.mincost import edge_flow, min_cost_flows
from matching.allocation.network import LARGEST_COST, Network, load
from matching.allocation.prices import bound, find_prices, value_of
from matching.errors import InvalidProblem
from matching.quotas.crossing import solve_crossing
from matching.quotas.groups import Groups
from matching.quotas.trees import easy_part, tree_arcs, with_quotas

FEWEST_EXCHANGES = 2
GROWTH = 16
QUICK_SWEEPS = 400


def solve_quotas(network: Network, groups: Groups, deadline_s: float | None) -> tuple[Network, Answer]:
    """Return the best flow under quotas.

    Parameters
    ----------
    network : Network
        The problem without quotas.
    groups : Groups
        The quotas.
    deadline_s : float or None
        Seconds after which the search among whole numbers gives the best that it has, with its gap. A flow
        and a linear program are not interrupted.

    Returns
    -------
    Network, Answer
        The network with its quotas, and the answer. Its ``method`` is ``flow``, ``linear program`` or
        ``integer program``; where quotas cross, ``certificate`` is what no flow can exceed in value.

    Raises
    ------
    InvalidProblem
        The numbers are too large for 64-bit arithmetic (``too_large``).
    """
    rationed = with_quotas(network, groups)
    if rationed.trees is not None:
        flow = _tree_flow(rationed)
        return rationed, Answer(flow, flow)
    flow = _tree_flow(with_quotas(network, easy_part(network, groups)))
    method, certificate = "flow", _value(rationed, flow)
    if not _is_kept(rationed, flow):
        flow, method, certificate = solve_crossing(rationed, flow, deadline_s)
    return rationed, Answer(flow, flow, method=method, certificate=certificate)


def _is_kept(network: Network, flow: Integers) -> bool:
    """Whether a flow found without some quotas keeps them all, and lacks nothing of them."""
    quotas = network.quotas
    if quotas is None:
        return True
    used = quotas.used(flow)
    return bool(((quotas.low <= used) & (used <= quotas.high)).all())


def _tree_flow(network: Network) -> Integers:
    for floor, step in _constants(network):
        model = tree_arcs(network, floor, step)
        flow = edge_flow(network, model, min_cost_flows(model))
        if step == network.step or _is_optimal(network, flow):
            return flow
    raise InvalidProblem("groups", "", "too_large")


def _constants(network: Network) -> Iterator[tuple[int, int]]:
    """Give worths of a unit of a floor and of a step, from quick to proven ones, as far as they fit."""
    top = int(network.edges.score.max(initial=0))
    has_floors = network.step > network.floor
    highest = int(network.first.max(initial=1) - network.rest.min(initial=1)) + 2
    nodes = network.trees.nodes if network.trees is not None else 0
    exchanges = FEWEST_EXCHANGES
    while True:
        floor = min(exchanges * top + 1, network.floor)
        step = min(floor * (exchanges + 1), network.step) if has_floors else floor
        if step * highest * nodes >= LARGEST_COST:
            return
        yield floor, step
        if step == network.step:
            return
        exchanges *= GROWTH


def _is_optimal(network: Network, flow: Integers) -> bool:
    return bound(network, find_prices(network, flow, QUICK_SWEEPS)) == _value(network, flow)


def _value(network: Network, flow: Integers) -> int:
    filled = load(network.edges.demand, flow, network.slots.size)
    value = value_of(network, filled, int((flow * network.edges.score).sum()))
    return value + towards_floors(network, flow)


def towards_floors(network: Network, flow: Integers) -> int:
    """Return what a flow's units towards lower bounds are worth."""
    if network.quotas is None:
        return 0
    return network.floor * int(np.minimum(network.quotas.used(flow), network.quotas.low).sum())
