"""Signing in with one click: in a demonstration, from this machine, from our own pages; nowhere else."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.access.queries import COOKIE, identify
from service.app import create_app
from service.caller import OPERATOR
from service.database.engines import Database
from service.demonstration.loading import DESK_NAME
from service.settings import Settings
from service.stakeholders.commands import register_stakeholder
from service.stakeholders.schemas import StakeholderRegistration
from tests.service.desks.reading import BROWSER, check

HERE = "http://127.0.0.1:8123"
OWN = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"} | BROWSER


def _client(settings: Settings, database: Database, host: str = "127.0.0.1", base: str = HERE) -> TestClient:
    app = create_app(settings, database, identify)
    return TestClient(
        app, base_url=base, client=(host, 50000), follow_redirects=False, raise_server_exceptions=False
    )


@pytest.fixture
def settings(app_settings: Settings) -> Settings:
    """Give settings of a demonstration."""
    return app_settings.model_copy(update={"demonstration": True})


@pytest.fixture
def demonstration(settings: Settings, database: Database) -> Iterator[TestClient]:
    """Give a demonstration that holds its desk."""
    said = {"type": "dialogue_secretariat", "name": DESK_NAME, "states": [], "is_desk": True}
    with database.writing() as session:
        registration = StakeholderRegistration.model_validate(said)
        register_stakeholder(session, OPERATOR, registration, demonstration=True)
    with _client(settings, database) as client:
        yield client


def test_one_click_signs_in_and_one_signs_out(demonstration: TestClient) -> None:
    """The front page has the buttons; signing in shows the desk's home, signing out ends the token."""
    assert 'action="/demonstration/sign-in"' in demonstration.get("/", headers=BROWSER).text
    answer = demonstration.post("/demonstration/sign-in", data={"who": "secretariat"}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    for part in (f"{COOKIE}=", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Max-Age" not in cookie
    token = demonstration.cookies[COOKIE]
    home = demonstration.get("/", headers=BROWSER)
    check(home)
    assert DESK_NAME in home.text
    assert demonstration.post("/demonstration/sign-out", headers=OWN).status_code == 303
    assert COOKIE not in demonstration.cookies
    kept = demonstration.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert kept.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": HERE},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
    ],
)
def test_another_site_cannot_sign_anybody_in(demonstration: TestClient, headers: dict[str, str]) -> None:
    """A form of another site, or one that does not say where it comes from, is refused and sets no cookie."""
    for path in ("/demonstration/sign-in", "/demonstration/sign-out"):
        answer = demonstration.post(path, data={"who": "secretariat"}, headers=headers | BROWSER)
        check(answer, 403)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("host", "base"),
    [("203.0.113.9", HERE), ("127.0.0.1", "http://rebound.example"), ("testclient", HERE)],
)
def test_no_other_machine_finds_the_sign_ins(
    settings: Settings, database: Database, host: str, base: str
) -> None:
    """From elsewhere, or under another name, the addresses do not exist and the buttons are not shown."""
    with _client(settings, database, host, base) as client:
        own = {"Origin": base, "Sec-Fetch-Site": "same-origin"} | BROWSER
        check(client.post("/demonstration/sign-in", data={"who": "secretariat"}, headers=own), 404)
        check(client.post("/demonstration/sign-out", headers=own), 404)
        assert "/demonstration/sign-in" not in client.get("/", headers=BROWSER).text


def test_a_real_instance_has_no_sign_ins(app_settings: Settings, database: Database) -> None:
    """Where real data lie, nobody signs in with one click."""
    with _client(app_settings, database) as client:
        check(client.post("/demonstration/sign-in", data={"who": "secretariat"}, headers=OWN), 404)
        assert "/demonstration/sign-in" not in client.get("/", headers=BROWSER).text


def test_nobody_else_can_be_played(demonstration: TestClient) -> None:
    """A name that is none of the three is refused; a part that nobody has yet is not found."""
    for data, status in (({"who": "administrator"}, 422), ({}, 422), ({"who": "ministry"}, 404)):
        check(demonstration.post("/demonstration/sign-in", data=data, headers=OWN), status)
