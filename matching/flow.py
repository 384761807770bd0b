"""The flow core: who takes which slot, as one integer min-cost flow over plain arrays.

It knows demand nodes (components of needs) that want ``slots``, offers that have ``capacity``, and scored
edges between them. What the nodes mean is the caller's business, and so is their order: the answer is a
function of the arrays, so a caller who sorts by content gets an answer that depends on content alone.

The objective and why it is met exactly are described in :mod:`matching.network`.
"""

import time
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.edges import TOP_SCORE, Booleans, Edges, Integers
from matching.errors import UnknownSetting
from matching.network import SINK, SOURCE, Arcs, Network, arcs, build_network
from matching.prices import bound, find_prices, value_of

FAIRNESS = ("total", "tiered")
QUICK_STEP = 2 * TOP_SCORE + 1
SHORT_LADDER = 3


@dataclass(eq=False)
class Allocation:
    """Which edges are used, and what that is worth.

    Attributes
    ----------
    chosen : array of int
        Indices into the edges, ascending, repeated where an edge is used more than once.
    total : int
        Sum of the scores of all filled slots.
    filled : array of int, shape (demand nodes,)
        Filled slots.
    utility : array of float, shape (needs,)
        Sum of scores divided by slots, per need; 0 for a need without slots.
    seconds : float
        Time that finding the allocation took, proof left out.
    network : Network
        The checked problem.
    value : int
        What the slots are worth on the ladder, and their scores.
    certificate : int or None
        What no allocation can exceed in value, by the prices. None until it is proved.
    proof : str, int or None
        ``"optimal"``, or by how much the certificate exceeds the value.
    offer_price : array of int, shape (offers,), or None
        What one more unit of the offer's capacity would add to the value: exactly that.
    demand_price : array of int, shape (demand nodes,), or None
        Worth of a slot: at least what one more would add, at most what one fewer would cost.
    slot_worth : array of int, shape (demand nodes,), or None
        What one more expert, of score 0, would be worth to the group of the demand node.

    Notes
    -----
    A price is a number of ladder steps times ``network.step``, and a score; ``steps_and_score`` of
    :mod:`matching.prices` takes the two apart.
    """

    chosen: Integers
    total: int
    filled: Integers
    utility: NDArray[np.float64]
    seconds: float
    network: Network = field(repr=False)
    certificate: int | None = None
    proof: str | int | None = None
    offer_price: Integers | None = None
    demand_price: Integers | None = None
    slot_worth: Integers | None = None

    @property
    def value(self) -> int:
        """What the slots are worth on the ladder, and their scores."""
        return value_of(self.network, self.filled, self.total)

    def prove(self) -> Self:
        """Add the prices and what they prove."""
        prices = find_prices(self.network, self.flow)
        self.certificate = bound(self.network, prices)
        gap = self.certificate - self.value
        self.proof = gap or "optimal"
        self.offer_price = prices.offer
        self.demand_price = prices.demand
        self.slot_worth = prices.group[self.network.group]
        return self

    @property
    def flow(self) -> Integers:
        """How often each edge is used."""
        return np.bincount(self.chosen, minlength=len(self.network.edges)).astype(np.int64)


def allocate(  # noqa: PLR0913 - the arrays of one problem, each with its name
    edges: Edges,
    slots: ArrayLike,
    capacity: ArrayLike,
    *,
    need: ArrayLike | None = None,
    mandatory: ArrayLike | None = None,
    priority: ArrayLike | None = None,
    groups: None = None,
    pins: ArrayLike | None = None,
    vetoes: ArrayLike | None = None,
    fairness: str = "tiered",
    prove: bool = False,
    deadline_s: float | None = None,
    seed: int = 0,
) -> Allocation:
    """Fill slots from offers: the most slots, fairly, then with the highest scores.

    Parameters
    ----------
    edges : Edges
        Pairs that may be used.
    slots : array_like of int, shape (demand nodes,)
        Slots that each demand node wants.
    capacity : array_like of int, shape (offers,)
        Slots that each offer can still take.
    need : array_like of int, shape (demand nodes,), optional
        Need of each demand node; each is its own need where nothing is given.
    mandatory : array_like of bool, shape (demand nodes,), optional
        Whether the demand node comes before optional ones; all do where nothing is given.
    priority : array_like of int, shape (demand nodes,), optional
        Weight of the need, from 1; the same for all demand nodes of a need.
    groups : None
        Quotas over groups of nodes are not available.
    pins, vetoes : array_like of int, optional
        Indices of edges that are used at least once, and of edges that are never used.
    fairness : {"tiered", "total"}
        ``tiered`` leaves no need empty while that can be avoided; ``total`` has no first slots.
    prove : bool
        Whether to compute prices and the proof of optimality at once.
    deadline_s : None
        The solver cannot be interrupted; a caller who needs a deadline runs it in a process of its own.
    seed : int
        Nothing is drawn: the same arrays give the same allocation with every seed.

    Returns
    -------
    Allocation

    Raises
    ------
    InvalidProblem
        An array is wrong, an index names nothing, a pin is vetoed or does not fit (``exceeds_slots``,
        ``exceeds_capacity``), or the numbers are too large for 64-bit arithmetic (``too_large``).
    UnknownSetting
        A fairness or another setting is not available.

    Notes
    -----
    Exact. Cost scaling: O(n^2 m log(n C)) at worst for n nodes, m arcs, cost C; near linear in practice. The
    objective is described in :mod:`matching.network`.

    References
    ----------
    .. [1] A. V. Goldberg, "An efficient implementation of a scaling minimum-cost flow algorithm", Journal of
       Algorithms 22 (1997), 1-29.
    .. [2] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993, chapters 9 and 14.

    Examples
    --------
    Two needs want the same expert, and one of them has another choice:

    >>> edges = Edges(demand=[0, 0, 1], offer=[0, 1, 0], score=[9000, 4000, 7000])
    >>> allocation = allocate(edges, slots=[1, 1], capacity=[1, 1])
    >>> allocation.chosen.tolist(), allocation.total
    ([1, 2], 11000)
    """
    started = time.perf_counter()
    _refuse_unknown(groups, fairness, deadline_s, seed)
    network = build_network(
        edges, slots, capacity, need, mandatory, priority, pins, vetoes, fairness=fairness
    )
    flow = _solve(network)
    allocation = _allocation(network, flow, started)
    return allocation.prove() if prove else allocation


def _refuse_unknown(groups: object, fairness: object, deadline_s: object, seed: object) -> None:
    if fairness not in FAIRNESS:
        raise UnknownSetting("fairness", fairness, FAIRNESS)
    if groups is not None:
        raise UnknownSetting("groups", type(groups).__name__, ("None",))
    if deadline_s is not None:
        raise UnknownSetting("deadline_s", deadline_s, ("None",))
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise UnknownSetting("seed", seed, ("an integer",))


def _solve(network: Network) -> Integers:
    """Return the flow of each edge, pinned units included.

    Large costs make the solver slow, so a short ladder is tried with shorter steps first. What comes out is
    optimal all the same if each step and those above hold the most slots that they can: nothing could be
    gained on the ladder, and at equal ladders the score was the aim. If not, the full step decides.
    """
    quick = quick_model(network)
    if quick is not None:
        flows = _min_cost_flows(quick)
        if _holds_the_most(quick, flows):
            return _edge_flow(network, quick, flows)
    model = arcs(network)
    return _edge_flow(network, model, _min_cost_flows(model))


def quick_model(network: Network) -> Arcs | None:
    """Return the arcs with a shorter step, where that is worth a try."""
    steps = np.unique(np.concatenate([network.first, network.rest])).size
    if steps > SHORT_LADDER or network.step <= QUICK_STEP:
        return None
    return arcs(replace(network, step=QUICK_STEP))


def _min_cost_flows(model: Arcs) -> Integers:
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
        if held < model.rooms[upper].sum() and held < _most(model, source & ~upper):
            return False
    return True


def _most(model: Arcs, closed: Booleans) -> int:
    """Return the maximum flow with some arcs closed."""
    solver = SimpleMaxFlow()
    solver.add_arcs_with_capacity(model.tails, model.heads, np.where(closed, 0, model.rooms))
    if solver.solve(SOURCE, SINK) != SimpleMaxFlow.OPTIMAL:
        raise RuntimeError("the maximum flow is not found")
    return int(solver.optimal_flow())


def _edge_flow(network: Network, model: Arcs, flows: Integers) -> Integers:
    flow = network.low.copy()
    flow[model.edges] += flows[: model.edges.size]
    return flow


def _allocation(network: Network, flow: Integers, started: float) -> Allocation:
    edges = network.edges
    used = np.flatnonzero(flow)
    chosen = np.repeat(used, flow[used])
    scores = edges.score[chosen]
    filled = np.bincount(edges.demand[chosen], minlength=network.slots.size)
    return Allocation(
        chosen=chosen,
        total=int(scores.sum()),
        filled=filled,
        utility=_utility(network, edges.demand[chosen], scores),
        seconds=time.perf_counter() - started,
        network=network,
    )


def _utility(network: Network, demand: Integers, scores: Integers) -> NDArray[np.float64]:
    needs = int(network.need.max(initial=-1)) + 1
    reached = np.zeros(needs, np.int64)
    wanted = np.zeros(needs, np.int64)
    np.add.at(reached, network.need[demand], scores)
    np.add.at(wanted, network.need, network.slots)
    return reached / np.maximum(wanted, 1)
