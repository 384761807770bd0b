"""The network and what goes together: each reader learns from what they may see, the desk of its rounds."""

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service import people
from tests.service.desks.reading import check, get
from tests.service.matches.worlds import TRAINING, a_world, computed
from tests.service.needs.cases import a_need

pytestmark = pytest.mark.database


def test_desk_sees_coalition_with_its_team_and_others_see_nothing(
    web: TestClient, database: Database
) -> None:
    """Two open needs on one topic are named with one team; a confidential one is never among them."""
    world = a_world(database, confidentiality="all_states")
    for iso3, level in (("TGO", "all_states"), ("BEN", "secretariat_only")):
        officer = people.ministry(database, iso3)
        said = {"title": f"Analysts of {iso3}", "commitments": ["T4-01"], "components": [TRAINING]}
        a_need(database, "circulated", officer, world.desk, confidentiality=level, **said)
    row = computed(web, database, world.desk)
    assert row["state"] == "finished", row["failure"]
    address = f"/api/v1/rounds/{row['id']}/together"
    answer = web.get(address, headers=world.desk.headers)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["coalitions"]
    assert {state["code"] for member in found["members"] for state in member["states"]} == {"GHA", "TGO"}
    assert (found["action"]["experts_together"], found["action"]["experts_separately"]) == (1, 2)
    assert all(reason["text"] for reason in found["reasons"] + found["action"]["reasons"])
    assert web.get(address, headers=world.officers["GHA"].headers).status_code == 404
    text = get(web, f"/rounds/{row['id']}/together", world.desk)
    check(text)
    assert "Analysts of TGO" in text.text
    assert "Analysts of BEN" not in text.text


def test_network_and_reach_count_what_the_reader_may_see(web: TestClient, database: Database) -> None:
    """A confidential need changes no figure of anybody who may not see it, and those of its desk."""
    world = a_world(database, confidentiality="all_states")
    reader = people.ministry(database, "PHL")
    asked = ("/api/v1/network", "/api/v1/dialogues/RABAT/reach")

    def seen(who: people.Person) -> list[object]:
        answers = [web.get(address, headers=who.headers) for address in asked]
        assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
        return [answer.json() for answer in answers]

    before, desk_before = seen(reader), seen(world.desk)
    said = {"title": "Secret", "commitments": ["T3-04"], "components": [{"area": "EXP-ENV"}]}
    a_need(
        database,
        "circulated",
        people.ministry(database, "NGA"),
        world.desk,
        confidentiality="secretariat_only",
        **said,
    )
    assert seen(reader) == before
    assert seen(world.desk) != desk_before


def test_pages_of_the_network_are_whole(web: TestClient, database: Database) -> None:
    """The network, an introduction and a dialogue are pages; who is not signed in gets none of them."""
    world = a_world(database)
    for address in (
        "/network",
        "/network?dialogue=RABAT&other=KHARTOUM",
        "/network/introductions?start=NER&end=NLD",
        "/dialogues/RABAT",
    ):
        check(get(web, address, world.desk))
        assert get(web, address).status_code == 401
    assert web.get("/api/v1/network?dialogue=NONE", headers=world.desk.headers).status_code == 404
    assert web.get("/api/v1/dialogues/NONE/reach", headers=world.desk.headers).status_code == 404
    found = web.get("/api/v1/network/introductions?start=NER&end=NLD", headers=world.desk.headers).json()
    assert found["steps"][0]["first"] == found["start"]["name"]
    assert found["steps"][-1]["second"] == found["end"]["name"]
