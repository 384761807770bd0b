"""The time, in one place, so that a test can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

_set: list[datetime] = []


def now() -> datetime:
    """Return the time in UTC, to the microsecond."""
    return _set[-1] if _set else datetime.now(UTC)


def today() -> date:
    """Return the date in UTC."""
    return now().date()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment, for a test."""
    _set.append(moment)
    try:
        yield
    finally:
        _set.pop()
