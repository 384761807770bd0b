"""Every page can be used by everybody: axe finds nothing, wide and narrow, both ways, light and dark."""

from hashlib import sha256

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import AXE, Fault, faults, sideways, told
from tests.browser.addresses import View, page_named, views
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.house import House
from tests.rights.pages import addresses

LANGUAGES = ("en", "ar")
DIRECTIONS = {"en": "ltr", "ar": "rtl"}
AS_PUBLISHED = {
    "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
}
"""SHA-256 of the files of axe-core 4.14.1 (npm), published under the Mozilla Public License 2.0."""
NO_PAGES = {
    "/account/security/app": "only after one has begun to set an app up",
    "/account/security/app.svg": "a picture",
    "/attachments/{attachment_id}": "a file",
    "/desk/clocks": "leads on to the clocks of one's desk",
    "/invitation": "only with the link of a letter",
    "/lists/{file}": "a file",
    "/password/reset": "only with the link of a letter",
    "/persons/{person_id}/archive": "a file",
    "/pool-imports/{import_id}/faults.xlsx": "a file",
    "/pool/import/template.xlsx": "a file",
    "/proposals/{proposal_id}/seats/{seat_id}/refill": "only where a seat of an agreed team was lost",
    "/reconfirm-offers/{token}": "only with the link of a letter",
    "/sign-in/provider/{code}/back": "the way back from elsewhere, which leads on",
    "/sign-in/second-factor": "only on the way in",
    "/stop-mail/{token}": "only with the link of a letter",
    "/unmet.csv": "a file",
}
"""Addresses that show no page by themselves, each with its cause."""


@pytest.mark.parametrize("path", [one for one in addresses() if one not in NO_PAGES])
def test_axe_finds_nothing(path: str, house: House, opened: Open) -> None:
    """In English and Arabic, at 1280 and 390 px, light and dark: no violation, no scrolling sideways."""
    found: list[Fault] = []
    looked = views(house, page_named(path))
    for view in looked:
        page = opened(view.reader.name, bypass_csp=True)
        is_first = view is looked[0]
        for language in LANGUAGES:
            found += _look(page, view, language, is_whole=is_first)
        page.context.close()
    assert looked, (
        "nobody is shown this page: give its ids in tests/rights, or say in NO_PAGES why it is none"
    )
    assert not found, "\n" + told(found)


def _look(page: Page, view: View, language: str, *, is_whole: bool) -> list[Fault]:
    """Look at a page; at what others see of it otherwise once in each language, wide or narrow."""
    page.goto(_in(language, view.address))
    # As long as there is no catalogue the words are English, and the direction is Arabic all the same.
    page.evaluate("(to) => document.documentElement.setAttribute('dir', to)", DIRECTIONS[language])
    found = []
    for width in (WIDE, NARROW):
        where = f"{view}, {language}, {width['width']} px"
        page.set_viewport_size(width)  # type: ignore[arg-type]
        if is_whole or (language == "en") == (width is WIDE):
            found += faults(page, where)
        if language == "en" and width is WIDE:
            page.emulate_media(color_scheme="dark")
            found += faults(page, f"{where}, dark", only="color-contrast")
            page.emulate_media(color_scheme="light")
        found += sideways(page, where)
    return found


def _in(language: str, address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def test_no_cause_is_kept_for_a_page_that_went() -> None:
    """What is said to be no page is an address that there is."""
    assert NO_PAGES.keys() <= set(addresses())


def test_axe_is_as_it_came() -> None:
    """What is carried of axe-core is what was published, unchanged, as its licence asks."""
    carried = {file.name: sha256(file.read_bytes()).hexdigest() for file in AXE.parent.iterdir()}
    assert carried == AS_PUBLISHED
