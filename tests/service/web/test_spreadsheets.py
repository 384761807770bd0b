"""Tables for spreadsheets hold texts, never formulas."""

import csv
from io import StringIO

from service.web.spreadsheets import csv_of, plain_cell


def test_no_cell_of_a_table_is_a_formula() -> None:
    """What begins like a formula is told to be text; numbers stay numbers."""
    assert [plain_cell(cell) for cell in ("=A1", "+1", "-1", "@A", "\t=A1", "\n=A1", "A=1", "", -1)] == [
        "'=A1", "'+1", "'-1", "'@A", "'\t=A1", "'\n=A1", "A=1", "", -1,
    ]  # fmt: skip


def test_a_table_is_read_back_as_it_was() -> None:
    """Heads and rows come back, whatever stands in them, and the file says that it is UTF-8."""
    heads, row = ["需求", "a"], ['says "so", twice', "一\n二"]
    text = csv_of(heads, [row])
    assert text.startswith("\ufeff")
    assert list(csv.reader(StringIO(text[1:], newline=""))) == [heads, row]
