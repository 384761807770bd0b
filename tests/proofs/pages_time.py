"""pages.time: how long the server takes for a list, a need and a match on the demonstration's data."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import httpx

from service.access.cookies import COOKIE
from tests.browser.house import PLAYED, demonstration
from tests.proofs.proof import Figure

ITEM = "pages.time"
PAGES = {"list": "/needs", "need": "/needs/{need}", "match": "/proposals/{proposal}"}
TIMES = 100
WARM_UP = 5
BOUND_MS = 60


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Ask for each page in turns; ``size`` is how often."""
    del seed
    times = size or TIMES
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as house:
        reader = house.reader(f"{PLAYED}ministry")
        headers = {"Cookie": f"{COOKIE}={reader.cookie}", "Accept": "text/html"}
        addresses = {what: path.format(**reader.ids) for what, path in PAGES.items()}
        took: dict[str, list[float]] = {what: [] for what in PAGES}
        with httpx.Client(base_url=house.address, headers=headers, timeout=60) as web:
            for number in range(times + WARM_UP):
                for what, address in addresses.items():
                    milliseconds = _asked(web, address)
                    if number >= WARM_UP:
                        took[what].append(milliseconds)
    for what, all_of_them in took.items():
        p95 = sorted(all_of_them)[round(0.95 * times) - 1]
        yield Figure(ITEM, f"{what}_p95_ms={p95:.1f}", f"<{BOUND_MS}", p95 < BOUND_MS, times)


def _asked(web: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    web.get(address).raise_for_status()
    return (time.perf_counter() - began) * 1000
