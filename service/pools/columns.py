"""The columns of a pool's spreadsheet: what each holds, and how the text of its cells is read.

Headings are the same in every language, so that a file made anywhere is understood everywhere.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from service.offers.rules import KINDS, LEVELS
from service.texts import N_

Kind = Literal["text", "whole", "number", "day", "flag", "codes", "months", "graded"]
CLEARS = "-"
"""What empties a column that may be empty; an empty cell leaves what stands there."""
NOTE = "#"
"""How the reference of a line begins that is none: an explanation, or the example."""
FAULTS_HEADING = "what_is_wrong"
REFERENCE = "reference"
YES, NO = "yes", "no"
_SEPARATORS = re.compile(r"[;,\n]")
_GRADE = re.compile(r"\s*[=:]\s*")
_FLAGS: Mapping[str, bool] = {YES: True, NO: False, "true": True, "false": False, "1": True, "0": False}


class Column(NamedTuple):
    """A column: its heading, what it is called, how its cells are read, what a cell may look like."""

    name: str
    label: str
    kind: Kind = "text"
    example: str = ""
    list_name: str = ""
    """The code list that its cells are of."""
    choices: tuple[str, ...] = ()
    """What it may hold, where the list is short."""
    help: str = ""


_SEVERAL = N_("Several codes are separated by a semicolon; see the sheet of codes.")
COLUMNS: tuple[Column, ...] = (
    Column(
        REFERENCE,
        N_("Your own reference"),
        example="EXP-001",
        help=N_("Yours to choose, once for each offer, without a name in it. It tells what is new."),
    ),
    Column("kind", N_("Who would come"), example="named_expert", choices=KINDS),
    Column(
        "title",
        N_("Title"),
        example="Peer review of return and reintegration systems",
        help=N_("What is offered, in one line. Name no person."),
    ),
    Column("description", N_("Description"), example="Led two reviews of case management."),
    Column("language", N_("Language of the text"), example="en", list_name="language"),
    Column(
        "expertise",
        N_("Expertise"),
        "graded",
        "EXP-RET=advanced; EXP-DATA=practitioner",
        "expertise_area",
        help=N_("Codes separated by a semicolon, each with how well after an equals sign, if known."),
    ),
    Column("commitments", N_("Commitments"), "codes", "T4-06", "commitment", help=_SEVERAL),
    Column("modalities", N_("Forms of support"), "codes", "MOD-PEER", "modality", help=_SEVERAL),
    Column("modes", N_("Where and how"), "codes", "remote; hybrid", "delivery_mode", help=_SEVERAL),
    Column(
        "languages",
        N_("Working languages"),
        "graded",
        "fr=C1; en=B2",
        "language",
        help=N_("Codes separated by a semicolon, each with its level after an equals sign, if known."),
    ),
    Column("capacity", N_("Assignments at a time"), "whole", "1"),
    Column("sends", N_("Experts that can be sent to one assignment"), "whole", "1"),
    Column("days_per_year", N_("Days of work a year"), "whole", "40"),
    Column(
        "months", N_("Months"), "months", "3; 4; 5; 9", help=N_("Numbers from 1 to 12; none: all the year.")
    ),
    Column("available_from", N_("From"), "day", "2027-03-01"),
    Column("available_until", N_("Until"), "day", "2028-12-31"),
    Column("targets", N_("States"), "codes", "GHA; GEO", "state", help=_SEVERAL),
    Column("regions", N_("Regions, in your own words"), example="West Africa"),
    Column("conditions", N_("Conditions"), example="Travel is paid by the host."),
    Column("cost_bearer", N_("Who bears the cost"), list_name="cost_bearer"),
    Column("cost_per_day", N_("Cost of a day"), "number", "350"),
    Column("cost_currency", N_("Currency"), example="EUR"),
    Column("released", N_("The employer releases the experts for this"), "flag", YES, choices=(YES, NO)),
    Column("source", N_("Public page about it"), example="https://pool.example/experts"),
    Column("desk", N_("Desk that it is addressed to"), list_name="desk"),
    Column("confidentiality", N_("Who is shown it"), example="secretariat_only", choices=LEVELS),
    Column(
        "person_name",
        N_("Name of the expert"),
        example="Example Person",
        help=N_("For named experts only. It is kept apart, and shown to nobody but your own side."),
    ),
    Column("person_contact", N_("How to reach the person"), example="expert@pool.example"),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
EMPTIED_TO: Mapping[str, Any] = {"description": "", "expertise": [], "commitments": []}
"""What emptying leaves in a column; in the others nothing at all, as if nobody had said anything."""
GRADES: Mapping[str, tuple[str, str]] = {
    "expertise": ("area", "proficiency"),
    "languages": ("code", "level"),
}


class CellFault(NamedTuple):
    """What is wrong with a cell, by its column; without one it is about the whole line."""

    column: str
    message: str


def read_cells(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[CellFault]]:
    """Return what a line says, by field, and the cells that cannot be read; what is empty says nothing."""
    said: dict[str, Any] = {}
    faults: list[CellFault] = []
    for column in COLUMNS:
        text = cells.get(column.name, "").strip()
        if not text or column.name == REFERENCE:
            continue
        if text == CLEARS:
            said[column.name] = EMPTIED_TO.get(column.name)
            continue
        try:
            said[column.name] = _READERS[column.kind](column, text)
        except ValueError:
            faults.append(CellFault(column.name, _UNREADABLE[column.kind]))
    return said, faults


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in _SEPARATORS.split(text) if one.strip()))


def _codes(_column: Column, text: str) -> list[str]:
    return _several(text)


def _months(_column: Column, text: str) -> list[int]:
    return sorted({_whole_number(one) for one in _several(text)})


def _graded(column: Column, text: str) -> list[dict[str, str]]:
    item, grade = GRADES[column.name]
    found = []
    for one in _several(text):
        code, *rest = _GRADE.split(one)
        found.append({item: code} | ({grade: rest[0]} if rest and rest[0] else {}))
    return found


def _flag(_column: Column, text: str) -> bool:
    if text.casefold() not in _FLAGS:
        raise ValueError
    return _FLAGS[text.casefold()]


def _whole(_column: Column, text: str) -> int:
    return _whole_number(text)


def _whole_number(text: str) -> int:
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):  # noqa: PLR2004 - far above any limit
        raise ValueError
    return int(digits)


def _number(_column: Column, text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,9}([.][0-9]{1,4})?", text):
        raise ValueError
    return float(text)


def _text(_column: Column, text: str) -> str:
    return text


_READERS: Mapping[Kind, Callable[[Column, str], Any]] = {
    "text": _text,
    "day": _text,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "codes": _codes,
    "months": _months,
    "graded": _graded,
}
_UNREADABLE: Mapping[Kind, str] = {
    "text": "",
    "day": "",
    "whole": N_("A whole number is expected here."),
    "number": N_("A number is expected here, such as 350 or 350.50."),
    "flag": N_("Write yes or no."),
    "codes": "",
    "months": N_("Write the months as numbers from 1 to 12."),
    "graded": "",
}
