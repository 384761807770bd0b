"""Tables of clocks."""

from datetime import datetime

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.deadlines.rules import UNITS
from service.deadlines.stages import ACTORS, ANY, KINDS, OUTCOMES, STAGES, URGENCIES

IN_USE = ("yes", "partly", "no")


class ClockPolicy(SQLModel, table=True):
    """The calendar and reminders of a desk, or of the whole instance (``instance``)."""

    __tablename__ = "clock_policy"

    owner: str = Field(primary_key=True, max_length=64)
    time_zone: str = Field(max_length=64)
    weekend: list[str] = Field(sa_column=Column(Codes, nullable=False))
    """Days of the week from ``1``, Monday, to ``7``."""
    country: str | None = Field(default=None, max_length=3)
    free_dates: list[str] = Field(sa_column=Column(Codes, nullable=False))
    reminds_at_half: bool = True
    reminds_days_before: int = 1
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: str = Field(max_length=64)


class ClockDuration(SQLModel, table=True):
    """How long a stage may take at a desk, or on the whole instance, where that was chosen."""

    __tablename__ = "clock_duration"
    __table_args__ = (
        one_of("stage", STAGES),
        one_of("urgency", (*URGENCIES, ANY)),
        one_of("unit", UNITS),
    )

    owner: str = Field(primary_key=True, max_length=64)
    stage: str = Field(primary_key=True, max_length=32)
    urgency: str = Field(primary_key=True, max_length=16)
    amount: int
    unit: str = Field(max_length=16)


class RunningClock(SQLModel, table=True):
    """The clock of a stage of a thing: it runs until it has an end, and is kept for the figures."""

    __tablename__ = "running_clock"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("stage", STAGES),
        one_of("actor", ACTORS),
        one_of("outcome", OUTCOMES),
        UniqueConstraint("entry_id", "stage"),
        Index(None, "kind", "thing_id", "stage"),
        Index(
            "uq_running_clock_at_once",
            "kind",
            "thing_id",
            "stage",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=16)
    thing_id: str = Field(max_length=64)
    stage: str = Field(max_length=32)
    desk_id: str | None = Field(default=None, max_length=64, index=True)
    urgency: str | None = Field(default=None, max_length=16)
    actor: str = Field(max_length=16)
    """Who must act."""
    entry_id: str = Field(max_length=64)
    """The journal's entry with which it began."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    half_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    before_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When it next reminds, or is due; none: there is nothing more to tell."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    outcome: str | None = Field(default=None, max_length=16)


class AfterCareAnswer(SQLModel, table=True):
    """What became of something that was fulfilled, as its requester says later."""

    __tablename__ = "after_care_answer"
    __table_args__ = (one_of("stage", STAGES), one_of("in_use", IN_USE))

    kind: str = Field(primary_key=True, max_length=16)
    thing_id: str = Field(primary_key=True, max_length=64)
    stage: str = Field(primary_key=True, max_length=32)
    in_use: str = Field(max_length=16)
    """Whether it is still in use."""
    text: str = Field(sa_type=Text)
    answered_by: str = Field(max_length=64)
    answered_at: datetime = Field(sa_type=UtcDateTime)
