"""Second factors: an app's codes and recovery codes, and the duties that rest without one."""

import stat
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import clock
from service.access import commands
from service.access.cookies import COOKIE
from service.access.schemas import DutyGrant
from service.access.tables import AuthenticatorApp, RecoveryCode
from service.caller import OPERATOR
from service.database.engines import Database
from service.journal.tables import JournalText
from service.settings import Settings
from tests.service import people
from tests.service.access.conftest import OWN, PASSWORD, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER, check


def _now(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def _enrol(web: TestClient, member: Member) -> tuple[str, str, list[str]]:
    """Set up an app; return its secret, the session that goes on, and the recovery codes."""
    first = sign_in(web, member)
    secret = web.post("/api/v1/me/authenticator-app", headers=bearer(first)).json()["secret"]
    entry = {"code": _now(secret)}
    made = web.post("/api/v1/me/authenticator-app/confirm", json=entry, headers=bearer(first))
    assert made.status_code == 200, made.text
    assert web.get("/api/v1/me", headers=bearer(first)).status_code == 401
    return secret, made.json()["session"]["session"], made.json()["recovery_codes"]


def _enter(web: TestClient, waiting: str, code: str) -> int:
    return web.post("/api/v1/sign-in/second-factor", json={"code": code}, headers=bearer(waiting)).status_code


def test_duties_rest_without_a_second_factor(web: TestClient, chief: Member) -> None:
    """An administrator who signed in by password alone reaches what enrols a factor, and nothing else."""
    secret = sign_in(web, chief)
    for path in ("/api/v1/me", "/api/v1/accounts", "/api/v1/stakeholders"):
        answer = web.get(path, headers=bearer(secret))
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
    found = web.get("/api/v1/me/security", headers=bearer(secret)).json()
    assert (found["needs_second_factor"], found["has_second_factor"]) == (True, False)
    _, strong, codes = _enrol(web, chief)
    assert web.get("/api/v1/accounts", headers=bearer(strong)).status_code == 200
    assert len(set(codes)) == 10


def test_a_page_leads_to_where_the_factor_is_set_up(web: TestClient, chief: Member) -> None:
    """Signing in leads there, and every other page says why it stays closed and links there."""
    fields = {"email": chief.email, "password": PASSWORD}
    answer = web.post("/sign-in", data=fields, headers=OWN)
    assert answer.headers["location"] == "/account/security"
    made = check(web.get("/administration/accounts", headers=BROWSER), 403)
    assert "/account/security" in made.all("href")
    assert "rest until you set one up" in web.get("/account/security", headers=BROWSER).text


def test_a_role_given_later_asks_from_the_next_request_on(
    web: TestClient, officer: Member, database: Database
) -> None:
    """Duties are read at each request: a session that was enough is not, once a duty asks for more."""
    secret = sign_in(web, officer)
    assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 200
    with database.writing() as session:
        commands.grant_duty(session, OPERATOR, officer.account_id, DutyGrant(role="administrator"))
    assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 403


def test_a_setting_says_which_roles_ask(
    web: TestClient, officer: Member, chief: Member, app_settings: Settings
) -> None:
    """An instance chooses the roles; those that it does not name need none."""
    chosen = app_settings.model_copy(update={"second_factor_roles": "requester_officer"})
    web.app.state.settings = chosen  # type: ignore[attr-defined]
    assert web.get("/api/v1/me", headers=bearer(sign_in(web, officer))).status_code == 403
    assert web.get("/api/v1/me", headers=bearer(sign_in(web, chief))).status_code == 200


def test_the_password_alone_opens_nothing_where_there_is_a_factor(web: TestClient, officer: Member) -> None:
    """Who set up an app is asked for a code, whatever the duties; before it the session opens nothing."""
    secret, *_ = _enrol(web, officer)
    waiting = sign_in(web, officer)
    assert web.get("/api/v1/me", headers=bearer(waiting)).status_code == 401
    assert web.get("/api/v1/me/security", headers=bearer(waiting)).status_code == 401
    assert _enter(web, waiting, "000000") == 401
    with clock.set_to(clock.now() + timedelta(seconds=30)):
        body = {"code": _now(secret)}
        answer = web.post("/api/v1/sign-in/second-factor", json=body, headers=bearer(waiting))
        strong = answer.json()["session"]
        assert strong != waiting
        assert web.get("/api/v1/me", headers=bearer(strong)).status_code == 200
        assert web.get("/api/v1/me", headers=bearer(waiting)).status_code == 401


def test_a_code_counts_once(web: TestClient, officer: Member) -> None:
    """A code that was used is refused in its time and after, and so is one before it."""
    secret, *_ = _enrol(web, officer)
    assert _enter(web, sign_in(web, officer), _now(secret)) == 401
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        code, before = _now(secret), _now(secret, -1)
        assert _enter(web, sign_in(web, officer), code) == 200
        assert _enter(web, sign_in(web, officer), code) == 401
        assert _enter(web, sign_in(web, officer), before) == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401)])
def test_a_clock_may_be_off_by_one_step(web: TestClient, officer: Member, steps: int, status: int) -> None:
    """A phone whose clock is half a minute off still works; more than that is refused."""
    secret, *_ = _enrol(web, officer)
    with clock.set_to(clock.now() + timedelta(minutes=3)):
        assert _enter(web, sign_in(web, officer), _now(secret, steps)) == status


def test_codes_are_guessed_no_faster_than_passwords(web: TestClient, officer: Member) -> None:
    """Ten wrong codes, and the right one is refused too."""
    secret, *_ = _enrol(web, officer)
    waiting = sign_in(web, officer)
    assert [_enter(web, waiting, "000000") for _ in range(10)] == [401] * 10
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        assert _enter(web, waiting, _now(secret)) == 429


def test_a_recovery_code_stands_in_once(web: TestClient, officer: Member) -> None:
    """Each recovery code signs in once, however it is typed; another account's never."""
    _, _, codes = _enrol(web, officer)
    assert _enter(web, sign_in(web, officer), codes[0].lower().replace("-", " ")) == 200
    assert _enter(web, sign_in(web, officer), codes[0]) == 401
    assert _enter(web, sign_in(web, officer), codes[1]) == 200


def test_new_recovery_codes_end_the_old_ones(web: TestClient, officer: Member) -> None:
    """Getting new codes lets those before count no more."""
    _, strong, codes = _enrol(web, officer)
    fresh = web.post("/api/v1/me/recovery-codes", headers=bearer(strong)).json()["codes"]
    assert _enter(web, sign_in(web, officer), codes[0]) == 401
    assert _enter(web, sign_in(web, officer), fresh[0]) == 200
    assert web.get("/api/v1/me/security", headers=bearer(strong)).json()["recovery_codes_left"] == 9


def test_the_only_factor_stays_while_duties_ask_for_one(
    web: TestClient, chief: Member, officer: Member
) -> None:
    """An administrator keeps the last second factor, whole; an officer may remove it."""
    _, strong, _ = _enrol(web, chief)
    answer = web.post("/api/v1/me/authenticator-app/remove", headers=bearer(strong))
    assert (answer.status_code, answer.json()["code"]) == (409, "second_factor_kept")
    assert web.get("/api/v1/me/security", headers=bearer(strong)).json()["has_authenticator_app"] is True
    browse(web, strong)
    made = check(web.post("/account/security/app/remove", headers=OWN), 409)
    assert made.counts["h1"] == 1
    assert web.get("/api/v1/me/security", headers=bearer(strong)).json()["has_authenticator_app"] is True
    _, other, _ = _enrol(web, officer)
    assert web.post("/api/v1/me/authenticator-app/remove", headers=bearer(other)).status_code == 200
    assert web.get("/api/v1/me", headers=bearer(sign_in(web, officer))).status_code == 200


def test_secrets_are_sealed_and_codes_are_digests(
    web: TestClient, officer: Member, database: Database, app_settings: Settings
) -> None:
    """Neither the table, nor the journal, nor an answer afterwards holds the secret of the app or a code."""
    secret, strong, codes = _enrol(web, officer)
    with database.reading() as session:
        rows = [*session.exec(select(AuthenticatorApp)), *session.exec(select(RecoveryCode))]
        text = str([row.model_dump() for row in [*rows, *session.exec(select(JournalText))]])
    assert secret not in text
    assert not [code for code in codes if code in text or code.replace("-", "") in text]
    browse(web, strong)
    for path in ("/account/security/app", "/account/security/app.svg"):
        assert web.get(path, headers=BROWSER).status_code == 409
    file = Path(app_settings.data_dir) / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_pages_set_up_an_app(web: TestClient, officer: Member) -> None:
    """The page shows the secret as a picture of our own address and as text, and asks for a code."""
    browse(web, sign_in(web, officer))
    assert web.post("/account/security/app", headers=OWN).headers["location"] == "/account/security/app"
    shown = web.get("/account/security/app", headers=BROWSER)
    assert 'src="/account/security/app.svg"' in shown.text
    secret = shown.text.partition("secret=")[2].partition("&")[0]
    picture = web.get("/account/security/app.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "private, no-store"
    assert picture.text.startswith("<svg")
    wrong = web.post("/account/security/app/confirm", data={"code": "000000"}, headers=OWN)
    assert wrong.status_code == 401
    assert 'src="/account/security/app.svg"' in wrong.text
    done = web.post("/account/security/app/confirm", data={"code": _now(secret)}, headers=OWN)
    check(done)
    assert done.text.count("<code>") == 10
    check(web.get("/account/security", headers=BROWSER))


def test_the_page_asks_for_the_code_and_goes_on(web: TestClient, officer: Member) -> None:
    """After the password comes the question for the code, and then the page that was asked for."""
    secret, *_ = _enrol(web, officer)
    web.cookies.clear()
    fields = {"email": officer.email, "password": PASSWORD, "next": "/network"}
    asked = web.post("/sign-in", data=fields, headers=OWN)
    assert asked.headers["location"] == "/sign-in/second-factor?next=/network"
    check(web.get(asked.headers["location"], headers=BROWSER))
    made = check(web.post("/sign-in/second-factor", data={"code": "12345x"}, headers=OWN), 401)
    assert made.counts["form"] >= 1
    with clock.set_to(clock.now() + timedelta(seconds=60)):
        sent = {"code": _now(secret), "next": "/network"}
        waiting = web.cookies[COOKIE]
        done = web.post("/sign-in/second-factor", data=sent, headers=OWN)
        assert (done.status_code, done.headers["location"]) == (303, "/network")
        assert web.cookies[COOKIE] != waiting


def test_a_token_sets_up_no_factor(web: TestClient, database: Database) -> None:
    """How somebody signs in is changed by that person, signed in, and not by a program's token."""
    token = people.ministry(database).headers
    for path in ("/me/authenticator-app", "/me/passkeys/options", "/me/recovery-codes"):
        answer = web.post(f"/api/v1{path}", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "session_needed")
    change = {"new": "a wholly different sentence"}
    assert web.post("/api/v1/me/password", json=change, headers=token).json()["code"] == "session_needed"
