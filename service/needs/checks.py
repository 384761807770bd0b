"""Checks of what is said about a need against the code lists and stakeholders there are.

Every field at fault is named, all of them at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session

from service.errors import FieldFault, InvalidInput
from service.needs import rules
from service.reference.facts import lists_of_codes
from service.reference.queries import known_codes
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.tables import Stakeholder
from service.texts import N_

_LISTS = {
    "kind": "need_kind",
    "cost_bearer": "cost_bearer",
    "commitments": "commitment",
    "beneficiaries": "beneficiary",
    "dialogues": "dialogue",
}
_COMPONENT_LISTS = {"area": "expertise_area", "modality": "modality"}
_STAKEHOLDERS = ("requesters", "desk", "preferred", "excluded", "do_not_pair", "named_providers")

Said = Mapping[str, Any]
"""What is said about a need, by field; fields that are not spoken of are left out."""


def check_said(session: Session, said: Said, *, on_behalf: bool) -> dict[str, Stakeholder]:
    """Refuse what cannot be said about a need; return the stakeholders that are named.

    Whoever calls adds to ``said`` what the rules about pairs of fields need: both ends of the window, all
    lists of wishes.
    """
    named = find_stakeholders(session, (id_ for field in _STAKEHOLDERS for _, id_ in _entries(said, field)))
    known = _Known(session, said)
    faults = [
        *_code_faults(known, said),
        *_component_faults(known, said.get("components")),
        *_stakeholder_faults(said, named),
        *rules.window_faults(said.get("starts_on"), said.get("ends_on")),
        *rules.wish_faults(
            said.get("preferred") or (),
            {field: said.get(field) or () for field in ("excluded", "do_not_pair")},
        ),
    ]
    if "requesters" in said:
        faults += rules.requester_faults({id_: named[id_].type for id_ in said["requesters"] if id_ in named})
    if on_behalf and said.get("do_not_pair"):
        faults.append(FieldFault("do_not_pair", "private", N_("Only the requester itself can say this.")))
    if said.get("confidentiality") == "public_summary" and not said.get("public_summary"):
        faults.append(FieldFault("public_summary", "missing", N_("Write what everybody may read.")))
    if faults:
        raise InvalidInput(*faults)
    return named


def check_code(session: Session, list_name: str, field: str, code: str) -> None:
    """Refuse a code that its list does not have."""
    if code not in known_codes(session, list_name):
        raise InvalidInput(_unknown(field))


def _entries(said: Said, field: str) -> Iterator[tuple[str, Any]]:
    value = said.get(field)
    if isinstance(value, list):
        yield from ((f"{field}[{number}]", item) for number, item in enumerate(value))
    elif value is not None:
        yield field, value


def _unknown(place: str) -> FieldFault:
    return FieldFault(place, "unknown", N_("There is no such code."))


class _Known:
    """Which of the codes that are spoken of there are, by their list; asked for all at once."""

    def __init__(self, session: Session, said: Said) -> None:
        spoken = set(_codes_in(said))
        self._found = lists_of_codes(session, spoken) if spoken else set()

    def has(self, name: str, code: str) -> bool:
        """Tell whether a code is in use in a list."""
        return (name, code) in self._found


def _codes_in(said: Said) -> Iterator[str]:
    for field in _LISTS:
        yield from (code for _, code in _entries(said, field))
    yield from [_plain(said["language"])] if "language" in said else []
    for component in said.get("components") or ():
        yield from (component[field] for field in _COMPONENT_LISTS if component[field] is not None)
        yield from (_plain(language["code"]) for language in component["languages"] or ())


def _code_faults(known: _Known, said: Said) -> Iterator[FieldFault]:
    for field, list_name in _LISTS.items():
        entries = _entries(said, field)
        yield from (_unknown(place) for place, code in entries if not known.has(list_name, code))
    if "language" in said and not known.has("language", _plain(said["language"])):
        yield _unknown("language")


def _component_faults(known: _Known, components: Iterable[Said] | None) -> Iterator[FieldFault]:
    if components is None:
        return
    components = list(components)
    for field, list_name in _COMPONENT_LISTS.items():
        for number, component in enumerate(components):
            if component[field] is not None and not known.has(list_name, component[field]):
                yield _unknown(f"components[{number}].{field}")
    for number, component in enumerate(components):
        for place, language in enumerate(component["languages"] or ()):
            if not known.has("language", _plain(language["code"])):
                yield _unknown(f"components[{number}].languages[{place}].code")
    if not any(component["is_mandatory"] for component in components):
        message = N_("At least one part must be mandatory: it decides when the need is met.")
        yield FieldFault("components", "none_mandatory", message)


def _plain(language: str) -> str:
    # A tag may carry a script (uz-Arab); the list has the language alone.
    return language.split("-", maxsplit=1)[0]


def _stakeholder_faults(said: Said, named: Mapping[str, Stakeholder]) -> Iterator[FieldFault]:
    for field in _STAKEHOLDERS:
        for place, stakeholder_id in _entries(said, field):
            if stakeholder_id not in named:
                yield FieldFault(place, "unknown", N_("There is no such stakeholder."))
            elif field == "desk" and not _handles_needs(named[stakeholder_id]):
                yield FieldFault(place, "not_a_desk", N_("This is not a desk that handles needs."))


def _handles_needs(stakeholder: Stakeholder) -> bool:
    return stakeholder.is_desk and stakeholder.retired_at is None
