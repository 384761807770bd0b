"""The client whose answers are awaited."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

import httpx

from clients.calls import Call, after
from clients.connection import DEFAULT_RETRIES, Connection, connection_to
from clients.doors import Awaiting
from clients.errors import failure_of
from clients.flows import Done, Flow, Outcome, Pause, Step, advance, exchange
from clients.models import Page
from clients.rooms import Rooms

Answer = TypeVar("Answer")
Item = TypeVar("Item")


@dataclass(frozen=True)
class AsyncWire:
    """The way to the service: it sends, waits and pauses, and lets others work meanwhile."""

    connection: Connection
    http: httpx.AsyncClient = field(repr=False)

    @property
    def retries(self) -> int:
        """How often a call is repeated that is safe to repeat."""
        return self.connection.retries

    async def run(self, flow: Flow[Answer]) -> Answer:
        """Carry a flow to its end."""
        step = advance(flow, None)
        while not isinstance(step, Done):
            step = advance(flow, await self._do(step))
        return step.answer

    def follow(self, call: Call[Page[Item]]) -> "AsyncEntries[Item]":
        """Give the entries of a list."""
        return AsyncEntries(self, call)

    async def _do(self, step: Step) -> Outcome:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self.http.send(self.connection.request(step))
        except httpx.RequestError as error:
            return failure_of(error)


@dataclass(frozen=True)
class AsyncEntries(Generic[Item]):
    """The entries of a list, over all its pages. A page is asked for when its first entry is reached."""

    wire: AsyncWire
    call: Call[Page[Item]]

    async def __aiter__(self) -> AsyncIterator[Item]:
        """Give one entry after the other."""
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[Page[Item]]:
        """Give the pages themselves, one after the other."""
        following: Call[Page[Item]] | None = self.call
        while following is not None:
            page = await self.wire.run(exchange(following, self.wire.retries))
            yield page
            following = after(following, page)

    def in_pages_of(self, entries: int) -> "AsyncEntries[Item]":
        """Return the same list, asked for in pages of another size (1 to 200)."""
        return AsyncEntries(self.wire, self.call.asking(limit=entries))


class AsyncHomologue(Rooms[Awaiting]):
    """A client of the service whose answers are awaited. It is opened as :class:`clients.Homologue` is.

    Examples
    --------
    >>> async with AsyncHomologue("https://homologue.example", token=token) as client:
    ...     async for need in client.needs.list(state="GHA"):
    ...         print(need.id)
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        token: str | None = None,
        language: str | None = None,
        timeout_seconds: float = 30.0,
        retries: int = DEFAULT_RETRIES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        connection = connection_to(
            base_url, token, language=language, timeout_seconds=timeout_seconds, retries=retries
        )
        self._http = httpx.AsyncClient(transport=transport)
        super().__init__(AsyncWire(connection, self._http))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
