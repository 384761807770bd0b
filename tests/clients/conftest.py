"""The service as a client meets it: over a socket of this machine, on the test's own database."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI

from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database
from service.settings import Settings
from tests.clients.world import World, settled


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application in a thread and give its address."""
    # The socket listens before the server runs, so that no caller comes too early. It names its protocol, for
    # else asyncio leaves TCP's waiting for more to send switched on, 40 ms an answer.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def app(app_settings: Settings, database: Database) -> FastAPI:
    """Give the application."""
    return create_app(app_settings, database, identify)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Give the address under which the application is served."""
    with served(app) as url:
        yield url


@pytest.fixture
def world(database: Database, address: str) -> World:
    """Give a service that people have filled."""
    return settled(database, address)
