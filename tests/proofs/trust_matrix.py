"""trust.matrix: every operation, asked in every role about one's own thing, another's and none."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from service.access.queries import identify
from service.app import create_app
from service.settings import Settings
from tests.databases import Throughway, sqlite_template
from tests.proofs.proof import Figure
from tests.rights.matrix import Asked, Operation, ask, cells, operations
from tests.rights.world import Side, two_sides

ITEM = "trust.matrix"


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Ask every question; ``size`` limits the operations, ``seed`` is only told (nothing is drawn)."""
    del seed
    with tempfile.TemporaryDirectory() as folder, _house(Path(folder)) as house:
        chosen = operations(house.document)[:size]
        found = look(house, chosen)
    for line in (*found.wrong, *found.oracles, *found.told):
        print(line)
    yield Figure(ITEM, f"unwritten={len(found.unwritten)}", "0", not found.unwritten, len(chosen))
    yield Figure(ITEM, f"wrong={len(found.wrong)}", "0", not found.wrong, found.asked)
    yield Figure(ITEM, f"oracles={len(found.oracles)}", "0", not found.oracles, found.compared)
    yield Figure(ITEM, f"canaries={len(found.told)}", "0", not found.told, found.asked)


@dataclass
class Findings:
    """What came out."""

    asked: int = 0
    compared: int = 0
    unwritten: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    oracles: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class House:
    """The service with two sides in it, as they were at first whenever it is asked."""

    web: TestClient
    throughway: Throughway
    filled: Path
    document: Mapping[str, Any]
    own: Side
    other: Side

    @contextmanager
    def as_at_first(self) -> Iterator[None]:
        """Let something be asked that may change things, and undo it."""
        changed = self.filled.with_suffix(".changed")
        changed.write_bytes(self.filled.read_bytes())
        with self.throughway.to(f"sqlite:///{changed}"):
            yield
        for file in changed.parent.glob(f"{changed.name}*"):
            file.unlink()


@contextmanager
def _house(folder: Path) -> Iterator[House]:
    with sqlite_template(folder) as template, template.copy(folder) as address:
        throughway = Throughway(address)
        database = throughway.database
        own, other = two_sides(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        app = create_app(Settings(data_dir=folder, text_model="character-ngrams"), database, identify)
        with TestClient(app, raise_server_exceptions=False) as web:
            yield House(web, throughway, folder / "homologue.db", app.openapi(), own, other)
        database.close()


def look(house: House, chosen: list[Operation]) -> Findings:
    """Ask every question about the operations, and keep what is not as it should be."""
    found = Findings(unwritten=[one.name for one in chosen if not one.expected])
    for operation in chosen:
        answers: dict[str | None, dict[str, Asked]] = defaultdict(dict)
        for cell in cells([operation]):
            with house.as_at_first():
                asked = ask(house.web, cell, house.own, house.other, house.document)
            found.asked += 1
            answers[cell.role][cell.relation] = asked
            _check(asked, house, found)
        for by_relation in answers.values():
            _compare(by_relation, found)
    return found


def _check(asked: Asked, house: House, found: Findings) -> None:
    cell = asked.cell
    where = f"{cell.operation.name} as {cell.role or 'nobody'} about {cell.relation}"
    if not asked.is_as_expected:
        expected = cell.operation.expects(cell.role, cell.relation)
        found.wrong.append(f"{where}: {asked.answer.status_code} instead of {expected}")
    told = [word for word in house.other.canaries if word in asked.answer.text]
    if told and cell.role != "administrator":
        found.told.append(f"{where}: {told}")


def _compare(answers: Mapping[str, Asked], found: Findings) -> None:
    """What may not be seen must look like what is not there, to the byte; what is public need not."""
    outcomes = {relation: asked.outcome for relation, asked in answers.items()}
    if outcomes.get("other") != outcomes.get("absent") or outcomes.get("other", "may") == "may":
        return
    found.compared += 1
    if answers["other"].says() != answers["absent"].says():
        cell = answers["other"].cell
        found.oracles.append(f"{cell.operation.name} as {cell.role or 'nobody'} tells others' from none")
