"""What secretariats keep of dialogues, how these take part in needs, and institutions: all of it on pages."""

from fastapi.testclient import TestClient
from sqlmodel import select

from service.database.engines import Database
from service.dialogues.tables import DialogueEngagement, DialogueMeeting
from service.stakeholders.tables import Stakeholder
from tests.service.desks.reading import check, get
from tests.service.desks.test_drafting_pages import send, step_of
from tests.service.desks.test_offer_pages import kept
from tests.service.needs.cases import a_need
from tests.service.people import administrator, desk, ministry, pool

RECORDS = "/dialogues/RABAT/records"


def test_a_secretariat_keeps_its_agenda_meetings_and_offices(database: Database, web: TestClient) -> None:
    """Added, changed, ended and taken off by forms; a fault keeps what was typed; others only read."""
    keeper = desk(database, "RABAT", "dialogue_secretariat")
    other = ministry(database, "KEN")
    assert (
        kept(web, keeper, f"{RECORDS}/agenda/new", title="Return", commitment="T1-01", starts_on="2027-01-01")
        == 303
    )
    assert kept(web, keeper, f"{RECORDS}/agenda/new", title="Both", starts_on="2027-01-01") == 422
    office = {
        "office": "chair",
        "state": "GHA",
        "starts_on": "2027-01-01",
        "source": "https://dialogue.example/chair",
    }
    assert kept(web, keeper, f"{RECORDS}/offices/new", **office) == 303
    address = f"{RECORDS}/meetings/new"
    wrong = step_of(web, keeper, address) | {
        "title": "Labour statistics",
        "kind": "training",
        "held_on": "soon",
    }
    answer = send(web, keeper, address, wrong)
    assert "held_on-fault" in check(answer, 422).all("id")
    assert 'value="Labour statistics"' in answer.text
    assert send(web, keeper, address, wrong | {"held_on": "2027-05-11"}).status_code == 303
    with database.reading() as session:
        meeting = session.exec(select(DialogueMeeting)).one()
    change = f"{RECORDS}/meetings/{meeting.id}/change"
    first, late = step_of(web, keeper, change), step_of(web, keeper, change)
    assert send(web, keeper, change, first | {"place": "Accra"}).status_code == 303
    assert "place-standing" in check(send(web, keeper, change, late | {"place": "Tema"}), 409).all("id")
    shown = get(web, RECORDS, other)
    check(shown)
    assert all(text in shown.text for text in ("Return", "Accra", "Chair: Ghana"))
    assert "/change" not in shown.text
    assert get(web, change, other).status_code == 403
    assert kept(web, keeper, f"{RECORDS}/meetings/{meeting.id}/withdraw") == 303
    assert "Accra" not in get(web, RECORDS, other).text
    assert get(web, change, keeper).status_code == 404


def test_a_dialogue_takes_part_in_a_need_on_pages(database: Database, web: TestClient) -> None:
    """Its secretariat sees what it was told, by consent; welcomes, hosts; and nothing once consent ends."""
    officer, handler = ministry(database, "GHA"), desk(database)
    keeper, other = (
        desk(database, "RABAT", "dialogue_secretariat"),
        desk(database, "ALMATY", "dialogue_secretariat"),
    )
    need = a_need(database, "screening", officer, handler)
    told = {"dialogue": "RABAT", "consents": "yes", "message": "Words for the dialogue"}
    assert kept(web, officer, f"/needs/{need}/moves/notify-dialogue", **told) == 303
    shown = get(web, "/engagements", keeper)
    check(shown)
    assert "Words for the dialogue" in shown.text
    assert "Train analysts" not in shown.text, "the secretariat may not see the need itself"
    with database.reading() as session:
        moves = f"/engagements/{session.exec(select(DialogueEngagement)).one().id}/moves"
    assert kept(web, keeper, f"{moves}/welcome") == 303
    assert kept(web, keeper, f"{moves}/host", reason="With a technical meeting.") == 303
    assert get(web, f"{moves}/host", other).status_code == 404
    assert "Words" not in get(web, "/engagements", other).text
    assert kept(web, officer, f"{moves}/report") == 403
    assert kept(web, officer, f"{moves}/revoke-consent") == 303
    assert "Words" not in get(web, "/engagements", keeper).text
    assert get(web, f"{moves}/report", keeper).status_code == 404


def test_institutions_are_kept_right_by_their_own_people(database: Database, web: TestClient) -> None:
    """A desk registers one, its people change it, an administrator takes it out; nobody else can."""
    handler, manager, keeper = desk(database), pool(database), administrator(database)
    said = {"type": "ministry_or_agency", "name": "Ministry of Examples"}
    assert kept(web, handler, "/stakeholders/new", **said) == 422
    assert kept(web, handler, "/stakeholders/new", states=["GHA"], **said) == 303
    listed = get(web, "/stakeholders?q=Examples")
    check(listed)
    assert "Ministry of Examples" in listed.text
    own = f"/stakeholders/{manager.stakeholder_id}"
    assert own in get(web, "/", manager).text
    address = f"{own}/moves/revise"
    first, late = step_of(web, manager, address), step_of(web, manager, address)
    assert send(web, manager, address, first | {"name": "Renamed pool"}).status_code == 303
    assert check(send(web, manager, address, late | {"name": "Another name"}), 409)
    check(get(web, own))
    assert "Renamed pool" in get(web, own).text
    assert get(web, address, handler).status_code == 403
    assert get(web, "/stakeholders/new", manager).status_code == 403
    assert get(web, f"{own}/moves/retire", manager).status_code == 403
    assert kept(web, keeper, f"{own}/moves/retire") == 303
    with database.reading() as session:
        assert session.get_one(Stakeholder, manager.stakeholder_id).retired_at is not None
