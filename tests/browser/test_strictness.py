"""Pages keep to a strict policy and are forgiving to people: nothing foreign or inline, nothing lost."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Page, expect

from clients.models import Need, NeedLine
from service.access.cookies import COOKIE
from service.app import doors
from service.web.headers import CONTENT_SECURITY_POLICY
from tests.browser.addresses import View, page_named, views
from tests.browser.conftest import Open
from tests.browser.hands import Pointer
from tests.browser.house import LONGEST_ANSWER_SECONDS, NOBODY, House
from tests.browser.story import CONTEXT, TITLE, Cast, a_cast, a_need
from tests.browser.test_accessibility import NO_PAGES
from tests.rights.pages import addresses

ELSEWHERE = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site", "Accept": "text/html"}
WITH_SCRIPTS = {"/network"}
"""Of those opened here; a round that is computed and a passkey that is asked for are the others."""
ANSWERS = ("/", "/needs", "/sign-in", "/account", "/nowhere", "/needs/need_0", "/static/mark.svg", "/readyz")
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|<[^>]+\son[a-z]+=|javascript:", re.IGNORECASE)
FORM = re.compile(r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL)
_LISTEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (one) =>
  window.broken.push(`${one.violatedDirective}: ${one.blockedURI} ${one.sourceFile}`));
"""


@pytest.mark.parametrize("path", [one for one in addresses() if one not in NO_PAGES])
def test_a_page_keeps_to_the_policy(path: str, house: House, opened: Open) -> None:
    """A browser finds nothing that the policy forbids, no error, and nothing that another host would give."""
    for view in views(house, page_named(path))[:1]:
        _keeps_to_the_policy(view, house, opened)


def _keeps_to_the_policy(view: View, house: House, opened: Open) -> None:
    page = opened(None if view.reader.name == NOBODY else view.reader.name)
    said: list[str] = []
    page.add_init_script(_LISTEN)
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda one: said.append(str(one)))
    page.on("request", lambda one: None if one.url.startswith(house.address) else said.append(one.url))
    page.on("requestfailed", lambda one: said.append(f"not loaded: {one.url}"))
    answer = page.goto(view.address)
    assert answer is not None
    runs = "; script-src 'self'" if "<script" in answer.text() else ""
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY + runs
    assert bool(runs) == (view.path in WITH_SCRIPTS)
    assert said + page.evaluate("() => window.broken") == []
    text = answer.text()
    assert not INLINE.findall(text)
    assert all('name="form_key"' in form for form in FORM.findall(text)), "a form has no key of its own"


def test_every_answer_has_the_policy(house: House) -> None:
    """Refusals, files and what is not there are answered as strictly as pages."""
    with httpx.Client(base_url=house.address, timeout=LONGEST_ANSWER_SECONDS) as web:
        answers = [web.get(address, headers={"Accept": "text/html"}) for address in ANSWERS]
        answers += [web.post("/needs/new", data={"title": "x"}), web.delete("/needs"), web.get("/api/v1/me")]
    assert {answer.status_code for answer in answers} >= {200, 401, 403, 404, 405}
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), answer.url
        assert "unsafe" not in policy


def _posts() -> Iterator[str]:
    contexts = iter_route_contexts([route for router in doors("pages") for route in router.routes])
    for one in contexts:
        route = one.original_route
        if "POST" in (getattr(route, "methods", None) or ()):
            yield re.sub(r"\{\w+\}", "none", str(one.path))


def test_no_form_is_taken_from_elsewhere(house: House) -> None:
    """What another site makes a browser send in somebody's name is refused at every form, before all else.

    The links that stop letters are for mail programs, which send no name along: what counts is the link.
    """
    cookie = {"Cookie": f"{COOKIE}={house.reader('case_officer').cookie}"}
    posts = sorted(path for path in set(_posts()) if not path.startswith("/stop-mail/"))
    assert len(posts) > 50
    with httpx.Client(base_url=house.address, timeout=LONGEST_ANSWER_SECONDS) as web:
        taken = {
            path: answer.status_code
            for path in posts
            if (answer := web.post(path, headers=ELSEWHERE | cookie, data={"a": "b"})).status_code != 403
        }
    assert taken == {}


@pytest.fixture(scope="module")
def cast(house: House) -> Cast:
    """Give people whom nobody else knows."""
    return a_cast(house)


def _begun(opened: Open, cast: Cast, title: str) -> Page:
    page = opened(cookie=cast.officer.cookie, locale="en")
    hands = Pointer(page)
    page.goto("/needs/new")
    hands.choose("Desk", cast.desk_name)
    hands.write("Title", title)
    return page


def _titles(cast: Cast) -> list[str]:
    with cast.client(cast.officer) as officer:
        return [one.title for one in officer.needs.list() if isinstance(one, NeedLine)]


def test_clicked_twice_it_is_done_once(opened: Open, cast: Cast) -> None:
    """Who clicks twice gets one record."""
    page = _begun(opened, cast, "Clicked twice")
    page.get_by_role("button", name="Save and go on").dblclick()
    page.wait_for_url("**/edit")
    assert _titles(cast).count("Clicked twice") == 1


def test_going_back_loses_and_doubles_nothing(opened: Open, cast: Cast) -> None:
    """Back from what was kept one sees the form again, and forward what was kept; it is there once."""
    page = _begun(opened, cast, "Gone back from")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/edit")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Register a need")
    page.go_forward()
    page.wait_for_url("**/edit")
    expect(page.get_by_role("main")).to_contain_text("Gone back from")
    assert _titles(cast).count("Gone back from") == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_was_written_outlives_the_session(
    house: House, opened: Open, cast: Cast, *, scripts: bool
) -> None:
    """Whose session ends while they write signs in again and sends the same; not a word is written anew."""
    need = a_need(cast)
    page = opened(cookie=cast.officer.cookie, locale="en", java_script_enabled=scripts)
    page.goto(f"/needs/{need}/edit/text")
    hands = Pointer(page)
    hands.write("Context", f"{CONTEXT} Long thought about.")
    page.context.clear_cookies(name=COOKIE)
    hands.press("Save")
    hands.reads("Your session has ended")
    held = {"name": COOKIE, "value": cast.officer.cookie, "url": house.address}
    page.context.add_cookies([held])  # type: ignore[list-item]
    hands.press("Send it again")
    with cast.client(cast.officer) as officer:
        kept = officer.needs.get(need)
    assert isinstance(kept, Need)
    assert kept.title == TITLE
    assert kept.context == f"{CONTEXT} Long thought about."
