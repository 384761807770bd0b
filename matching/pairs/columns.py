"""The offers, deliveries and states of a problem as columns, made once, so that pairs need no Python.

Row ``i`` of every column speaks of the ``i``-th offer (or delivery) by content key. What nobody stated is
marked as such: a ``_stated`` column beside it, ``-1`` in whole numbers, NaN in others.
"""

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.identity import ContentKeys
from matching.problem import Delivery, Level, Offer, Party, Problem

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
LEVEL_UNSAID = 7
"""A language stated without a level. Above C2, because an unknown level never excludes."""
MODES = ("in_requesting_country", "in_provider_country", "third_country_or_regional", "remote", "hybrid")
PROFICIENCY = {None: 0.4, "awareness": 0.25, "practitioner": 0.5, "advanced": 0.75, "authority": 1.0}
EVIDENCE = {
    None: 0.2,
    "self_declared": 0.3,
    "employer_confirmed": 0.5,
    "document_verified": 0.65,
    "peer_reviewed": 0.8,
    "delivered_and_rated": 1.0,
}


_NONE: Ints = np.zeros(0, dtype=np.int64)


class Codes:
    """A list of codes and the place of each in it, in the order of the codes."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.names = sorted(set(codes))
        self.place = {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def places(self, codes: Iterable[str]) -> list[int]:
        """Return the places of codes, in order."""
        return sorted({self.place[code] for code in codes})


@dataclass(frozen=True)
class Topics:
    """The areas and commitments of offers or deliveries: (codes, n) each."""

    area: Bools
    commitment: Bools

    @cached_property
    def area_stated(self) -> Bools:
        """Whether any area is stated, shape (n,)."""
        stated: Bools = np.asarray(self.area.any(axis=0))
        return stated

    @cached_property
    def stated(self) -> Bools:
        """Whether any area or commitment is stated, shape (n,)."""
        stated: Bools = self.area_stated | self.commitment.any(axis=0)
        return stated


class Lists:
    """The code lists of a problem, and how commitments, areas and themes hang together."""

    def __init__(self, problem: Problem) -> None:
        self.areas = Codes(area.code for area in problem.areas)
        self.commitments = Codes(item.code for item in problem.commitments)
        self.modalities = Codes(problem.modalities)
        self.states = Codes(state.code for state in problem.states)
        self.theme = {item.code: item.theme for item in problem.commitments}
        self.served = {area.code: frozenset(area.commitments) for area in problem.areas}
        self.serving: dict[str, set[str]] = defaultdict(set)
        for area in problem.areas:
            for code in area.commitments:
                self.serving[code].add(area.code)
        self.of_theme: dict[str, list[str]] = defaultdict(list)
        for item in problem.commitments:
            self.of_theme[item.theme].append(item.code)
        self.headlines = frozenset(item.parent for item in problem.commitments if item.parent is not None)
        self.relatives: dict[str, set[str]] = defaultdict(set)
        for item in problem.commitments:
            if item.parent is not None:
                self.relatives[item.code].add(item.parent)
                self.relatives[item.parent].add(item.code)

    def topics(self, areas: Sequence[Iterable[str]], commitments: Sequence[Iterable[str]]) -> Topics:
        """Return the topic columns of records with these areas and commitments."""
        return Topics(_matrix(self.areas, areas), _matrix(self.commitments, commitments))


class Places:
    """The distinct sets of states that parties have, so that a value per state becomes one per party."""

    def __init__(self, parties: Sequence[Party], states: Codes) -> None:
        sets = [tuple(states.places(party.states)) for party in parties]
        self.sets = sorted(set(sets))
        number = {members: place for place, members in enumerate(self.sets)}
        self.of_party = {party.id: number[members] for party, members in zip(parties, sets, strict=True)}
        width = max((len(members) for members in self.sets), default=0)
        self._padded = np.full((len(self.sets), max(width, 1)), len(states), dtype=np.int64)
        for place, members in enumerate(self.sets):
            self._padded[place, : len(members)] = members

    def best(self, by_state: Floats) -> Floats:
        """Return the best value among the states of each place; -1 where there is none or none is known."""
        best: Floats = np.append(by_state, -1.0)[self._padded].max(axis=1)
        return best

    def best_of_each(self, by_state: Floats) -> Floats:
        """Return :meth:`best` for each line of a table, shape (n, states) to (n, places)."""
        padded = np.concatenate([by_state, np.full((len(by_state), 1), -1.0)], axis=1)
        best: Floats = padded.take(self._padded, axis=1).max(axis=2)
        return best

    @property
    def cells(self) -> int:
        """How many values :meth:`best` looks at."""
        return self._padded.size


class OfferColumns:
    """All offers of a problem as columns, by content key."""

    def __init__(self, problem: Problem, keys: ContentKeys, lists: Lists, places: Places) -> None:
        offers = sorted(problem.offers, key=lambda offer: keys.offers[offer.id])
        parties = {party.id: party for party in problem.parties}
        self.offers: tuple[Offer, ...] = tuple(offers)
        self.parties: tuple[Party, ...] = tuple(parties[offer.party] for offer in offers)
        self.row = {offer.id: row for row, offer in enumerate(offers)}
        self.place = np.array([places.of_party[offer.party] for offer in offers], dtype=np.int64)
        self.public_body = np.array([party.public_body for party in self.parties], dtype=bool)
        self._what(lists)
        self._when()
        self._who(lists)
        self._how_sure(problem, lists)

    def __len__(self) -> int:
        return len(self.offers)

    def narrowed(self, rows: Ints) -> "OfferColumns":
        """Return the same columns of these rows alone, in their order: O(rows) times what a row holds."""
        few = copy.copy(self)
        few.offers = tuple(self.offers[row] for row in rows.tolist())
        few.parties = tuple(self.parties[row] for row in rows.tolist())
        few.row = {offer.id: row for row, offer in enumerate(few.offers)}
        few.topics = Topics(self.topics.area[:, rows], self.topics.commitment[:, rows])
        few.booked = {month: taken[rows] for month, taken in self.booked.items()}
        for name in _PER_ROW:
            setattr(few, name, getattr(self, name)[..., rows])
        few._named_by()  # noqa: SLF001 - a copy of this very object
        return few

    def _what(self, lists: Lists) -> None:
        offers = self.offers
        self.topics = lists.topics(
            [[item.area for item in offer.expertise] for offer in offers],
            [offer.commitments for offer in offers],
        )
        self.modality = _matrix(lists.modalities, [offer.modalities or () for offer in offers])
        self.modality_stated = _said(offer.modalities for offer in offers)
        self.mode = _matrix(Codes(MODES), [offer.modes or () for offer in offers])
        self.mode_stated = _said(offer.modes for offer in offers)
        self.languages = Codes(item.code for offer in offers for item in offer.languages or ())
        self.level = np.zeros((len(self.languages), len(offers)), dtype=np.int8)
        for row, offer in enumerate(offers):
            for item in offer.languages or ():
                here = self.languages.place[item.code], row
                self.level[here] = max(self.level[here], level_number(item.level))
        self.language_stated = _said(offer.languages for offer in offers)

    def _when(self) -> None:
        offers = self.offers
        self.month = np.zeros((12, len(offers)), dtype=bool)
        self.booked: dict[str, Ints] = {}
        for row, offer in enumerate(offers):
            for month in offer.months or ():
                self.month[month - 1, row] = True
            for booking in offer.booked:
                taken = self.booked.setdefault(booking.month, np.zeros(len(offers), dtype=np.int64))
                taken[row] += booking.assignments
        self.month_stated = _said(offer.months for offer in offers)
        self.capacity = _numbers((offer.capacity for offer in offers), unknown=-1)
        self.days_per_year = _numbers((offer.days_per_year for offer in offers), unknown=-1)
        self.sends = _numbers((1 if offer.named_expert else offer.sends for offer in offers), unknown=-1)
        self.held_back = np.array([offer.held_back for offer in offers], dtype=bool)

    def _who(self, lists: Lists) -> None:
        offers = self.offers
        self._named_by()
        self.target = _matrix(lists.states, [offer.targets or () for offer in offers])
        self.target_stated = _said(offer.targets for offer in offers)
        self.refused_release = np.array([offer.released is False for offer in offers], dtype=bool)
        self.cost = np.array(
            [np.nan if offer.cost_per_day is None else offer.cost_per_day for offer in offers],
            dtype=np.float64,
        )

    def _named_by(self) -> None:
        offers = self.offers
        self.of_party = _rows_by([(offer.party,) for offer in offers])
        self.conflicts = _rows_by([offer.conflicts for offer in offers])
        self.refuses = _rows_by([offer.refuses for offer in offers])
        self.prefers = _rows_by([offer.prefers for offer in offers])
        self.of_source = _rows_by([() if offer.source is None else (offer.source,) for offer in offers])

    def _how_sure(self, problem: Problem, lists: Lists) -> None:
        self.days_since_confirmed = np.array(
            [
                np.nan if offer.confirmed_on is None else max(0, (problem.as_of - offer.confirmed_on).days)
                for offer in self.offers
            ],
            dtype=np.float64,
        )
        self.vouched = np.array(
            [any(item.proficiency or item.evidence for item in offer.expertise) for offer in self.offers],
            dtype=bool,
        )
        self.grade = np.full(self.topics.area.shape, -1.0)
        for row, offer in enumerate(self.offers):
            for item in offer.expertise:
                here = lists.areas.place[item.area], row
                grade = 0.55 * PROFICIENCY[item.proficiency] + 0.45 * EVIDENCE[item.evidence]
                self.grade[here] = max(self.grade[here], grade)


_PER_ROW = (
    *("place", "public_body", "modality", "modality_stated", "mode", "mode_stated", "level"),
    *("language_stated", "month", "month_stated", "capacity", "days_per_year", "sends", "held_back"),
    *("target", "target_stated", "refused_release", "cost", "days_since_confirmed", "vouched", "grade"),
)
"""The columns of offers whose last axis is the offers."""


class DeliveryColumns:
    """All deliveries of a problem as columns, by content key, and who helped in each."""

    def __init__(self, problem: Problem, keys: ContentKeys, lists: Lists) -> None:
        self.deliveries = tuple(sorted(problem.deliveries, key=lambda item: keys.deliveries[item.id]))
        self.topics = lists.topics(
            [item.areas for item in self.deliveries], [item.commitments for item in self.deliveries]
        )
        self.worth = np.array([delivery_worth(item, problem.as_of.year) for item in self.deliveries])
        self.parties = Codes(party.id for party in problem.parties)
        self.by_party = _pairs([self.parties.places(item.parties) for item in self.deliveries])
        self.by_state = _pairs([lists.states.places(item.providers) for item in self.deliveries])
        self.of_parties = Segments(*self.by_party, len(self.parties))
        self.of_states = Segments(*self.by_state, len(lists.states))
        self.of_source = _rows_by([() if item.source is None else (item.source,) for item in self.deliveries])
        self._by_party = _rows_by([item.parties for item in self.deliveries])
        self._by_state = _rows_by([item.providers for item in self.deliveries])
        self._by_any: dict[tuple[str, tuple[str, ...]], Ints] = {}

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Each delivery as evidence refers to it: one text for all who do."""
        return tuple(f"delivery:{item.id}" for item in self.deliveries)

    def __len__(self) -> int:
        return len(self.deliveries)

    def given_by_party(self, party: str) -> Ints:
        """Return the places of the deliveries in which a party helped, ascending."""
        return self._by_party.get(party, _NONE)

    def given_by_state(self, state: str) -> Ints:
        """Return the places of the deliveries in which a state helped, ascending."""
        return self._by_state.get(state, _NONE)

    def given_by_any(self, party: str, states: tuple[str, ...]) -> Ints:
        """Return the places of the deliveries in which a party or one of its states helped, ascending."""
        found = self._by_any.get((party, states))
        if found is None:
            given = [self.given_by_party(party), *map(self.given_by_state, states)]
            found = self._by_any[party, states] = np.unique(np.concatenate(given))
        return found


class Segments:
    """Records by whom they name, in the order of the records, for products over what each is named by."""

    def __init__(self, records: Ints, members: Ints, size: int) -> None:
        order = np.argsort(members, kind="stable")
        self._records = records[order]
        self._members, self._starts = np.unique(members[order], return_index=True)
        self.size = size

    def products(self, values: Floats) -> Floats:
        """Return the product of the values of the records of each member, shape (size,); 1 without any."""
        products = np.ones(self.size)
        if len(self._starts):
            products[self._members] = np.multiply.reduceat(values[self._records], self._starts)
        return products

    def left_open(self, share: float, relevance: Floats, out: Floats) -> None:
        """Write the products of ``1 - share * relevance`` of the records of each member."""
        if len(self._starts):
            values = relevance.take(self._records)
            values *= share
            np.subtract(1, values, out=values)
            out[self._members] = np.multiply.reduceat(values, self._starts)


HALF_LIFE_YEARS = 8
"""After so many years a delivery counts half."""


def delivery_worth(delivery: Delivery, year: int) -> float:
    """Return what a delivery counts in ``year``: recency times rating, in (0, 1].

    An unknown year counts as two half-lives ago; an unknown rating as three quarters.
    """
    last = delivery.year_to or delivery.year_from
    age = 2 * HALF_LIFE_YEARS if last is None else max(0, year - last)
    rating = 0.5 if delivery.rating is None else delivery.rating
    return float(0.5 ** (age / HALF_LIFE_YEARS) * (0.5 + 0.5 * rating))


def level_number(level: Level | None) -> int:
    """Return 1 to 6 for A1 to C2, and 7 for a level that nobody stated."""
    return LEVEL_UNSAID if level is None else LEVELS.index(level) + 1


def _matrix(codes: Codes, records: Sequence[Iterable[str]]) -> Bools:
    matrix = np.zeros((len(codes), len(records)), dtype=bool)
    for row, named in enumerate(records):
        for code in named:
            matrix[codes.place[code], row] = True
    return matrix


def _said(values: Iterable[object]) -> Bools:
    return np.array([value is not None for value in values], dtype=bool)


def _numbers(values: Iterable[int | None], unknown: int) -> Ints:
    return np.array([unknown if value is None else value for value in values], dtype=np.int64)


def _rows_by(names: Sequence[Iterable[str]]) -> dict[str, Ints]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, named in enumerate(names):
        for name in set(named):
            rows[name].append(row)
    return {name: np.array(numbers, dtype=np.int64) for name, numbers in rows.items()}


def _pairs(groups: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Return (record, member) for every member of every record."""
    records = [number for number, members in enumerate(groups) for _ in members]
    members = [member for group in groups for member in group]
    return np.array(records, dtype=np.int64), np.array(members, dtype=np.int64)
