"""The inbox as pages and over the API: the same notices, the same choices, only one's own."""

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service import people
from tests.service.needs.cases import a_need
from tests.service.notifications.cases import all_told
from tests.service.people import Person

HTML = {"Accept": "text/html", "Origin": "http://testserver"}
TITLE = "Interpreters for the northern reception centre"


@pytest.fixture
def desk(database: Database) -> Person:
    """Give a case officer whose desk got a request."""
    desk = people.desk(database)
    a_need(database, "pending_endorsement", people.ministry(database), desk, title=TITLE)
    all_told(database)
    return desk


def test_the_inbox_shows_news_and_marks_it_read(web: TestClient, desk: Person) -> None:
    """What is new stands first, leads to its thing, and moves down once it is read."""
    shown = web.get("/inbox", headers=desk.headers | HTML).text
    assert TITLE in shown
    (notice, *_) = web.get("/api/v1/me/notifications?unread=true", headers=desk.headers).json()["items"]
    assert f'href="{notice["address"]}"' in shown
    sent = web.post(f"/inbox/{notice['id']}/read", headers=desk.headers | HTML, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/inbox")
    (read,) = web.get("/api/v1/me/notifications?unread=false", headers=desk.headers).json()["items"]
    assert read["id"] == notice["id"]
    web.post("/inbox/read-all", headers=desk.headers | HTML)
    shown = web.get("/inbox", headers=desk.headers | HTML).text
    assert "There is no news for you." in shown
    assert TITLE in shown


def test_the_navigation_counts_what_is_unread(web: TestClient, desk: Person) -> None:
    """Every page of the service says how much news waits, and says nothing where none does."""
    unread = web.get("/api/v1/me/notifications/count", headers=desk.headers).json()["unread"]
    assert f"Inbox ({unread})" in web.get("/", headers=desk.headers | HTML).text
    web.post("/api/v1/me/notifications/mark-all-read", headers=desk.headers)
    page = web.get("/", headers=desk.headers | HTML).text
    assert "Inbox" in page
    assert "Inbox (" not in page


def test_choices_are_kept_or_refused_whole(web: TestClient, desk: Person) -> None:
    """A page keeps all choices that can be made; one that cannot be leaves everything as it was."""
    sent = {"desk": "weekly", "seats": "inbox"}
    assert web.post("/inbox/settings", data=sent, headers=desk.headers | HTML).status_code == 200
    assert _ways(web, desk)["desk"] == "weekly"
    refused = web.post("/inbox/settings", data={"desk": "off", "seats": "off"}, headers=desk.headers | HTML)
    assert refused.status_code == 422
    assert "Choose one of these." in refused.text
    assert {kind: way for kind, way in _ways(web, desk).items() if kind in sent} == sent


def test_choices_over_the_api(web: TestClient, desk: Person) -> None:
    """A program can make the same choices and is refused the same ones."""
    body = {"kind": "desk", "way": "off"}
    chosen = web.post("/api/v1/me/notifications/choose", json=body, headers=desk.headers)
    assert {one["kind"]: one["way"] for one in chosen.json()}["desk"] == "off"
    refused = web.post(
        "/api/v1/me/notifications/choose", json={"kind": "account", "way": "off"}, headers=desk.headers
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_be_off")
    unknown = web.post(
        "/api/v1/me/notifications/choose", json={"kind": "gossip", "way": "off"}, headers=desk.headers
    )
    assert unknown.status_code == 422


def test_other_peoples_notices_look_absent(web: TestClient, database: Database, desk: Person) -> None:
    """Nobody reads or marks what was written to somebody else, and nobody at all without signing in."""
    (notice, *_) = web.get("/api/v1/me/notifications", headers=desk.headers).json()["items"]
    other = people.colleague(database, desk, "case_officer")
    path = f"/api/v1/me/notifications/{notice['id']}"
    assert web.get(path, headers=other.headers).status_code == 404
    assert web.post(f"{path}/mark-read", headers=other.headers).status_code == 404
    assert web.get(path).status_code == 401
    assert web.get(path, headers=desk.headers).json()["title"] == TITLE
    assert web.post(f"{path}/mark-read", headers=desk.headers).json()["read_at"] is not None


def test_another_site_marks_nothing(web: TestClient, desk: Person) -> None:
    """A form of another site, sent in the reader's name, changes nothing."""
    elsewhere = desk.headers | {"Origin": "https://elsewhere.example"}
    for path in ("/inbox/read-all", "/inbox/settings"):
        assert web.post(path, headers=elsewhere).status_code == 403
    assert web.get("/api/v1/me/notifications/count", headers=desk.headers).json()["unread"] > 0


def _ways(web: TestClient, person: Person) -> dict[str, str]:
    found = web.get("/api/v1/me/notifications/choices", headers=person.headers).json()
    return {one["kind"]: one["way"] for one in found}
