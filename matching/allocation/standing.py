"""A solved allocation that stays at hand, so that one need or one offer can be added without solving anew.

Everything is admitted unit by unit: a slot, or one unit of an offer's capacity. Under ``free`` each unit
takes the shortest augmenting path over :mod:`matching.allocation.residual`, which may move whatever nobody
has confirmed; what comes out is worth what a full solve is worth. Under ``swap_unconfirmed`` the arcs over
which a component gives a slot back are shut: others may be rerouted, but none loses a slot. Under
``never_displace`` nothing moves: the newcomer chooses among what is free. Such a guest may not stand where
the best allocation would have put it, so before a stronger policy is used all guests are taken out and
admitted again under it, each keeping at least the slots that it had.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from matching.allocation.admitting import Admission
from matching.allocation.edges import Edges, Integers, booleans, integers, within
from matching.allocation.flow import Allocation
from matching.allocation.residual import residual_of, rungs
from matching.errors import InvalidProblem, UnknownSetting

POLICIES = ("never_displace", "swap_unconfirmed", "free")


class Change(NamedTuple):
    """How many slots of a demand node an offer took before, and takes now."""

    demand: int
    offer: int
    before: int
    after: int


@dataclass(frozen=True)
class Inserted:
    """What one insertion changed.

    Attributes
    ----------
    how : str
        The policy.
    demand : tuple of int
        The demand nodes that it was about: those of a new need, or the one that was refilled.
    offer : int or None
        The new offer, or the one that declined.
    changes : tuple of Change
        By demand node and offer; those of the newcomer included, and of guests who could be seated better.
    slots, total : int
        By how much the number of filled slots, and the sum of their scores, changed.
    ladder : mapping of (mandatory, first, priority) to int
        By how much the number of filled slots changed on each rung of the ladder, where it did.
    """

    how: str
    demand: tuple[int, ...]
    offer: int | None
    changes: tuple[Change, ...]
    slots: int
    total: int
    ladder: Mapping[tuple[bool, bool, int], int]

    @property
    def added(self) -> tuple[Change, ...]:
        """Pairs that take more slots than before."""
        return tuple(change for change in self.changes if change.after > change.before)

    @property
    def removed(self) -> tuple[Change, ...]:
        """Pairs that take fewer slots than before."""
        return tuple(change for change in self.changes if change.after < change.before)

    @property
    def moved(self) -> tuple[int, ...]:
        """Demand nodes, the newcomer's left out, whose slots others fill now."""
        lost = {change.demand for change in self.removed}
        return tuple(sorted(lost - set(self.demand)))


class Standing:
    """An optimal allocation, held so that it can grow.

    Parameters
    ----------
    allocation : Allocation
        An optimal answer of :func:`matching.allocation.flow.allocate`. It is not changed.
    mandatory, priority : array_like, shape (demand nodes,), optional
        As they were given to ``allocate``.
    confirmed : array_like of bool, shape (edges,), optional
        Edges whose flow has been accepted and never moves. Pins never move either.

    Raises
    ------
    InvalidProblem
        An array is wrong, a priority is above 262143 (``too_large``), or the allocation is not optimal on the
        ladder and in its total (``not_optimal``).
    UnknownSetting
        There are quotas.

    Notes
    -----
    Opening is linear in the edges, and finds the prices once. An insertion looks only at the nodes that it
    can reach more cheaply than by leaving things as they are; at worst that is everything, O(m + n log n)
    a unit.

    References
    ----------
    .. [1] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993,
       sections 9.7 and 9.11.

    Examples
    --------
    The newcomer can only be helped by the offer that a need with another choice has:

    >>> from matching import Edges, allocate
    >>> edges = Edges(demand=[0, 0], offer=[0, 1], score=[9000, 4000])
    >>> standing = Standing(allocate(edges, [1], [1, 1]))
    >>> standing.insert_need([1], Edges([0], [0], [100]), how="never_displace").slots
    0
    >>> standing.insert_need([1], Edges([0], [0], [100]), how="swap_unconfirmed").slots
    1
    """

    def __init__(
        self,
        allocation: Allocation,
        *,
        mandatory: ArrayLike | None = None,
        priority: ArrayLike | None = None,
        confirmed: ArrayLike | None = None,
    ) -> None:
        network = allocation.network
        if network.quotas is not None:
            raise UnknownSetting("quotas", "Groups", ("None",))
        nodes = network.slots.size
        must = (
            np.ones(nodes, np.bool_)
            if mandatory is None
            else booleans("mandatory", "", mandatory, size=nodes)
        )
        weight = np.ones(nodes, np.int64)
        if priority is not None:
            weight = integers("priority", "", priority, low=1, size=nodes)
        flow, low = allocation.flow, network.low.copy()
        if confirmed is not None:
            low = np.maximum(low, flow * booleans("confirmed", "", confirmed, size=flow.size))
        first_of = np.zeros(network.groups, np.int64)
        first_of[network.group] = np.arange(nodes)
        self._residual = residual_of(network, flow, low, must[first_of], weight[first_of])
        is_tiered = bool((network.first > network.rest).any()) or not nodes
        self._admission = Admission(self._residual, is_tiered=is_tiered)
        self._need, self._must, self._weight = network.need.tolist(), must.tolist(), weight.tolist()
        self._needs = max(self._need, default=-1) + 1

    @classmethod
    def seated(
        cls,
        empty: Allocation,
        slots: ArrayLike,
        flow: ArrayLike,
        *,
        mandatory: ArrayLike | None = None,
        priority: ArrayLike | None = None,
        confirmed: ArrayLike | None = None,
    ) -> Self:
        """Return what stands where people, or many insertions, made it, which need not be optimal.

        Parameters
        ----------
        empty : Allocation
            The answer to the problem with no slots.
        slots : array_like of int, shape (demand nodes,)
            The slots that are wanted.
        flow : array_like of int, shape (edges,)
            How often each edge is used.
        mandatory, priority, confirmed
            As for the class.

        Notes
        -----
        The first insertion under a policy that moves anybody seats all units anew: one path for each.
        """
        standing = cls(empty, mandatory=mandatory, priority=priority)
        wanted, used = integers("slots", "", slots), integers("flow", "", flow)
        stays = np.zeros(used.size, np.bool_)
        if confirmed is not None:
            stays = booleans("confirmed", "", confirmed, size=used.size)
        order = np.argsort(empty.network.edges.demand, kind="stable")
        standing._admission.await_slots(wanted.tolist())
        standing._admission.seat(used[order], stays[order])
        return standing

    # ------------------------------------------------------------------ what stands

    @property
    def filled(self) -> Integers:
        """Filled slots of each demand node."""
        return np.array(self._residual.nodes.filled, np.int64)

    @property
    def total(self) -> int:
        """Sum of the scores of all filled slots."""
        pairs = self._residual.pairs
        return int(np.dot(pairs.flow[: pairs.size], pairs.score[: pairs.size]))

    @property
    def edges(self) -> Edges:
        """All pairs that may still be used, those of newcomers last; declined ones are left out."""
        pairs, kept = self._residual.pairs, self._kept()
        return Edges(*(getattr(pairs, name)[kept] for name in ("demand", "offer", "score", "high")))

    @property
    def flow(self) -> Integers:
        """How often each of :attr:`edges` is used."""
        return self._residual.pairs.flow[self._kept()]

    @property
    def settings(self) -> dict[str, Any]:
        """What ``flow.allocate`` needs beside :attr:`edges` to solve the same problem anew.

        Confirmed units are not among it: more than one on an edge is no pin.
        """
        return {
            "slots": np.array(self._admission.slots, np.int64),
            "capacity": np.array(self._admission.capacity, np.int64),
            "need": np.array(self._need, np.int64),
            "mandatory": np.array(self._must, np.bool_),
            "priority": np.array(self._weight, np.int64),
            "fairness": "tiered" if self._admission.is_tiered else "total",
        }

    def _kept(self) -> Integers:
        return np.flatnonzero(self._residual.pairs.high[: self._residual.pairs.size])

    # ------------------------------------------------------------------ what is asked

    def confirm(self, demand: int, offer: int) -> None:
        """Let what an offer does for a demand node stand from now on.

        Raises
        ------
        InvalidProblem
            The offer has no slot of the demand node: code ``unknown``.
        """
        pairs, edge = self._residual.pairs, self._seat(demand, offer)
        pairs.low[edge] = pairs.flow[edge]

    def insert_need(
        self,
        slots: ArrayLike,
        edges: Edges,
        *,
        mandatory: ArrayLike | None = None,
        priority: int = 1,
        how: str = "never_displace",
    ) -> Inserted:
        """Add a need.

        Parameters
        ----------
        slots : array_like of int, shape (its demand nodes,)
            Slots that each of its demand nodes wants.
        edges : Edges
            Its pairs: ``demand`` counts its own demand nodes, ``offer`` the offers that stand.
        mandatory : array_like of bool, shape (its demand nodes,), optional
            Whether the demand node comes before optional ones.
        priority : int
            Weight of the need.
        how : {"never_displace", "swap_unconfirmed", "free"}
            What may be moved for it.

        Returns
        -------
        Inserted

        Raises
        ------
        InvalidProblem
            An array is wrong, or an index names nothing.
        UnknownSetting
            The policy is not known.
        """
        _refuse_unknown(how)
        wanted = integers("slots", "", slots)
        must = np.ones(wanted.size, np.bool_)
        if mandatory is not None:
            must = booleans("mandatory", "", mandatory, size=wanted.size)
        weight = integers("priority", "", np.full(wanted.size, priority), low=1)
        within("edges", "demand", edges.demand, wanted.size)
        within("edges", "offer", edges.offer, len(self._admission.capacity))
        rungs(must, weight, first=True)
        self._prepare(how)
        nodes = self._admission.add_nodes(wanted, must, weight, edges)
        self._need += [self._needs] * wanted.size
        self._needs += 1
        self._must += must.tolist()
        self._weight += weight.tolist()
        if how == "never_displace":
            self._admission.invite(nodes)
        else:
            self._admission.admit()
        return self._told(how, tuple(nodes), None)

    def insert_offer(
        self,
        capacity: int,
        demand: ArrayLike,
        score: ArrayLike,
        limit: ArrayLike | None = None,
        *,
        how: str = "never_displace",
    ) -> Inserted:
        """Add an offer.

        Parameters
        ----------
        capacity : int
            Slots that it can take.
        demand, score, limit : array_like of int
            Its pairs: the demand nodes, the scores, and the most slots it may take of each.
        how : {"never_displace", "swap_unconfirmed", "free"}
            What may be moved: under ``never_displace`` it fills empty slots only.

        Returns
        -------
        Inserted

        Raises
        ------
        InvalidProblem, UnknownSetting
            As for :meth:`insert_need`.
        """
        _refuse_unknown(how)
        room = int(integers("capacity", "", [capacity])[0])
        edges = Edges(demand, np.zeros(np.size(demand), np.int64), score, limit)
        within("edges", "demand", edges.demand, len(self._admission.slots))
        self._prepare(how)
        offer = self._admission.add_offer(room, edges)
        if how == "never_displace":
            self._admission.fill_empty(offer)
        else:
            self._admission.admit()
        return self._told(how, (), offer)

    def refill(self, demand: int, offer: int, *, how: str = "never_displace") -> Inserted:
        """Take an offer that declined out, never to be paired again, and seat the best instead.

        Parameters
        ----------
        demand, offer : int
            The seat.
        how : {"never_displace", "swap_unconfirmed", "free"}
            What may be moved for it.

        Returns
        -------
        Inserted
            Under ``swap_unconfirmed`` and ``free`` the freed capacity serves others too.

        Raises
        ------
        InvalidProblem
            The offer has no slot of the demand node: code ``unknown``.
        UnknownSetting
            The policy is not known.
        """
        _refuse_unknown(how)
        edge = self._seat(demand, offer)
        self._prepare(how)
        self._admission.take_out(edge)
        if how == "never_displace":
            self._admission.invite([demand])
        else:
            self._admission.admit()
        return self._told(how, (demand,), offer)

    def _seat(self, demand: int, offer: int) -> int:
        """Return the place of an edge in use."""
        pairs = self._residual.pairs
        for edge in self._residual.uses.get(demand, ()):
            if pairs.offer[edge] == offer:
                return edge
        raise InvalidProblem("seat", f"{demand}/{offer}", "unknown")

    def _prepare(self, how: str) -> None:
        self._residual.changed.clear()
        if how != "never_displace":
            self._admission.settle(gives_back=how == "free")

    def _told(self, how: str, demand: tuple[int, ...], offer: int | None) -> Inserted:
        pairs, ladder, total = self._residual.pairs, Counter[tuple[bool, bool, int]](), 0
        changes, gained = list[Change](), Counter[int]()
        for edge, before in self._residual.changed.items():
            change = Change(int(pairs.demand[edge]), int(pairs.offer[edge]), before, int(pairs.flow[edge]))
            if change.after != before:
                changes.append(change)
                gained[change.demand] += change.after - before
                total += int(pairs.score[edge]) * (change.after - before)
        for node, more in gained.items():
            ladder[self._must[node], False, self._weight[node]] += more
        self._count_first(gained, ladder)
        rungs_changed = MappingProxyType({rung: more for rung, more in sorted(ladder.items()) if more})
        return Inserted(how, demand, offer, tuple(sorted(changes)), gained.total(), total, rungs_changed)

    def _count_first(self, gained: Counter[int], ladder: Counter[tuple[bool, bool, int]]) -> None:
        """Move a group's first slot from the rung of other slots to that of first ones."""
        if not self._admission.is_tiered:
            return
        by_group = Counter[int]()
        for node, more in gained.items():
            by_group[self._residual.nodes.group[node]] += more
        for group, more in by_group.items():
            node = self._residual.groups.members[group][0]
            filled = self._residual.groups.filled[group]
            begun = min(filled, 1) - min(filled - more, 1)
            ladder[self._must[node], True, self._weight[node]] += begun
            ladder[self._must[node], False, self._weight[node]] -= begun


def _refuse_unknown(how: str) -> None:
    if how not in POLICIES:
        raise UnknownSetting("how", how, POLICIES)
