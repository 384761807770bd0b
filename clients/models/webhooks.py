"""Webhooks, and what was sent to them."""

from datetime import datetime
from typing import Literal

from clients.models.parts import Answer, Input

Topic = Literal["needs", "offers", "teams", "rounds"]


class WebhookRegistration(Input):
    """A webhook as it is registered."""

    label: str
    url: str
    topics: list[Topic]
    owner: str | None = None
    """The desk; left out: the instance, for administrators."""


class Webhook(Answer):
    """A webhook, without its secret."""

    id: str
    owner: str | None
    owner_name: str | None
    label: str
    url: str
    topics: list[str]
    registered_at: datetime
    switched_off_at: datetime | None
    switched_off_because: str | None
    """``by_hand``, ``failing`` or ``gone``."""


class RegisteredWebhook(Webhook):
    """A new webhook. This is the only time that its secret can be read."""

    secret: str


class WebhookDelivery(Answer):
    """What came of sending one event."""

    id: str
    """Sent as ``webhook-id``; the same for every attempt."""
    event: str
    thing_id: str
    standing: str
    """``waiting``, ``delivered`` or ``given_up``."""
    queued_at: datetime
    due_at: datetime | None
    attempts: int
    delivered_at: datetime | None
    status_code: int | None
    failure: str | None
