"""The JSON door to the track record, through real tokens."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from service.database.engines import Database
from tests.service import people
from tests.service.deliveries.test_commands import SAID
from tests.service.seen import having_seen

DELIVERIES = "/api/v1/deliveries"


def places(answer: Response) -> set[str]:
    """Give the fields at fault, having made sure that the answer is a proper problem."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) <= 8_192
    return {fault["field"] for fault in answer.json()["errors"]}


def test_an_entry_goes_its_way_through_the_door(web: TestClient, database: Database) -> None:
    """A desk registers, revises and retires an entry; anybody reads it, whoever signed in its journal."""
    officer, reader = people.desk(database), people.ministry(database)
    made = web.post(DELIVERIES, json=SAID, headers=officer.headers)
    assert made.status_code == 201, made.text
    entry = f"{DELIVERIES}/{made.json()['id']}"
    assert web.get(entry).json() == made.json()
    assert web.get(DELIVERIES).json()["items"] == [made.json()]
    revised = web.patch(entry, json={"year_to": 2012}, headers=having_seen(web, entry, officer.headers))
    assert (revised.status_code, revised.json()["year_to"]) == (200, 2012)
    retired = web.post(f"{entry}/retire", json={"reason": "Entered twice"}, headers=officer.headers)
    assert (retired.status_code, web.get(DELIVERIES).json()["items"]) == (200, [])
    again = web.post(f"{entry}/retire", json={}, headers=officer.headers)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_move")
    journal = web.get(f"{entry}/journal", headers=reader.headers).json()
    assert [line["event"] for line in journal["entries"]] == [
        "delivery.registered",
        "delivery.revised",
        "delivery.retired",
    ]
    assert web.get(f"{entry}/journal").status_code == 401


@pytest.mark.parametrize(("method", "path", "sent"), [("PATCH", "", {}), ("POST", "/retire", {})])
def test_others_read_only(web: TestClient, database: Database, method: str, path: str, sent: Any) -> None:
    """Nobody is 401, a ministry and another desk are 403, and what is not there is 404 for all."""
    officer = people.desk(database)
    entry = f"{DELIVERIES}/{web.post(DELIVERIES, json=SAID, headers=officer.headers).json()['id']}"
    absent = f"{DELIVERIES}/delivery_{'0' * 32}{path}"
    assert web.request(method, f"{entry}{path}", json=sent).status_code == 401
    for other in (people.ministry(database), people.desk(database)):
        seen = having_seen(web, entry, other.headers)
        assert web.request(method, f"{entry}{path}", json=sent, headers=seen).status_code == 403
        assert web.request(method, absent, json=sent, headers=other.headers).status_code == 404
    assert web.post(DELIVERIES, json=SAID).status_code == 401
    ministry = people.ministry(database)
    assert web.post(DELIVERIES, json=SAID, headers=ministry.headers).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"topic": "x" * 10_000}, "topic"),
        ({"topic": 7}, "topic"),
        ({"topic": "A\u0000B topic"}, "topic"),
        ({"status": "requested"}, "status"),
        ({"requesters": ["ZZZ"]}, "requesters[0]"),
        ({"requesters": "SEN"}, "requesters"),
        ({"requesters": []}, "requesters"),
        ({"providers": ["FRA", "FRA"]}, "providers[1]"),
        ({"parties": ["stakeholder_" + "0" * 32]}, "parties[0]"),
        ({"parties": ["me"]}, "parties[0]"),
        ({"commitments": ["T9-99"]}, "commitments[0]"),
        ({"areas": ["EXP-NONE"]}, "areas[0]"),
        ({"modalities": [1]}, "modalities[0]"),
        ({"dialogue": "NOWHERE"}, "dialogue"),
        ({"year_from": "2010"}, "year_from"),
        ({"year_from": 2010.5}, "year_from"),
        ({"year_from": 10**30}, "year_from"),
        ({"year_to": 2009}, "year_to"),
        ({"source": "programme"}, "source"),
        ({"source": None}, "source"),
        ({"rating": 1}, "rating"),
        ({"is_demonstration": True}, "is_demonstration"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(
    web: TestClient, database: Database, wrong: dict[str, Any], place: str
) -> None:
    """What cannot be is refused with the place of the fault, and nothing is kept of it."""
    admin = people.administrator(database)
    assert places(web.post(DELIVERIES, json={**SAID, **wrong}, headers=admin.headers)) == {place}
    assert web.get(DELIVERIES).json()["items"] == []


@pytest.mark.parametrize(
    "wanted",
    [{"year": "1492"}, {"year": "soon"}, {"requester": "gh"}, {"status": "requested"}, {"cursor": "WzEsMl0"}],
)
def test_a_wrong_filter_is_named(web: TestClient, wanted: dict[str, str]) -> None:
    """A filter that cannot be right is refused by its name."""
    assert places(web.get(DELIVERIES, params=wanted)) == set(wanted)
