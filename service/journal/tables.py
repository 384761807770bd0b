"""Tables of the journal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.journal.rules import READ_DOORS, READ_KINDS


class JournalEntry(SQLModel, table=True):
    """One change of one thing. Entries of a thing are numbered from 1 and chained by hash."""

    __tablename__ = "journal_entry"
    __table_args__ = (UniqueConstraint("subject", "number"),)

    id: str = Field(primary_key=True)
    subject: str = Field(max_length=100)
    number: int
    event: str = Field(max_length=100, index=True)
    actor: str = Field(max_length=64)
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    text_digest: str = Field(max_length=64)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class JournalText(SQLModel, table=True):
    """What an entry says. Erasing it leaves the salted digest in the chain, which tells nothing."""

    __tablename__ = "journal_text"

    entry_id: str = Field(primary_key=True, foreign_key="journal_entry.id")
    salt: str = Field(max_length=64)
    details: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    reason: str | None = Field(default=None, sa_type=Text)


class OutboxMessage(SQLModel, table=True):
    """An event that somebody listens to and that has not been handled yet, or failed."""

    __tablename__ = "outbox_message"

    id: str = Field(primary_key=True)
    entry_id: str = Field(foreign_key="journal_entry.id")
    listener: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=UtcDateTime, index=True)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a reaction that failed is tried again."""
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    failure: str | None = Field(default=None, max_length=500)


class RecordedRead(SQLModel, table=True):
    """Who read what is confidential: one row for a reader, a day, a thing, its version, kind and door."""

    __tablename__ = "recorded_read"
    __table_args__ = (one_of("kind", READ_KINDS), one_of("door", READ_DOORS))

    account_id: str = Field(primary_key=True, max_length=64)
    read_on: date = Field(primary_key=True)
    subject: str = Field(primary_key=True, max_length=100, index=True)
    version: int = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=16)
    door: str = Field(primary_key=True, max_length=16)
    stakeholders: list[str] = Field(sa_column=Column(Codes, nullable=False))
    """For whom the reader acted then."""
    first_at: datetime = Field(sa_type=UtcDateTime)
    """When it was read first on that day."""


class JournalRoot(SQLModel, table=True):
    """One hash over the heads of all chains that grew since the one before.

    Whoever keeps it elsewhere can tell later whether any chain was written anew.
    """

    __tablename__ = "journal_root"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    made_at: datetime = Field(sa_type=UtcDateTime)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class JournalRootHead(SQLModel, table=True):
    """A head that a root stands for: the last entry of a thing at that time."""

    __tablename__ = "journal_root_head"

    subject: str = Field(primary_key=True, max_length=100)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: int = Field(foreign_key="journal_root.number", index=True)
