"""What comes in and goes out about notifications."""

from datetime import datetime

from service.notifications.rules import Kind, Thing, Way
from service.web.schemas import Input, View


class NoticeView(View):
    """A notice, with as much about its thing as its reader may see now."""

    id: str
    event: str
    kind: Kind
    text: str
    thing: Thing
    thing_id: str
    number: str | None
    """Case number of the request, where the reader may see it."""
    title: str | None
    title_language: str | None
    address: str
    """Where the thing is shown, as a path of this service."""
    occurred_at: datetime
    read_at: datetime | None


class NewsCount(View):
    """How much news waits to be read."""

    unread: int
    """At most 100 are counted."""


class NoticesRead(View):
    """How many notices were marked as read."""

    marked: int


class ChoiceView(View):
    """How one kind of news reaches you."""

    kind: Kind
    title: str
    effect: str
    way: Way
    ways: list[Way]
    """Between which you can choose."""


class NewsChoice(Input):
    """How one kind of news is to reach you from now on."""

    kind: Kind
    way: Way
