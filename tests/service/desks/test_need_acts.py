"""What people do with a need on its page, and the lists: every move has a form, each sees its own part."""

from fastapi.testclient import TestClient

from service.database.engines import Database
from service.dialogues.queries import EngagementFilter, list_engagements
from service.web.paging import PageAsked
from tests.service.desks.reading import check, get
from tests.service.desks.test_drafting_pages import as_shown, row_of, send
from tests.service.needs.cases import a_need
from tests.service.people import Person, desk, ministry, pool


def done(web: TestClient, who: Person, need: str, verb: str, **fields: str) -> int:
    """Open a move, fill its form in as a browser would, send it, and return the status."""
    address = f"/needs/{need}/moves/{verb}"
    shown = get(web, address, who)
    check(shown)
    return send(web, who, address, as_shown(shown.text, address) | fields).status_code


def test_a_requester_makes_each_of_its_moves_on_pages(database: Database, web: TestClient) -> None:
    """Answering, keeping out of rounds and back, telling a dialogue, another desk, withdrawing."""
    officer, handler, other = ministry(database, "GHA"), desk(database), desk(database)
    need = a_need(database, "clarification_requested", officer, handler)
    shown = get(web, f"/needs/{need}", officer).text
    for verb in ("answer-clarification", "disallow-matching", "notify-dialogue", "change-desk", "withdraw"):
        assert f"/needs/{need}/moves/{verb}" in shown
    assert "/moves/close" not in shown
    assert done(web, officer, need, "answer-clarification", reason="x") == 422
    assert done(web, officer, need, "answer-clarification", reason="Forty analysts.") == 303
    assert row_of(database, need).state == "screening"
    assert done(web, officer, need, "disallow-matching") == 303
    assert not row_of(database, need).matching_allowed
    assert done(web, officer, need, "allow-matching") == 303
    assert done(web, officer, need, "notify-dialogue", dialogue="RABAT") == 422
    assert done(web, officer, need, "notify-dialogue", dialogue="RABAT", consents="yes") == 303
    with database.reading() as session:
        told = list_engagements(session, officer.caller, EngagementFilter(), PageAsked(10, None)).items
    assert [(one.dialogue, one.subject) for one in told] == [("RABAT", f"need:{need}")]
    assert done(web, officer, need, "change-desk", desk=other.stakeholder_id) == 303
    assert row_of(database, need).desk_id == other.stakeholder_id
    assert done(web, officer, need, "withdraw", reason="Solved otherwise.") == 303
    assert row_of(database, need).state == "withdrawn"
    assert done(web, officer, need, "withdraw") == 409


def test_moves_are_absent_for_others(database: Database, web: TestClient) -> None:
    """Who does not see a need finds no page of a move; its desk cannot withdraw it."""
    officer, handler, other = ministry(database, "GHA"), desk(database), ministry(database, "KEN")
    need = a_need(database, "screening", officer, handler)
    address = f"/needs/{need}/moves/withdraw"
    assert get(web, address, other).status_code == 404
    assert send(web, other, address, {}).status_code == 404
    assert send(web, handler, address, {}).status_code == 403
    assert "/moves/" not in get(web, f"/needs/{need}", handler).text
    assert get(web, f"/needs/{need}/moves/fly", officer).status_code == 404
    assert row_of(database, need).state == "screening"


def test_needs_are_listed_and_narrowed_for_their_reader(database: Database, web: TestClient) -> None:
    """The list finds by words and menus, counts only what its reader sees, and says so where nothing fits."""
    officer, handler, other = ministry(database, "GHA"), desk(database), ministry(database, "KEN")
    need = a_need(database, "screening", officer, handler)
    page = get(web, "/needs?q=analysts&status=screening&theme=", officer)
    check(page)
    assert f"/needs/{need}" in page.text
    assert "Being screened (1)" in page.text
    assert f"/needs/{need}" not in get(web, "/needs?status=draft", officer).text
    elsewhere = get(web, "/needs", other)
    assert need not in elsewhere.text
    assert "(1)" not in elsewhere.text
    assert "No need that you may see fits" in elsewhere.text
    check(get(web, "/needs"))
    assert 'href="/needs/new"' in page.text
    assert "/needs/new" not in get(web, "/needs", pool(database)).text
