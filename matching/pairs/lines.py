"""Components while they are scanned together, one line each: all that does not depend on single offers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.pairs.columns import Floats, Ints
from matching.pairs.prepared import Case
from matching.pairs.profiles import Given, Table
from matching.pairs.rules import pinned_rows, stopped_by
from matching.pairs.tagged import Tag
from matching.problem import Component, Need

if TYPE_CHECKING:
    from matching.pairs.scanning import Scan

Singles = NDArray[np.float32]
Asking = tuple[Need, Sequence[Component]]
"""A need with those of its components that are asked for."""


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A component that offers are looked for.

    Attributes
    ----------
    case : Case
        The component.
    number : int
        Its place among all components that are asked for.
    need : int
        The place of its need among those of the lines.
    tags : tuple of Tag
        Over which offers are reached.
    given, agenda, language, calendar, way
        What profiles of offers add.
    barred : array of int or None
        Rows of offers that are out for what no profile holds: locked already, vetoed, hidden, of its source.
    """

    case: Case
    number: int
    need: int
    tags: tuple[Tag, ...]
    given: Given
    agenda: Floats
    language: Table
    calendar: Table
    way: Table
    barred: Ints | None

    @property
    def is_stated(self) -> bool:
        """Whether the component has a topic."""
        return self.case.component.area is not None or bool(self.case.commitments)


class Lines:
    """The components of some needs that are looked for together.

    Parameters
    ----------
    scan : Scan
        The problem made ready.
    needs : sequence of (Need, sequence of Component)
        Needs with those of their components that are asked for.

    Attributes
    ----------
    cases : list of Case
        All components that are asked for, in order.
    all : list of Line
        Those of them that are not closed to everybody.
    """

    def __init__(self, scan: "Scan", needs: Sequence[Asking]) -> None:
        self._scan = scan
        self.cases: list[Case] = []
        self.all: list[Line] = []
        self._needs: list[Need] = []
        for need, parts in needs:
            self._take(need, parts)

    def _take(self, need: Need, parts: Sequence[Component]) -> None:
        first = Case(self._scan.prepared, need, parts[0])
        cases = [first, *(first.part(part) for part in parts[1:])]
        places = [place for place, case in enumerate(cases) if not _is_stopped(case)]
        if places:
            given, agenda = self._scan.providers.given(first), None
            for place in places:
                if agenda is None or not need.commitments:  # then each area has an agenda of its own
                    agenda = self._scan.providers.agenda(cases[place])
                self.all.append(self._line(cases[place], len(self.cases) + place, given, agenda))
            self._needs.append(need)
        self.cases += cases

    def _line(self, case: Case, number: int, given: Given, agenda: Floats) -> Line:
        scan = self._scan
        return Line(
            case,
            number,
            len(self._needs),
            scan.tags(case),
            given,
            agenda,
            scan.languages.of(case),
            scan.calendars.of(case),
            scan.ways.of(case),
            self._barred(case),
        )

    def _barred(self, case: Case) -> Ints | None:
        source = case.offers.of_source.get(case.need.source) if case.need.source is not None else None
        pinned = (pinned_rows(case, decision) for decision in ("lock", "veto"))
        barred = [rows for rows in (*pinned, source, self._scan.hidden) if rows is not None]
        return np.concatenate(barred) if barred else None

    @cached_property
    def texts(self) -> tuple[Singles, NDArray[np.bool_]]:
        """The vectors of the needs' texts, and which of them say something."""
        return self._scan.prepared.texts.asked([need.text for need in self._needs])

    @cached_property
    def sketches(self) -> Singles:
        """The sketches of the needs' texts."""
        return self._scan.sketches.of(self.texts[0])

    @cached_property
    def need_of(self) -> Ints:
        """The need of each line."""
        return np.array([line.need for line in self.all], dtype=np.int64)

    @cached_property
    def record(self) -> Floats:
        """What the track record adds for each line, shape (lines, profiles of providers)."""
        return self._scan.reputations.points([line.case for line in self.all], *self.texts)

    @cached_property
    def providers(self) -> Singles:
        """About what providers add to each line; minus infinity for whom a rule excludes."""
        total = np.empty(self.record.shape, dtype=np.float32)
        for place, line in enumerate(self.all):
            total[place] = line.given.total + line.agenda + self.record[place]
            total[place][line.given.barred] = -np.inf
        return total

    @cached_property
    def given_points(self) -> "Tables":
        """The points of :class:`matching.pairs.profiles.Given`, shape (tables, criteria, profiles)."""
        return _shared([line.given for line in self.all], lambda given: given.points)

    @cached_property
    def agenda_points(self) -> "Tables":
        """The points of the agenda, shape (tables, profiles)."""
        return _shared([line.agenda for line in self.all], lambda agenda: agenda)

    @cached_property
    def language_points(self) -> "Tables":
        """The points of the language, shape (tables, profiles)."""
        return _shared([line.language for line in self.all], _POINTS)

    @cached_property
    def calendar_points(self) -> "Tables":
        """The points of the availability, shape (tables, profiles)."""
        return _shared([line.calendar for line in self.all], _POINTS)

    @cached_property
    def way_points(self) -> "Tables":
        """The points of the modality, shape (tables, profiles)."""
        return _shared([line.way for line in self.all], _POINTS)

    def left(self, component: Ints, calendars: Ints) -> Ints:
        """Return what is left of offers with these calendars in the windows of components."""
        tables, number = _shared([self._scan.calendars.left(case) for case in self.cases], lambda left: left)
        left: Ints = tables.ravel().take(number[component] * tables.shape[1] + calendars)
        return left


Tables = tuple[Any, Ints]
"""Distinct tables one below the other, and which of them each line has."""
_POINTS = attrgetter("points")


def _shared(tables: Sequence[Any], rows: Callable[[Any], Any]) -> Tables:
    """Return what several lines have in common, each of it once."""
    number: dict[int, int] = {}
    unlike: list[Any] = []
    for table in tables:
        if number.setdefault(id(table), len(unlike)) == len(unlike):
            unlike.append(rows(table))
    return np.array(unlike), np.array([number[id(table)] for table in tables], dtype=np.int64)


def _is_stopped(case: Case) -> bool:
    days, most = case.component.days, case.need.max_days
    too_long = days is not None and most is not None and days > most
    return too_long or stopped_by(case) is not None


def by_tag(lines: Sequence[Line], places: Iterable[int], turn: int) -> dict[tuple[Tag, bool], list[int]]:
    """Return the places of lines by the tag of some turn, and whether they state a topic."""
    found: dict[tuple[Tag, bool], list[int]] = {}
    for place in places:
        line = lines[place]
        if turn < len(line.tags):
            found.setdefault((line.tags[turn], line.is_stated), []).append(place)
    return found
