"""The two flow solvers of OR-Tools behind arrays: a cheapest maximum flow, and a maximum flow.

Everything that allocates goes through here; what is solved and why is described in
:mod:`matching.allocation.network`.
"""

from dataclasses import replace

import numpy as np
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.allocation.edges import TOP_SCORE, Booleans, Integers
from matching.allocation.network import SINK, SOURCE, Arcs, Network, arcs

QUICK_STEP = 2 * TOP_SCORE + 1
SHORT_LADDER = 3


def solve_flow(network: Network) -> Integers:
    """Return the flow of each edge in an allocation of the largest value, pinned units included.

    Large costs make the solver slow, so a short ladder is tried with shorter steps first. What comes out is
    optimal all the same if each step and those above hold the most slots that they can: nothing could be
    gained on the ladder, and at equal ladders the score was the aim. If not, the full step decides.
    """
    quick = quick_model(network)
    if quick is not None:
        flows = min_cost_flows(quick)
        if _holds_the_most(quick, flows):
            return edge_flow(network, quick, flows)
    model = arcs(network)
    return edge_flow(network, model, min_cost_flows(model))


def quick_model(network: Network) -> Arcs | None:
    """Return the arcs with a shorter step, where that is worth a try."""
    steps = np.unique(np.concatenate([network.first, network.rest])).size
    if steps > SHORT_LADDER or network.step <= QUICK_STEP:
        return None
    return arcs(replace(network, step=QUICK_STEP))


def min_cost_flows(model: Arcs) -> Integers:
    """Return the flow of each arc of a cheapest maximum flow."""
    supply = int(model.rooms[model.tails == SOURCE].sum())
    if not model.edges.size or not supply:
        return np.zeros(model.tails.size, np.int64)
    solver = SimpleMinCostFlow()
    numbers = solver.add_arcs_with_capacity_and_unit_cost(model.tails, model.heads, model.rooms, model.costs)
    solver.set_node_supply(SOURCE, supply)
    solver.set_node_supply(SINK, -supply)
    status = solver.solve_max_flow_with_min_cost()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise RuntimeError(f"the flow solver ended with {status}")
    return np.asarray(solver.flows(numbers), np.int64)


def _holds_the_most(model: Arcs, flows: Integers) -> bool:
    """Whether no flow has more slots on a step of the ladder and those above."""
    source = model.tails == SOURCE
    for cost in np.unique(model.costs[source])[:-1]:  # the lowest step is left to the maximum flow itself
        upper = source & (model.costs <= cost)
        held = int(flows[upper].sum())
        if held < model.rooms[upper].sum() and held < most(model, source & ~upper):
            return False
    return True


def most(model: Arcs, closed: Booleans) -> int:
    """Return the maximum flow with some arcs closed."""
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(model.tails, model.heads, np.where(closed, 0, model.rooms))
    if solver.solve(SOURCE, SINK) != SimpleMaxFlow.OPTIMAL:
        raise RuntimeError("the maximum flow is not found")
    return int(solver.optimal_flow())


def edge_flow(network: Network, model: Arcs, flows: Integers) -> Integers:
    """Return the flow of each edge, pinned units included, from the flow of each arc."""
    flow = network.low.copy()
    flow[model.edges] += flows[: model.edges.size]
    return flow
