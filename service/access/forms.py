"""Forms of this room: what was typed, kept as it is, and what is wrong with it, field by field."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qs, quote

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from service.errors import Refusal
from service.texts import N_, translate

LONGEST_FORM = 100_000
MOST_FIELDS = 40
_KEPT_SPACES = "\t\r\n"
_SENTENCES: Mapping[str, str] = {
    "missing": N_("This is needed."),
    "string_too_short": N_("This is needed, or too short."),
    "string_too_long": N_("This is too long."),
    "greater_than_equal": N_("This is too small."),
    "less_than_equal": N_("This is too large."),
    "literal_error": N_("Choose one of the list."),
}
_EMAIL = N_("Enter an e-mail address, such as name@ministry.example.")
_UNFIT = N_("This holds a character that no text needs.")

Model = TypeVar("Model", bound=BaseModel)
Faults = dict[str, str]
"""What is wrong, by field; under the empty name what is wrong with the whole."""


async def _sent(request: Request) -> dict[str, str]:
    text = (await request.body())[:LONGEST_FORM].decode("ascii", "replace")
    try:
        sent = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    # Nothing is stripped here: a space belongs to a password.
    return {name: unicodedata.normalize("NFC", values[0]) for name, values in sent.items()}


Sent = Annotated[dict[str, str], Depends(_sent)]
"""What a door asks for to be given the fields of a form."""


def checked(model: type[Model], sent: Mapping[str, str], language: str, *names: str) -> Model | Faults:
    """Return what the named fields of a form say, or what is wrong with them. An empty field is none."""
    unfit = {name: translate(_UNFIT, language) for name in names if _is_unfit(sent.get(name, ""))}
    if unfit:
        return unfit
    given = {name: sent[name] for name in names if sent.get(name)}
    values: dict[str, Any] = {
        name: int(text) if text.isascii() and text.isdigit() and name == "days" else text
        for name, text in given.items()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        return {
            str(fault["loc"][0]): translate(_sentence(fault["type"], str(fault["loc"][0])), language)
            for fault in error.errors(include_input=False, include_url=False)
        }


def faults_in(refusal: Refusal, language: str) -> Faults:
    """Return what a refusal says, by field where it is about fields."""
    found = {fault.field: translate(fault.message, language) for fault in refusal.faults()}
    return found or {"": refusal.detail(language)}


def own_path(asked: str) -> str:
    """Return where to go on to, if it is an address of ours; else the front page."""
    is_ours = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked
    is_plain = asked.isprintable() and len(asked) <= 1000  # noqa: PLR2004 - longer than any address of ours
    return quote(asked, safe="/?=&%#-._~:") if is_ours and is_plain else "/"


def _sentence(kind: str, name: str) -> str:
    if kind == "string_pattern_mismatch" and name == "email":
        return _EMAIL
    return _SENTENCES.get(kind, N_("This cannot be accepted."))


def _is_unfit(text: str) -> bool:
    return any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _KEPT_SPACES for letter in text)
