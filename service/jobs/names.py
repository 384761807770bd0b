"""A name of its own for every worker that shares a database.

Jobs are taken up again after a kill by the worker that has the name of the one that ran them. So two
processes must never have the same one, and a process that is started again should get its former one back:
the first name that nobody holds. On PostgreSQL a name is held by an advisory lock, on SQLite by a lock on a
file; both end with the process, however it ends.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path

import psycopg
import structlog

from service.database.engines import Database
from service.settings import Settings

log = structlog.get_logger()

LOOK_SECONDS = 2
"""How often a worker looks whether it still holds its name."""


@contextmanager
def own_name(settings: Settings, database: Database) -> Iterator[str]:
    """Hold a name while the block runs: that of the settings, or with a number behind it if it is taken."""
    with ExitStack() as held:
        take = _by_file(settings.data_dir, held) if database.is_sqlite else _by_lock(database, held)
        wanted = settings.worker_name
        names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
        name = next(name for name in names if take(name))
        log.info("working", worker=name)
        yield name


def _by_file(folder: Path, held: ExitStack) -> Callable[[str], bool]:
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> bool:
        file = (folder / f"{name}.lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        held.callback(file.close)
        return True

    return take


def _by_lock(database: Database, held: ExitStack) -> Callable[[str], bool]:
    # Not from the pool: it is held as long as the process lives.
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    lock = _Lock(address)
    held.callback(lock.release)
    return lock.take


class _Lock:
    """A lock that ends with its connection, and is taken anew when the server was away meanwhile."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = self._connect()
        self._released = threading.Event()
        self._keeper: threading.Thread | None = None

    def take(self, name: str) -> bool:
        """Take the name if nobody has it, and keep it from then on."""
        if not self._is_taken(name):
            return False
        self._keeper = threading.Thread(target=self._keep, args=(name,), name="name", daemon=True)
        self._keeper.start()
        return True

    def release(self) -> None:
        """Give the name back."""
        self._released.set()
        if self._keeper:
            self._keeper.join(timeout=1)
        self._connection.close()

    def _keep(self, name: str) -> None:
        while not self._released.wait(LOOK_SECONDS):
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self._take_again(name)

    def _take_again(self, name: str) -> None:
        try:
            self._connection.close()
            self._connection = self._connect()
            if not self._is_taken(name):
                log.warning("another worker has taken this name meanwhile", worker=name)
        except psycopg.Error:
            log.warning("the database is away", worker=name)

    def _is_taken(self, name: str) -> bool:
        question = "SELECT pg_try_advisory_lock(%s)"
        asked = self._connection.execute(question, (number_of(name),)).fetchone()
        return bool(asked and asked[0])

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._address, autocommit=True, connect_timeout=5)


def number_of(name: str) -> int:
    """Return the number of the lock that stands for a name."""
    return int.from_bytes(sha256(f"homologue worker {name}".encode()).digest()[:8], signed=True)
