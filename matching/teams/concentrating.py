"""Teams of few providers: among equally good allocations, one in which each need has the fewest parties.

Which allocations are equally good? Where prices prove the answer, complementary slackness says it: a pair
that gains is used in full, one that loses is not used, and only pairs that do neither are free to change,
as long as every offer with a price stays used up and every demand node keeps its slots. Where more than the
ladder and the scores decides (quotas, another fairness, held-back capacity), slots move only between pairs
of the same demand node with the same score and in the same quotas, which changes nothing that anything
could depend on. Either way the ladder, the slots, the total, and with them the proof stay as they are.

The number of parties of a need is a concave function of what each of them fills, so finding the fewest is
hard in general (it contains set cover). What is done is a descent: min-cost flows in which a party costs a
need the less the more it has there already, each one accepted only if there are fewer parties after it;
then, part by part of what is free to change, an attempt to do without one party of one need, within a
stated amount of work.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.allocation.edges import Booleans, Integers
from matching.allocation.flow import Allocation
from matching.allocation.network import Network, load
from matching.policy import LADDER_ALONE

COST_OF_A_PARTY = 60
"""Cost of a party that a need does not have yet; one that fills k slots there costs this over k + 1."""
STRAIN_LEVELS = 100
"""Costs are multiplied by this, so that strain only decides between teams of as many parties."""
DESCENTS = 8
WORK = 200_000
"""Arcs that attempts to do without a party may take, added over the flows that are tried: about a second."""
COST_OF_A_FLOW = 100
"""What the smallest flow takes, in arcs."""


@dataclass(frozen=True, eq=False)
class Concentrated:
    """An allocation with fewer parties.

    Attributes
    ----------
    allocation : Allocation
        As good as the one before.
    parties_before, parties : int
        Number of pairs of a need and a party that serves it.
    is_whole : bool
        Whether every attempt was made; False where the amount of work ended them.
    """

    allocation: Allocation
    parties_before: int
    parties: int
    is_whole: bool


def concentrate(
    allocation: Allocation,
    party: Integers,
    *,
    kept: Integers | None = None,
    strain: Integers | None = None,
    work: int = WORK,
) -> Concentrated:
    """Return an equally good allocation in which needs have fewer parties, where one is found.

    Parameters
    ----------
    allocation : Allocation
        Any answer of :func:`matching.allocation.flow.allocate`.
    party : array of int, shape (offers,)
        The party behind each offer, numbered by content.
    kept : array of int, shape (edges,), optional
        A number whose sum over each demand node is not to change either (another score, say).
    strain : array of int from 0 to 9, shape (edges,), optional
        How badly the offer of an edge would work with the others of its need; less is better among teams of
        as many parties.
    work : int
        Arcs that the attempts may take together.

    Returns
    -------
    Concentrated
        Never more parties than before; slots of each demand node, ladder, total and proof unchanged.

    Notes
    -----
    Up to nine min-cost flows over the free pairs, which are few where scores differ, and the attempts.

    References
    ----------
    .. [1] E. J. Candes, M. B. Wakin, S. P. Boyd, "Enhancing sparsity by reweighted l1 minimization", Journal
       of Fourier Analysis and Applications 14 (2008), 877-905.
    """
    face = _face_of(allocation, kept)
    search = _Search(allocation, face, np.asarray(party), strain)
    before = search.parties
    is_whole = True
    if face.edges.size:
        search.descend()
        is_whole = search.do_without(work)
    return Concentrated(_with_flow(allocation, search.flow), before, search.parties, is_whole)


def _with_flow(allocation: Allocation, flow: Integers) -> Allocation:
    edges, need = allocation.network.edges, allocation.network.need
    used = np.flatnonzero(flow)
    chosen = np.repeat(used, flow[used])
    if np.array_equal(chosen, allocation.chosen):
        return allocation
    reached, wanted = np.zeros((2, allocation.utility.size), np.int64)
    np.add.at(reached, need[edges.demand[chosen]], edges.score[chosen])
    np.add.at(wanted, need, allocation.network.slots)
    return replace(allocation, chosen=chosen, utility=reached / np.maximum(wanted, 1))


@dataclass(frozen=True, eq=False)
class _Face:
    """What is free to change: slots of sources over edges to offers.

    ``edges`` are places in the network; ``source`` the source of each, ``least`` what is used of it in any
    case, ``room`` what it can take beyond that; ``room_of_offer`` what each offer can take over these edges,
    and ``must`` what it has to.
    """

    edges: Integers
    source: Integers
    offer: Integers
    least: Integers
    room: Integers
    room_of_offer: Integers
    must: Integers


def _face_of(allocation: Allocation, kept: Integers | None) -> _Face:
    network, flow = allocation.network, allocation.flow
    by_prices = kept is None and network.quotas is None and allocation.fairness in LADDER_ALONE
    if by_prices and allocation.proof == "optimal":
        free, source = _by_slackness(allocation)
    else:
        free, source = _by_likeness(network, flow, kept)
    free, source = _with_a_choice(network, flow, free, source)
    offer, least = network.edges.offer[free], network.low[free]
    count = network.capacity.size
    moving = load(offer, flow[free] - least, count)
    used = load(network.edges.offer, flow, count)
    must = moving if allocation.offer_price is None else np.where(allocation.offer_price > 0, moving, 0)
    if not by_prices or allocation.proof != "optimal":
        must = np.zeros(count, np.int64)
    room = np.minimum(network.high[free] - least, load(source, flow[free] - least, source.size + 1)[source])
    return _Face(free, source, offer, least, room, network.capacity - used + moving, must)


def _by_slackness(allocation: Allocation) -> tuple[Integers, Integers]:
    """Return the edges that neither gain nor lose, and the demand node of each."""
    edges = allocation.network.edges
    worth, slot, unit = allocation.slot_worth, allocation.demand_price, allocation.offer_price
    if worth is None or slot is None or unit is None:
        raise RuntimeError("a proved allocation has prices")
    gain = (worth - slot)[edges.demand] + edges.score - unit[edges.offer]
    free = np.flatnonzero((gain == 0) & (allocation.network.high > allocation.network.low))
    return free, edges.demand[free]


def _by_likeness(network: Network, flow: Integers, kept: Integers | None) -> tuple[Integers, Integers]:
    """Return the edges that are like a used one, and a number for each kind."""
    edges = network.edges
    keys = [edges.demand, edges.score, _quotas_of(network)]
    keys += [] if kept is None else [kept]
    _, kind = np.unique(np.stack(keys), axis=1, return_inverse=True)
    kind = kind.ravel()
    is_used = np.zeros(int(kind.max(initial=-1)) + 1, np.bool_)
    is_used[kind[flow > network.low]] = True
    free = np.flatnonzero(is_used[kind] & (network.high > network.low))
    return free, kind[free]


def _quotas_of(network: Network) -> Integers:
    """Return a number for the set of quotas in which each edge counts, and how much it counts."""
    count = len(network.edges)
    if network.quotas is None:
        return np.zeros(count, np.int64)
    sets: list[tuple[tuple[int, int], ...]] = [()] * count
    groups = network.quotas
    columns = (groups.edge.tolist(), groups.quota.tolist(), groups.weight.tolist())
    for edge, quota, weight in zip(*columns, strict=True):
        sets[edge] = (*sets[edge], (quota, weight))
    number = {found: place for place, found in enumerate(sorted(set(sets)))}
    return np.array([number[found] for found in sets], np.int64)


def _with_a_choice(
    network: Network, flow: Integers, free: Integers, source: Integers
) -> tuple[Integers, Integers]:
    """Leave out sources all of whose edges are used in full, or none; number the others from 0."""
    size = int(source.max(initial=-1)) + 1
    units = load(source, flow[free] - network.low[free], size)
    room = load(source, network.high[free] - network.low[free], size)
    has_choice = (units > 0) & (room > units)
    kept = has_choice[source]
    _, number = np.unique(source[kept], return_inverse=True)
    return free[kept], number.astype(np.int64)


class _Search:
    """The flow that is best so far, and who fills how much of each need in it."""

    def __init__(self, allocation: Allocation, face: _Face, party: Integers, strain: Integers | None) -> None:
        edges, self.face, self.flow = allocation.network.edges, face, allocation.flow
        looked_at = np.union1d(face.edges, np.flatnonzero(self.flow))
        need = allocation.network.need[edges.demand[looked_at]]
        names = need * (int(party.max(initial=0)) + 1) + party[edges.offer[looked_at]]
        pairs, number = np.unique(names, return_inverse=True)
        own = np.searchsorted(looked_at, face.edges)
        self.pair, self.need = number[own], need[own]
        self.strain = np.zeros(own.size, np.int64) if strain is None else strain[face.edges]
        self.slots = load(number, self.flow[looked_at], pairs.size)
        self.fixed = self.slots - load(self.pair, self.flow[face.edges] - face.least, pairs.size)

    @property
    def parties(self) -> int:
        """Number of pairs of a need and a party that serves it."""
        return int((self.slots > 0).sum())

    def descend(self) -> None:
        """Make parties the dearer the less they have, and send everything anew, while that helps."""
        everything = np.arange(self.face.edges.size)
        for _ in range(DESCENTS):
            cost = STRAIN_LEVELS * (COST_OF_A_PARTY // (self.slots[self.pair] + 1))
            cost[self.fixed[self.pair] > 0] = 0
            if not self._improves(everything, cost + self.strain):
                break

    def do_without(self, work: int) -> bool:
        """Try to do without one party of one need, part by part; return whether all was tried."""
        for some in _parts(self.face):
            for pair in self._dispensable(some):
                if not self.slots[pair]:
                    continue
                work -= some.size + COST_OF_A_FLOW
                if work < 0:
                    return False
                self._improves(some, self._shunning(some, pair))
        return True

    def _improves(self, some: Integers, cost: Integers) -> bool:
        """Send what some free edges carry at least cost, and keep that if fewer parties are left."""
        edges, pair = self.face.edges[some], self.pair[some]
        change = _cheapest(self.face, some, cost, self.flow) - self.flow[edges]
        names, number = np.unique(pair, return_inverse=True)
        slots = self.slots[names] + load(number, change, names.size)
        parties = int((slots > 0).sum()) - int((self.slots[names] > 0).sum())
        if (parties, int((change * self.strain[some]).sum())) >= (0, 0):
            return False
        self.flow[edges] += change
        self.slots[names] = slots
        return True

    def _dispensable(self, some: Integers) -> list[int]:
        """Return parties of a need that may be done without, those with least first.

        All that such a party fills there is free to change, and each of these slots could go to another party
        that the need has already.
        """
        pair, flow = self.pair[some], self.flow[self.face.edges[some]]
        names, number = np.unique(pair, return_inverse=True)
        moving = load(number, flow, names.size)
        stuck = load(number, ((flow > 0) & ~self._has_others(some)).astype(np.int64), names.size)
        can_go = (moving > 0) & (moving == self.slots[names]) & (stuck == 0)
        return [int(name) for name in names[can_go][np.argsort(moving[can_go], kind="stable")]]

    def _has_others(self, some: Integers) -> Booleans:
        """Whether the source of each edge also has an edge to another party that its need has already."""
        pair, source = self.pair[some], self.face.source[some]
        is_here = (self.slots[pair] > 0).astype(np.int64)
        _, own = np.unique(source, return_inverse=True)
        _, same = np.unique(source * self.slots.size + pair, return_inverse=True)
        return np.asarray(load(own, is_here, some.size)[own] > load(same, is_here, some.size)[same])

    def _shunning(self, some: Integers, pair: int) -> Integers:
        """Return costs that make parties new to a need dear, and one party dearest."""
        is_new = self.slots[self.pair[some]] == 0
        cost = np.where(is_new, STRAIN_LEVELS * COST_OF_A_PARTY, 0) + self.strain[some]
        cost[self.pair[some] == pair] += 2 * STRAIN_LEVELS * COST_OF_A_PARTY
        return np.asarray(cost)


def _cheapest(face: _Face, some: Integers, cost: Integers, flow: Integers) -> Integers:
    """Return the flow of some free edges, a part or all, when what they carry is sent at least cost."""
    moving = flow[face.edges[some]] - face.least[some]
    sources, source = np.unique(face.source[some], return_inverse=True)
    offers, offer = np.unique(face.offer[some], return_inverse=True)
    supply, root = load(source, moving, sources.size), sources.size + offers.size
    must = np.minimum(face.must[offers], face.room_of_offer[offers])
    reward = (int(cost.max(initial=0)) + 1) * (2 * min(sources.size, offers.size) + 2)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(source, sources.size + offer, face.room[some], cost)
    ends, sink = sources.size + np.arange(offers.size), np.full(offers.size, root)
    solver.add_arcs_with_capacity_and_unit_cost(ends, sink, must, np.full(offers.size, -reward))
    rest = face.room_of_offer[offers] - must
    solver.add_arcs_with_capacity_and_unit_cost(ends, sink, rest, np.zeros(offers.size, np.int64))
    solver.set_nodes_supplies(np.arange(sources.size), supply)
    solver.set_node_supply(root, -int(supply.sum()))
    if solver.solve() != SimpleMinCostFlow.OPTIMAL:
        raise RuntimeError("what is used now is itself an answer")
    return face.least[some] + np.asarray(solver.flows(arcs), np.int64)


def _parts(face: _Face) -> Iterator[Integers]:
    """Give the free edges of each independent part, in the order of their first edge."""
    sources, offers = int(face.source.max()) + 1, face.room_of_offer.size
    ends = (face.source, sources + face.offer)
    graph = coo_array((np.ones(face.edges.size), ends), shape=(sources + offers,) * 2)
    label = connected_components(graph, directed=False)[1][face.source]
    _, first, part = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(first[part], kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(first[part][order])) + 1)


def spare_parties(allocation: Allocation, party: Integers, slack: int) -> Allocation:
    """Let needs give up points of the total so that fewer parties serve them.

    Parameters
    ----------
    allocation : Allocation
        Any answer.
    party : array of int, shape (offers,)
        The party behind each offer.
    slack : int
        Most points that a need may give up for each slot that goes to another party.

    Returns
    -------
    Allocation
        Slots of each demand node, locks and quotas as before. What was given up is the gap of the proof.

    Notes
    -----
    Need by need, in order: the party that can be done without at the least cost goes, while there is one
    whose slots fit into what the need's other parties have free. Linear in the edges of needs with several
    parties for each party that goes.
    """
    merging = _Merging(allocation, np.asarray(party), slack)
    for need in range(allocation.utility.size):
        while merging.without_one(need):
            pass
    after = _with_flow(allocation, merging.flow)
    if after is allocation:
        return allocation
    after.total = int(allocation.network.edges.score[after.chosen].sum())
    if after.certificate is not None:
        after.proof = (after.certificate - after.value) or "optimal"
    return after


class _Merging:
    """Moves slots of a need from one of its parties to its others."""

    def __init__(self, allocation: Allocation, party: Integers, slack: int) -> None:
        self.network, self.flow, self.slack = allocation.network, allocation.flow, slack
        edges = self.network.edges
        self.party = party[edges.offer]
        self.like = _quotas_of(self.network)
        self.free = self.network.capacity - load(edges.offer, self.flow, self.network.capacity.size)
        need = self.network.need[edges.demand]
        self.order = np.argsort(need, kind="stable")
        self.starts = np.searchsorted(need[self.order], np.arange(allocation.utility.size + 1))

    def without_one(self, need: int) -> bool:
        """Do without the party of a need that costs least; return whether there was one."""
        own = self.order[self.starts[need] : self.starts[need + 1]]
        here = np.unique(self.party[own[self.flow[own] > 0]])
        plans = [self._plan(own, int(name), here) for name in here.tolist()] if here.size > 1 else []
        moves = min((plan for plan in plans if plan is not None), default=(0, 0, []))[2]
        offer = self.network.edges.offer
        for edge, other in moves:
            self.flow[edge] -= 1
            self.flow[other] += 1
            self.free[offer[edge]] += 1
            self.free[offer[other]] -= 1
        return bool(moves)

    def _plan(
        self, own: Integers, name: int, here: Integers
    ) -> tuple[int, int, list[tuple[int, int]]] | None:
        """Return what it costs to do without a party, its number, and which edge takes each unit over."""
        edges, moves, cost = self.network.edges, list[tuple[int, int]](), 0
        free, taken = Counter[int](), Counter[int]()
        mine = self.party[own] == name
        others = own[~mine & np.isin(self.party[own], here)]
        for edge in np.repeat(own[mine], self.flow[own[mine]]).tolist():
            fits = others[
                (edges.demand[others] == edges.demand[edge]) & (self.like[others] == self.like[edge])
            ]
            fits = fits[np.argsort(-edges.score[fits], kind="stable")]
            other = next((it for it in fits.tolist() if self._has_room(it, free, taken)), None)
            if other is None or self.network.low[edge]:
                return None
            moves.append((edge, other))
            free[int(edges.offer[other])] += 1
            taken[other] += 1
            cost += int(edges.score[edge] - edges.score[other])
        return (cost, name, moves) if cost <= self.slack * len(moves) else None

    def _has_room(self, edge: int, used: Counter[int], taken: Counter[int]) -> bool:
        offer = int(self.network.edges.offer[edge])
        has_capacity = self.free[offer] > used[offer]
        return bool(has_capacity and self.flow[edge] + taken[edge] < self.network.high[edge])
