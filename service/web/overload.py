"""Back-pressure: as many requests at work as there are connections, some waiting, the rest told to come back.

Without this limit hundreds of requests would each take a thread and then wait for a connection of the pool
until all of them give up. Whether the service lives and is ready, and static files, are asked past it.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from anyio.to_thread import current_default_thread_limiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.database.engines import Database
from service.settings import Settings
from service.texts import N_, translate
from service.web.languages import language_of
from service.web.problems import problem

PAST_THE_LIMIT = ("/livez", "/readyz", "/static/")
SPARE_CONNECTIONS = 2
"""Connections that requests leave to the question whether the service is ready, and to jobs beside it."""
SPARE_THREADS = 8


class TurnTooFar(Exception):
    """There is no place to wait any more, or the wait was too long."""


class Turns:
    """Turns at a limited number of places, in the order of asking. For one event loop at a time."""

    def __init__(self) -> None:
        self.at_work = 0
        self.turned_away = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    async def take(self, places: int, queue_limit: int, seconds: float) -> None:
        """Take a place, waiting for one if need be.

        Raises
        ------
        TurnTooFar
            So many wait already, or none came free in time.
        """
        if self.at_work < places and not self._waiting:
            self.at_work += 1
            return
        if len(self._waiting) >= queue_limit:
            raise TurnTooFar
        await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                # The place was handed over at the very moment of giving up: pass it on.
                self.give_back()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(error, TimeoutError):
                raise TurnTooFar from None
            raise

    def give_back(self) -> None:
        """Give a place back, to whoever has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.at_work -= 1


class BoundedWork:
    """ASGI middleware that lets as many requests work at once as the database has connections for."""

    def __init__(self, app: ASGIApp, turns: Turns) -> None:
        self.app = app
        self.turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on when it is its turn, or say when to come back."""
        if scope["type"] != "http" or scope["path"].startswith(PAST_THE_LIMIT):
            await self.app(scope, receive, send)
            return
        settings: Settings = scope["app"].state.settings
        try:
            await self.turns.take(_places(scope), settings.queue_limit, settings.queue_seconds)
        except TurnTooFar:
            self.turns.turned_away += 1
            await _busy(Request(scope))(scope, receive, send)
            return
        give_back = _once(self.turns.give_back)
        try:
            await self.app(scope, receive, _giving_back(send, give_back))
        finally:
            give_back()


def _places(scope: Scope) -> int:
    database: Database = scope["app"].state.database
    places = max(1, database.connections - SPARE_CONNECTIONS)
    limiter = current_default_thread_limiter()
    limiter.total_tokens = max(limiter.total_tokens, places + SPARE_THREADS)
    return places


def _giving_back(send: Send, give_back: Callable[[], None]) -> Send:
    async def send_on(message: Message) -> None:
        # The transaction has ended by now: whoever reads slowly keeps nobody else waiting.
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            give_back()
        await send(message)

    return send_on


def _once(act: Callable[[], None]) -> Callable[[], None]:
    done = False

    def at_most_once() -> None:
        nonlocal done
        if not done:
            done = True
            act()

    return at_most_once


def _busy(request: Request) -> Response:
    language = language_of(request)
    return problem(
        request,
        status=503,
        code="busy",
        title=translate(N_("Busy at the moment"), language),
        detail=translate(N_("Very many ask at once. Nothing was done; try again shortly."), language),
        headers={"Retry-After": "2"},
    )
