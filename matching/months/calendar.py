"""Months one by one: the candidates of a round, each in the months in which its work could be done.

Under ``by_month`` a supply node is no longer an offer, but an offer in a month of the calendar, with what
its capacity leaves beside the bookings of that month. So an expert who takes one assignment at a time can
take one in March and one in May, and never two in May. No month is used that is over.

An assignment of one month uses up one unit of one node. Months of an offer that the same components could
use are one node with the sum of their room: that changes nothing and keeps the network small. It is exact,
because windows are intervals: between two neighbouring ends of windows, whoever can use one month can use
all that have room.

Work of more days than an expert gives in a month takes months in a row, or all in a row that the window has
where it has fewer: a short window says that the work is dense, not that nobody can do it. Then each month of
the offer is a node of its own in which work can *start*, and quotas hold what runs in a month within its
room. Quotas also hold what an offer gives to one component over all its months, where nothing else does, and
``days_per_year``, in days, by the year in which work starts. :mod:`matching.quotas.trees` finds out which of
these are part of the flow.

A need without a window on both ends can go to a month that nothing else wants. It has a node of its own
for each offer, with the capacity that the offer states: the same as when a window counts as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.allocation.edges import LARGEST, Booleans, Integers
from matching.pairs.candidates import Candidates
from matching.quotas.groups import Groups, sums

OPEN = 0
"""The month of what has no window."""
OPEN_MONTH = "open"
"""Its name in a certificate."""
BITS = 20
"""An offer and a month stand in one number; a month needs that many bits."""
MONTH = (1 << BITS) - 1


def month_name(month: int) -> str:
    """Return a month, counted from the year 0, as it is written (``2027-03``)."""
    return OPEN_MONTH if month == OPEN else f"{month // 12:04d}-{month % 12 + 1:02d}"


@dataclass(frozen=True, eq=False)
class Entries:
    """The ways in which candidates can be used, as flat arrays: a candidate, the month of its start, a node.

    ``edge`` is the place of the candidate, ``start`` the month in which the work starts (the earliest
    of its node, where that has several), ``length`` how many months the work takes.
    """

    edge: Integers
    start: Integers
    length: Integers
    node: Integers

    def __len__(self) -> int:
        return int(self.edge.size)

    def joined(self, places: Integers) -> "Entries":
        """Return these entries and some of them once more."""
        columns = (self.edge, self.start, self.length, self.node)
        return Entries(*(np.concatenate([column, column[places]]) for column in columns))


class Calendar:
    """All candidates of a round by month.

    Parameters
    ----------
    candidates : Candidates
        The pairs, under a policy whose ``calendar`` is ``by_month``.

    Attributes
    ----------
    entries : Entries
        By candidate and node.
    limit : int array, shape (candidates,)
        Most experts that the offer sends to the component over all months: as stated, else its capacity.
    offer, capacity : int array, shape (nodes,)
        The offer of each node, and how many assignments can start there.

    Notes
    -----
    O(m w) for m candidates whose windows have w months, and a sort of these.
    """

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates
        edges, columns = candidates.edges, candidates.prepared.offers
        first, last = _windows(candidates)
        need = candidates.need_of[edges.demand]
        self._first, self._last = first[need], last[need]
        self._is_open = self._last < 0
        days = np.array([part.days or 0 for _, part in candidates.components], np.int64)
        self._days = days[edges.demand]
        self._length = np.maximum(-(-self._days // candidates.policy.days_per_month), 1)
        self._length[self._is_open] = 1
        self._stated = np.where(columns.capacity < 0, 1, columns.capacity)
        sent = np.where(columns.sends > 0, columns.sends, columns.capacity)
        self.limit: Integers = np.maximum(sent, 1)[edges.offer]
        self._rows = np.zeros(len(columns), np.bool_)
        self._rows[edges.offer[self._length > 1]] = True
        self._budget = columns.days_per_year
        self._build()

    def _build(self) -> None:
        edge, month = self._single()
        chained = [(number, start, length) for number, start, length in self._in_rows()]
        more = np.array(chained, np.int64).reshape(-1, 3)
        edge, month = np.concatenate([edge, more[:, 0]]), np.concatenate([month, more[:, 1]])
        length = np.concatenate([np.ones(edge.size - len(more), np.int64), more[:, 2]])
        offer = self.candidates.edges.offer[edge]
        key = self._key(offer, month)
        keys, node = np.unique(key, return_inverse=True)
        order = np.lexsort((month, node, edge))
        edge, month, length, node = edge[order], month[order], length[order], node[order]
        opens = np.ones(edge.size, np.bool_)
        opens[1:] = (edge[1:] != edge[:-1]) | (node[1:] != node[:-1])
        self.entries = Entries(edge[opens], month[opens], length[opens], node[opens])
        self.offer = keys >> BITS
        self._list_months(edge, month, node)
        self.capacity = self._capacity()

    def _single(self) -> tuple[Integers, Integers]:
        """Return each candidate of work of a month with each month that has room for it."""
        lock = self.candidates.lock
        own = np.flatnonzero(~self._is_open & ~lock & (self._length == 1))
        many = self._last[own] - self._first[own] + 1
        edge = np.repeat(own, many)
        month = self._first[edge] + np.arange(edge.size) - np.repeat(np.cumsum(many) - many, many)
        fits = self.room(self.candidates.edges.offer[edge], month) > 0
        free = np.flatnonzero(self._is_open)
        return np.concatenate([free, edge[fits]]), np.concatenate([np.full(free.size, OPEN), month[fits]])

    def _in_rows(self) -> Iterator[tuple[int, int, int]]:
        """Give each start of work that takes months in a row, and of what is locked, with its length."""
        lock = self.candidates.lock
        for edge in np.flatnonzero(~self._is_open & (lock | (self._length > 1))).tolist():
            months = np.arange(self._first[edge], self._last[edge] + 1)
            offer = np.full(months.size, self.candidates.edges.offer[edge])
            usable, room = self._is_usable(offer, months), self.room(offer, months) > 0
            length = int(self._length[edge])
            starts, takes = _starts(usable, room, length)
            if not starts.size and lock[edge]:
                starts, takes = _starts(usable, usable, length)
            if not starts.size and lock[edge]:
                everything = np.ones_like(usable)
                starts, takes = _starts(everything, everything, length)
            yield from ((edge, int(months[start]), takes) for start in starts.tolist())

    def _is_usable(self, offer: Integers, month: Integers) -> Booleans:
        columns = self.candidates.prepared.offers
        usable: Booleans = columns.month[month % 12, offer] | ~columns.month_stated[offer]
        return usable

    def room(self, offer: Integers, month: Integers) -> Integers:
        """Return what bookings leave of offers in months; 0 where the offer cannot be used."""
        columns = self.candidates.prepared.offers
        stated = self._stated[offer]
        taken = np.zeros_like(month)
        for name, booked in columns.booked.items():
            here = month == int(name[:4]) * 12 + int(name[5:]) - 1
            taken[here] = booked[offer[here]]
        left = np.where(columns.capacity[offer] < 0, 1, np.maximum(stated - taken, 0))
        return np.where(month == OPEN, stated, np.where(self._is_usable(offer, month), left, 0))

    def _key(self, offer: Integers, month: Integers) -> Integers:
        """Number nodes: by month where work takes several, else by where the last window began or ended."""
        exact = offer << BITS | month
        own = np.flatnonzero(~self._is_open)
        offers = self.candidates.edges.offer[own]
        ends = [offers << BITS | self._first[own], offers << BITS | self._last[own] + 1, exact[month == OPEN]]
        budgeted = (self._budget[offer] >= 0) & (month != OPEN)
        ends.append(offer[budgeted] << BITS | month[budgeted] - month[budgeted] % 12)
        bounds = np.unique(np.concatenate(ends))
        if not bounds.size:
            return exact
        merged = bounds[np.searchsorted(bounds, exact, side="right") - 1]
        return np.where(self._rows[offer], exact, merged)

    def _list_months(self, edge: Integers, month: Integers, node: Integers) -> None:
        """Keep each month of each node, ascending, with its room."""
        pairs = np.unique(node << BITS | month) if edge.size else np.zeros(0, np.int64)
        self._node_of, self._month_of = pairs >> BITS, pairs & MONTH
        self._room_of = self.room(self.offer[self._node_of], self._month_of)
        self._begins = np.searchsorted(self._node_of, np.arange(self.offer.size + 1))

    def _capacity(self) -> Integers:
        """Return how much can start at each node; quotas bound it where work takes months in a row."""
        room = sums(self._node_of, self._room_of, self.offer.size)
        rows = self._rows[self.offer] & (self._month_of[self._begins[:-1]] != OPEN)
        return np.minimum(np.where(rows, LARGEST, room), LARGEST)

    def quotas(self, entries: Entries) -> tuple[Groups | None, int]:
        """Return the bounds that the nodes do not hold, and how many of them bound one pair.

        Parameters
        ----------
        entries : Entries
            Those of the calendar, and what may have been added to them.

        Returns
        -------
        Groups or None, int
            First the pairs, then months of offers, then years of offers, where there are any.
        """
        pairs = self._of_pairs(entries)
        found = [each for each in (pairs, self._of_months(entries), self._of_years(entries)) if each]
        if not found:
            return None, 0
        joined = found[0]
        for each in found[1:]:
            joined = joined.joined(each)
        return joined, 0 if pairs is None else len(pairs)

    def _of_pairs(self, entries: Entries) -> Groups | None:
        edges = self.candidates.edges
        limited = self.limit < self.candidates.slots[edges.demand]
        several = np.bincount(entries.edge, minlength=len(edges)) > 1
        some = np.flatnonzero((limited & several)[entries.edge])
        return _groups(entries.edge[some], some, None, self.limit)

    def _of_months(self, entries: Entries) -> Groups | None:
        """Bound what runs in each month of an offer that has work of several months."""
        offer = self.candidates.edges.offer[entries.edge]
        some = np.flatnonzero(self._rows[offer] & (entries.start != OPEN))
        many = entries.length[some]
        member = np.repeat(some, many)
        month = entries.start[member] + np.arange(member.size) - np.repeat(np.cumsum(many) - many, many)
        keys, quota = np.unique(offer[member] << BITS | month, return_inverse=True)
        return _groups(quota, member, None, self.room(keys >> BITS, keys & MONTH))

    def _of_years(self, entries: Entries) -> Groups | None:
        """Bound the days of all work that starts in a year."""
        offer, days = self.candidates.edges.offer[entries.edge], self._days[entries.edge]
        some = np.flatnonzero((self._budget[offer] >= 0) & (days > 0))
        keys, quota = np.unique(offer[some] << BITS | entries.start[some] // 12, return_inverse=True)
        return _groups(quota, some, days[some], self._budget[keys >> BITS])

    def placed(self, chosen: Integers) -> dict[int, tuple[str, ...]]:
        """Return the months of each candidate in use: those of each of its experts, one after the other.

        Parameters
        ----------
        chosen : int array
            Places among the entries, repeated where one is used more than once. Only locks may be more than
            a month has room for.
        """
        entries, left = self.entries, self._room_of.copy()
        found: dict[int, list[list[int]]] = {}
        for place in chosen.tolist():
            node, start = int(entries.node[place]), int(entries.start[place])
            if start == OPEN:
                continue
            if not self._rows[self.offer[node]]:
                start = self._next_month(node, left)
            months = list(range(start, start + int(entries.length[place])))
            found.setdefault(int(entries.edge[place]), []).append(months)
        return {
            edge: tuple(month_name(month) for months in sorted(each) for month in months)
            for edge, each in found.items()
        }

    def _next_month(self, node: int, left: Integers) -> int:
        """Return the earliest month of a node with room, and use it; the first where only locks are left."""
        own = range(int(self._begins[node]), int(self._begins[node + 1]))
        place = next((place for place in own if left[place] > 0), own[0])
        left[place] -= 1
        return int(self._month_of[place])

    def months_of(self, nodes: Integers) -> dict[int, tuple[str, ...]]:
        """Return the months that some nodes stand for, by offer."""
        found: dict[int, list[int]] = {}
        for node in nodes.tolist():
            own = self._month_of[self._begins[node] : self._begins[node + 1]].tolist()
            found.setdefault(int(self.offer[node]), []).extend(own)
        return {offer: tuple(month_name(month) for month in sorted(found[offer])) for offer in sorted(found)}

    def is_taken(self, flow: Integers, capacity: Integers, groups: Groups | None) -> Booleans:
        """Return whether each candidate has no month left that nobody uses, shape (candidates,)."""
        entries = self.entries
        used = sums(entries.node, flow, capacity.size)
        has_room = (used < capacity)[entries.node]
        if groups is not None:
            over = (groups.used(flow)[groups.quota] + groups.weight) > groups.high[groups.quota]
            has_room[groups.edge[over]] = False
        taken = np.ones(len(self.candidates.edges), np.bool_)
        taken[entries.edge[has_room]] = False
        return taken


def _windows(candidates: Candidates) -> tuple[Integers, Integers]:
    """Return the first and last month of each need, -1 without both, and no month that is over."""
    needs, today = candidates.needs, candidates.problem.as_of
    now = today.year * 12 + today.month - 1
    first, last = np.full((2, len(needs)), -1, np.int64)
    for number, need in enumerate(needs):
        if need.starts_on is not None and need.ends_on is not None:
            last[number] = need.ends_on.year * 12 + need.ends_on.month - 1
            first[number] = min(max(need.starts_on.year * 12 + need.starts_on.month - 1, now), last[number])
    return first, last


def _starts(usable: Booleans, room: Booleans, length: int) -> tuple[Integers, int]:
    """Return where work can start, and how many months it takes: all in a row that there are, at most."""
    takes = max(min(length, _longest(usable)), 1)
    if room.size < takes:
        return np.zeros(0, np.int64), takes
    windows = np.lib.stride_tricks.sliding_window_view(room, takes)
    return np.flatnonzero(windows.all(axis=1)), takes


def _longest(usable: Booleans) -> int:
    longest = run = 0
    for is_usable in usable.tolist():
        run = run + 1 if is_usable else 0
        longest = max(longest, run)
    return longest


def _groups(quota: Integers, member: Integers, weight: Integers | None, high: Integers) -> Groups | None:
    """Return bounds over members whose quotas are numbers into ``high``; None without members."""
    if not member.size:
        return None
    numbers, place = np.unique(quota, return_inverse=True)
    return Groups(place, member, np.zeros_like(numbers), np.minimum(high[numbers], LARGEST), weight)
