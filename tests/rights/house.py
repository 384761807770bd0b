"""The service with both sides in it, which is as it was at first whenever it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database
from service.settings import Settings
from tests.databases import Throughway, sqlite_template
from tests.rights.world import Side, two_sides


@dataclass(frozen=True)
class House:
    """The service, and who is there."""

    web: TestClient
    app: FastAPI
    throughway: Throughway
    filled: Path
    own: Side
    other: Side

    @property
    def database(self) -> Database:
        """Give the database that is at hand."""
        return self.throughway.database

    @contextmanager
    def as_at_first(self) -> Iterator[None]:
        """Let something be asked or done, and undo all that it changed."""
        changed = self.filled.with_suffix(".changed")
        changed.write_bytes(self.filled.read_bytes())
        with self.throughway.to(f"sqlite:///{changed}"):
            yield
        for file in changed.parent.glob(f"{changed.name}*"):
            file.unlink()


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Give the service over a database in a folder."""
    with sqlite_template(folder) as template, template.copy(folder) as address:
        throughway = Throughway(address)
        database = throughway.database
        own, other = two_sides(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        app = create_app(Settings(data_dir=folder, text_model="character-ngrams"), database, identify)
        with TestClient(app, raise_server_exceptions=False) as web:
            yield House(web, app, throughway, folder / "homologue.db", own, other)
        database.close()
