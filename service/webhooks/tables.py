"""Tables of webhooks."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.webhooks.rules import ENDINGS


class Webhook(SQLModel, table=True):
    """Where events are sent, for a desk or for the instance."""

    __tablename__ = "webhook"
    __table_args__ = (one_of("switched_off_because", ENDINGS), Index(None, "registered_at", "id"))

    id: str = Field(primary_key=True, max_length=64)
    owner_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    """The desk; none: the instance, for its administrators."""
    label: str = Field(max_length=300)
    url: str = Field(max_length=1000)
    topics: list[str] = Field(sa_column=Column(Codes, nullable=False))
    secret: bytes = Field(sa_type=LargeBinary)
    """What sendings are signed with, sealed; it has to be readable to sign."""
    registered_at: datetime = Field(sa_type=UtcDateTime)
    registered_by: str = Field(max_length=64)
    switched_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    switched_off_because: str | None = Field(default=None, max_length=16)


class WebhookDelivery(SQLModel, table=True):
    """The sending of one event to one webhook, with what came of it; never what the other side said."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "entry_id"),
        Index(None, "webhook_id", "queued_at", "id"),
    )

    id: str = Field(primary_key=True, max_length=64)
    webhook_id: str = Field(foreign_key="webhook.id", max_length=64)
    entry_id: str | None = Field(default=None, foreign_key="journal_entry.id", max_length=64, index=True)
    """The event; none for a test."""
    event: str = Field(max_length=100)
    thing_kind: str = Field(max_length=16)
    thing_id: str = Field(max_length=64)
    payload: str = Field(sa_type=Text)
    queued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When it is tried next; none once it is delivered or given up."""
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    first_tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status_code: int | None = None
    """What the other side answered last."""
    failure: str | None = Field(default=None, max_length=64)
    """Code of the last failure."""
