"""What the tests of signing in share: settings with quick passwords, and people who have one."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from service.access import own_security
from service.access.cookies import COOKIE
from service.access.passwords import digest_of_password
from service.access.signing_in import Gate
from service.access.tables import Account
from service.caller import OPERATOR
from service.database.engines import Database
from service.settings import Settings
from service.web.visitors import Visitor
from tests.service import people
from tests.service.desks.reading import BROWSER

HOME = "https://matches.example"
OWN = BROWSER | {"Origin": HOME, "Sec-Fetch-Site": "same-origin"}
PASSWORD = "calm river under a paper moon"


@dataclass(frozen=True)
class Member:
    """Somebody with an address and a password."""

    account_id: str
    email: str


@pytest.fixture
def app_settings(app_settings: Settings) -> Settings:
    """Give settings with which checking a password is quick."""
    quick = {"password_memory_kib": 64, "password_passes": 1, "public_url": HOME}
    return app_settings.model_copy(update=quick)


@pytest.fixture
def web(app: FastAPI) -> Iterator[TestClient]:
    """Give the application as a browser meets it that speaks https and follows no redirect by itself."""
    with TestClient(app, base_url=HOME, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def gate(app_settings: Settings, database: Database) -> Gate:
    """Give a gate that somebody knocks at."""
    return Gate(database, app_settings, Visitor("203.0.113.7", "Test"))


def with_password(session: Session, account_id: str, settings: Settings) -> Member:
    """Give somebody a password."""
    account = session.get_one(Account, account_id)
    own_security.keep_password(session, OPERATOR, account, digest_of_password(PASSWORD, settings))
    return Member(account.id, account.email)


@pytest.fixture
def officer(database: Database, app_settings: Settings) -> Member:
    """Give an officer of a ministry, whose duties ask for no second factor."""
    person = people.ministry(database)
    with database.writing() as session:
        return with_password(session, person.account_id, app_settings)


@pytest.fixture
def chief(database: Database, app_settings: Settings) -> Member:
    """Give an administrator, whose duties ask for a second factor."""
    person = people.administrator(database)
    with database.writing() as session:
        return with_password(session, person.account_id, app_settings)


def sign_in(web: TestClient, member: Member, password: str = PASSWORD) -> str:
    """Sign in over the API and return what comes back."""
    answer = web.post("/api/v1/sign-in", json={"email": member.email, "password": password})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["session"])


def bearer(secret: str) -> dict[str, str]:
    """Return the header that goes with a session or a token."""
    return {"Authorization": f"Bearer {secret}"}


def browse(web: TestClient, secret: str) -> None:
    """Let the browser hold a session."""
    web.cookies.clear()
    web.cookies.set(COOKIE, secret, domain="matches.example")
