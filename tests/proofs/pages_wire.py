"""pages.wire: what a first visit to a list, a need and a match costs on the wire, packed, and a later one.

Counted by the browser itself: the answers with their headers, of everything that the page loads.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from service.access.cookies import COOKIE
from tests.browser.chromium import ARGUMENTS, chromium
from tests.browser.house import PLAYED, House, Reader, demonstration
from tests.proofs.proof import Figure

ITEM = "pages.wire"
BOUNDS = {
    "list": ("/needs", 60_000),
    "need": ("/needs/{need}", 60_000),
    "match": ("/proposals/{proposal}", 80_000),
}
LATER_BOUND = 15_000


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Visit each page with an empty cache and once more."""
    del seed, size
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as house,
        sync_playwright() as own,
    ):
        browser = own.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        reader = house.reader(f"{PLAYED}ministry")
        for what, (path, bound) in BOUNDS.items():
            first, later, elsewhere = _visited(browser, house, reader, path.format(**reader.ids))
            yield Figure(ITEM, f"{what}_first={first}", f"<={bound}", first <= bound, 1)
            yield Figure(ITEM, f"{what}_later={later}", f"<={LATER_BOUND}", later <= LATER_BOUND, 1)
            yield Figure(ITEM, f"{what}_other_hosts={len(elsewhere)}", "0", not elsewhere, 1)
        browser.close()


def _visited(browser: Browser, house: House, reader: Reader, address: str) -> tuple[int, int, list[str]]:
    context = browser.new_context(base_url=house.address)
    context.add_cookies([{"name": COOKIE, "value": reader.cookie, "url": house.address}])
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda one: None if one.url.startswith(house.address) else elsewhere.append(one.url))
    first, later = _bytes_of(page, address), _bytes_of(page, address)
    context.close()
    return first, later, elsewhere


def _bytes_of(page: Page, address: str) -> int:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    counted: list[float] = []
    session.on("Network.loadingFinished", lambda told: counted.append(told["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    session.detach()
    return round(sum(counted))
