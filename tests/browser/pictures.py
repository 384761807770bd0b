"""``python -m tests.browser.pictures``: pictures of the ten main pages, wide, narrow and in Arabic.

All of them go into ``var/pictures``; three are carried for the README.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from service.access.cookies import COOKIE
from service.web.rendering import STATIC
from tests.browser.chromium import ARGUMENTS, chromium
from tests.browser.house import NOBODY, PLAYED, House, demonstration
from tests.proofs.instance import ROOT

FOLDER = ROOT / "var" / "pictures"
CARRIED = {"round-wide": "round", "match-wide": "match", "needs-arabic": "needs-arabic"}
"""What the README shows, and how it is called there."""
LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 900}, "locale": "en"},
    "narrow": {"viewport": {"width": 390, "height": 844}, "locale": "en"},
    "arabic": {"viewport": {"width": 1280, "height": 900}, "locale": "ar"},
}


class Picture(NamedTuple):
    """A page to take a picture of, and who looks at it."""

    name: str
    address: str
    reader: str


MAIN_PAGES = (
    Picture("front", "/", NOBODY),
    Picture("home", "/", f"{PLAYED}secretariat"),
    Picture("needs", "/needs", f"{PLAYED}ministry"),
    Picture("need", "/needs/{need}", f"{PLAYED}ministry"),
    Picture("match", "/proposals/{proposal}", f"{PLAYED}ministry"),
    Picture("round", "/rounds/{round}", f"{PLAYED}secretariat"),
    Picture("offers", "/offers", f"{PLAYED}pool"),
    Picture("pool", "/pool", f"{PLAYED}pool"),
    Picture("network", "/network", f"{PLAYED}secretariat"),
    Picture("dialogue", "/dialogues/{dialogue}", f"{PLAYED}secretariat"),
)


def take(house: House, browser: Browser, folder: Path) -> Iterator[Path]:
    """Take every picture into a folder."""
    for look, said in LOOKS.items():
        for picture in MAIN_PAGES:
            file = folder / f"{picture.name}-{look}.png"
            _take(house, browser, picture, said, file)
            yield file


def _take(house: House, browser: Browser, picture: Picture, look: dict[str, Any], file: Path) -> None:
    reader = house.reader(picture.reader)
    context = browser.new_context(base_url=house.address, **look)
    if reader.cookie:
        context.add_cookies([{"name": COOKIE, "value": reader.cookie, "url": house.address}])
    page = context.new_page()
    answer = page.goto(picture.address.format(**reader.ids))
    if answer is None or not answer.ok:
        raise RuntimeError(f"{picture.name} could not be shown")
    page.screenshot(path=file)
    context.close()


def main() -> list[Path]:
    """Take the pictures of a fresh demonstration, and carry three of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder)) as house,
        sync_playwright() as own,
    ):
        browser = own.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        taken = list(take(house, browser, FOLDER))
        browser.close()
    for name, carried in CARRIED.items():
        shutil.copyfile(FOLDER / f"{name}.png", STATIC / "pictures" / f"{carried}.png")
    return taken


if __name__ == "__main__":
    main()
