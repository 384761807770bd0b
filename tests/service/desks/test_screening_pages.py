"""The pages around a need: all of screening, endorsing, harm and levels can be done on pages, by form."""

from fastapi.testclient import TestClient
from httpx import Response

from service.database.engines import Database
from service.needs.harms import harms
from service.needs.tables import Need
from tests.service.desks.reading import BROWSER, Made, get
from tests.service.needs.cases import a_need
from tests.service.people import Person, colleague, desk, ministry


def send(web: TestClient, who: Person, path: str, **fields: str) -> Response:
    """Send a form as a browser does from our own page."""
    headers = BROWSER | who.headers | {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    return web.post(path, data=fields, headers=headers, follow_redirects=False)


def state_of(database: Database, need: str) -> str:
    """Give the state of a need."""
    with database.reading() as session:
        return session.get_one(Need, need).state


def test_a_need_goes_from_draft_to_circulation_on_pages(database: Database, web: TestClient) -> None:
    """Harm, handing in, endorsing, screening, judging, validating and circulating each have a form."""
    officer, handler = ministry(database, "GHA"), desk(database)
    focal = colleague(database, officer, "national_focal_point")
    need = a_need(database, "draft", officer, handler)
    assert send(web, officer, f"/needs/{need}/submit").status_code == 409
    answers = {f"answer-{harm.code}": "no" for harm in harms()}
    assert send(web, officer, f"/needs/{need}/harms", **answers).status_code == 303
    assert send(web, officer, f"/needs/{need}/submit").status_code == 303
    assert get(web, "/endorse", focal).text.count("Endorse version 1") == 1
    assert send(web, focal, f"/needs/{need}/endorse", text_version="2").status_code == 409
    assert send(web, focal, f"/needs/{need}/endorse", text_version="1").status_code == 303
    assert need in get(web, "/desk/screening", handler).text
    screening = f"/needs/{need}/screening"
    assert send(web, handler, f"{screening}/start").status_code == 303
    assert send(web, handler, f"{screening}/ask", question="Which staff?").status_code == 303
    assert state_of(database, need) == "clarification_requested"
    web.post(f"/api/v1/needs/{need}/answer-clarification", json={"reason": "All."}, headers=officer.headers)
    judged = {f"judgement-{harm.code}": "acceptable" for harm in harms()}
    assert send(web, handler, f"{screening}/judge", **judged).status_code == 303
    refused = send(web, handler, f"{screening}/validate")
    assert (refused.status_code, "of 100 for being specific" in refused.text) == (422, True)
    assert send(web, handler, f"{screening}/validate", reason="Known.").status_code == 303
    assert send(web, handler, f"{screening}/circulate").status_code == 303
    assert state_of(database, need) == "circulated"


def test_a_double_is_ended_on_the_page(database: Database, web: TestClient) -> None:
    """The desk finds a double by the list of what is alike, and ends it with the code and the other's id."""
    officer, handler = ministry(database, "GHA"), desk(database)
    first = a_need(database, "circulated", officer, handler)
    second = a_need(database, "screening", officer, handler)
    page = get(web, f"/needs/{second}/screening", handler)
    Made(page.text)
    assert first in page.text
    said = {"code": "duplicate", "duplicate_of": first, "reason": "Asked before."}
    assert send(web, handler, f"/needs/{second}/screening/find-ineligible", **said).status_code == 303
    assert state_of(database, second) == "ineligible"


def test_a_form_with_a_fault_keeps_what_was_typed(database: Database, web: TestClient) -> None:
    """An explanation that is missing is named at its question, and the other answers are still there."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "draft", officer, handler)
    typed = {
        "answer-redirected_flows": "prevented",
        "explanation-redirected_flows": "Typed before",
        "answer-limited_rights": "prevented",
    }
    answer = send(web, officer, f"/needs/{need}/harms", **typed)
    made = Made(answer.text)
    assert answer.status_code == 422
    assert "limited_rights-fault" in made.all("id")
    assert "redirected_flows-fault" not in made.all("id")
    assert "Typed before" in answer.text


def test_levels_and_reads_are_on_a_page_of_the_owner(database: Database, web: TestClient) -> None:
    """One officer asks for a wider level, another agrees; who read it is listed; others find no such page."""
    officer, handler = ministry(database, "GHA"), desk(database)
    aide = colleague(database, officer, "requester_officer")
    need = a_need(database, "circulated", officer, handler)
    get(web, f"/needs/{need}", handler)
    assert send(web, officer, f"/needs/{need}/readers", confidentiality="public").status_code == 303
    page = get(web, f"/needs/{need}/readers", aide).text
    Made(page)
    assert "read the text" in page
    (address,) = {part for part in page.split('"') if part.endswith("/agree")}
    assert send(web, officer, address).status_code == 403
    assert send(web, aide, address).status_code == 303
    with database.reading() as session:
        assert session.get_one(Need, need).confidentiality == "public"
    assert get(web, f"/needs/{need}/readers", handler).status_code == 404
    for page in (f"/needs/{need}", f"/needs/{need}/harms"):
        Made(get(web, page, officer).text)


def test_queues_are_for_those_whom_they_concern(database: Database, web: TestClient) -> None:
    """A desk sees its own queue only; who endorses nothing has an empty page that says what comes there."""
    officer, handler, other = ministry(database, "GHA"), desk(database), desk(database)
    need = a_need(database, "screening", officer, handler)
    assert need not in get(web, "/desk/screening", other).text
    assert get(web, "/desk/screening", officer).status_code == 403
    assert "Nothing waits for your endorsement" in get(web, "/endorse", officer).text
    assert get(web, f"/needs/{need}/screening", other).status_code == 404
