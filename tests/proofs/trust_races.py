"""trust.races: of many at once nobody loses a change, nothing is there twice, no place is given twice."""

import asyncio
import random
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
from sqlmodel import Session, col, func, select

from service import clock
from service.database.engines import Database, open_database
from service.errors import Refusal
from service.matches.bookings import booked_months
from service.matches.proposal_schemas import SeatAcceptance
from service.matches.seat_commands import accept_seat
from service.matches.tables import OfferMonthLoad, Seat
from service.needs.tables import Need
from tests.proofs.instance import Instance, an_instance
from tests.proofs.postgresql import a_postgresql
from tests.proofs.proof import Figure
from tests.service import people
from tests.service.matches.cases import Team, a_proposal, a_team
from tests.service.needs.cases import body, registered

EDITORS = 8
EDITS = 6
POSTS = 20
ACCEPTANCES = 1000
PLACES_A_MONTH = 40
THREADS = 16
CONNECTIONS = 256
REQUESTS_A_CONNECTION = 6
STANDSTILL_SECONDS = 10
ATTEMPTS = 50


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Race on both databases; ``size`` is how many accept at once."""
    with tempfile.TemporaryDirectory() as name, a_postgresql(Path(name)) as server:
        for kind, address in (("sqlite", ""), ("postgresql", server.address)):
            with _scene(Path(name) / f"{kind}-data", kind, address) as scene:
                yield scene.editors()
                yield scene.posts()
                yield scene.acceptances(random.Random(seed), size or ACCEPTANCES)  # noqa: S311 - a proof
                yield scene.connections()


@contextmanager
def _scene(folder: Path, kind: str, address: str) -> Iterator["Scene"]:
    settings = {"database_url": address} if address else {}
    with an_instance(folder, ("serve",), **settings) as instance:
        instance.run("migrate")
        database = open_database(address or f"sqlite:///{folder / 'homologue.db'}", pool_size=THREADS)
        desk, officer = people.desk(database), people.ministry(database)
        instance.start()
        try:
            yield Scene(kind, instance, database, desk, officer)
        finally:
            database.close()


@dataclass
class Scene:
    """A running instance, its database, and people."""

    kind: str
    instance: Instance
    database: Database
    desk: people.Person
    officer: people.Person

    def editors(self) -> Figure:
        """Let editors add a word each to one text, again and again, on what they have read."""
        with self.database.writing() as session:
            need_id = registered(session, self.officer, self.desk).id
        address = f"{self.instance.address}/api/v1/needs/{need_id}"
        with ThreadPoolExecutor(EDITORS) as pool:
            edits = list(pool.map(lambda number: self._edit(address, number), range(EDITORS)))
        words = [word for edit in edits for word in edit.added]
        with self.database.reading() as session:
            kept = session.get_one(Need, need_id).context.split()
        lost = len(set(words) - set(kept))
        stale = sum(edit.stale for edit in edits)
        unsaid = httpx.patch(address, json={"context": ""}, headers=self.officer.headers, timeout=60)
        figure = f"{self.kind} lost_updates={lost} stale={stale} without_if_match={unsaid.status_code}"
        holds = lost == 0 and len(words) == EDITORS * EDITS and unsaid.status_code == 428
        return Figure("trust.races", figure, "0", holds, len(words))

    def _edit(self, address: str, number: int) -> "Edits":
        edits = Edits()
        with httpx.Client(headers=self.officer.headers, timeout=120) as client:
            for turn in range(EDITS):
                word = f"w{number}.{turn}"
                while not self._is_added(client, address, word):
                    edits.stale += 1
                edits.added.append(word)
        return edits

    def _is_added(self, client: httpx.Client, address: str, word: str) -> bool:
        seen = client.get(address).raise_for_status()
        changed = client.patch(
            address,
            json={"context": f"{seen.json()['context']} {word}".strip()},
            headers={"If-Match": seen.headers["etag"]},
        )
        if changed.status_code in {409, 412, 503}:
            return False
        changed.raise_for_status()
        return True

    def posts(self) -> Figure:
        """Send one and the same registration many times at once, under one key."""
        key, together = str(uuid.uuid4()), Barrier(POSTS)
        sent = body(self.officer, self.desk, title=key)

        def post(_number: int) -> httpx.Response:
            together.wait()
            headers = self.officer.headers | {"Idempotency-Key": key}
            return httpx.post(
                f"{self.instance.address}/api/v1/needs", json=sent, headers=headers, timeout=120
            )

        with ThreadPoolExecutor(POSTS) as pool:
            answers = list(pool.map(post, range(POSTS)))
        again = post_alone(self.instance, self.officer, key, sent)
        other = post_alone(self.instance, self.officer, key, sent | {"title": "Something else"})
        ids = {answer.json()["id"] for answer in (*answers, again) if answer.status_code == 201}
        with self.database.reading() as session:
            rows = session.exec(select(func.count()).select_from(Need).where(Need.title == key)).one()
        codes = _codes(answers)
        figure = f"{self.kind} records={rows} answers={codes} other_body={other.status_code}"
        holds = rows == 1 == len(ids) and other.status_code == 422
        holds = holds and all(answer.status_code in {201, 409} for answer in answers)
        return Figure("trust.races", figure, "1", holds, POSTS)

    def acceptances(self, draw: random.Random, number: int) -> Figure:
        """Accept many seats of one offer at once, by commands and over HTTP, for fewer places."""
        team, seats, months = _offered(self.database, number)
        wanted = {seat: draw.choice(months) for seat in seats}
        by_http = seats[::5]
        by_command = [seat for seat in seats if seat not in set(by_http)]
        with ThreadPoolExecutor(THREADS) as commands, ThreadPoolExecutor(THREADS) as clients:
            done = commands.map(lambda seat: self._accept(team, seat, wanted[seat]), by_command)
            asked = clients.map(lambda seat: self._post_acceptance(team, seat, wanted[seat]), by_http)
            outcome = Counter([*done, *asked])
        with self.database.reading() as session:
            loads = _loads(session, team.offers[0])
            booked = booked_months(session, team.offers).get(team.offers[0], {})
            accepted = session.exec(
                select(func.count()).select_from(Seat).where(col(Seat.state) == "accepted")
            ).one()
        places = min(PLACES_A_MONTH, number // 4) * len(months)
        over = sum(max(0, load - PLACES_A_MONTH) for load in loads.values())
        others = {word: count for word, count in outcome.items() if word not in {"accepted", "full"}}
        figure = (
            f"{self.kind} over_capacity={over} accepted={accepted}/{places} full={outcome['full']}"
            f" others={others or 0}"
        )
        holds = over == 0 and loads == booked and accepted == outcome["accepted"] and not others
        holds = holds and (accepted == places or number < ACCEPTANCES)
        return Figure("trust.races", figure, "0", holds, number)

    def _accept(self, team: Team, seat_id: str, month: str) -> str:
        for _ in range(ATTEMPTS):
            try:
                with self.database.writing() as session:
                    accept_seat(session, team.pools[0].caller, seat_id, SeatAcceptance(months=[month]))
            except Refusal as refusal:
                if refusal.code != "changed_meanwhile":
                    return _word(refusal.code)
            else:
                return "accepted"
        return "tired"

    def _post_acceptance(self, team: Team, seat_id: str, month: str) -> str:
        address = f"{self.instance.address}/api/v1/seats/{seat_id}/accept"
        for _ in range(ATTEMPTS):
            answer = httpx.post(address, json={"months": [month]}, headers=team.pools[0].headers, timeout=120)
            if answer.status_code == 200:
                return "accepted"
            if answer.status_code != 503 and answer.json()["code"] != "changed_meanwhile":
                return _word(answer.json()["code"])
        return "tired"

    def connections(self) -> Figure:
        """Keep many connections busy at once with lists, needs and registrations."""
        crowd = asyncio.run(_crowd(self.instance.address, self.officer, self.desk))
        failures = sum(count for status, count in crowd.statuses.items() if status >= 500 and status != 503)
        figure = (
            f"{self.kind} 5xx={failures} answers={_counted(crowd.statuses)} longest_pause={crowd.pause:.1f}s"
            f" livez_max={crowd.alive:.1f}s rate={sum(crowd.statuses.values()) / crowd.seconds:.0f}/s"
        )
        holds = failures == 0 and crowd.unanswered == 0 and crowd.unclear == 0
        holds = holds and crowd.pause < STANDSTILL_SECONDS and crowd.statuses[200] > 0
        return Figure("trust.races", figure, f"0/{STANDSTILL_SECONDS}s", holds, CONNECTIONS)


@dataclass
class Edits:
    """What one editor did."""

    added: list[str] = field(default_factory=list)
    stale: int = 0


@dataclass
class Crowd:
    """What came back to a crowd."""

    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    unclear: int = 0
    """503 without a time to come back."""
    pause: float = 0
    """The longest time in which nobody was answered."""
    alive: float = 0
    """The longest time that the question whether the service lives took."""
    seconds: float = 0
    last_at: float = 0

    def take(self, answer: httpx.Response) -> None:
        """Count an answer."""
        now = time.monotonic()
        self.pause, self.last_at = max(self.pause, now - self.last_at), now
        self.statuses[answer.status_code] += 1
        self.unclear += answer.status_code == 503 and "retry-after" not in answer.headers


async def _crowd(address: str, officer: people.Person, desk: people.Person) -> Crowd:
    crowd = Crowd(last_at=time.monotonic())
    began = time.monotonic()
    limits = httpx.Limits(max_connections=CONNECTIONS + 1, max_keepalive_connections=CONNECTIONS + 1)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=120) as client:
        asking = [
            asyncio.create_task(_one_of_many(client, crowd, officer, desk, number))
            for number in range(CONNECTIONS)
        ]
        alive = asyncio.create_task(_alive(client, crowd))
        await asyncio.gather(*asking)
        alive.cancel()
    crowd.seconds = time.monotonic() - began
    return crowd


async def _one_of_many(
    client: httpx.AsyncClient, crowd: Crowd, officer: people.Person, desk: people.Person, number: int
) -> None:
    for turn in range(REQUESTS_A_CONNECTION):
        headers = dict(officer.headers)
        try:
            if (number + turn) % 3 == 0:
                headers["Idempotency-Key"] = str(uuid.uuid4())
                sent = body(officer, desk, title=f"Of many {number}.{turn}")
                crowd.take(await client.post("/api/v1/needs", json=sent, headers=headers))
            else:
                crowd.take(await client.get("/api/v1/needs", params={"limit": 50}, headers=headers))
        except httpx.TransportError:
            crowd.unanswered += 1


async def _alive(client: httpx.AsyncClient, crowd: Crowd) -> None:
    while True:
        began = time.monotonic()
        (await client.get("/livez")).raise_for_status()
        crowd.alive = max(crowd.alive, time.monotonic() - began)
        await asyncio.sleep(0.1)


def post_alone(instance: Instance, officer: people.Person, key: str, sent: dict[str, Any]) -> httpx.Response:
    """Send a registration under a key, when nobody else does."""
    headers = officer.headers | {"Idempotency-Key": key}
    return httpx.post(f"{instance.address}/api/v1/needs", json=sent, headers=headers, timeout=120)


def _offered(database: Database, number: int) -> tuple[Team, list[str], list[str]]:
    """Offer so many seats of one offer, each of a proposal of its own, and give three months for them."""
    team = a_team(database, offer={"capacity": PLACES_A_MONTH})
    today = clock.today()
    months = [f"{today + timedelta(days=31 * ahead):%Y-%m}" for ahead in (2, 3, 4)]
    seats: list[str] = []
    with database.writing() as session:
        for _ in range(number):
            _, (seat_id,) = a_proposal(session, team.need, team.round, team.offers)
            seat = session.get_one(Seat, seat_id)
            seat.state = seat.shown_state = "offered"
            seat.offered_at, seat.lapses_at = clock.now(), clock.now() + timedelta(days=30)
            session.add(seat)
            seats.append(seat_id)
    return team, seats, months


def _loads(session: Session, offer_id: str) -> dict[str, int]:
    rows = session.exec(select(OfferMonthLoad).where(OfferMonthLoad.offer_id == offer_id))
    return {row.month: row.assignments for row in rows if row.assignments}


def _word(code: str) -> str:
    return "full" if code == "offer_fully_booked" else code


def _codes(answers: list[httpx.Response]) -> str:
    return _counted(Counter(answer.status_code for answer in answers))


def _counted(statuses: Counter[int]) -> str:
    return "/".join(f"{status}x{count}" for status, count in sorted(statuses.items()))
