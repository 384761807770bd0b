"""Forms of pages, said once: their fields, what was typed, what that says, what is wrong with it.

A form names its fields; one template shows them all (``web/fields.html``). What was typed is kept as text, so
that a page with faults shows it again. A form that changes something says what it was made from: if that has
changed meanwhile, nothing is overwritten, and both texts are shown.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError
from sqlmodel import Session

from service.errors import InvalidInput, NotFound, Refusal, SignInRequired
from service.texts import N_, translate
from service.web.sent import FORM_SEEN
from service.web.uploads import SentForm

Kind = Literal[
    "line", "short", "text", "whole", "number", "day", "choice", "radio", "tick", "tri", "many", "found"
]
"""A line, a short one, a long text, numbers, a day; one of a list as a menu or as buttons; yes or not;
yes, no or not stated; several of a list; several of a list that is searched first."""
OVERTAKEN = 409
NONE_SAID = "\N{EN DASH}"
SEVERAL = frozenset({"many", "found"})
LOOK = "look"
"""The button with which a list is searched; nothing is saved by it."""
LONGEST_NUMBER = 7
YES, NO = "yes", "no"


class Option(NamedTuple):
    """Something that can be chosen."""

    code: str
    name: str
    help: str = ""


class Field(NamedTuple):
    """A field of a form."""

    name: str
    kind: Kind
    label: str
    help: str = ""
    empty: str = ""
    """What a menu says where nothing is chosen; empty: something always is."""
    is_none: bool = False
    """Whether a text that is left empty means none at all."""


Values = Mapping[str, Sequence[str]]
"""What stands in each field, as text."""
Options = Mapping[str, Sequence[Option]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Form(NamedTuple):
    """A form as its page shows it."""

    fields: Sequence[Field]
    values: Values
    options: Options = NOTHING
    faults: Mapping[str, str] = NOTHING
    """What is wrong, by field; under the empty name what is wrong with the whole."""
    standing: Mapping[str, str] = NOTHING
    """What somebody else wrote meanwhile, by field."""
    seen: str = ""
    """What the form was made from."""

    def first(self, name: str) -> str:
        """Return what stands in a field that holds one thing."""
        return next(iter(self.values.get(name, ())), "")

    def label(self, name: str) -> str:
        """Return what a field is called."""
        return next((field.label for field in self.fields if field.name == name), "")


class Tried(NamedTuple):
    """What came of a form: the status of the answer, and what is wrong, by place."""

    status: int
    faults: Mapping[str, str]
    result: Any = None


CLEAN = Tried(200, {})
"""What came of a form that nobody sent yet."""
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": N_("This is needed."),
        "string_too_short": N_("This is too short."),
        "string_too_long": N_("This is too long."),
        "too_short": N_("Choose or enter at least one."),
        "too_long": N_("These are too many."),
        "cannot_be_cleared": N_("This is needed."),
        "date_type": N_("A date is expected here, such as 2027-03-31."),
        "date_from_datetime_parsing": N_("A date is expected here, such as 2027-03-31."),
        "int_type": N_("A whole number is expected here."),
        "float_type": N_("A number is expected here, such as 350 or 350.50."),
        "greater_than_equal": N_("This is too small."),
        "less_than_equal": N_("This is too large."),
        "string_pattern_mismatch": N_("This is not written as it has to be; see the example."),
    }
)
OTHERWISE = N_("Choose one of the list.")
CONFLICT = N_(
    "This was changed after you opened it. What stands there now is shown beside what you typed. Save again "
    "to put yours in its place."
)


def typed(fields: Iterable[Field], form: SentForm) -> dict[str, list[str]]:
    """Return what was typed into the fields, and what was searched for."""
    values: dict[str, list[str]] = {}
    for field in fields:
        sent = list(form.fields.get(field.name, ()))
        if field.kind in SEVERAL:
            values[field.name] = sorted({one for one in sent if one})
        else:
            values[field.name] = sent[:1] or ([] if field.kind == "tick" else [""])
        if field.kind == "found":
            values[f"find-{field.name}"] = [form.text(f"find-{field.name}")]
    return values


def said(fields: Iterable[Field], values: Values) -> dict[str, Any]:
    """Return what the fields say, as the schemas take it."""
    return {field.name: _said(field, values.get(field.name, ())) for field in fields}


def written(fields: Iterable[Field], thing: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what a thing says, as the fields show it."""
    return {field.name: _written(field, thing.get(field.name)) for field in fields}


def stamp(values: Values) -> str:
    """Return what a form was made from, as it carries it."""
    text = json.dumps({name: list(found) for name, found in values.items()}, sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def overtaken(form: SentForm, values: Values, current: Values) -> bool:
    """Tell whether what a form was made from has changed, into something else than it says itself."""
    seen = form.text(FORM_SEEN)
    same = all(list(values.get(name, ())) == list(found) for name, found in current.items())
    return not same and seen != stamp(current)


def standing(fields: Iterable[Field], values: Values, current: Values, options: Options) -> dict[str, str]:
    """Return what stands there now where something else was typed, in words."""
    return {
        field.name: _in_words(current[field.name], options.get(field.name, ()))
        for field in fields
        if list(values.get(field.name, ())) != list(current[field.name])
    }


def attempted(session: Session, act: Callable[[], Any], language: str) -> Tried:
    """Do what a form asks for; where it is refused, nothing of it is done.

    What the reader may not see stays as if it were not there.
    """
    try:
        with session.begin_nested():
            return Tried(303, {}, act())
    except (NotFound, SignInRequired):
        raise
    except ValidationError as error:
        told = {_place(fault["loc"]): SENTENCES.get(fault["type"], OTHERWISE) for fault in error.errors()}
        return Tried(422, {place: translate(text, language) for place, text in told.items()})
    except InvalidInput as refusal:
        return Tried(422, {fault.field: translate(fault.message, language) for fault in refusal.faults()})
    except Refusal as refusal:
        return Tried(refusal.status, {"": refusal.detail(language)})


def beside(
    faults: Mapping[str, str], fields: Iterable[Field], elsewhere: Mapping[str, str] = NOTHING
) -> dict[str, str]:
    """Return faults by the field that shows them: ``preferred[2]`` is about ``preferred``."""
    names = {field.name for field in fields}
    found: dict[str, str] = {}
    for place, text in faults.items():
        name = elsewhere.get(place, place)
        name = name if name in names else elsewhere.get(place.partition("[")[0], place.partition("[")[0])
        found.setdefault(name if name in names else "", text)
    return found


def _said(field: Field, values: Sequence[str]) -> Any:
    if field.kind in SEVERAL:
        return list(values)
    text = values[0] if values else ""
    if field.kind == "tick":
        return text == YES
    if field.kind in {"line", "short", "text"}:
        return text or (None if field.is_none else "")
    if field.kind == "tri":
        return {YES: True, NO: False}.get(text)
    if field.kind in {"whole", "number"}:
        return _number(field, text)
    return text or None


def _number(field: Field, text: str) -> Any:
    if not text:
        return None
    whole, _, rest = text.partition(".")
    digits = all(part.isascii() and part.isdigit() for part in (whole, rest or "0"))
    if not digits or len(text) > LONGEST_NUMBER or (rest and field.kind == "whole"):
        return text
    return int(text) if field.kind == "whole" else float(text)


def _written(field: Field, value: Any) -> list[str]:
    if field.kind in SEVERAL:
        return sorted(str(one) for one in value or ())
    if field.kind == "tick":
        return [YES] if value else []
    if field.kind == "tri":
        return ["" if value is None else YES if value else NO]
    if isinstance(value, float):
        return [f"{value:g}"]
    return [value.isoformat() if isinstance(value, date) else "" if value is None else str(value)]


def _in_words(values: Sequence[str], options: Sequence[Option]) -> str:
    names = {option.code: option.name for option in options}
    return "; ".join(names.get(value, value) for value in values if value) or NONE_SAID


def _place(loc: Sequence[int | str]) -> str:
    found = ""
    for step in loc:
        found += f"[{step}]" if isinstance(step, int) else f".{step}" if found else step
    return found
