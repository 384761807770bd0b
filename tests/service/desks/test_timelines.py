"""What happened to needs and offers in words, commitments that may fit, a need on paper."""

from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service.desks.reading import check, get
from tests.service.needs.cases import a_need
from tests.service.offers.cases import an_offer
from tests.service.people import desk, ministry, pool


def test_those_who_ask_read_what_happened_and_what_comes_next(web: TestClient, database: Database) -> None:
    """The timeline tells each step in words and what follows; outsiders find no need at all."""
    officer, handler, other = ministry(database, "GHA"), desk(database), ministry(database, "KEN")
    need = a_need(database, "screening", officer, handler)
    for who in (officer, handler):
        told = web.get(f"/api/v1/needs/{need}/timeline", headers=who.headers).json()
        events = [one["event"] for one in told["items"]]
        assert events[0] == "need.registered"
        assert "need.submitted" in events
        assert told["next"] == "The desk validates it, or asks a question."
        page = get(web, f"/needs/{need}", who)
        check(page)
        assert told["next"] in page.text
        assert told["items"][0]["text"] in page.text
    assert web.get(f"/api/v1/needs/{need}/timeline", headers=other.headers).status_code == 404


def test_a_reader_of_a_public_need_learns_only_what_all_may_know(web: TestClient, database: Database) -> None:
    """Who only may read the text is told when it was registered and opened, and nothing of the handling."""
    officer, handler, other = ministry(database, "GHA"), desk(database), ministry(database, "KEN")
    need = a_need(database, "circulated", officer, handler, confidentiality="public")
    told = web.get(f"/api/v1/needs/{need}/timeline", headers=other.headers).json()
    assert [one["event"] for one in told["items"]] == ["need.registered", "need.circulated"]
    assert told["next"] is None


def test_an_offer_has_a_timeline_too(web: TestClient, database: Database) -> None:
    """Its provider reads its whole course; others when it was registered."""
    manager = pool(database)
    offer = an_offer(database, "active", manager, confidentiality="public")
    address = f"/api/v1/offers/{offer}/timeline"
    own = web.get(address, headers=manager.headers).json()
    assert "offer.authorised" in [one["event"] for one in own["items"]]
    assert own["next"] in get(web, f"/offers/{offer}", manager).text
    others = {one["event"] for one in web.get(address).json()["items"]}
    assert "offer.registered" in others
    assert "offer.authorised" not in others


def test_commitments_are_suggested_and_never_set(web: TestClient, database: Database) -> None:
    """What a text comes near to is told first, to those who ask and the desk; the need stays as it is."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "draft", officer, handler, commitments=[], title="Prevent human trafficking")
    address = f"/api/v1/needs/{need}/commitment-suggestions"
    found = web.get(address, headers=officer.headers).json()["items"]
    assert len(found) == 5
    assert [one["nearness"] for one in found] == sorted((one["nearness"] for one in found), reverse=True)
    page = get(web, f"/needs/{need}/edit/commitments", officer)
    assert page.text.count("May fit") == 5
    assert not [one for one in check(page).of("input") if "checked" in one]
    assert web.get(address, headers=ministry(database, "KEN").headers).status_code == 404
    assert web.get(f"/api/v1/needs/{need}", headers=officer.headers).json()["commitments"] == []


def test_a_need_is_printed_for_signature_and_its_candidates_are_ranked(
    web: TestClient, database: Database
) -> None:
    """Paper bears the case number and room to sign; both pages are for those who ask and the desk."""
    officer, handler, other = ministry(database, "GHA"), desk(database), ministry(database, "KEN")
    need = a_need(database, "circulated", officer, handler)
    case = web.get(f"/api/v1/needs/{need}", headers=officer.headers).json()["handling"]["case_number"]
    paper = get(web, f"/needs/{need}/print", officer)
    check(paper)
    assert case in paper.text
    assert "Signature" in paper.text
    check(get(web, f"/needs/{need}/candidates", handler))
    for page in ("print", "candidates"):
        assert get(web, f"/needs/{need}/{page}", other).status_code == 404


def test_a_home_tells_what_stands_at_the_desk_and_what_changed(web: TestClient, database: Database) -> None:
    """A desk sees how many needs it handles by state, each with their list; nobody else's are counted."""
    officer, handler, second = ministry(database, "GHA"), desk(database), desk(database)
    a_need(database, "screening", officer, handler)
    home = get(web, "/", handler)
    check(home)
    assert f"/needs?status=screening&amp;desk={handler.stakeholder_id}" in home.text
    assert "/needs?status=" not in get(web, "/", second).text
    check(get(web, "/", officer))
