"""Tables of mail."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime


class Letter(SQLModel, table=True):
    """A letter to one person. What it says is wiped once it is sent or given up."""

    __tablename__ = "letter"
    __table_args__ = (Index(None, "queued_at", "id"),)

    id: str = Field(primary_key=True, max_length=64)
    key: str = Field(max_length=200, unique=True)
    """What the letter is, in the words of whoever queued it; the same letter is queued once."""
    about: str = Field(max_length=100, index=True)
    """Whom or what it is about (``account:account_…``), so that erasure finds it."""
    recipient: str = Field(max_length=254)
    subject: str = Field(max_length=300)
    text: str | None = Field(default=None, sa_type=Text)
    html: str | None = Field(default=None, sa_type=Text)
    stop_link: str | None = Field(default=None, max_length=1000)
    """Where a mail program sends the wish for no more letters of this kind."""
    queued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When it is tried next; none once it is sent or given up."""
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when a worker has it in hand."""
    attempts: int = 0
    first_tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, max_length=100)
    """Kind of the last failure and the server's code; never its words."""
