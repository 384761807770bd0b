"""Who may be among the best offers of many components: sums in single precision, over the offers of a tag.

What an offer scores without the nearness of the texts is looked up in tables, for all components of a tag at
once. What the nearness adds at most is known from sketches (:mod:`matching.pairs.sketches`). So it is worked
out for few offers: for those that stand first with the most that it can add, which gives a floor, and for
those that could still reach that floor.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.criteria.topic_bits import Bytes
from matching.pairs.columns import Bools, Ints
from matching.pairs.lines import Line, Lines, Singles, by_tag
from matching.pairs.prepared import Case
from matching.pairs.tagged import Tag

if TYPE_CHECKING:
    from matching.pairs.scanning import Scan

SLACK = 1e-4 + 4e-6
"""How far below the last of the best a pair may seem to lie and still belong to them: one step of the score
for rounding, and twice the error of a sum of fifteen singles below 1."""
ALL_EQUAL = 4e-4
"""Below this the least score of 1 makes pairs equal whatever their sum."""
OUT = np.float32(-np.inf)
NOT_ASKED = np.float32(9)
CELLS_AT_A_TIME = 120_000
"""Pairs that are looked at together, so that they stay near the processor."""
SAMPLED = 1_000
"""About so many offers of a tag are looked at to guess where the best begin."""
CROWDED = 3
"""Where so many times more offers than are kept could reach the floor, it is raised first."""
MANY = 6
"""Where the nearness of one pair in so many is asked for, the product of all vectors is quicker."""

Found = tuple[Ints, Ints, Singles, Singles, Bytes]
"""Line, offer, about what it scores, cosine and topic bits of pairs."""


class Seen(NamedTuple):
    """Pairs that may be among the best, by line and then row, each once.

    Attributes
    ----------
    line, row : array of int
        The line and the offer.
    cosine : float array
        Of their texts; -1 where one says nothing.
    bits : byte array
        What they share of the topic.
    is_whole : bool array, shape (lines,)
        Whether nobody is missing from a line who passes the rules and reaches the policy's minimum.
    """

    line: Ints
    row: Ints
    cosine: Singles
    bits: Bytes
    is_whole: Bools


class Search:
    """A search for the best offers of some lines.

    Parameters
    ----------
    scan : Scan
        The problem made ready.
    lines : Lines
        The components.
    most : int
        How many of the best are looked for.
    providers : float array, shape (lines, profiles)
        About what providers add; minus infinity for those who are not looked for.
    """

    def __init__(self, scan: "Scan", lines: Lines, most: int, providers: Singles) -> None:
        self._scan, self._lines, self._most, self._providers = scan, lines, most, providers
        self._lowest = _floor(scan.prepared.policy.minimum_score)
        self._floor = np.full(len(lines.all), self._lowest, dtype=np.float32)

    def seen(self, places: Sequence[int]) -> Seen:
        """Return who may be among the best of the lines at these places."""
        lines, turn = self._lines.all, 0
        found: list[Found] = []
        while groups := by_tag(lines, places, turn):
            for (tag, _), own in groups.items():
                found += self._of_tag(tag, own)
            turn += 1
        return self._each_once(found)

    def _each_once(self, found: list[Found]) -> Seen:
        """Join what was found over tags: an offer may have several, and floors rose meanwhile."""
        is_whole = self._floor == np.float32(self._lowest)
        if not found:
            none = np.zeros(0, dtype=np.int64)
            return Seen(none, none, np.zeros(0, np.float32), np.zeros(0, np.uint8), is_whole)
        line, row, about, cosine, bits = (np.concatenate(column) for column in zip(*found, strict=True))
        stays = np.flatnonzero(about >= self._floor[line])
        key = line[stays] * len(self._scan.prepared.offers) + row[stays]
        order = np.argsort(key)
        key, order = key[order], stays[order]
        order = order[np.append(True, key[1:] != key[:-1])[: len(order)]]
        return Seen(line[order], row[order], cosine[order], bits[order], is_whole)

    def _of_tag(self, tag: Tag, places: list[int]) -> Iterator[Found]:
        """Give the best of the offers of a tag, some lines at a time."""
        over = _Over(self._scan, tag)
        height = max(1, CELLS_AT_A_TIME // max(len(over), 1))
        for first in range(0, len(places), height):
            some = np.array(places[first : first + height], dtype=np.int64)
            grid = _Grid(over, self._lines, some, self._providers[some])
            line, place, about, cosine = self._best(grid, some)
            yield some[line], over.rows[place], about, cosine, grid.bits[line, place]

    def _best(self, grid: "_Grid", places: Ints) -> tuple[Ints, Ints, Singles, Singles]:
        """Return all of a grid that could be among the best; the floors of its lines rise."""
        floor = self._floor[places]
        crowded = grid.counts(floor) > CROWDED * self._most
        if crowded.any():
            line, _, about, _ = grid.about(grid.first(self._most, crowded))
            floor = np.maximum(floor, self._raised(line, about, len(places)))
        line, place, about, cosine = grid.about(grid.at_least(floor))
        floor = np.maximum(floor, self._raised(line, about, len(places)))
        self._floor[places] = floor
        stays = about >= floor[line]
        return line[stays], place[stays], about[stays], cosine[stays]

    def _raised(self, line: Ints, about: Singles, height: int) -> Singles:
        """Return the floor that these sums give each line: what the last of its best must reach."""
        last = _last_of_best(line, about, height, self._most)
        return np.where(last > ALL_EQUAL, last - np.float32(SLACK), np.float32(self._lowest))


class _Over:
    """The offers of a tag, as lines that reach them over it see them."""

    def __init__(self, scan: "Scan", tag: Tag) -> None:
        self.scan, self._tag = scan, tag
        self._block = scan.tagged.block(tag)
        self.rows = self._block.rows
        self.texts = scan.prepared.offer_text[self.rows]
        self.sketches = scan.sketches.all[self.rows]
        self._bits: dict[tuple[str | None, tuple[str, ...]], Bytes] = {}
        self._fixed: dict[str | None, Singles] = {}
        self._usable: dict[tuple[int, int], Singles] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def profile(self, kind: str) -> Ints:
        """Return the profile of each offer."""
        return self._block.profile[kind]

    def bits(self, case: Case) -> Bytes:
        """Return what each offer shares of the topic."""
        asked = case.component.area, case.commitments
        if asked not in self._bits:
            self._bits[asked] = self.scan.block_bits(self._tag, case)
        return self._bits[asked]

    def fixed(self, line: Line) -> tuple[Singles, Singles]:
        """Return what evidence, and what availability and modality add: the same for many lines."""
        area, calendar, way = line.case.component.area, line.calendar.single, line.way.single
        evidence = self._fixed.get(area)
        if evidence is None:
            evidence = self._fixed[area] = self.scan.block_evidence(self._tag, area)
        usable = self._usable.get((id(calendar), id(way)))
        if usable is None:
            usable = calendar[self.profile("calendars")] + way[self.profile("ways")]
            self._usable[id(calendar), id(way)] = usable
        return evidence, usable


class _Grid:
    """Some lines by the offers of a tag: what each pair scores, texts aside, and at most with these."""

    def __init__(self, over: _Over, lines: Lines, places: Ints, providers: Singles) -> None:
        self._over = over
        self._lines = [lines.all[place] for place in places.tolist()]
        vectors, said = lines.texts
        self._vectors, self._said = vectors[lines.need_of[places]], said[lines.need_of[places]]
        self._weight = over.scan.prepared.policy.weights["meaning"]
        self.bits = np.array([over.bits(line.case) for line in self._lines])
        self._sum = self._summed(providers)
        self._most = self._sum + self._nearest(lines.sketches[lines.need_of[places]])
        self._cosine = np.full(self._sum.size, NOT_ASKED, dtype=np.float32)

    def _summed(self, providers: Singles) -> Singles:
        over = self._over
        total: Singles = providers.take(over.profile("providers"), axis=1)
        languages = np.array([line.language.single for line in self._lines])
        total += languages.take(over.profile("languages"), axis=1)
        total += over.scan.topic_singles(is_stated=self._lines[0].is_stated).take(self.bits)
        for place, line in enumerate(self._lines):
            for fixed in over.fixed(line):
                total[place] += fixed
            self._bar(total[place], line)
        return total

    def _nearest(self, sketches: Singles) -> Singles:
        """Return the most that the nearness of the texts can add to each pair."""
        unknown = np.float32(self._weight * NEUTRAL["meaning"])
        most = points_of_cosine(sketches @ self._over.sketches.T, self._weight)
        return np.maximum(most, unknown, out=most)

    def _bar(self, own: Singles, line: Line) -> None:
        """Take out offers that a rule excludes by what no profile holds."""
        case, rows = line.case, self._over.rows
        if case.component.days is not None:
            days = case.offers.days_per_year[rows]
            own[(days >= 0) & (days < case.component.days)] = OUT
        if case.need.max_cost is not None:
            own[case.offers.cost[rows] > case.need.max_cost] = OUT
        if line.barred is not None:
            own[np.isin(rows, line.barred)] = OUT

    def counts(self, floor: Singles) -> Ints:
        """Return how many offers can reach the floor of each line."""
        counts: Ints = np.count_nonzero(self._most >= floor[:, None], axis=1)
        return counts

    def at_least(self, floor: Singles) -> Ints:
        """Return the pairs that can reach the floors, as places in the grid."""
        return np.flatnonzero(self._most >= floor[:, None])

    def first(self, most: int, wanted: Bools) -> Ints:
        """Return at least ``most`` of the pairs that stand first in each line that is wanted.

        None where fewer than that are not excluded.
        """
        step = max(1, len(self._over) // SAMPLED)
        sample = self._most[:, ::step]
        share = most / step
        last = min(sample.shape[1], math.ceil(share + 2 * math.sqrt(share)) + 1)
        floor = -np.partition(-sample, last - 1, axis=1)[:, last - 1]
        short = np.flatnonzero(wanted & ((self.counts(floor) < most) | (floor == OUT)))
        floor[~wanted] = np.inf
        if len(short):
            exact = -np.partition(-self._most[short], most - 1, axis=1)[:, most - 1]
            floor[short] = np.where(exact == OUT, np.inf, exact)
        return self.at_least(floor)

    def about(self, flat: Ints) -> tuple[Ints, Ints, Singles, Singles]:
        """Return line, offer, about what it scores, and the cosine of the texts, of some pairs."""
        line, place = np.divmod(flat, len(self._over))
        unknown = np.flatnonzero(self._cosine[flat] == NOT_ASKED)
        self._cosine[flat[unknown]] = self._asked(line[unknown], place[unknown])
        cosine = self._cosine[flat]
        return line, place, self._sum.ravel()[flat] + points_of_cosine(cosine, self._weight), cosine

    def _asked(self, line: Ints, place: Ints) -> Singles:
        """Return the cosines of some pairs, which stand line by line; -1 where one says nothing."""
        if not self._weight:
            return np.full(len(line), -1, dtype=np.float32)
        texts, numbers = self._over.scan.prepared.texts, self._over.texts
        if len(line) * MANY > self._sum.size:
            cosine = texts.cosines(self._vectors, numbers)[line, place]
        else:
            cosine, asked = np.empty(len(line), dtype=np.float32), numbers[place]
            ends = np.searchsorted(line, np.arange(len(self._lines) + 1)).tolist()
            for vector, start, end in zip(self._vectors, ends, ends[1:], strict=False):
                if end > start:
                    cosine[start:end] = texts.cosines(vector, asked[start:end])
        if not self._said.all():
            cosine[~self._said[line]] = -1
        return cosine


def points_of_cosine(cosine: Singles, weight: float) -> Singles:
    """Return about what the nearness of texts adds; -1 is of texts of which one says nothing."""
    half = np.minimum(cosine, np.float32(1))
    half += np.float32(1)
    half *= np.float32(0.5 * weight ** (1 / 3))
    points: Singles = half * half
    points *= half
    points[cosine <= -1] = np.float32(weight * NEUTRAL["meaning"])
    return points


def _last_of_best(line: Ints, values: Singles, height: int, most: int) -> Singles:
    """Return the ``most``-th highest value of each line, minus infinity where it has fewer.

    The values stand line by line.
    """
    counts = np.bincount(line, minlength=height)
    width = int(counts.max(initial=0))
    if width < most:
        return np.full(height, OUT)
    table = np.full((height, width), OUT)
    starts = np.cumsum(counts) - counts
    table[line, np.arange(len(line)) - starts[line]] = values
    return np.partition(table, width - most, axis=1)[:, width - most]


def _floor(least: int) -> float:
    """Return the least sum of a pair whose score can reach the policy's minimum."""
    return (least - 0.5) * 1e-4 - SLACK if least > 1 else -1.0
