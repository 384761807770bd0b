"""The JSON door to dialogues."""

from fastapi.testclient import TestClient

from service.database.engines import Database
from service.dialogues import commands
from service.dialogues.schemas import EngagementConsent
from tests.service import people
from tests.service.seen import having_seen

PRAGUE = "/api/v1/dialogues/PRAGUE"
ITEM = {"title": "Return, second cycle", "commitment": "T1-01", "starts_on": "2027-01-01"}
MEETING = {"title": "Senior officials", "kind": "senior_officials_meeting", "held_on": "2027-05-11"}
OFFICE = {
    "office": "chair",
    "state": "GHA",
    "starts_on": "2027-01-01",
    "source": "https://dialogue.example/chair",
}


def test_everything_kept_about_a_dialogue_is_public(web: TestClient, database: Database) -> None:
    """What a secretariat enters is read by anybody, singly and in lists, until it is withdrawn."""
    secretariat = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    for place, said in (("agenda", ITEM), ("meetings", MEETING), ("offices", OFFICE)):
        address = f"{PRAGUE}/{place}"
        made = web.post(address, json=said, headers=secretariat.headers)
        assert made.status_code == 201, made.text
        one = f"{address}/{made.json()['id']}"
        assert web.get(one).json() == made.json()
        assert web.get(address).json()["items"] == [made.json()]
        gone = web.post(f"{one}/withdraw", json={"reason": "Entered twice"}, headers=secretariat.headers)
        assert gone.status_code == 200
        assert gone.json()["withdrawn_at"] is not None
        assert web.get(one).status_code == 404
        assert web.get(address).json()["items"] == []
    journal = web.get(f"{PRAGUE}/journal", headers=secretariat.headers).json()
    assert journal["chain_holds"]
    assert len(journal["entries"]) == 6


def test_entries_are_revised_through_the_door(web: TestClient, database: Database) -> None:
    """A secretariat corrects an item, a meeting and an office; what it leaves out stays."""
    secretariat = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    changes = {
        "agenda": (ITEM, "patch", "", {"title": "Return, third cycle"}),
        "meetings": (MEETING, "patch", "", {"place": "By video"}),
        "offices": (OFFICE, "post", "/end", {"ends_on": "2027-12-31"}),
    }
    for place, (said, method, verb, change) in changes.items():
        made = web.post(f"{PRAGUE}/{place}", json=said, headers=secretariat.headers).json()
        address = f"{PRAGUE}/{place}/{made['id']}{verb}"
        headers = having_seen(web, address.removesuffix(verb), secretariat.headers)
        answer = web.request(method, address, json=change, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json() == made | change


def test_refusals_at_the_door_say_what_is_wrong(web: TestClient, database: Database) -> None:
    """No sign-in 401, no duty 403, no such dialogue 404, a wrong field 422 by name; never a 5xx."""
    secretariat, ministry = (
        people.desk(database, "PRAGUE", role="dialogue_secretariat"),
        people.ministry(database),
    )
    assert web.post(f"{PRAGUE}/agenda", json=ITEM).status_code == 401
    assert web.post(f"{PRAGUE}/agenda", json=ITEM, headers=ministry.headers).status_code == 403
    nowhere = "/api/v1/dialogues/ATLANTIS/agenda"
    assert web.post(nowhere, json=ITEM, headers=secretariat.headers).status_code == 404
    assert web.get(nowhere).status_code == 404
    for change in ({"starts_on": "soon"}, {"starts_on": 0}, {"colour": "red"}, {"title": "x" * 10_000}):
        answer = web.post(f"{PRAGUE}/agenda", json=ITEM | change, headers=secretariat.headers)
        assert answer.status_code == 422
        assert {fault["field"] for fault in answer.json()["errors"]} == set(change)


def test_an_engagement_is_moved_through_the_door(web: TestClient, database: Database) -> None:
    """The secretariat moves an engagement by verb; the requester can end it; to a stranger there is none."""
    ghana, niger = people.ministry(database), people.ministry(database, "NER")
    secretariat = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    with database.writing() as session:
        consent = EngagementConsent(dialogue="PRAGUE", consents=True)
        subject = "need:need_" + "c" * 32
        row = commands.notify_dialogue(session, ghana.caller, subject, ghana.stakeholder_id, consent)
    address = f"/api/v1/engagements/{row.id}"
    for verb, state in (
        ("welcome", "interested"),
        ("observe", "observing"),
        ("report", "reported_to_officials"),
    ):
        answer = web.post(f"{address}/{verb}", json={}, headers=secretariat.headers)
        assert answer.json()["state"] == state
    assert web.post(f"{address}/decline", json={}, headers=secretariat.headers).status_code == 409
    assert web.get(address, headers=niger.headers).status_code == 404
    listed = web.get(f"/api/v1/engagements?subject={subject}", headers=ghana.headers).json()
    assert [line["state"] for line in listed["items"]] == ["reported_to_officials"]
    assert web.get(f"{address}/journal", headers=secretariat.headers).json()["chain_holds"]
    assert web.post(f"{address}/revoke-consent", json={}, headers=ghana.headers).status_code == 200
    assert web.get(address, headers=secretariat.headers).status_code == 404
    assert web.post(f"{address}/close", json={}, headers=secretariat.headers).status_code == 404
