"""Workbooks that this service writes: the template with its lists of codes, and the lines that are at fault.

Whatever stands in a cell is written as text: nothing that somebody typed becomes a formula or a link.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from service.pools.columns import COLUMNS, FAULTS_HEADING, NOTE, REFERENCE, Column
from service.texts import N_, translate

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AS_TEXT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTH = 24
_LINES_WITH_MENUS = 2_003
_EXPLANATION = 1
_EXAMPLE = 2

Lists = Mapping[str, Sequence[tuple[str, str]]]
"""By column: codes that can stand in it, each in words."""


def template_workbook(lists: Lists, language: str) -> bytes:
    """Return the template: headings, what each column holds, an example marked as such, and the codes."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _AS_TEXT) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        muted = book.add_format({"italic": True, "text_wrap": True, "valign": "top", "font_color": "#505a5f"})
        text = book.add_format({"num_format": "@"})
        offers = book.add_worksheet("Offers")
        codes = book.add_worksheet("Codes")
        places = _write_codes(codes, lists, language, bold)
        offers.set_column(0, len(COLUMNS) - 1, _WIDTH, text)
        offers.freeze_panes(1, 1)
        for place, column in enumerate(COLUMNS):
            offers.write_string(0, place, column.name, bold)
            offers.write_string(_EXPLANATION, place, _explained(column, language), muted)
            offers.write_string(_EXAMPLE, place, _example(column, language), muted)
            if column.name in places and column.kind == "text":
                menu = {"validate": "list", "source": places[column.name], "ignore_blank": True}
                offers.data_validation(_EXAMPLE + 1, place, _LINES_WITH_MENUS, place, menu)
    return written.getvalue()


def faults_workbook(lines: Iterable[tuple[Mapping[str, str], str]]) -> bytes:
    """Return the faulty lines as they were sent, each with what is wrong: to be put right and sent again."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _AS_TEXT) as book:
        sheet = book.add_worksheet("Offers")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(COLUMNS), _WIDTH, text)
        for place, name in enumerate((FAULTS_HEADING, *(column.name for column in COLUMNS))):
            sheet.write_string(0, place, name, bold)
        for number, (cells, fault) in enumerate(lines, start=1):
            sheet.write_string(number, 0, fault)
            for place, column in enumerate(COLUMNS, start=1):
                if cells.get(column.name):
                    sheet.write_string(number, place, cells[column.name])
    return written.getvalue()


def _write_codes(sheet: Any, lists: Lists, language: str, bold: Any) -> dict[str, str]:
    """Write the lists of codes side by side; return by column where its codes stand."""
    places = {}
    for number, (name, rows) in enumerate(lists.items()):
        at = number * 2
        sheet.set_column(at, at + 1, _WIDTH)
        sheet.write_string(0, at, name, bold)
        sheet.write_string(0, at + 1, translate(N_("In words"), language), bold)
        for line, (code, words) in enumerate(rows, start=1):
            sheet.write_string(line, at, code)
            sheet.write_string(line, at + 1, words)
        if rows:
            letters = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
            places[name] = f"=Codes!{letters}$2:{letters}${len(rows) + 1}"
    return places


def _explained(column: Column, language: str) -> str:
    said = [translate(one, language) for one in (column.label, column.help) if one]
    return f"{NOTE} " * (column.name == REFERENCE) + ". ".join(said)


def _example(column: Column, language: str) -> str:
    if column.name != REFERENCE:
        return column.example
    marked = translate(N_("Example; lines that begin with # are passed over"), language)
    return f"{NOTE} {column.example} ({marked})"
