"""Stakeholders, through the door."""

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from service.stakeholders.schemas import StakeholderRevision
from tests.service.people import administrator, colleague, desk, ministry, person, stakeholder
from tests.service.seen import having_seen

ADDRESS = "/api/v1/stakeholders"
MINISTRY = {"type": "ministry_or_agency", "name": "Invented Ministry of the Interior", "states": ["GHA"]}


def test_a_desk_registers_a_ministry_and_everybody_finds_it(web: TestClient, database: Database) -> None:
    """What a desk registers is shown to everybody, and found by state, type and words."""
    made = web.post(ADDRESS, json=MINISTRY, headers=desk(database).headers)
    assert made.status_code == 201
    view = made.json()
    assert view["is_public_body"] is True
    assert web.get(f"{ADDRESS}/{view['id']}").json() == view
    for query in ("state=GHA", "type=ministry_or_agency", "q=interior minis"):
        assert view in web.get(f"{ADDRESS}?{query}").json()["items"]
    for query in ("state=NER", "type=expert_pool", "q=justice", "desks=true"):
        assert view not in web.get(f"{ADDRESS}?{query}").json()["items"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "kingdom"}, "type"),
        ({"states": ["GHA", "QQQ"]}, "states[1]"),
        ({"states": []}, "states"),
        ({"dialogue": "NOWHERE"}, "dialogue"),
        ({"regional_body": "NOBODY"}, "regional_body"),
        ({"name": "x" * 10_000}, "name"),
        ({"name": None}, "name"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"rank": 1}, "rank"),
        ({"is_desk": "yes"}, "is_desk"),
    ],
)
def test_a_faulty_registration_is_refused_by_field(
    web: TestClient, database: Database, change: dict[str, object], field: str
) -> None:
    """What is wrong is refused with the field's name, never the value, and nothing is kept."""
    officer = desk(database)
    before = len(web.get(ADDRESS).json()["items"])
    answer = web.post(ADDRESS, json=MINISTRY | change, headers=officer.headers)
    assert answer.status_code == 422
    assert field in [fault["field"] for fault in answer.json()["errors"]]
    assert "x" * 100 not in answer.text
    assert len(web.get(ADDRESS).json()["items"]) == before


def test_who_may_register_and_revise(web: TestClient, database: Database) -> None:
    """Registering is for desks and administrators; revising for a stakeholder's own people."""
    officer, stranger = ministry(database), ministry(database, "NER")
    assert web.post(ADDRESS, json=MINISTRY).status_code == 401
    assert web.post(ADDRESS, json=MINISTRY, headers=officer.headers).status_code == 403
    address = f"{ADDRESS}/{officer.stakeholder_id}"
    assert (
        web.patch(
            address, json={"name": "Another name"}, headers=having_seen(web, address, stranger.headers)
        ).status_code
        == 403
    )
    assert (
        web.patch(
            address, json={"name": "Another name"}, headers=having_seen(web, address, officer.headers)
        ).status_code
        == 200
    )
    assert web.get(address).json()["name"] == "Another name"


def test_null_clears_only_what_may_be_empty(web: TestClient, database: Database) -> None:
    """Null clears a website, and is refused for a name; what is left out stays."""
    officer = ministry(database)
    address = f"{ADDRESS}/{officer.stakeholder_id}"
    web.patch(
        address,
        json={"website": "https://ministry.example"},
        headers=having_seen(web, address, officer.headers),
    )
    cleared = web.patch(address, json={"website": None}, headers=having_seen(web, address, officer.headers))
    assert cleared.json()["website"] is None
    refused = web.patch(address, json={"name": None}, headers=having_seen(web, address, officer.headers))
    assert refused.status_code == 422
    assert web.get(address).json()["name"] == cleared.json()["name"]
    fields = StakeholderRevision.model_json_schema()["properties"]
    assert {"type": "null"} in fields["website"]["anyOf"]
    assert fields["name"]["type"] == "string"


def test_a_retired_stakeholder_leaves_the_lists(web: TestClient, database: Database) -> None:
    """A retired stakeholder is in no list any more, but can still be looked at."""
    chief, officer = administrator(database), ministry(database)
    address = f"{ADDRESS}/{officer.stakeholder_id}"
    assert web.post(f"{address}/retire", json={}, headers=officer.headers).status_code == 403
    assert web.post(f"{address}/retire", json={"reason": "Merged."}, headers=chief.headers).status_code == 200
    listed = [item["id"] for item in web.get(ADDRESS).json()["items"]]
    assert officer.stakeholder_id not in listed
    assert web.get(address).json()["retired_at"]


def test_an_individual_expert_is_nobodys_business(web: TestClient, database: Database) -> None:
    """An individual expert is shown to its own people only; to others it does not exist."""
    with database.writing() as session:
        expert_id = stakeholder(session, "individual_expert", name="Invented expert")

    with database.writing() as session:
        own = person(session, "expert", expert_id)
    stranger = ministry(database)
    address = f"{ADDRESS}/{expert_id}"
    assert web.get(address, headers=own.headers).status_code == 200
    for headers in (stranger.headers, {}):
        assert web.get(address, headers=headers).status_code == 404
        listed = [item["id"] for item in web.get(f"{ADDRESS}?q=invented", headers=headers).json()["items"]]
        assert expert_id not in listed


def test_the_journal_tells_what_happened(web: TestClient, database: Database) -> None:
    """Every change stands in the journal with its actor, and the chain holds."""
    officer = ministry(database)
    other = colleague(database, officer, "national_focal_point")
    address = f"{ADDRESS}/{officer.stakeholder_id}"
    web.patch(address, json={"name": "Another name"}, headers=having_seen(web, address, other.headers))
    journal = web.get(f"{address}/journal", headers=officer.headers).json()
    assert [entry["event"] for entry in journal["entries"]] == [
        "stakeholder.registered",
        "stakeholder.revised",
    ]
    assert journal["entries"][1]["actor"] == other.account_id
    assert journal["chain_holds"] is True
