"""Alive, ready, or not ready and why; and what callers hear while the database is away."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from service.database.engines import Database, open_database
from service.settings import Settings
from service.web.health import begin_stopping


@pytest.fixture
def careless(app: FastAPI, app_settings: Settings, tmp_path: Path) -> Iterator[str]:
    """Have the application use a database that could lose what it confirmed; give what is wrong with it."""
    app.state.settings = app_settings.model_copy(update={"durability": "required"})
    if app.state.database.engine.dialect.name == "postgresql":
        # The server of the tests is throwaway, and set up for speed.
        yield "fsync=off"
        return
    database = open_database(app.state.database.engine.url.render_as_string(), pool_size=1)
    event.listen(database.engine, "connect", _relax)
    app.state.database = database
    yield "synchronous=0"
    database.close()


def _relax(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def nowhere(app: FastAPI, tmp_path: Path) -> Iterator[Database]:
    """Have the application use a database that is not there."""
    is_postgresql = app.state.database.engine.dialect.name == "postgresql"
    there = "postgresql://127.0.0.1:1/nowhere" if is_postgresql else f"sqlite:///{tmp_path}"
    app.state.database = open_database(there, pool_size=1)
    yield app.state.database
    app.state.database.close()


def test_a_current_database_is_ready(web: TestClient) -> None:
    """With its tables of this version the service says that it is ready."""
    assert web.get("/readyz").json() == {"status": "ready"}


def test_a_careless_database_is_not_ready(web: TestClient, careless: str) -> None:
    """A database that could lose what it confirmed keeps the service from being ready, and it says why."""
    answer = web.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert careless in answer.json()["detail"]
    assert web.get("/livez").status_code == 200


def test_a_careless_database_may_be_allowed(web: TestClient, app: FastAPI, careless: str) -> None:
    """Where data may be lost, an operator can say so."""
    app.state.settings = app.state.settings.model_copy(update={"durability": "relaxed"})
    assert web.get("/readyz").status_code == 200


def test_without_its_database_the_service_lives_and_says_when_to_come_back(
    web: TestClient, nowhere: Database
) -> None:
    """A database that is away is 503 with a time to come back, for reading and writing, and never 500."""
    assert web.get("/livez").status_code == 200
    assert web.get("/readyz").status_code == 503
    token = {"Authorization": "Bearer hml_of_nobody"}
    for answer in (web.get("/api/v1/needs"), web.post("/api/v1/needs", json={}, headers=token)):
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2"), answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_available"


def test_who_is_being_stopped_is_not_ready(web: TestClient, app: FastAPI) -> None:
    """Told to stop, the service asks not to be sent anything more."""
    begin_stopping(app)
    try:
        assert web.get("/readyz").status_code == 503
    finally:
        app.state.is_stopping = False
