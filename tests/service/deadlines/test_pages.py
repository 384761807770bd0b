"""Clocks on pages and over the API: what is due, what a desk chooses, what became of it, the medians."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from service import clock
from service.database.columns import new_id
from service.database.engines import Database
from service.deadlines.figures import get_figures
from service.deadlines.tables import RunningClock
from service.errors import NotFound
from service.jobs.dispatcher import dispatch_one
from tests.service.needs.cases import a_need
from tests.service.people import Person, desk, ministry

MONDAY = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
LATER = MONDAY + timedelta(days=200)


def test_pages_say_what_is_due_and_by_whom(web: TestClient, database: Database) -> None:
    """The need's page, the list of all that is due, the home and the queue say it in words."""
    officer, handler, need_id = _submitted(database)
    with clock.set_to(MONDAY):
        for address in (f"/needs/{need_id}", "/clocks", "/"):
            text = _page(web, officer, address)
            assert "Take the request up" in text
            assert "Due on 17 March 2027, in 2 working days" in text
        assert "your side" in _page(web, handler, "/clocks")
    with clock.set_to(MONDAY + timedelta(days=10)):
        assert "Overdue: was due on 17 March 2027" in _page(web, handler, "/desk/screening")


def test_the_api_says_the_same(web: TestClient, database: Database) -> None:
    """A party lists the clocks of a need; to others the need has none."""
    officer, _, need_id = _submitted(database)
    address = f"/api/v1/clocks?subject=need:{need_id}"
    with clock.set_to(MONDAY):
        (first, _) = web.get(address, headers=officer.headers).json()["items"]
    assert (first["stage"], first["due_on"], first["waits_for"]) == ("acknowledge", "2027-03-17", "desk")
    assert web.get(address, headers=ministry(database, "SEN").headers).status_code == 404
    with clock.set_to(MONDAY):
        assert web.get("/api/v1/clocks?subject=nothing", headers=officer.headers).status_code == 422


def test_a_desk_chooses_on_a_page(web: TestClient, database: Database) -> None:
    """The form keeps what was typed beside what is wrong, and keeps what is right."""
    handler = desk(database)
    address = f"/clock-policies/{handler.stakeholder_id}"
    sent = {
        "time_zone": "Africa/Accra",
        "weekend-6": "on",
        "weekend-7": "on",
        "country": "GHA",
        "free_dates": "2027-03-16\n2027-03-18",
        "reminds_days_before": "2",
        "acknowledge-any-own": "on",
        "acknowledge-any-amount": "x",
        "acknowledge-any-unit": "working_days",
    }
    odd = _post(web, handler, address, sent)
    assert odd.status_code == 422
    assert 'id="acknowledge-any-amount-fault"' in odd.text
    assert 'value="x"' in odd.text
    assert _post(web, handler, address, sent | {"acknowledge-any-amount": "4"}).status_code == 303
    kept = web.get(f"/api/v1{address}", headers=handler.headers).json()
    assert (kept["country"], kept["free_dates"]) == ("GHA", ["2027-03-16", "2027-03-18"])
    assert [one["amount"] for one in kept["durations"] if one["is_own"]] == [4]
    assert "Keep this" not in _page(web, desk(database), address)


def test_after_care_is_answered_on_a_page(web: TestClient, database: Database) -> None:
    """The requester answers, reads the answer on the need's page, and so does the desk."""
    with clock.set_to(LATER):
        officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        need_id = a_need(database, "fulfilled", officer, handler)
        _tell(database)
    address = f"/things/need:{need_id}/after-care"
    with clock.set_to(LATER):
        odd = _post(web, officer, address, {"stage": "after_care_6", "text": "Two offices."})
        assert (odd.status_code, "Two offices." in odd.text) == (422, True)
        sent = {"stage": "after_care_6", "in_use": "partly", "text": "Two offices use it."}
        assert _post(web, officer, address, sent).status_code == 303
        for reader in (officer, handler):
            assert "Two offices use it." in _page(web, reader, f"/needs/{need_id}")


def test_medians_are_published_of_whole_months_and_enough_cases(database: Database, web: TestClient) -> None:
    """Five public needs make a figure from the next month on; four do not, and confidential ones never do."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        ids = [a_need(database, "circulated", officer, handler, confidentiality="public") for _ in range(4)]
        hidden = a_need(database, "circulated", officer, handler)
        for need_id, days in zip([*ids, hidden], (1, 2, 3, 4, 20), strict=True):
            _took(database, need_id, handler, days)
    april = datetime(2027, 5, 2, tzinfo=UTC)
    with clock.set_to(april):
        assert web.get("/api/v1/statistics/clocks").json()["items"] == []
    with clock.set_to(MONDAY):
        another = a_need(database, "circulated", officer, handler, confidentiality="public")
        _took(database, another, handler, 5)
        assert web.get("/api/v1/statistics/clocks").json()["items"] == []
    with clock.set_to(april):
        (found,) = web.get("/api/v1/statistics/clocks").json()["items"]
        assert (found["stage"], found["median_days"], found["in_time"]) == ("circulate", 3.0, 0.6)
        assert "3 days" in web.get("/statistics/clocks").text


def test_a_desk_sees_its_own_figures(database: Database) -> None:
    """All cases of the desk count, however few; nobody else asks for them."""
    officer, handler, other = ministry(database), desk(database), desk(database)
    with clock.set_to(MONDAY):
        _took(database, a_need(database, "circulated", officer, handler), handler, 20)
    with clock.set_to(MONDAY + timedelta(days=60)), database.reading() as session:
        (found,) = get_figures(session, handler.caller, handler.stakeholder_id, "en").items
        assert (found.cases, found.median_days) == (1, 20.0)
        with pytest.raises(NotFound):
            get_figures(session, other.caller, handler.stakeholder_id, "en")


def _submitted(database: Database) -> tuple[Person, Person, str]:
    with clock.set_to(MONDAY):
        officer, handler = ministry(database), desk(database)
        need_id = a_need(database, "submitted", officer, handler)
        _tell(database)
    return officer, handler, need_id


def _took(database: Database, need_id: str, handler: Person, days: int) -> None:
    """Keep that a need was circulated after so many days, at most three of which were allowed."""
    with database.writing() as session:
        session.add(
            RunningClock(
                id=new_id("clock"),
                kind="need",
                thing_id=need_id,
                stage="circulate",
                desk_id=handler.stakeholder_id,
                urgency="routine",
                actor="desk",
                entry_id=new_id("entry"),
                started_at=clock.now(),
                due_at=clock.now() + timedelta(days=3),
                ended_at=clock.now() + timedelta(days=days),
                outcome="done",
            )
        )


def _tell(database: Database) -> None:
    while dispatch_one(database):
        pass


def _page(web: TestClient, person: Person, address: str) -> str:
    answer = web.get(address, headers={**person.headers, "Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return " ".join(answer.text.split())


def _post(web: TestClient, person: Person, address: str, sent: dict[str, str]) -> Response:
    headers = {**person.headers, "Origin": "http://testserver", "Accept": "text/html"}
    return web.post(address, data=sent, headers=headers, follow_redirects=False)
