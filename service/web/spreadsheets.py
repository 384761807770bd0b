"""Tables for spreadsheets: text files that every program reads, and in which nothing is a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

MARK = "\ufeff"
"""By which spreadsheet programs know that a text file is UTF-8."""
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV with its heads; a text that begins like a formula is told to be text."""
    text = StringIO()
    text.write(MARK)
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def plain_cell(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> plain_cell("=1+1"), plain_cell("Return"), plain_cell(-1)
    ("'=1+1", 'Return', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
