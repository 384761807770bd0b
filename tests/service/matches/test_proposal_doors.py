"""What is shown of proposals, seats and unmet components, and to whom, through the doors."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service import clock
from service.database.columns import new_id
from service.database.engines import Database
from service.matches import proposal_commands as commands
from service.matches import proposal_queries as queries
from service.matches import seat_commands
from service.matches.lapsing import release_news
from service.matches.proposal_schemas import Proposing, SeatAcceptance
from service.matches.tables import UnmetComponent
from service.needs.views import components_of
from service.web.paging import PageAsked
from tests.service import people
from tests.service.matches.cases import REASON, Team, a_proposal, a_team, an_offer
from tests.service.needs.cases import a_need
from tests.service.statements import statements_of

API = "/api/v1"
CANARY = "Zugvogel"
NAMES = {"names_need": True}


def _propose(database: Database, team: Team) -> None:
    with database.writing() as session:
        commands.propose_proposal(session, team.officer.caller, team.proposal, Proposing(names_need=True))


def _unmet(database: Database, team: Team, need: str, **more: Any) -> str:
    with database.writing() as session:
        row = UnmetComponent(
            id=new_id("unmet"),
            round_id=team.round,
            need_id=need,
            component_id=components_of(session, [need])[need][0].id,
            missing=1,
            reason="no_availability",
            reasons=[REASON],
            exclusions=[
                {"rule": "vetoed", "offers": 3, "alone": 2},
                {"rule": "language_gap", "offers": 4, "alone": 1},
                {"rule": "do_not_pair", "offers": 1, "alone": 1},
            ],
            certificate={"components": ["component_of_another_need"], "demand": 2},
            found_at=clock.now(),
            **more,
        )
        session.add(row)
    return row.id


def test_a_proposal_is_shown_to_those_who_ask_and_the_desk(web: TestClient, database: Database) -> None:
    """Requester and desk list and open a proposal and its journal; to everybody else there is none."""
    team = a_team(database, mandatory=(True, True))
    address = f"{API}/proposals/{team.proposal}"
    for reader in (team.officer, team.desk):
        listed = web.get(f"{API}/proposals", headers=reader.headers).json()["items"]
        assert [line["id"] for line in listed] == [team.proposal]
        shown = web.get(address, headers=reader.headers).json()
        assert {seat["id"] for seat in shown["seats"]} == set(team.seats)
        agree = ["agree"] if reader is team.officer else []
        assert shown["moves"] == ["shortlist", "propose", "withdraw", *agree]
        assert web.get(f"{address}/journal", headers=reader.headers).status_code == 200
    outsiders = [*team.pools, people.ministry(database, "NER"), people.desk(database)]
    outsiders += [people.administrator(database), people.colleague(database, team.officer, "observer")]
    for outsider in outsiders:
        assert web.get(f"{API}/proposals", headers=outsider.headers).json()["items"] == []
        for path in (address, f"{address}/journal"):
            assert web.get(path, headers=outsider.headers).status_code == 404
    assert web.get(f"{API}/proposals").status_code == 401


def test_a_whole_agreement_goes_through_the_doors(web: TestClient, database: Database) -> None:
    """Shortlisted, proposed, accepted and confirmed by the people whose part it is, over HTTP."""
    team = a_team(database)
    proposal, seat = f"{API}/proposals/{team.proposal}", f"{API}/seats/{team.seats[0]}"
    officer, pool = team.officer.headers, team.pools[0].headers
    assert web.post(f"{proposal}/shortlist", json={}, headers=officer).json()["status"] == "shortlisted"
    refused = web.post(f"{proposal}/propose", json={}, headers=team.desk.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "naming_not_allowed")
    assert web.post(f"{proposal}/propose", json=NAMES, headers=officer).json()["status"] == "proposed"
    assert web.post(f"{proposal}/confirm", json={}, headers=officer).json()["code"] == "still_to_be_agreed"
    accepted = web.post(f"{seat}/accept", json={"interest": {"stance": "none"}}, headers=pool)
    assert accepted.json()["status"] == "accepted"
    shown = web.post(f"{proposal}/confirm", json={}, headers=officer).json()
    assert (shown["status"], shown["seats"][0]["status"]) == ("confirmed", "confirmed")
    assert len(shown["seats"][0]["months"]) == 1
    assert web.get(seat, headers=pool).json()["months"] == shown["seats"][0]["months"]
    assert web.get(f"{seat}/journal", headers=pool).json()["chain_holds"]


def test_a_provider_sees_its_own_seats_and_no_more(web: TestClient, database: Database) -> None:
    """A provider is told what is asked for; who asks comes with agreement; the rest of the team never."""
    team = a_team(database, mandatory=(True, True), title=f"{CANARY} analysts")
    first, second = (pool.headers for pool in team.pools)
    seat = f"{API}/seats/{team.seats[0]}"
    assert web.get(seat, headers=first).status_code == 404
    _propose(database, team)
    listed = web.get(f"{API}/seats", headers=first).json()["items"]
    assert [line["id"] for line in listed] == [team.seats[0]]
    answer = web.get(seat, headers=first)
    asked_for = answer.json()["asked_for"]
    assert (asked_for["area"], asked_for["commitments"]) == ("EXP-DATA", ["T4-01"])
    assert asked_for["requester_states"] is None
    hidden = [CANARY, team.need, team.officer.stakeholder_id, team.seats[1], team.pools[1].stakeholder_id]
    assert not [word for word in hidden if word in answer.text]
    journal = web.get(f"{seat}/journal", headers=first).text
    assert team.officer.account_id not in journal
    for headers, place in ((first, 0), (second, 1)):
        web.post(f"{API}/seats/{team.seats[place]}/accept", json={}, headers=headers)
    agreed = web.get(seat, headers=first).json()
    assert agreed["is_agreed_on_both_sides"]
    assert agreed["asked_for"]["need_title"] == f"{CANARY} analysts"
    assert agreed["asked_for"]["requester_states"] == ["GHA"]
    assert team.seats[1] not in web.get(seat, headers=first).text


def test_the_level_says_whether_the_state_is_shown(web: TestClient, database: Database) -> None:
    """Where the requester lets named providers see the need, its state is shown before both sides agree."""
    team = a_team(database, confidentiality="all_states")
    _propose(database, team)
    asked_for = web.get(f"{API}/seats/{team.seats[0]}", headers=team.pools[0].headers).json()["asked_for"]
    assert (asked_for["requester_states"], asked_for["need_title"]) == (["GHA"], None)


@pytest.mark.parametrize("code", ["conflict_of_interest", "capacity", "no_availability", "preference"])
def test_every_private_no_looks_the_same_to_the_requester(
    web: TestClient, database: Database, code: str
) -> None:
    """Whatever private reason a provider declines for, the requester is told later, and not which it was."""
    team = a_team(database)
    _propose(database, team)
    declined = web.post(
        f"{API}/seats/{team.seats[0]}/decline", json={"code": code}, headers=team.pools[0].headers
    )
    assert declined.json()["answer_reason"] == code
    assert declined.json()["asked_for"] is None
    address = f"{API}/proposals/{team.proposal}"
    assert web.get(address, headers=team.officer.headers).json()["seats"][0]["answer_reason"] is None
    with clock.set_to(clock.now() + timedelta(hours=1)), database.writing() as session:
        release_news(session)
    shown = web.get(address, headers=team.officer.headers).json()["seats"][0]
    assert shown["answer_reason"] == "not_available"
    assert web.get(address, headers=team.desk.headers).json()["seats"][0]["answer_reason"] == code
    journal = web.get(f"{address}/journal", headers=team.officer.headers).text
    assert f'"{code}"' not in journal
    assert team.pools[0].account_id not in journal


def test_a_providers_own_wish_is_not_told(web: TestClient, database: Database) -> None:
    """That a provider prefers the requester is a reason that nobody but the provider reads."""
    team = a_team(database)
    for reader in (team.officer, team.desk):
        answer = web.get(f"{API}/proposals/{team.proposal}", headers=reader.headers)
        assert "same_area" in answer.text
        assert "preferred_by_provider" not in answer.text


def test_an_expert_on_its_own_has_no_name_before_agreement(web: TestClient, database: Database) -> None:
    """An individual expert's name and id are hidden from the asking side until both sides agree."""
    team = a_team(database)
    with database.writing() as session:
        expert = people.stakeholder(session, "individual_expert", name=f"{CANARY} Person")
        manager = people.person(session, "pool_manager", expert)
        offer = an_offer(session, manager)
        proposal, [seat] = a_proposal(session, team.need, team.round, [offer])
        commands.propose_proposal(session, team.officer.caller, proposal, Proposing(names_need=True))
    address = f"{API}/proposals/{proposal}"
    before = web.get(address, headers=team.officer.headers).text
    assert CANARY not in before
    assert expert not in before
    web.post(f"{API}/seats/{seat}/accept", json={}, headers=manager.headers)
    assert CANARY in web.get(address, headers=team.officer.headers).text


def test_lists_are_narrowed_without_telling_of_others(web: TestClient, database: Database) -> None:
    """Filters by need, round, status, provider's state and dialogue find what fits, among one's own only."""
    team, other = a_team(database), a_team(database)

    def found(**wanted: str) -> list[str]:
        answer = web.get(f"{API}/proposals", params=wanted, headers=team.officer.headers)
        return [line["id"] for line in answer.json()["items"]]

    for wanted in (
        {"need": team.need},
        {"round": team.round},
        {"status": "suggested"},
        {"provider_state": "NLD"},
        {"dialogue": "PRAGUE"},
    ):
        assert found(**wanted) == [team.proposal]
    for wanted in (
        {"need": other.need},
        {"round": other.round},
        {"status": "confirmed"},
        {"provider_state": "PHL"},
        {"dialogue": "RABAT"},
    ):
        assert found(**wanted) == []


def test_what_stays_unmet_is_shown_with_as_much_proof_as_one_may_see(
    web: TestClient, database: Database
) -> None:
    """The requester reads the reason and counts from three on, the desk causes and proof; others nothing."""
    team = a_team(database)
    need = a_need(database, "circulated", team.officer, team.desk)
    unmet = _unmet(database, team, need)
    _unmet(database, team, need, superseded_by=team.round)
    [to_requester] = web.get(f"{API}/unmet", headers=team.officer.headers).json()["items"]
    [to_desk] = web.get(f"{API}/unmet?reason=no_availability", headers=team.desk.headers).json()["items"]
    assert to_requester["id"] == to_desk["id"] == unmet
    assert to_requester["certificate"] is None
    assert to_desk["certificate"]["demand"] == 2
    hidden = {"rule": "not_available", "offers": None, "alone": None}
    language = {"rule": "language_gap", "offers": 4, "alone": 1}
    assert to_requester["exclusions"] == [language | {"alone": None}, hidden]
    assert to_desk["exclusions"] == [{"rule": "vetoed", "offers": 3, "alone": 2}, language, hidden]
    for outsider in (*team.pools, people.ministry(database, "NER"), people.desk(database)):
        assert web.get(f"{API}/unmet", headers=outsider.headers).json()["items"] == []


def test_a_list_takes_as_many_statements_for_many_as_for_one(database: Database) -> None:
    """Lists of proposals and of seats ask the database equally often however long they are."""
    team = a_team(database)
    _propose(database, team)
    counts = []
    for added in (0, 12):
        with database.writing() as session:
            for _ in range(added):
                a_proposal(session, team.need, team.round, team.offers)
        with database.reading() as session, statements_of(session) as sent:
            wanted = queries.ProposalFilter()
            page = queries.list_proposals(session, team.officer.caller, wanted, PageAsked())
            queries.get_proposal(session, team.officer.caller, team.proposal, "en")
            queries.list_own_seats(session, team.pools[0].caller, None, PageAsked())
        counts.append((len(page.items), len(sent)))
    assert counts[0][1] == counts[1][1]
    assert [items for items, _ in counts] == [1, 13]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("accept", {"months": ["soon"]}, "months[0]"),
        ("accept", {"expert": "x"}, "expert"),
        ("accept", {"colour": "red"}, "colour"),
        ("decline", {}, "code"),
        ("decline", {"code": "because"}, "code"),
        ("give-back", {"code": 7}, "code"),
    ],
)
def test_a_wrong_field_is_named(
    web: TestClient, database: Database, verb: str, body: dict[str, Any], field: str
) -> None:
    """What is sent wrongly about a seat is refused by the name of the field."""
    team = a_team(database)
    _propose(database, team)
    answer = web.post(f"{API}/seats/{team.seats[0]}/{verb}", json=body, headers=team.pools[0].headers)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_dialogue_is_told_only_of_ones_own_need(web: TestClient, database: Database) -> None:
    """A requester tells a dialogue of its need; its desk cannot, and to others there is no such need."""
    team = a_team(database)
    secretariat = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    address = f"{API}/needs/{team.need}/engagements"
    consent = {"dialogue": "PRAGUE", "consents": True, "message": "We look for peers"}
    for stranger in (team.desk, team.pools[0], people.ministry(database, "NER")):
        assert web.post(address, json=consent, headers=stranger.headers).status_code == 404
    assert (
        web.post(address, json={**consent, "consents": False}, headers=team.officer.headers).status_code
        == 422
    )
    made = web.post(address, json=consent, headers=team.officer.headers)
    assert made.status_code == 201
    seen = web.get(f"{API}/engagements/{made.json()['id']}", headers=secretariat.headers).json()
    assert (seen["subject"], seen["message"]) == (f"need:{team.need}", "We look for peers")


def test_a_withdrawn_proposal_takes_its_words_back(web: TestClient, database: Database) -> None:
    """Once a proposal is withdrawn its provider sees that, and nothing of the need any more."""
    team = a_team(database, confidentiality="all_states")
    _propose(database, team)
    with database.writing() as session:
        seat_commands.accept_seat(session, team.pools[0].caller, team.seats[0], SeatAcceptance())
    answer = web.post(f"{API}/proposals/{team.proposal}/withdraw", json={}, headers=team.desk.headers)
    assert answer.json()["status"] == "withdrawn"
    seat = web.get(f"{API}/seats/{team.seats[0]}", headers=team.pools[0].headers).json()
    assert (seat["status"], seat["asked_for"], seat["months"], seat["moves"]) == ("withdrawn", None, [], [])
