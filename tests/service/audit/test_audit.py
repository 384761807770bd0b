"""What happened to a thing is told in words to those who may see it, and the whole journal can be checked."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select, update

from service.database.engines import Database
from service.desks.happenings import EVENTS, event_in_words
from service.journal.tables import JournalEntry
from service.notifications.news import TOLD
from tests.service import people
from tests.service.desks.reading import check, get
from tests.service.matches.worlds import World, a_world


@pytest.fixture
def world(database: Database) -> World:
    """Give a small world of needs and offers."""
    return a_world(database)


def test_the_history_of_a_need_is_told_by_offices_not_by_names(web: TestClient, world: World) -> None:
    """Its desk and its requesters read what happened, by whose office; to others there is no such page."""
    subject = f"need:{world.needs['GHA']}"
    for who in (world.desk, world.officers["GHA"]):
        answer = get(web, f"/things/{subject}/history", who)
        check(answer)
        assert "The request was circulated." in answer.text
        assert "Case officer of a desk" in answer.text
    for other in (world.officers["NER"], world.pools["NLD"]):
        check(get(web, f"/things/{subject}/history", other), 404)
    check(get(web, f"/things/{subject}/history"), 401)
    told = web.get(f"/api/v1/audit/things/{subject}", headers=world.desk.headers).json()
    assert told["address"] == f"/needs/{world.needs['GHA']}"
    assert told["chain_holds"] is True
    moments = [line["at"] for line in told["lines"]]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("subject", ["account:account_1", "need:nowhere", "need", "reference:elsewhere", ":"])
def test_what_is_no_thing_of_the_readers_has_no_history(
    web: TestClient, database: Database, subject: str
) -> None:
    """Accounts, things that are not there and nonsense look alike."""
    check(get(web, f"/things/{subject}/history", people.administrator(database)), 404)


def test_who_may_see_an_offer_s_journal_reads_its_history(web: TestClient, world: World) -> None:
    """The offer's own people do; a ministry that sees the offer is told that it may not."""
    subject = f"offer:{world.offers['NLD']}"
    assert "Manager of an expert pool" in get(web, f"/things/{subject}/history", world.pools["NLD"]).text
    assert get(web, f"/things/{subject}/history", world.officers["GHA"]).status_code in {403, 404}


def test_the_check_finds_what_was_changed(web: TestClient, database: Database, world: World) -> None:
    """Untouched, the journal holds; an entry that somebody changed in the database is named."""
    administrator = people.administrator(database)
    address = "/administration/journal"
    assert "Everything holds" not in get(web, address, administrator).text
    check(get(web, f"{address}?check=yes", administrator))
    assert "Everything holds" in get(web, f"{address}?check=yes", administrator).text
    with database.writing() as session:
        first = session.exec(
            select(JournalEntry.id).where(JournalEntry.subject == f"need:{world.needs['GHA']}")
        )
        session.exec(
            update(JournalEntry).where(col(JournalEntry.id) == first.first()).values(actor="somebody-else")
        )
    assert world.needs["GHA"] in get(web, f"{address}?check=yes", administrator).text
    found = web.get("/api/v1/audit/journal", headers=administrator.headers).json()
    assert (found["holds"], found["broken"]) == (False, [f"need:{world.needs['GHA']}"])
    check(get(web, address, world.desk), 403)


def test_events_are_told_to_nobody_in_particular() -> None:
    """No sentence of a history speaks to its reader, and what is not known by a sentence is still named."""
    told = [event_in_words(event, "en") for event in {*EVENTS, *TOLD}]
    assert not [text for text in told if " you" in f" {text.casefold()}"]
    assert event_in_words("need.painted", "en") == "Something was changed: need.painted."
