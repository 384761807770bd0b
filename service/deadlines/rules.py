"""Working days, durations and the moments at which a clock is due or reminds. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo, available_timezones

import holidays

Unit = Literal["hours", "days", "working_days", "months"]
UNITS: tuple[Unit, ...] = get_args(Unit)
MOST: dict[Unit, int] = {"hours": 720, "days": 1100, "working_days": 500, "months": 60}
"""The longest that a clock can be set to, in each unit."""
ISO3 = 3
"""Letters of the codes of states that are used here."""
LAST_MOMENT = time(23, 59, 59)
"""A day on which something is due ends here, in the desk's own time zone."""
MONTHS_PUBLISHED = 24
SMALLEST_GROUP = 5
"""Groups with fewer ended clocks are not published."""


class Duration(NamedTuple):
    """How long a stage may take."""

    amount: int
    unit: Unit


class Calendar(NamedTuple):
    """On which days a desk works. Days of the week count from 1, Monday, to 7."""

    time_zone: str = "UTC"
    weekend: frozenset[int] = frozenset({6, 7})
    country: str | None = None
    """The state (ISO 3166) whose public holidays are free; none: no public holidays."""
    free_dates: frozenset[date] = frozenset()


class Reminders(NamedTuple):
    """When whoever must act is reminded before a clock is due."""

    at_half: bool = True
    days_before: int = 1
    """0: not at all."""


class Moments(NamedTuple):
    """When a clock reminds and when it is due."""

    half_at: datetime | None
    before_at: datetime | None
    due_at: datetime


def time_zones() -> frozenset[str]:
    """Return the time zones that a desk can choose."""
    return frozenset(zone for zone in _zones() if "/" in zone and not zone.startswith("Etc/")) | {"UTC"}


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Return the codes of those whose public holidays are known."""
    return frozenset(code for code in holidays.list_supported_countries() if len(code) == ISO3)


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    if country not in countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def is_free(day: date, calendar: Calendar) -> bool:
    """Tell whether nobody works on a day.

    Examples
    --------
    >>> is_free(date(2027, 3, 13), Calendar()), is_free(date(2027, 3, 15), Calendar())
    (True, False)
    """
    if day.isoweekday() in calendar.weekend or day in calendar.free_dates:
        return True
    return calendar.country is not None and day in _public_holidays(calendar.country, day.year)


def due_at(start: datetime, duration: Duration, calendar: Calendar) -> datetime:
    """Return when something is due. Hours pass day and night; everything else ends with a working day.

    Examples
    --------
    >>> friday = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
    >>> due_at(friday, Duration(2, "working_days"), Calendar()).isoformat()
    '2027-03-16T23:59:59+00:00'
    >>> due_at(friday, Duration(48, "hours"), Calendar()).isoformat()
    '2027-03-14T09:30:00+00:00'
    """
    if duration.unit == "hours":
        return start + timedelta(hours=duration.amount)
    return end_of(last_day(local_day(start, calendar), duration, calendar), calendar)


def last_day(first: date, duration: Duration, calendar: Calendar) -> date:
    """Return the working day with which a duration ends that began on a day."""
    if duration.unit == "working_days":
        return add_working_days(first, duration.amount, calendar)
    if duration.unit == "months":
        return next_working_day(add_months(first, duration.amount), calendar)
    return next_working_day(first + timedelta(days=duration.amount), calendar)


def add_working_days(first: date, days: int, calendar: Calendar) -> date:
    """Return the day so many working days after another; the first one does not count."""
    day = first
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), calendar)
    return next_working_day(day, calendar)


def next_working_day(day: date, calendar: Calendar) -> date:
    """Return a day itself, or the first one after it on which somebody works."""
    while is_free(day, calendar):
        day += timedelta(days=1)
    return day


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """Count the working days after one day up to another, that one included."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(not is_free(day, calendar) for day in days)


def add_months(first: date, months: int) -> date:
    """Return the same day so many months on, or the last one of a shorter month.

    Examples
    --------
    >>> add_months(date(2027, 8, 31), 6)
    datetime.date(2028, 2, 29)
    """
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    for day in range(first.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise ValueError(f"no day in {year}-{month + 1}")


def local_day(moment: datetime, calendar: Calendar) -> date:
    """Return the day that it is at a desk at a moment."""
    return moment.astimezone(ZoneInfo(calendar.time_zone)).date()


def end_of(day: date, calendar: Calendar) -> datetime:
    """Return the end of a desk's day, in UTC. Where the clock is put back at that hour, the later one."""
    local = datetime.combine(day, LAST_MOMENT, ZoneInfo(calendar.time_zone)).replace(fold=1)
    return local.astimezone(UTC)


def moments_of(start: datetime, due: datetime, reminders: Reminders, *, asks: bool = False) -> Moments:
    """Return when a clock reminds. What only asks at its end reminds of nothing before."""
    if asks or due <= start:
        return Moments(None, None, due)
    half = start + (due - start) / 2 if reminders.at_half else None
    before = due - timedelta(days=reminders.days_before) if reminders.days_before else None
    if before is not None and before <= (half or start):
        before = None
    return Moments(half, before, due)


def next_of(moments: Moments, now: datetime) -> datetime | None:
    """Return the next moment of a clock that is still to come."""
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


# Figures


class Ended(NamedTuple):
    """A stage that was done: when it began, when it was due, when it was done."""

    stage: str
    urgency: str | None
    started_at: datetime
    due_at: datetime
    ended_at: datetime


class StageFigure(NamedTuple):
    """How long a stage took, for those of one urgency."""

    stage: str
    urgency: str | None
    cases: int
    median_days: float
    in_time: float
    """The share that was done in time, from 0 to 1."""


def published_months(today: date) -> tuple[date, date]:
    """Return the first day that counts in published figures, and the first that no longer does.

    Only whole months count, so that no single case moves a figure on the day on which it ends.

    Examples
    --------
    >>> published_months(date(2027, 3, 15))
    (datetime.date(2025, 3, 1), datetime.date(2027, 3, 1))
    """
    last = today.replace(day=1)
    return add_months(last, -MONTHS_PUBLISHED), last


def figures_of(ended: Iterable[Ended], smallest: int = SMALLEST_GROUP) -> list[StageFigure]:
    """Return a figure for each stage and urgency of which there are enough."""
    groups: dict[tuple[str, str | None], list[Ended]] = {}
    for one in ended:
        groups.setdefault((one.stage, one.urgency), []).append(one)
    return [_figure(group) for group in groups.values() if len(group) >= smallest]


def _figure(group: Sequence[Ended]) -> StageFigure:
    days = median((one.ended_at - one.started_at) / timedelta(days=1) for one in group)
    in_time = sum(one.ended_at <= one.due_at for one in group) / len(group)
    return StageFigure(group[0].stage, group[0].urgency, len(group), round(days, 1), round(in_time, 2))
