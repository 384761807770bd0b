"""What comes in and goes out about webhooks."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from service.web.schemas import IdText, Input, Title, View
from service.webhooks.rules import Ending, Standing, Topic

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=1_000)]


class WebhookRegistration(Input):
    """A webhook as it is registered."""

    label: Title = Field(examples=["Case file system"])
    url: Address = Field(examples=["https://cases.secretariat.example/homologue"])
    topics: Annotated[list[Topic], Field(min_length=1, max_length=10)]
    owner: IdText | None = None
    """The desk; left out: the instance, for administrators."""


class WebhookView(View):
    """A webhook, without its secret."""

    id: str
    owner: str | None
    owner_name: str | None
    label: str
    url: str
    topics: list[Topic]
    registered_at: datetime
    switched_off_at: datetime | None
    switched_off_because: Ending | None


class RegisteredWebhook(WebhookView):
    """A new webhook. This is the only time that its secret can be read."""

    secret: str


class DeliveryView(View):
    """What came of sending one event."""

    id: str
    """Sent as ``webhook-id``; the same for every attempt."""
    event: str
    thing_id: str
    standing: Standing
    queued_at: datetime
    due_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    status_code: int | None
    failure: str | None
