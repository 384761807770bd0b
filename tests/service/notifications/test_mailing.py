"""Letters with news: each once, in the reader's language, without anything confidential, and stoppable."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import clock
from service.access.commands import disable_account
from service.access.tables import Account
from service.caller import OPERATOR
from service.catalogues import SCRIPTS
from service.database.engines import Database
from service.mail.tables import Letter
from service.notifications.mailing import write_due_letters
from service.notifications.queries import way_of
from service.notifications.stopping import Stop, read_stop, stop_path
from service.notifications.tables import Notification
from service.settings import Settings
from tests.service import people
from tests.service.needs.cases import a_need
from tests.service.notifications.cases import all_told, choose, inbox_of, letters_to
from tests.service.people import Person

SECRET = "Interpreters for the northern reception centre"
WEDNESDAY = datetime(2027, 3, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> Person:
    """Give a case officer whose desk got a request on a Wednesday, and who has read everything else."""
    officer, desk = people.ministry(database), people.desk(database)
    with clock.set_to(WEDNESDAY):
        all_told(database)
        with database.writing() as session:
            for row in session.exec(select(Notification)):
                session.delete(row)
        choose(database, desk, "desk", "at_once")
        a_need(database, "pending_endorsement", officer, desk, title=SECRET, context=SECRET)
        all_told(database)
    return desk


def _another(database: Database, desk: Person) -> None:
    a_need(database, "pending_endorsement", people.ministry(database, "KEN"), desk, title=SECRET)
    all_told(database)


def test_a_letter_says_the_number_and_no_more(
    database: Database, app_settings: Settings, desk: Person
) -> None:
    """Head, plain text and HTML carry a case number and links; title and text stay inside."""
    (letter,) = letters_to(database, app_settings, desk, WEDNESDAY)
    assert letter.subject == "There is news about request GHA-2027-01"
    (notice,) = inbox_of(database, desk)
    whole = letter.subject + (letter.text or "") + (letter.html or "")
    assert SECRET not in whole
    assert notice.text not in whole
    for part in (letter.text or "", letter.html or ""):
        assert f"http://127.0.0.1:8000{notice.address}" in part
        assert "GHA-2027-01" in part
        assert letter.stop_link is not None
        assert letter.stop_link in part


def test_news_is_mailed_once(database: Database, app_settings: Settings, desk: Person) -> None:
    """However often the worker looks, one notice makes one letter."""
    for minutes in range(3):
        found = letters_to(database, app_settings, desk, WEDNESDAY + timedelta(minutes=minutes))
        assert len(found) == 1


def test_a_crash_while_writing_leaves_the_letter_due(
    database: Database, app_settings: Settings, desk: Person
) -> None:
    """Letter and the note that it was written are one transaction: neither is there without the other."""
    with database.reading() as session:
        (before,) = session.exec(select(Notification).where(Notification.account_id == desk.account_id))
    assert before.mail_due_at == WEDNESDAY
    (letter,) = letters_to(database, app_settings, desk, WEDNESDAY)
    with database.reading() as session:
        (after,) = session.exec(select(Notification).where(Notification.account_id == desk.account_id))
    assert (after.mail_due_at, after.mailed_at) == (None, WEDNESDAY)
    with database.writing() as session:  # as after a restore from a backup between the two
        session.add(session.merge(before))
    assert [one.id for one in letters_to(database, app_settings, desk, WEDNESDAY)] == [letter.id]


@pytest.mark.parametrize(
    ("way", "due"),
    [
        ("daily", datetime(2027, 3, 18, 6, tzinfo=UTC)),
        ("weekly", datetime(2027, 3, 22, 6, tzinfo=UTC)),
    ],
)
def test_a_digest_gathers_until_its_hour(
    database: Database, app_settings: Settings, desk: Person, way: str, due: datetime
) -> None:
    """With a digest nothing is mailed before its hour, and then all of it in one letter."""
    letters_to(database, app_settings, desk, WEDNESDAY)
    choose(database, desk, "desk", way)
    with clock.set_to(WEDNESDAY + timedelta(hours=1)):
        _another(database, desk)
        _another(database, desk)
    assert len(letters_to(database, app_settings, desk, due - timedelta(seconds=1))) == 1
    _, digest = letters_to(database, app_settings, desk, due)
    assert digest.subject == f"Your {way} news from Homologue"
    assert (digest.text or "").count("Work at your desk: KEN-2027-0") == 2
    assert SECRET not in (digest.text or "") + (digest.html or "")
    assert len(letters_to(database, app_settings, desk, due + timedelta(days=9))) == 2


def test_what_was_read_or_may_not_be_seen_any_more_is_not_mailed(
    database: Database, app_settings: Settings
) -> None:
    """Rights count at the moment of mailing: whoever left the desk meanwhile gets no letter about it."""
    officer, clerk = people.ministry(database), people.desk(database)
    all_told(database)
    a_need(database, "pending_endorsement", officer, clerk)
    all_told(database)
    before = len(letters_to(database, app_settings, clerk, clock.now()))
    with database.writing() as session:
        disable_account(session, OPERATOR, clerk.account_id)
    assert len(letters_to(database, app_settings, clerk, clock.now() + timedelta(days=2))) == before


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ru", "ltr")])
def test_a_letter_is_in_the_language_of_its_reader(
    database: Database, app_settings: Settings, desk: Person, language: str, direction: str
) -> None:
    """The letter, its subject and its direction are those of the language that its reader chose."""
    with database.writing() as session:
        account = session.get_one(Account, desk.account_id)
        account.language = language
        session.add(account)
    (letter,) = letters_to(database, app_settings, desk, WEDNESDAY)
    assert f'<html lang="{language}" dir="{direction}">' in (letter.html or "")
    assert re.search(SCRIPTS[language], letter.subject)
    assert re.search(SCRIPTS[language], letter.text)


def test_one_click_stops_a_kind_of_letters(
    web: TestClient, database: Database, app_settings: Settings, desk: Person
) -> None:
    """The link in a letter works without signing in, from a mail program, and only for its own person."""
    (letter,) = letters_to(database, app_settings, desk, WEDNESDAY)
    path = urlsplit(letter.stop_link or "").path
    shown = web.get(path, headers={"Accept": "text/html"})
    assert "Stop these letters" in shown.text
    assert _way(database, desk) == "at_once"
    done = web.post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "You get no more letters of this kind: Work at your desk." in done.text
    assert _way(database, desk) == "inbox"
    assert web.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    _another(database, desk)
    assert len(letters_to(database, app_settings, desk, clock.now() + timedelta(days=9))) == 1
    assert len(inbox_of(database, desk)) == 2


def test_a_stop_link_of_a_digest_stops_the_digest(
    web: TestClient, database: Database, app_settings: Settings, desk: Person
) -> None:
    """What comes once a day stops as a whole; what comes at once goes on."""
    choose(database, desk, "desk", "daily")
    path = stop_path(Stop(desk.account_id, "daily"), app_settings)
    assert web.post(path).status_code == 200
    with database.reading() as session:
        assert way_of(session, desk.account_id, "desk") == "inbox"
        assert way_of(session, desk.account_id, "circulars") == "inbox"
        assert way_of(session, desk.account_id, "teams") == "at_once"


def test_nobody_forges_a_stop_link(web: TestClient, database: Database, app_settings: Settings) -> None:
    """Another account, another kind or a changed sign is no link of ours."""
    one, other = people.desk(database), people.ministry(database)
    path = stop_path(Stop(one.account_id, "desk"), app_settings)
    token = path.rpartition("/")[2]
    assert read_stop(token, app_settings) == Stop(one.account_id, "desk")
    for forged in (
        token.replace(one.account_id, other.account_id),
        token.replace(".desk.", ".teams."),
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token.rpartition(".")[0] + ".",
        "",
        "..",
    ):
        assert read_stop(forged, app_settings) is None
    assert web.post(path[:-4] + "zzzz").status_code == 404
    assert _way(database, one) == "daily"


def test_letters_of_one_person_fail_no_other(
    database: Database, app_settings: Settings, desk: Person
) -> None:
    """Each letter is a transaction of its own, and the worker writes all that are due."""
    second = people.colleague(database, desk, "case_officer")
    with clock.set_to(WEDNESDAY):
        choose(database, second, "desk", "at_once")
        all_told(database)
        _another(database, desk)
        written = write_due_letters(database, app_settings)
    with database.reading() as session:
        to = session.exec(select(Letter.about).where(Letter.subject.contains("request"))).all()  # type: ignore[attr-defined]
    assert sorted(to) == sorted(f"account:{one}" for one in [desk.account_id] * 2 + [second.account_id])
    assert written >= len(to)


def test_one_letter_that_cannot_be_written_stops_no_other(
    database: Database, app_settings: Settings, desk: Person
) -> None:
    """An address that mail cannot go to costs its own letter only; its news stays in the inbox."""
    second = people.colleague(database, desk, "case_officer")
    with clock.set_to(WEDNESDAY):
        choose(database, second, "desk", "at_once")
        all_told(database)
        _another(database, desk)
        with database.writing() as session:
            account = session.get_one(Account, desk.account_id)
            account.email = "officer@ministry.example\r\nBcc: others@example.org"
            session.add(account)
    letters_to(database, app_settings, desk, WEDNESDAY)
    assert letters_to(database, app_settings, desk, WEDNESDAY) == []
    assert letters_to(database, app_settings, second, WEDNESDAY) != []
    assert len(inbox_of(database, desk)) == 2


def _way(database: Database, person: Person) -> str:
    with database.reading() as session:
        return way_of(session, person.account_id, "desk")
