"""What is wrong with a delivery as it was sent: every field at fault, by its place, never by its value."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session

from service.errors import FieldFault, InvalidInput
from service.reference.queries import known_codes
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_

Given = Mapping[str, Any]

_NO_STATE = N_("There is no state with this code.")
_LISTS = {
    "requesters": ("state", _NO_STATE),
    "providers": ("state", _NO_STATE),
    "requester_bodies": ("regional_body", N_("There is no such regional body.")),
    "commitments": ("commitment", N_("There is no such commitment.")),
    "areas": ("expertise_area", N_("There is no such expertise area.")),
    "modalities": ("modality", N_("There is no such modality.")),
}
_SINGLE = {
    "language": ("language", N_("There is no such language.")),
    "dialogue": ("dialogue", N_("There is no such dialogue.")),
}


def check_delivery(session: Session, given: Given, whole: Given) -> None:
    """Refuse what a delivery cannot say.

    ``given`` holds what was sent, ``whole`` the delivery as it would be, for rules about several fields.
    """
    faults = [*_lists(session, given), *_single(session, given), *_parties(session, given), *_together(whole)]
    if faults:
        raise InvalidInput(*faults)


def _lists(session: Session, given: Given) -> Iterator[FieldFault]:
    for field, (name, message) in _LISTS.items():
        if given.get(field):
            yield from _listed(field, given[field], known_codes(session, name), message)


def _single(session: Session, given: Given) -> Iterator[FieldFault]:
    for field, (name, message) in _SINGLE.items():
        if given.get(field) and given[field] not in known_codes(session, name):
            yield FieldFault(field, "unknown", message)


def _parties(session: Session, given: Given) -> Iterator[FieldFault]:
    ids: list[str] = given.get("parties") or []
    # What one person did is no public fact.
    known = {row.id for row in find_stakeholders(session, ids).values() if row.type != HOLDS_A_PERSON}
    yield from _listed("parties", ids, known, N_("There is no such institution."))


def _listed(field: str, codes: list[str], known: set[str], message: str) -> Iterator[FieldFault]:
    for number, code in enumerate(codes):
        if code not in known:
            yield FieldFault(f"{field}[{number}]", "unknown", message)
        elif code in codes[:number]:
            yield FieldFault(f"{field}[{number}]", "repeated", N_("This is named twice."))


def _together(whole: Given) -> Iterator[FieldFault]:
    if not whole["requesters"] and not whole["requester_bodies"]:
        yield FieldFault("requesters", "missing", N_("Name who was helped: a state or a regional body."))
    first, last = whole["year_from"], whole["year_to"]
    if first is not None and last is not None and last < first:
        yield FieldFault("year_to", "before_start", N_("This is before the first year."))
