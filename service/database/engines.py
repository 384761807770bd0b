"""Engines and transactions.

One request or job is one transaction, opened at the edge and committed before the answer leaves. SQLite is
set up to lose nothing (synchronous FULL, foreign keys on) and to queue writers instead of failing them (write
transactions begin IMMEDIATE). On PostgreSQL a reading transaction sees one snapshot; a writing one sees what
others have committed, and guards its changes by compare-and-set.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlmodel import Session

Made = TypeVar("Made")
BUSY_MILLISECONDS = 30_000
WAIT_SECONDS = 10
"""How long a request waits for a connection that others have."""
# A server that vanished without a word is noticed within seconds, not when the system gives up.
_NOTICE_ITS_ABSENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
_SEES_ONE_STATE = "sees_one_state"
_READ = "read"


@dataclass(frozen=True)
class Database:
    """A database that is ready for use; ``reading`` and ``writing`` are the same place."""

    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @property
    def connections(self) -> int:
        """How many connections there are at most."""
        return self.engine.pool.size() if isinstance(self.engine.pool, QueuePool) else 1

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it sees one state of the database throughout."""
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        engine = self.engine.execution_options(**snapshot)
        with Session(engine, expire_on_commit=False, info={_SEES_ONE_STATE: True}) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes: all of it is kept, or nothing."""
        engine = self.engine.execution_options(writes=True)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def drop_old_pages(self) -> None:
        """Let go of what SQLite's log still holds of rows as they were; PostgreSQL sees to that itself."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.rollback()
                raw = connection.connection.cursor()
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raw.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def sees_one_state(session: Session) -> bool:
    """Return whether a transaction only reads, so that what it read once it need not read again."""
    return bool(session.info.get(_SEES_ONE_STATE))


def once(session: Session, name: Hashable, make: Callable[[], Made]) -> Made:
    """Return what is read under a name, which must say all that it depends on; a reader reads it only once.

    It serves all who ask in the transaction and must not be changed. One that writes reads it each time.
    """
    if not sees_one_state(session):
        return make()
    transaction = session.get_transaction() or session.begin()
    begun, read = session.info.get(_READ, (None, {}))
    if begun is not transaction:
        read = {}
        session.info[_READ] = transaction, read
    if name not in read:
        read[name] = make()
    found: Made = read[name]
    return found


def open_database(address: str, pool_size: int = 20) -> Database:
    """Open the database at an SQLAlchemy address; the file of an SQLite database is made if need be."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        url = url.set(drivername="postgresql+psycopg")
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS,
            pool_pre_ping=True,
            # What was sent may be confidential, and errors are logged.
            hide_parameters=True,
            connect_args={"options": "-c timezone=UTC", **_NOTICE_ITS_ABSENCE},
        )
    return Database(engine)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off: it would begin too late to be repeatable.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is written over: erased is more than no longer listed.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
