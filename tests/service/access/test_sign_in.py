"""Signing in with a password: what it opens, what it tells a stranger, and how often one may guess."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import clock
from service.access import commands, passwords, throttling
from service.access.cookies import COOKIE
from service.access.errors import TooManyAttempts
from service.access.rules import MOST_FAILURES, failures_within, microseconds, seconds_to_wait
from service.access.signing_in import Gate
from service.access.tables import AccountPassword, SignInSession, SignInThrottle
from service.caller import OPERATOR
from service.database.engines import Database
from service.journal.tables import JournalText
from tests.service.access.conftest import OWN, PASSWORD, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER, check


def test_a_password_opens_a_session(web: TestClient, officer: Member) -> None:
    """Who knows the password gets a session, which says who asks until it is ended."""
    secret = sign_in(web, officer)
    assert web.get("/api/v1/me", headers=bearer(secret)).json()["id"] == officer.account_id
    assert web.post("/api/v1/sign-out", headers=bearer(secret)).json() == {"signed_out": True}
    assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 401


def test_a_stranger_learns_nothing_of_accounts(
    web: TestClient, officer: Member, database: Database, chief: Member
) -> None:
    """A wrong password, an unknown address and a closed account are answered alike."""
    with database.writing() as session:
        commands.disable_account(session, OPERATOR, officer.account_id)
    answers = [
        web.post("/api/v1/sign-in", json={"email": email, "password": password})
        for email, password in (
            (chief.email, "not the password"),
            ("nobody@ministry.example", "not the password"),
            (officer.email, PASSWORD),
        )
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]


def test_an_unknown_address_costs_a_check_too(
    web: TestClient, monkeypatch: pytest.MonkeyPatch, officer: Member
) -> None:
    """Time tells nothing: one password is checked, whether there is an account or not."""
    checks: list[str] = []
    real = passwords._hasher

    def counting(memory_kib: int, passes: int) -> object:
        checks.append("asked for")
        return real(memory_kib, passes)

    monkeypatch.setattr(passwords, "_hasher", counting)
    passwords._nobodys(64, 1)
    counts = []
    for email in (officer.email, "nobody@ministry.example"):
        checks.clear()
        web.post("/api/v1/sign-in", json={"email": email, "password": "not the password"})
        counts.append(len(checks))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("by", ["account", "address"])
def test_guessing_ends_after_ten_failures(web: TestClient, officer: Member, by: str) -> None:
    """Ten failures in five minutes, of one account or from one address, then 429 even for the right one."""
    for number in range(MOST_FAILURES):
        email = officer.email if by == "account" else f"nobody{number}@ministry.example"
        assert web.post("/api/v1/sign-in", json={"email": email, "password": "guess"}).status_code == 401
    answer = web.post("/api/v1/sign-in", json={"email": officer.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 300
    with clock.set_to(clock.now() + timedelta(seconds=int(answer.headers["retry-after"]))):
        assert sign_in(web, officer)


def test_an_account_is_shut_for_guessers_from_anywhere(gate: Gate, officer: Member) -> None:
    """Guesses from many addresses count together for the account that they are about."""
    for number in range(MOST_FAILURES):
        throttling.take_places(gate.database, f"account:{officer.email}", f"address:203.0.113.{number}")
    with pytest.raises(TooManyAttempts):
        throttling.take_places(gate.database, f"account:{officer.email}", "address:198.51.100.1")


def test_many_guesses_at_once_get_no_further(database: Database) -> None:
    """Of thirty guesses at the same moment ten are looked at: places are taken before, not counted after."""

    def guess(number: int) -> bool:
        try:
            throttling.take_places(database, "account:one@ministry.example", f"address:{number}")
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(guess, range(30))) == MOST_FAILURES


def test_right_guesses_do_not_count(web: TestClient, officer: Member) -> None:
    """An office whose officers all sign in from one address is not shut out."""
    for _ in range(MOST_FAILURES + 2):
        sign_in(web, officer)


def test_failures_slide_out_of_the_window(moment: datetime) -> None:
    """A place is free again five minutes after the failure that took it, not earlier."""
    failed = [microseconds(moment + timedelta(seconds=10 * number)) for number in range(10)]
    late = moment + timedelta(seconds=100)
    assert seconds_to_wait(failures_within(failed, late), late) == 200
    free = moment + timedelta(minutes=5)
    assert seconds_to_wait(failures_within(failed, free), free) == 0


def test_no_address_of_a_guesser_is_kept_readable(web: TestClient, database: Database) -> None:
    """The table of failures holds digests: neither addresses of people nor of machines."""
    web.post("/api/v1/sign-in", json={"email": "who@ministry.example", "password": "guess"})
    with database.reading() as session:
        text = str([row.model_dump() for row in session.exec(select(SignInThrottle))])
    assert "who@" not in text
    assert "testclient" not in text


def test_only_digests_of_passwords_and_sessions_are_kept(
    web: TestClient, officer: Member, database: Database
) -> None:
    """No table and no journal entry holds a password or what a browser holds of a session."""
    secret = sign_in(web, officer)
    with database.reading() as session:
        rows = [*session.exec(select(AccountPassword)), *session.exec(select(SignInSession))]
        text = str([row.model_dump() for row in [*rows, *session.exec(select(JournalText))]])
    assert PASSWORD not in text
    assert secret not in text


def test_the_cookie_is_the_browsers_alone(web: TestClient, officer: Member) -> None:
    """No script reads the cookie, no other site's form carries it, and over https it goes by https only."""
    answer = web.post("/sign-in", data={"email": officer.email, "password": PASSWORD}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    for part in (f"{COOKIE}=hms_", "HttpOnly", "SameSite=lax", "Path=/", "Secure"):
        assert part in answer.headers["set-cookie"]
    assert "Max-Age" not in answer.headers["set-cookie"]
    check(web.get("/", headers=BROWSER))


def test_a_planted_session_is_never_taken_over(web: TestClient, officer: Member) -> None:
    """What a browser held before signing in opens nothing afterwards, and what it gets is new."""
    planted = "hms_planted-by-somebody-else"
    browse(web, planted)
    web.post("/sign-in", data={"email": officer.email, "password": PASSWORD}, headers=OWN)
    assert web.cookies.get(COOKIE, domain="matches.example") not in {None, planted}
    assert web.get("/api/v1/me", headers=bearer(planted)).status_code == 401


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/network", "/network"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_back_and_never_elsewhere(
    web: TestClient, officer: Member, asked: str, led_to: str
) -> None:
    """Who was asked to sign in goes on where the link led, if that is an address of ours."""
    fields = {"email": officer.email, "password": PASSWORD, "next": asked}
    assert web.post("/sign-in", data=fields, headers=OWN).headers["location"] == led_to


def test_a_failed_sign_in_keeps_the_address_and_never_the_password(web: TestClient) -> None:
    """The page says what to do, keeps what was typed, and shows no password again."""
    fields = {"email": "who@ministry.example", "password": "my secret words"}
    made = check(web.post("/sign-in", data=fields, headers=OWN), 401)
    boxes = {
        box["name"]: box.get("value") for box in made.of("input") if box["type"] in {"email", "password"}
    }
    assert boxes == {"email": "who@ministry.example", "password": None}
    made = check(web.post("/sign-in", data={"email": "nonsense"}, headers=OWN), 422)
    assert {"email-fault", "password-fault"} <= set(made.all("id"))


def test_no_other_site_signs_anybody_in_or_out(web: TestClient, officer: Member) -> None:
    """A form that another site made a browser send is refused."""
    fields = {"email": officer.email, "password": PASSWORD}
    for path in ("/sign-in", "/sign-out", "/password/forgotten"):
        answer = web.post(path, data=fields, headers=BROWSER | {"Origin": "https://evil.example"})
        check(answer, 403)
        assert "set-cookie" not in answer.headers


def test_a_session_ends_by_itself(web: TestClient, officer: Member) -> None:
    """An hour without a request ends a session, and twelve hours end it in any case."""
    secret, begun = sign_in(web, officer), clock.now()
    for minutes in range(50, 12 * 60, 50):
        with clock.set_to(begun + timedelta(minutes=minutes)):
            assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 200, minutes
    with clock.set_to(begun + timedelta(hours=12, seconds=1)):
        assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 401
    idle = sign_in(web, officer)
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        assert web.get("/api/v1/me", headers=bearer(idle)).status_code == 401


def test_a_closed_account_is_out_with_the_next_request(
    web: TestClient, officer: Member, database: Database, chief: Member
) -> None:
    """Closing an account ends its sessions at once."""
    secret = sign_in(web, officer)
    with database.writing() as session:
        commands.disable_account(session, OPERATOR, officer.account_id)
    assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 401
