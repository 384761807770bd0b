"""Reading the files of a look-back. What is wrong is told by file, line and column, and nothing is taken.

Of an asked case only what a requester knows on the day of the request is used: who asks, for what, under
which commitment, in which forms, when. Programme, framework and dialogue are left out although they may be
known, because their names often name the one who helped ("Polish aid"). Of an offer its title is used and not
its description, which tells whom it was for; names of states are taken out of all texts.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from service.lookback.engine import KnownCase, KnownOffer

Read = TypeVar("Read")

CASE_COLUMNS = (
    *("case_id", "requester_iso3", "requester_body", "requester_institution", "topic", "theme"),
    *("commitment_hint", "modalities", "year_start", "year_end", "provider_iso3", "source_url"),
)
OFFER_COLUMNS = (
    *("offer_id", "provider_iso3", "title", "commitments", "expertise_areas", "modalities"),
    *("year_from", "year_to", "source_url"),
)
"""Columns that have to be there; others may be, and are not read."""
EARLIEST, LATEST = 1900, 2200
_TAG = re.compile(r"\s*\([A-Z]{3}\)")


class FileRefused(Exception):
    """A file cannot be read as what it should be."""

    def __init__(self, file: Path, line: int, column: str, fault: str) -> None:
        self.file, self.line, self.column, self.fault = file, line, column, fault
        super().__init__(f"{file.name}, line {line}, {column}: {fault}")


@dataclass(frozen=True, slots=True)
class Lists:
    """The codes that a file may name, and the names of states that are taken out of texts."""

    states: frozenset[str]
    commitments: frozenset[str]
    areas: frozenset[str]
    modalities: frozenset[str]
    themes: frozenset[str]
    state_names: tuple[str, ...]


class _Row:
    """A row with its place; every cell is checked as it is asked for."""

    def __init__(self, file: Path, line: int, cells: Mapping[str, str]) -> None:
        self.file, self.line, self._cells = file, line, cells

    def refuse(self, column: str, fault: str) -> FileRefused:
        return FileRefused(self.file, self.line, column, fault)

    def text(self, column: str) -> str:
        return self._cells[column].strip()

    def required(self, column: str) -> str:
        if not self.text(column):
            raise self.refuse(column, "this is empty")
        return self.text(column)

    def codes(self, column: str, known: frozenset[str]) -> tuple[str, ...]:
        codes = tuple(part.strip() for part in self.text(column).split(";") if part.strip())
        for code in codes:
            if code not in known:
                raise self.refuse(column, f"{code[:40]!r} is not a code of this list")
        return tuple(sorted(set(codes)))

    def year(self, column: str) -> int | None:
        cell = self.text(column)
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and EARLIEST <= int(cell) <= LATEST):
            raise self.refuse(column, f"{cell[:40]!r} is not a year")
        return int(cell)

    def years(self, first: str, last: str) -> tuple[int | None, int | None]:
        start, end = self.year(first), self.year(last)
        if start is not None and end is not None and end < start:
            raise self.refuse(last, "this is before the start")
        return start, end


def read_cases(file: Path, lists: Lists) -> tuple[KnownCase, ...]:
    """Read a file of cases.

    Raises
    ------
    FileRefused
        The file is no CSV, a column is missing, or a cell breaks a rule.
    """
    return _read(file, CASE_COLUMNS, "case_id", lambda row: _case(row, lists))


def read_offers(file: Path, lists: Lists) -> tuple[KnownOffer, ...]:
    """Read a file of offers.

    Raises
    ------
    FileRefused
        As for cases.
    """
    return _read(file, OFFER_COLUMNS, "offer_id", lambda row: _offer(row, lists))


def _case(row: _Row, lists: Lists) -> KnownCase:
    start, end = row.years("year_start", "year_end")
    institution = _TAG.sub("", row.text("requester_institution"))
    return KnownCase(
        id=row.required("case_id"),
        requesters=row.codes("requester_iso3", lists.states),
        body=row.text("requester_body") or None,  # of a body that is on no list no member is known
        text=_without_states(f"{row.required('topic')}. {institution}", lists.state_names),
        theme=_theme(row, lists),
        commitments=row.codes("commitment_hint", lists.commitments),
        modalities=row.codes("modalities", lists.modalities),
        year_start=start,
        year_end=end,
        providers=row.codes("provider_iso3", lists.states),
        source=row.text("source_url") or None,
    )


def _offer(row: _Row, lists: Lists) -> KnownOffer:
    start, end = row.years("year_from", "year_to")
    return KnownOffer(
        id=row.required("offer_id"),
        providers=row.codes("provider_iso3", lists.states),
        text=_without_states(row.required("title"), lists.state_names),
        commitments=row.codes("commitments", lists.commitments),
        areas=row.codes("expertise_areas", lists.areas),
        modalities=row.codes("modalities", lists.modalities),
        year_from=start,
        year_to=end,
        source=row.text("source_url") or None,
    )


def _theme(row: _Row, lists: Lists) -> str | None:
    cell = row.text("theme")
    code = cell if cell in lists.themes else f"T{cell}"
    if cell and code not in lists.themes:
        raise row.refuse("theme", f"{cell[:40]!r} is not a code of this list")
    return code if cell else None


def _without_states(text: str, names: Iterable[str]) -> str:
    """Return a text without the names of states: who is meant must not show in what is said."""
    for name in names:
        if name in text:
            text = re.sub(rf"\b{re.escape(name)}\b", "", text)
    return " ".join(text.split())


def _read(file: Path, columns: tuple[str, ...], key: str, make: Callable[[_Row], Read]) -> tuple[Read, ...]:
    made: dict[str, Read] = {}
    for row in _rows(file, columns):
        code = row.required(key)
        if code in made:
            raise row.refuse(key, f"{code[:40]!r} is there twice")
        made[code] = make(row)
    return tuple(made.values())


def _rows(file: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    reader = csv.DictReader(io.StringIO(_text(file), newline=""), strict=True)
    try:
        for column in columns:
            if column not in (reader.fieldnames or ()):
                raise FileRefused(file, 1, column, "this column is missing")
        for cells in reader:
            _check_width(file, reader.line_num, cells)
            yield _Row(file, reader.line_num, cells)
    except csv.Error as error:
        raise FileRefused(file, reader.line_num, "row", f"this is no CSV ({error})") from None


def _check_width(file: Path, line: int, cells: Mapping[str | None, object]) -> None:
    if None in cells or None in cells.values():
        raise FileRefused(file, line, "row", "the number of fields is wrong")


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileRefused(file, 1, "file", f"this cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise FileRefused(file, 1, "file", "this is not UTF-8") from None
