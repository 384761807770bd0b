"""Running the service: the web alone, the worker alone, or both in one process.

Told to stop, a process is gone within ten seconds: the web answers what it has begun, jobs are left where
they are, to be taken up again, and the message at hand is handled to its end.
"""

import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import uvicorn

from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database, open_database
from service.settings import Settings, get_settings
from service.web.health import begin_stopping, say_how_durable
from service.web.metrics import Measures, shown
from service.web.request_log import write_logs
from service.worker import Stop, working

TURN_SECONDS = 0.001
KEEP_ALIVE_SECONDS = 75
"""Longer than servers in front keep a connection, so that it is never closed just as they use it."""
ANSWERING_SECONDS = 6
"""How long requests that have begun are waited for; the rest of ten seconds is for jobs."""


def serve(*, work: bool | None = None) -> None:
    """Serve until interrupted; on SQLite, or if asked, long jobs are done in the same process."""
    write_logs()
    settings = get_settings()
    database = open_database(settings.address(), settings.pool_size)
    stop = Stop()
    with ExitStack() as stack:
        stack.callback(database.close)
        if _should_work(work, database):
            stack.enter_context(working(settings, database, stop))
        run_web(settings, database, stop)


def run_web(settings: Settings, database: Database, stop: Stop | None = None) -> None:
    """Serve the web until interrupted."""
    say_how_durable(settings, database)
    app = create_app(settings, database, identify)

    def begin() -> None:
        begin_stopping(app)
        if stop:
            stop.begin()

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        # Whose word counts on who asks is a setting of ours, for every use of it.
        proxy_headers=False,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=ANSWERING_SECONDS,
    )
    # Shorter turns for each thread, so that connections are looked after while many requests are at work.
    sys.setswitchinterval(TURN_SECONDS)
    # What is there now stays: to search it for garbage would hold up a request for 0.3 s now and then.
    gc.collect()
    gc.freeze()
    with shown(settings, app.state.measures), _signals_are_no_end():
        _Server(config, begin).run()


def work() -> None:
    """Run long jobs until interrupted."""
    write_logs()
    settings = get_settings()
    database = open_database(settings.address(), settings.pool_size)
    say_how_durable(settings, database)
    measures = Measures(lambda: database)
    measures.watch(database)
    stop = Stop()
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    with ExitStack() as stack:
        stack.callback(database.close)
        stack.enter_context(shown(settings, measures))
        stack.enter_context(working(settings, database, stop))
        told.wait()


def openapi_document() -> dict[str, Any]:
    """Return the description of the API, from the doors themselves."""
    settings = Settings()
    database = open_database("sqlite://", pool_size=1)
    return create_app(settings, database, identify).openapi()


class _Server(uvicorn.Server):
    """A server that tells the rest of the process at once when it is told to stop."""

    def __init__(self, config: uvicorn.Config, begin_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._begin_stop = begin_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop taking requests, answer those at hand, and let jobs wind down meanwhile."""
        self._begin_stop()
        super().handle_exit(sig, frame)


@contextmanager
def _signals_are_no_end() -> Iterator[None]:
    # The server raises the signals again that it was stopped by. Without this the process would end right
    # there, before jobs and connections are closed.
    former = {number: signal.signal(number, _go_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _go_on(_number: int, _frame: FrameType | None) -> None:
    """Take note of a signal, and do nothing more about it."""


def _should_work(asked: bool | None, database: Database) -> bool:  # noqa: FBT001 - private
    return database.is_sqlite if asked is None else asked
