"""Accounts, duties and tokens, through the door."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from service import clock
from service.access import commands
from service.access.errors import LastAdministrator
from service.access.rules import TOKEN_PREFIX, digest_of, new_token
from service.access.schemas import TokenRequest
from service.access.tables import ApiToken, DutyRow
from service.caller import OPERATOR
from service.database.engines import Database
from tests.service.people import administrator, colleague, desk, ministry


def _tokens(session: Session) -> list[ApiToken]:
    return list(session.exec(select(ApiToken)))


def test_a_token_says_who_asks(web: TestClient, database: Database) -> None:
    """A bearer token makes the caller its owner, with the duties of now."""
    officer = ministry(database, "GHA")
    me = web.get("/api/v1/me", headers=officer.headers).json()
    assert me["id"] == officer.account_id
    assert [(duty["role"], duty["stakeholder"]) for duty in me["duties"]] == [
        ("requester_officer", officer.stakeholder_id)
    ]


@pytest.mark.parametrize("header", ["Bearer hml_wrong", "Bearer ", "Basic dXNlcjpwYXNz"])
def test_a_wrong_token_is_refused(web: TestClient, header: str) -> None:
    """A token that is nobody's is refused with 401, not treated as nobody."""
    answer = web.get("/api/v1/stakeholders", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_only_a_digest_of_a_token_is_kept(database: Database) -> None:
    """No table holds the token itself."""
    officer = ministry(database)
    with database.reading() as session:
        rows = _tokens(session)
    assert [row.digest for row in rows] == [digest_of(officer.token)]
    assert officer.token not in str([row.model_dump() for row in rows])


def test_tokens_differ_and_can_be_recognised() -> None:
    """Tokens never repeat, and a leaked one is recognised by its beginning."""
    made = {new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(token.startswith(TOKEN_PREFIX) for token in made)


def test_a_revoked_token_stops_at_once(web: TestClient, database: Database) -> None:
    """A token that was revoked is refused from the next request on."""
    officer = ministry(database)
    token = web.get("/api/v1/me/tokens", headers=officer.headers).json()[0]["id"]
    assert web.post(f"/api/v1/me/tokens/{token}/revoke", headers=officer.headers).status_code == 200
    assert web.get("/api/v1/me", headers=officer.headers).status_code == 401


def test_a_token_ends_when_it_said(web: TestClient, database: Database) -> None:
    """A token with an end is refused after it."""
    officer = ministry(database)
    with database.writing() as session:
        _, token = commands.issue_token(
            session, OPERATOR, officer.account_id, TokenRequest(label="For a week", days=7)
        )
    headers = {"Authorization": f"Bearer {token}"}
    assert web.get("/api/v1/me", headers=headers).status_code == 200
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert web.get("/api/v1/me", headers=headers).status_code == 401


def test_nobody_revokes_the_token_of_another(web: TestClient, database: Database) -> None:
    """Another's token looks as if it did not exist."""
    officer, other = ministry(database), ministry(database, "NER")
    token = web.get("/api/v1/me/tokens", headers=officer.headers).json()[0]["id"]
    assert web.post(f"/api/v1/me/tokens/{token}/revoke", headers=other.headers).status_code == 404
    assert web.get("/api/v1/me", headers=officer.headers).status_code == 200


def test_an_ended_duty_counts_no_more(web: TestClient, database: Database) -> None:
    """Rights are read at each request: an ended duty is gone with the next one."""
    chief, officer = administrator(database), desk(database)
    registration = {"type": "expert_pool", "name": "Invented pool", "states": ["NLD"]}
    assert web.post("/api/v1/stakeholders", json=registration, headers=officer.headers).status_code == 201
    duty = web.get("/api/v1/me", headers=officer.headers).json()["duties"][0]["id"]
    assert web.post(f"/api/v1/duties/{duty}/end", json={}, headers=chief.headers).status_code == 200
    assert web.post("/api/v1/stakeholders", json=registration, headers=officer.headers).status_code == 403


def test_only_administrators_manage_accounts(web: TestClient, database: Database) -> None:
    """Adding accounts, giving duties and listing accounts are for administrators."""
    officer, chief = desk(database), administrator(database)
    new = {"email": "New.Person@Example.org", "name": "New person"}
    assert web.get("/api/v1/accounts", headers=officer.headers).status_code == 403
    assert web.post("/api/v1/accounts", json=new, headers=officer.headers).status_code == 403
    made = web.post("/api/v1/accounts", json=new, headers=chief.headers)
    assert made.status_code == 201
    assert made.json()["email"] == "new.person@example.org"
    again = web.post("/api/v1/accounts", json=new, headers=chief.headers)
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")


def test_the_last_administrator_stays(database: Database) -> None:
    """Neither ending the duty nor closing the account of the last administrator is possible."""
    chief = administrator(database)
    with database.writing() as session:
        duty = session.exec(select(DutyRow).where(DutyRow.account_id == chief.account_id)).one()
        with pytest.raises(LastAdministrator):
            commands.end_duty(session, OPERATOR, duty.id)
        with pytest.raises(LastAdministrator):
            commands.disable_account(session, OPERATOR, chief.account_id)


def test_an_administrator_can_go_when_there_is_another(database: Database) -> None:
    """With two administrators, one of them can go."""
    chief, second = administrator(database), administrator(database)
    with database.writing() as session:
        commands.disable_account(session, OPERATOR, chief.account_id)
    with database.writing() as session:
        duty = session.exec(select(DutyRow).where(DutyRow.account_id == second.account_id)).one()
        with pytest.raises(LastAdministrator):
            commands.end_duty(session, OPERATOR, duty.id)


def test_a_duty_is_for_a_stakeholder(web: TestClient, database: Database) -> None:
    """A role within a stakeholder names it, and administrator names none."""
    chief, officer = administrator(database), ministry(database)
    address = f"/api/v1/accounts/{officer.account_id}/duties"
    for grant in ({"role": "pool_manager"}, {"role": "administrator", "stakeholder": officer.stakeholder_id}):
        answer = web.post(address, json=grant, headers=chief.headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "stakeholder"


def test_a_cookie_reads_but_does_not_write(web: TestClient, database: Database) -> None:
    """A session cookie counts for reading only, so that no other site can change anything with it."""
    officer = colleague(database, desk(database), "case_officer")
    web.cookies.set("homologue_session", officer.cookie)
    assert web.get("/api/v1/me").json()["id"] == officer.account_id
    registration = {"type": "expert_pool", "name": "Invented pool", "states": ["NLD"]}
    assert web.post("/api/v1/stakeholders", json=registration).status_code == 401
