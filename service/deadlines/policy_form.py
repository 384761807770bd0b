"""The form with which a desk chooses its calendar and durations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlmodel import Session

from service.deadlines import rules
from service.deadlines.schemas import ClockPolicyChange, ClockPolicyView, DurationView
from service.errors import InvalidInput, NotFound, Refusal
from service.reference.facts import state_names
from service.texts import N_, translate

WEEK = (
    (1, N_("Monday")),
    (2, N_("Tuesday")),
    (3, N_("Wednesday")),
    (4, N_("Thursday")),
    (5, N_("Friday")),
    (6, N_("Saturday")),
    (7, N_("Sunday")),
)
MOST_DIGITS = 4
NUMBER = N_("Write a whole number, such as 14; at most 1,100.")
SENTENCES: Mapping[str, str] = {
    "time_zone": N_("Write the name of a time zone, such as Africa/Accra."),
    "weekend": N_("At least two days of the week must be left to work on."),
    "free_dates": N_("Write days such as 2027-03-06, one on each line; at most 400."),
    "reminds_days_before": N_("Write a number of days, from 0 to 30."),
    "in_use": N_("Choose one of the list."),
    "text": N_("Write what became of it, in at most 4,000 characters."),
    "reason": N_("Write at least three characters, or leave it empty."),
}


class Row(NamedTuple):
    """A duration as the form shows it."""

    view: DurationView
    name: str
    amount: str
    unit: str
    is_own: bool


@dataclass(frozen=True)
class PolicyForm:
    """What stands in the form, and what is wrong with it by field."""

    view: ClockPolicyView
    rows: list[Row]
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    week: tuple[tuple[int, str], ...] = WEEK


def policy_form(
    view: ClockPolicyView, sent: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None
) -> PolicyForm:
    """Return the form as it was sent, or as things stand."""
    values = _standing(view) if sent is None else sent
    rows = [
        Row(
            one,
            name_of(one),
            values.get(f"{name_of(one)}-amount", str(one.amount)),
            values.get(f"{name_of(one)}-unit", one.unit),
            f"{name_of(one)}-own" in values,
        )
        for one in view.durations
    ]
    named = {_place(place, view, values): text for place, text in (faults or {}).items()}
    return PolicyForm(view, rows, values, named)


def change_from(view: ClockPolicyView, sent: Mapping[str, str]) -> ClockPolicyChange:
    """Return what the form says."""
    said: dict[str, Any] = {
        "time_zone": sent.get("time_zone", ""),
        "weekend": [day for day, _ in WEEK if f"weekend-{day}" in sent],
        "free_dates": sent.get("free_dates", "").replace(",", " ").split(),
        "reminds_at_half": "reminds_at_half" in sent,
        "reminds_days_before": _whole(sent.get("reminds_days_before", "")),
        "durations": [
            {
                "stage": one.stage,
                "urgency": one.urgency,
                "amount": _whole(sent.get(f"{name_of(one)}-amount", "")),
                "unit": sent.get(f"{name_of(one)}-unit", ""),
            }
            for one in _chosen(view, sent)
        ],
    }
    said |= {name: sent[name] for name in ("country", "reason") if sent.get(name)}
    return ClockPolicyChange.model_validate(said)


def name_of(one: DurationView) -> str:
    """Return under which name the fields of a duration stand in the form."""
    return f"{one.stage}-{one.urgency or 'any'}"


def states_to_choose(session: Session, language: str) -> list[tuple[str, str]]:
    """Return codes and names of the states whose public holidays are known."""
    known = rules.countries()
    found = ((iso3, name) for iso3, name in state_names(session, language).items() if iso3 in known)
    return sorted(found, key=lambda one: one[1])


def tried(session: Session, act: Callable[[], Any], language: str) -> tuple[int, dict[str, str]]:
    """Do what a form asks for; return the status of the answer and what is wrong by field."""
    try:
        with session.begin_nested():
            act()
    except NotFound:
        raise
    except ValidationError as error:
        return 422, {_dotted(fault["loc"]): _sentence(fault["loc"], language) for fault in error.errors()}
    except InvalidInput as refusal:
        return 422, {fault.field: translate(fault.message, language) for fault in refusal.faults()}
    except Refusal as refusal:
        return refusal.status, {"": refusal.detail(language)}
    return 303, {}


def _standing(view: ClockPolicyView) -> dict[str, str]:
    values = {
        "time_zone": view.time_zone,
        "country": view.country or "",
        "free_dates": "\n".join(day.isoformat() for day in view.free_dates),
        "reminds_days_before": str(view.reminds_days_before),
        **{f"weekend-{day}": "on" for day in view.weekend},
        **{f"{name_of(one)}-own": "on" for one in view.durations if one.is_own},
    }
    return values | ({"reminds_at_half": "on"} if view.reminds_at_half else {})


def _chosen(view: ClockPolicyView, sent: Mapping[str, str]) -> list[DurationView]:
    """Return the durations that differ from what counts without the desk, or that it chose before."""
    return [one for one in view.durations if f"{name_of(one)}-own" in sent]


def _place(place: str, view: ClockPolicyView, sent: Mapping[str, str]) -> str:
    """Return the field of the form for a place in what it says."""
    head, _, rest = place.partition("[")
    number = rest.partition("]")[0] or place.removeprefix("durations.").partition(".")[0]
    if not place.startswith("durations") or not number.isdecimal():
        return head.partition(".")[0]
    chosen = _chosen(view, sent)
    return f"{name_of(chosen[int(number)])}-amount" if int(number) < len(chosen) else ""


def _dotted(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place)


def _sentence(place: tuple[int | str, ...], language: str) -> str:
    if place and place[0] == "durations":
        return translate(NUMBER, language)
    return translate(SENTENCES.get(str(place[0]) if place else "", N_("Choose one of the list.")), language)


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else text
