"""Tables of threads."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.threads.rules import KINDS


class ThreadMessage(SQLModel, table=True):
    """Something that one side said. It is never changed; taken back, it leaves a mark."""

    __tablename__ = "thread_message"
    __table_args__ = (one_of("kind", KINDS), Index(None, "subject", "written_at", "id"))

    id: str = Field(primary_key=True, max_length=64)
    subject: str = Field(max_length=128)
    """The thing that it is about, as the journal names it."""
    kind: str = Field(max_length=16)
    text: str = Field(sa_type=Text)
    author_party: str = Field(max_length=96)
    """As whom it was written."""
    author_account: str = Field(max_length=64)
    written_at: datetime = Field(sa_type=UtcDateTime)
    answers: str | None = Field(default=None, foreign_key="thread_message.id", max_length=64)
    due_on: date | None = None
    """Until when a promise is to be kept."""
    kept_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    kept_by: str | None = Field(default=None, max_length=64)
    retracted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retracted_by: str | None = Field(default=None, max_length=64)


class ThreadReader(SQLModel, table=True):
    """A party that a message was written to."""

    __tablename__ = "thread_reader"

    message_id: str = Field(primary_key=True, foreign_key="thread_message.id", max_length=64)
    party: str = Field(primary_key=True, max_length=96)
