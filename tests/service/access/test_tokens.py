"""Tokens with a scope, an end and an owner who signed in; and from where somebody knocks."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from starlette.requests import Request

from service import clock
from service.access import commands
from service.access.errors import LastAdministrator
from service.access.schemas import DutyGrant, TokenRequest
from service.access.tables import DutyRow
from service.caller import OPERATOR
from service.database.engines import Database
from service.settings import Settings
from service.web.visitors import passkey_origin, visitor_of
from tests.service import people
from tests.service.access.conftest import OWN, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER, check

POOL = {"type": "expert_pool", "name": "Invented pool", "states": ["NLD"]}


def _issue(database: Database, account_id: str, **asked: object) -> dict[str, str]:
    with database.writing() as session:
        request = TokenRequest.model_validate({"label": "Test", **asked})
        return bearer(commands.issue_token(session, OPERATOR, account_id, request)[1])


def test_a_reading_token_changes_nothing(web: TestClient, database: Database) -> None:
    """A token that only reads is refused by name for everything else, and works for reading."""
    desk = people.desk(database)
    reading = _issue(database, desk.account_id, scope="read")
    assert web.get("/api/v1/me", headers=reading).status_code == 200
    answer = web.post("/api/v1/stakeholders", json=POOL, headers=reading)
    assert (answer.status_code, answer.json()["code"]) == (403, "token_only_reads")
    assert web.post("/api/v1/stakeholders", json=POOL, headers=desk.headers).status_code == 201


def test_a_token_for_one_stakeholder_acts_for_no_other(web: TestClient, database: Database) -> None:
    """The duties elsewhere do not count with it, and administrators' do not either."""
    desk, other = people.desk(database), people.desk(database)
    with database.writing() as session:
        for grant in (
            DutyGrant(role="requester_officer", stakeholder=other.stakeholder_id),
            DutyGrant(role="administrator"),
        ):
            commands.grant_duty(session, OPERATOR, desk.account_id, grant)
    limited = _issue(database, desk.account_id, stakeholder=other.stakeholder_id)
    assert web.get("/api/v1/accounts", headers=desk.headers).status_code == 200
    assert web.get("/api/v1/accounts", headers=limited).status_code == 403
    assert web.post("/api/v1/stakeholders", json=POOL, headers=limited).status_code == 403


def test_a_token_is_for_a_stakeholder_of_its_owner(
    web: TestClient, officer: Member, database: Database
) -> None:
    """One cannot issue a token for a stakeholder that one has no duty at."""
    foreign = people.ministry(database, "NER").stakeholder_id
    asked = {"label": "Nightly export", "stakeholder": foreign}
    answer = web.post("/api/v1/me/tokens", json=asked, headers=bearer(sign_in(web, officer)))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "stakeholder")


def test_a_token_issues_no_token(web: TestClient, database: Database) -> None:
    """A token cannot renew itself: issuing takes somebody who signed in."""
    headers = people.ministry(database).headers
    answer = web.post("/api/v1/me/tokens", json={"label": "Another"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "session_needed")


def test_tokens_end_and_say_when_they_were_used(web: TestClient, officer: Member) -> None:
    """Ninety days if nothing else is said, a year at most; the day of the last use is shown."""
    own = bearer(sign_in(web, officer))
    made = web.post("/api/v1/me/tokens", json={"label": "Nightly export"}, headers=own).json()
    assert made["last_used_on"] is None
    too_long = {"label": "For ever", "days": 366}
    assert web.post("/api/v1/me/tokens", json=too_long, headers=own).status_code == 422
    assert web.get("/api/v1/me", headers=bearer(made["token"])).status_code == 200
    found = {row["id"]: row for row in web.get("/api/v1/me/tokens", headers=own).json()}[made["id"]]
    assert found["last_used_on"] == clock.today().isoformat()
    with clock.set_to(clock.now() + timedelta(days=91)):
        assert web.get("/api/v1/me", headers=bearer(made["token"])).status_code == 401


def test_the_page_of_tokens_shows_a_new_one_once(web: TestClient, officer: Member) -> None:
    """The page issues a token and shows it once, lists it by its beginning, keeps what was typed, revokes."""
    browse(web, sign_in(web, officer))
    check(web.get("/account/tokens", headers=BROWSER))
    made = check(web.post("/account/tokens", data={"label": "x", "days": "900"}, headers=OWN), 422)
    assert {"label-fault", "days-fault"} <= set(made.all("id"))
    assert "900" in made.all("value")
    sent = {"label": "Nightly export", "days": "30", "scope": "read", "stakeholder": ""}
    shown = web.post("/account/tokens", data=sent, headers=OWN)
    check(shown)
    token = shown.text.partition("<code>")[2].partition("</code>")[0]
    listed = web.get("/account/tokens", headers=BROWSER)
    assert token not in listed.text
    assert token[:8] in listed.text
    path = f"/account/tokens/{_id(web, token)}/revoke"
    assert web.post(path, headers=OWN).status_code == 303
    assert web.get("/api/v1/me", headers=bearer(token)).status_code == 401


def _id(web: TestClient, token: str) -> str:
    rows = web.get("/api/v1/me/tokens", headers=bearer(token)).json()
    return next(str(row["id"]) for row in rows if row["hint"] == token[:8])


def test_an_administrator_who_cannot_sign_in_does_not_count(database: Database) -> None:
    """The last one who can sign in stays, even if another has the duty but no way in."""
    chief, shut = people.administrator(database), people.administrator(database)
    with database.writing() as session:
        for token in session.exec(select(commands.ApiToken)).all():
            if token.account_id == shut.account_id:
                commands.revoke_token(session, OPERATOR, token.id)
        duty = session.exec(select(DutyRow).where(DutyRow.account_id == chief.account_id)).one()
        with pytest.raises(LastAdministrator):
            commands.end_duty(session, OPERATOR, duty.id)
        commands.disable_account(session, OPERATOR, shut.account_id)


def test_administrators_manage_accounts_on_pages(web: TestClient, database: Database) -> None:
    """Adding, giving and ending duties, closing; each fault at its field, the last administrator stays."""
    chief, desk = people.administrator(database), people.desk(database)
    browse(web, chief.cookie)
    accounts = "/administration/accounts"
    check(web.get(accounts, headers=BROWSER))
    made = check(web.post(accounts, data={"email": "nonsense", "name": "Bo"}, headers=OWN), 422)
    assert "email-fault" in made.all("id")
    assert "nonsense" in made.all("value")
    sent = {"email": "bo@ministry.example", "name": "Bo", "language": "fr"}
    added = web.post(accounts, data=sent, headers=OWN)
    assert added.status_code == 303
    check(web.post(accounts, data=sent, headers=OWN), 409)
    page = added.headers["location"]
    made = check(web.post(f"{page}/duties", data={"role": "pool_manager"}, headers=OWN), 422)
    assert "stakeholder-fault" in made.all("id")
    grant = {"role": "case_officer", "stakeholder": desk.stakeholder_id}
    assert web.post(f"{page}/duties", data=grant, headers=OWN).status_code == 303
    (ending,) = [one for one in check(web.get(page, headers=BROWSER)).all("action") if one.endswith("/end")]
    assert web.post(ending, headers=OWN).status_code == 303
    assert web.post(f"{page}/disable", headers=OWN).status_code == 303
    check(web.post(f"{accounts}/{chief.account_id}/disable", headers=OWN), 409)


def test_the_pages_of_accounts_are_for_administrators(web: TestClient, officer: Member) -> None:
    """Others are refused, and nobody is asked to sign in."""
    check(web.get("/administration/accounts", headers=BROWSER), 401)
    browse(web, sign_in(web, officer))
    check(web.get("/administration/accounts", headers=BROWSER), 403)
    check(web.post("/administration/accounts", data={"email": "a@b.example", "name": "A"}, headers=OWN), 403)
    check(web.get(f"/administration/accounts/{officer.account_id}", headers=BROWSER), 403)


@pytest.mark.parametrize(
    ("nearest", "said", "trusted", "found"),
    [
        ("203.0.113.9", "198.51.100.1", "", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.1", "10.0.0.5", "198.51.100.1"),
        ("10.0.0.5", "192.0.2.66, 198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.5", "192.0.2.66, 198.51.100.1, 10.0.0.9", "10.0.0.0/8 ::1", "198.51.100.1"),
        ("10.0.0.5", "nonsense", "10.0.0.5", "10.0.0.5"),
        ("::ffff:10.0.0.5", "198.51.100.1", "10.0.0.5", "198.51.100.1"),
        ("2001:db8:1:2:3::4", "", "", "2001:db8:1:2::/64"),
    ],
)
def test_only_a_trusted_server_speaks_for_others(nearest: str, said: str, trusted: str, found: str) -> None:
    """An address that a stranger writes into a header is not believed; of IPv6 the network counts."""
    headers = [(b"x-forwarded-for", said.encode())] if said else []
    state = SimpleNamespace(settings=Settings(trusted_proxies=trusted))
    scope = {"type": "http", "client": (nearest, 1), "headers": headers, "app": SimpleNamespace(state=state)}
    assert visitor_of(Request(scope)).address == found


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://matches.example", "https://matches.example"),
        ("https://matches.example:8443", "https://matches.example:8443"),
        ("", "http://localhost:8000"),
    ],
)
def test_passkeys_are_bound_to_the_public_address(public_url: str, origin: str) -> None:
    """Whatever a request claims of the address it asked, a passkey answers for the one that is set."""
    assert passkey_origin(Settings(public_url=public_url)) == origin
