"""Saying that offers still stand: by the link of a letter, with one click, and only what the link is for."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from service import clock
from service.access.commands import disable_account
from service.caller import OPERATOR
from service.database.engines import Database
from service.journal.tables import JournalEntry
from service.offers.tables import Offer
from service.pools.commands import ask_what_stands
from service.pools.reconfirming import link_from, link_path, read_link
from service.settings import Settings
from tests.service import people
from tests.service.desks.reading import BROWSER, check, get
from tests.service.desks.test_drafting_pages import OURS, send
from tests.service.notifications.cases import all_told, letters_to, told
from tests.service.offers.cases import an_offer
from tests.service.people import Person

THEN = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
NEARLY_A_YEAR_LATER = THEN + timedelta(days=340)
SECRET = "Interpreters for the northern centre"


@pytest.fixture
def manager(database: Database) -> Person:
    """Give the manager of a pool with a confidential and a public offer that go stale soon."""
    with clock.set_to(NEARLY_A_YEAR_LATER):
        manager = people.pool(database)
    with clock.set_to(THEN):
        an_offer(database, "active", manager, title=SECRET)
        an_offer(database, "active", manager, title="Public help", confidentiality="public")
        all_told(database)
    return manager


def path_of(database: Database, settings: Settings, manager: Person) -> str:
    """Ask the pool what stands, and give the path of the link in the letter that says so."""
    with clock.set_to(NEARLY_A_YEAR_LATER):
        with database.writing() as session:
            assert ask_what_stands(session, clock.now()) == [manager.stakeholder_id]
            assert ask_what_stands(session, clock.now()) == []
        all_told(database)
    letters = letters_to(database, settings, manager, NEARLY_A_YEAR_LATER)
    assert not any(SECRET in letter.text + (letter.html or "") for letter in letters)
    links = [
        link for letter in letters for link in re.findall(r"https?://\S+/reconfirm-offers/\S+", letter.text)
    ]
    return urlsplit(links[0]).path


def clicked(web: TestClient, path: str, page: str) -> Response:
    """Send the form of a page as it stands, without signing in."""
    names = re.findall(r'name="(offer_[0-9a-f]{32})"', page)
    return web.post(path, data=dict.fromkeys(names, "yes"), headers=BROWSER | OURS)


def confirmed(database: Database) -> list[bool]:
    """Tell of each offer whether it was confirmed lately."""
    with database.reading() as session:
        rows = session.exec(select(Offer).order_by(Offer.title)).all()
    return [row.confirmed_at is not None and row.confirmed_at > THEN + timedelta(days=300) for row in rows]


def test_a_pool_is_asked_once_and_answers_with_one_click(
    database: Database, web: TestClient, app_settings: Settings, manager: Person
) -> None:
    """Looking changes nothing, however often; one click confirms what is ticked, without a sign-in."""
    path = path_of(database, app_settings, manager)
    assert "pool.reconfirmation-due" in told(database, manager)
    with clock.set_to(NEARLY_A_YEAR_LATER):
        page = get(web, path)
        check(page)
        assert SECRET not in page.text
        assert "Public help" in page.text
        get(web, path)
        assert confirmed(database) == [False, False]
        done = clicked(web, path, page.text)
        check(done)
        assert "2 offers were changed." in done.text
        assert 'name="offer_' not in done.text
    assert confirmed(database) == [True, True]
    with database.reading() as session:
        events = session.exec(
            select(JournalEntry).where(JournalEntry.event == "pool.reconfirmed-by-link")
        ).all()
    assert [(one.actor, one.subject) for one in events] == [
        (manager.account_id, f"pool:{manager.stakeholder_id}")
    ]


def test_a_link_is_good_for_nothing_else(
    database: Database, web: TestClient, app_settings: Settings, manager: Person
) -> None:
    """Not for other offers, not altered, not sent from elsewhere, not once it is over or its reader gone."""
    path = path_of(database, app_settings, manager)
    foreign = an_offer(database, "active", people.pool(database, "MAR"))
    with clock.set_to(NEARLY_A_YEAR_LATER):
        altered = path[:-1] + ("0" if path[-1] != "0" else "1")
        assert get(web, altered).status_code == 404
        assert web.post(path, data={foreign: "yes"}, headers=BROWSER).status_code == 403
        assert "0 offers were changed." in clicked(web, path, f'name="{foreign}"').text
    with clock.set_to(NEARLY_A_YEAR_LATER + timedelta(days=31)):
        assert get(web, path).status_code == 404
    with clock.set_to(NEARLY_A_YEAR_LATER), database.writing() as session:
        page = get(web, path).text
        disable_account(session, OPERATOR, manager.account_id)
    with clock.set_to(NEARLY_A_YEAR_LATER):
        assert clicked(web, path, page).status_code == 404
        assert get(web, path).status_code == 404
    assert confirmed(database)[1:] == [False, False]


def test_a_link_says_whom_it_was_written_to_and_until_when(app_settings: Settings) -> None:
    """It is read as it was made, on its last day too; anything else is no link."""
    link = link_from("account_a", "stakeholder_b", THEN.date())
    token = link_path(link, app_settings).rpartition("/")[2]
    assert read_link(token, app_settings, link.until) == link
    assert read_link(token, app_settings, link.until + timedelta(days=1)) is None
    for odd in ("", "a", "a.b.99999999.c", f"{token}.x", token.replace("stakeholder_b", "stakeholder_c")):
        assert read_link(odd, app_settings, THEN.date()) is None


def test_whoever_is_signed_in_sees_titles_and_ticks(
    database: Database, web: TestClient, manager: Person
) -> None:
    """The same page in the service: everything is ticked, and sent it confirms; then nothing waits."""
    page = f"/pools/{manager.stakeholder_id}"
    with clock.set_to(NEARLY_A_YEAR_LATER):
        shown = get(web, f"{page}/reconfirm", manager)
        check(shown)
        assert SECRET in shown.text
        offers = re.findall(r'name="offers" value="(offer_[0-9a-f]{32})" checked', shown.text)
        fields = {"move": "reconfirm", "after": "reconfirm", "offers": offers}
        sent = send(web, manager, f"{page}/move-offers", fields)
        assert sent.headers["location"] == f"{page}/reconfirm"
        assert "Nothing waits for you" in get(web, f"{page}/reconfirm", manager).text
    assert confirmed(database) == [True, True]
