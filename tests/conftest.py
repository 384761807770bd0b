"""What all tests share: a throwaway database (SQLite or a real PostgreSQL) and the application over it.

The same tests run on both; ``HOMOLOGUE_TEST_DATABASE`` says on which. A test that asks for a database,
directly or through another fixture, counts as a database test.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings

from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database
from service.settings import Settings
from tests.databases import Template, Throughway, postgresql_template, sqlite_template
from tests.tries import TIMES, tries

BROWSER_TESTS = Path(__file__).parent / "browser"
KIND = os.environ.pop("HOMOLOGUE_TEST_DATABASE", "sqlite")
_opened: set[str] = set()
"""The kinds of database that tests were really run on."""

settings.register_profile(
    "here",
    deadline=None,  # a busy machine is no failure
    derandomize=TIMES == 1,
    database=None,
    max_examples=tries(100),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a database."""
    for item in items:
        if {"database", "template"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the browser tests to who asks for them: they need a Chromium, and have a target of their own."""
    is_asked_for = any("browser" in argument for argument in config.args)
    return True if collection_path == BROWSER_TESTS and not is_asked_for else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process that runs tests on which database: it starts without the variable."""
    node.workerinput["database"] = KIND


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report to the process that counts on which database the tests were run in this one."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["databases"] = sorted(_opened)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process reports."""
    _opened.update(getattr(node, "workeroutput", {}).get("databases", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests passed, and on what."""
    if os.environ.get("PYTEST_XDIST_WORKER") is None:
        passed = len(terminalreporter.stats.get("passed", []))
        is_on_databases = terminalreporter.config.getoption("markexpr") == "database"
        label = " and ".join(sorted(_opened)) if is_on_databases else "tests"
        terminalreporter.write_line(f"{label}: {passed} passed")


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> Iterator[Template]:
    """Give a migrated database with the reference data in it, to copy from."""
    kind = getattr(request.config, "workerinput", {"database": KIND})["database"]
    # Not among pytest's own folders: another run of the tests would tidy them away.
    with tempfile.TemporaryDirectory(prefix="homologue-") as folder:
        make = postgresql_template if kind == "postgresql" else sqlite_template
        with make(Path(folder)) as made:
            yield made


@pytest.fixture(scope="session")
def throughway(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Throughway]:
    """Give the one opened database that every test is led to its own copy by."""
    with template.copy(tmp_path_factory.mktemp("opened")) as address:
        opened = Throughway(address)
        _opened.add(opened.database.engine.dialect.name)
        yield opened


@pytest.fixture
def database(template: Template, throughway: Throughway, tmp_path: Path) -> Iterator[Database]:
    """Give a fresh database that is thrown away after the test."""
    with template.copy(tmp_path) as address, throughway.to(address) as opened:
        yield opened


@pytest.fixture
def app_settings(tmp_path: Path, database: Database, throughway: Throughway) -> Settings:
    """Give settings that point at the test's own database."""
    return Settings(
        data_dir=tmp_path,
        database_url=throughway.address,
        durability="relaxed",
        text_model="character-ngrams",
    )


@pytest.fixture(scope="session")
def shared_app(throughway: Throughway) -> FastAPI:
    """Give the application itself, whose doors take time to hang; what it keeps is set for each test."""
    return create_app(Settings(text_model="character-ngrams"), throughway.database, identify)


@pytest.fixture
def app(app_settings: Settings, database: Database, shared_app: FastAPI) -> FastAPI:
    """Give the application over the test's own database."""
    shared_app.state.settings = app_settings
    shared_app.state.database = database
    return shared_app


@pytest.fixture
def web(app: FastAPI) -> Iterator[TestClient]:
    """Give the application as its callers meet it, over HTTP in process."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def moment() -> datetime:
    """Give a fixed moment."""
    return datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
