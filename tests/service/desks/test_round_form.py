"""Asking for a round on a page: what it sends, what it refuses at the field, and who may send it."""

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from matching.policy import LADDER_ALONE, QUOTA_PARAMETERS, Policy
from service.access.queries import COOKIE
from service.database.engines import Database
from service.desks.round_form import EMPTY, FAIRNESS, KNOWS_PRICES, QUOTAS, policy_in_words
from service.matches.commands import request_round
from service.matches.schemas import RoundRequest
from service.matches.tables import MatchRound
from tests.service import people
from tests.service.desks.reading import BROWSER, check, get
from tests.service.desks.test_offer_pages import kept
from tests.service.matches.worlds import a_world
from tests.service.people import Person

OWN = BROWSER | {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
HOSTILE = "\"><script>alert('x')</script>"


def _send(web: TestClient, who: Person, headers: dict[str, str] | None = None, /, **fields: str) -> Response:
    """Send the form as a browser does that is signed in by its cookie."""
    web.cookies.set(COOKIE, who.cookie)
    told = OWN if headers is None else headers
    sent: Response = web.post("/rounds/new", data=dict(EMPTY) | fields, headers=told, follow_redirects=False)
    web.cookies.clear()
    return sent


def _policy_of(web: TestClient, desk: Person, answer: Response) -> dict[str, Any]:
    assert answer.status_code == 303, answer.text
    row = web.get(f"/api/v1{answer.headers['location']}", headers=desk.headers).json()
    return dict(row["policy"])


def test_the_form_as_it_stands_asks_for_the_published_policy(web: TestClient, database: Database) -> None:
    """A desk finds the form from home, sends it, and sees its round's progress; one round at a time."""
    desk = a_world(database).desk
    assert "/rounds/new" in get(web, "/", desk).text
    made = check(get(web, "/rounds/new", desk))
    assert set(made.all("for")) >= {"theme", "dialogue", "topic", "arrivals", "state_cap", "south_floor"}
    answer = _send(web, desk, theme="T4", dialogue="RABAT")
    published = web.get("/api/v1/policy").json()
    assert _policy_of(web, desk, answer) == published
    row = web.get(f"/api/v1{answer.headers['location']}", headers=desk.headers).json()
    assert row["scope"] == {"theme": "T4", "dialogue": "RABAT"}
    check(get(web, answer.headers["location"], desk))
    again = _send(web, desk)
    check(again, 422)
    assert "runs a round already" in again.text
    assert answer.headers["location"] in again.text


def test_what_is_chosen_is_in_the_policy_of_the_round(web: TestClient, database: Database) -> None:
    """Hold-back, quotas and topic reach the round as they were entered."""
    desk = people.desk(database)
    sent = {"fairness": "total", "arrivals": "12", "state_cap": "25", "south_floor": "40", "topic": "0.5"}
    policy = _policy_of(web, desk, _send(web, desk, **sent))
    assert (policy["fairness"], policy["minimum_topic"], policy["hold_back"]["arrivals"]) == (
        "total",
        0.5,
        12,
    )
    assert policy_in_words(policy, "en") == [
        ("Fairness", "The best fit in all"),
        ("Needs expected before the next round", "12"),
        ("At most from one state", "25 percent of all places"),
        ("At least between states of the South", "40 percent of all places"),
    ]
    assert [(quota["kind"], quota["share"]) for quota in policy["quotas"]] == [
        ("provider_state_cap", 0.25),
        ("south_south_floor", 0.4),
    ]


@pytest.mark.parametrize(
    ("field", "value", "fairness"),
    [
        ("theme", "T9", "tiered"),
        ("theme", HOSTILE, "tiered"),
        ("dialogue", "NO WHERE", "tiered"),
        ("fairness", "random", "random"),
        ("topic", "0.41", "tiered"),
        ("arrivals", "-1", "tiered"),
        ("arrivals", "٣", "tiered"),
        ("state_cap", "101", "tiered"),
        ("south_floor", "0", "tiered"),
        ("south_floor", HOSTILE, "tiered"),
        ("state_cap", "20", "maxmin"),
        ("arrivals", "5", "leximin"),
        ("desk", "stakeholder_" + "0" * 32, "tiered"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_keeps_what_was_entered(
    web: TestClient, database: Database, field: str, value: str, fairness: str
) -> None:
    """A faulty entry shows the form again, with a sentence at the field, and asks for no round."""
    desk = people.desk(database)
    answer = _send(web, desk, **{"fairness": fairness, field: value})
    made = check(answer, 422)
    if field != "desk":  # who works at one desk has no choice to make
        assert f"{field}-fault" in made.all("id")
    assert "<script>" not in answer.text
    if field in {"arrivals", "state_cap", "south_floor"}:
        assert [box["value"] for box in made.of("input") if box["name"] == field] == [value]
    assert web.get("/api/v1/rounds", headers=desk.headers).json()["items"] == []


def test_only_desks_may_ask_and_only_from_our_own_page(web: TestClient, database: Database) -> None:
    """Others find no form; what another site sends, or what does not say where it is from, is refused."""
    world = a_world(database)
    for who in (world.officers["GHA"], world.pools["NLD"]):
        check(get(web, "/rounds/new", who), 404)
        check(_send(web, who), 404)
    check(get(web, "/rounds/new"), 401)
    for headers in ({}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        check(_send(web, world.desk, BROWSER | headers), 403)
    assert web.get("/api/v1/rounds", headers=world.desk.headers).json()["items"] == []


def test_a_cookie_still_changes_nothing_through_the_api(web: TestClient, database: Database) -> None:
    """The doors for programs ask for a token, whatever a browser says of where it comes from."""
    desk = people.desk(database)
    web.cookies.set(COOKIE, desk.cookie)
    answer = web.post("/api/v1/rounds", json={"desk": desk.stakeholder_id}, headers=OWN)
    assert answer.status_code == 401


def test_the_form_offers_what_the_engine_knows() -> None:
    """Each kind of fairness is a choice; what a round cannot combine is what the engine refuses."""
    assert set(FAIRNESS) == set(get_args(Policy.model_fields["fairness"].annotation))
    assert set(QUOTAS) == set(QUOTA_PARAMETERS)
    assert set(LADDER_ALONE) == KNOWS_PRICES
    assert (EMPTY["fairness"], float(EMPTY["topic"])) == (Policy().fairness, Policy().minimum_topic)


def test_a_desk_stops_its_round_on_a_page(database: Database, web: TestClient) -> None:
    """The page of a round under way leads to a form that stops it; to others it is absent."""
    officer = people.desk(database)
    with database.writing() as session:
        round_id = request_round(session, officer.caller, RoundRequest(desk=officer.stakeholder_id)).id
    address = f"/rounds/{round_id}/cancel"
    assert address in get(web, f"/rounds/{round_id}", officer).text
    assert get(web, address, people.ministry(database)).status_code == 404
    assert kept(web, officer, address, reason="The wrong theme.") == 303
    with database.reading() as session:
        assert session.get_one(MatchRound, round_id).state == "cancelled"
    assert kept(web, officer, address) == 409
