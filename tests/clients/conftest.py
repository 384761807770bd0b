"""The service as a client meets it: over a socket of this machine, on the test's own database."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from service.database.engines import Database
from tests.clients.world import World, settled
from tests.serving import served


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Give the address under which the application is served."""
    with served(app) as url:
        yield url


@pytest.fixture
def world(database: Database, address: str) -> World:
    """Give a service that people have filled."""
    return settled(database, address)
