"""Tables of notifications."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.notifications.rules import KINDS, MAILED, THINGS, WAYS


class Notification(SQLModel, table=True):
    """A notice to one person of one event: what it is about, never what that says."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "entry_id"),
        one_of("kind", KINDS),
        one_of("thing_kind", THINGS),
        one_of("way", MAILED),
        Index(None, "account_id", "occurred_at", "id"),
        Index("ix_notification_unread", "account_id", "read_at"),
    )

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64)
    entry_id: str = Field(foreign_key="journal_entry.id", max_length=64, index=True)
    event: str = Field(max_length=100)
    kind: str = Field(max_length=16)
    thing_kind: str = Field(max_length=16)
    thing_id: str = Field(max_length=64)
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    way: str | None = Field(default=None, max_length=16)
    """How it is mailed; none: it is in the inbox only."""
    mail_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When its letter, or the digest that it goes into, is due; none once that is done."""
    mailed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NotificationChoice(SQLModel, table=True):
    """How one kind of news reaches one person, where that is not as everybody's."""

    __tablename__ = "notification_choice"
    __table_args__ = (one_of("kind", KINDS), one_of("way", WAYS))

    account_id: str = Field(primary_key=True, foreign_key="account.id", max_length=64)
    kind: str = Field(primary_key=True, max_length=16)
    way: str = Field(max_length=16)
