"""Tables of stakeholders."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime


class Stakeholder(SQLModel, table=True):
    """Somebody who asks, offers or coordinates."""

    __tablename__ = "stakeholder"

    id: str = Field(primary_key=True, max_length=64)
    type: str = Field(max_length=64, index=True)
    name: str = Field(max_length=300)
    language: str = Field(default="en", max_length=16)
    """Language that the name is written in."""
    dialogue_code: str | None = Field(default=None, max_length=64)
    """The dialogue that it is the secretariat of."""
    body_code: str | None = Field(default=None, max_length=64)
    """The regional body that it is, or speaks for."""
    is_desk: bool = False
    """Whether it handles needs that are addressed to it."""
    website: str | None = Field(default=None, max_length=1000)
    source: str | None = Field(default=None, max_length=1000)
    is_demonstration: bool = False
    registered_at: datetime = Field(sa_type=UtcDateTime, index=True)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StakeholderState(SQLModel, table=True):
    """A state that a stakeholder belongs to, or that runs it with others."""

    __tablename__ = "stakeholder_state"

    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64)
    iso3: str = Field(primary_key=True, foreign_key="state.iso3", max_length=3, index=True)
