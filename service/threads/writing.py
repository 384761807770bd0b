"""The page of a thread: what was said, and the form with which something is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlmodel import Session

from service.attachments.commands import keep_file
from service.attachments.rules import Limits
from service.caller import Caller
from service.errors import InvalidInput, Refusal
from service.texts import N_, translate
from service.threads import commands, queries
from service.threads.circles import circle_of
from service.threads.rules import DESK, EVERYBODY, Circle
from service.threads.schemas import MessageView, MessageWriting, PartyView
from service.threads.views import parties_shown
from service.web.paging import PageAsked
from service.web.uploads import SentForm, fault_of

ROWS = 20
KIND_NAMES: Mapping[str, str] = {
    "question": N_("Question"),
    "answer": N_("Answer"),
    "promise": N_("Promise"),
    "note": N_("Note of the desk"),
}
KIND_HELP: Mapping[str, str] = {
    "promise": N_("Say until when; those whom you promise it mark it as kept."),
    "note": N_("Read by the desk alone, whomever you choose below."),
}


class KindChoice(NamedTuple):
    """A kind of message to choose."""

    code: str
    name: str
    help: str


@dataclass(frozen=True)
class Typed:
    """What stands in the form."""

    kind: str = "question"
    text: str = ""
    readers: Sequence[str] = ()
    written_as: str = ""
    answers: str = ""
    due_on: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by field."""


class ThreadShown(NamedTuple):
    """A thread as its page shows it."""

    subject: str
    title: str
    address: str
    is_open: bool
    is_agreed: bool
    messages: list[MessageView]
    following: str | None
    kind_names: Mapping[str, str]
    kinds: list[KindChoice]
    writes_as: list[PartyView]
    readers: list[PartyView]
    typed: Typed
    answered: MessageView | None
    """The message that is being answered."""


def thread_shown(
    session: Session,
    caller: Caller,
    subject: str,
    language: str,
    *,
    cursor: str | None = None,
    typed: Typed | None = None,
) -> ThreadShown:
    """Return the thread of a thing that the caller takes part in, with the form."""
    circle = circle_of(session, caller, subject)
    listed = queries.list_messages(session, caller, subject, PageAsked(ROWS, cursor), language)
    typed = typed or Typed(readers=(EVERYBODY,) if EVERYBODY in circle.readers else tuple(circle.readers))
    return ThreadShown(
        subject=subject,
        title=translate(circle.title, language),
        address=circle.address,
        is_open=circle.is_open,
        is_agreed=circle.is_agreed,
        messages=listed.items,
        following=listed.next,
        kind_names={code: translate(name, language) for code, name in KIND_NAMES.items()},
        kinds=_kinds(circle, language),
        writes_as=parties_shown(circle, circle.parties, language),
        readers=parties_shown(circle, circle.readers, language),
        typed=typed,
        answered=_answered(session, caller, circle, typed.answers, language),
    )


def typed_of(form: SentForm) -> Typed:
    """Return what was typed into the form."""
    return Typed(
        kind=form.text("kind") or "question",
        text=form.text("text"),
        readers=tuple(form.fields.get("readers", ())),
        written_as=form.text("written_as"),
        answers=form.text("answers"),
        due_on=form.text("due_on"),
    )


def write_from_form(
    session: Session, caller: Caller, subject: str, form: SentForm, limits: Limits, language: str
) -> dict[str, str]:
    """Write the message with its files, all or nothing; return what is wrong by field."""
    place = "text"
    try:
        with session.begin_nested():
            row = commands.write_message(session, caller, subject, _said(typed_of(form)))
            place = "file"
            for sent in form.files.get("file", ()):
                keep_file(session, caller, f"message:{row.id}", sent, limits)
    except ValidationError as error:
        return {
            _field(fault["loc"]): translate(_sentence(fault["type"]), language) for fault in error.errors()
        }
    except InvalidInput as refusal:
        return {_field((fault.field,)): translate(fault.message, language) for fault in refusal.faults()}
    except Refusal as refusal:
        return {place: fault_of(refusal, language)}
    return {}


def _said(typed: Typed) -> MessageWriting:
    said: dict[str, Any] = {"kind": typed.kind, "text": typed.text, "readers": list(typed.readers)}
    for name in ("written_as", "answers", "due_on"):
        if value := getattr(typed, name):
            said[name] = value
    return MessageWriting.model_validate(said)


def _field(place: Sequence[int | str]) -> str:
    return str(place[0]) if place else "text"


def _sentence(kind: str) -> str:
    return {
        "string_too_short": N_("Write something here."),
        "string_too_long": N_("This is too long: 10,000 characters are the most."),
        "date_from_datetime_parsing": N_("A date is expected here, such as 2027-03-31."),
        "date_parsing": N_("A date is expected here, such as 2027-03-31."),
        "date_type": N_("A date is expected here, such as 2027-03-31."),
    }.get(kind, N_("Choose one of the list."))


def _kinds(circle: Circle, language: str) -> list[KindChoice]:
    return [
        KindChoice(
            code, translate(name, language), translate(KIND_HELP[code], language) if code in KIND_HELP else ""
        )
        for code, name in KIND_NAMES.items()
        if code != "note" or DESK in circle.parties
    ]


def _answered(
    session: Session, caller: Caller, circle: Circle, message_id: str, language: str
) -> MessageView | None:
    if message_id and queries.is_readable(session, circle, message_id):
        return queries.get_message(session, caller, message_id, language)
    return None
