"""What happens between a call and its answer, without sending anything: retries, pages, waiting.

A flow is a generator. It yields a call to be sent or a pause to be made, is told what came of it, and returns
the answer. The two clients differ only in how they send and how they pause.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx

from clients.calls import Call
from clients.errors import (
    HomologueError,
    NotAvailable,
    NotUnderstood,
    StillRunning,
    StillUnderWay,
    TimedOut,
    Unreachable,
    error_of,
)
from clients.models.matches import Round

Answer = TypeVar("Answer")

FIRST_PAUSE_SECONDS = 0.25
LONGEST_RETRY_SECONDS = 30.0
"""A service that asks to be left alone for longer is not waited for."""
FIRST_LOOK_SECONDS = 0.5
LONGEST_LOOK_SECONDS = 5.0
LOOK_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Pause:
    """Time to let pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Done(Generic[Answer]):
    """The end of a flow."""

    answer: Answer


Step = Call[Any] | Pause
Outcome = httpx.Response | HomologueError | None
"""What came of a step: an answer, a failure on the way, or nothing (of a pause)."""
Flow = Generator[Step, httpx.Response | None, Answer]


def advance(flow: Flow[Answer], outcome: Outcome) -> Step | Done[Answer]:
    """Tell a flow what came of its last step (None to begin with) and return what is next."""
    try:
        if isinstance(outcome, HomologueError):
            return flow.throw(outcome)
        return flow.send(outcome)
    except StopIteration as end:
        return Done(end.value)


def exchange(call: Call[Answer], retries: int) -> Flow[Answer]:
    """Send a call and read its answer.

    It is repeated where no answer came or the service said when to come back; a change carries a key, so that
    it is done once all the same. A call that ran out of time is not repeated: the next would too.
    """
    call = call.keyed() if retries else call
    attempt = 0
    while True:
        try:
            return _read(call, (yield call))
        except (Unreachable, NotAvailable, StillRunning) as error:
            seconds = _pause_before_retry(error, attempt)
            if seconds is None or attempt >= retries or not call.is_repeatable:
                raise
        attempt += 1
        yield Pause(seconds)


def _read(call: Call[Answer], response: httpx.Response | None) -> Answer:
    if response is None:
        raise TypeError("a call was answered with nothing")
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise error_of(response)
    if not response.is_success:
        raise NotUnderstood(f"{call.method} {call.path}: answered with {response.status_code}")
    return call.read(response.content, response.headers.get("ETag", ""))


def _pause_before_retry(error: Unreachable | NotAvailable | StillRunning, attempt: int) -> float | None:
    """Return how long to wait before asking again, or None if there is no point in it."""
    if isinstance(error, NotAvailable | StillRunning):
        asked = error.retry_after_seconds
        return asked if asked is not None and asked <= LONGEST_RETRY_SECONDS else None
    return None if isinstance(error, TimedOut) else FIRST_PAUSE_SECONDS * 2**attempt


def waiting(
    look: Call[Round],
    retries: int,
    on_progress: Callable[[Round], None] | None,
    deadline_seconds: float,
    now: Callable[[], float] = time.monotonic,
) -> Flow[Round]:
    """Look at a round until it has ended, less and less often, and tell of each look."""
    ends_at = now() + deadline_seconds
    seconds = FIRST_LOOK_SECONDS
    while True:
        seen = yield from exchange(look, retries)
        if on_progress:
            on_progress(seen)
        if seen.has_ended:
            return seen
        left = ends_at - now()
        if left <= 0:
            raise StillUnderWay(seen)
        yield Pause(min(seconds, left))
        seconds = min(seconds * LOOK_GROWTH, LONGEST_LOOK_SECONDS)
