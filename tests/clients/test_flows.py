"""Retries, pages and waiting, driven by hand: nothing is sent and no time passes."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import HomologueError, NotAvailable, StillUnderWay, TimedOut, Unreachable
from clients.flows import (
    LONGEST_LOOK_SECONDS,
    LONGEST_RETRY_SECONDS,
    Done,
    Flow,
    Outcome,
    Pause,
    advance,
    exchange,
    waiting,
)
from clients.models import Round
from clients.rooms import Needs, Rounds, ServiceHealth

ALIVE = httpx.Response(200, json={"status": "alive"})
LIVE = ServiceHealth.live.call()


def busy(seconds: str | None) -> httpx.Response:
    """Give the answer of a service that is busy."""
    headers = {} if seconds is None else {"Retry-After": seconds}
    return httpx.Response(503, headers=headers, json={"code": "not_available", "title": "Busy"})


def driven(flow: Flow[Any], outcomes: Iterator[Outcome]) -> tuple[Any, list[float]]:
    """Carry a flow to its end, one outcome for each call; give the answer and the pauses asked for."""
    pauses: list[float] = []
    step = advance(flow, None)
    while not isinstance(step, Done):
        if isinstance(step, Pause):
            pauses.append(step.seconds)
            step = advance(flow, None)
        else:
            step = advance(flow, next(outcomes))
    return step.answer, pauses


@given(
    st.integers(0, 5),
    st.lists(st.one_of(st.just("away"), st.integers(0, int(LONGEST_RETRY_SECONDS))), max_size=7),
)
def test_a_reading_call_is_repeated_within_bounds(retries: int, failures: list[Any]) -> None:
    """It is repeated as often as allowed and no oftener, and waits as long as the service asked."""
    outcomes: list[Outcome] = [
        Unreachable("away") if failure == "away" else busy(str(failure)) for failure in failures
    ]
    flow = exchange(LIVE, retries)
    if len(failures) > retries:
        with pytest.raises((Unreachable, NotAvailable)):
            driven(flow, iter(outcomes))
        return
    answer, pauses = driven(flow, iter([*outcomes, ALIVE]))
    assert answer.status == "alive"
    assert len(pauses) == len(failures)
    assert [pause for pause, said in zip(pauses, failures, strict=True) if said != "away"] == [
        said for said in failures if said != "away"
    ]


@pytest.mark.parametrize(
    "outcome",
    [
        busy(None),
        busy(str(int(LONGEST_RETRY_SECONDS) + 1)),
        busy("Wed, 21 Oct 2027 07:28:00 GMT"),
        TimedOut("no answer in time"),
        httpx.Response(500),
        httpx.Response(429, headers={"Retry-After": "1"}),
    ],
)
def test_what_does_not_get_better_by_repeating_is_told(outcome: Outcome) -> None:
    """Without a time to come back, or with one too far off, the error is told at once."""
    with pytest.raises(HomologueError):
        driven(exchange(LIVE, 3), iter([outcome]))


@pytest.mark.parametrize("outcome", [Unreachable("away"), busy("0")])
def test_without_retries_a_changing_call_is_not_repeated(outcome: Outcome) -> None:
    """Who allows no retries is told that it is not known whether it was done."""
    with pytest.raises((Unreachable, NotAvailable)):
        driven(exchange(Needs.submit.call("need_1"), 0), iter([outcome]))


def test_each_change_has_a_key_of_its_own_and_keeps_it() -> None:
    """A change is repeated under its key; another one, though the same in every word, has another."""
    flows = [exchange(Needs.submit.call("need_1"), 3) for _ in range(2)]
    first, other = (next(flow) for flow in flows)
    assert isinstance(flows[0].throw(Unreachable("away")), Pause)
    assert flows[0].send(None) == first
    assert first != other


def a_round(state: str, done: int = 0) -> httpx.Response:
    """Give the answer that shows a round."""
    fields: dict[str, Any] = dict.fromkeys(Round.model_fields)
    shown = fields | {
        "id": "round_1",
        "scope": {},
        "policy": {},
        "seed": 0,
        "state": state,
        "progress": {"stage": state, "done": done, "total": 9},
        "as_of": "2027-03-15",
        "requested_at": "2027-03-15T09:30:00Z",
        "notes": [],
        "is_demonstration": False,
    }
    return httpx.Response(200, content=json.dumps(shown))


@given(st.integers(0, 30), st.sampled_from(["finished", "failed", "cancelled"]))
def test_waiting_ends_when_the_round_does(looks: int, end: str) -> None:
    """Every look is told of, and the pauses between them grow to a bound."""
    told: list[int] = []
    flow = waiting(
        Rounds.get.call("round_1"), 0, lambda seen: told.append(seen.progress.done), 3600, lambda: 0.0
    )
    answers = [*(a_round("running", number) for number in range(looks)), a_round(end, looks)]
    answer, pauses = driven(flow, iter(answers))
    assert answer.state == end
    assert told == list(range(looks + 1))
    assert pauses == sorted(pauses)
    assert all(0 < pause <= LONGEST_LOOK_SECONDS for pause in pauses)


def test_waiting_ends_at_its_deadline() -> None:
    """A round that goes on is handed back with the error, and the last look is at the deadline."""
    times = count(0.0, 4.0)
    flow = waiting(Rounds.get.call("round_1"), 0, None, 10, lambda: next(times))
    with pytest.raises(StillUnderWay) as caught:
        driven(flow, iter([a_round("running")] * 4))
    assert caught.value.round.state == "running"
