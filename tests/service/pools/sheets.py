"""Files of offers for tests: workbooks as a spreadsheet program would write them, and odd ones."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

EXPERT: Mapping[str, Any] = {
    "reference": "EXP-001",
    "kind": "named_expert",
    "title": "Peer review of return systems",
    "expertise": "EXP-RET=advanced; EXP-DATA",
    "languages": "fr=C1; en",
    "capacity": 2,
    "months": "3; 4; 9",
    "person_name": "Example Person",
    "person_contact": "expert@pool.example",
}
TEAM: Mapping[str, Any] = {
    "reference": "TEAM-1",
    "title": "Training of analysts",
    "cost_per_day": 350.5,
    "cost_currency": "EUR",
    "released": "yes",
    "commitments": "T4-06",
}


def workbook(rows: Sequence[Mapping[str, Any]], headings: Sequence[str] = ()) -> bytes:
    """Write rows under the headings that they name."""
    names = list(headings) or list(dict.fromkeys(name for row in rows for name in row))
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(names):
                if name in row:
                    sheet.write(number, place, row[name])
    return written.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Put another part into a package, in place of one of the same name."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return written.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    """Read one part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)
