"""A form of a page that is sent twice is done once."""

import re
from concurrent.futures import ThreadPoolExecutor

from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlmodel import select

from service.database.engines import Database
from service.matches.tables import MatchRound
from service.web.doors import Door
from service.web.rendering import _environment
from tests.service.people import Person, desk

OWN = {"Origin": "http://testserver", "Accept": "text/html"}


def rounds_in(database: Database) -> int:
    """Count the rounds that were asked for."""
    with database.reading() as session:
        return len(session.exec(select(MatchRound)).all())


def form_of(web: TestClient, officer: Person) -> dict[str, str]:
    """Fill in the form for a round, with the key that the page gave it."""
    shown = web.get("/rounds/new", headers=officer.headers).text
    (key,) = re.findall(r'action="/rounds/new"><input type="hidden" name="form_key" value="([\w-]+)"', shown)
    return {"form_key": key, "desk": officer.stakeholder_id, "fairness": "total", "topic": "0.4"}


def test_a_double_click_makes_one_round(web: TestClient, database: Database) -> None:
    """Of two clicks at once the second waits and is led to the same page; the same again later."""
    officer = desk(database)
    form = form_of(web, officer)

    def click(_: object) -> str:
        answer = web.post("/rounds/new", data=form, headers=OWN | officer.headers, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    with ThreadPoolExecutor(2) as fingers:
        places = set(fingers.map(click, range(2)))
    assert places == {click(None)}
    assert rounds_in(database) == 1


def test_a_form_that_was_wrong_is_corrected_and_sent_again(web: TestClient, database: Database) -> None:
    """A form that came back with faults, or was changed after going back, is not refused for its key."""
    officer = desk(database)
    form = form_of(web, officer)
    wrong = web.post("/rounds/new", data=form | {"state_cap": "many"}, headers=OWN | officer.headers)
    assert (wrong.status_code, rounds_in(database)) == (422, 0)
    right = web.post("/rounds/new", data=form, headers=OWN | officer.headers, follow_redirects=False)
    assert (right.status_code, rounds_in(database)) == (303, 1)


def test_every_form_gets_a_key_of_its_own() -> None:
    """Two renderings have two keys; nobody has to think of it when writing a template."""
    form = _environment().from_string('<form method="post" action="/somewhere">')
    texts = [form.render() for _ in range(2)]
    hidden = (
        r'<form method="post" action="/somewhere"><input type="hidden" name="form_key" value="[\w-]{32}">'
    )
    assert all(re.fullmatch(hidden, text) for text in texts)
    assert texts[0] != texts[1]


def test_pages_that_change_something_are_ours(web: TestClient) -> None:
    """Every page that takes a form honours its key."""
    found = [context.original_route for context in iter_route_contexts(web.app.routes)]  # type: ignore[attr-defined]
    pages = [route for route in found if isinstance(route, APIRoute) and "POST" in (route.methods or ())]
    assert [route.path for route in pages if not isinstance(route, Door)] == []
