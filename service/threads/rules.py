"""Rules of threads: what a message may be, who reads it, who may take it back. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, get_args

from service.errors import FieldFault
from service.texts import N_

Kind = Literal["question", "answer", "promise", "note"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""A note is the desk's own: nobody else reads it."""

REQUESTER = "requester"
DESK = "desk"
EVERYBODY = "everybody"
"""Whoever takes part, also later."""
FORMER = N_("Somebody who took part then")
FILES_WITHIN = timedelta(hours=1)
"""How long its author can still add files to a message, or withdraw them."""
MOST_FILES = 3
"""In one form."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Who takes part in a thread, as one caller sees it."""

    subject: str
    """The thing under which the messages are kept, as the journal names it."""
    title: str
    address: str
    """Of the page that the caller knows the thing by."""
    parties: Sequence[str] = ()
    """As whom the caller takes part: ``requester``, ``desk``, or a provider's own code."""
    hears_everybody: bool = True
    """Whether the caller reads what was written to everybody."""
    is_open: bool = True
    """Whether the caller can write."""
    readers: Sequence[str] = ()
    """To whom the caller can write."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the parties are called whom the caller may know of; others are not shown at all."""
    is_agreed: bool = False
    """Whether both sides have agreed, so that protected data may be spoken of."""


class Written(Protocol):
    """What the rules need to know of a message."""

    kind: str
    author_party: str
    author_account: str
    written_at: datetime
    kept_at: datetime | None
    retracted_at: datetime | None


def author_of(circle: Circle, kind: str, wanted: str | None) -> str | None:
    """Return as whom the caller writes; None if as nobody."""
    if kind == "note":
        return DESK if DESK in circle.parties else None
    if wanted is not None:
        return wanted if wanted in circle.parties else None
    return next(iter(circle.parties), None)


def readers_of(circle: Circle, kind: str, wanted: Collection[str]) -> set[str]:
    """Return who is to read a message: a note is for the desk alone."""
    return {DESK} if kind == "note" else {reader for reader in wanted if reader in circle.readers}


def message_faults(
    circle: Circle, kind: str, wanted: Sequence[str], due_on: date | None, today: date
) -> Iterable[FieldFault]:
    """Find what is wrong with a message."""
    if kind == "note":
        if set(wanted) - {DESK}:
            yield FieldFault("readers", "internal", N_("A note is read by the desk alone."))
    elif not wanted:
        yield FieldFault("readers", "missing", N_("Choose who is to read this."))
    elif set(wanted) - set(circle.readers):
        yield FieldFault("readers", "unknown", N_("You cannot write to one of these."))
    if kind == "promise" and due_on is None:
        yield FieldFault("due_on", "missing", N_("Say until when you promise this."))
    if kind != "promise" and due_on is not None:
        yield FieldFault("due_on", "no_promise", N_("Only a promise has a day until which it is kept."))
    if due_on is not None and due_on < today:
        yield FieldFault("due_on", "in_the_past", N_("This day is over. Choose a later one."))


def may_retract(parties: Collection[str], message: Written) -> bool:
    """Tell whether somebody may take a message back: the side that wrote it, once."""
    return message.author_party in parties and message.retracted_at is None


def may_keep(parties: Collection[str], message: Written) -> bool:
    """Tell whether somebody may say that a promise was kept: a reader of it, never the side that gave it."""
    is_open = message.kind == "promise" and message.kept_at is None and message.retracted_at is None
    return is_open and bool(parties) and message.author_party not in parties


def may_change_files(account_id: str | None, message: Written, now: datetime) -> bool:
    """Tell whether somebody may add files to a message or withdraw them: its author, for a short while."""
    is_fresh = message.retracted_at is None and now < message.written_at + FILES_WITHIN
    return is_fresh and message.author_account == account_id
