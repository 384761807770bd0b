"""Table of persons: what they ask others to put right."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.persons.rules import REQUEST_STATES


class PersonRequest(SQLModel, table=True):
    """That somebody asks for a correction that somebody else has to make."""

    __tablename__ = "person_request"
    __table_args__ = (one_of("state", REQUEST_STATES), Index(None, "asked_at", "id"))

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    """Who asks, about itself."""
    owner_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    """Whose record it is; none: the administrators'."""
    field: str = Field(max_length=100)
    text: str = Field(sa_type=Text)
    """What is wrong, and what is right."""
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default="open", max_length=16)
    answer: str | None = Field(default=None, sa_type=Text)
    settled_by: str | None = Field(default=None, max_length=64)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
