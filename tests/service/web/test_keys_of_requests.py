"""The same request with the same key is done once and answered the same, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import clock
from service.access import commands as access
from service.access.schemas import DutyGrant
from service.answers.commands import alone, forget_old_answers
from service.answers.rules import PURPOSE, asked_with
from service.answers.tables import KeptAnswer
from service.caller import OPERATOR
from service.database.engines import Database
from service.keys import key_for
from service.needs.tables import Need
from service.settings import Settings
from tests.service.needs.cases import a_need, body
from tests.service.people import Person, colleague, desk, ministry

NEEDS = "/api/v1/needs"
KEY = "a-key-of-my-own"


def keyed(person: Person, key: str = KEY) -> dict[str, str]:
    """Give the headers of somebody with a key."""
    return {**person.headers, "Idempotency-Key": key}


def needs_in(database: Database) -> list[Need]:
    """Give all needs that were registered."""
    with database.reading() as session:
        return list(session.exec(select(Need)))


def kept_in(database: Database) -> list[KeptAnswer]:
    """Give all answers that are kept."""
    with database.reading() as session:
        return list(session.exec(select(KeptAnswer)))


def test_the_same_key_gives_the_first_answer_again(web: TestClient, database: Database) -> None:
    """The second answer is the first one, byte for byte, and there is one record with one entry."""
    officer, handler = ministry(database), desk(database)
    first, second = (web.post(NEEDS, json=body(officer, handler), headers=keyed(officer)) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert [second.headers[name] for name in ("content-type", "etag")] == [
        first.headers[name] for name in ("content-type", "etag")
    ]
    assert len(needs_in(database)) == 1
    entries = web.get(f"{NEEDS}/{first.json()['id']}/journal", headers=officer.headers).json()["entries"]
    assert len(entries) == 1


def test_a_key_is_for_one_request_only(web: TestClient, database: Database) -> None:
    """Another body or another address with the key is refused by name, and nothing is done."""
    officer, handler = ministry(database), desk(database)
    need = web.post(NEEDS, json=body(officer, handler), headers=keyed(officer)).json()["id"]
    other = web.post(NEEDS, json=body(officer, handler, title="Another"), headers=keyed(officer))
    elsewhere = web.post(f"{NEEDS}/{need}/withdraw", json=body(officer, handler), headers=keyed(officer))
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert elsewhere.status_code == 422
    moved = web.post(f"{NEEDS}/{need}/withdraw", json={}, headers=keyed(officer))
    assert (moved.status_code, moved.json()["code"]) == (422, "key_reused")
    assert [row.state for row in needs_in(database)] == ["draft"]


def test_a_key_is_its_senders_own(web: TestClient, database: Database) -> None:
    """A colleague who comes upon the same key gets an answer of its own, never that of another."""
    officer, handler = ministry(database), desk(database)
    other = colleague(database, officer, "requester_officer")
    first = web.post(NEEDS, json=body(officer, handler), headers=keyed(officer))
    second = web.post(NEEDS, json=body(officer, handler), headers=keyed(other))
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


def test_a_refusal_keeps_nothing(web: TestClient, database: Database) -> None:
    """What was refused can be put right and sent with the same key."""
    officer, handler = ministry(database), desk(database)
    wrong = web.post(NEEDS, json=body(officer, handler, commitments=["T9-99"]), headers=keyed(officer))
    assert (wrong.status_code, kept_in(database)) == (422, [])
    assert web.post(NEEDS, json=body(officer, handler), headers=keyed(officer)).status_code == 201
    assert len(needs_in(database)) == 1


@pytest.mark.parametrize("key", ["short", "x" * 201, "with a blank", "umlaut-ä-in-it"])
def test_an_unfit_key_is_refused(web: TestClient, database: Database, key: str) -> None:
    """A key that might be anybody's, or no key at all, is refused before anything is done."""
    officer, handler = ministry(database), desk(database)
    headers = {**officer.headers, "Idempotency-Key": key.encode()}
    answer = web.post(NEEDS, json=body(officer, handler), headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (422, "key_unfit")
    assert needs_in(database) == []


def test_while_the_first_runs_the_second_is_told_to_come_back(
    web: TestClient, database: Database, app_settings: Settings
) -> None:
    """The second of two at once is answered 409 with the time to wait, and nothing is done twice."""
    officer, handler = ministry(database), desk(database)
    asked = asked_with(key_for(PURPOSE, app_settings), officer.caller, KEY, [b"whatever"])
    with alone(asked, waits=False):
        answer = web.post(NEEDS, json=body(officer, handler), headers=keyed(officer))
    assert (answer.status_code, answer.json()["code"]) == (409, "still_running")
    assert answer.headers["retry-after"] == "1"
    assert web.post(NEEDS, json=body(officer, handler), headers=keyed(officer)).status_code == 201


def test_of_many_at_once_one_is_done(web: TestClient, database: Database) -> None:
    """Twelve posts with one key at the same moment leave one record; all others get its answer or wait."""
    officer, handler = ministry(database), desk(database)
    said = body(officer, handler)
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(lambda _: web.post(NEEDS, json=said, headers=keyed(officer)), range(12)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(needs_in(database)) == 1


def test_what_is_kept_cannot_be_read_from_the_table(web: TestClient, database: Database) -> None:
    """No confidential text lies about in the table, nor whose answer it is, nor to which key."""
    officer, handler = ministry(database), desk(database)
    need = web.post(NEEDS, json=body(officer, handler, title="Zanzibar canary"), headers=keyed(officer))
    assert "canary" in need.text
    (row,) = kept_in(database)
    for secret in ("canary", officer.account_id, need.json()["id"], KEY):
        assert secret.encode() not in row.sealed + str(row).encode()


def test_an_answer_to_duties_that_ended_is_not_given_again(web: TestClient, database: Database) -> None:
    """Who has other duties now is told that it was done, and not what was answered then."""
    officer, handler = ministry(database), desk(database)
    web.post(NEEDS, json=body(officer, handler), headers=keyed(officer))
    with database.writing() as session:
        grant = DutyGrant(role="observer", stakeholder=officer.stakeholder_id)
        access.grant_duty(session, OPERATOR, officer.account_id, grant)
    again = web.post(NEEDS, json=body(officer, handler), headers=keyed(officer))
    assert (again.status_code, again.json()["code"]) == (409, "answered_to_other_duties")
    assert len(needs_in(database)) == 1


def test_answers_are_forgotten_in_time(database: Database, web: TestClient) -> None:
    """After as many hours as are set an answer is gone, and not before."""
    officer, handler = ministry(database), desk(database)
    began = datetime.now(UTC)
    web.post(NEEDS, json=body(officer, handler), headers=keyed(officer))
    for hours, left in ((23, 1), (25, 0)):
        with clock.set_to(began + timedelta(hours=hours)), database.writing() as session:
            forget_old_answers(session, 24)
        assert len(kept_in(database)) == left


@pytest.mark.parametrize("move", [{"reason": "Sent twice."}, {}])
def test_moves_take_keys_too(web: TestClient, database: Database, move: dict[str, Any]) -> None:
    """A move that is sent again is not refused for the state that it brought about itself."""
    officer, handler = ministry(database), desk(database)
    need = a_need(database, "draft", officer, handler)
    first, second = (
        web.post(f"{NEEDS}/{need}/withdraw", json=move, headers=keyed(officer)) for _ in range(2)
    )
    assert (first.status_code, second.content) == (200, first.content)
    plain = web.post(f"{NEEDS}/{need}/withdraw", json=move, headers=officer.headers)
    assert (plain.status_code, plain.json()["code"]) == (409, "wrong_move")
