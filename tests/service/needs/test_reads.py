"""Reads of confidential needs: recorded before the answer leaves, told to the owner, once a day."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from service.database.engines import Database
from service.journal.tables import RecordedRead
from tests.service.needs.cases import a_need, brought_to
from tests.service.people import Person, colleague, desk, ministry, pool
from tests.service.statements import statements_of_all

NEEDS = "/api/v1/needs"


def reads(web: TestClient, who: Person, need: str) -> list[dict[str, Any]]:
    """Give what the owner is told."""
    return web.get(f"{NEEDS}/{need}/reads", headers=who.headers).json()["items"]


def test_a_read_is_recorded_and_shown_to_the_owner(database: Database, web: TestClient) -> None:
    """Who, for whom, which version, how much, through which door; a second time on a day adds nothing."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "submitted", officer, handler)
    for _ in range(2):
        assert web.get(f"{NEEDS}/{need}", headers=handler.headers).status_code == 200
        assert web.get(f"/needs/{need}", headers=handler.headers).status_code == 200
        assert web.get(NEEDS, headers=handler.headers).json()["items"][0]["id"] == need
    found = reads(web, officer, need)
    assert {(one["kind"], one["door"]) for one in found} >= {
        ("text", "api"),
        ("text", "page"),
        ("line", "api"),
    }
    assert len(found) == len({(one["kind"], one["door"]) for one in found})
    assert {one["account"] for one in found} == {handler.account_id}
    assert {one["text_version"] for one in found} == {1}
    assert all(one["name"] and one["stakeholders"] for one in found)


def test_the_owners_own_reads_and_open_texts_are_not_recorded(database: Database, web: TestClient) -> None:
    """Colleagues who ask for the need leave no trace, nor does anybody once every state may read it."""
    officer, handler = ministry(database, "GHA"), desk(database)
    aide, reader = colleague(database, officer, "national_focal_point"), ministry(database, "SEN")
    hidden = a_need(database, "submitted", officer, handler)
    for level in ("all_states", "public_summary", "public"):
        more = {"confidentiality": level, "public_summary": "In short."}
        shown = a_need(database, "circulated", officer, handler, **more)
        assert web.get(f"{NEEDS}/{shown}", headers=reader.headers).status_code == 200
        assert reads(web, officer, shown) == []
    for who in (officer, aide):
        web.get(f"{NEEDS}/{hidden}", headers=who.headers)
        web.get(NEEDS, headers=who.headers)
    assert reads(web, officer, hidden) == []


def test_only_requesters_learn_who_read(database: Database, web: TestClient) -> None:
    """The desk, and a reader of the text, find no such list; an outsider gets what an absent need gives."""
    officer, handler, named = ministry(database, "GHA"), desk(database), pool(database)
    more = {"confidentiality": "named_providers", "named_providers": [named.stakeholder_id]}
    need = a_need(database, "circulated", officer, handler, **more)
    assert web.get(f"{NEEDS}/{need}", headers=named.headers).status_code == 200
    for who in (handler, named, ministry(database, "GHA")):
        assert web.get(f"{NEEDS}/{need}/reads", headers=who.headers).status_code == 404
    assert [one["account"] for one in reads(web, officer, need)] == [named.account_id]


def test_what_cannot_be_recorded_is_not_shown(database: Database, web: TestClient) -> None:
    """If the record of reads takes no row, the text does not leave: 503, to be tried again."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "submitted", officer, handler, title="Canary of a title")
    with database.writing() as session:
        _let_no_row_in(session)
    answer = web.get(f"{NEEDS}/{need}", headers=handler.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "read_not_recorded")
    assert answer.headers["Retry-After"] == "5"
    assert "Canary" not in answer.text
    assert web.get(f"{NEEDS}/{need}", headers=officer.headers).status_code == 200


@pytest.mark.parametrize("verb", ["start-screening"])
def test_a_move_reads_too(database: Database, web: TestClient, verb: str) -> None:
    """Whoever makes a move is shown the text in the answer: that is a read like any other."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "submitted", officer, handler)
    assert web.post(f"{NEEDS}/{need}/{verb}", json={}, headers=handler.headers).status_code == 200
    assert [(one["kind"], one["account"]) for one in reads(web, officer, need)] == [
        ("text", handler.account_id)
    ]


def test_a_list_that_was_seen_today_writes_nothing(database: Database, web: TestClient) -> None:
    """The first look at a list of titles writes its reads in one statement; every further look none."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        for _ in range(5):
            brought_to(session, "submitted", officer, handler)

    def writes() -> int:
        with statements_of_all(database) as seen:
            assert len(web.get(NEEDS, headers=handler.headers).json()["items"]) == 5
        return sum("INSERT INTO recorded_read" in one for one in seen)

    assert (writes(), writes()) == (1, 0)
    with database.reading() as session:
        assert session.exec(select(func.count(col(RecordedRead.subject)))).one() == 5


def _let_no_row_in(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        body = "BEGIN SELECT RAISE(ABORT, 'full'); END"
        session.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON recorded_read {body}"))
        return
    body = "BEGIN RAISE EXCEPTION 'full'; END"
    session.execute(text(f"CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
    session.execute(
        text("CREATE TRIGGER full_up BEFORE INSERT ON recorded_read FOR EACH ROW EXECUTE FUNCTION full_up()")
    )
