"""The candidates that stay of many components: exact scores, and the best by score, southern ones, locks."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.criteria import points_of, score, scores_of
from matching.criteria.neutral import NEUTRAL
from matching.errors import InvalidProblem
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.lines import Lines
from matching.pairs.prepared import Case
from matching.pairs.profiles import OF_PROVIDER
from matching.pairs.rules import FORBIDS_LOCK, excluded_rows, pinned_rows
from matching.pairs.searching import OUT, Search, Seen
from matching.text import nearness_of_cosine

if TYPE_CHECKING:
    from matching.pairs.scanning import Scan

Shorts = NDArray[np.int32]
SOUTHERN_KEPT = 10
"""So many of the best offers from states of low and middle income stay among a component's candidates when
there are more than the policy keeps."""


class Chosen(NamedTuple):
    """The candidates of some components, by component and then offer.

    Attributes
    ----------
    counts : int array, shape (components,)
        How many candidates each component has.
    rows, score, limit, left : int array, shape (candidates,)
        The offer, its score, the most experts that it gives, and what is left of it in the window.
    lock : bool array, shape (candidates,)
        Whether a person decided that the pair stands.
    """

    counts: Ints
    rows: Shorts
    score: Shorts
    limit: Shorts
    left: Shorts
    lock: Bools


class _Pairs(NamedTuple):
    """Pairs with their exact scores, by place of the component and then row."""

    component: Ints
    row: Ints
    score: Ints
    lock: Bools


def chosen(scan: "Scan", lines: Lines) -> Chosen:
    """Return the candidates that stay of the components of some lines."""
    scored = _Scored(scan, lines)
    pairs = _joined([scored.best(), *_locked(scan, lines)])
    return _carried(scan, lines, _kept(scan, pairs))


class _Scored:
    """The best of some lines, with their exact scores."""

    def __init__(self, scan: "Scan", lines: Lines) -> None:
        self._scan, self._lines = scan, lines
        self._number = np.array([line.number for line in lines.all], dtype=np.int64)

    def best(self) -> _Pairs:
        """Return who could be kept: all of the best, and of the best southern ones."""
        if not self._lines.all:
            return _NOBODY
        every = range(len(self._lines.all))
        seen = Search(self._scan, self._lines, self._scan.kept, self._lines.providers).seen(every)
        scores = self._scores(seen)
        lacking = self._lacking_southern(seen, scores)
        first = self._pairs(seen, scores)
        if not len(lacking):
            return first
        others = np.where(self._scan.providers.southern, self._lines.providers, OUT)
        more = Search(self._scan, self._lines, SOUTHERN_KEPT, others).seen(lacking.tolist())
        return _joined([first, self._pairs(more, self._scores(more))])

    def _pairs(self, seen: Seen, scores: Ints) -> _Pairs:
        return _Pairs(self._number[seen.line], seen.row, scores, np.zeros(len(scores), dtype=bool))

    def _lacking_southern(self, seen: Seen, scores: Ints) -> Ints:
        """Return the lines of which somebody may be missing who is among the best southern ones."""
        is_enough = self._scan.southern[seen.row] & (scores >= self._scan.prepared.policy.minimum_score)
        southern = np.bincount(seen.line[is_enough], minlength=len(self._lines.all))
        return np.flatnonzero(~seen.is_whole & (southern < SOUTHERN_KEPT))

    def _scores(self, seen: Seen) -> Ints:
        """Return the exact scores: the same sum in the same order as :func:`matching.criteria.score`."""
        scan, lines, policy = self._scan, self._lines, self._scan.prepared.policy
        languages, calendars, ways, providers = (of_row[seen.row] for of_row in scan.of_row.values())
        points = self._of_providers(seen.line, providers)
        near = nearness_of_cosine(seen.cosine)
        points["meaning"] = points_of("meaning", np.where(near > 0, near, NEUTRAL["meaning"]), policy)
        points["topic"] = self._topic(seen)
        points["language"] = _looked_up(lines.language_points, seen.line, languages)
        points["availability"] = _looked_up(lines.calendar_points, seen.line, calendars)
        points["modality"] = _looked_up(lines.way_points, seen.line, ways)
        points["evidence"] = self._evidence(seen)
        return scores_of(points, len(seen.row))

    def _of_providers(self, line: Ints, providers: Ints) -> dict[str, Floats]:
        lines = self._lines
        tables, number = lines.given_points
        size = tables.shape[2]
        place = number[line] * tables[0].size + providers
        points = {name: tables.ravel().take(place + at * size) for at, name in enumerate(OF_PROVIDER)}
        points["agenda"] = _looked_up(lines.agenda_points, line, providers)
        points["track_record"] = lines.record.ravel().take(line * size + providers)
        return points

    def _topic(self, seen: Seen) -> Floats:
        is_stated = np.array([line.is_stated for line in self._lines.all])[seen.line]
        stated, unstated = (self._scan.topic_points(is_stated=known)[seen.bits] for known in (True, False))
        return np.where(is_stated, stated, unstated)

    def _evidence(self, seen: Seen) -> Floats:
        points = np.empty(len(seen.row))
        ends = np.searchsorted(seen.line, np.arange(len(self._lines.all) + 1)).tolist()
        for line, start, end in zip(self._lines.all, ends, ends[1:], strict=False):
            points[start:end] = self._scan.evidence(line.case.component.area)[seen.row[start:end]]
        return points


def _looked_up(tables: tuple[Floats, Ints], line: Ints, column: Ints) -> Floats:
    """Return values of tables that several lines share, each by line and column."""
    values, number = tables
    found: Floats = values.ravel().take(number[line] * values.shape[1] + column)
    return found


def _locked(scan: "Scan", lines: Lines) -> list[_Pairs]:
    """Return the locked offers with their scores; refuse a lock against somebody's no."""
    found = []
    for number, case in enumerate(lines.cases):
        locks = pinned_rows(case, "lock")
        if locks is not None:
            alone = Case(scan.prepared.narrowed(locks), case.need, case.component)
            refuse_forbidden_locks(alone)
            scores = score(alone, np.arange(len(locks), dtype=np.int64))
            found.append(_Pairs(np.full(len(locks), number), locks, scores, np.ones(len(locks), dtype=bool)))
    return found


_NONE = np.zeros(0, dtype=np.int64)
_NOBODY = _Pairs(_NONE, _NONE, _NONE, np.zeros(0, dtype=bool))


def _joined(some: list[_Pairs]) -> _Pairs:
    """Return pairs by component and row, each once."""
    if len(some) == 1:
        return some[0]
    component, row, scores, lock = (np.concatenate(column) for column in zip(*some, strict=True))
    order = np.lexsort((row, component))
    is_new = np.append(True, np.diff(component[order]) | np.diff(row[order]))
    order = order[is_new.astype(bool)]
    return _Pairs(component[order], row[order], scores[order], lock[order])


def _kept(scan: "Scan", pairs: _Pairs) -> _Pairs:
    """Return the pairs that stay: good enough or locked, and no more of a component than the policy keeps."""
    enough = np.flatnonzero((pairs.score >= scan.prepared.policy.minimum_score) | pairs.lock)
    # Rows ascend, so equal scores stay in the order of the rows.
    order = enough[np.lexsort((-pairs.score[enough], pairs.component[enough]))]
    component = pairs.component[order]
    southern = scan.southern[pairs.row[order]]
    is_first = _rank(component) < scan.kept
    is_first[np.flatnonzero(southern)[_rank(component[southern]) < SOUTHERN_KEPT]] = True
    stays = np.sort(order[is_first | pairs.lock[order]])
    return _Pairs(pairs.component[stays], pairs.row[stays], pairs.score[stays], pairs.lock[stays])


def _rank(group: Ints) -> Ints:
    """Return the place of each within its group; groups stand together."""
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: len(group)])
    return np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))


def _carried(scan: "Scan", lines: Lines, pairs: _Pairs) -> Chosen:
    """Return pairs with the most experts that each offer gives: what it sends, else its capacity."""
    offers = scan.prepared.offers
    component, rows, scores, lock = pairs
    left = np.maximum(lines.left(component, scan.of_row["calendars"][rows]), lock)
    sends = offers.sends[rows]
    limit = np.minimum(np.maximum(np.where(sends > 0, sends, offers.capacity[rows]), 1), left)
    counts = np.bincount(component, minlength=len(lines.cases))
    short = [column.astype(np.int32) for column in (rows, scores, limit, left)]
    return Chosen(counts, short[0], short[1], short[2], short[3], lock)


def refuse_forbidden_locks(case: Case) -> None:
    """Refuse locks, the offers of the case, that join a pair to which somebody said no."""
    excluded = excluded_rows(case)
    for rule in sorted(FORBIDS_LOCK.intersection(excluded)):
        for row in np.flatnonzero(excluded[rule]):
            pair = f"{case.component.id}/{case.offers.offers[row].id}"
            raise InvalidProblem(f"pin:{pair}", "decision", "forbidden")
