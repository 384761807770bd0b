"""Retries over a real socket, against a small server that answers what it is told to."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from clients import AsyncHomologue, Homologue, NotAvailable, NotUnderstood, TimedOut, Unreachable

GOOD = (200, {}, b'{"status": "alive"}')
BUSY = (503, {"Retry-After": "0"}, b'{"code": "not_available", "title": "Busy"}')
STILL_RUNNING = (409, {"Retry-After": "0"}, b'{"code": "still_running", "title": "Still being worked on"}')
HANG_UP = (0, {}, b"")
Said = tuple[int, dict[str, str], bytes]


class ToldServer(ThreadingHTTPServer):
    """A server that answers the next thing on its list, and notes what it was asked."""

    daemon_threads = True

    def __init__(self, *answers: Said) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.keys: list[str] = []
        super().__init__(("127.0.0.1", 0), Teller)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class Teller(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._tell()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._tell()

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def _tell(self) -> None:
        assert isinstance(self.server, ToldServer)
        self.server.asked.append(f"{self.command} {self.path}")
        self.server.keys.append(self.headers.get("Idempotency-Key", ""))
        status, headers, body = self.server.answers.pop(0)
        if not status:
            return  # the connection closes without an answer
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Iterator[ToldServer]:
    """Give a server with the answers of the test's parameter."""
    server = ToldServer(*request.param)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "told", [(GOOD,), (BUSY, GOOD), (BUSY, BUSY, BUSY, GOOD), (HANG_UP, GOOD)], indirect=True
)
def test_a_reading_call_comes_through(told: ToldServer) -> None:
    """A busy service is asked again when it said to come back; a broken connection is tried again."""
    needed = len(told.answers)
    with Homologue(told.address) as client:
        assert client.health.live().status == "alive"
    assert told.asked == ["GET /livez"] * needed


@pytest.mark.parametrize("told", [(BUSY, BUSY, GOOD)], indirect=True)
def test_the_awaited_client_comes_through_too(told: ToldServer) -> None:
    """Both clients repeat alike."""

    async def ask() -> str:
        async with AsyncHomologue(told.address) as client:
            return (await client.health.live()).status

    assert asyncio.run(ask()) == "alive"
    assert len(told.asked) == 3


@pytest.mark.parametrize("told", [(BUSY, BUSY, BUSY, GOOD)], indirect=True)
def test_retries_are_bounded(told: ToldServer) -> None:
    """After as many retries as allowed the error is told, with the time to wait."""
    with Homologue(told.address, retries=2) as client, pytest.raises(NotAvailable) as caught:
        client.health.live()
    assert caught.value.retry_after_seconds == 0
    assert len(told.asked) == 3


@pytest.mark.parametrize("told", [(BUSY, GOOD), (HANG_UP, GOOD)], indirect=True)
def test_a_changing_call_is_repeated_with_the_same_key(told: ToldServer) -> None:
    """What the service may have done already is asked again with the same key, so that it is done once."""
    with Homologue(told.address) as client, pytest.raises(NotUnderstood):
        client.needs.submit("need_1")  # the server answers with something else, but it does answer
    assert told.asked == ["POST /api/v1/needs/need_1/submit"] * 2
    assert len(set(told.keys)) == 1
    assert told.keys[0]


@pytest.mark.parametrize("told", [(BUSY, GOOD), (HANG_UP, GOOD)], indirect=True)
def test_without_retries_a_changing_call_is_sent_once(told: ToldServer) -> None:
    """Who wants no retries gets none."""
    with Homologue(told.address, retries=0) as client, pytest.raises((NotAvailable, Unreachable)):
        client.needs.submit("need_1")
    assert told.asked == ["POST /api/v1/needs/need_1/submit"]


@pytest.mark.parametrize("told", [(STILL_RUNNING, STILL_RUNNING, GOOD)], indirect=True)
def test_a_change_that_is_being_worked_on_is_waited_for(told: ToldServer) -> None:
    """After a lost answer the first sending may still run: its answer is asked for until it is there."""
    with Homologue(told.address) as client, pytest.raises(NotUnderstood):
        client.needs.submit("need_1")
    assert len(told.asked) == 3


@pytest.mark.parametrize(
    "told",
    [
        [(302, {"Location": "http://127.0.0.1:9/"}, b"")],
        [(200, {}, b"<html>")],
        [(200, {}, b"")],
        [(204, {}, b"")],
    ],
    indirect=True,
)
def test_an_answer_of_something_else_is_not_understood(told: ToldServer) -> None:
    """No redirection is followed, so the token goes nowhere else; a page is not taken for an answer."""
    with Homologue(told.address, token="t") as client, pytest.raises(NotUnderstood):
        client.health.live()
    assert len(told.asked) == 1


def test_an_answer_that_does_not_come_ends_in_time() -> None:
    """A service that takes the request and says nothing is given up after the time allowed, and named."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Homologue(address, timeout_seconds=0.05) as client, pytest.raises(TimedOut, match=address):
            client.health.live()
