"""Why not that offer, through the door: all of it for the desk, one's own for those who ask."""

from typing import Any

from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service import people
from tests.service.matches.worlds import World, a_world, computed, proposals
from tests.service.people import Person


def _asked(web: TestClient, who: Person, need: str, component: str, offer: str, **more: str) -> Any:
    query = {"component": component, "offer": offer, **more}
    return web.get(f"/api/v1/needs/{need}/why-not", params=query, headers=who.headers)


def _pair(web: TestClient, database: Database, world: World) -> tuple[str, str, str, str]:
    """Run a round; return Ghana's need and component, the offer that was chosen and the one that was not."""
    assert computed(web, database, world.desk)["state"] == "finished"
    need = world.needs["GHA"]
    (proposal,) = [item for item in proposals(web, world.desk) if item["need"] == need]
    (seat,) = proposal["seats"]
    other = next(world.offers[iso3] for iso3 in ("NLD", "PHL") if world.offers[iso3] != seat["offer"])
    return need, seat["component"], seat["offer"], other


def test_the_desk_is_told_the_score_and_what_would_change(web: TestClient, database: Database) -> None:
    """The desk learns at which score the offer would enter, and who would give way, in words too."""
    world = a_world(database)
    need, component, chosen, other = _pair(web, database, world)
    answer = _asked(web, world.desk, need, component, other)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["short_by"] == told["enters_at"] - told["score"] >= 1
    assert {(change["offer"], change["experts"]) for change in told["changes"]} == {(chosen, -1), (other, 1)}
    assert {reason["code"] for reason in told["reasons"]} <= {
        "would_enter_at",
        "equally_good",
        "would_displace",
    }
    assert all(reason["text"] for reason in told["reasons"])
    seated = _asked(web, world.desk, need, component, chosen).json()
    assert [reason["code"] for reason in seated["reasons"]] == ["chosen"]
    kept_out = _asked(web, world.desk, need, component, world.offers["MAR"]).json()
    assert [reason["code"] for reason in kept_out["reasons"]] == ["topic_too_far"]
    assert "too far from the topic" in kept_out["reasons"][0]["text"]


def test_those_who_ask_are_told_only_what_concerns_them(web: TestClient, database: Database) -> None:
    """The requester learns how its own team compares, and neither a score to reach nor anybody's changes."""
    world = a_world(database)
    need, component, _, other = _pair(web, database, world)
    told = _asked(web, world.officers["GHA"], need, component, other).json()
    assert (told["enters_at"], told["short_by"], told["changes"]) == (None, None, [])
    assert {reason["code"] for reason in told["reasons"]} <= {
        "lower_score",
        "same_score",
        "not_available",
        "candidates_considered",
    }
    assert told["reasons"][-1]["params"] == {"offers": "few"}
    assert told["reasons"][-1]["text"] == "Candidates that were considered: few."


def test_a_margin_is_for_the_desk_alone(web: TestClient, database: Database) -> None:
    """How close the next team is would tell a requester of others' offers, so only the desk reads it."""
    world = a_world(database)
    need, *_ = _pair(web, database, world)
    margins = {"margin", "another_team_as_good", "no_other_team"}
    seen = {
        who: {
            reason["code"]
            for item in proposals(web, person)
            if item["need"] == need
            for reason in item["reasons"]
        }
        for who, person in (("desk", world.desk), ("asker", world.officers["GHA"]))
    }
    assert seen["desk"] & margins
    assert seen["asker"]
    assert not seen["asker"] & margins


def test_what_one_may_not_ask_about_looks_absent(web: TestClient, database: Database) -> None:
    """Other people's needs, offers that nobody named to the requester, and pairs that no round knew."""
    world = a_world(database)
    need, component, _, other = _pair(web, database, world)
    for stranger in (world.officers["NER"], world.pools["NLD"], people.desk(database)):
        assert _asked(web, stranger, need, component, other).status_code == 404
    assert _asked(web, world.officers["GHA"], need, component, world.offers["MAR"]).status_code == 404
    assert _asked(web, world.desk, need, component, "offer_" + "0" * 32).status_code == 404
    assert _asked(web, world.desk, need, component, other, round="round_" + "0" * 32).status_code == 404
