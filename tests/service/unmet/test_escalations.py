"""Passing an unmet need on: who decides, who is told, what is answered, and what nobody else learns."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import col, select

from service import clock
from service.database.engines import Database
from service.deadlines.queries import list_clocks
from service.deadlines.stages import CLOCKS
from service.journal.reads import reads_of
from service.needs import moves
from service.needs.tables import Need
from service.unmet.commands import escalate
from service.unmet.schemas import EscalationRequest
from service.unmet.tables import NeedEscalation
from tests.service import people
from tests.service.needs.cases import a_need
from tests.service.notifications.cases import all_told, inbox_of, told
from tests.service.people import Person

API = "/api/v1"
SECRET = "Interpreters for the northern reception centre"


def _post(web: TestClient, person: Person, path: str, status: int = 200, **said: Any) -> Any:
    answer = web.post(f"{API}{path}", json=said, headers=person.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def _state(database: Database, need: str) -> str:
    with database.reading() as session:
        return session.get_one(Need, need).state


def _fund(database: Database) -> Person:
    with database.writing() as session:
        return people.person(session, "funder", people.stakeholder(session, "fund_or_donor", "NLD"))


def test_the_desk_suggests_and_the_requester_decides(database: Database, web: TestClient) -> None:
    """Nobody is told before the requester's consent; then the fund sees the need, answers, and is heard."""
    officer, desk, fund = people.ministry(database), people.desk(database), _fund(database)
    need = a_need(database, "unmet", officer, desk, title=SECRET)
    all_told(database)
    said = {"to": fund.stakeholder_id, "message": "Three states ask for the same."}
    made = _post(web, desk, f"/needs/{need}/escalate", **said)
    assert (made["status"], made["consented_at"], made["moves"]) == ("suggested", None, ["withdraw"])
    one = f"/escalations/{made['id']}"
    all_told(database)
    assert "escalation.asked" not in told(database, fund)
    assert "escalation.suggested" in told(database, officer)
    assert web.get(f"{API}{one}", headers=fund.headers).status_code == 404
    assert _state(database, need) == "unmet"
    _post(web, desk, f"{one}/agree", 403, consents=True)
    agreed = _post(web, officer, f"{one}/agree", consents=True)
    assert (agreed["status"], agreed["consent_text"]) == ("asked", "escalation-1")
    assert _state(database, need) == "escalated"
    all_told(database)
    assert next((notice.event, notice.address) for notice in inbox_of(database, fund)) == (
        "escalation.asked",
        "/escalations",
    )
    seen = web.get(f"{API}{one}", headers=fund.headers).json()
    assert (seen["need_title"], seen["message"], seen["moves"]) == (
        SECRET,
        said["message"],
        ["take_up", "decline"],
    )
    with database.reading() as session:
        assert [read.account_id for read in reads_of(session, f"need:{need}")].count(fund.account_id) == 1
    # More of the need than what was consented to is not for its eyes.
    assert web.get(f"{API}/needs/{need}", headers=fund.headers).status_code == 404
    done = _post(web, fund, f"{one}/answer", outcome="taken_up", answer="We look at it in May.")
    assert (done["status"], done["answer"]) == ("taken_up", "We look at it in May.")
    all_told(database)
    assert "escalation.answered" in told(database, officer)
    assert "escalation.answered" in told(database, desk)
    events = web.get(f"{API}{one}/journal", headers=officer.headers).json()["entries"]
    assert [entry["event"] for entry in events] == [
        "escalation.suggested",
        "escalation.asked",
        "escalation.answered",
    ]
    assert SECRET not in str(events)
    assert said["message"] not in str(events)


def test_with_a_no_the_need_is_unmet_again(database: Database, web: TestClient) -> None:
    """A dialogue's secretariat that says no sees nothing any more; the need can be passed on to others."""
    officer, desk = people.ministry(database), people.desk(database)
    secretariat = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    need = a_need(database, "unmet", officer, desk)
    said = {"to": secretariat.stakeholder_id, "consents": True}
    made = _post(web, officer, f"/needs/{need}/escalate", **said)
    one = f"/escalations/{made['id']}"
    _post(web, officer, f"/needs/{need}/escalate", 409, **said)
    _post(web, officer, f"{one}/answer", 403, outcome="declined", answer="Not for us.")
    assert _post(web, secretariat, f"{one}/answer", outcome="declined", answer="Not on our agenda.")["answer"]
    assert web.get(f"{API}{one}", headers=secretariat.headers).status_code == 404
    assert web.get(f"{API}/escalations", headers=secretariat.headers).json()["items"] == []
    assert _state(database, need) == "unmet"
    assert web.get(f"{API}/needs/{need}", headers=officer.headers).json()["unmet_reason"] == "no_expertise"
    again = _post(web, officer, f"/needs/{need}/escalate", **said)
    assert _post(web, desk, f"/escalations/{again['id']}/withdraw")["status"] == "withdrawn"
    assert _state(database, need) == "unmet"


def test_what_cannot_be_passed_on(database: Database, web: TestClient) -> None:
    """Without consent, to neither dialogue nor fund, or before it is unmet, nothing happens."""
    officer, desk, fund = people.ministry(database), people.desk(database), _fund(database)
    need, open_one = (a_need(database, state, officer, desk) for state in ("unmet", "circulated"))
    wrong = _post(web, officer, f"/needs/{need}/escalate", 422, to=fund.stakeholder_id)
    assert [error["field"] for error in wrong["errors"]] == ["consents"]
    pool = people.pool(database)
    wrong = _post(web, desk, f"/needs/{need}/escalate", 422, to=pool.stakeholder_id)
    assert [error["field"] for error in wrong["errors"]] == ["to"]
    told_no = _post(web, officer, f"/needs/{open_one}/escalate", 409, to=fund.stakeholder_id, consents=True)
    assert told_no["code"] == "not_unmet"
    for stranger in (fund, pool, people.desk(database), people.administrator(database)):
        _post(web, stranger, f"/needs/{need}/escalate", 404, to=fund.stakeholder_id, consents=True)
        assert web.get(f"{API}/needs/{need}/unmet", headers=stranger.headers).status_code == 404
    with database.reading() as session:
        assert session.exec(select(NeedEscalation)).all() == []


def test_a_withdrawn_need_is_passed_on_no_longer(database: Database, web: TestClient) -> None:
    """Whoever was asked sees nothing from the moment on at which the need is withdrawn."""
    officer, desk, fund = people.ministry(database), people.desk(database), _fund(database)
    need = a_need(database, "unmet", officer, desk)
    made = _post(web, officer, f"/needs/{need}/escalate", to=fund.stakeholder_id, consents=True)
    with database.writing() as session:
        moves.withdraw_need(session, officer.caller, need)
    assert web.get(f"{API}/escalations/{made['id']}", headers=fund.headers).status_code == 404
    all_told(database)
    shown = web.get(f"{API}/escalations/{made['id']}", headers=officer.headers).json()
    assert shown["status"] == "withdrawn"
    assert "escalation.asked" not in told(database, fund)


def test_whoever_is_asked_has_a_time_to_answer(database: Database) -> None:
    """A fund has sixty days, is reminded and told when they are over; both sides see the clock."""
    officer, desk, fund = people.ministry(database), people.desk(database), _fund(database)
    start = datetime(2027, 3, 15, 9, tzinfo=UTC)
    with clock.set_to(start):
        need = a_need(database, "unmet", officer, desk)
        with database.writing() as session:
            wanted = EscalationRequest(to=fund.stakeholder_id, consents=True)
            escalate(session, officer.caller, need, wanted)
        all_told(database)
    for person, is_yours in ((officer, False), (fund, True)):
        with database.reading() as session:
            running = list_clocks(session, person.caller, None, "en").items
            (found,) = [one for one in running if one.stage == "answer_escalation"]
        assert (found.due_on, found.is_yours) == ((start + timedelta(days=60)).date(), is_yours)
    assert CLOCKS["answer_escalation"].actor == "addressee"


def test_the_pages_lead_through_it(database: Database, web: TestClient) -> None:
    """Requester and addressee find each step on pages; a form with a fault keeps what was typed."""
    officer, desk, fund = people.ministry(database), people.desk(database), _fund(database)
    need = a_need(database, "unmet", officer, desk, title=SECRET)
    browser = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    form = f"/needs/{need}/moves/escalate"
    assert "Pass it on to a dialogue or a fund" in web.get(f"/needs/{need}", headers=officer.headers).text
    wrong = web.post(
        form, data={"to": fund.stakeholder_id, "message": "Please"}, headers=officer.headers | browser
    )
    assert wrong.status_code == 422
    assert "Please" in wrong.text
    data = {"to": fund.stakeholder_id, "message": "Please", "consents": "yes"}
    sent = web.post(form, data=data, headers=officer.headers | browser, follow_redirects=False)
    assert sent.status_code == 303
    listed = web.get("/escalations", headers=fund.headers).text
    assert SECRET in listed
    with database.reading() as session:
        one = session.exec(select(NeedEscalation.id).where(col(NeedEscalation.need_id) == need)).one()
    act = f"/escalations/{one}/moves/take_up"
    assert "Take the need up" in web.get(act, headers=fund.headers).text
    said = {"answer": "It is on the agenda."}
    assert web.post(act, data=said, headers=fund.headers | browser, follow_redirects=False).status_code == 303
    assert "It is on the agenda." in web.get("/escalations", headers=officer.headers).text
    assert SECRET in web.get("/unmet", headers=officer.headers).text
    assert SECRET not in web.get("/unmet").text
