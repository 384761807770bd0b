"""The network of the flow: a ladder of slot values, bounds for pins and vetoes, arcs for the solver.

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
level pays for another: as many slots are filled as can be, as many needs have a mandatory slot as can be,
and mandatory nodes get as many slots as if there were no optional ones. (c) Every sum of weights that rise
with the ladder is the largest possible, which is why only the order of the priorities counts. (d) Among all
these, the total score is the largest possible.

Optional nodes are a group of their own: a need's first optional slot stands on the same step whether or not
it has a mandatory one. A common first slot would take the ladder away from the source, and the proof with it.

Quotas
------
Quotas over sets of edges (:mod:`matching.quotas.groups`) add nodes and arcs to the network where they
form trees (:mod:`matching.quotas.trees`); others go to :mod:`matching.quotas.crossing`. Upper bounds are
hard. Lower bounds stand *between the ladder and the scores*: a floor decides who gives, and a score is given
up for it, but nobody loses a seat, and no urgent need its place, because of one. The whole order is: most
slots, ladder, least sum of shortfalls, scores. Where floors stand above demand nodes, they choose among those
who are equal on the ladder.

A unit that counts towards the lower bound of a quota is worth ``floor = most * top + 1``, once for each such
quota, where ``most`` is the smaller of all slots and all capacity; and ``step = floor * (lows + 1)`` where
``lows`` is the sum of all lower bounds. *No constant can interfere with another*, whatever the quotas are:
two allocations differ by less than ``floor`` in score, since neither has more than ``most`` slots, and by no
more than ``lows`` units of floors, so by less than ``step`` in both. A quota above groups of the ladder, or
one that crosses, can make the path of one slot pass several ladder arcs. There each slot is worth ``most *
(highest - 1)`` steps more, so that the number of slots comes first again; then the *sum* of the steps is the
largest possible, and (b) holds no longer: where a requester may have so many slots and no more, one step up
can pay for another down. In all other trees (b) holds as above, for the same reason.

A pin is a lower bound of 1 on its edge: that unit is taken out of slots, capacity and limit before solving,
and a group with a pin has had its first slot. A veto is no arc.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.allocation.edges import (
    Booleans,
    Edges,
    Integers,
    booleans,
    each_once,
    integers,
    refuse_where,
    within,
)
from matching.errors import InvalidProblem

if TYPE_CHECKING:
    from matching.quotas.groups import Groups
    from matching.quotas.trees import Trees

LARGEST_COST = 2**60
"""Bound on the largest cost times the number of nodes; OR-Tools scales by the latter and adds up in int64."""
SOURCE, SINK, FIRST_DEMAND = 0, 1, 2
MOST_NEEDS = 2**24

Columns = tuple[Integers, Integers, Integers, Integers]


@dataclass(frozen=True, eq=False)
class Network:
    """A checked flow problem, with its ladder: what the solver, the prices and the certificates work on.

    ``low`` and ``high`` bound the flow of each edge; ``group`` is the group of each demand node; a group's
    first slot is worth ``first`` and each other slot ``rest``, in steps.

    Where there are quotas, ``quotas`` holds them with upper bounds that pins fit into, ``trees`` their places
    in the network (None where they cross), and ``floor`` what a unit towards a lower bound is worth.
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
    quotas: "Groups | None" = None
    trees: "Trees | None" = None
    floor: int = 0

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.first.size)


class Arcs(NamedTuple):
    """What the solver is given; the first arcs are those of ``edges``, in this order."""

    tails: NDArray[np.int32]
    heads: NDArray[np.int32]
    rooms: Integers
    costs: Integers
    edges: Integers


def build_network(  # noqa: PLR0913 - the arrays of one problem
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
    """Check the arrays of a problem and return its network."""
    wanted, free = integers("slots", "", slots), integers("capacity", "", capacity)
    within("edges", "demand", edges.demand, wanted.size)
    within("edges", "offer", edges.offer, free.size)
    needs = _needs(need, wanted.size)
    low, high = _bounds(edges, wanted, free, pins, vetoes)
    group, first, rest = _ladder(needs, mandatory, priority, fairness)
    step = 2 * min(wanted.size, free.size) * int(edges.score.max(initial=0)) + 1
    network = Network(edges, wanted, free, needs, low, high, group, first, rest, step)
    refuse_too_large(network)
    return network


def _needs(need: ArrayLike | None, count: int) -> Integers:
    return np.arange(count) if need is None else integers("need", "", need, high=MOST_NEEDS, size=count)


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
    refuse_where(high[pinned] == 0, "pins", "", "vetoed")
    for nodes, room, code in (
        (edges.demand, slots, "exceeds_slots"),
        (edges.offer, capacity, "exceeds_capacity"),
    ):
        crowded = load(nodes, low, room.size) > room
        refuse_where(crowded[nodes[pinned]], "pins", "", code)
    return low, high


def load(nodes: Integers, flow: Integers, count: int) -> Integers:
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
    refuse_where(highest[need] != weight, "priority", "", "differs_within_need")


def _steps(must: Booleans, weight: Integers, *, has_first: bool) -> tuple[Integers, Integers]:
    """Return the ladder's steps of first and other slots, counted from 1 without gaps."""
    rest = (2 * must.astype(np.int64)) << 32 | weight
    first = rest + (1 << 32) if has_first else rest
    steps = np.unique(np.concatenate([first, rest]))
    return np.searchsorted(steps, first) + 1, np.searchsorted(steps, rest) + 1


def refuse_too_large(network: Network) -> None:
    """Refuse costs that could pass 64 bits within the solver."""
    nodes = 2 + network.groups + network.slots.size + network.capacity.size
    steepest = network.step * (int(network.first.max(initial=0)) + 1)
    if steepest * nodes >= LARGEST_COST:
        raise InvalidProblem("priority", "", "too_large")


def arcs(network: Network) -> Arcs:
    """Return the arcs over which the solver sends what is not pinned. Arcs without room are left out."""
    wanted = network.slots - load(network.edges.demand, network.low, network.slots.size)
    free = network.capacity - load(network.edges.offer, network.low, network.capacity.size)
    room = network.high - network.low
    np.minimum(room, wanted[network.edges.demand], out=room)
    np.minimum(room, free[network.edges.offer], out=room)
    kept = np.flatnonzero(room > 0)
    columns = (
        _edge_arcs(network, kept, room[kept]),
        *_ladder_arcs(network, wanted),
        _offer_arcs(network, free),
    )
    tails, heads, rooms, costs = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    some = rooms > 0
    return Arcs(tails[some].astype(np.int32), heads[some].astype(np.int32), rooms[some], costs[some], kept)


def _edge_arcs(network: Network, kept: Integers, room: Integers) -> Columns:
    edges = network.edges
    offer_node = FIRST_DEMAND + network.slots.size
    return FIRST_DEMAND + edges.demand[kept], offer_node + edges.offer[kept], room, -edges.score[kept]


def _ladder_arcs(network: Network, wanted: Integers) -> tuple[Columns, Columns, Columns]:
    """Return the arcs of first slots and of other slots into the groups, and those within groups."""
    group, groups = network.group, network.groups
    entry, together = _entries(network)
    wants = load(group, wanted, groups)
    begun = load(group, network.slots - wanted, groups) > 0
    first = np.minimum(wants, (network.first > network.rest) & ~begun)
    source = np.full(groups, SOURCE)
    return (
        (source, entry, first, -network.step * (network.first - 1)),
        (source, entry, wants - first, -network.step * (network.rest - 1)),
        (entry[group[together]], FIRST_DEMAND + together, wanted[together], np.zeros_like(together)),
    )


def _entries(network: Network) -> tuple[Integers, Integers]:
    """Return the node by which each group is entered, and the demand nodes that share a group.

    A demand node alone in its group is the entry itself.
    """
    group = network.group
    alone = np.bincount(group, minlength=network.groups)[group] == 1
    entry = FIRST_DEMAND + network.slots.size + network.capacity.size + np.arange(network.groups)
    entry[group[alone]] = FIRST_DEMAND + np.flatnonzero(alone)
    return entry, np.flatnonzero(~alone)


def _offer_arcs(network: Network, free: Integers) -> Columns:
    offer_node = FIRST_DEMAND + network.slots.size + np.arange(free.size)
    return offer_node, np.full(free.size, SINK), free, np.zeros_like(free)
