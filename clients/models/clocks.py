"""What is due when, by whom; and how long it usually takes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from clients.models.parts import Answer, Input


class Clock(Answer):
    """The clock of a stage: what is due, by whom, and when."""

    id: str
    stage: str
    title: str
    subject: str
    thing_title: str
    language: str | None
    address: str
    waits_for: str
    """``requester``, ``focal_point``, ``desk`` or ``provider``."""
    is_yours: bool
    started_at: datetime
    due_at: datetime
    due_on: date
    working_days_left: int
    is_overdue: bool
    ended_at: datetime | None
    outcome: str | None
    moves: list[str]


class ClockList(Answer):
    """Clocks, what is due first at the top."""

    items: list[Clock]


Stage = Literal[
    "acknowledge",
    "circulate",
    "clarify",
    "endorse_emergency",
    "first_call",
    "answer_seat",
    "object",
    "decide",
    "ready_to_start",
    "start_or_lapse",
    "after_care_6",
    "after_care_12",
    "reconfirm_offer",
    "answer_engagement",
    "decide_engagement",
    "report_engagement",
    "answer_escalation",
]


class DurationChoice(Input):
    """How long a stage may take."""

    stage: Stage
    urgency: Literal["emergency", "urgent", "priority", "routine"] | None = None
    amount: int
    unit: Literal["hours", "days", "working_days", "months"]


class ClockPolicyChange(Input):
    """What a desk chooses about its clocks, in place of what it chose before."""

    time_zone: str = "UTC"
    weekend: Sequence[int] = (6, 7)
    """Days of the week from 1, Monday, to 7."""
    country: str | None = None
    """Whose public holidays are free days."""
    free_dates: Sequence[date] = ()
    reminds_at_half: bool = True
    reminds_days_before: int = 1
    durations: Sequence[DurationChoice] = ()
    reason: str | None = None


class StageDuration(Answer):
    """How long a stage may take."""

    stage: str
    title: str
    urgency: str | None
    amount: int
    unit: str
    is_own: bool


class ClockPolicy(Answer):
    """The calendar and durations in force at a desk, or on the whole instance."""

    owner: str
    time_zone: str
    weekend: list[int]
    country: str | None
    free_dates: list[date]
    reminds_at_half: bool
    reminds_days_before: int
    durations: list[StageDuration]
    may_change: bool


class AfterCareReply(Input):
    """What became of the help."""

    stage: Literal["after_care_6", "after_care_12"]
    in_use: Literal["yes", "partly", "no"]
    text: str


class AfterCareAnswer(Answer):
    """The question what became of the help, and its answer."""

    stage: str
    title: str
    asked_at: datetime
    is_open: bool
    in_use: str | None
    text: str | None
    answered_at: datetime | None


class AfterCare(Answer):
    """What became of something that was fulfilled."""

    subject: str
    items: list[AfterCareAnswer]


class StageFigure(Answer):
    """How long a stage took."""

    stage: str
    title: str
    kind: str
    urgency: str | None
    cases: int
    median_days: float
    in_time: float
    """The share that was done in time, from 0 to 1."""


class StageFigures(Answer):
    """Medians of the stages that were done in the whole months of two years."""

    from_day: date
    until_day: date
    smallest_group: int
    items: list[StageFigure]
