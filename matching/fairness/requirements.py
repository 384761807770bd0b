"""What a target for the utility of needs asks of the flow: which edges are out, and least slots.

A need of utility ``t`` has scores of at least ``t`` times its slots. So an edge is out if its need would stay
below even with the best others beside it, and each demand node needs so many slots that the best edges could
make it. Both are easy for a flow, and so show for many a target that it cannot be reached.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.allocation.edges import Booleans, Integers
from matching.allocation.mincost import edge_flow, min_cost_flows, most
from matching.allocation.network import FIRST_DEMAND, SOURCE, Arcs, Network, arcs, load


@dataclass(frozen=True, eq=False)
class Requirements:
    """The best edges of each need, each node at its best alone."""

    network: Network

    @property
    def needs(self) -> int:
        """Number of needs."""
        return int(self.network.need.max(initial=-1)) + 1

    @cached_property
    def wanted(self) -> Integers:
        """Slots of each need."""
        return load(self.network.need, self.network.slots, self.needs)

    @cached_property
    def of_edge(self) -> Integers:
        """The need of each edge."""
        return self.network.need[self.network.edges.demand]

    @cached_property
    def limit(self) -> Integers:
        """What each edge can carry at most."""
        network = self.network
        return np.minimum(network.high, network.capacity[network.edges.offer])

    @cached_property
    def taken(self) -> Integers:
        """Flow of each edge if each demand node got the best for itself."""
        edges = self.network.edges
        order = np.lexsort((-edges.score, edges.demand))
        before = _running(edges.demand[order], self.limit[order])
        taken = np.zeros(len(edges), np.int64)
        taken[order] = np.clip(self.network.slots[edges.demand[order]] - before, 0, self.limit[order])
        return taken

    @cached_property
    def best_of_node(self) -> Integers:
        """Sum of scores of each demand node at its best."""
        return load(self.network.edges.demand, self.taken * self.network.edges.score, self.network.slots.size)

    @cached_property
    def best(self) -> Integers:
        """Sum of scores of each need at its best."""
        return load(self.network.need, self.best_of_node, self.needs)

    def sums(self, flow: Integers) -> Integers:
        """Return the sum of scores of each need."""
        return load(self.of_edge, flow * self.network.edges.score, self.needs)

    def required(self, target: float, aimed: Booleans) -> Integers:
        """Return the least sum of scores of each need; 0 for those that are not aimed at."""
        sums = np.ceil(target * self.wanted - 1e-7).astype(np.int64)
        return np.where(aimed, np.maximum(sums, 0), 0)

    def above(self, lowest: float, aimed: Booleans) -> Integers:
        """Return the least sums that would make a higher lowest utility."""
        return np.where(aimed, np.floor(lowest * self.wanted + 1e-7).astype(np.int64) + 1, 0)

    def open(self, required: Integers) -> Integers:
        """Return how often each edge may be used, without those that keep their need below."""
        network, edges = self.network, self.network.edges
        full = load(edges.demand, self.taken, network.slots.size) == network.slots
        least = np.full(network.slots.size, np.iinfo(np.int64).max)
        used = np.flatnonzero(self.taken)
        np.minimum.at(least, edges.demand[used], edges.score[used])
        given_up = np.where(full & (network.slots > 0), least, 0)[edges.demand]
        lost = np.maximum(given_up - edges.score, 0)
        can = self.best[self.of_edge] - lost >= required[self.of_edge]
        return np.where(can, network.high, network.low)

    def least_of_nodes(self, required: Integers) -> Integers:
        """Return the fewest slots with which each demand node could do its part, the others at their best."""
        network = self.network
        part = required[network.need] - (self.best[network.need] - self.best_of_node)
        return self._fewest(network.edges.demand, part)

    def least_of_needs(self, required: Integers) -> Integers:
        """Return the fewest slots with which each need could have its sum."""
        return self._fewest(self.of_edge, required)

    def _fewest(self, owner: Integers, sums: Integers) -> Integers:
        """Return for each owner how many of its best units add up to its sum; all of them if none do."""
        some = np.flatnonzero(self.taken)
        score = self.network.edges.score[some]
        order = some[np.lexsort((-score, owner[some]))]
        units, score, whose = self.taken[order], self.network.edges.score[order], owner[order]
        before = _running(whose, units * score)
        lacking = np.clip(-(-(sums[whose] - before) // score), 0, units)
        return load(whose, lacking, sums.size)

    def reaches(self, required: Integers, aim: Integers) -> bool:
        """Whether the flow part of the requirements can be met together with a coverage.

        Where this is false no allocation of that coverage gives every need its sum.
        """
        if bool((self.best < required).any()):
            return False
        model, bonus = self.model(required, np.zeros_like(self.network.edges.score), 1)
        flows = min_cost_flows(model)
        flow = edge_flow(self.network, model, flows)
        return bool(bonus.sum() == flows[bonus > 0].sum()) and np.array_equal(
            covered(self.network, flow), aim
        )

    def model(self, required: Integers, scores: Integers, prize: int) -> tuple[Arcs, Integers]:
        """Return arcs in which each of the least slots has a prize below the ladder, and their sizes.

        Where the prize is above twice the scores of a path, the least slots come right after the ladder.
        """
        network = self.network
        nodes = self.least_of_nodes(required)
        entered = self._least_of_groups(required, nodes)
        held = load(network.edges.demand, network.low, network.slots.size)
        begun = load(network.group, held, network.groups)
        shortest = 2 * (network.slots.size + 2) * (prize + int(scores.max(initial=0))) + 1
        plain = _rescored(replace(network, high=self.open(required)), scores, shortest)
        model = arcs(plain)
        return _with_prizes(model, plain, np.maximum(nodes - held, 0), np.maximum(entered - begun, 0), prize)

    def _least_of_groups(self, required: Integers, nodes: Integers) -> Integers:
        network = self.network
        together = load(network.group, nodes, network.groups)
        some = np.unique(network.group, return_index=True)[1]
        need = network.need[some]
        alone = np.bincount(need, minlength=self.needs)[need] == 1
        return np.where(alone, np.maximum(together, self.least_of_needs(required)[need]), together)


def best_case(network: Network) -> float:
    """Return what the lowest utility cannot exceed: the least best case, 0 where somebody must stay empty."""
    given = Requirements(network)
    asking = np.flatnonzero(given.wanted > 0)
    if not asking.size:
        return 0.0
    best = (given.best[asking] / given.wanted[asking]).min()
    return float(best) if best > 0 and _can_all_be_served(network, asking.size) else 0.0


def _can_all_be_served(network: Network, asking: int) -> bool:
    """Whether all needs can have a slot at once, whatever the coverage."""
    _, group = np.unique(network.need, return_inverse=True)
    ones = np.ones(int(group.max(initial=-1)) + 1, np.int64)
    whole = replace(
        network,
        group=group.astype(np.int64),
        first=2 * ones,
        rest=ones,
        low=np.zeros_like(network.low),
        step=2,
    )
    model = arcs(whole)
    lower = (model.tails == SOURCE) & (model.costs == 0)
    return most(model, lower) >= asking


def covered(network: Network, flow: Integers) -> Integers:
    """Return how many slots a flow fills on each step of the ladder or higher, from the top."""
    reached = load(network.group[network.edges.demand], flow, network.groups)
    first = np.minimum(reached, 1)
    counts = np.zeros(int(max(network.first.max(initial=0), network.rest.max(initial=0))) + 1, np.int64)
    np.add.at(counts, network.first, first)
    np.add.at(counts, network.rest, reached - first)
    return np.cumsum(counts[:0:-1])


def _rescored(network: Network, scores: Integers, step: int) -> Network:
    return replace(network, edges=network.edges.rescored(scores), step=step)


def _with_prizes(
    model: Arcs, network: Network, nodes: Integers, groups: Integers, prize: int
) -> tuple[Arcs, Integers]:
    """Split the arcs into groups and into their demand nodes, so that the first units have a prize."""
    entered = _least_of_heads(network, nodes, groups)
    of_source = model.tails == SOURCE
    inner = (model.heads >= FIRST_DEMAND) & (model.heads < FIRST_DEMAND + network.slots.size) & ~of_source
    sizes = np.zeros(model.tails.size, np.int64)
    sizes[inner] = np.minimum(nodes[model.heads[inner] - FIRST_DEMAND], model.rooms[inner])
    costs = np.sort(np.unique(model.costs[of_source]))
    left = entered.copy()
    for cost in costs.tolist():  # the upper steps first: each group has one arc on each
        here = np.flatnonzero(of_source & (model.costs == cost))
        sizes[here] = np.minimum(left[model.heads[here]], model.rooms[here])
        np.subtract.at(left, model.heads[here], sizes[here])
    split = np.flatnonzero(sizes)
    rooms = model.rooms - sizes
    return (
        Arcs(
            np.concatenate([model.tails, model.tails[split]]),
            np.concatenate([model.heads, model.heads[split]]),
            np.concatenate([rooms, sizes[split]]),
            np.concatenate([model.costs, model.costs[split] - prize]),
            model.edges,
        ),
        np.concatenate([np.zeros(model.tails.size, np.int64), sizes[split]]),
    )


def _least_of_heads(network: Network, nodes: Integers, groups: Integers) -> Integers:
    """Return the least units into each node that the source leads to."""
    model_nodes = FIRST_DEMAND + network.slots.size + network.capacity.size + network.groups
    least = np.zeros(model_nodes, np.int64)
    least[model_nodes - network.groups :] = groups
    alone = np.bincount(network.group, minlength=network.groups)[network.group] == 1
    least[FIRST_DEMAND + np.flatnonzero(alone)] = np.maximum(nodes, groups[network.group])[alone]
    return least


def _running(owner: NDArray[np.int64], amounts: Integers) -> Integers:
    """Return the sum before each entry within its owner; entries of one owner stand together."""
    total = np.cumsum(amounts) - amounts
    if not owner.size:
        return total
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    return total - np.repeat(total[starts], np.diff(np.concatenate([starts, [owner.size]])))
