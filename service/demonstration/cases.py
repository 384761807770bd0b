"""Reading the published cases and offers as registrations. What a page does not say stays unknown.

Assumed: one expert for each form of help that a case names. The expertise area of a case is our own tagging,
like its theme and commitment. An offer's languages count as stated only where its page states them.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from io import StringIO
from typing import Any, NamedTuple

from service.deliveries.rules import COUNTS
from service.needs.schemas import NeedRegistration
from service.offers.schemas import OfferImport

_DATA = files("service.reference") / "data"
_STATE = re.compile(r"^[A-Z]{3}$")
_TAGGED = re.compile(r"^(?P<name>.*?)\s*\((?P<state>[A-Z]{3})\)$")
ENDED = {"completed", "ended"}
"""States of a published offer in which it counts as stale."""


class Asker(NamedTuple):
    """A stakeholder of a case or offer, as its page names it."""

    type: str
    name: str
    states: tuple[str, ...]
    body: str | None = None


class Case(NamedTuple):
    """A documented case."""

    id: str
    requesters: tuple[Asker, ...]
    topic: str
    commitment: str
    area: str
    modalities: tuple[str, ...]
    dialogue: str | None
    programme: str
    source: str
    row: Mapping[str, str]


class Published(NamedTuple):
    """A published offer."""

    id: str
    provider: Asker
    is_ended: bool
    row: Mapping[str, str]


def read_cases() -> list[Case]:
    """Return the documented cases in the order of their file."""
    areas = {row["case_id"]: row["expertise_area"] for row in _rows("real_case_areas.csv")}
    return [
        Case(
            id=row["case_id"],
            requesters=tuple(_requesters(row)),
            topic=row["topic"],
            commitment=row["commitment_hint"],
            area=areas[row["case_id"]],
            modalities=tuple(_parts(row["modalities"])),
            dialogue=row["dialogue"] or None,
            programme=row["programme"],
            source=row["source_url"],
            row=row,
        )
        for row in _rows("real_cases.csv")
    ]


def read_offers() -> list[Published]:
    """Return the published offers in the order of their file."""
    return [
        Published(
            id=row["offer_id"],
            provider=Asker(
                row["provider_type"], row["provider_institution"], tuple(_parts(row["provider_iso3"]))
            ),
            is_ended=row["status"] in ENDED,
            row=row,
        )
        for row in _rows("real_offers.csv")
    ]


def need_of(case: Case, requesters: Iterable[str], desk: str) -> NeedRegistration:
    """Return a case as a need of its requesters."""
    return NeedRegistration.model_validate(
        {
            "requesters": list(requesters),
            "desk": desk,
            "title": case.topic[0].upper() + case.topic[1:],
            "context": f"Documented case {case.id} of {case.programme}." if case.programme else "",
            "commitments": [case.commitment],
            "components": [{"area": case.area, "modality": modality} for modality in case.modalities],
            "dialogues": [case.dialogue] if case.dialogue else [],
            "confidentiality": "public",
            "source": case.source,
        }
    )


def offer_of(published: Published, provider: str, members: Mapping[str, list[str]]) -> OfferImport:
    """Return a published offer as an offer of its provider. ``members`` are the states of each dialogue."""
    row = published.row
    said: dict[str, Any] = {
        "provider": provider,
        "title": row["title"],
        "description": row["description"],
        "expertise": [{"area": area} for area in _parts(row["expertise_areas"])],
        "commitments": _parts(row["commitments"]),
        "modalities": _parts(row["modalities"]) or None,
        "languages": _languages(row) or None,
        "targets": _targets(row, members) or None,
        "regions": row["regions_or_states_targeted"] or None,
        "source": row["source_url"],
        "source_code": published.id,
    }
    return OfferImport.model_validate({name: value for name, value in said.items() if value is not None})


def is_documented(case: Case) -> bool:
    """Tell whether a case says who really helped, so that it counts as a delivery."""
    return bool(case.row["provider_iso3"]) and case.row["status"] in COUNTS


def _requesters(row: Mapping[str, str]) -> Iterable[Asker]:
    name = row["requester_institution"] or "Government"
    named = {
        match["state"]: match["name"] for part in name.split(";") if (match := _TAGGED.match(part.strip()))
    }
    for state in _parts(row["requester_iso3"]):
        yield Asker("ministry_or_agency", named.get(state, name), (state,))
    if row["requester_body"]:
        yield Asker("regional_body", name, (), row["requester_body"])


def _languages(row: Mapping[str, str]) -> list[dict[str, str]]:
    basis = "stated" if row["languages_basis"] == "stated" else "official_language"
    return [{"code": code, "basis": basis} for code in _parts(row["languages"])]


def _targets(row: Mapping[str, str], members: Mapping[str, list[str]]) -> list[str]:
    """Return the states that an offer names; those of its dialogue, where it is for the dialogue's states."""
    said = row["regions_or_states_targeted"]
    parts = _parts(said)
    if "any interested" in said or "all states" in said:
        return []
    if parts and all(_STATE.match(part) for part in parts):
        return parts
    if row["dialogue"] and any(word in said for word in ("Process", "member states", "partners")):
        return members.get(row["dialogue"], [])
    return []


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO((_DATA / name).read_text(encoding="utf-8"))))
