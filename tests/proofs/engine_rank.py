"""engine.rank: one explained ranking for a new need over many offers, in process and through the API."""

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from matching import Policy
from matching.pairs.ranking import Ranker
from service.database.engines import open_database
from service.demonstration.loading import find_desk
from service.demonstration.people import sign_in
from tests.benchmarks.round import World
from tests.proofs.crowd import multiply
from tests.proofs.instance import Instance, an_instance
from tests.proofs.proof import Figure

OFFERS = 10_000
RANKINGS = 200
SHOWN = 20
IN_PROCESS_MILLISECONDS = 50
OVER_HTTP_MILLISECONDS = 150


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Rank over 10,000 offers (or ``size``), another need each time."""
    offers = size or OFFERS
    yield _in_process(seed, offers)
    yield _over_http(seed, offers)


def _in_process(seed: int, offers: int) -> Figure:
    world = World(seed)
    problem = world.problem(1, offers)
    # Texts of offers are encoded when they are saved; the text of each new need is encoded in its ranking.
    ranker = Ranker(problem, Policy())
    # As the service does once its offers are ready: a search for garbage takes longer than ten rankings.
    gc.collect()
    gc.freeze()
    taken, spent, explained = [], [], 0
    for number in range(RANKINGS):
        need = world.need(1 + number)
        began, processor = time.perf_counter(), time.process_time()
        ranked = ranker.rank(need, SHOWN)
        taken.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - processor) * 1000)
        explained += sum(bool(item.criteria) for item in ranked)
    # On a busy machine the processor's time tells what an idle one would take.
    figure = _figure("in_process", taken, IN_PROCESS_MILLISECONDS, offers, explained)
    return replace(figure, figure=f"{figure.figure} processor_p99={_p99(spent):.0f}ms")


def _over_http(seed: int, offers: int) -> Figure:
    with tempfile.TemporaryDirectory() as folder, an_instance(Path(folder)) as instance:
        instance.run("demo", "--no-serve")
        # The demonstration keeps its data in a folder of its own.
        instance.environment["HOMOLOGUE_DATA_DIR"] = str(Path(folder) / "demonstration")
        address = f"sqlite:///{Path(folder) / 'demonstration' / 'homologue.db'}"
        desk = _Desk(instance, address, offers)
        instance.start()
        return desk.ranked(random.Random(seed))  # noqa: S311 - a proof


class _Desk:
    """The desk of the demonstration, with many more offers, which ranks them for one need after the other."""

    def __init__(self, instance: Instance, address: str, offers: int) -> None:
        self._instance = instance
        there = multiply(address, 0)["offer"]
        self._sizes = multiply(address, -(-offers // there) - 1)
        database = open_database(address, pool_size=1)
        with database.writing() as session:
            self._desk = find_desk(session)
            self._headers = {"Authorization": f"Bearer {sign_in(session, 'secretariat')}"}
        database.close()

    def ranked(self, draw: random.Random) -> Figure:
        """Take the time of each ranking, after one that makes the offers ready."""
        taken, explained = [], 0
        with httpx.Client(base_url=f"{self._instance.address}/api/v1", headers=self._headers) as client:
            needs = _needs(client)
            draw.shuffle(needs)
            client.get(f"/needs/{needs[-1]}/candidates", timeout=600).raise_for_status()
            for need in needs[:RANKINGS]:
                began = time.perf_counter()
                answer = client.get(f"/needs/{need}/candidates", params={"limit": SHOWN}, timeout=60)
                taken.append((time.perf_counter() - began) * 1000)
                found = answer.raise_for_status().json()["candidates"]
                explained += sum(bool(item["criteria"]) for item in found)
        return _figure("over_http", taken, OVER_HTTP_MILLISECONDS, self._sizes["offer"], explained)


def _needs(client: httpx.Client) -> list[str]:
    """Return the needs that the desk handles and that can be ranked for."""
    found: list[str] = []
    query: dict[str, Any] = {"limit": 100, "status": "circulated"}
    while len(found) < 2 * RANKINGS:
        page = client.get("/needs", params=query).raise_for_status().json()
        found += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        query["cursor"] = page["next"]
    return found


def _figure(how: str, taken: list[float], bound: int, offers: int, explained: int) -> Figure:
    p50, p99 = statistics.median(taken), _p99(taken)
    figure = f"{how}_p99={p99:.0f}ms p50={p50:.0f}ms offers={offers} explained={explained}"
    return Figure("engine.rank", figure, f"{bound}ms", p99 < bound and explained > 0, len(taken))


def _p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]
