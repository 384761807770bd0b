"""The candidates of many components at once: an exact scan over the offers of their tags.

For each component only the offers that can share enough of its topic are looked at
(:mod:`matching.pairs.tagged`). What they score is first summed in single precision, from tables over profiles
(:mod:`matching.pairs.profiles`) and one matrix product per tag for the texts. Whoever could still be among
the best, by more than the error of that sum, is scored again exactly, criterion after criterion, as
:func:`matching.criteria.score` does; so the outcome is the same as if every pair had been scored, to the last
digit.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.criteria import points_of, score, scores_of, value_of
from matching.criteria.history import OTHER_TOPIC, left_open, recorded, relevance_of
from matching.criteria.neutral import NEUTRAL
from matching.criteria.topic_bits import UNSTATED as UNSTATED_BIT
from matching.criteria.topic_bits import Bytes, Piece, TopicBits, ladder
from matching.errors import InvalidProblem
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case, Prepared
from matching.pairs.profiles import (
    RULES_OF_PROVIDER,
    Calendars,
    Languages,
    Providers,
    Ways,
    is_southern,
)
from matching.pairs.rules import FORBIDS_LOCK, excluded_rows, pinned_rows, stopped_by
from matching.pairs.tagged import Block, Tag, Tagged
from matching.problem import Component, Need
from matching.text import nearness_of_cosine

Singles = NDArray[np.float32]

SOUTHERN_KEPT = 10
"""So many of the best offers from states of low and middle income stay among a component's candidates when
there are more than the policy keeps."""
COSINES_HELD = 48_000_000
"""Most cosines that are held at a time (4 bytes each)."""
NEEDS_AT_A_TIME = 128
"""Needs whose nearness to the deliveries is worked out together."""
SLACK = 1e-4 + 4e-6
"""How far below the last of the best a pair may seem to lie and still belong to them: one step of the score
for rounding, and twice the error of a sum of fifteen singles below 1."""
ALL_EQUAL = 4e-4
"""Below this the least score of 1 makes pairs equal whatever their sum."""
OUT = np.float32(-np.inf)


class Found(NamedTuple):
    """The candidates of one component, by offer."""

    rows: Ints
    score: Ints
    limit: Ints
    left: Ints
    lock: Bools


class Seen(NamedTuple):
    """Offers that may be among the best, each once, by row, with the nearness of the texts (-1 unknown)."""

    rows: Ints
    near: Floats
    is_whole: bool
    """Whether nobody is missing who passes the rules and reaches the policy's minimum."""


class Pool(NamedTuple):
    """Offers with their exact scores, by row."""

    rows: Ints
    score: Ints
    is_whole: bool
    """As in :class:`Seen`."""


_NOBODY = Pool(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), is_whole=True)


@dataclass(frozen=True, eq=False)
class Asked:
    """A need while its components are scanned."""

    case: Case
    number: int
    """Its line among the needs that are scanned together."""
    given: dict[str, Floats]
    """What each criterion on the provider adds, by profile."""
    total: Floats
    """Their sum."""
    barred: Bools
    """Profiles of providers that a rule excludes."""


class Scan:
    """A problem made ready for the scan of any number of components.

    Parameters
    ----------
    prepared : Prepared
        The problem.

    Notes
    -----
    To make: O(offers). Per component: the offers of its tags, and the deliveries.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.hidden: Ints | None = None
        self.kept = prepared.kept
        self.languages = Languages(prepared)
        self.calendars = Calendars(prepared)
        self.ways = Ways(prepared)
        self.providers = Providers(prepared)
        self.of_row: dict[str, Ints] = {
            "languages": self.languages.of_row,
            "calendars": self.calendars.of_row,
            "ways": self.ways.of_row,
            "providers": self.providers.of_row,
        }
        self.tagged = Tagged(prepared, self.of_row)
        self._bits = TopicBits(prepared.lists, prepared.offers.topics)
        self._delivery_bits = TopicBits(prepared.lists, prepared.deliveries.topics)
        self._levels = ladder()
        self._is_on_topic: Bools = self._levels[np.arange(256) & ~UNSTATED_BIT] > 0
        self._of_area: dict[str | None, Floats] = {}
        self._reach: dict[tuple[str | None, tuple[str, ...]], tuple[Tag, ...]] = {}
        self._topic_points = {is_stated: self._points_of_topic(is_stated) for is_stated in (False, True)}

    @cached_property
    def southern(self) -> Bools:
        """Whether each offer is from a state of low or middle income, shape (offers,)."""
        return is_southern(self.prepared)[self.prepared.offers.place]

    def asked_by(self, prepared: Prepared, hidden: Ints | None) -> "Scan":
        """Return the same scan for needs of another that has the same offers, without the hidden rows."""
        other = copy.copy(self)
        other.prepared, other.hidden = prepared, hidden
        return other

    def find(self, needs: Sequence[tuple[Need, Sequence[Component]]]) -> Iterator[list[Found]]:
        """Give the candidates of the components of each need, in order.

        Parameters
        ----------
        needs : sequence of (Need, sequence of Component)
            Needs with those of their components that are asked for.

        Raises
        ------
        InvalidProblem
            A lock joins a pair to which somebody said no: code ``forbidden``.
        """
        for batch in self._batches(needs):
            yield from _Batch(self, batch).find()

    def _batches(
        self, needs: Sequence[tuple[Need, Sequence[Component]]]
    ) -> Iterator[list[tuple[Need, Sequence[Component]]]]:
        """Give needs in groups whose cosines can be held at a time."""
        batch: list[tuple[Need, Sequence[Component]]] = []
        held = 0
        for need, parts in needs:
            cosines = sum(len(self.tagged.block(tag)) for tag in self.tags_of(need, parts))
            if batch and held + cosines > COSINES_HELD:
                yield batch
                batch, held = [], 0
            batch.append((need, parts))
            held += cosines
        if batch:
            yield batch

    def tags(self, case: Case) -> tuple[Tag, ...]:
        """Return the tags within whose reach a component is."""
        asked = case.component.area, case.commitments
        if asked not in self._reach:
            self._reach[asked] = self.tagged.reach(*asked)
        return self._reach[asked]

    def tags_of(self, need: Need, parts: Sequence[Component]) -> set[Tag]:
        """Return the tags within whose reach any of some components of a need is."""
        case = Case(self.prepared, need, parts[0])
        return {tag for part in parts for tag in self.tags(case.part(part))}

    def topic_points(self, case: Case) -> Floats:
        """Return what the topic adds for each byte of topic bits, shape (256,); NaN where it is too far."""
        return self._topic_points[case.component.area is not None or bool(case.commitments)]

    def _points_of_topic(self, is_stated: bool) -> Floats:  # noqa: FBT001 - the key of the table of two
        policy = self.prepared.policy
        unknown = (np.arange(256) & UNSTATED_BIT > 0) | (not is_stated)
        levels = np.where(unknown, NEUTRAL["topic"], self._levels)
        points = points_of("topic", levels, policy)
        return np.where(unknown | (levels >= policy.minimum_topic), points, np.nan)

    def bits(self, case: Case, rows: Ints) -> Bytes:
        """Return the topic bits of rows of offers."""
        return self._bits.of(case.component.area, case.commitments, rows)

    def block_bits(self, tag: Tag, case: Case) -> Bytes:
        """Return the topic bits of the offers of a block."""
        bits = np.zeros(len(self.tagged.block(tag)), dtype=np.uint8)
        for piece in self._bits.codes(case.component.area, case.commitments):
            bits |= self._piece(tag, piece)
        return bits

    def _piece(self, tag: Tag, piece: Piece) -> Bytes:
        rows = self.tagged.block(tag).rows
        return self.tagged.once((tag, piece), lambda: self._bits.pieces(piece)[rows])

    def evidence(self, area: str | None) -> Floats:
        """Return what the evidence of each offer adds for an area, shape (offers,)."""
        if area not in self._of_area:
            some = Component(id="any", area=area)
            case = Case(self.prepared, Need(id="any", requesters=("any",), components=(some,)), some)
            rows = np.arange(len(self.prepared.offers), dtype=np.int64)
            weight = self.prepared.policy.weights["evidence"]
            self._of_area[area] = weight * value_of("evidence", case, rows)[0]
        return self._of_area[area]

    def record(self, case: Case, texts: "_Texts", line: int) -> Floats:
        """Return what the track record adds to each profile of providers, given the deliveries' texts."""
        bits = self._delivery_bits.of(case.component.area, case.commitments)
        # Most deliveries are on another topic: what is near in them is not asked.
        on_topic = np.flatnonzero(self._is_on_topic[bits])
        level, worth = self._levels[bits[on_topic] & ~np.uint8(UNSTATED_BIT)], case.delivery_worth
        relevance = OTHER_TOPIC * worth
        relevance[on_topic] = relevance_of(level, texts.near(line, on_topic), worth[on_topic])
        by_party, by_place = left_open(self.prepared, relevance)
        few = self.providers.prepared
        values, _ = recorded(by_party[few.delivery_party], by_place[few.offers.place])
        return points_of("track_record", values, self.prepared.policy)


class _Batch:
    """Needs that are scanned together, with the cosines of their texts."""

    def __init__(self, scan: Scan, needs: list[tuple[Need, Sequence[Component]]]) -> None:
        self.scan = scan
        self.needs = needs
        texts = scan.prepared.texts
        self._vectors, self._said = texts.asked([need.text for need, _ in needs])
        self._line: dict[tuple[Tag, int], int] = {}
        self._texts: dict[Tag, _Texts] = {}
        self._compare()

    def _compare(self) -> None:
        """Work out the cosines of the needs' texts with those of the offers of their tags."""
        wanted: dict[Tag, list[int]] = {}
        for number, (need, parts) in enumerate(self.needs):
            for tag in self.scan.tags_of(need, parts):
                wanted.setdefault(tag, []).append(number)
        for tag, numbers in wanted.items():
            vectors, said = self.scan.tagged.vectors(tag)
            self._texts[tag] = _Texts(self._vectors[numbers] @ vectors.T, said, self._said[numbers])
            self._line.update({(tag, number): line for line, number in enumerate(numbers)})

    def find(self) -> Iterator[list[Found]]:
        """Give the candidates of each need's components."""
        vectors, said = self.scan.prepared.texts.deliveries
        for first in range(0, len(self.needs), NEEDS_AT_A_TIME):
            numbers = range(len(self.needs))[first : first + NEEDS_AT_A_TIME]
            some = slice(numbers.start, numbers.stop)
            texts = _Texts(self._vectors[some] @ vectors.T, said, self._said[some])
            for line, number in enumerate(numbers):
                yield self._of_need(number, texts, line)

    def _of_need(self, number: int, delivered: "_Texts", line: int) -> list[Found]:
        need, parts = self.needs[number]
        asked = self._asked(number, parts[0])
        # A need without commitments is about what the area of each of its components serves.
        alike = bool(need.commitments)
        return [
            _One(self, asked if alike else self._asked(number, part), part, (delivered, line)).found()
            for part in parts
        ]

    def _asked(self, number: int, part: Component) -> Asked:
        """Return what does not depend on the offers but on their providers, for a component of a need."""
        providers = self.scan.providers
        case = Case(self.scan.prepared, self.needs[number][0], part)
        few = providers.case(case)
        given, barred = providers.given(few), providers.excluded(few, RULES_OF_PROVIDER)
        return Asked(case, number, given, sum(given.values(), np.zeros(len(barred))), barred)

    def texts(self, tag: Tag, number: int) -> tuple["_Texts", int]:
        """Return the cosines of a block, and the line of a need in them."""
        return self._texts[tag], self._line[tag, number]


class _Texts:
    """The cosines of the texts of some needs and of a block's offers."""

    def __init__(self, cosine: Singles, said: Bools, asked: Bools) -> None:
        self.cosine = cosine
        self._said, self._asked = said, asked
        self._plain = bool(said.all()) and not bool((cosine <= -1).any())

    def points(self, line: int, weight: float) -> Singles:
        """Return about what the meaning adds for each offer, shape (n,)."""
        unknown = np.float32(weight * NEUTRAL["meaning"])
        if not self._asked[line]:
            return np.full(len(self._said), unknown, dtype=np.float32)
        half = np.minimum(self.cosine[line], 1)
        half += 1
        half *= np.float32(0.5 * weight ** (1 / 3))
        points: Singles = half * half * half
        return points if self._plain else np.where(self._said & (self.cosine[line] > -1), points, unknown)

    def near(self, line: int, places: Ints) -> Floats:
        """Return how near the need's text is to some others; -1 where one says nothing."""
        near = nearness_of_cosine(self.cosine[line, places])
        said = self._said[places] & self._asked[line]
        return np.where(said & (near > 0), near, -1.0)


class _One:
    """One component while it is scanned."""

    def __init__(self, batch: _Batch, asked: Asked, part: Component, delivered: tuple["_Texts", int]) -> None:
        self.batch, self.scan, self.asked = batch, batch.scan, asked
        self.case = asked.case.part(part)
        self.policy = self.scan.prepared.policy
        self._delivered = delivered

    def found(self) -> Found:
        """Return the candidates of the component."""
        locks = pinned_rows(self.case, "lock")
        pool = _NOBODY if self._is_stopped() else self._pool(locks)
        locked = None if locks is None else self._locked(locks)
        return self._kept(pool, locked)

    def _is_stopped(self) -> bool:
        days, most = self.case.component.days, self.case.need.max_days
        too_long = days is not None and most is not None and days > most
        return too_long or stopped_by(self.case) is not None

    def _pool(self, locks: Ints | None) -> Pool:
        """Return who could be kept, locked offers aside: all of the best, and of the best southern ones."""
        self._tables(locks)
        pool = self._scored(self._best(self._providers, self.scan.kept))
        southern = self.scan.southern[pool.rows] & (pool.score >= self.policy.minimum_score)
        if pool.is_whole or southern.sum() >= SOUTHERN_KEPT:
            return pool
        others = np.where(self.scan.providers.southern, self._providers, OUT)
        more = self._scored(self._best(others, SOUTHERN_KEPT))
        rows, first = np.unique(np.concatenate([pool.rows, more.rows]), return_index=True)
        return Pool(rows, np.concatenate([pool.score, more.score])[first], is_whole=False)

    def _tables(self, locks: Ints | None) -> None:
        """Make ready what the scan looks up."""
        scan, case, asked = self.scan, self.case, self.asked
        self._topic = scan.topic_points(case)
        self._topic_single = np.where(np.isnan(self._topic), OUT, self._topic).astype(np.float32)
        self._record = scan.record(case, *self._delivered)
        self._providers = (asked.total + self._record).astype(np.float32)
        self._providers[asked.barred] = OUT
        self._language = scan.languages.of(case)
        self._calendar, self._way = scan.calendars.of(case), scan.ways.of(case)
        source = case.offers.of_source.get(case.need.source) if case.need.source is not None else None
        vetoed = pinned_rows(case, "veto")
        barred = [rows for rows in (locks, vetoed, source, scan.hidden) if rows is not None]
        self._barred = np.concatenate(barred) if barred else None

    def _best(self, providers: Singles, most: int) -> Seen:
        """Return who may be among the best ``most``, by more than the error of the sum."""
        floor, seen = self._floor(), []
        lowest = floor
        for tag in self.scan.tags(self.case):
            about = self._about(tag, providers)
            if len(about) > most:
                last = float(np.partition(about, len(about) - most)[len(about) - most])
                floor = max(floor, last - SLACK if last > ALL_EQUAL else lowest)
            seen.append((tag, np.flatnonzero(about >= floor)))
        return self._seen(seen, is_whole=floor == lowest)

    def _floor(self) -> float:
        """Return the least sum of a pair whose score can reach the policy's minimum."""
        least = self.policy.minimum_score
        return (least - 0.5) * 1e-4 - SLACK if least > 1 else -1.0

    def _seen(self, seen: list[tuple[Tag, Ints]], *, is_whole: bool) -> Seen:
        if not seen:
            return Seen(_NOBODY.rows, np.zeros(0), is_whole)
        blocks = self.scan.tagged
        rows = np.concatenate([blocks.block(tag).rows[places] for tag, places in seen])
        near = []
        for tag, places in seen:
            texts, line = self.batch.texts(tag, self.asked.number)
            near.append(texts.near(line, places))
        if len(seen) == 1:
            return Seen(rows, near[0], is_whole)
        rows, first = np.unique(rows, return_index=True)
        return Seen(rows, np.concatenate(near)[first], is_whole)

    def _about(self, tag: Tag, providers: Singles) -> Singles:
        """Return about what each offer of a block scores, minus infinity for those that a rule excludes."""
        scan, block = self.scan, self.scan.tagged.block(tag)
        about: Singles = self._topic_single[scan.block_bits(tag, self.case)]
        about += self._fixed(tag, block)
        about += self._language.single[block.profile["languages"]]
        about += providers[block.profile["providers"]]
        texts, line = self.batch.texts(tag, self.asked.number)
        about += texts.points(line, self.policy.weights["meaning"])
        self._bar(about, block)
        return about

    def _fixed(self, tag: Tag, block: Block) -> Singles:
        """Return what evidence, availability and modality add: the same for many components."""
        scan, case = self.scan, self.case
        calendar, way = scan.calendars.signature(case), scan.ways.signature(case)
        once, area = scan.tagged.once, case.component.area
        evidence = once((tag, "evidence", area), lambda: scan.evidence(area)[block.rows].astype(np.float32))
        open_ = once((tag, calendar), lambda: self._calendar.single[block.profile["calendars"]])
        fit = once((tag, way, "way"), lambda: self._way.single[block.profile["ways"]])
        fixed: Singles = evidence + open_
        fixed += fit
        return fixed

    def _bar(self, about: Singles, block: Block) -> None:
        """Take out offers that a rule excludes by what no profile holds."""
        offers, component, need = self.case.offers, self.case.component, self.case.need
        if component.days is not None:
            days = offers.days_per_year[block.rows]
            about[(days >= 0) & (days < component.days)] = OUT
        if need.max_cost is not None:
            about[offers.cost[block.rows] > need.max_cost] = OUT
        if self._barred is not None:
            about[np.isin(block.rows, self._barred)] = OUT

    def _scored(self, seen: Seen) -> Pool:
        """Return the exact scores: the same sum in the same order as :func:`matching.criteria.score`."""
        scan, rows = self.scan, seen.rows
        languages, calendars, ways, providers = (of_row[rows] for of_row in scan.of_row.values())
        points = {name: given[providers] for name, given in self.asked.given.items()}
        points["topic"] = self._topic[scan.bits(self.case, rows)]
        meaning = np.where(seen.near >= 0, seen.near, NEUTRAL["meaning"])
        points["meaning"] = points_of("meaning", meaning, self.policy)
        points["modality"] = self._way.points[ways]
        points["language"] = self._language.points[languages]
        points["availability"] = self._calendar.points[calendars]
        points["track_record"] = self._record[providers]
        points["evidence"] = scan.evidence(self.case.component.area)[rows]
        return Pool(rows, scores_of(points, len(rows)), seen.is_whole)

    def _locked(self, locks: Ints) -> Pool:
        """Return the locked offers with their scores; refuse a lock against somebody's no."""
        case = Case(self.scan.prepared.narrowed(locks), self.case.need, self.case.component)
        refuse_forbidden_locks(case)
        return Pool(locks, score(case, np.arange(len(locks), dtype=np.int64)), is_whole=True)

    def _kept(self, pool: Pool, locked: Pool | None) -> Found:
        """Return the candidates that stay: good enough or locked, and no more than the policy keeps."""
        rows, scores = pool.rows, pool.score
        lock = np.zeros(len(rows), dtype=bool)
        if locked is not None:
            rows = np.concatenate([rows, locked.rows])
            order = np.argsort(rows)
            scores = np.concatenate([scores, locked.score])[order]
            lock = np.concatenate([lock, np.ones(len(locked.rows), dtype=bool)])[order]
            rows = rows[order]
        kept = self._chosen(rows, scores, lock, is_whole=pool.is_whole)
        return self._carried(rows[kept], scores[kept], lock[kept])

    def _chosen(self, rows: Ints, scores: Ints, lock: Bools, *, is_whole: bool) -> Ints:
        most = self.scan.kept
        enough = np.flatnonzero((scores >= self.policy.minimum_score) | lock)
        if is_whole and len(enough) <= most:
            return enough
        # Rows ascend, so equal scores stay in the order of the rows.
        order = enough[np.argsort(-scores[enough], kind="stable")]
        southern = order[self.scan.southern[rows[order]]][:SOUTHERN_KEPT]
        stays = lock.copy()
        stays[order[:most]] = True
        stays[southern] = True
        return np.flatnonzero(stays)

    def _carried(self, rows: Ints, scores: Ints, lock: Bools) -> Found:
        """Return candidates with the most experts that each offer gives: what it sends, else its capacity."""
        offers = self.case.offers
        left = np.maximum(self.scan.calendars.left(self.case, self.scan.of_row["calendars"][rows]), lock)
        sends = offers.sends[rows]
        limit = np.maximum(np.where(sends > 0, sends, offers.capacity[rows]), 1)
        return Found(rows, scores, np.minimum(limit, left), left, lock)


def refuse_forbidden_locks(case: Case) -> None:
    """Refuse locks, the offers of the case, that join a pair to which somebody said no."""
    excluded = excluded_rows(case)
    for rule in sorted(FORBIDS_LOCK.intersection(excluded)):
        for row in np.flatnonzero(excluded[rule]):
            pair = f"{case.component.id}/{case.offers.offers[row].id}"
            raise InvalidProblem(f"pin:{pair}", "decision", "forbidden")
