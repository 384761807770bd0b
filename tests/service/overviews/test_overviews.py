"""One page about a state, a theme, a commitment: everything that its reader may see, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from service.caller import Caller
from service.database.engines import Database
from service.deliveries.commands import register_delivery
from service.deliveries.schemas import DeliveryRegistration
from service.overviews.balances import get_themes_overview
from service.overviews.queries import get_commitment_overview, get_state_overview, list_state_counts
from tests.service import people
from tests.service.desks.reading import check, get
from tests.service.matches.worlds import World, a_world
from tests.service.needs.cases import a_need
from tests.service.statements import statements_of

API = "/api/v1/overviews"


@pytest.fixture
def world(database: Database) -> World:
    """Give a world whose needs every state may read, one confidential need, and help given before."""
    made = a_world(database, confidentiality="all_states")
    a_need(
        database,
        "circulated",
        made.officers["GHA"],
        made.desk,
        title="Canary in confidence",
        commitments=["T4-01"],
        confidentiality="secretariat_only",
    )
    helped = DeliveryRegistration(
        topic="Data for policy",
        language="en",
        status="completed",
        requesters=["GHA"],
        providers=["NLD"],
        providers_complete="full",
        commitments=["T4-01"],
        year_from=2021,
        source="https://example.org/report",
    )
    with database.writing() as session:
        register_delivery(session, people.administrator(database).caller, helped)
    return made


def test_the_page_of_a_state_gathers_what_its_reader_may_see(web: TestClient, world: World) -> None:
    """Needs, past help, dialogues and the map are there; a confidential need is there for its desk alone."""
    to_reader = get(web, "/states/GHA", world.officers["NER"])
    made = check(to_reader)
    assert f"/needs/{world.needs['GHA']}" in made.all("href")
    assert "/dialogues/RABAT" in made.all("href")
    assert "/states/NLD" in made.all("href")
    assert "Data for policy" in to_reader.text
    assert sum(svg.get("role") == "img" for svg in made.of("svg")) == 1
    assert "Canary" not in to_reader.text
    assert "Canary" in get(web, "/states/GHA", world.desk).text
    check(get(web, "/states/XXX", world.desk), 404)


def test_figures_count_only_what_the_reader_may_see(web: TestClient, world: World) -> None:
    """The door gives the page's figures: more to the desk than to another state, none to strangers."""

    def needs_of(path: str, **headers: Any) -> int:
        found: int = web.get(f"{API}{path}", **headers).json()["needs"]["in_all"]
        return found

    for path in ("/states/GHA", "/commitments/T4-01"):
        assert needs_of(path, headers=world.desk.headers) == 2
        assert needs_of(path, headers=world.officers["NER"].headers) == 1
        assert needs_of(path) == 0
    themes = web.get(f"{API}/themes", headers=world.officers["NER"].headers).json()["themes"]
    found = next(one for one in themes if one["theme"]["code"] == "T4")
    assert (found["open_needs"], found["help"]) == (1, 1)
    assert web.get(f"{API}/themes/T4", headers=world.officers["NER"].headers).json() == found
    assert web.get(f"{API}/themes/T9").status_code == 404


def test_states_are_found_by_a_part_of_their_name(web: TestClient, world: World) -> None:
    """The list stands by name, counts what the reader may see, and is narrowed by region and words."""
    rows = web.get(f"{API}/states", headers=world.desk.headers).json()["states"]
    names = [row["name"] for row in rows]
    assert names == sorted(names, key=str.casefold)
    ghana = next(row for row in rows if row["state"] == "GHA")
    assert (ghana["needs"], ghana["received"], ghana["given"]) == (2, 1, 0)
    made = check(get(web, "/states?q=ghan&region=Africa", world.desk))
    assert [link for link in made.all("href") if link.startswith("/states/")] == ["/states/GHA"]
    assert "No state has this in its name" in get(web, "/states?q=atlantis").text


def test_commitments_show_supply_beside_demand(web: TestClient, world: World) -> None:
    """From all themes to one, to a commitment with its needs, past help and frameworks."""
    made = check(get(web, "/commitments", world.desk))
    assert {"/themes/T4", "/commitments/T4-01"} <= set(made.all("href"))
    check(get(web, "/themes/T4", world.desk))
    answer = get(web, "/commitments/T4-01", world.desk)
    check(answer)
    assert "Canary" in answer.text
    assert "Data for policy" in answer.text
    assert "Canary" not in get(web, "/commitments/T4-01").text
    check(get(web, "/commitments/T9-99", world.desk), 404)


MOST_ASKED = {"state": 45, "states": 20, "commitment": 34, "themes": 19}
"""So many questions each overview asks the database at most."""


def _asked(database: Database, caller: Caller) -> dict[str, int]:
    reads: dict[str, Callable[[Session], object]] = {
        "state": lambda session: get_state_overview(session, caller, "GHA", "en"),
        "states": lambda session: list_state_counts(session, caller, "en"),
        "commitment": lambda session: get_commitment_overview(session, caller, "T4-01", "en"),
        "themes": lambda session: get_themes_overview(session, caller, "en"),
    }
    found = {}
    for name, read in reads.items():
        with database.reading() as session, statements_of(session) as sent:
            read(session)
            found[name] = len(sent)
    return found


def test_overviews_ask_as_much_for_many_as_for_one(database: Database, world: World) -> None:
    """However many needs there are, a page asks the database the same number of questions, and few."""
    caller = world.officers["NER"].caller
    before = _asked(database, caller)
    for number in range(3):
        more: dict[str, Any] = {"title": f"Another need, number {number}", "confidentiality": "public"}
        a_need(database, "circulated", world.officers["GHA"], world.desk, commitments=["T4-01"], **more)
    assert _asked(database, caller) == before
    assert all(number <= MOST_ASKED[name] for name, number in before.items()), before
