"""Tables of what stays unmet: what the public is shown of it, and to whom it was passed on."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.unmet.rules import ESCALATION_STATES, LEVELS

_OPEN = text("state IN ('suggested', 'asked', 'taken_up')")


class UnmetDisclosure(SQLModel, table=True):
    """What the public may be shown of a need while it is unmet, as its requester chose; no row: nothing."""

    __tablename__ = "unmet_disclosure"
    __table_args__ = (one_of("level", LEVELS),)

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    level: str = Field(max_length=32)
    chosen_by: str = Field(max_length=64)
    chosen_at: datetime = Field(sa_type=UtcDateTime)


class NeedEscalation(SQLModel, table=True):
    """An unmet need passed on to a dialogue or a fund, by its requester's consent."""

    __tablename__ = "need_escalation"
    __table_args__ = (
        one_of("state", ESCALATION_STATES),
        # A need is passed on to one at a time.
        Index("uq_need_escalation_open", "need_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: str = Field(primary_key=True, max_length=64)
    need_id: str = Field(foreign_key="need.id", max_length=64, index=True)
    to_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    """The secretariat or the fund that is asked."""
    state: str = Field(max_length=16, index=True)
    message: str | None = Field(default=None, sa_type=Text)
    """What the addressee is told beside the need itself. Confidential."""
    opened_by: str = Field(max_length=64)
    """Who suggested it at the desk, or asked for it."""
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    consented_by: str | None = Field(default=None, max_length=64)
    consented_for: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64)
    """The requester that consented."""
    consented_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    consent_text: str | None = Field(default=None, max_length=32)
    answer: str | None = Field(default=None, sa_type=Text)
    """What the addressee says to it. Confidential."""
    answered_by: str | None = Field(default=None, max_length=64)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
