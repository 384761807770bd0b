"""Working days, due moments and figures, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.deadlines import rules
from service.deadlines.rules import Calendar, Duration, Ended, Reminders

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MOMENTS = st.builds(
    lambda day, second: datetime.combine(day, time(), UTC) + timedelta(seconds=second),
    DAYS,
    st.integers(0, 86_399),
)
ZONES = st.sampled_from(
    ("UTC", "Africa/Cairo", "America/New_York", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu")
)
CALENDARS = st.builds(
    Calendar,
    time_zone=ZONES,
    weekend=st.frozensets(st.integers(1, 7), max_size=5),
    country=st.sampled_from((None, "GHA", "JPN", "MAR")),
    free_dates=st.frozensets(DAYS, max_size=5),
)
DURATIONS = st.one_of(
    st.builds(Duration, st.integers(1, 60), st.just("working_days")),
    st.builds(Duration, st.integers(1, 400), st.just("days")),
    st.builds(Duration, st.integers(1, 24), st.just("months")),
)


@given(MOMENTS, DURATIONS, CALENDARS)
def test_nothing_is_due_on_a_free_day(start: datetime, duration: Duration, calendar: Calendar) -> None:
    """What is counted in days is due at the end of a day on which the desk works, after it began."""
    due = rules.due_at(start, duration, calendar)
    local = due.astimezone(ZoneInfo(calendar.time_zone))
    assert not rules.is_free(local.date(), calendar)
    assert (local.hour, local.minute) == (23, 59)
    assert due > start


@given(MOMENTS, st.integers(0, 5_000_000), DURATIONS, CALENDARS)
def test_what_begins_later_is_not_due_earlier(
    start: datetime, seconds: int, duration: Duration, calendar: Calendar
) -> None:
    """Of two clocks of one stage, the later one is due at the same moment or later."""
    later = start + timedelta(seconds=seconds)
    assert rules.due_at(start, duration, calendar) <= rules.due_at(later, duration, calendar)


@given(DAYS, st.integers(1, 60), CALENDARS)
def test_so_many_working_days_lie_between(first: date, days: int, calendar: Calendar) -> None:
    """Between a day and the one so many working days later lie as many, the last one counted."""
    last = rules.add_working_days(first, days, calendar)
    assert rules.working_days_between(first, last, calendar) == days
    assert rules.add_working_days(first, days + 1, calendar) > last


@given(MOMENTS, st.integers(1, 720), CALENDARS)
def test_hours_pass_day_and_night(start: datetime, hours: int, calendar: Calendar) -> None:
    """Hours are hours, whatever day it is and wherever clocks are put forward."""
    assert rules.due_at(start, Duration(hours, "hours"), calendar) - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        # Clocks go forward in the night before, and back in the night after.
        ("Europe/Prague", date(2027, 3, 29), "2027-03-29T21:59:59+00:00"),
        ("Europe/Prague", date(2027, 10, 29), "2027-10-29T21:59:59+00:00"),
        ("Europe/Prague", date(2027, 11, 1), "2027-11-01T22:59:59+00:00"),
        # Here the hour before midnight comes twice; the day ends with the second.
        ("Asia/Beirut", date(2027, 10, 30), "2027-10-30T21:59:59+00:00"),
    ],
)
def test_a_day_ends_by_the_clocks_of_its_place(zone: str, day: date, end: str) -> None:
    """The end of a day follows summer time."""
    assert rules.end_of(day, Calendar(zone)).isoformat() == end


def test_public_holidays_and_own_dates_are_free() -> None:
    """A desk's state, its own dates and its weekend are free; elsewhere people work on that day."""
    independence = date(2028, 3, 6)
    assert rules.is_free(independence, Calendar(country="GHA"))
    assert not rules.is_free(independence, Calendar(country="MAR"))
    assert rules.is_free(date(2027, 3, 12), Calendar(weekend=frozenset({5, 6})))
    assert rules.is_free(date(2027, 3, 16), Calendar(free_dates=frozenset({date(2027, 3, 16)})))


def test_reminders_come_at_half_time_and_a_day_before(moment: datetime) -> None:
    """Both, one or none, as was chosen; a reminder that would come before half time is left out."""
    due = moment + timedelta(days=10)
    half, before = moment + timedelta(days=5), due - timedelta(days=1)
    assert rules.moments_of(moment, due, Reminders()) == (half, before, due)
    assert rules.moments_of(moment, due, Reminders(at_half=False, days_before=0)) == (None, None, due)
    assert rules.moments_of(moment, due, Reminders(days_before=8)) == (half, None, due)
    assert rules.moments_of(moment, due, Reminders(), asks=True) == (None, None, due)
    assert rules.next_of(rules.moments_of(moment, due, Reminders()), half) == before


def test_figures_need_enough_cases(moment: datetime) -> None:
    """The median and the share in time of a group; a group that is too small is left out."""

    def done(stage: str, days: float) -> Ended:
        return Ended(stage, "routine", moment, moment + timedelta(days=3), moment + timedelta(days=days))

    found = rules.figures_of([done("circulate", days) for days in (1, 2, 3, 4, 20)] + [done("decide", 1)] * 4)
    assert found == [("circulate", "routine", 5, 3.0, 0.6)]
