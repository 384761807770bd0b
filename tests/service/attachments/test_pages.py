"""The pages of files, messages and registrations on behalf: plain forms that keep what was typed."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from service.database.engines import Database
from service.needs.tables import Need
from tests.service import people
from tests.service.attachments.files import PDF, docx, png
from tests.service.desks.reading import BROWSER, check, get
from tests.service.needs.cases import a_need, on_behalf
from tests.service.people import Person

OWN = BROWSER | {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
HOSTILE = "\"><script>alert('x')</script>"


def _send(web: TestClient, who: Person, address: str, files: Any = None, **fields: Any) -> Response:
    """Send a form as a browser does; a form of which the file was not chosen has an empty part."""
    sent: Response = web.post(
        address,
        data=fields,
        files=files if files is not None else {"file": ("", b"")},
        headers=OWN | who.headers,
        follow_redirects=False,
    )
    return sent


def test_a_file_is_added_and_withdrawn_on_the_page_of_its_need(web: TestClient, database: Database) -> None:
    """The need's page lists its files and takes another; what is refused is told beside the field."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    address = f"/things/need:{need}/attachments"
    assert address in check(get(web, f"/needs/{need}", officer)).all("action")
    refused = _send(web, officer, address, {"file": ("a.pdf", b"<html>")})
    made = check(refused, 422)
    assert "file-fault" in made.all("id")
    check(_send(web, officer, address), 422)
    name, content = 'Plan "<b>".docx', docx()
    added = _send(web, officer, address, {"file": (name, content)})
    assert (added.status_code, added.headers["location"]) == (303, f"/needs/{need}#files")
    shown = check(get(web, f"/needs/{need}", officer))
    (withdraw,) = [place for place in shown.all("action") if place.endswith("/withdraw")]
    check(get(web, address, officer))
    (file,) = [place for place in shown.all("href") if place.startswith("/attachments/")]
    assert get(web, file, officer).content == content
    assert _send(web, officer, withdraw).status_code == 303
    assert file not in check(get(web, f"/needs/{need}", officer)).all("href")
    elsewhere = web.post(address, files={"file": ("a.pdf", PDF)}, headers=officer.headers)
    assert elsewhere.status_code == 403


def test_a_message_is_written_on_its_page(web: TestClient, database: Database) -> None:
    """What was typed and chosen stays where something is wrong; then it stands on the page, with its file."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "screening", officer, desk)
    address = f"/things/need:{need}/messages"
    made = check(get(web, address, officer))
    assert set(made.all("for")) >= {"text", "due_on", "file", "readers-1"}
    assert "kind-note" not in made.all("id")
    wrong = {"kind": "promise", "text": HOSTILE, "readers": ["desk"], "due_on": "soon"}
    refused = _send(web, officer, address, **wrong)
    assert set(check(refused, 422).all("id")) >= {"due_on-fault"}
    assert 'value="soon"' in refused.text
    assert "&lt;script&gt;" in refused.text
    none_kept = _send(
        web, officer, address, {"file": ("x.pdf", b"no")}, kind="question", text="A", readers="desk"
    )
    assert "file-fault" in check(none_kept, 422).all("id")
    sent = _send(
        web, officer, address, {"file": ("x.png", png())}, kind="question", text="First\nline", readers="desk"
    )
    assert (sent.status_code, sent.headers["location"]) == (303, address)
    page = check(get(web, address, desk))
    assert [place.partition("/")[0] for place in page.texts["p"] if "First" in place] == ["First\nline"]
    assert len([place for place in page.all("href") if place.startswith("/attachments/")]) == 1
    (answer,) = {place for place in page.all("href") if "?answers=" in place}
    answering = check(get(web, answer.partition("#")[0], desk))
    assert "answers" in answering.all("name")
    (taking,) = [place for place in check(get(web, address, officer)).all("action") if "retract" in place]
    back = _send(web, officer, taking)
    assert (back.status_code, back.headers["location"]) == (303, address)
    assert "First" not in check(get(web, address, desk)).texts.get("p", [])
    check(get(web, f"/needs/{need}", desk))


def test_a_stranger_finds_no_thread(web: TestClient, database: Database) -> None:
    """Who takes no part in it finds neither page nor section."""
    officer, desk = people.ministry(database), people.desk(database)
    other = people.ministry(database, "NER")
    need = a_need(database, "circulated", officer, desk, confidentiality="all_states")
    assert get(web, f"/things/need:{need}/messages", other).status_code == 404
    page = check(get(web, f"/needs/{need}", other))
    assert f"/things/need:{need}/messages" not in page.all("href")


def _filled(desk: Person, officer: Person, **more: Any) -> dict[str, Any]:
    return {
        "desk": desk.stakeholder_id,
        "requester": officer.stakeholder_id,
        "title": "Train analysts of migration data",
        "context": HOSTILE,
        "language": "en",
        "urgency": "routine",
        "commitments": ["T4-01", "T2-06"],
        "area-0": "EXP-DATA",
        "experts-0": "2",
        "area-1": "EXP-IBM",
        "days-1": "5",
        "experts-2": "1",
    } | more


def test_a_desk_registers_on_behalf_and_the_state_confirms(web: TestClient, database: Database) -> None:
    """From the home page to the confirmation with plain forms, letter and all."""
    officer, desk = people.ministry(database), people.desk(database)
    address = "/desk/register-on-behalf"
    assert address in check(get(web, "/", desk)).all("href")
    check(get(web, address, desk))
    assert get(web, address, officer).status_code == 404
    letter = {"letter": ("Letter.pdf", PDF)}
    sent = _send(web, desk, address, letter, **_filled(desk, officer))
    assert sent.status_code == 303, sent.text
    need = sent.headers["location"]
    with database.reading() as session:
        assert session.exec(select(Need)).one().registered_on_behalf
    registration = f"{need}/registration"
    assert registration in check(get(web, "/registrations", officer)).all("href")
    for who in (desk, officer):
        assert registration in check(get(web, need, who)).all("href")
    assert f"{need}/confirm-registration" not in check(get(web, registration, desk)).all("action")
    assert f"{need}/confirm-registration" in check(get(web, registration, officer)).all("action")
    confirmed = web.post(
        f"{need}/confirm-registration", headers=OWN | officer.headers, follow_redirects=False
    )
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, need)
    check(get(web, registration, officer))
    assert registration not in check(get(web, "/registrations", officer)).all("href")


@pytest.mark.parametrize(
    ("change", "letter", "field"),
    [
        ({"title": ""}, PDF, "title"),
        ({"requester": ""}, PDF, "requester"),
        ({"starts_on": "soon"}, PDF, "starts_on"),
        ({"days-1": "many"}, PDF, "days-1"),
        ({"area-0": "EXP-NONE"}, PDF, "area-0"),
        ({"area-0": "", "area-1": "", "days-1": ""}, PDF, "area-0"),
        ({}, b"<html>", "letter"),
        ({}, b"", "letter"),
    ],
)
def test_what_was_typed_stays(
    web: TestClient, database: Database, change: dict[str, str], letter: bytes, field: str
) -> None:
    """A fault is told beside its field; all else that was typed and ticked stays, and nothing is kept."""
    officer, desk = people.ministry(database), people.desk(database)
    files = {"letter": ("Letter.pdf" if letter else "", letter)}
    answer = _send(web, desk, "/desk/register-on-behalf", files, **_filled(desk, officer, **change))
    made = check(answer, 422)
    assert f"{field}-fault" in made.all("id")
    assert "&lt;script&gt;" in answer.text
    assert answer.text.count(" checked") == 2
    with database.reading() as session:
        assert session.exec(select(Need)).all() == []


def test_a_refusal_needs_a_reason(web: TestClient, database: Database) -> None:
    """The page asks for a reason beside the field; then the desk reads it."""
    officer, desk = people.ministry(database), people.desk(database)
    with database.writing() as session:
        need = on_behalf(session, desk, officer).id
    address = f"/needs/{need}/refuse-registration"
    refused = web.post(address, data={"reason": "x"}, headers=OWN | officer.headers)
    assert "reason-fault" in check(refused, 422).all("id")
    done = web.post(
        address,
        data={"reason": "The letter is not ours."},
        headers=OWN | officer.headers,
        follow_redirects=False,
    )
    assert done.status_code == 303
    assert "The letter is not ours." in get(web, f"/needs/{need}/registration", desk).text
