"""Rounds, from the request to proposals and findings, through the doors."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matching import Policy, Problem, run_round
from service.database.engines import Database, open_database
from service.matches import computing
from service.matches.commands import advance_round, begin_round, request_round
from service.matches.computing import run_to_end
from service.matches.rules import ROUND_ENDS, ROUND_MOVES, ROUND_STATES
from service.matches.schemas import RoundRequest
from service.matches.tables import MatchRound
from service.stakeholders.tables import Stakeholder
from tests.databases import Template
from tests.service import people
from tests.service.matches.worlds import a_world, an_offer, computed, proposals, request
from tests.service.needs.cases import a_need


def test_a_round_proposes_or_explains_every_need(web: TestClient, database: Database) -> None:
    """After a round every need has a team with reasons, or a coded reason with a certificate."""
    world = a_world(database)
    lonely = a_need(
        database,
        "circulated",
        people.ministry(database, "TJK"),
        world.desk,
        title="Plan a relocation",
        commitments=["T3-04"],
        components=[{"area": "EXP-ENV"}],
    )
    row = computed(web, database, world.desk)
    assert row["state"] == "finished", row["failure"]
    assert row["figures"]["needs"] == 3
    found = {item["need"]: item for item in proposals(web, world.desk)}
    unmet = {
        item["need"]: item for item in web.get("/api/v1/unmet", headers=world.desk.headers).json()["items"]
    }
    assert set(found) | set(unmet) == {*world.needs.values(), lonely}
    assert found[world.needs["NER"]]["seats"][0]["offer"] == world.offers["MAR"]
    assert all(item["reasons"] and item["reasons"][0]["text"] for item in found.values())
    certificate = unmet[lonely]["certificate"]
    assert (
        certificate["demand"] - certificate["capacity"] - certificate["single_pairs"] == certificate["unmet"]
    )
    assert unmet[lonely]["reason"] == "no_expertise"


def test_points_of_a_seat_add_up_to_its_score(web: TestClient, database: Database) -> None:
    """What the criteria give adds up to the score that is shown."""
    world = a_world(database)
    computed(web, database, world.desk)
    for proposal in proposals(web, world.desk):
        for seat in proposal["seats"]:
            points = sum(criterion["points"] for criterion in seat["criteria"])
            assert points * 100 == pytest.approx(seat["score"], abs=1)
            assert all(reason["text"] for part in seat["criteria"] for reason in part["reasons"])


def test_a_need_at_the_default_level_is_matched_and_shown_to_its_own_only(
    web: TestClient, database: Database
) -> None:
    """Computing is not showing: a confidential need gets its team, and nobody else learns of it."""
    world = a_world(database)
    computed(web, database, world.desk)
    officer, other = world.officers["GHA"], world.officers["NER"]
    assert [item["need"] for item in proposals(web, officer)] == [world.needs["GHA"]]
    proposal = proposals(web, officer)[0]["id"]
    for stranger in (other, world.pools["NLD"], people.desk(database), people.administrator(database)):
        assert web.get(f"/api/v1/proposals/{proposal}", headers=stranger.headers).status_code == 404
        assert web.get(f"/api/v1/needs/{world.needs['GHA']}", headers=stranger.headers).status_code == 404
        assert proposal not in str(web.get("/api/v1/proposals", headers=stranger.headers).json())


def test_a_round_is_its_desks_alone(web: TestClient, database: Database) -> None:
    """Nobody but its desk sees a round, its problem or its journal, or can stop it."""
    world = a_world(database)
    row = computed(web, database, world.desk)
    other = people.desk(database)
    for who in (other, world.officers["GHA"], people.administrator(database)):
        for door in ("", "/problem", "/journal"):
            assert web.get(f"/api/v1/rounds/{row['id']}{door}", headers=who.headers).status_code == 404
        assert web.post(f"/api/v1/rounds/{row['id']}/cancel", json={}, headers=who.headers).status_code == 404
        assert web.get("/api/v1/rounds", headers=who.headers).json()["items"] == []
    body = {"desk": world.desk.stakeholder_id}
    assert web.post("/api/v1/rounds", json=body, headers=other.headers).status_code == 403


def test_a_round_takes_in_only_the_needs_of_its_desk(web: TestClient, database: Database) -> None:
    """Two desks on one instance: neither's round takes in, counts or shows the other's needs."""
    world, other = a_world(database), a_world(database)
    row = computed(web, database, world.desk)
    assert row["figures"]["needs"] == len(world.needs)
    problem = web.get(f"/api/v1/rounds/{row['id']}/problem", headers=world.desk.headers).text
    assert not any(need in problem for need in other.needs.values())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"desk": "stakeholder_" + "0" * 32}, "desk"),
        ({"scope": {"theme": "T9"}}, "scope.theme"),
        ({"scope": {"dialogue": "NOWHERE"}}, "scope.dialogue"),
        ({"scope": {"planet": "Earth"}}, "scope.planet"),
        ({"seed": -1}, "seed"),
        ({"seed": "1"}, "seed"),
        ({"priority": 1}, "priority"),
    ],
)
def test_a_faulty_request_is_refused_by_field(
    web: TestClient, database: Database, change: dict[str, Any], field: str
) -> None:
    """What is wrong with a request for a round is refused with the field's name."""
    desk = people.desk(database)
    body = {"desk": desk.stakeholder_id} | change
    answer = web.post("/api/v1/rounds", json=body, headers=desk.headers)
    assert answer.status_code in {404, 422}
    if answer.status_code == 422:
        assert field in [fault["field"] for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("policy", "setting"),
    [
        ({"fairness": "lottery"}, "fairness"),
        ({"luck": 1}, "luck"),
        ({"minimum_score": 0}, "minimum_score"),
        ({"weights": {"topic": 1.0}}, "weights"),
        ({"text_model": "telepathy"}, "text_model"),
        ({"fairness": "maxmin", "hold_back": {"arrivals": 5}}, "fairness with hold_back"),
        ({"calendar": "by_month", "team_slack": 100}, "calendar with team_slack"),
    ],
)
def test_an_impossible_policy_is_refused_by_setting(
    web: TestClient, database: Database, policy: dict[str, Any], setting: str
) -> None:
    """No setting is ignored in silence: an unknown or impossible one is refused by its name."""
    desk = people.desk(database)
    body = {"desk": desk.stakeholder_id, "policy": policy}
    answer = web.post("/api/v1/rounds", json=body, headers=desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "policy_not_valid")
    assert setting in answer.json()["detail"]


def test_a_desk_runs_one_round_at_a_time(web: TestClient, database: Database) -> None:
    """A second round of a desk is refused while one is under way, and possible after it was cancelled."""
    desk = people.desk(database)
    first = request(web, desk)
    body = {"desk": desk.stakeholder_id}
    second = web.post("/api/v1/rounds", json=body, headers=desk.headers)
    assert (second.status_code, second.json()["code"]) == (409, "round_under_way")
    assert web.post(f"/api/v1/rounds/{first}/cancel", json={}, headers=desk.headers).status_code == 200
    request(web, desk)


def test_a_cancelled_round_leaves_nothing(web: TestClient, database: Database) -> None:
    """A round that is cancelled while it is computed keeps no proposals and stays cancelled."""
    world = a_world(database)
    round_id = request(web, world.desk)
    with database.writing() as session:
        begin_round(session, round_id, timedelta(minutes=5))
    web.post(f"/api/v1/rounds/{round_id}/cancel", json={"reason": "Too early."}, headers=world.desk.headers)
    run_to_end(database, round_id)
    seen = web.get(f"/api/v1/rounds/{round_id}", headers=world.desk.headers).json()
    assert (seen["state"], seen["failure"]) == ("cancelled", None)
    assert proposals(web, world.desk) == []


def test_a_round_goes_on_where_it_was_killed(web: TestClient, database: Database) -> None:
    """A round that begins again after a crash ends as it would have, each proposal once."""
    world = a_world(database)
    round_id = request(web, world.desk)
    for _ in range(2):
        with database.writing() as session:
            begin_round(session, round_id, timedelta(minutes=5))
    with database.writing() as session:
        advance_round(session, round_id, "compute")
        begin_round(session, round_id, timedelta(minutes=5))
    run_to_end(database, round_id)
    seen = web.get(f"/api/v1/rounds/{round_id}", headers=world.desk.headers).json()
    assert seen["state"] == "finished"
    assert len(proposals(web, world.desk)) == 2
    with database.writing() as session:
        assert not begin_round(session, round_id, timedelta(minutes=5))


def test_what_changed_meanwhile_is_said(web: TestClient, database: Database) -> None:
    """A proposal whose offer was closed while the round was computed says so, and cannot be proposed."""
    world = a_world(database)
    round_id = request(web, world.desk)
    with database.writing() as session:
        begin_round(session, round_id, timedelta(minutes=5))
    computing._gathered(database, round_id)
    moved = web.post(
        f"/api/v1/offers/{world.offers['MAR']}/withdraw", json={}, headers=world.pools["MAR"].headers
    )
    assert moved.status_code == 200
    run_to_end(database, round_id)
    found = {item["need"]: item for item in proposals(web, world.desk)}
    stale = found[world.needs["NER"]]
    assert [reason["code"] for reason in stale["stale_because"]] == ["offer_closed_meanwhile"]
    assert found[world.needs["GHA"]]["stale_because"] == []
    answer = web.post(f"/api/v1/proposals/{stale['id']}/propose", json={}, headers=world.desk.headers)
    assert answer.status_code == 409


def test_a_later_round_takes_the_place_of_an_earlier_one(web: TestClient, database: Database) -> None:
    """Suggestions of an earlier round give way to those of a later one; findings about unmet needs too."""
    world = a_world(database)
    first = computed(web, database, world.desk)
    second = computed(web, database, world.desk)
    states = {item["round"]: item["status"] for item in proposals(web, world.desk)}
    assert states == {first["id"]: "superseded", second["id"]: "suggested"}
    assert first["fingerprint"] == second["fingerprint"]


def _fingerprint(template: Template, folder: Path, order: int) -> str | None:
    """The fingerprint of a round over the small world, registered in an order into a database of its own."""
    folder.mkdir()
    with template.copy(folder) as address:
        database = open_database(address, pool_size=2)
        world = a_world(database, order=order)
        with database.writing() as session:
            for people_there in (world.officers, world.pools):
                for iso3, person in people_there.items():
                    # The names of invented people are numbered in the order in which they are made.
                    session.get_one(Stakeholder, person.stakeholder_id).name = f"Somebody of {iso3}"
            asked = RoundRequest(desk=world.desk.stakeholder_id, policy={"text_model": "character-ngrams"})
            round_id = request_round(session, world.desk.caller, asked).id
            begin_round(session, round_id, timedelta(minutes=5))
        run_to_end(database, round_id)
        with database.reading() as session:
            found = session.get_one(MatchRound, round_id).fingerprint
        database.close()
    return found


def test_the_order_of_registration_changes_nothing(template: Template, tmp_path: Path) -> None:
    """The same needs and offers, registered in another order under other ids, give the same fingerprint."""
    forwards, backwards = (_fingerprint(template, tmp_path / str(order), order) for order in (1, -1))
    assert forwards is not None
    assert forwards == backwards


def test_a_veto_and_a_lock_are_kept(web: TestClient, database: Database) -> None:
    """A vetoed pair is never proposed, a locked one always; a decision that was lifted counts no more."""
    world = a_world(database)
    need, officer = world.needs["GHA"], world.officers["GHA"]
    component = web.get(f"/api/v1/needs/{need}", headers=officer.headers).json()["components"][0]["id"]

    def decide(offer: str, decision: str) -> str:
        body = {
            "component": component,
            "offer": world.offers[offer],
            "decision": decision,
            "reason": "We know.",
        }
        answer = web.post(f"/api/v1/needs/{need}/pins", json=body, headers=world.desk.headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def seated() -> list[str]:
        computed(web, database, world.desk)
        found = proposals(web, world.desk, need=need, status="suggested")
        return [seat["offer"] for seat in found[0]["seats"]]

    favourite = seated()[0]
    pools = {offer: iso3 for iso3, offer in world.offers.items()}
    other = next(iso3 for iso3 in ("NLD", "PHL") if world.offers[iso3] != favourite)
    veto = decide(pools[favourite], "veto")
    assert seated() == [world.offers[other]]
    assert web.post(f"/api/v1/pins/{veto}/lift", json={}, headers=world.desk.headers).status_code == 200
    assert seated() == [favourite]
    decide(other, "lock")
    assert seated() == [world.offers[other]]
    stranger = world.officers["NER"]
    assert web.get(f"/api/v1/needs/{need}/pins", headers=stranger.headers).status_code == 404


def test_a_do_not_pair_that_removes_everybody_is_explained(web: TestClient, database: Database) -> None:
    """A private list that leaves nobody makes the need unmet, with a reason that betrays nothing."""
    desk, officer = people.desk(database), people.ministry(database, "GHA")
    pool = people.pool(database, "NLD")
    an_offer(database, pool, "NLD")
    need = a_need(database, "circulated", officer, desk, do_not_pair=[pool.stakeholder_id])
    row = computed(web, database, desk)
    assert row["state"] == "finished", row["failure"]
    unmet = web.get("/api/v1/unmet", headers=desk.headers).json()["items"]
    assert [item["need"] for item in unmet] == [need]
    assert "do_not_pair" not in web.get("/api/v1/unmet", headers=desk.headers).text


def test_more_experts_than_exist_is_explained(web: TestClient, database: Database) -> None:
    """Asking for more experts than there are gives what there is, and a certificate for the rest."""
    world = a_world(database, components=[{"area": "EXP-DATA", "experts": 900}])
    row = computed(web, database, world.desk)
    assert row["state"] == "finished", row["failure"]
    unmet = web.get("/api/v1/unmet", headers=world.desk.headers).json()["items"]
    assert sum(item["missing"] for item in unmet) == 1800 - row["figures"]["filled"]
    assert all(item["reasons"][0]["text"] for item in unmet)


def test_an_empty_round_finishes(web: TestClient, database: Database) -> None:
    """A round with nothing to match finishes and says so in its figures."""
    row = computed(web, database, people.desk(database))
    assert (row["state"], row["figures"]["needs"]) == ("finished", 0)


def test_a_kept_problem_gives_the_same_outcome_with_the_engine_alone(
    web: TestClient, database: Database
) -> None:
    """The problem that a round keeps, run by the engine alone, has the fingerprint of the round."""
    world = a_world(database)
    row = computed(web, database, world.desk)
    text = web.get(f"/api/v1/rounds/{row['id']}/problem", headers=world.desk.headers).text
    policy = Policy(text_model="character-ngrams")
    assert run_round(Problem.from_json(text), policy, seed=row["seed"]).fingerprint == row["fingerprint"]


def test_a_round_has_no_move_outside_its_drawing() -> None:
    """From every state that is no end there is a way out, every state is reached, and ends stay."""
    reached = {move.target for move in ROUND_MOVES.values()} | {"requested"}
    assert reached == set(ROUND_STATES)
    for state in ROUND_STATES:
        leaving = [verb for verb, move in ROUND_MOVES.items() if state in move.sources]
        assert bool(leaving) == (state not in ROUND_ENDS)
