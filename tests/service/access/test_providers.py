"""Signing in with a provider: a real one in a thread of its own, and everything that may be wrong with it."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from oidc_provider_mock import run_server_in_thread
from sqlmodel import select, update

from service import clock
from service.access import commands
from service.access.providers import WrongProviders, providers_of
from service.access.tables import Account, LinkedSignIn, ProviderQuestion, SignInSession
from service.caller import OPERATOR
from service.database.engines import Database
from service.settings import Settings
from tests.service import people
from tests.service.access.conftest import HOME, OWN, Member, browse, sign_in
from tests.service.access.test_invitations import GUEST, _invite, _token
from tests.service.desks.reading import BROWSER, check

# The provider is a library of others that calls what its own library deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
BACK = "/sign-in/provider/office/back"


@dataclass(frozen=True)
class Provider:
    """A provider that runs, and who is known there."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Let the provider know somebody."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def answer(self, address: str, subject: str) -> tuple[str, str]:
        """Sign in there as somebody, and return the code and state that the browser is sent back with."""
        sent = httpx.post(address, data={"sub": subject})
        assert sent.status_code == 302, sent.text
        found = parse_qs(urlsplit(sent.headers["location"]).query)
        return found["code"][0], found["state"][0]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """Give a provider on this machine, which stops with the module."""
    with run_server_in_thread() as server:
        yield Provider(f"http://localhost:{server.server_port}")


def _settings(issuer: str, **more: object) -> str:
    one = {"code": "office", "label": "Office", "issuer": issuer, "client_id": "homologue", **more}
    return json.dumps([one])


@pytest.fixture
def app_settings(app_settings: Settings, provider: Provider, tmp_path: Path) -> Settings:
    """Give settings that name the provider, in a file with the secret in another one."""
    secret, file = tmp_path / "client-secret", tmp_path / "providers.json"
    secret.write_text("shared with the provider\n")
    file.write_text(_settings(provider.issuer, second_factor=["mfa"], secret_file=str(secret)))
    named = str(file)
    return app_settings.model_copy(update={"oidc_providers": named})


def _begin(web: TestClient, **form: str) -> str:
    answer = web.post("/sign-in/provider/office", data=form, headers=OWN)
    check(answer)
    address = answer.headers["refresh"].removeprefix("0; url=")
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [HOME + BACK]
    return address


def _come_back(web: TestClient, code: str, state: str) -> httpx.Response:
    return web.get(BACK, params={"code": code, "state": state}, headers=BROWSER)


def _through(web: TestClient, provider: Provider, subject: str, **form: str) -> httpx.Response:
    return _come_back(web, *provider.answer(_begin(web, **form), subject))


def _code(answer: httpx.Response) -> str:
    return f"{answer.status_code} {re.findall(r'<h1[^>]*>(.*?)</h1>', answer.text)[:1]}"


def test_a_vouched_address_signs_its_account_in(
    web: TestClient, provider: Provider, officer: Member, database: Database
) -> None:
    """The button leads there and back; whose address the provider vouches for is signed in, and led on."""
    shown = web.get("/sign-in", headers=BROWSER)
    assert "/sign-in/provider/office" in check(shown).all("action")
    provider.knows("anna", email=officer.email.upper(), email_verified=True)
    answer = _through(web, provider, "anna", next="/account/security")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/security")
    assert "Office" in web.get("/account/security", headers=BROWSER).text
    with database.reading() as session:
        row = session.exec(select(SignInSession).where(SignInSession.means == "provider")).one()
        link = session.exec(select(LinkedSignIn)).one()
        assert session.exec(select(ProviderQuestion)).all() == []
    assert (row.account_id, row.has_second_factor) == (officer.account_id, False)
    assert (link.issuer, link.subject) == (provider.issuer, "anna")


def test_who_is_linked_is_known_by_the_name_there(
    web: TestClient, provider: Provider, officer: Member, chief: Member
) -> None:
    """Later it is the provider's own name that counts, even if it moves on to the address of another."""
    provider.knows("bela", email=officer.email, email_verified=True)
    assert _through(web, provider, "bela").status_code == 303
    web.cookies.clear()
    provider.knows("bela", email=chief.email, email_verified=True)
    assert _through(web, provider, "bela").status_code == 303
    assert officer.email in web.get("/account", headers=BROWSER).text


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {}, {"email_verified": "true"}, {"email": None, "email_verified": True}],
)
def test_an_address_that_nobody_vouches_for_opens_nothing(
    web: TestClient, provider: Provider, officer: Member, claims: dict[str, object]
) -> None:
    """Without the provider's word that the address is theirs nobody is signed in."""
    provider.knows("carl", **{"email": officer.email, **claims})
    answer = _through(web, provider, "carl")
    assert "Your address is not confirmed" in _code(answer)
    assert answer.status_code == 403
    assert "homologue_session" not in web.cookies


def test_nobody_gets_an_account_by_signing_in(
    web: TestClient, provider: Provider, database: Database
) -> None:
    """A vouched address without an account is told whom to ask; nothing is made."""
    provider.knows("dora", email="dora@elsewhere.example", email_verified=True)
    answer = _through(web, provider, "dora")
    assert (answer.status_code, "no account for you yet" in answer.text) == (403, True)
    with database.reading() as session:
        assert session.exec(select(Account)).all() == []
        assert session.exec(select(LinkedSignIn)).all() == []


def test_an_invitation_is_accepted_with_a_provider(
    web: TestClient, provider: Provider, database: Database
) -> None:
    """With the letter's link and the invited address, vouched for, the account is made; with another not."""
    focal = people.ministry(database, role="national_focal_point")
    _invite(web, focal)
    token = _token(database)
    provider.knows("emil", email="emil@elsewhere.example", email_verified=True)
    assert _through(web, provider, "emil", invitation=token).status_code == 409
    provider.knows("edit", email=GUEST, email_verified=True, name="Edit Example")
    assert _through(web, provider, "edit", invitation=token).status_code == 303
    page = web.get("/account", headers=BROWSER).text
    assert GUEST in page
    assert "Edit Example" in page


def test_a_code_counts_once(web: TestClient, provider: Provider, officer: Member) -> None:
    """The address that somebody came back to opens nothing a second time, nor with a new question."""
    provider.knows("fred", email=officer.email, email_verified=True)
    code, state = provider.answer(_begin(web), "fred")
    assert _come_back(web, code, state).status_code == 303
    web.cookies.delete("homologue_session")
    assert _come_back(web, code, state).status_code == 403
    new_state = parse_qs(urlsplit(_begin(web)).query)["state"][0]
    assert _come_back(web, code, new_state).status_code == 403
    assert "homologue_session" not in web.cookies


@pytest.mark.parametrize("what", ["state", "nonce", "late", "cookie"])
def test_what_does_not_fit_the_question_is_refused(
    web: TestClient, provider: Provider, officer: Member, database: Database, what: str
) -> None:
    """Another state or nonce, too late, or in another browser: nobody is signed in."""
    provider.knows("gina", email=officer.email, email_verified=True)
    code, state = provider.answer(_begin(web), "gina")
    if what == "nonce":
        with database.writing() as session:
            session.exec(update(ProviderQuestion).values(nonce="x" * 43))
    if what == "cookie":
        web.cookies.clear()
    ahead = timedelta(minutes=11 if what == "late" else 0)
    with clock.set_to(clock.now() + ahead):
        answer = _come_back(web, code, "x" * 43 if what == "state" else state)
    assert "could not be checked" in _code(answer)
    assert "homologue_session" not in web.cookies


def test_a_token_for_another_or_too_old_is_refused(
    web: TestClient, provider: Provider, officer: Member, app: FastAPI, app_settings: Settings
) -> None:
    """A token that was made for another client, or that ended, opens nothing."""
    provider.knows("hans", email=officer.email, email_verified=True)
    code, state = provider.answer(_begin(web), "hans")
    with clock.set_to(clock.now() + timedelta(minutes=9)):
        assert _come_back(web, code, state).status_code == 303, "within an hour the token is good"
    web.cookies.clear()
    address = _begin(web).replace("client_id=homologue", "client_id=another")
    assert _come_back(web, *provider.answer(address, "hans")).status_code == 403


def test_a_provider_that_is_down_is_said_so(
    web: TestClient, app: FastAPI, app_settings: Settings, provider: Provider, officer: Member
) -> None:
    """Going there and coming back both answer 503 with a page that says what to do."""
    provider.knows("ines", email=officer.email, email_verified=True)
    code, state = provider.answer(_begin(web), "ines")
    with socket.socket() as taken:
        # Bound and never listening: whoever knocks is turned away at once.
        taken.bind(("127.0.0.1", 0))
        down = _settings(f"http://127.0.0.1:{taken.getsockname()[1]}")
        app.state.settings = app_settings.model_copy(update={"oidc_providers": down})
        for answer in (
            web.post("/sign-in/provider/office", headers=OWN),
            _come_back(web, code, state),
        ):
            check(answer, 503)
            assert answer.headers["retry-after"] == "60"
            assert "sign in another way" in answer.text


def test_our_second_factor_is_asked_unless_theirs_counts(
    web: TestClient, provider: Provider, chief: Member, database: Database, app_settings: Settings
) -> None:
    """Without a second factor there, ours is asked for or set up; one that the settings trust counts."""
    provider.knows("jana", email=chief.email, email_verified=True)
    assert _through(web, provider, "jana").headers["location"] == "/account/security"
    assert web.get("/administration/accounts", headers=BROWSER).status_code == 403
    web.cookies.clear()
    provider.knows("jana", email=chief.email, email_verified=True, amr=["pwd", "mfa"])
    assert _through(web, provider, "jana").headers["location"] == "/"
    assert web.get("/administration/accounts", headers=BROWSER).status_code == 200


def test_links_are_made_and_removed_signed_in(
    web: TestClient, provider: Provider, officer: Member, database: Database
) -> None:
    """Whoever is signed in links a sign-in of any address to the account, sees it and removes it."""
    browse(web, sign_in(web, officer))
    provider.knows("kurt", email="private@elsewhere.example", email_verified=False)
    begun = web.post("/account/security/providers/office", headers=OWN)
    address = begun.headers["refresh"].removeprefix("0; url=")
    answer = _come_back(web, *provider.answer(address, "kurt"))
    assert answer.headers["location"] == "/account/security"
    (remove,) = [
        one for one in check(web.get("/account/security", headers=BROWSER)).all("action") if "/links/" in one
    ]
    other = people.ministry(database)
    link = remove.split("/")[-2]
    strange = web.post(
        f"/api/v1/me/linked-sign-ins/{link}/remove", headers={"Authorization": f"Bearer {other.cookie}"}
    )
    assert strange.status_code == 404
    assert web.post(remove, headers=OWN).status_code == 303
    assert web.post("/sign-out", headers=OWN).status_code == 303
    assert _through(web, provider, "kurt").status_code == 403


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_elsewhere(
    web: TestClient, provider: Provider, officer: Member, following: str
) -> None:
    """After signing in only addresses of ours are gone on to."""
    provider.knows("lena", email=officer.email, email_verified=True)
    assert _through(web, provider, "lena", next=following).headers["location"] == "/"


def test_a_closed_account_stays_closed(
    web: TestClient, provider: Provider, officer: Member, database: Database
) -> None:
    """A link with a provider opens no account that was closed."""
    provider.knows("mona", email=officer.email, email_verified=True)
    assert _through(web, provider, "mona").status_code == 303
    with database.writing() as session:
        commands.disable_account(session, OPERATOR, officer.account_id)
    web.cookies.clear()
    assert _through(web, provider, "mona").status_code == 403


@pytest.mark.parametrize(
    "text",
    ["[{]", "[{}]", "/no/such/file", _settings("http://somewhere.example"), _settings("ftp://x.example")],
)
def test_providers_that_are_named_wrongly_are_refused(text: str) -> None:
    """What is no list of providers, or not reached safely, stops the start with a reason."""
    with pytest.raises(WrongProviders):
        providers_of(Settings(oidc_providers=text))
