"""What comes in and goes out about threads."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from service.attachments.schemas import AttachmentView
from service.threads.rules import Kind
from service.web.schemas import Day, IdText, Input, View

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
PartyCode = Annotated[
    str, StringConstraints(min_length=1, max_length=96, pattern=r"^[a-z]+(:[a-z]+_[0-9a-f]{32})?$")
]


class MessageWriting(Input):
    """A message as it is written."""

    kind: Kind = "question"
    text: Said = Field(examples=["Which months suit your staff best?"])
    readers: list[PartyCode] = Field(default=[], max_length=50, examples=[["desk"]])
    """Who is to read it, of those whom the thread names to you. A note is for the desk alone."""
    written_as: PartyCode | None = None
    """As whom you write, where you take part in more than one way."""
    answers: IdText | None = None
    """The message that this one answers."""
    due_on: Day | None = None
    """Until when a promise will be kept."""


class PartyView(View):
    """Somebody who takes part."""

    code: str
    name: str


class ThreadView(View):
    """How you take part in a thread."""

    writes_as: list[PartyView]
    readers: list[PartyView]
    """To whom you can write."""
    is_open: bool
    """Whether you can write."""
    is_agreed: bool
    """Whether both sides have agreed. Until then, no names or addresses of experts belong here."""


class MessageView(View):
    """A message that you may read."""

    id: str
    kind: Kind
    text: str | None
    """None: it was taken back."""
    author: PartyView
    author_name: str | None
    """The person, for those of the same side."""
    readers: list[PartyView]
    """Those of its readers whom you may know of."""
    is_own: bool
    """Whether your side wrote it."""
    answers: str | None
    due_on: date | None
    kept_at: datetime | None
    retracted_at: datetime | None
    written_at: datetime
    files: list[AttachmentView]
    moves: list[str]
    """What you can do with it now: ``retract``, ``keep-promise``."""
