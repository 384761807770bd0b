"""A row of a table of past cases, read as a delivery. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from service.deliveries.schemas import DeliveryRegistration
from service.errors import FieldFault, InvalidInput
from service.texts import N_

_COLUMNS = {
    "case_id": "source_code",
    "requester_iso3": "requesters",
    "requester_body": "requester_bodies",
    "requester_institution": "requester_institutions",
    "topic": "topic",
    "commitment_hint": "commitments",
    "expertise_areas": "areas",
    "modalities": "modalities",
    "year_start": "year_from",
    "year_end": "year_to",
    "provider_iso3": "providers",
    "provider_institutions": "provider_institutions",
    "providers_complete": "providers_complete",
    "dialogue": "dialogue",
    "framework": "framework",
    "programme": "programme",
    "status": "status",
    "note": "note",
    "source_url": "source",
}
"""The column of each field."""
_LISTS = frozenset({"requesters", "requester_bodies", "commitments", "areas", "modalities", "providers"})
_YEARS = frozenset({"year_from", "year_to"})
_YEAR = re.compile(r"[0-9]{4}")
_COMPLETENESS = {"yes": "full", "partly": "partial", "no": "partial"}
_FIELDS = {field: column for column, field in _COLUMNS.items()}


def registration_from_row(row: Mapping[str, str]) -> DeliveryRegistration:
    """Return a row of a table (the columns of ``real_cases.csv``) as a registration.

    Empty cells are unknown; lists are parted by semicolons.

    Raises
    ------
    InvalidInput
        A cell breaks a rule; the faults name its column.
    """
    cells = {column: unicodedata.normalize("NFC", (row.get(column) or "").strip()) for column in _COLUMNS}
    unfit = [column for column, cell in cells.items() if any(map(_is_unfit, cell))]
    if unfit:
        message = N_("This holds a character that no text needs.")
        raise InvalidInput(*(FieldFault(column, "control_character", message) for column in unfit))
    said = {_COLUMNS[column]: _value(_COLUMNS[column], cell) for column, cell in cells.items() if cell}
    try:
        return DeliveryRegistration.model_validate(said)
    except ValidationError as error:
        raise InvalidInput(*(_fault(item["loc"], item["type"]) for item in error.errors())) from None


def column_of(field: str) -> str:
    """Return the column in which a field stands: ``requesters[1]`` in ``requester_iso3[1]``."""
    name, bracket, place = field.partition("[")
    return f"{_FIELDS.get(name, name)}{bracket}{place}"


def _is_unfit(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\r\n"


def _value(field: str, cell: str) -> Any:
    if field in _LISTS:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if field in _YEARS:
        return int(cell) if _YEAR.fullmatch(cell) else cell
    if field == "providers_complete":
        return _COMPLETENESS.get(cell, cell)
    return cell


def _fault(loc: tuple[int | str, ...], code: str) -> FieldFault:
    place = "".join(f"[{part}]" if isinstance(part, int) else str(part) for part in loc)
    return FieldFault(column_of(place), code, N_("This cell cannot be accepted."))
