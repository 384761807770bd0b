"""Back-pressure: so many at work, so many waiting, and a clear word to the rest."""

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from service.settings import Settings
from service.web.overload import BoundedWork, Turns, TurnTooFar


def test_turns_come_in_the_order_of_asking() -> None:
    """Whoever has waited longest is next, and no more are at work than there are places."""

    async def course() -> list[int]:
        turns, done = Turns(), []
        gates = [asyncio.Event() for _ in range(5)]

        async def one(number: int) -> None:
            await turns.take(2, 10, 10)
            done.append(number)
            assert turns.at_work <= 2
            await gates[number].wait()
            turns.give_back()

        tasks = [asyncio.create_task(one(number)) for number in range(5)]
        for gate in gates:
            await asyncio.sleep(0)
            gate.set()
        await asyncio.gather(*tasks)
        assert (turns.at_work, turns.waiting) == (0, 0)
        return done

    assert asyncio.run(course()) == [0, 1, 2, 3, 4]


def test_nobody_waits_where_there_is_no_place_to_wait() -> None:
    """With the queue full the answer comes at once; with a wait that is over it comes then."""

    async def course() -> None:
        turns = Turns()
        await turns.take(1, 0, 10)
        with pytest.raises(TurnTooFar):
            await turns.take(1, 0, 10)
        with pytest.raises(TurnTooFar):
            await turns.take(1, 10, 0)
        assert (turns.at_work, turns.waiting) == (1, 0)
        turns.give_back()
        await turns.take(1, 0, 10)

    asyncio.run(course())


def test_a_turn_that_is_handed_to_one_who_leaves_is_passed_on() -> None:
    """Whoever is cancelled at the moment of its turn takes no place along."""

    async def course() -> None:
        turns = Turns()
        await turns.take(1, 10, 10)
        leaving = asyncio.create_task(turns.take(1, 10, 10))
        staying = asyncio.create_task(turns.take(1, 10, 10))
        await asyncio.sleep(0)
        turns.give_back()
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await staying
        assert turns.at_work == 1
        turns.give_back()
        assert turns.at_work == 0

    asyncio.run(course())


def _bounded(app: ASGIApp, **settings: Any) -> ASGIApp:
    turns = Turns()
    bounded = BoundedWork(app, turns)
    state = SimpleNamespace(
        settings=Settings(**settings), database=SimpleNamespace(connections=4), measures=turns
    )

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = SimpleNamespace(state=state)
        await bounded(scope, receive, send)

    return named


def test_a_crowd_is_answered_or_told_to_come_back() -> None:
    """Of many at once some are answered and the rest get 503 with a time; liveness is asked past them."""

    async def course() -> tuple[list[httpx.Response], list[httpx.Response], httpx.Response]:
        gate, at_work = asyncio.Event(), []

        async def slow(scope: Scope, _receive: Receive, send: Send) -> None:
            at_work.append(1)
            assert len(at_work) <= 2 or scope["path"] == "/livez"
            if scope["path"] != "/livez":
                await gate.wait()
            at_work.pop()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        transport = httpx.ASGITransport(_bounded(slow, queue_limit=3, queue_seconds=10))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            crowd = [client.get("/api/v1/needs") for _ in range(8)]
            answers = asyncio.as_completed(crowd)
            refused = [await next(answers) for _ in range(3)]
            alive = await client.get("/livez")
            gate.set()
            return refused, [await one for one in answers], alive

    refused, served, alive = asyncio.run(course())
    assert [answer.status_code for answer in served] == [200] * 5
    assert alive.status_code == 200
    for answer in refused:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "busy"
