"""What is wrong with an offer as it was sent: every field at fault, by its place, never by its value."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session

from service.caller import Caller
from service.errors import FieldFault, InvalidInput
from service.offers.rules import STATED_BY_PROVIDER
from service.offers.schemas import PersonDetails, WishDeclaration
from service.reference.queries import known_codes
from service.search.rules import terms_of
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_

Given = Mapping[str, Any]
"""The fields that were sent, by name."""
Stated = Mapping[str, tuple[str | None, str | None]]
"""Proficiency and evidence of each area so far."""

_CODED = {
    "commitments": ("commitment", N_("There is no such commitment.")),
    "modalities": ("modality", N_("There is no such modality.")),
    "targets": ("state", N_("There is no state with this code.")),
}
_TEXTS = ("title", "description", "regions", "conditions")
_UNKNOWN_AREA = N_("There is no such expertise area.")
_UNKNOWN_LANGUAGE = N_("There is no such language.")


def check_offer(session: Session, given: Given, whole: Given, stated: Stated | None = None) -> None:
    """Refuse what an offer cannot say.

    ``given`` holds what was sent, ``whole`` the offer as it would be, for rules about several fields.
    """
    faults = [
        *_codes(session, given),
        *_expertise(session, given, stated or {}),
        *_languages(session, given),
        *_desk(session, whole),
        *_together(whole),
    ]
    if faults:
        raise InvalidInput(*faults)


def check_person(kind: str, person: PersonDetails | None, texts: Given) -> None:
    """Refuse a person behind an institution's offer, and a person's name in what everybody reads."""
    if person is None:
        return
    if kind != "named_expert":
        message = N_("Only the offer of a named expert has a person behind it.")
        raise InvalidInput(FieldFault("person", "not_for_institutions", message))
    check_name(person.name, texts)


def check_name(name: str, texts: Given) -> None:
    """Refuse a person's name in what everybody reads."""
    terms = terms_of(name)
    message = N_("This holds the expert's name. It is kept apart: describe the expertise, not the person.")
    found = [field for field in _TEXTS if terms and terms <= terms_of(texts.get(field) or "")]
    if found:
        raise InvalidInput(*(FieldFault(field, "names_the_person", message) for field in found))


def check_wishes(
    session: Session, caller: Caller, provider_id: str, wishes: WishDeclaration, place: str = ""
) -> None:
    """Refuse wishes about nobody, about the provider itself, or that contradict each other."""
    named = {field: getattr(wishes, field) for field in ("refuses", "prefers", "conflicts")}
    rows = find_stakeholders(session, {item for ids in named.values() for item in ids})
    known = {row.id for row in rows.values() if row.type != HOLDS_A_PERSON or caller.acts_for(row.id)} - {
        provider_id
    }
    faults = [
        FieldFault(f"{place}{field}[{number}]", "unknown", N_("There is no such other stakeholder."))
        for field, ids in named.items()
        for number, item in enumerate(ids)
        if item not in known
    ]
    unwanted = {*wishes.refuses, *wishes.conflicts}
    faults += [
        FieldFault(f"{place}prefers[{number}]", "contradiction", N_("This is refused at the same time."))
        for number, item in enumerate(wishes.prefers)
        if item in unwanted
    ]
    if faults:
        raise InvalidInput(*faults)


def _codes(session: Session, given: Given) -> Iterator[FieldFault]:
    for field, (name, message) in _CODED.items():
        codes = given.get(field)
        if codes:
            yield from _listed(field, codes, known_codes(session, name), message)
    if given.get("cost_bearer") and given["cost_bearer"] not in known_codes(session, "cost_bearer"):
        yield FieldFault("cost_bearer", "unknown", N_("There is no such kind of cost bearer."))
    if given.get("language") and given["language"] not in known_codes(session, "language"):
        yield FieldFault("language", "unknown", _UNKNOWN_LANGUAGE)


def _listed(
    field: str, codes: Iterable[str], known: Iterable[str], message: str, part: str = ""
) -> Iterator[FieldFault]:
    known, seen = set(known), set[str]()
    for number, code in enumerate(codes):
        place = f"{field}[{number}]{part}"
        if code not in known:
            yield FieldFault(place, "unknown", message)
        elif code in seen:
            yield FieldFault(place, "repeated", N_("This is named twice."))
        seen.add(code)


def _expertise(session: Session, given: Given, stated: Stated) -> Iterator[FieldFault]:
    items = given.get("expertise")
    if not items:
        return
    known = known_codes(session, "expertise_area")
    yield from _listed("expertise", (item.area for item in items), known, _UNKNOWN_AREA, ".area")
    message = N_("This evidence is for the desk to add after it has looked.")
    for number, item in enumerate(items):
        is_new = stated.get(item.area) != (item.proficiency, item.evidence)
        if item.evidence is not None and item.evidence not in STATED_BY_PROVIDER and is_new:
            yield FieldFault(f"expertise[{number}].evidence", "not_yours_to_state", message)


def _languages(session: Session, given: Given) -> Iterator[FieldFault]:
    items = given.get("languages")
    if items:
        known = known_codes(session, "language")
        yield from _listed("languages", (item.code for item in items), known, _UNKNOWN_LANGUAGE, ".code")


def _desk(session: Session, whole: Given) -> Iterator[FieldFault]:
    desk_id = whole.get("desk")
    desk = find_stakeholders(session, [desk_id]).get(desk_id) if desk_id else None
    if desk_id and (desk is None or not desk.is_desk or desk.retired_at is not None):
        yield FieldFault("desk", "unknown", N_("There is no such desk."))
    elif whole.get("confidentiality") == "dialogue_members" and (desk is None or not desk.dialogue_code):
        message = N_("To show an offer to a dialogue's members, address it to the desk of a dialogue.")
        yield FieldFault("confidentiality", "no_dialogue", message)


def _together(whole: Given) -> Iterator[FieldFault]:
    starts, ends = whole.get("available_from"), whole.get("available_until")
    if starts and ends and ends < starts:
        yield FieldFault("available_until", "before_start", N_("This is before the first day."))
    if whole.get("kind") == "named_expert" and (whole.get("sends") or 1) > 1:
        yield FieldFault("sends", "one_person", N_("A named expert is one person."))
