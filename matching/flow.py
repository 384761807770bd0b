"""The flow core: who takes which slot, as one integer min-cost flow over plain arrays.

It knows demand nodes (components of needs) that want ``slots``, offers that have ``capacity``, and scored
edges between them. What the nodes mean is the caller's business, and so is their order: the answer is a
function of the arrays, so a caller who sorts by content gets an answer that depends on content alone.

How the objective becomes costs
-------------------------------
The network is a tree of arcs into the demand nodes, then the edges, then the offers::

    source -> group -> demand node -> offer -> sink

A **group** is the mandatory, or the optional, demand nodes of one need (under ``total``: one demand node).
Into each group lead two arcs: the *first* slot (capacity 1) and the *rest*. Each of these arcs stands on a
step of a **ladder**, from the top:

1. first slot of a need's mandatory nodes, higher priority first;
2. other slots of mandatory nodes, higher priority first;
3. first slot of a need's optional nodes, higher priority first;
4. other slots of optional nodes, higher priority first.

A slot filled over an arc on step r (counted 1, 2, ... from the bottom, steps that nobody stands on left
out) is worth ``r * step`` and its score, where ``step = 2 * n * top + 1``, n is the smaller of the numbers
of demand nodes and offers and ``top`` the largest score. The value of an allocation is the sum, and the
solver finds the largest: the most slots first (``solve_max_flow_with_min_cost`` needs no constant for
that), the least cost among those.

*No constant can interfere with another.* Two flows differ by simple cycles and source-sink paths of the
residual graph, so a flow is optimal if none of them gains. Such a cycle or path passes the source once at
most: of the ladder's arcs it enters at most one and leaves at most one. It passes each demand node and each
offer once at most, so it uses at most n edges forward and n backward, and its scores sum to less than
``step / 2`` either way. So its gain has the sign of the change on the ladder, and where that is 0, of the
change in score. A path from source to sink only enters a ladder arc, and so always gains.

*What follows.* (a) The number of filled slots is the largest possible. (b) For every step of the ladder, the
number of slots on this step **or higher** is the largest possible: no cycle goes up the ladder. So no
level pays for another: as many slots are filled as can be, as many needs have something as can be, and
mandatory nodes get as many slots as if there were no optional ones. (c) Every sum of weights that rise with
the ladder is the largest possible, which is why only the order of the priorities counts. (d) Among all
these, the total score is the largest possible.

A pin is a lower bound of 1 on its edge: that unit is taken out of slots, capacity and limit before solving,
and a group with a pin has had its first slot. A veto is no arc.
"""

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.edges import Booleans, Edges, Integers, booleans, each_once, integers, within
from matching.errors import InvalidProblem, UnknownSetting

FAIRNESS = ("total", "tiered")
LARGEST_COST = 2**62
SOURCE, SINK = 0, 1


@dataclass(frozen=True, eq=False)
class Network:
    """A checked flow problem, with its ladder: what the solver, the prices and the certificates work on.

    ``low`` and ``high`` bound the flow of each edge; ``group`` is the group of each demand node; a group's
    first slot is worth ``first`` and each other slot ``rest``, in steps.
    """

    edges: Edges
    slots: Integers
    capacity: Integers
    need: Integers
    low: Integers
    high: Integers
    group: Integers
    first: Integers
    rest: Integers
    step: int

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.first.size)


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
    """

    chosen: Integers
    total: int
    filled: Integers
    utility: NDArray[np.float64]
    seconds: float
    network: Network = field(repr=False)

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
    objective is described at the top of the module.

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
    network = _network(edges, slots, capacity, need, mandatory, priority, pins, vetoes, fairness=fairness)
    flow = _solve(network)
    allocation = _allocation(network, flow, started)
    if prove:
        raise UnknownSetting("prove", prove, ("False",))
    return allocation


def _refuse_unknown(groups: object, fairness: object, deadline_s: object, seed: object) -> None:
    if fairness not in FAIRNESS:
        raise UnknownSetting("fairness", fairness, FAIRNESS)
    if groups is not None:
        raise UnknownSetting("groups", type(groups).__name__, ("None",))
    if deadline_s is not None:
        raise UnknownSetting("deadline_s", deadline_s, ("None",))
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise UnknownSetting("seed", seed, ("an integer",))


def _network(  # noqa: PLR0913 - the arrays of one problem
    edges: Edges,
    slots: ArrayLike,
    capacity: ArrayLike,
    need: ArrayLike | None,
    mandatory: ArrayLike | None,
    priority: ArrayLike | None,
    pins: ArrayLike | None,
    vetoes: ArrayLike | None,
    *,
    fairness: str,
) -> Network:
    wanted, free = integers("slots", "", slots), integers("capacity", "", capacity)
    within("edges", "demand", edges.demand, wanted.size)
    within("edges", "offer", edges.offer, free.size)
    needs = np.arange(wanted.size) if need is None else integers("need", "", need, size=wanted.size)
    low, high = _bounds(edges, wanted, free, pins, vetoes)
    group, first, rest = _ladder(needs, mandatory, priority, fairness)
    step = 2 * min(wanted.size, free.size) * int(edges.score.max(initial=0)) + 1
    network = Network(edges, wanted, free, needs, low, high, group, first, rest, step)
    _refuse_too_large(network)
    return network


def _bounds(
    edges: Edges, slots: Integers, capacity: Integers, pins: ArrayLike | None, vetoes: ArrayLike | None
) -> tuple[Integers, Integers]:
    pinned = integers("pins", "", () if pins is None else pins)
    vetoed = integers("vetoes", "", () if vetoes is None else vetoes)
    within("pins", "", pinned, len(edges))
    within("vetoes", "", vetoed, len(edges))
    each_once("pins", "", pinned)
    low, high = np.zeros_like(edges.limit), edges.limit.copy()
    low[pinned], high[vetoed] = 1, 0
    for wrong, code in (
        (high[pinned] == 0, "vetoed"),
        (
            _load(edges.demand, low, slots.size)[edges.demand[pinned]] > slots[edges.demand[pinned]],
            "exceeds_slots",
        ),
        (
            _load(edges.offer, low, capacity.size)[edges.offer[pinned]] > capacity[edges.offer[pinned]],
            "exceeds_capacity",
        ),
    ):
        if wrong.any():
            raise InvalidProblem("pins", f"[{wrong.argmax()}]", code)
    return low, high


def _load(nodes: Integers, flow: Integers, count: int) -> Integers:
    """Return the flow at each node; only the edges that carry any are looked at."""
    used = np.flatnonzero(flow)
    load = np.zeros(count, np.int64)
    np.add.at(load, nodes[used], flow[used])
    return load


def _ladder(
    need: Integers, mandatory: ArrayLike | None, priority: ArrayLike | None, fairness: str
) -> tuple[Integers, Integers, Integers]:
    """Return the group of each demand node, and per group the steps of its first and its other slots."""
    count = need.size
    must = np.ones(count, np.bool_) if mandatory is None else booleans("mandatory", "", mandatory, size=count)
    weight = np.ones(count, np.int64)
    if priority is not None:
        weight = integers("priority", "", priority, low=1, size=count)
        _refuse_mixed_priorities(need, weight)
    if fairness == "total":
        return np.arange(count), *_steps(must, weight, has_first=False)
    _, some, group = np.unique(need * 2 + must, return_index=True, return_inverse=True)
    return group.astype(np.int64), *_steps(must[some], weight[some], has_first=True)


def _refuse_mixed_priorities(need: Integers, weight: Integers) -> None:
    highest = np.zeros(int(need.max(initial=-1)) + 1, np.int64)
    np.maximum.at(highest, need, weight)
    differs = highest[need] != weight
    if differs.any():
        raise InvalidProblem("priority", f"[{differs.argmax()}]", "differs_within_need")


def _steps(must: Booleans, weight: Integers, *, has_first: bool) -> tuple[Integers, Integers]:
    """Return the ladder's steps of first and other slots, counted from 1 without gaps."""
    rest = (2 * must.astype(np.int64)) << 32 | weight
    first = rest + (1 << 32) if has_first else rest
    steps = np.unique(np.concatenate([first, rest]))
    return np.searchsorted(steps, first) + 1, np.searchsorted(steps, rest) + 1


def _refuse_too_large(network: Network) -> None:
    nodes = 2 + network.groups + network.slots.size + network.capacity.size
    steepest = network.step * (int(network.first.max(initial=0)) + 1)
    if steepest * nodes >= LARGEST_COST:
        raise InvalidProblem("priority", "", "too_large")


def _solve(network: Network) -> Integers:
    """Return the flow of each edge, pinned units included."""
    flow = network.low.copy()
    tails, heads, room, costs, kept = arcs(network)
    supply = int(room[tails == SOURCE].sum())
    if not kept.size or not supply:
        return flow
    solver = SimpleMinCostFlow()
    numbers = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, room, costs)
    solver.set_node_supply(SOURCE, supply)
    solver.set_node_supply(SINK, -supply)
    status = solver.solve_max_flow_with_min_cost()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise RuntimeError(f"the flow solver ended with {status}")
    flow[kept] += solver.flows(numbers[: kept.size])
    return flow


def arcs(network: Network) -> tuple[NDArray[np.int32], NDArray[np.int32], Integers, Integers, Integers]:
    """Return tails, heads, capacities and costs of the arcs, and which edges are the first of them.

    Arcs without room are left out. A group of one demand node needs no node of its own.
    """
    edges = network.edges
    wanted = network.slots - _load(edges.demand, network.low, network.slots.size)
    free = network.capacity - _load(edges.offer, network.low, network.capacity.size)
    room = np.minimum(network.high - network.low, np.minimum(wanted[edges.demand], free[edges.offer]))
    kept = np.flatnonzero(room > 0)
    demand_node, offer_node = 2, 2 + wanted.size
    group_node = offer_node + free.size
    group = network.group
    members = np.bincount(group, minlength=network.groups)
    entry = group_node + np.arange(network.groups)
    alone = members[group] == 1
    entry[group[alone]] = demand_node + np.flatnonzero(alone)
    together = np.flatnonzero(~alone)
    group_wants = np.bincount(group, weights=wanted, minlength=network.groups).astype(np.int64)
    has_first = network.first > network.rest
    begun = np.bincount(group, weights=network.slots - wanted, minlength=network.groups) > 0
    first_room = np.minimum(group_wants, has_first & ~begun)
    offers = np.arange(free.size)
    columns = (
        (demand_node + edges.demand[kept], offer_node + edges.offer[kept], room[kept], -edges.score[kept]),
        (np.full(network.groups, SOURCE), entry, first_room, -network.step * (network.first - 1)),
        (
            np.full(network.groups, SOURCE),
            entry,
            group_wants - first_room,
            -network.step * (network.rest - 1),
        ),
        (group_node + group[together], demand_node + together, wanted[together], np.zeros_like(together)),
        (offer_node + offers, np.full(free.size, SINK), free, np.zeros_like(free)),
    )
    tails, heads, rooms, costs = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    some = rooms > 0
    return tails[some].astype(np.int32), heads[some].astype(np.int32), rooms[some], costs[some], kept


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
