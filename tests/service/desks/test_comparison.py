"""Two rounds side by side: through the API, on the page, and for the desk that ran both only."""

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service import people
from tests.service.desks.reading import check, get
from tests.service.matches.worlds import World, a_world, computed

API = "/api/v1"
Rounds = tuple[World, str, str]


@pytest.fixture
def two_rounds(web: TestClient, database: Database) -> Rounds:
    """A round under the published policy, and one that accepts nobody."""
    world = a_world(database)
    first = computed(web, database, world.desk)
    strict = {"text_model": "character-ngrams", "minimum_score": 10_000}
    second = computed(web, database, world.desk, policy=strict)
    return world, first["id"], second["id"]


def test_the_api_tells_who_loses_and_what_it_costs(web: TestClient, two_rounds: Rounds) -> None:
    """Under a policy that accepts nobody every need loses its team, and the differences are counted."""
    world, first, second = two_rounds
    path = f"{API}/rounds/{first}/comparison"
    found = web.get(path, params={"with": second}, headers=world.desk.headers).json()
    assert (found["lost"], found["gained"], found["same_facts"]) == (2, 0, True)
    assert {row["need"] for row in found["needs"]} == set(world.needs.values())
    assert found["experts_cost"] == sum(row["experts_before"] for row in found["providers"]) == 2
    assert found["points_cost"] > 0


def test_the_page_shows_both_rounds_and_the_settings_that_differ(web: TestClient, two_rounds: Rounds) -> None:
    """The round's page leads to it; it offers the other rounds, and names needs, providers and settings."""
    world, first, second = two_rounds
    assert f"/rounds/{first}/comparison" in get(web, f"/rounds/{first}", world.desk).text
    choice = check(get(web, f"/rounds/{first}/comparison", world.desk))
    assert choice.counts["option"] == 1
    answer = get(web, f"/rounds/{first}/comparison?with={second}", world.desk)
    check(answer)
    for words in ("minimum_score", "Train analysts of migration data", "loses", "2 experts fewer"):
        assert words in answer.text


def test_nobody_else_may_compare(web: TestClient, database: Database, two_rounds: Rounds) -> None:
    """To another desk and to those who ask both rounds look absent, as an unknown one to their own."""
    world, first, second = two_rounds
    for who in (people.desk(database), world.officers["GHA"]):
        check(get(web, f"/rounds/{first}/comparison?with={second}", who), 404)
        path = f"{API}/rounds/{first}/comparison"
        assert web.get(path, params={"with": second}, headers=who.headers).status_code == 404
    check(get(web, f"/rounds/{first}/comparison?with=round_{'0' * 32}", world.desk), 404)
