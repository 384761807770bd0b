"""News for you, and how it reaches you."""

from datetime import datetime
from typing import Literal

from clients.models.parts import Answer, Input

Kind = Literal[
    "endorsements",
    "seats",
    "requests",
    "teams",
    "messages",
    "desk",
    "rounds",
    "offers",
    "circulars",
    "account",
    "instance",
]
Way = Literal["at_once", "daily", "weekly", "inbox", "off"]


class Notice(Answer):
    """A notice, with as much about its thing as you may see now."""

    id: str
    event: str
    kind: str
    text: str
    thing: str
    thing_id: str
    number: str | None
    """Case number of the request, where you may see it."""
    title: str | None
    title_language: str | None
    address: str
    """Where the thing is shown, as a path of the service."""
    occurred_at: datetime
    read_at: datetime | None


class NewsCount(Answer):
    """How much news waits to be read."""

    unread: int
    """At most 100 are counted."""


class NoticesRead(Answer):
    """How many notices were marked as read."""

    marked: int


class NotificationChoice(Answer):
    """How one kind of news reaches you."""

    kind: str
    title: str
    effect: str
    way: str
    ways: list[str]
    """Between which you can choose."""


class NotificationWish(Input):
    """How one kind of news is to reach you from now on."""

    kind: Kind
    way: Way
