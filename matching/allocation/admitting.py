"""Slots and capacity are admitted to a standing flow unit by unit; guests are seated where room is free.

Invariant: with the units that wait left out, and guests taken out, the flow is optimal and no arc of the
residual graph is shorter than 0. Every method either keeps that, or says which guests and units wait.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from matching.allocation.edges import Booleans, Edges, Integers
from matching.allocation.flow import allocate
from matching.allocation.residual import DEMAND, FAR, GROUP, OFFER, ROOT, Residual, rungs

HIGHEST = 2**60
"""Price of a demand node that has no edge: above every rung."""


class Guest(NamedTuple):
    """A unit seated where room was free, without asking what would be best.

    It may have taken a unit of capacity, or a slot, that had not been admitted.
    """

    edge: int
    new_capacity: bool
    new_slot: bool


class Admission:
    """What is wanted and offered, and how much of it the residual graph knows.

    Parameters
    ----------
    residual : Residual
        An optimal flow; everything in it is admitted.
    is_tiered : bool
        Whether groups have first slots.
    """

    def __init__(self, residual: Residual, *, is_tiered: bool) -> None:
        self.residual = residual
        self.is_tiered = is_tiered
        self.slots = list(residual.nodes.open)
        self.capacity = list(residual.supply.open)
        self._guests: list[Guest] = []
        self._waiting_nodes: set[int] = set()
        self._gives_back = True
        self._waiting_offers: set[int] = set()

    # ------------------------------------------------------------------ newcomers

    def add_nodes(self, slots: Integers, must: Booleans, weight: Integers, edges: Edges) -> list[int]:
        """Add the demand nodes of a need with their edges; none of their slots is admitted yet."""
        start = len(self.slots)
        numbers = list(range(start, start + slots.size))
        first, rest = (rungs(must, weight, first=is_first).tolist() for is_first in (self.is_tiered, False))
        self.slots += slots.tolist()
        rows = self._rows(start, slots.size, edges)
        groups: dict[bool | int, int] = {}
        for node, place in enumerate(numbers):
            key = bool(must[node]) if self.is_tiered else node
            if key not in groups:
                groups[key] = self._add_group(first[node], rest[node])
            self._add_node(place, groups[key], rows[node])
        self._waiting_nodes.update(numbers)
        return numbers

    def _rows(self, start: int, count: int, edges: Edges) -> list[range]:
        order = np.argsort(edges.demand, kind="stable")
        bounds = np.searchsorted(edges.demand[order], np.arange(count + 1)).tolist()
        added = self.residual.add_edges(edges, edges.demand[order] + start, edges.offer[order], order)
        return [range(added.start + low, added.start + high) for low, high in pairwise(bounds)]

    def _add_group(self, first: int, rest: int) -> int:
        groups = self.residual.groups
        for column, value in (
            (groups.first, first),
            (groups.rest, rest),
            (groups.wanted, 0),
            (groups.filled, 0),
            (groups.price, HIGHEST),
            (groups.floor, 0),
        ):
            column.append(value)
        groups.members.append([])
        return len(groups.first) - 1

    def _add_node(self, node: int, group: int, row: range) -> None:
        nodes, groups = self.residual.nodes, self.residual.groups
        for column, value in (
            (nodes.group, group),
            (nodes.open, 0),
            (nodes.filled, 0),
            (nodes.price, HIGHEST),
            (nodes.floor, 0),
        ):
            column.append(value)
        nodes.rows.append([row])
        groups.members[group].append(node)
        nodes.price[node] = min(HIGHEST, self.residual.price_of_newcomer(node))
        groups.price[group] = min(groups.price[group], nodes.price[node])

    def add_offer(self, capacity: int, edges: Edges) -> int:
        """Add an offer with its edges; none of its capacity is admitted yet."""
        residual, offer = self.residual, len(self.capacity)
        self.capacity.append(capacity)
        residual.supply.open.append(0)
        residual.supply.used.append(0)
        names = np.full(len(edges), offer)
        added = residual.add_edges(edges, edges.demand, names, np.arange(len(edges)))
        worth = 0
        for edge, demand, score in zip(added, edges.demand.tolist(), edges.score.tolist(), strict=True):
            residual.nodes.rows[demand].append(range(edge, edge + 1))
            worth = max(worth, residual.nodes.price[demand] + score)
        residual.supply.price.append(worth)
        self._waiting_offers.add(offer)
        return offer

    def take_out(self, edge: int) -> None:
        """Take an edge out for good: its slots and the capacity behind them wait."""
        residual = self.residual
        pairs, nodes, supply = residual.pairs, residual.nodes, residual.supply
        demand, offer, units = int(pairs.demand[edge]), int(pairs.offer[edge]), int(pairs.flow[edge])
        pairs.low[edge] = 0
        self._lift([guest for guest in self._guests if guest.edge == edge])
        left = int(pairs.flow[edge])
        residual.add_flow(edge, -left)
        pairs.high[edge] = 0
        group = nodes.group[demand]
        nodes.open[demand] -= left
        nodes.filled[demand] -= left
        residual.groups.wanted[group] -= left
        residual.groups.filled[group] -= left
        supply.open[offer] -= left
        supply.used[offer] -= left
        nodes.floor[demand] = min(nodes.floor[demand], nodes.filled[demand])
        residual.groups.floor[group] = min(residual.groups.floor[group], residual.groups.filled[group])
        if units:
            self._waiting_nodes.add(demand)
            self._waiting_offers.add(offer)

    # ------------------------------------------------------------------ guests

    def await_slots(self, slots: list[int]) -> None:
        """Let demand nodes want so many slots; what is more than before waits."""
        self._waiting_nodes.update(node for node, more in enumerate(slots) if more > self.slots[node])
        self.slots[: len(slots)] = slots

    def seat(self, flow: Integers, stays: Booleans) -> None:
        """Seat so many units on each edge as guests; those that stay are confirmed."""
        for edge in np.flatnonzero(flow).tolist():
            for _ in range(int(flow[edge])):
                self._seat(edge)
            if stays[edge]:
                self.residual.pairs.low[edge] = flow[edge]

    def invite(self, nodes: Sequence[int]) -> None:
        """Seat as many of the empty slots of some nodes as fit into what is free, as well as that can be."""
        edges, places = self._free_edges(nodes)
        offers, offer = np.unique(edges.offer, return_inverse=True)
        supply = self.residual.supply
        spare = [self.capacity[name] - supply.used[name] for name in offers.tolist()]
        allocation = allocate(
            Edges(edges.demand, offer, edges.score, edges.limit),
            [self.slots[node] - self.residual.nodes.filled[node] for node in nodes],
            spare,
            **self._ladder_of(nodes),
        )
        for edge in places[allocation.chosen].tolist():
            self._seat(edge)

    def _free_edges(self, nodes: Sequence[int]) -> tuple[Edges, Integers]:
        pairs, supply = self.residual.pairs, self.residual.supply
        runs = [(number, run) for number, node in enumerate(nodes) for run in self.residual.nodes.rows[node]]
        none = np.zeros(0, np.int64)
        places = np.concatenate([none, *(np.arange(run.start, run.stop) for _, run in runs)])
        number = np.concatenate([none, *(np.full(len(run), number) for number, run in runs)])
        offers = pairs.offer[places]
        spare = [supply.used[name] < self.capacity[name] for name in offers.tolist()]
        kept = np.flatnonzero((pairs.flow[places] < pairs.high[places]) & np.array(spare, np.bool_))
        places, number = places[kept], number[kept]
        room = pairs.high[places] - pairs.flow[places]
        return Edges(number, pairs.offer[places], pairs.score[places], room), places

    def _ladder_of(self, nodes: Sequence[int]) -> dict[str, Any]:
        """Return the ladder of a few nodes of one need, apart from all others."""
        groups, group = self.residual.groups, self.residual.nodes.group
        rest = [groups.rest[group[node]] for node in nodes]
        return {
            "need": np.zeros(len(nodes), np.int64),
            "mandatory": np.array([worth == max(rest) for worth in rest], np.bool_),
            "fairness": "tiered" if self.is_tiered else "total",
        }

    def fill_empty(self, offer: int) -> None:
        """Give what an offer can still take to empty slots, the most valuable ones first."""
        residual = self.residual
        for _ in range(self.capacity[offer] - residual.supply.used[offer]):
            edges = [edge for edge in residual.edges_of(offer) if self._is_free(edge)]
            if not edges:
                break
            self._seat(max(edges, key=lambda edge: (self._worth(edge), -edge)))

    def _is_free(self, edge: int) -> bool:
        pairs, nodes = self.residual.pairs, self.residual.nodes
        demand = int(pairs.demand[edge])
        return nodes.filled[demand] < self.slots[demand] and pairs.flow[edge] < pairs.high[edge]

    def _worth(self, edge: int) -> int:
        pairs, nodes = self.residual.pairs, self.residual.nodes
        group = nodes.group[int(pairs.demand[edge])]
        return self.residual.groups.next_worth(group) + int(pairs.score[edge])

    def _seat(self, edge: int) -> None:
        residual = self.residual
        nodes, supply = residual.nodes, residual.supply
        demand, offer = int(residual.pairs.demand[edge]), int(residual.pairs.offer[edge])
        new_slot = nodes.filled[demand] == nodes.open[demand]
        guest = Guest(edge, supply.used[offer] == supply.open[offer], new_slot)
        self._book(guest, 1)
        self._guests.append(guest)

    def _book(self, guest: Guest, amount: int) -> None:
        residual = self.residual
        nodes, groups, supply = residual.nodes, residual.groups, residual.supply
        demand, offer = int(residual.pairs.demand[guest.edge]), int(residual.pairs.offer[guest.edge])
        group = nodes.group[demand]
        residual.add_flow(guest.edge, amount)
        nodes.filled[demand] += amount
        groups.filled[group] += amount
        supply.used[offer] += amount
        if guest.new_slot:
            nodes.open[demand] += amount
            groups.wanted[group] += amount
        if guest.new_capacity:
            supply.open[offer] += amount

    def _lift(self, guests: Iterable[Guest]) -> list[Guest]:
        """Take guests out that nobody has confirmed, and return them; the others stay for good."""
        pairs, lifted = self.residual.pairs, []
        for guest in guests:
            self._guests.remove(guest)
            if pairs.flow[guest.edge] > pairs.low[guest.edge]:
                self._book(guest, -1)
                lifted.append(guest)
        return lifted

    # ------------------------------------------------------------------ admitting

    def settle(self, *, gives_back: bool) -> None:
        """Seat guests as well as the policy allows, so that the flow is optimal under it.

        With ``gives_back`` any slot can be given back; without, nobody keeps less than what is filled now.
        """
        residual = self.residual
        nodes, groups = residual.nodes, residual.groups
        touched = {nodes.group[int(residual.pairs.demand[guest.edge])] for guest in self._guests}
        lifted = self._lift(tuple(self._guests))
        if not gives_back:
            nodes.floor, groups.floor = nodes.filled.copy(), groups.filled.copy()
            for guest in lifted:
                self._keep(guest)
        elif self._gives_back:
            self._mend((), touched)
        else:
            nodes.floor, groups.floor = [0] * len(nodes.filled), [0] * len(groups.filled)
            self._mend(range(len(nodes.filled)), range(len(groups.filled)))
        self._gives_back = gives_back
        self.admit()

    def admit(self) -> None:
        """Admit all that waits."""
        for offer in sorted(self._waiting_offers):
            for _ in range(self.capacity[offer] - self.residual.supply.open[offer]):
                self._draw(offer)
        for group in sorted({self.residual.nodes.group[node] for node in self._waiting_nodes}):
            self._admit_group(group)
        self._waiting_offers.clear()
        self._waiting_nodes.clear()

    def _keep(self, guest: Guest) -> None:
        """Admit a guest's slot so that it is filled, by whomever."""
        residual = self.residual
        nodes, groups, supply = residual.nodes, residual.groups, residual.supply
        demand, offer = int(residual.pairs.demand[guest.edge]), int(residual.pairs.offer[guest.edge])
        group = nodes.group[demand]
        if guest.new_slot:
            nodes.open[demand] += 1
            groups.wanted[group] += 1
        nodes.filled[demand] += 1
        nodes.floor[demand] += 1
        groups.filled[group] += 1
        groups.floor[group] += 1
        if not guest.new_capacity:
            residual.follow(residual.forward(DEMAND | demand, FAR))
            return
        supply.open[offer] += 1
        supply.used[offer] += 1
        path = residual.forward(DEMAND | demand, FAR, goal=OFFER | offer)
        residual.follow(path)
        if path.end == ROOT:
            residual.follow(residual.backward(OFFER | offer, FAR), back=True)

    def _draw(self, offer: int) -> None:
        """Admit one unit of an offer's capacity."""
        residual = self.residual
        residual.supply.open[offer] += 1
        path = residual.backward(OFFER | offer, int(residual.supply.price.values[offer]))
        if path.end == ROOT:
            residual.supply.used[offer] += 1
        residual.follow(path, back=True)

    def _admit_group(self, group: int) -> None:
        """Admit the waiting slots of a group."""
        residual = self.residual
        nodes, groups = residual.nodes, residual.groups
        members = groups.members[group]
        is_fresh = groups.wanted[group] == groups.floor[group]
        if is_fresh:
            groups.price[group] = min(nodes.price[node] for node in members)
        for node in members:
            for _ in range(self.slots[node] - nodes.open[node]):
                if is_fresh:
                    nodes.open[node] += 1
                else:
                    self._fill_group(group)
                    self._fill_node(node)
        if is_fresh:
            for _ in range(sum(self.slots[node] for node in members) - groups.wanted[group]):
                self._fill_group(group)

    def _fill_group(self, group: int) -> None:
        """Admit one slot of a group, for whichever of its nodes has room."""
        residual, groups = self.residual, self.residual.groups
        groups.wanted[group] += 1
        bound = groups.next_worth(group) - groups.price[group]
        if bound <= 0:
            return
        path = residual.forward(GROUP | group, bound)
        if path.end == ROOT:
            groups.filled[group] += 1
        residual.follow(path)

    def _fill_node(self, node: int) -> None:
        """Let one more slot of a group be used at one of its nodes."""
        residual, nodes = self.residual, self.residual.nodes
        group = nodes.group[node]
        nodes.open[node] += 1
        bound = residual.groups.price[group] - nodes.price[node]
        if bound <= 0:
            return
        path = residual.forward(DEMAND | node, bound, goal=GROUP | group)
        if path.end >= 0:
            nodes.filled[node] += 1
        residual.follow(path)
        if path.end == ROOT:
            residual.follow(residual.backward(GROUP | group, FAR), back=True)

    def _mend(self, nodes: Iterable[int], groups: Iterable[int]) -> None:
        """Use up arcs shorter than 0 over which slots are given back, and send on what that leaves over."""
        residual = self.residual
        over, under = list[int](), list[int]()
        for node in nodes:
            group, filled = residual.nodes.group[node], residual.nodes.filled[node]
            if filled and residual.nodes.price[node] > residual.groups.price[group]:
                residual.nodes.filled[node] = 0
                under += [DEMAND | node] * filled
                over += [GROUP | group] * filled
        for group in groups:
            while residual.groups.filled[group] and residual.groups.price[group] > residual.groups.last_worth(
                group
            ):
                residual.groups.filled[group] -= 1
                under.append(GROUP | group)
        for place in over:
            residual.follow(residual.forward(place, FAR))
        for place in under:
            residual.follow(residual.backward(place, FAR), back=True)
