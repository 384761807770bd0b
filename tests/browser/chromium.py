"""Finding a Chromium on the machine, or installing one where that may be done."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONGEST_INSTALL_SECONDS = 900
BY_HAND = (
    f"{sys.executable} -m playwright install --with-deps chromium\n"
    "(or name one with CHROMIUM=/path/to/chromium)"
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """There is no Chromium, and none could be installed."""

    def __init__(self, tried: Iterable[str]) -> None:
        super().__init__(f"The browser tests need a Chromium; tried {', '.join(tried)}. Run:\n    {BY_HAND}")


def chromium() -> str:
    """Return where a Chromium is: the one that is named, one of this machine, or one just installed.

    Raises
    ------
    NoChromium
        There is none, and none could be installed. Says the one command to run.
    """
    tried = []
    for name, found in _candidates():
        if found and Path(found).is_file():
            return found
        tried.append(name)
    raise NoChromium(tried)


def _candidates() -> Iterator[tuple[str, str | None]]:
    """Give the places to look in, one after the other; the last ones install one first."""
    named = os.environ.get("CHROMIUM")
    if named is not None:
        # Who names one wants this one and no other.
        yield f"CHROMIUM={named}", shutil.which(named)
        return
    for name in NAMES:
        yield name, shutil.which(name)
    yield "Playwright's own", _of_playwright()
    yield "apt-get install chromium", _installed_by_apt()
    yield "playwright install chromium", _installed_by_playwright()


def _of_playwright() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _installed_by_apt() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    if _succeeds("apt-get", "update", "-q"):
        _succeeds("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
    return shutil.which("chromium")


def _installed_by_playwright() -> str:
    _succeeds(sys.executable, "-m", "playwright", "install", "chromium")
    return _of_playwright()


def _succeeds(*command: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, timeout=LONGEST_INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
