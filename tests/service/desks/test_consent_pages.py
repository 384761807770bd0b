"""Saying yes and no on pages: each move works without a script; what is wrong is said at its field."""

import re

from fastapi.testclient import TestClient
from httpx import Response

from service.database.engines import Database
from service.matches.tables import Seat
from tests.service import people
from tests.service.desks.reading import BROWSER, check, get
from tests.service.matches.cases import Team, a_team
from tests.service.people import Person

OWN = BROWSER | {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


def _send(web: TestClient, who: Person, path: str, /, **fields: str) -> Response:
    """Send a form as a browser does."""
    sent: Response = web.post(path, data=fields, headers=OWN | who.headers, follow_redirects=False)
    return sent


def _proposed(web: TestClient, team: Team) -> None:
    sent = _send(web, team.officer, f"/proposals/{team.proposal}/propose", names_need="yes")
    assert sent.status_code == 303, sent.text


def test_a_team_is_agreed_and_confirmed_on_pages_alone(web: TestClient, database: Database) -> None:
    """Requester, provider and desk go from suggestion to confirmation and contacts without the API."""
    team = a_team(database)
    pool, officer = team.pools[0], team.officer
    address, seat = f"/proposals/{team.proposal}", f"/seats/{team.seats[0]}"
    made = check(get(web, address, officer))
    assert {"shortlist", "propose", "withdraw", "agree"} <= set(made.all("id"))
    assert "proposal-2" in get(web, address, officer).text
    refused = _send(web, officer, f"{address}/propose")
    check(refused, 409)
    assert "agree to name it" in refused.text
    _proposed(web, team)
    assert f'href="{seat}"' in get(web, "/", pool).text
    assert "Waits for your answer until" in get(web, "/seats", pool).text
    check(get(web, "/seats", pool))
    check(get(web, seat, pool))
    accepted = _send(web, pool, f"{seat}/accept", stance="none")
    assert accepted.headers["location"] == seat
    assert "Show whom to write to" in get(web, seat, pool).text
    contacts = _send(web, pool, f"{seat}/contacts")
    check(contacts)
    assert "Invented ministry" in contacts.text
    check(_send(web, officer, f"{address}/contacts"))
    assert _send(web, officer, f"{address}/confirm").status_code == 303
    shown = get(web, address, officer)
    check(shown)
    assert "Dissolve the confirmed team" in shown.text


def test_a_refused_form_keeps_what_was_typed(web: TestClient, database: Database) -> None:
    """A seat declined without a reason is not declined; the page says so at the field and keeps the note."""
    team = a_team(database)
    pool, seat = team.pools[0], f"/seats/{team.seats[0]}"
    _proposed(web, team)
    refused = _send(web, pool, f"{seat}/decline", note="Everybody is abroad")
    made = check(refused, 422)
    assert "Choose one of the list." in refused.text
    assert "Everybody is abroad" in refused.text
    assert "decline-code-fault" in made.all("id")
    refused = _send(web, pool, f"{seat}/accept", stance="declared", months="2050-01")
    check(refused, 422)
    assert "describe it" in refused.text
    with database.reading() as session:
        assert session.get_one(Seat, team.seats[0]).state == "offered"
    assert _send(web, pool, f"{seat}/decline", code="capacity", note="All abroad").status_code == 303
    assert "All abroad" in get(web, seat, pool).text
    assert "All abroad" in get(web, f"/proposals/{team.proposal}", team.desk).text
    assert "All abroad" not in get(web, f"/proposals/{team.proposal}", team.officer).text


def test_a_named_expert_is_released_on_a_page(web: TestClient, database: Database) -> None:
    """The focal point chooses the expert from a list, the expert then finds the seat and says yes."""
    team = a_team(database, named_experts=True)
    focal = people.colleague(database, team.pools[0], "provider_focal_point")
    expert = people.colleague(database, team.pools[0], "expert")
    seat = f"/seats/{team.seats[0]}"
    _proposed(web, team)
    assert f'value="{expert.account_id}"' in get(web, seat, focal).text
    assert get(web, seat, expert).status_code == 404
    assert _send(web, focal, f"{seat}/accept", expert=expert.account_id, stance="none").status_code == 303
    assert "I agree to take this seat in person" in get(web, seat, expert).text
    assert _send(web, expert, f"{seat}/accept", stance="none").status_code == 303
    assert "Example Person" in _send(web, team.officer, f"/proposals/{team.proposal}/contacts").text


def test_an_interest_is_judged_on_a_page(web: TestClient, database: Database) -> None:
    """The desk reads what was declared and clears it with measures; those who ask see none of it."""
    team = a_team(database)
    pool, seat, address = team.pools[0], f"/seats/{team.seats[0]}", f"/proposals/{team.proposal}"
    _proposed(web, team)
    _send(web, pool, f"{seat}/accept", stance="declared", text="My cousin works there")
    check(_send(web, team.officer, f"{address}/confirm"), 409)
    assert "My cousin" not in get(web, address, team.officer).text
    assert "My cousin" in get(web, address, team.desk).text
    judged = f"{address}/seats/{team.seats[0]}/judge-interest"
    refused = _send(web, team.desk, judged, party="institution", verdict="cleared")
    check(refused, 422)
    cleared = {"party": "institution", "verdict": "cleared", "measures": "Takes no part in tenders"}
    assert _send(web, team.desk, judged, **cleared).status_code == 303
    assert "Takes no part in tenders" in get(web, seat, pool).text
    assert _send(web, team.officer, f"{address}/confirm").status_code == 303


def test_decisions_on_a_need_have_a_page(web: TestClient, database: Database) -> None:
    """The desk vetoes, marks as unmet and circulates again on a page; those who ask do not see its veto."""
    team = a_team(database)
    address = f"/needs/{team.need}/decisions"
    assert address in get(web, f"/needs/{team.need}", team.officer).text
    [pair] = set(re.findall(r'<option value="(comp_[^"]+)"', get(web, address, team.desk).text))
    check(_send(web, team.desk, f"{address}/pin", pair=pair, decision="veto"), 422)
    sent = _send(web, team.desk, f"{address}/pin", pair=pair, decision="veto", reason="Not fit")
    assert sent.status_code == 303
    assert "Take back" in get(web, address, team.desk).text
    assert "Take back" not in get(web, address, team.officer).text
    check(_send(web, team.desk, f"{address}/mark-unmet", reason="Nobody found"), 422)
    assert _send(web, team.desk, f"{address}/mark-unmet", code="no_expertise").status_code == 303
    shown = get(web, address, team.desk).text
    assert "Circulate it again" in shown
    assert f"/needs/{team.need}/moves/suggest-escalation" in get(web, f"/needs/{team.need}", team.desk).text
    assert _send(web, team.desk, f"{address}/recirculate").status_code == 303
    assert _send(web, team.officer, f"{address}/mark-unmet", code="no_expertise").status_code == 403
    assert get(web, address, team.pools[0]).status_code == 404
