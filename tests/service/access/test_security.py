"""Changing and resetting a password, sessions, and the profile."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import clock
from service.access.resetting import answer_reset_questions
from service.access.tables import PasswordReset, ResetQuestion
from service.database.engines import Database
from service.journal.tables import JournalEntry, JournalText
from service.mail.tables import Letter
from service.settings import Settings
from tests.service.access.conftest import HOME, OWN, PASSWORD, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER, check

NEW = "a wholly different sentence"
FORGOTTEN = {"sent": True}


def _letters(database: Database, subject: str = "Set a new password") -> list[Letter]:
    with database.reading() as session:
        return [row for row in session.exec(select(Letter)) if row.subject == subject]


def _answer(database: Database) -> None:
    """Let the worker look whose addresses were asked for."""
    with database.writing() as session:
        answer_reset_questions(session, Settings(public_url=HOME))


def _token(database: Database) -> str:
    _answer(database)
    (letter,) = _letters(database)
    return re.findall(r"token=(\S+)", letter.text or "")[0]


def test_a_new_password_ends_all_sessions(web: TestClient, officer: Member, database: Database) -> None:
    """All sessions end; only who changed it goes on, in a new one; its owner is told by mail."""
    first, second = sign_in(web, officer), sign_in(web, officer)
    change = {"current": PASSWORD, "new": NEW}
    answer = web.post("/api/v1/me/password", json=change, headers=bearer(first))
    assert answer.status_code == 200, answer.text
    assert [web.get("/api/v1/me", headers=bearer(old)).status_code for old in (first, second)] == [401, 401]
    assert web.get("/api/v1/me", headers=bearer(answer.json()["session"])).status_code == 200
    assert sign_in(web, officer, NEW)
    told = [letter.recipient for letter in _letters(database, "Your password was changed")]
    assert told.count(officer.email) == 2  # once when the test gave the first one, once now


@pytest.mark.parametrize(
    ("current", "new", "status", "field"),
    [("not it", NEW, 401, None), (None, NEW, 401, None), (PASSWORD, "short", 422, "new")],
)
def test_a_password_is_not_changed_without_the_one_before_or_to_a_weak_one(
    web: TestClient, officer: Member, current: str | None, new: str, status: int, field: str | None
) -> None:
    """Whoever finds an open browser cannot take the account over; the sessions stay as they are."""
    secret = sign_in(web, officer)
    answer = web.post("/api/v1/me/password", json={"current": current, "new": new}, headers=bearer(secret))
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json().get("errors", [])] == ([field] if field else [])
    assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 200


def test_a_link_sets_a_password_once(web: TestClient, officer: Member, database: Database) -> None:
    """The letter's link works once; the password is new, all sessions end, and other links work no more."""
    secret = sign_in(web, officer)
    asked = web.post("/api/v1/password/forgotten", json={"email": officer.email})
    assert asked.json() == FORGOTTEN
    token = _token(database)
    with database.reading() as session:
        assert token not in str([row.model_dump() for row in session.exec(select(PasswordReset))])
        assert token not in str([row.model_dump() for row in session.exec(select(JournalText))])
    reset = {"token": token, "password": NEW}
    assert web.post("/api/v1/password/reset", json=reset).status_code == 200
    assert web.post("/api/v1/password/reset", json=reset).json()["code"] == "reset_link_spent"
    assert web.get("/api/v1/me", headers=bearer(secret)).status_code == 401
    assert sign_in(web, officer, NEW)


def test_a_link_works_for_an_hour(web: TestClient, officer: Member, database: Database) -> None:
    """After an hour the link is worth nothing, and neither is one that never was."""
    web.post("/api/v1/password/forgotten", json={"email": officer.email})
    token = _token(database)
    assert _letters(database)[0].text.count(f"{HOME}/password/reset?token=") == 1
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        for tried in (token, "hms_never"):
            answer = web.post("/api/v1/password/reset", json={"token": tried, "password": NEW})
            assert (answer.status_code, answer.json()["code"]) == (409, "reset_link_spent")


def test_asking_tells_nothing_of_accounts(web: TestClient, officer: Member, database: Database) -> None:
    """Known and unknown addresses are answered alike; only the known one gets a letter; links end at ours."""
    poisoned = {"Host": "evil.example"}
    bodies = [
        web.post("/api/v1/password/forgotten", json={"email": email}, headers=poisoned).content
        for email in (officer.email, "nobody@ministry.example")
    ]
    assert bodies[0] == bodies[1]
    with database.reading() as session:
        assert len(session.exec(select(ResetQuestion)).all()) == 2
        assert session.exec(select(PasswordReset)).all() == [], "nobody looked yet whose addresses they are"
    _answer(database)
    with database.reading() as session:
        assert session.exec(select(ResetQuestion)).all() == [], "addresses of strangers are forgotten"
    assert [letter.recipient for letter in _letters(database)] == [officer.email]
    assert "evil.example" not in _letters(database)[0].text
    with database.reading() as session:
        events = [row.event for row in session.exec(select(JournalEntry))]
    assert events.count("password.reset_requested") == 1


def test_nobody_is_flooded_with_letters(web: TestClient, officer: Member, database: Database) -> None:
    """After ten letters in five minutes no more go out to an address."""
    answers = [
        web.post("/api/v1/password/forgotten", json={"email": officer.email}).status_code for _ in range(11)
    ]
    assert answers == [200] * 10 + [429]
    assert sign_in(web, officer), "asking for letters shuts nobody out of signing in"


def test_the_pages_set_a_forgotten_password(web: TestClient, officer: Member, database: Database) -> None:
    """From the link on the page to sign in, over the letter, to the new password, each fault at its field."""
    assert "/password/forgotten" in check(web.get("/sign-in", headers=BROWSER)).all("href")
    check(web.get("/password/forgotten", headers=BROWSER))
    made = check(web.post("/password/forgotten", data={"email": "x"}, headers=OWN), 422)
    assert "email-fault" in made.all("id")
    check(web.post("/password/forgotten", data={"email": officer.email}, headers=OWN))
    token = _token(database)
    check(web.get("/password/reset", params={"token": token}, headers=BROWSER))
    weak = {"token": token, "password": "password123456"}
    made = check(web.post("/password/reset", data=weak, headers=OWN), 422)
    assert "password-fault" in made.all("id")
    assert "password123456" not in str(made.attributes)
    check(web.post("/password/reset", data={"token": token, "password": NEW}, headers=OWN))
    check(web.get("/password/reset", params={"token": token}, headers=BROWSER), 409)
    assert sign_in(web, officer, NEW)


def test_looking_at_a_link_does_not_spend_it(web: TestClient, officer: Member, database: Database) -> None:
    """Programs that look at links in letters before their reader does no harm: a GET changes nothing."""
    web.post("/api/v1/password/forgotten", json={"email": officer.email})
    for _ in range(3):
        check(web.get("/password/reset", params={"token": _token(database)}, headers=BROWSER))


def test_sessions_are_listed_and_ended(web: TestClient, officer: Member, chief: Member) -> None:
    """Who signed in sees where, ends one or all others, and nobody else's."""
    here, there, third = (sign_in(web, officer) for _ in range(3))
    rows = web.get("/api/v1/me/sessions", headers=bearer(here)).json()
    assert [row["is_this_one"] for row in rows].count(True) == 1
    assert len(rows) == 3
    (theirs,) = [
        row for row in web.get("/api/v1/me/sessions", headers=bearer(there)).json() if row["is_this_one"]
    ]
    assert web.post(f"/api/v1/me/sessions/{theirs['id']}/end", headers=bearer(here)).status_code == 200
    assert web.get("/api/v1/me", headers=bearer(there)).status_code == 401
    (own,) = [row for row in rows if row["is_this_one"]]
    other = sign_in(web, chief)
    assert web.post(f"/api/v1/me/sessions/{own['id']}/end", headers=bearer(other)).status_code in {403, 404}
    assert web.post("/api/v1/me/sessions/end-others", headers=bearer(here)).status_code == 200
    assert web.get("/api/v1/me", headers=bearer(third)).status_code == 401
    assert web.get("/api/v1/me", headers=bearer(here)).status_code == 200


def test_the_page_of_security_shows_and_ends_sessions(web: TestClient, officer: Member) -> None:
    """The page lists sessions, changes the password, keeps no password, and tells faults at their fields."""
    there = sign_in(web, officer)
    browse(web, sign_in(web, officer))
    check(web.get("/account/security", headers=BROWSER))
    fields = {"current": PASSWORD, "new": "short"}
    made = check(web.post("/account/security/password", data=fields, headers=OWN), 422)
    assert "new-fault" in made.all("id")
    assert PASSWORD not in str(made.attributes)
    assert web.post("/account/security/sessions/end-others", headers=OWN).status_code == 303
    assert web.get("/api/v1/me", headers=bearer(there)).status_code == 401
    fields = {"current": PASSWORD, "new": NEW}
    assert web.post("/account/security/password", data=fields, headers=OWN).status_code == 303
    check(web.get("/account/security", headers=BROWSER))


def test_one_changes_ones_name_and_language(web: TestClient, officer: Member) -> None:
    """A profile is changed over the API and on its page, which keeps what was typed, in the new language."""
    secret = sign_in(web, officer)
    revised = web.post("/api/v1/me/profile", json={"name": "Leonor"}, headers=bearer(secret)).json()
    assert (revised["name"], revised["language"]) == ("Leonor", "en")
    browse(web, secret)
    check(web.get("/account", headers=BROWSER))
    assert web.post("/account", data={"name": "Léo", "language": "fr"}, headers=OWN).status_code == 303
    own = web.get("/api/v1/me", headers=bearer(secret)).json()
    assert (own["name"], own["language"]) == ("Léo", "fr")
    made = check(web.post("/account", data={"name": " ", "language": "fr"}, headers=OWN), 422, "fr")
    assert "name-fault" in made.all("id")
    made = check(web.post("/account", data={"name": "A\x00B", "language": "fr"}, headers=OWN), 422, "fr")
    assert "name-fault" in made.all("id")
