"""Running the service: the web alone, the worker alone, or both in one process."""

import signal
import threading
from contextlib import nullcontext
from typing import Any

import uvicorn

from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database, open_database
from service.settings import Settings, get_settings
from service.worker import working


def serve(*, work: bool | None = None) -> None:
    """Serve until interrupted; on SQLite, or if asked, long jobs are done in the same process."""
    settings = get_settings()
    database = open_database(settings.address(), settings.pool_size)
    try:
        with working(settings, database) if _should_work(work, database) else nullcontext():
            run_web(settings, database)
    finally:
        database.close()


def run_web(settings: Settings, database: Database) -> None:
    """Serve the web until interrupted."""
    uvicorn.run(
        create_app(settings, database, identify),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=8,
    )


def work() -> None:
    """Run long jobs until interrupted."""
    settings = get_settings()
    database = open_database(settings.address(), settings.pool_size)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        with working(settings, database):
            stopping.wait()
    finally:
        database.close()


def openapi_document() -> dict[str, Any]:
    """Return the description of the API, from the doors themselves."""
    settings = Settings()
    database = open_database("sqlite://", pool_size=1)
    return create_app(settings, database, identify).openapi()


def _should_work(asked: bool | None, database: Database) -> bool:  # noqa: FBT001 - private
    return database.is_sqlite if asked is None else asked
