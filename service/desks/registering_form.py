"""The form with which a desk registers a need on a state's behalf, from the state's official letter."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlmodel import Session, col, select

from service.attachments.rules import Limits
from service.caller import Caller
from service.desks.network_queries import Choice
from service.errors import InvalidInput, NotFound, Refusal
from service.matches.reasons import Teller
from service.needs.registering import register_on_behalf
from service.needs.schemas import NeedRegistration
from service.reference.facts import code_labels, commitment_titles
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.stakeholders.tables import Stakeholder
from service.texts import N_, translate
from service.web.uploads import SentForm, fault_of

PARTS = 3
"""Parts of a need that the form has room for."""
TEXTS = (
    "title",
    "context",
    "expected_result",
    "what_exists",
    "done_when",
    "starts_on",
    "ends_on",
    "language",
)
CHOICES = ("desk", "requester", "urgency")
PART_FIELDS = ("area", "modality", "experts", "days")
EMPTY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((*TEXTS, *CHOICES), ""),
        **{f"{name}-{number}": "" for number in range(PARTS) for name in PART_FIELDS},
        "language": "en",
        "urgency": "routine",
        "experts-0": "1",
    }
)
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": N_("This is needed."),
        "string_too_short": N_("This is too short."),
        "string_too_long": N_("This is too long."),
        "too_short": N_("Say at least what expertise is asked for."),
        "date_type": N_("A date is expected here, such as 2027-03-31."),
        "date_from_datetime_parsing": N_("A date is expected here, such as 2027-03-31."),
        "int_type": N_("A whole number is expected here."),
        "greater_than_equal": N_("This is too small."),
        "less_than_equal": N_("This is too large."),
    }
)
_PLACES: Mapping[str, str] = MappingProxyType({"requesters": "requester", "components": "area-0"})


class RegisteringForm(NamedTuple):
    """The form as its page shows it."""

    desks: list[Choice]
    requesters: list[Choice]
    languages: list[Choice]
    urgencies: list[Choice]
    commitments: list[Choice]
    areas: list[Choice]
    modalities: list[Choice]
    parts: range
    values: Mapping[str, str]
    chosen: Sequence[str]
    """Codes of the commitments that are ticked."""
    faults: Mapping[str, str]
    limit_mb: float


def get_registering_form(
    session: Session,
    caller: Caller,
    language: str,
    limits: Limits,
    form: SentForm | None = None,
    faults: Mapping[str, str] = MappingProxyType({}),
) -> RegisteringForm:
    """Return the form, with what was typed before; for those who work at a desk. To others there is none."""
    if not caller.desks():
        raise NotFound
    named = find_stakeholders(session, caller.desks())
    return RegisteringForm(
        desks=sorted((Choice(row.id, row.name) for row in named.values()), key=lambda one: one[::-1]),
        requesters=_requesters(session, language),
        languages=_labels(session, "language", language),
        urgencies=_labels(session, "urgency", language),
        commitments=[Choice(*one) for one in commitment_titles(session, language).items()],
        areas=_labels(session, "expertise_area", language),
        modalities=_labels(session, "modality", language),
        parts=range(PARTS),
        values={name: form.text(name) for name in EMPTY} if form else EMPTY,
        chosen=tuple(form.fields.get("commitments", ())) if form else (),
        faults=faults,
        limit_mb=limits.file_bytes / 1_000_000,
    )


def register_from_form(
    session: Session, caller: Caller, form: SentForm, limits: Limits, language: str
) -> str | dict[str, str]:
    """Register what a form describes, with its letter; return the need's id, or what is wrong by field."""
    if not caller.desks():
        raise NotFound
    letter = form.file("letter")
    faults = {} if letter else {"letter": translate(N_("Choose the official letter."), language)}
    try:
        registration = NeedRegistration.model_validate(_said(caller, form))
    except ValidationError as error:
        told = {_place(fault["loc"]): _sentence(fault["type"]) for fault in error.errors()}
        return {name: translate(text, language) for name, text in told.items()} | faults
    if letter is None:
        return faults
    try:
        with session.begin_nested():
            return register_on_behalf(session, caller, registration, letter, limits).id
    except InvalidInput as refusal:
        return {_spoken(fault.field): translate(fault.message, language) for fault in refusal.faults()}
    except Refusal as refusal:
        return {"letter" if "file" in refusal.code else "": fault_of(refusal, language)}


def _said(caller: Caller, form: SentForm) -> dict[str, Any]:
    said: dict[str, Any] = {name: form.text(name) for name in TEXTS if form.text(name)}
    said["desk"] = form.text("desk") or next(iter(caller.desks()))
    said["urgency"] = form.text("urgency") or EMPTY["urgency"]
    said["requesters"] = [form.text("requester")]
    said["commitments"] = list(form.fields.get("commitments", ()))
    said["components"] = [
        {name: _number(value) if name in {"experts", "days"} else value for name, value in part.items()}
        for number in range(PARTS)
        if (part := _part(form, number))
    ]
    return said


def _part(form: SentForm, number: int) -> dict[str, str]:
    found = {name: form.text(f"{name}-{number}") for name in PART_FIELDS if form.text(f"{name}-{number}")}
    return found if found.keys() - {"experts", "days"} else {}


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else text


def _place(loc: Sequence[int | str]) -> str:
    if len(loc) > len(("components", 0)) and loc[0] == "components":
        return f"{loc[2]}-{loc[1]}"
    return _PLACES.get(str(loc[0]), str(loc[0])) if loc else ""


def _spoken(field: str) -> str:
    """Return where the form asks for what the registration calls otherwise: ``components[0].area``."""
    name, _, rest = field.partition("[")
    number, _, part = rest.partition("].")
    if name == "components" and part:
        return f"{part.partition('[')[0]}-{number}"
    return _PLACES.get(name, name)


def _sentence(kind: str) -> str:
    return _SENTENCES.get(kind, N_("Choose one of the list."))


def _labels(session: Session, list_name: str, language: str) -> list[Choice]:
    return [Choice(*one) for one in code_labels(session, list_name, language).items()]


def _requesters(session: Session, language: str) -> list[Choice]:
    """Return who can be registered for: institutions of states, by state and name."""
    rows = session.exec(
        select(Stakeholder).where(
            col(Stakeholder.retired_at).is_(None),
            Stakeholder.type != HOLDS_A_PERSON,
            col(Stakeholder.is_desk).is_(False),
        )
    ).all()
    states = states_of(session, (row.id for row in rows))
    teller = Teller(session, language)
    named = [
        Choice(row.id, f"{', '.join(teller.state(code) for code in states[row.id])}: {row.name}")
        for row in rows
        if states[row.id]
    ]
    return sorted(named, key=lambda choice: (choice.name.casefold(), choice.code))
