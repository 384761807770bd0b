"""What the browser tests share: one instance for all, a Chromium for each process, a context for each test.

make test-browser
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from service.access.cookies import COOKIE
from tests.browser.chromium import ARGUMENTS, NoChromium, chromium
from tests.browser.house import House, demonstration, read_house

LONGEST_WAIT_MS = 20_000
"""What a page, or a thing on it, may take on a busy machine."""
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

_house = pytest.StashKey[House]()
_browser = pytest.StashKey[str]()
_open = pytest.StashKey[ExitStack]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the instance once, in the process that leads the others."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    try:
        config.stash[_browser] = chromium()
    except NoChromium as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[_open] = stack = ExitStack()
    # Not among pytest's own folders: another run of the tests would tidy them away.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="homologue-")))
    config.stash[_house] = stack.enter_context(demonstration(folder))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the instance."""
    if _open in session.config.stash:
        session.config.stash[_open].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell the other processes where the instance is."""
    config = node.config  # type: ignore[attr-defined]
    node.workerinput |= {  # type: ignore[attr-defined]
        "house": config.stash[_house].written(),
        "browser": config.stash[_browser],
    }


@pytest.fixture(scope="session")
def house(pytestconfig: pytest.Config) -> House:
    """Give the instance, and who is there."""
    told = getattr(pytestconfig, "workerinput", None)
    return read_house(told["house"]) if told else pytestconfig.stash[_house]


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """Give a Chromium."""
    told = getattr(pytestconfig, "workerinput", None)
    where = told["browser"] if told else pytestconfig.stash[_browser]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=where, args=list(ARGUMENTS))
        yield opened
        opened.close()


Open = Callable[..., Page]
"""Opens a page for somebody, in a context of its own."""


@pytest.fixture
def opened(browser: Browser, house: House) -> Iterator[Open]:
    """Give what opens a page in a fresh context, as somebody or nobody."""
    contexts: list[BrowserContext] = []

    def open_page(who: str | None = None, *, cookie: str = "", **more: object) -> Page:
        context = browser.new_context(base_url=house.address, **{"viewport": WIDE, **more})  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(LONGEST_WAIT_MS)
        held = cookie or (house.reader(who).cookie if who else "")
        if held:
            context.add_cookies([{"name": COOKIE, "value": held, "url": house.address}])
        return context.new_page()

    yield open_page
    for context in contexts:
        try:
            context.close()
        except PlaywrightError as error:  # a browser that is gone takes its contexts with it
            pytest.fail(f"The browser went away: {error}")
