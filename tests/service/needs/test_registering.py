"""Registering on a state's behalf: from its letter only, and inert until the state confirms it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from service.attachments.commands import attach_file, withdraw_attachment
from service.attachments.errors import LetterStays
from service.attachments.queries import attachments_of
from service.attachments.tables import Attachment
from service.caller import Caller
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound, WrongMove
from service.journal.queries import get_journal
from service.needs import commands, moves
from service.needs.errors import LetterMissing, NotConfirmedYet, RegistrationNotWaiting
from service.needs.harms import answer_harms
from service.needs.queries import get_need
from service.needs.registering import confirm_registration, refuse_registration, register_on_behalf
from service.needs.schemas import DeskChange, NeedRegistration, NeedRevision, NeedView
from service.needs.tables import Need
from tests.service.attachments.files import LIMITS, PDF, png, sent
from tests.service.needs.cases import body, focal_point, no_harm, on_behalf, registered
from tests.service.people import Person, administrator, colleague, desk, ministry, pool

Act = Callable[[Session, Caller, str], object]

INERT: dict[str, Act] = {
    "submit": moves.submit_need,
    "expedite": moves.expedite_need,
    "withdraw": moves.withdraw_need,
    "start_screening": moves.start_screening,
    "validate": moves.validate_need,
    "circulate": moves.circulate_need,
    "suspend": moves.suspend_need,
}


def test_a_letter_is_needed(database: Database) -> None:
    """A desk registers for a state from an official letter, or not at all; whoever acts for it needs none."""
    officer, handler = ministry(database), desk(database)
    registration = NeedRegistration.model_validate(body(officer, handler))
    with database.writing() as session, pytest.raises(LetterMissing):
        commands.register_need(session, handler.caller, registration)
    with database.writing() as session, pytest.raises(InvalidInput) as refused:
        register_on_behalf(session, handler.caller, registration, sent(b"<html>", "letter.pdf"), LIMITS)
    assert [fault.field for fault in refused.value.faults()] == ["letter"]
    with database.writing() as session, pytest.raises(InvalidInput) as refused:
        register_on_behalf(session, officer.caller, registration, sent(PDF), LIMITS)
    assert [fault.code for fault in refused.value.faults()] == ["own"]
    for other in (desk(database), pool(database), administrator(database)):
        with database.writing() as session, pytest.raises(NotAllowed):
            register_on_behalf(session, other.caller, registration, sent(PDF), LIMITS)


def test_nothing_moves_it_before_the_state_confirms(database: Database) -> None:
    """Whoever tries: it is not submitted, endorsed, screened, withdrawn, handed on or taken into a round."""
    officer, handler, second = ministry(database), desk(database), desk(database)
    both = Caller("both", "Both", officer.caller.duties | handler.caller.duties)
    with database.writing() as session:
        need = on_behalf(session, handler, officer).id
    for act in INERT.values():
        for caller in (officer.caller, handler.caller, both):
            with database.writing() as session, pytest.raises((NotConfirmedYet, NotAllowed)):
                act(session, caller, need)
        with database.writing() as session, pytest.raises(NotConfirmedYet):
            act(session, both, need)
    with database.writing() as session, pytest.raises(WrongMove):
        moves.endorse_need(session, focal_point(officer.stakeholder_id), need)
    with database.writing() as session, pytest.raises(NotConfirmedYet):
        commands.change_desk(session, officer.caller, need, DeskChange(desk=second.stakeholder_id))
    with database.reading() as session:
        assert session.get_one(Need, need).state == "draft"
        for person in (officer, handler):
            seen = get_need(session, person.caller, need)
            assert isinstance(seen, NeedView)
            assert seen.handling is not None
            assert (seen.handling.awaits_confirmation, seen.handling.moves) == (True, [])


def test_desk_and_requester_alone_see_it(web: TestClient, database: Database) -> None:
    """Until it is confirmed, to everybody else it is absent, letter and all, at whatever level."""
    officer, handler = ministry(database), desk(database, "RABAT")
    others = [ministry(database, "NER"), desk(database), pool(database), administrator(database)]
    with database.writing() as session:
        row = on_behalf(session, handler, officer, confidentiality="public")
        (letter,) = attachments_of(session, [f"need:{row.id}"])[f"need:{row.id}"]
    addresses = (f"/api/v1/needs/{row.id}", f"/api/v1/attachments/{letter.id}/content")
    for person in (officer, handler):
        assert [web.get(address, headers=person.headers).status_code for address in addresses] == [200, 200]
    for other in [*others, None]:
        headers = other.headers if other else {}
        assert [web.get(address, headers=headers).status_code for address in addresses] == [404, 404]
        assert web.get("/api/v1/needs", headers=headers).json()["items"] == []


def test_the_desk_corrects_its_words_until_then(database: Database) -> None:
    """The desk changes what it wrote while nobody stood behind it, and not a word afterwards."""
    officer, handler = ministry(database), desk(database)
    with database.writing() as session:
        row = on_behalf(session, handler, officer)
        commands.revise_need(session, handler.caller, row.id, NeedRevision(title="Train data analysts"))
        attach_file(session, handler.caller, f"need:{row.id}", sent(png(), "plan.png"), LIMITS)
        confirm_registration(session, officer.caller, row.id, "This is what we asked for.")
        assert row.confirmed_text_version == row.text_version == 3
        for act in (
            lambda: commands.revise_need(
                session, handler.caller, row.id, NeedRevision(title="Something else")
            ),
            lambda: attach_file(session, handler.caller, f"need:{row.id}", sent(PDF), LIMITS),
            lambda: moves.submit_need(session, handler.caller, row.id),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("role", ["requester_officer", "national_focal_point"])
def test_the_state_confirms_and_goes_on(database: Database, role: Any) -> None:
    """Officer or focal point of the lead requester confirm; from then on it lives as any other need."""
    officer, handler = ministry(database), desk(database)
    confirming = colleague(database, officer, role)
    with database.writing() as session:
        row = on_behalf(session, handler, officer)
        confirm_registration(session, confirming.caller, row.id)
        assert (row.state, row.confirmed_by) == ("draft", confirming.account_id)
        with pytest.raises(RegistrationNotWaiting):
            confirm_registration(session, confirming.caller, row.id)
        answer_harms(session, officer.caller, row.id, no_harm())
        moves.submit_need(session, officer.caller, row.id)
        moves.endorse_need(session, focal_point(officer.stakeholder_id), row.id)
        assert row.state == "submitted"
        entries = get_journal(session, officer.caller, f"need:{row.id}").entries
        assert "need.registration-confirmed" in [entry.event for entry in entries]


def test_the_state_refuses_and_says_why(database: Database) -> None:
    """A refused need is withdrawn; the desk reads why, and the letter stays on record."""
    officer, handler = ministry(database), desk(database)
    with database.writing() as session:
        row = on_behalf(session, handler, officer)
        refuse_registration(session, officer.caller, row.id, "The letter is not ours.")
        assert (row.state, row.refusal_reason) == ("withdrawn", "The letter is not ours.")
        assert get_need(session, handler.caller, row.id).handling.refusal_reason == "The letter is not ours."  # type: ignore[union-attr]
        assert len(attachments_of(session, [f"need:{row.id}"])[f"need:{row.id}"]) == 1
        for act in (confirm_registration, lambda *told: refuse_registration(*told, "Again.")):
            with pytest.raises(RegistrationNotWaiting):
                act(session, officer.caller, row.id)


def test_nobody_else_confirms(database: Database) -> None:
    """The desk, a joint requester, a provider of the same ministry: none of them speaks for the lead."""
    officer, partner, handler = ministry(database), ministry(database, "NER"), desk(database)
    providing = colleague(database, officer, "provider_focal_point")
    with database.writing() as session:
        asking = [officer.stakeholder_id, partner.stakeholder_id]
        row = on_behalf(session, handler, officer, requesters=asking)
        for other, refusal in ((handler, NotAllowed), (partner, NotAllowed), (providing, NotFound)):
            with pytest.raises(refusal):
                confirm_registration(session, other.caller, row.id)
            with pytest.raises(refusal):
                refuse_registration(session, other.caller, row.id, "No.")
        own = registered(session, officer, handler)
        with pytest.raises(RegistrationNotWaiting):
            confirm_registration(session, officer.caller, own.id)


def test_the_letter_stays(database: Database) -> None:
    """Neither the desk nor the requester takes away what the registration rests on."""
    officer, handler = ministry(database), desk(database)
    with database.writing() as session:
        row = on_behalf(session, handler, officer)
        (letter,) = attachments_of(session, [f"need:{row.id}"])[f"need:{row.id}"]
        assert letter.purpose == "letter"
        for person in (officer, handler):
            with pytest.raises(LetterStays):
                withdraw_attachment(session, person.caller, letter.id)


def _send(web: TestClient, who: Person, need: dict[str, Any], letter: bytes | None = PDF) -> Any:
    files = {"letter": ("Letter.pdf", letter)} if letter is not None else {"other": ("x", b"x")}
    sent_form = {"need": json.dumps(need)}
    return web.post("/api/v1/needs/on-behalf", data=sent_form, files=files, headers=who.headers)


def test_it_goes_through_the_doors(web: TestClient, database: Database) -> None:
    """A form takes need and letter together; each fault is named at its field, and then nothing is kept."""
    officer, handler = ministry(database), desk(database)
    for need, letter, field in (
        (body(officer, handler) | {"title": "x"}, PDF, "need.title"),
        (body(officer, handler) | {"urgency": "now"}, PDF, "need.urgency"),
        (body(officer, handler) | {"odd": 1}, PDF, "need.odd"),
        (body(officer, handler), b"no pdf", "letter"),
        (body(officer, handler), None, "letter"),
    ):
        answer = _send(web, handler, need, letter)
        assert answer.status_code == 422, answer.text
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    with database.reading() as session:
        assert session.exec(select(Need)).all() == []
        assert session.exec(select(Attachment)).all() == []
    made = _send(web, handler, body(officer, handler))
    assert made.status_code == 201, made.text
    need = f"/api/v1/needs/{made.json()['id']}"
    refused = web.post(f"{need}/refuse-registration", json={}, headers=officer.headers)
    assert refused.status_code == 422
    confirmed = web.post(f"{need}/confirm-registration", json={}, headers=officer.headers)
    assert confirmed.json()["handling"]["awaits_confirmation"] is False
    assert "submit" in confirmed.json()["handling"]["moves"]
    again = web.post(f"{need}/confirm-registration", json={}, headers=officer.headers)
    assert again.json()["code"] == "registration_not_waiting"
