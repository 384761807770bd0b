"""trust.kill: nothing that was confirmed is lost or half there, whoever is killed; a stop cuts nothing."""

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session, col, func, select

from service.answers.tables import KeptAnswer
from service.backups.restoring import restore
from service.backups.taking import take_backup
from service.database.engines import Database, open_database
from service.jobs.names import number_of
from service.journal.roots import verify
from service.journal.tables import JournalEntry
from service.metadata import metadata
from service.needs.tables import Need, NeedRequester
from tests.proofs.instance import Instance, an_instance, wait_until
from tests.proofs.postgresql import PostgreSQL, a_postgresql
from tests.proofs.proof import Figure
from tests.proofs.writers import Promises, Writers
from tests.service import people
from tests.service.needs.cases import body

KILLS = 20
KILLS_OF_THE_DATABASE = 3
STOPS = 3
CLIENTS = 8
BACK_SECONDS = 5
GONE_SECONDS = 10
ROUND_SECONDS = 90


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Kill the service and the database, and ask for a stop, during writes; ``size``: how often to kill."""
    draw = random.Random(seed)  # noqa: S311 - a proof
    times = size or KILLS
    with tempfile.TemporaryDirectory() as name, a_postgresql(Path(name)) as server:
        folder = Path(name)
        with _scene(folder / "sqlite", "") as scene:
            yield _killed(scene, draw, times)
            yield _stopped(scene, draw)
            backup = scene.backup(folder / "of-sqlite")
        with _scene(folder / "postgresql-data", server.address, processes=2) as scene:
            yield _killed(scene, draw, times)
            yield _stopped(scene, draw)
            yield from _without_its_database(scene, server, draw)
            other = scene.backup(folder / "of-postgresql")
        yield _carried_over(backup, other, server)


@dataclass
class Scene:
    """A filled instance: its processes, its database, and who writes."""

    name: str
    instances: list[Instance]
    workers: list[Instance]
    database: Database
    desk: people.Person
    officer: people.Person

    @property
    def addresses(self) -> list[str]:
        """Where its processes answer."""
        return [one.address for one in self.instances]

    def start(self) -> None:
        """Start all that serve, and wait until they are ready."""
        for one in self.instances:
            one.begin()
        for one in self.instances:
            wait_until(one.is_ready, 120)

    def writers(self, seed: int) -> Writers:
        """Give clients that register needs."""
        writers = Writers(self.addresses, self.officer.headers, body(self.officer, self.desk), seed)
        writers.start(CLIENTS)
        return writers

    def backup(self, file: Path) -> Path:
        """Take a backup."""
        take_backup(self.database, file, None, lambda _table, _rows: None)
        return file


@contextmanager
def _scene(folder: Path, address: str, processes: int = 1) -> Iterator[Scene]:
    with ExitStack() as stack:
        settings = {"database_url": address} if address else {}
        settings |= {"secret": "an invented secret of a proof, long enough"}
        serving = ("serve", "--no-work") if address else ("serve",)
        instances = [stack.enter_context(an_instance(folder, serving, **settings)) for _ in range(processes)]
        workers = [stack.enter_context(an_instance(folder, ("work",), **settings)) for _ in range(processes)]
        instances[0].run("migrate")
        database = open_database(address or f"sqlite:///{folder / 'homologue.db'}", pool_size=4)
        stack.callback(database.close)
        desk, officer = people.desk(database), people.ministry(database)
        yield Scene("postgresql" if address else "sqlite", instances, workers, database, desk, officer)


def _killed(scene: Scene, draw: random.Random, times: int) -> Figure:
    """Kill every process of the service in the middle of writes, again and again."""
    scene.start()
    writers = scene.writers(draw.getrandbits(16))
    for _ in range(times):
        time.sleep(draw.uniform(0.2, 1.2))
        for one in scene.instances:
            one.kill()
        scene.start()
    promises = writers.stop()
    wrong = _wrong(scene, promises)
    figure = f"{scene.name} {wrong.said()} retried={promises.retried} kills={times}"
    return Figure("trust.kill", figure, "0", wrong.is_nothing, len(promises.kept))


def _stopped(scene: Scene, draw: random.Random) -> Figure:
    """Ask the service to stop in the middle of writes: what has begun is answered, and it is gone soon."""
    taken: list[float] = []
    cut = 0
    lost = 0
    count = 0
    for _ in range(STOPS):
        writers = scene.writers(draw.getrandbits(16))
        time.sleep(draw.uniform(0.5, 1.5))
        writers.stopping_at = time.monotonic()
        taken += [one.stop() for one in scene.instances]
        writers.stopping_at = float("inf")
        scene.start()
        promises = writers.stop()
        wrong = _wrong(scene, promises)
        cut += promises.cut
        lost += wrong.count
        count += len(promises.kept)
    figure = f"{scene.name} stop cut={cut} wrong={lost} gone_within={max(taken):.1f}s"
    holds = cut == 0 and lost == 0 and max(taken) < GONE_SECONDS
    return Figure("trust.kill", figure, f"0/{GONE_SECONDS}s", holds, count)


def _without_its_database(scene: Scene, server: PostgreSQL, draw: random.Random) -> Iterator[Figure]:
    """Kill the database: 503 meanwhile, and well again soon after its return, jobs included."""
    for one in scene.workers:
        one.begin()
    writers = scene.writers(draw.getrandbits(16))
    backs: list[float] = []
    unclear: list[str] = []
    for _ in range(KILLS_OF_THE_DATABASE):
        time.sleep(draw.uniform(0.5, 1.5))
        server.kill()
        for address in scene.addresses:
            unclear += _while_away(address)
        server.start()
        returned = time.monotonic()
        for address in scene.addresses:
            wait_until(partial(_is_well, address, scene.officer.headers), 60)
        backs.append(time.monotonic() - returned)
    promises = writers.stop()
    for line in (*unclear, *promises.odd)[:20]:
        print(line)
    wrong = _wrong(scene, promises)
    holds = wrong.is_nothing and not unclear and promises.away > 0
    figure = f"postgresql killed {wrong.said()} 503={promises.away} unclear={len(unclear)}"
    yield Figure("trust.kill", figure, "0", holds, len(promises.kept))
    figure = f"postgresql back_within={max(backs):.1f}s slowest_answer={promises.slowest:.1f}s"
    yield Figure("trust.kill", figure, f"{BACK_SECONDS}s", max(backs) < BACK_SECONDS, len(backs))
    yield _jobs_go_on(scene)


def _while_away(address: str) -> list[str]:
    """Return what was not as it should be while the database is away."""
    odd: list[str] = []
    alive = httpx.get(f"{address}/livez", timeout=10)
    ready = httpx.get(f"{address}/readyz", timeout=30)
    listed = httpx.get(f"{address}/api/v1/needs", timeout=30)
    if alive.status_code != 200:
        odd.append(f"livez {alive.status_code}")
    for answer in (ready, listed):
        if (answer.status_code, answer.headers["content-type"]) != (503, "application/problem+json"):
            odd.append(f"{answer.url.path} {answer.status_code}")
        if not answer.headers.get("retry-after"):
            odd.append(f"{answer.url.path} says not when to come back")
    return odd


def _is_well(address: str, headers: dict[str, str]) -> bool:
    ready = httpx.get(f"{address}/readyz", timeout=30)
    listed = httpx.get(f"{address}/api/v1/needs", headers=headers, timeout=30)
    return ready.status_code == listed.status_code == 200


def _jobs_go_on(scene: Scene) -> Figure:
    """See that the workers, which nobody started again, take up the outbox and the jobs, under two names."""
    address, headers = f"{scene.addresses[0]}/api/v1/rounds", scene.desk.headers
    began = time.monotonic()
    asked = httpx.post(address, json={"desk": scene.desk.stakeholder_id}, headers=headers, timeout=30)
    round_id = asked.raise_for_status().json()["id"]

    def has_ended() -> bool:
        found = httpx.get(f"{address}/{round_id}", headers=headers, timeout=30).raise_for_status().json()
        return found["state"] in {"finished", "failed", "cancelled"}

    wait_until(has_ended, ROUND_SECONDS)
    with scene.database.reading() as session:
        held = "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
        numbers = set(session.connection().exec_driver_sql(held).scalars())
    names = sum(number_of(name) in numbers for name in ("worker", "worker-2"))
    taken = [one.stop() for one in scene.workers]
    figure = (
        f"postgresql round_ended_after={time.monotonic() - began:.0f}s names={names}"
        f" workers_gone_within={max(taken):.1f}s"
    )
    holds = names == len(scene.workers) and max(taken) < GONE_SECONDS
    return Figure("trust.kill", figure, f"{len(scene.workers)} names/{GONE_SECONDS}s", holds, len(taken))


@dataclass
class Wrong:
    """What was confirmed and is not as it was confirmed."""

    lost: list[str]
    half: list[str]
    double: list[str]
    odd: list[str]

    @property
    def count(self) -> int:
        """How much of it there is."""
        return len(self.lost) + len(self.half) + len(self.double) + len(self.odd)

    @property
    def is_nothing(self) -> bool:
        """Whether all is well."""
        return self.count == 0

    def said(self) -> str:
        """Return it in short."""
        return f"lost={len(self.lost)} half={len(self.half)} double={len(self.double)} odd={len(self.odd)}"


def _wrong(scene: Scene, promises: Promises) -> Wrong:
    """Compare what was confirmed with what is there: row, journal entry and kept answer together."""
    with scene.database.reading() as session:
        rows = dict(session.exec(select(Need.id, Need.title)).all())
        counts = {
            "parts": set(session.exec(select(NeedRequester.need_id))),
            "journal": _told_of(session),
        }
        keys = session.exec(select(func.count()).select_from(KeptAnswer)).one()
        journal = verify(session)
    titles = list(rows.values())
    lost = [key for key, id_ in promises.kept.items() if rows.get(id_) != key]
    half = [f"{what} {id_}" for what, found in counts.items() for id_ in found ^ set(rows)]
    half += [] if keys == len(rows) else [f"{keys} keys for {len(rows)} needs"]
    double = [title for title in set(titles) if titles.count(title) > 1] + promises.twice
    wrong = Wrong(lost, half, double, promises.odd + journal.broken)
    for line in (*wrong.lost, *wrong.half, *wrong.double, *wrong.odd)[:20]:
        print(line)
    return wrong


def _told_of(session: Session) -> set[str]:
    found = session.exec(select(JournalEntry.subject).where(col(JournalEntry.event) == "need.registered"))
    return {subject.partition(":")[2] for subject in found}


def _carried_over(of_sqlite: Path, of_postgresql: Path, server: PostgreSQL) -> Figure:
    """Bring the backup of each database into the other, and compare every row."""
    folder = of_sqlite.parent
    other = server.another()
    differing = rows = 0
    for file, there, here in (
        (of_sqlite, f"sqlite:///{folder / 'sqlite' / 'homologue.db'}", other),
        (of_postgresql, server.address, f"sqlite:///{folder / 'restored.db'}"),
    ):
        target, source = open_database(here, pool_size=2), open_database(there, pool_size=2)
        restored = restore(target, here, file, None, lambda _table, _rows: None)
        differing += _differing(source, target) + len(restored.journal.broken)
        rows += sum(table.rows for table in restored.header.tables)
        target.close()
        source.close()
    return Figure("trust.kill", f"carried_over differing_tables={differing}", "0", differing == 0, rows)


def _differing(one: Database, other: Database) -> int:
    def content(database: Database, table: Any) -> list[Any]:
        with database.reading() as session:
            ordered = select(table).order_by(*table.primary_key)
            return [tuple(row) for row in session.connection().execute(ordered)]

    return sum(content(one, table) != content(other, table) for table in metadata().sorted_tables)
