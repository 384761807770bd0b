"""A list as a file: CSV, XLSX or JSON. What somebody typed is text in it, never a formula."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from sqlmodel import Session

from service.caller import Caller
from service.lists.errors import ListTooLong
from service.lists.shapes import Cell, Chosen, Listing
from service.lists.wording import Wording
from service.web.paging import LARGEST_PAGE, PageAsked
from service.web.spreadsheets import csv_of

MOST = 5_000
"""Entries that a file takes."""
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet takes."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def all_of(session: Session, caller: Caller, listing: Listing, chosen: Chosen) -> Iterator[Any]:
    """Return every entry of a list through the query of its page, page by page, if it is not too long."""
    cursor, number = None, 0
    while True:
        page = listing.find(session, caller, chosen, PageAsked(LARGEST_PAGE, cursor))
        number += len(page.items)
        if number > MOST:
            raise ListTooLong(most=MOST)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def written(kind: str, listing: Listing, words: Wording, items: Iterable[Any]) -> bytes:
    """Return a list as a file of a kind."""
    if kind == "json":
        return _json(items)
    heads = [words.say(head) for head, _ in listing.columns]
    rows = ([cell(words, item) for _, cell in listing.columns] for item in items)
    return (
        csv_of(heads, map(_plainly, rows)).encode()
        if kind == "csv"
        else _xlsx(words.say(listing.title), heads, rows)
    )


def _json(items: Iterable[Any]) -> bytes:
    # As the API gives it.
    found = [item.model_dump(mode="json") for item in items]
    return json.dumps({"items": found, "next": None}, ensure_ascii=False).encode()


def _plainly(row: Sequence[Cell]) -> list[str | int | float]:
    return [_plain(cell) for cell in row]


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell


def _xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet(title[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 24)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            _put(sheet, (number, place), cell, day)
    book.close()
    return file.getvalue()


def _put(sheet: Any, place: tuple[int, int], cell: Cell, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(*place, cell.astimezone(UTC).date(), day)
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, day)
    elif isinstance(cell, int | float):
        sheet.write_number(*place, cell)
    else:
        sheet.write_string(*place, str(cell)[:LONGEST_CELL])
