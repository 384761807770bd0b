"""Tables of attachments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from service.attachments.rules import PURPOSES
from service.database.columns import UtcDateTime, one_of


class Attachment(SQLModel, table=True):
    """A file that belongs to a thing."""

    __tablename__ = "attachment"
    __table_args__ = (one_of("purpose", PURPOSES), CheckConstraint("size_bytes > 0", name="size_counted"))

    id: str = Field(primary_key=True, max_length=64)
    subject: str = Field(max_length=128, index=True)
    """The thing, as the journal names it: ``need:need_…``."""
    purpose: str = Field(default="file", max_length=16)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    """As it was found in the file itself; the file is served with it."""
    size_bytes: int
    sha256: str = Field(max_length=64)
    added_by: str = Field(max_length=64)
    added_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_by: str | None = Field(default=None, max_length=64)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """From then on nobody is shown it; what it held stays until it is deleted."""
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When what it held was deleted."""


class AttachmentChunk(SQLModel, table=True):
    """A piece of what a file holds."""

    __tablename__ = "attachment_chunk"

    attachment_id: str = Field(primary_key=True, foreign_key="attachment.id", max_length=64)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
