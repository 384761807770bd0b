"""A reader chooses a language once, on any page, and keeps it."""

import httpx
import pytest

from service.texts import LANGUAGES

pytestmark = pytest.mark.database


def test_every_page_can_be_switched_to_every_language(web: httpx.Client) -> None:
    """Each language is offered by its own name, at the address of the same page."""
    shown = web.get("/sign-in?next=%2Fneeds").text
    for language in LANGUAGES:
        assert language == "en" or f'href="?next=%2Fneeds&amp;lang={language}" lang="{language}"' in shown


def test_a_language_that_was_chosen_stays(web: httpx.Client) -> None:
    """The next page comes in the language chosen on this one, whatever the browser asks for."""
    chosen = web.get("/sign-in?lang=ar")
    assert 'lang="ar" dir="rtl"' in chosen.text
    assert "httponly" in chosen.headers["set-cookie"].lower()
    assert 'lang="ar" dir="rtl"' in web.get("/privacy", headers={"Accept-Language": "fr"}).text


def test_a_language_that_there_is_not_changes_nothing(web: httpx.Client) -> None:
    """A page in a language nobody wrote is not kept, and comes as the browser asks for it."""
    answer = web.get("/sign-in?lang=xx", headers={"Accept-Language": "pt-BR, fr;q=0.5"})
    assert "set-cookie" not in answer.headers
    assert 'lang="pt"' in answer.text


def test_answers_of_the_api_have_the_language_of_the_reader(web: httpx.Client) -> None:
    """Labels of the reference data come in the language asked for."""
    titles = {web.get(f"/api/v1/themes?lang={code}").json()["items"][0]["short"] for code in LANGUAGES}
    assert len(titles) == len(LANGUAGES)
