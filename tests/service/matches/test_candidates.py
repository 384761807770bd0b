"""One need's candidates, through the door."""

from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service import people
from tests.service.matches.worlds import a_world, an_offer
from tests.service.statements import statements_of_all


def test_candidates_are_ranked_and_explained(web: TestClient, database: Database) -> None:
    """The desk sees its need's candidates best first, each with points and words."""
    world = a_world(database)
    answer = web.get(f"/api/v1/needs/{world.needs['GHA']}/candidates", headers=world.desk.headers)
    assert answer.status_code == 200, answer.text
    found = answer.json()["candidates"]
    assert {item["offer"] for item in found[:2]} == {world.offers["NLD"], world.offers["PHL"]}
    assert [item["score"] for item in found] == sorted((item["score"] for item in found), reverse=True)
    assert all(part["label"] for item in found for part in item["criteria"])
    assert all(reason["text"] for item in found for reason in item["to_be_confirmed"])


def test_a_requester_is_shown_only_what_it_may_see(web: TestClient, database: Database) -> None:
    """An offer that is for the desk only is no candidate that its requester learns of."""
    world = a_world(database)
    address = f"/api/v1/needs/{world.needs['GHA']}/candidates"
    assert web.get(address, headers=world.officers["GHA"].headers).json()["candidates"] == []
    shown = web.post(
        f"/api/v1/offers/{world.offers['NLD']}/change-confidentiality",
        json={"confidentiality": "all_states"},
        headers=world.pools["NLD"].headers,
    )
    assert shown.status_code == 200, shown.text
    found = web.get(address, headers=world.officers["GHA"].headers).json()["candidates"]
    assert [item["offer"] for item in found] == [world.offers["NLD"]]


def test_a_ranking_is_of_this_moment(web: TestClient, database: Database) -> None:
    """What changes shows in the next ranking: an offer taken back is gone, a new one is there."""
    world = a_world(database)
    address = f"/api/v1/needs/{world.needs['GHA']}/candidates"

    def ranked() -> list[str]:
        found = web.get(address, headers=world.desk.headers).json()["candidates"]
        return [item["offer"] for item in found]

    before = ranked()
    gone = world.offers["NLD"]
    withdrawn = web.post(
        f"/api/v1/offers/{gone}/withdraw",
        json={"reason": "no_capacity_left"},
        headers=world.pools["NLD"].headers,
    )
    assert withdrawn.status_code == 200, withdrawn.text
    assert ranked() == [offer for offer in before if offer != gone]
    added = an_offer(database, world.pools["NLD"], "NLD", title="Analysts of migration data")
    assert added in ranked()
    wishes = {"refuses": [world.officers["GHA"].stakeholder_id]}
    address_of_wishes = f"/api/v1/offers/{added}/declare-wishes"
    declared = web.post(address_of_wishes, json=wishes, headers=world.pools["NLD"].headers)
    assert declared.status_code == 200, declared.text
    assert added not in ranked()


def test_what_did_not_change_is_not_read_again(web: TestClient, database: Database) -> None:
    """The second of two rankings reads no deliveries, and far less in all."""
    world = a_world(database)
    address = f"/api/v1/needs/{world.needs['GHA']}/candidates"
    with statements_of_all(database) as first:
        web.get(address, headers=world.desk.headers)
    with statements_of_all(database) as second:
        web.get(address, headers=world.desk.headers)
    assert len(second) < len(first)
    assert any("delivery_provider" in text for text in first)
    assert not any("delivery_provider" in text for text in second)


def test_a_ranking_holds_no_more_than_its_asker_may_see(web: TestClient, database: Database) -> None:
    """After the desk saw all offers, a requester still sees none of another's confidential ones."""
    world = a_world(database)
    address = f"/api/v1/needs/{world.needs['GHA']}/candidates"
    assert web.get(address, headers=world.desk.headers).json()["candidates"]
    assert web.get(address, headers=world.officers["GHA"].headers).json()["candidates"] == []


def test_candidates_of_another_need_look_absent(web: TestClient, database: Database) -> None:
    """Whoever neither asks nor handles is told that there is no such need."""
    world = a_world(database)
    address = f"/api/v1/needs/{world.needs['GHA']}/candidates"
    for stranger in (world.officers["NER"], world.pools["NLD"], people.desk(database)):
        assert web.get(address, headers=stranger.headers).status_code == 404
    assert web.get(address).status_code == 401


def test_the_policy_is_published(web: TestClient) -> None:
    """Anybody can read the weights, and they add to 1."""
    weights = web.get("/api/v1/policy").json()["weights"]
    assert abs(sum(weights.values()) - 1) < 1e-9
