"""Reading the lines of a spreadsheet that somebody sent. What it is, is found from what it holds.

A workbook is a package of XML. It is looked through before it is opened: how far it unpacks, how many cells
it has and how far apart they lie, for a cell at the far corner takes as much room as all before it. Only what
its cells show is taken, as text; no formula is computed and nothing in it is run.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from service.attachments.contents import check_parts, read_through
from service.errors import FieldFault, InvalidInput, Refusal
from service.pools.columns import BY_NAME, FAULTS_HEADING, NOTE, REFERENCE
from service.pools.rules import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_LINES
from service.texts import N_
from service.web.bodies import clean_text

MOST_UNPACKED_BYTES = 30_000_000
MOST_CELLS = MOST_LINES * MOST_COLUMNS
PIECE_BYTES = 1 << 20
MOST_EMPTY_LINES = 2_000
MOST_TEXT_BYTES = 100_000_000
"""Text of all cells together, each time that it is shown."""
_MAGIC = b"PK\x03\x04"
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,8})([0-9]{1,10})["']""")
_CELL = re.compile(rb"<(?:[A-Za-z0-9_]+:)?(?:c|row)[\s>/]")
_TEXTS = re.compile(rb"<(?:[A-Za-z0-9_]+:)?si[\s>/]")
_VALUE = re.compile(rb"<(?:[A-Za-z0-9_]+:)?v[^>]{0,200}>\s*([0-9]{1,7})")
_RUNS = ("vbaproject", "macrosheets", "activex", "externallinks", "connections.xml")

_UNKNOWN = N_("This is no XLSX or CSV file. Save it as one of these and choose it again.")
_DAMAGED = N_("This file is damaged or not complete. Open it, save it anew and choose it again.")
_TOO_LARGE = N_(
    "This file is too large, or its cells lie too far apart. Delete what is no offer, or split it."
)
_NO_LINES = N_("No line of this file holds an offer. Fill in the template below its example.")
_NO_HEADINGS = N_(
    "The first line must hold the headings of the template, “reference” and “title” among them."
)
_ODD_HEADINGS = N_("The first line has a heading twice, or one that the template does not know.")
_RUNS_SOMETHING = N_("This file holds macros or fetches something from elsewhere. Save it without them.")


class SheetLine(NamedTuple):
    """A line: its number, as a spreadsheet counts, and the text of its cells by column."""

    number: int
    cells: dict[str, str]


def read_lines(content: BinaryIO, size_bytes: int) -> list[SheetLine]:
    """Return the lines of a file that hold an offer, or refuse the file with what is wrong with it."""
    if size_bytes > MOST_BYTES:
        raise _fault("too_large", _TOO_LARGE)
    content.seek(0)
    data = content.read(MOST_BYTES + 1)
    if not data.strip():
        raise _fault("empty", N_("This file is empty."))
    rows = _of_workbook(data) if data.startswith(_MAGIC) else _of_text(data)
    return _lines(rows)


def _lines(rows: Iterable[Sequence[str]]) -> list[SheetLine]:
    numbered = enumerate(rows, start=1)
    first = next(((number, row) for number, row in numbered if any(row)), None)
    headings = _headings(first[1] if first else ())
    found = []
    for number, row in numbered:
        cells = {name: text for name, text in zip(headings, row, strict=False) if name and text}
        if not cells or cells.get(REFERENCE, "").startswith(NOTE):
            continue
        found.append(SheetLine(number, cells))
        if len(found) > MOST_LINES:
            raise _fault("too_large", _TOO_LARGE)
    if not found:
        raise _fault("no_lines", _NO_LINES)
    return found


def _headings(row: Sequence[str]) -> list[str]:
    """Return the columns that the first line names, in its order; empty for one that is passed over."""
    names = [text.strip().casefold() for text in row]
    known = [name for name in names if name in BY_NAME]
    odd = [name for name in names if name and name not in BY_NAME and name != FAULTS_HEADING]
    if REFERENCE not in known or "title" not in known:
        raise _fault("headings", _NO_HEADINGS)
    if odd or len(set(known)) != len(known):
        raise _fault("headings", _ODD_HEADINGS)
    return ["" if name == FAULTS_HEADING else name for name in names]


# Workbooks


def _of_workbook(data: bytes) -> Iterator[Sequence[str]]:
    try:
        _look_through(data)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheet = book.get_sheet_by_index(0)
            # The rows above the first one that holds something count too.
            rows = sheet.to_python(skip_empty_area=False, nrows=MOST_LINES + MOST_EMPTY_LINES)
    except Refusal:
        raise
    except (CalamineError, OSError, ValueError, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise _fault("damaged", _DAMAGED) from None
    except zipfile.BadZipFile:
        raise _fault("damaged", _DAMAGED) from None
    except BaseException as error:
        # The reader is written in Rust: what it did not think of ends as a panic, which is no Exception.
        if type(error).__name__ == "PanicException":
            raise _fault("damaged", _DAMAGED) from None
        raise
    return ([_shown(value) for value in row[:MOST_COLUMNS]] for row in rows)


def _look_through(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        check_parts(parts, len(data))
        if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise _fault("expands_too_far", _TOO_LARGE)
        names = {part.filename.lower() for part in parts}
        if "xl/workbook.xml" not in names:
            raise _fault("type_not_accepted", _UNKNOWN)
        if any(mark in name for name in names for mark in _RUNS):
            raise _fault("runs_something", _RUNS_SOMETHING)
        shared = _shared_lengths(package, parts)
        for part in parts:
            read_through(package, part)
            if b"sheetData" in (text := package.read(part)):
                _check_places(text, shared)


def _shared_lengths(package: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> list[int]:
    """Return how long each text is that many cells may show: kept once, it is read once for each of them."""
    found = [part for part in parts if part.filename.lower() == "xl/sharedstrings.xml"]
    text = package.read(found[0]) if found else b""
    starts = [place.start() for place in _TEXTS.finditer(text)]
    return [end - start for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _check_places(text: bytes, shared: Sequence[int]) -> None:
    """Refuse a part in which a cell lies so far out that all before it would not fit into memory."""
    if b"<!DOCTYPE" in text[:PIECE_BYTES] or b"\x00" in text[:64]:
        raise _fault("damaged", _DAMAGED)
    if sum(1 for _ in _CELL.finditer(text)) > MOST_CELLS + MOST_LINES:
        raise _fault("too_large", _TOO_LARGE)
    numbers = (int(value[1]) for value in _VALUE.finditer(text))
    if sum(shared[number] for number in numbers if number < len(shared)) > MOST_TEXT_BYTES:
        raise _fault("expands_too_far", _TOO_LARGE)
    for place in _PLACE.finditer(text):
        if _column_number(place[1]) > MOST_COLUMNS or int(place[2]) > MOST_LINES + MOST_EMPTY_LINES:
            raise _fault("too_large", _TOO_LARGE)


def _column_number(letters: bytes) -> int:
    found = 0
    for letter in letters.upper():
        found = found * 26 + letter - 64
    return found


def _shown(value: Any) -> str:
    """Return what a cell shows, as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - exact
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _clean("" if value is None else str(value))


# Text files


def _of_text(data: bytes) -> Iterator[Sequence[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _fault("type_not_accepted", _UNKNOWN) from None
    if any(unicodedata.category(one) == "Cc" and one not in "\t\r\n" for one in text):
        raise _fault("type_not_accepted", _UNKNOWN)
    head = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if reader.line_num > MOST_BYTES or len(row) > MOST_COLUMNS:
                raise _fault("too_large", _TOO_LARGE)
            yield [_clean(one) for one in row]
    except csv.Error:
        raise _fault("damaged", _DAMAGED) from None


def _clean(text: str) -> str:
    if len(text) > LONGEST_CELL:
        raise _fault("too_large", _TOO_LARGE)
    return clean_text(text.replace("\r\n", "\n"), "file").strip()


def _fault(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(FieldFault("file", code, sentence))
