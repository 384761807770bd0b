"""What the sides of a need or a proposal say to each other."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from clients.models.attachments import Attachment
from clients.models.parts import Answer, Input


class MessageWriting(Input):
    """A message as it is written."""

    kind: Literal["question", "answer", "promise", "note"] = "question"
    """A note is the desk's own."""
    text: str
    readers: Sequence[str] = ()
    """Codes of those who are to read it: ``requester``, ``desk``, ``everybody``, or a provider's."""
    written_as: str | None = None
    answers: str | None = None
    due_on: date | None = None
    """Until when a promise will be kept."""


class PartyToThread(Answer):
    """Somebody who takes part."""

    code: str
    name: str


class Thread(Answer):
    """How you take part in a thread."""

    writes_as: list[PartyToThread]
    readers: list[PartyToThread]
    """To whom you can write."""
    is_open: bool
    is_agreed: bool
    """Whether both sides have agreed. Until then, no names or addresses of experts belong here."""


class Message(Answer):
    """A message that you may read."""

    id: str
    kind: str
    text: str | None
    """None: it was taken back."""
    author: PartyToThread
    author_name: str | None
    readers: list[PartyToThread]
    is_own: bool
    answers: str | None
    due_on: date | None
    kept_at: datetime | None
    retracted_at: datetime | None
    written_at: datetime
    files: list[Attachment]
    moves: list[str]
