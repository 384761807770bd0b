"""Coalitions of like-minded states: needs of several states so alike that one team could serve them together.

A coalition is about one component of each of its needs. They ask for the same area (or the same commitment,
where they state no area), and share what one team has to meet at once: a month, a language and a form of
help, as far as they are stated. Who asks together may still be unlike; how alike they are is the *cohesion*.

Only needs that may be combined (``Need.joint``) are looked at. A component is in one coalition at most.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from matching.pairs.columns import Floats, Ints
from matching.partnerships import Node
from matching.problem import Component, Need
from matching.solving import Solution

LEAST_STATES = 2
MOST_MEMBERS = 8
"""Needs that a coalition has at most: a group that can still sit around one table."""
LEAST_COHESION = 0.35
"""A coalition stops growing where the next need would be less like it than this."""
LIKENESS = MappingProxyType({"topic": 0.25, "commitments": 0.25, "texts": 0.2, "states": 0.2, "window": 0.1})
"""What makes two needs alike, weighted; the mean of what is known of both. The topic is the same by
construction."""
CELLS_PER_COALITION = 3
"""So many times the coalitions that are wanted are looked at in depth."""


@dataclass(frozen=True)
class Alliance:
    """Members of a coalition, before anybody is found who could serve them.

    Attributes
    ----------
    topic : (kind, code)
        The area or commitment.
    members : tuple of int
        Places of their components among the candidates' components, ascending.
    cohesion : float
        Mean likeness of two members, 0 to 1.
    modality, language : str or None
        What all can do; None where nobody stated one.
    starts_on, ends_on : date or None
        The window that all share; open where nobody stated an end of it.
    """

    topic: Node
    members: tuple[int, ...]
    cohesion: float
    modality: str | None
    language: str | None
    starts_on: date | None
    ends_on: date | None


class _Cell(NamedTuple):
    """Components that one team could serve at once."""

    topic: Node
    modality: str | None
    language: str | None
    rows: Ints


def find_alliances(solution: Solution, most: int) -> list[Alliance]:
    """Return the coalitions of a round, of one region and across regions in turn, those of most states first.

    Parameters
    ----------
    solution : Solution
        What the round chose: among as many states, those that stay without come first.
    most : int
        How many coalitions at most.

    Returns
    -------
    list of Alliance
        Disjoint. Each has members from at least two states, and no state twice.

    Notes
    -----
    Windows that meet two by two all meet in one month (Helly's theorem on the line), so the sets that one
    team could serve are found by month; from the largest, members are taken greedily by their mean likeness.
    O(components x months x languages), and O(n^2) within the ``CELLS_PER_COALITION * most`` sets looked at.

    References
    ----------
    .. [1] E. Helly, "Ueber Mengen konvexer Koerper mit gemeinschaftlichen Punkten", JDMV 32 (1923).
    """
    if not most:
        return []
    askers = _Askers(solution)
    taken: set[int] = set()
    found: list[Alliance] = []
    for cell in islice(askers.cells(), CELLS_PER_COALITION * most):
        left = [row for row in cell.rows.tolist() if row not in taken]
        members, cohesion = askers.most_alike(left)
        if len(members) > 1 and len(found) < most:
            taken.update(members)
            found.append(askers.alliance(cell, members, cohesion))
    return found


class _Askers:
    """The components that may be combined, with what decides who goes with whom."""

    def __init__(self, solution: Solution) -> None:
        candidates = solution.candidates
        self.prepared = candidates.prepared
        self.parts: tuple[tuple[Need, Component], ...] = candidates.components
        self.missing = candidates.slots - solution.filled
        locked = set(candidates.edges.demand[candidates.lock].tolist())
        as_of = candidates.problem.as_of
        states = {party.id: frozenset(party.states) for party in candidates.problem.parties}
        self.states = [
            frozenset().union(*(states[name] for name in need.requesters)) for need, _ in self.parts
        ]
        self.region = {state.code: state.region for state in candidates.problem.states}
        self.rows = [
            row
            for row, (need, _) in enumerate(self.parts)
            if row not in locked and self.states[row] and _may_be_combined(need, as_of)
        ]
        self.first = np.array([_month(need.starts_on, -1) for need, _ in self.parts], dtype=np.int64)
        self.last = np.array([_month(need.ends_on, 10**6) for need, _ in self.parts], dtype=np.int64)

    def cells(self) -> Iterator[_Cell]:
        """Yield the largest sets of each topic and form of help, of one region and across regions in turn."""
        pools = [pool for pool in self._pools() if len({min(self.states[row]) for row in pool[2]}) > 1]
        within = [pool for pool in pools if pool[3] is not None]
        across = [pool for pool in pools if pool[3] is None]
        ranked = [
            sorted(
                filter(None, (self._largest(*pool[:2], np.array(pool[2])) for pool in some)), key=self._rank
            )
            for some in (within, across)
        ]
        for pair in zip_longest(*ranked):
            yield from filter(None, pair)

    def _pools(self) -> Iterator[tuple[Node, str | None, list[int], str | None]]:
        """Yield the components of each topic and form of help: of each region, and all of them."""
        for topic, rows in sorted(self._topics().items()):
            stated = {self.parts[row][1].modality for row in rows}
            for form in sorted(stated - {None}) or (None,):  # type: ignore[type-var]  # without None
                kept = [row for row in rows if self.parts[row][1].modality in (form, None)]
                regions = {self._region(row) for row in kept} - {None}
                for region in (*sorted(regions), None):  # type: ignore[type-var]  # without None
                    inside = [row for row in kept if region in (None, self._region(row))]
                    yield topic, form, inside, region

    def _region(self, row: int) -> str | None:
        """Return the region of all states that ask; None where they are of several, or it is not known."""
        regions = {self.region[code] for code in self.states[row]}
        return regions.pop() if len(regions) == 1 else None

    def _topics(self) -> dict[Node, list[int]]:
        pools: dict[Node, list[int]] = defaultdict(list)
        for row in self.rows:
            need, part = self.parts[row]
            topics = [("area", part.area)] if part.area is not None else _tagged(need.commitments)
            for topic in topics:
                pools[topic].append(row)
        return pools

    def _largest(self, topic: Node, form: str | None, rows: Ints) -> _Cell | None:
        """Return the rows that share a month and a language and come from most states."""
        stated = [_codes(self.parts[row][1]) for row in rows.tolist()]
        spoken: Sequence[str | None]
        spoken = sorted({code for codes in stated if codes for code in codes}) or (None,)
        months = np.unique(np.maximum(self.first[rows], 0))
        speaks = np.array([[_can_use(codes, code) for codes in stated] for code in spoken], dtype=bool)
        inside = (self.first[rows] <= months[:, None]) & (months[:, None] <= self.last[rows])
        both = (speaks[:, None, :] & inside[None, :, :]).reshape(-1, len(rows))
        leads, lead = np.unique([min(self.states[row]) for row in rows.tolist()], return_inverse=True)
        asks = np.zeros((len(rows), leads.size), dtype=np.float32)
        asks[np.arange(len(rows)), lead] = 1
        states = (both.astype(np.float32) @ asks > 0).sum(axis=1)
        best = int(np.lexsort((np.arange(states.size), -both.sum(axis=1), -states))[0])
        if states[best] < LEAST_STATES:
            return None
        return _Cell(topic, form, spoken[best // months.size], rows[both[best]])

    def _rank(self, cell: _Cell) -> tuple[int, int, int, Node, str]:
        """Most states first, then most that is missing."""
        states = len({min(self.states[row]) for row in cell.rows.tolist()})
        missing = int(self.missing[cell.rows].sum())
        return (-min(states, MOST_MEMBERS), -missing, -states, cell.topic, cell.modality or "")

    def most_alike(self, rows: Sequence[int]) -> tuple[list[int], float]:
        """Return members who are alike and share no state, with their cohesion."""
        if len(rows) < LEAST_STATES:
            return [], 0.0
        alike = self._likeness(rows)
        apart = np.array([[not (self.states[one] & self.states[two]) for two in rows] for one in rows])
        alike = np.where(apart, alike, -1.0)
        near = -np.sort(-alike, axis=1)[:, : MOST_MEMBERS - 1]
        chosen = [int(np.argmax(np.where(near > 0, near, 0).sum(axis=1)))]
        while len(chosen) < MOST_MEMBERS:
            worst, mean = alike[chosen].min(axis=0), alike[chosen].mean(axis=0)
            mean = np.where(worst < 0, -1.0, mean)
            best = int(np.argmax(mean))
            if mean[best] < LEAST_COHESION:
                break
            chosen.append(best)
        pairs = [alike[one, two] for one in chosen for two in chosen if one < two]
        return sorted(rows[place] for place in chosen), float(np.mean(pairs)) if pairs else 0.0

    def _likeness(self, rows: Sequence[int]) -> Floats:
        """Return how alike each two are, shape (n, n)."""
        n = len(rows)
        facts = {
            "topic": np.ones((n, n)),
            "commitments": self._overlap(rows),
            "texts": self._nearness(rows),
            "states": self._peers(rows),
            "window": self._windows(rows),
        }
        total, known = np.zeros((n, n)), np.zeros((n, n))
        for name, table in facts.items():
            total = total + np.where(table >= 0, LIKENESS[name] * table, 0.0)
            known = known + np.where(table >= 0, LIKENESS[name], 0.0)
        return np.asarray(total / known)

    def _overlap(self, rows: Sequence[int]) -> Floats:
        codes = sorted({code for row in rows for code in self.parts[row][0].commitments})
        has = np.array([[code in self.parts[row][0].commitments for code in codes] for row in rows], float)
        has = has.reshape(len(rows), len(codes))
        both, count = has @ has.T, has.sum(axis=1)
        either = count[:, None] + count[None, :] - both
        stated = (count[:, None] > 0) & (count[None, :] > 0)
        return np.where(stated, both / np.maximum(either, 1), -1.0)

    def _nearness(self, rows: Sequence[int]) -> Floats:
        texts = self.prepared.texts
        needs = [self.parts[row][0] for row in rows]
        numbers = texts.of(needs)  # type: ignore[arg-type]  # a need has a text as they do
        near = np.stack([texts.near(need.text, numbers) for need in needs])
        return np.asarray((near + near.T) / 2)

    def _peers(self, rows: Sequence[int]) -> Floats:
        """Return how alike or how near in groups the states are; the best where a need has several."""
        peers, place = self.prepared.peers, self.prepared.lists.states.place
        table = np.maximum(peers.similarity, peers.membership)
        places = [[place[code] for code in sorted(self.states[row])] for row in rows]
        near = np.stack([table[own].max(axis=0) for own in places])
        return np.stack([near[:, own].max(axis=1) for own in places], axis=1)

    def _windows(self, rows: Sequence[int]) -> Floats:
        """Return what part of the months of either is open to both; -1 where a window is not stated."""
        first, last = self.first[list(rows)], self.last[list(rows)]
        start, end = np.maximum(first[:, None], first[None, :]), np.minimum(last[:, None], last[None, :])
        both = end - start + 1
        either = np.maximum(last[:, None], last[None, :]) - np.minimum(first[:, None], first[None, :]) + 1
        stated = (first >= 0) & (last < 10**6)
        return np.where(stated[:, None] & stated[None, :], np.maximum(both, 0) / either, -1.0)

    def alliance(self, cell: _Cell, members: list[int], cohesion: float) -> Alliance:
        """Return members as an alliance, with the window that they share."""
        needs = [self.parts[row][0] for row in members]
        return Alliance(
            topic=cell.topic,
            members=tuple(members),
            cohesion=round(cohesion, 6),
            modality=cell.modality,
            language=cell.language,
            starts_on=max((need.starts_on for need in needs if need.starts_on), default=None),
            ends_on=min((need.ends_on for need in needs if need.ends_on), default=None),
        )


def _may_be_combined(need: Need, as_of: date) -> bool:
    is_open = need.eligible and need.endorsed and need.in_scope and need.duplicate_of is None
    return need.joint and is_open and (need.ends_on is None or need.ends_on >= as_of)


def _month(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.year * 12 + day.month


def _codes(part: Component) -> frozenset[str] | None:
    """Return the languages that would do; None where nobody stated one, or where none is needed."""
    return frozenset(item.code for item in part.languages) if part.languages else None


def _can_use(stated: frozenset[str] | None, code: str | None) -> bool:
    return stated is None or code is None or code in stated


def _tagged(codes: tuple[str, ...]) -> list[Node]:
    return [("commitment", code) for code in sorted(set(codes))]
