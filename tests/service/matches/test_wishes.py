"""What a provider wishes in private moves no byte that those who ask can read."""

import re
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from service.database.engines import Database
from service.matches.tables import Proposal, Seat
from service.web.sent import FORM_KEY
from tests.service.matches.cases import CRITERION, a_proposal, a_team, an_offer
from tests.service.matches.worlds import a_world

API = "/api/v1"
PLAIN = {"criterion": "wishes", "weight": 0.04, "value": 0.5, "points": 2.0, "known": False, "reasons": []}
WISHED = PLAIN | {
    "value": 1.0,
    "points": 4.0,
    "known": True,
    "reasons": [{"code": "preferred_by_provider", "params": {}, "evidence": []}],
}
TOPIC = CRITERION | {"reasons": []}


def _next(component: str, offer: str, score: int, behind: int) -> dict[str, Any]:
    reason = {"code": "lower_score", "params": {"behind": behind}, "evidence": []}
    return {"component": component, "offer": offer, "score": score, "behind": behind, "reasons": [reason]}


def test_order_and_figures_of_a_team_tell_no_wish(web: TestClient, database: Database) -> None:
    """The same round with and without a wish: the requester reads the same bytes, the desk other ones."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        others = [an_offer(session, team.pools[0]) for _ in range(2)]
        rival, _ = a_proposal(session, team.need, team.round, team.offers)
        components = [session.get_one(Seat, one).component_id for one in team.seats]
        for name, score, seats in ((team.proposal, 7995, (8000, 7990)), (rival, 8000, (8000, 8000))):
            _say(session, name, score, seats, (PLAIN, PLAIN))
        row = session.get_one(Proposal, team.proposal)
        row.alternatives = [
            _next(components[0], others[0], 7950, 50),
            _next(components[0], others[1], 7940, 60),
        ]
    addresses = (f"{API}/proposals/{team.proposal}", f"{API}/proposals?need={team.need}")
    pages = (f"/proposals/{team.proposal}", f"/needs/{team.need}")
    read = {
        reader: [_read(web, address, person.headers) for address in (*addresses, *pages)]
        for reader, person in (("desk", team.desk), ("officer", team.officer))
    }
    with database.writing() as session:
        # With the wish the second seat, its team and the second of those who were near move up.
        _say(session, team.proposal, 8095, (8000, 8190), (PLAIN, WISHED))
        row = session.get_one(Proposal, team.proposal)
        row.alternatives = [
            _next(components[0], others[1], 8140, -140),
            _next(components[0], others[0], 7950, 50),
        ]
    for reader, person in (("officer", team.officer), ("desk", team.desk)):
        now = [_read(web, address, person.headers) for address in (*addresses, *pages)]
        same = [one == before for one, before in zip(now, read[reader], strict=True)]
        assert all(same) is (reader == "officer"), (reader, same)


def test_the_order_of_equal_candidates_tells_no_wish(web: TestClient, database: Database) -> None:
    """Two offers that a requester may see keep their places and figures whoever of them wishes for it."""
    world = a_world(database)
    for iso3 in ("NLD", "PHL"):
        said = {"confidentiality": "all_states"}
        door = f"{API}/offers/{world.offers[iso3]}/change-confidentiality"
        assert web.post(door, json=said, headers=world.pools[iso3].headers).status_code == 200
    address = f"{API}/needs/{world.needs['GHA']}/candidates"
    before = web.get(address, headers=world.officers["GHA"].headers).text
    assert len(web.get(address, headers=world.officers["GHA"].headers).json()["candidates"]) == 2
    for iso3 in ("NLD", "PHL"):
        wishes = {"prefers": [world.officers["GHA"].stakeholder_id]}
        door = f"{API}/offers/{world.offers[iso3]}/declare-wishes"
        told = web.post(door, json=wishes, headers=world.pools[iso3].headers)
        assert told.status_code == 200, told.text
        assert web.get(address, headers=world.officers["GHA"].headers).text == before


def _say(
    session: Session,
    proposal: str,
    score: int,
    scores: tuple[int, int],
    wishes: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    """Let a round have said the scores of a team, with what was wished of each seat."""
    session.get_one(Proposal, proposal).score = score
    seats = session.exec(select(Seat).where(Seat.proposal_id == proposal).order_by(col(Seat.offer_id)))
    for seat, own, wish in zip(seats, scores, wishes, strict=True):
        seat.score, seat.criteria = own, [TOPIC, wish]
        session.add(seat)


def _read(web: TestClient, address: str, headers: dict[str, str]) -> str:
    answer = web.get(address, headers=headers | {"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    # The keys of forms are drawn anew each time.
    return re.sub(rf'name="{FORM_KEY}" value="[^"]*"', "", answer.text)
