"""What comes in and goes out about clocks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints

from service.deadlines.rules import Unit
from service.deadlines.stages import Actor, Kind, Outcome, Stage, Urgency
from service.web.schemas import Day, Flag, Input, Reason, StateCode, View

Zone = Annotated[str, StringConstraints(min_length=3, max_length=64, pattern=r"^[A-Za-z0-9+/_-]+$")]
Weekday = Annotated[int, Strict(), Field(ge=1, le=7)]
Amount = Annotated[int, Strict(), Field(ge=1, le=1100)]
DaysBefore = Annotated[int, Strict(), Field(ge=0, le=30)]
InUse = Literal["yes", "partly", "no"]
Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]


class ClockView(View):
    """The clock of a stage: what is due, by whom, and when."""

    id: str
    stage: Stage
    title: str
    """What is to be done, in words."""
    subject: str
    """The thing that it is about, as the journal names it."""
    thing_title: str
    language: str | None
    address: str
    """The page of the thing."""
    waits_for: Actor
    is_yours: bool
    """Whether your side must act."""
    started_at: datetime
    due_at: datetime
    due_on: date
    """The day of ``due_at`` at the desk that handles it."""
    working_days_left: int
    """Working days of the desk from today to that day; 0 on the day itself and afterwards."""
    is_overdue: bool
    ended_at: datetime | None
    outcome: Outcome | None
    moves: list[str]
    """What you can do with it now: ``mark-done``."""


class ClockList(View):
    """Clocks, what is due first at the top."""

    items: list[ClockView]


class DurationChoice(Input):
    """How long a stage may take."""

    stage: Stage
    urgency: Urgency | None = None
    """Only for stages that take longer or shorter by the urgency of the request."""
    amount: Amount
    unit: Unit


class ClockPolicyChange(Input):
    """What a desk chooses for its clocks, in place of what it chose before. It counts for clocks to come."""

    time_zone: Zone = Field(default="UTC", examples=["Africa/Accra"])
    weekend: Sequence[Weekday] = Field(default=(6, 7), max_length=5)
    country: StateCode | None = None
    """Whose public holidays are free days."""
    free_dates: Sequence[Day] = Field(default=(), max_length=400)
    reminds_at_half: Flag = True
    reminds_days_before: DaysBefore = 1
    """0: no reminder before the end."""
    durations: Sequence[DurationChoice] = Field(default=(), max_length=100)
    """Of stages that are left out, the durations of the instance count."""
    reason: Reason | None = None


class DurationView(View):
    """How long a stage may take."""

    stage: Stage
    title: str
    urgency: Urgency | None
    amount: int
    unit: Unit
    is_own: bool
    """Whether the desk chose it, or the instance where the instance is asked about."""


class ClockPolicyView(View):
    """The calendar and durations in force at a desk, or on the whole instance."""

    owner: str
    """The desk, or ``instance``."""
    time_zone: str
    weekend: list[int]
    country: str | None
    free_dates: list[date]
    reminds_at_half: bool
    reminds_days_before: int
    durations: list[DurationView]
    may_change: bool


class AfterCareReply(Input):
    """What became of the help."""

    stage: Literal["after_care_6", "after_care_12"]
    in_use: InUse = Field(examples=["partly"])
    text: Told = Field(examples=["Two of the three offices work with the new register."])


class AfterCareAnswerView(View):
    """The question what became of the help, and its answer."""

    stage: Stage
    title: str
    asked_at: datetime
    is_open: bool
    """Whether it can be answered now."""
    in_use: InUse | None
    """None: not answered."""
    text: str | None
    answered_at: datetime | None


class AfterCareView(View):
    """What became of something that was fulfilled."""

    subject: str
    items: list[AfterCareAnswerView]


class StageFigureView(View):
    """How long a stage took."""

    stage: Stage
    title: str
    kind: Kind
    urgency: Urgency | None
    """None: offers have no urgency."""
    cases: int
    median_days: float
    in_time: float
    """The share that was done in time, from 0 to 1."""


class StageFigures(View):
    """Medians of the stages that were done in the whole months of two years, out of what you may see."""

    from_day: date
    until_day: date
    """The first day that does not count any more."""
    smallest_group: int
    """Groups with fewer are left out."""
    items: list[StageFigureView]
