"""base.kill: a round whose process is killed ends all the same; the web answers while a large one runs."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from service.database.engines import open_database
from service.demonstration.loading import find_desk
from service.demonstration.people import sign_in
from tests.proofs.crowd import multiply
from tests.proofs.instance import Instance, an_instance, wait_until
from tests.proofs.proof import Figure

KILLS = 4
COPIES = 15
ENDS = {"finished", "failed", "cancelled"}
ALIVE_MILLISECONDS = 200
LIVEZ_PAUSE_SECONDS = 0.02
END_SECONDS = 400


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Kill the service in the middle of rounds; ``size`` is how often."""
    draw = random.Random(seed)  # noqa: S311 - a proof
    with tempfile.TemporaryDirectory() as folder, an_instance(Path(folder)) as instance:
        instance.run("demo", "--no-serve")
        # The demonstration keeps its data in a folder of its own.
        instance.environment["HOMOLOGUE_DATA_DIR"] = str(Path(folder) / "demonstration")
        address = f"sqlite:///{Path(folder) / 'demonstration' / 'homologue.db'}"
        sizes = multiply(address, COPIES)
        desk = _Desk(instance, address)
        instance.start()
        yield desk.killed(draw, size or KILLS)
        yield desk.alive_meanwhile(sizes)


class _Desk:
    """The desk of the demonstration, which asks for rounds over the API."""

    def __init__(self, instance: Instance, address: str) -> None:
        self._instance = instance
        database = open_database(address, pool_size=1)
        with database.writing() as session:
            self._desk = find_desk(session)
            token = sign_in(session, "secretariat")
        database.close()
        self._headers = {"Authorization": f"Bearer {token}"}

    def killed(self, draw: random.Random, times: int) -> Figure:
        """Kill the service at a moment of a round, start it again, and see whether the round ends."""
        ended: list[str] = []
        for _ in range(times):
            round_id = self._request()
            wait_until(lambda started=round_id: self._state(started) not in {"requested", "queued"}, 60)
            time.sleep(draw.uniform(0, 15))
            self._instance.kill()
            self._instance.start()
            wait_until(lambda started=round_id: self._state(started) in ENDS, END_SECONDS)
            ended.append(self._state(round_id))
        figure = f"still_running={times - len(ended)} ended={'/'.join(ended)}"
        return Figure("base.kill", figure, "0", len(ended) == times, times)

    def alive_meanwhile(self, sizes: dict[str, int]) -> Figure:
        """Ask whether the service lives, all the while a large round runs."""
        round_id = self._request()
        taken: list[float] = []
        with httpx.Client(timeout=30) as client:
            look_at = time.monotonic()
            while True:
                began = time.perf_counter()
                client.get(f"{self._instance.address}/livez").raise_for_status()
                taken.append((time.perf_counter() - began) * 1000)
                time.sleep(LIVEZ_PAUSE_SECONDS)
                if time.monotonic() > look_at:
                    look_at = time.monotonic() + 1
                    if self._state(round_id) in ENDS:
                        break
        p99 = statistics.quantiles(taken, n=100)[98]
        figure = f"livez_p99={p99:.0f}ms needs={sizes['need']} offers={sizes['offer']}"
        bound = f"{ALIVE_MILLISECONDS}ms"
        return Figure("base.kill", figure, bound, p99 < ALIVE_MILLISECONDS, len(taken))

    def _request(self) -> str:
        return str(self._ask("POST", "/rounds", json={"desk": self._desk})["id"])

    def _state(self, round_id: str) -> str:
        return str(self._ask("GET", f"/rounds/{round_id}")["state"])

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = httpx.request(
            method, f"{self._instance.address}/api/v1{path}", headers=self._headers, timeout=30, **more
        )
        return answer.raise_for_status().json()
