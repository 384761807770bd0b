"""The client that returns when the answer is there."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, Self, TypeVar

import httpx

from clients.calls import Call, after
from clients.connection import DEFAULT_RETRIES, Connection, connection_to
from clients.doors import Blocking
from clients.errors import failure_of
from clients.flows import Done, Flow, Outcome, Pause, Step, advance, exchange
from clients.models import Page
from clients.rooms import Rooms

Answer = TypeVar("Answer")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Wire:
    """The way to the service: it sends, waits and pauses."""

    connection: Connection
    http: httpx.Client = field(repr=False)

    @property
    def retries(self) -> int:
        """How often a call is repeated that is safe to repeat."""
        return self.connection.retries

    def run(self, flow: Flow[Answer]) -> Answer:
        """Carry a flow to its end."""
        step = advance(flow, None)
        while not isinstance(step, Done):
            step = advance(flow, self._do(step))
        return step.answer

    def follow(self, call: Call[Page[Item]]) -> "Entries[Item]":
        """Give the entries of a list."""
        return Entries(self, call)

    def _do(self, step: Step) -> Outcome:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            return self.http.send(self.connection.request(step))
        except httpx.RequestError as error:
            return failure_of(error)


@dataclass(frozen=True)
class Entries(Generic[Item]):
    """The entries of a list, over all its pages. A page is asked for when its first entry is reached."""

    wire: Wire
    call: Call[Page[Item]]

    def __iter__(self) -> Iterator[Item]:
        """Give one entry after the other."""
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Page[Item]]:
        """Give the pages themselves, one after the other."""
        following: Call[Page[Item]] | None = self.call
        while following is not None:
            page = self.wire.run(exchange(following, self.wire.retries))
            yield page
            following = after(following, page)

    def in_pages_of(self, entries: int) -> "Entries[Item]":
        """Return the same list, asked for in pages of another size (1 to 200)."""
        return Entries(self.wire, self.call.asking(limit=entries))


class Homologue(Rooms[Blocking]):
    """A client of the service.

    Parameters
    ----------
    base_url
        Address of the service; left out: ``HOMOLOGUE_CLIENT_URL``, or this machine.
    token
        Your API token; left out: ``HOMOLOGUE_CLIENT_TOKEN``, or none.
    language
        Language of texts in answers, such as ``fr``.
    timeout_seconds
        How long an answer may take.
    retries
        How often a reading call is repeated if no answer came or the service asked to come back.
    transport
        How requests travel, in place of the network.

    Examples
    --------
    >>> with Homologue("https://homologue.example", token=token) as client:
    ...     for need in client.needs.list(state="GHA"):
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
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        connection = connection_to(
            base_url, token, language=language, timeout_seconds=timeout_seconds, retries=retries
        )
        self._http = httpx.Client(transport=transport)
        super().__init__(Wire(connection, self._http))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
