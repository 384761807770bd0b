"""Invitations: who may send them, what the letter opens, and what nobody learns from them."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from service import clock
from service.access import commands, inviting
from service.access.errors import InvitationSpent
from service.access.people_schemas import InvitationSending
from service.access.queries import account_duties
from service.access.rules import INVITES, may_invite
from service.access.tables import Invitation
from service.caller import OPERATOR, ROLES, Duty
from service.database.engines import Database
from service.journal.tables import JournalEntry, JournalText
from service.mail.tables import Letter
from service.settings import Settings
from tests.service import people
from tests.service.access.conftest import OWN, PASSWORD, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER, check
from tests.service.people import Person

GUEST = "new.colleague@ministry.example"


@pytest.fixture
def focal(database: Database) -> Person:
    """Give the national focal point of a ministry."""
    return people.ministry(database, role="national_focal_point")


def _invite(
    web: TestClient, focal: Person, email: str = GUEST, role: str = "requester_officer"
) -> dict[str, str]:
    body = {"email": email, "role": role, "stakeholder": focal.stakeholder_id}
    answer = web.post("/api/v1/invitations", json=body, headers=focal.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def read(web: TestClient, path: str) -> str:
    """Return a page after checking how it is made."""
    answer = web.get(path, headers=BROWSER)
    check(answer)
    return answer.text


def _token(database: Database, email: str = GUEST) -> str:
    with database.reading() as session:
        letters = [row for row in session.exec(select(Letter)) if row.recipient == email]
    newest = max(letters, key=lambda row: row.queued_at)
    return re.findall(r"/invitation\?token=(\S+)", newest.text or "")[0]


def _accept(web: TestClient, token: str, password: str = PASSWORD) -> tuple[int, dict[str, str]]:
    body = {"token": token, "name": "New colleague", "language": "fr", "password": password}
    answer = web.post("/api/v1/invitation/accept", json=body)
    return answer.status_code, answer.json()


def test_an_invitation_becomes_an_account_with_a_duty(
    web: TestClient, focal: Person, database: Database
) -> None:
    """The link in the letter opens an account with name, language, password and the duty, once."""
    made = _invite(web, focal)
    token = _token(database)
    offer = web.post("/api/v1/invitation/open", json={"token": token}).json()
    assert (offer["email"], offer["has_account"]) == (GUEST, False)
    status, opened = _accept(web, token)
    assert status == 200, opened
    me = web.get("/api/v1/me", headers=bearer(opened["session"])).json()
    assert (me["email"], me["name"], me["language"]) == (GUEST, "New colleague", "fr")
    assert [(one["role"], one["stakeholder"]) for one in me["duties"]] == [
        ("requester_officer", focal.stakeholder_id)
    ]
    assert _accept(web, token)[1]["code"] == "invitation_spent"
    assert sign_in(web, Member(me["id"], GUEST))
    with database.reading() as session:
        told = _details(session, "duty.granted", f"account:{me['id']}")
        kept = str([row.model_dump() for row in session.exec(select(Invitation))])
        kept += str([row.model_dump() for row in session.exec(select(JournalText))])
    assert (told["invited_by"], told["invitation"]) == (focal.account_id, made["id"])
    assert token not in kept
    assert GUEST not in str(told)


def _details(session: Session, event: str, subject: str) -> dict[str, str]:
    entry = session.exec(
        select(JournalEntry).where(JournalEntry.event == event, JournalEntry.subject == subject)
    ).one()
    return dict(session.exec(select(JournalText).where(JournalText.entry_id == entry.id)).one().details)


def test_the_inviter_learns_nothing_of_accounts(
    web: TestClient, focal: Person, database: Database, officer: Member
) -> None:
    """The answer and the letter are the same for an address with an account; it gets no duty by itself."""
    made = [_invite(web, focal, email) for email in (officer.email, GUEST)]
    same = ("role", "stakeholder", "state", "invited_by", "accepted_at")
    assert [made[0][name] for name in same] == [made[1][name] for name in same]
    with database.reading() as session:
        texts = [row.text or "" for row in session.exec(select(Letter)) if "/invitation?" in (row.text or "")]
        assert len({re.sub(r"token=\S+", "", text) for text in texts}) == 1
        places = {row.stakeholder_id for row in account_duties(session, officer.account_id)}
    assert focal.stakeholder_id not in places


def test_an_account_accepts_signed_in(
    web: TestClient, focal: Person, database: Database, officer: Member
) -> None:
    """Who has an account with the address accepts signed in; nobody else accepts for it."""
    _invite(web, focal, officer.email)
    token = _token(database, officer.email)
    assert _accept(web, token)[1]["code"] == "sign_in_to_accept"
    other = people.ministry(database)
    refused = web.post("/api/v1/me/invitation", json={"token": token}, headers=other.headers)
    assert refused.json()["code"] == "invitation_for_another"
    secret = sign_in(web, officer)
    taken = web.post("/api/v1/me/invitation", json={"token": token}, headers=bearer(secret)).json()
    assert focal.stakeholder_id in {one["stakeholder"] for one in taken["duties"]}


def test_a_link_ends_after_seven_days_or_when_withdrawn(
    web: TestClient, focal: Person, database: Database
) -> None:
    """A link that is too old, was replaced or withdrawn opens nothing; sent again, a new one does."""
    made = _invite(web, focal)
    first = _token(database)
    again = f"/api/v1/invitations/{made['id']}/send-again"
    assert web.post(again, headers=focal.headers).status_code == 429, "a letter went out a moment ago"
    with clock.set_to(clock.now() + timedelta(days=7, minutes=1)):
        assert web.post("/api/v1/invitation/open", json={"token": first}).status_code == 409
        assert web.get("/api/v1/invitations", headers=focal.headers).json()["items"][0]["state"] == "expired"
        assert web.post(again, headers=focal.headers).status_code == 200
        second = _token(database)
        assert second != first
        assert web.post("/api/v1/invitation/open", json={"token": second}).status_code == 200
        gone = web.post(f"/api/v1/invitations/{made['id']}/withdraw", json={}, headers=focal.headers)
        assert gone.json()["state"] == "withdrawn"
        assert _accept(web, second)[1]["code"] == "invitation_spent"


def test_an_invitation_falls_with_who_invited(database: Database, focal: Person) -> None:
    """Once whoever invited may not invite any more, the link opens nothing."""
    sending = InvitationSending(email=GUEST, role="expert", stakeholder=focal.stakeholder_id)
    with database.writing() as session:
        inviting.invite(session, focal.caller, sending, Settings())
    token = _token(database)
    with database.writing() as session:
        assert inviting.opened_with(session, token)
        commands.end_duty(session, OPERATOR, account_duties(session, focal.account_id)[0].id)
        with pytest.raises(InvitationSpent):
            inviting.opened_with(session, token)


@pytest.mark.parametrize("role", ROLES)
def test_the_table_says_who_invites_to_what(role: str) -> None:
    """Administrators invite anywhere; three more roles at their own place, never to what is above them."""
    here, there = "stakeholder_here", "stakeholder_there"
    may = {one: may_invite([Duty(one, here)], role, here) for one in ROLES if one != "administrator"}
    assert {one for one, answer in may.items() if answer} == {
        one for one, roles in INVITES.items() if role in roles and one != "administrator"
    }
    assert not any(may_invite([Duty(one, here)], role, there) for one in may)
    assert may_invite([Duty("administrator")], role, there)
    assert "administrator" not in set().union(*(INVITES[one] for one in INVITES if one != "administrator"))


def test_only_those_of_the_table_invite(web: TestClient, focal: Person, database: Database) -> None:
    """An officer invites nobody; a focal point neither elsewhere nor a case officer; others see nothing."""
    made = _invite(web, focal)
    officer = people.colleague(database, focal, "requester_officer")
    elsewhere = people.ministry(database, role="national_focal_point")
    tried = (
        (officer, "observer", focal.stakeholder_id),
        (focal, "case_officer", focal.stakeholder_id),
        (focal, "observer", elsewhere.stakeholder_id),
        (focal, "administrator", None),
    )
    for person, role, place in tried:
        body = {"email": GUEST, "role": role, "stakeholder": place}
        assert web.post("/api/v1/invitations", json=body, headers=person.headers).status_code == 403
    assert web.get("/api/v1/invitations", headers=officer.headers).status_code == 403
    assert web.get("/api/v1/invitations", headers=elsewhere.headers).json()["items"] == []
    for person in (officer, elsewhere):
        at = f"/api/v1/invitations/{made['id']}"
        assert web.post(f"{at}/send-again", headers=person.headers).status_code == 404
        assert web.post(f"{at}/withdraw", json={}, headers=person.headers).status_code == 404
    twice = {"email": GUEST, "role": "requester_officer", "stakeholder": focal.stakeholder_id}
    assert (
        web.post("/api/v1/invitations", json=twice, headers=focal.headers).json()["code"] == "already_invited"
    )


def test_the_pages_invite_and_accept(web: TestClient, focal: Person, database: Database) -> None:
    """From the page of people over the letter to an account, each fault at its field; roles are words."""
    browse(web, focal.cookie)
    shown = read(web, "/people")
    assert "National focal point" in shown
    assert "<code>national_focal_point" not in shown
    sent = {"email": "x", "role": "expert", "stakeholder": focal.stakeholder_id, "language": "en"}
    assert "email-fault" in check(web.post("/people/invitations", data=sent, headers=OWN), 422).all("id")
    done = web.post("/people/invitations", data=sent | {"email": GUEST}, headers=OWN)
    assert (done.status_code, done.headers["location"]) == (303, "/people#invitations")
    assert GUEST in read(web, "/people")
    web.cookies.clear()
    token = _token(database)
    assert "Expert" in read(web, f"/invitation?token={token}")
    weak = {"token": token, "name": "New", "language": "en", "password": "short"}
    assert "password-fault" in check(web.post("/invitation", data=weak, headers=OWN), 422).all("id")
    accepted = web.post("/invitation", data=weak | {"password": PASSWORD}, headers=OWN)
    assert (accepted.status_code, accepted.headers["location"]) == (303, "/")
    assert GUEST in read(web, "/account")
    check(web.get(f"/invitation?token={token}", headers=BROWSER), 409)


def test_administrators_see_all_invitations_on_a_page(
    web: TestClient, focal: Person, database: Database
) -> None:
    """The page of all invitations is for administrators, who may withdraw each."""
    made = _invite(web, focal)
    browse(web, focal.cookie)
    assert web.get("/administration/invitations", headers=BROWSER).status_code == 403
    browse(web, people.administrator(database).cookie)
    assert GUEST in read(web, "/administration/invitations")
    done = web.post(f"/people/invitations/{made['id']}/withdraw", headers=OWN)
    assert done.headers["location"] == "/administration/invitations"
    body = {"email": GUEST, "role": "administrator", "stakeholder": "", "language": "en"}
    assert web.post("/administration/invitations", data=body, headers=OWN).status_code == 303
