"""Reading files of offers: what a file really is, what is too much, and what its cells show."""

import io
from collections.abc import Callable

import pytest

from service.errors import InvalidInput
from service.pools.columns import CellFault, read_cells
from service.pools.rules import MOST_BYTES, MOST_LINES
from service.pools.sheets import SheetLine, read_lines
from service.pools.template_sheets import faults_workbook, template_workbook
from tests.service.pools.sheets import EXPERT, TEAM, part_of, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
GOOD = workbook([EXPERT, TEAM])


def read(data: bytes) -> list[SheetLine]:
    """Read a file."""
    return read_lines(io.BytesIO(data), len(data))


def test_a_workbook_and_a_text_file_say_the_same() -> None:
    """Numbers, texts and what looks like a formula come as the text that a cell shows, in both kinds."""
    rows = [{**TEAM, "description": "Said; twice"}, {**EXPERT, "regions": "+1+cmd|'/c calc'!A0"}]
    names = list(dict.fromkeys(name for row in rows for name in row))
    quoted = [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    text = "\r\n".join([",".join(names), *quoted]).encode("utf-8-sig")
    expected = [{name: str(value) for name, value in row.items()} for row in rows]
    assert [line.cells for line in read(text)] == expected
    assert [line.cells for line in read(workbook(rows, names))] == expected
    assert [line.number for line in read(text)] == [2, 3]


def test_the_template_holds_no_line_and_says_what_may_stand_where() -> None:
    """Explanations and the example are passed over; the codes stand beside, and menus lead to them."""
    template = template_workbook({"kind": [("institution", "")], "expertise": [("EXP-RET", "Return")]}, "en")
    with pytest.raises(InvalidInput) as refused:
        read(template)
    assert [fault.code for fault in refused.value.faults()] == ["no_lines"]
    assert b"dataValidation " in part_of(template, SHEET)
    assert b"EXP-RET" in part_of(template, "xl/sharedStrings.xml")


def test_faulty_lines_come_back_as_text_and_can_be_sent_again() -> None:
    """What looks like a formula stays text, and the column of causes is passed over when it is read."""
    cells = {"reference": "A", "title": '=HYPERLINK("http://evil.example")'}
    written = faults_workbook([(cells, "title: too short")])
    assert b"<f>" not in part_of(written, SHEET)
    assert [line.cells for line in read(written)] == [cells]


def _shown_often() -> bytes:
    long = b"<si><t>" + b"long" * 300_000 + b"</t></si>"
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 200))
    sheet = part_of(GOOD, SHEET).partition(b"<sheetData>")[0] + b"<sheetData>" + cells
    sheet += b"</sheetData></worksheet>"
    shared = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + long + b"</sst>"
    return with_part(with_part(GOOD, SHEET, sheet), "xl/sharedStrings.xml", shared)


ODD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b" \n", "empty"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "type_not_accepted"),
    "other package": (lambda: with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"a"), "type_not_accepted"),
    "cut off": (lambda: GOOD[:-200], "damaged"),
    "no headings": (lambda: b"1,2\n3,4", "headings"),
    "unknown heading": (lambda: b"reference,title,colour\nA,Title,red", "headings"),
    "heading twice": (lambda: b"reference,title,title\nA,Title,Title", "headings"),
    "too large": (lambda: b"reference,title\n" + b"A,B\n" * (MOST_BYTES // 4), "too_large"),
    "too many lines": (lambda: b"reference,title\n" + b"A,B\n" * (MOST_LINES + 1), "too_large"),
    "macros": (lambda: with_part(GOOD, "xl/vbaProject.bin", b"x"), "runs_something"),
    "bomb": (lambda: with_part(GOOD, "xl/media/a.bin", bytes(60_000_000)), "expands_too_far"),
    "far corner": (
        lambda: with_part(GOOD, SHEET, part_of(GOOD, SHEET).replace(b'r="A3"', b'r="XFD1048576"')),
        "too_large",
    ),
    "entities": (
        lambda: with_part(GOOD, SHEET, b"<!DOCTYPE a []>" + part_of(GOOD, SHEET)),
        "damaged",
    ),
    "one long text, many times": (_shown_often, "expands_too_far"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_file_of_offers_is_refused(name: str) -> None:
    """Each with a cause of its own, and before anything is unpacked that takes much room."""
    make, code = ODD[name]
    with pytest.raises(InvalidInput) as refused:
        read(make())
    assert [(fault.field, fault.code) for fault in refused.value.faults()] == [("file", code)]


def test_cells_say_what_the_form_would_say() -> None:
    """Codes, grades, months, numbers and flags are read; what is empty says nothing, a lone dash empties."""
    said, faults = read_cells({
        "reference": "A", "title": "T", "expertise": "EXP-RET=advanced; EXP-DATA", "months": "9;3, 3",
        "capacity": "2", "cost_per_day": "350.5", "released": "No", "regions": "-", "commitments": "-",
        "targets": "",
    })  # fmt: skip
    assert (said, faults) == (
        {
            "title": "T", "expertise": [{"area": "EXP-RET", "proficiency": "advanced"}, {"area": "EXP-DATA"}],
            "months": [3, 9], "capacity": 2, "cost_per_day": 350.5, "released": False, "regions": None,
            "commitments": [],
        },
        [],
    )  # fmt: skip


def test_cells_that_cannot_be_read_are_named_by_their_column() -> None:
    """Numbers that are none, months that are none, and neither yes nor no."""
    _, faults = read_cells({"capacity": "two", "months": "May", "released": "perhaps", "cost_per_day": "1e3"})
    assert [type(fault) for fault in faults] == [CellFault] * 4
    assert {fault.column for fault in faults} == {"capacity", "months", "released", "cost_per_day"}
    assert all(fault.message for fault in faults)
