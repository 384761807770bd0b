"""Deputies: who may be one, when it counts, for what, and how it is written down."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import clock
from service.access import commands
from service.access.holders import accounts_acting_for
from service.access.sessions import open_session
from service.access.tables import Account, DutyRow
from service.caller import OPERATOR
from service.database.engines import Database
from service.journal.tables import JournalEntry, JournalText
from service.settings import Settings
from tests.service import people
from tests.service.access.conftest import OWN, bearer, browse
from tests.service.desks.reading import BROWSER, check
from tests.service.needs.cases import body as needed
from tests.service.people import Person


@pytest.fixture
def holder(database: Database) -> Person:
    """Give a national focal point."""
    return people.ministry(database, role="national_focal_point")


@pytest.fixture
def stand_in(database: Database, holder: Person) -> Person:
    """Give a colleague of the focal point who may only look."""
    return people.colleague(database, holder, "observer")


def _duty(database: Database, person: Person) -> str:
    with database.reading() as session:
        return session.exec(select(DutyRow.id).where(DutyRow.account_id == person.account_id)).one()


def _naming(
    database: Database, holder: Person, stand_in: Person, first: int = 0, last: int = 2
) -> dict[str, str]:
    today = clock.today()
    return {
        "duty": _duty(database, holder),
        "account": stand_in.account_id,
        "begins_on": (today + timedelta(days=first)).isoformat(),
        "ends_on": (today + timedelta(days=last)).isoformat(),
    }


def _name(
    web: TestClient, database: Database, holder: Person, stand_in: Person, first: int = 0, last: int = 2
) -> str:
    body = _naming(database, holder, stand_in, first, last)
    answer = web.post("/api/v1/me/deputies", json=body, headers=holder.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _acts(database: Database, holder: Person) -> set[str]:
    with database.reading() as session:
        return accounts_acting_for(session, [holder.stakeholder_id], ["national_focal_point"])


def test_a_deputy_acts_in_its_days_only(
    web: TestClient, database: Database, holder: Person, stand_in: Person
) -> None:
    """From the first day to the last, both counted in, the duty counts; before and after it does not."""
    now = clock.now()
    _name(web, database, holder, stand_in, 1, 2)
    acting = []
    for days in range(4):
        with clock.set_to(now + timedelta(days=days)):
            acting.append(stand_in.account_id in _acts(database, holder))
    assert acting == [False, True, True, False]


def test_what_a_deputy_does_is_its_own_on_behalf_of_another(
    web: TestClient, database: Database, holder: Person, stand_in: Person
) -> None:
    """A need registered by a deputy names the deputy as who did it, and for whom."""
    body = needed(holder, people.desk(database))
    refused = web.post("/api/v1/needs", json=body, headers=bearer(stand_in.cookie))
    assert refused.status_code == 403, refused.text
    _name(web, database, holder, stand_in)
    made = web.post("/api/v1/needs", json=body, headers=bearer(stand_in.cookie))
    assert made.status_code == 201, made.text
    with database.reading() as session:
        entry = session.exec(
            select(JournalEntry).where(JournalEntry.subject == f"need:{made.json()['id']}")
        ).first()
        assert entry is not None
        details = session.exec(select(JournalText).where(JournalText.entry_id == entry.id)).one().details
    assert entry.actor == stand_in.account_id
    assert details["on_behalf_of"] == [holder.account_id]


def test_a_token_acts_for_nobody_else(
    web: TestClient, database: Database, holder: Person, stand_in: Person
) -> None:
    """A deputy signs in to act; its API token keeps to its owner's own duties."""
    _name(web, database, holder, stand_in)
    answer = web.post("/api/v1/needs", json=needed(holder, people.desk(database)), headers=stand_in.headers)
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("by", ["holder", "stand_in", "administrator"])
def test_it_can_be_ended_early(
    web: TestClient, database: Database, holder: Person, stand_in: Person, by: str
) -> None:
    """Who named it, the deputy itself and administrators end it, at once; others find nothing."""
    deputy = _name(web, database, holder, stand_in)
    stranger = people.ministry(database)
    end = f"/api/v1/deputies/{deputy}/end"
    assert web.post(end, json={}, headers=stranger.headers).status_code == 404
    person = {"holder": holder, "stand_in": stand_in}.get(by) or people.administrator(database)
    assert web.post(end, json={}, headers=person.headers).json()["acts_now"] is False
    assert stand_in.account_id not in _acts(database, holder)
    assert web.post(end, json={}, headers=person.headers).json()["code"] == "deputy_ended"


@pytest.mark.parametrize("what", ["duty", "account", "own_duty"])
def test_it_ends_with_what_it_rests_on(
    web: TestClient, database: Database, holder: Person, stand_in: Person, what: str
) -> None:
    """When the duty ends, its holder's account is closed, or the deputy leaves, it counts no more."""
    _name(web, database, holder, stand_in)
    assert stand_in.account_id in _acts(database, holder)
    with database.writing() as session:
        if what == "account":
            commands.disable_account(session, OPERATOR, holder.account_id)
        else:
            person = holder if what == "duty" else stand_in
            commands.end_duty(session, OPERATOR, _duty(database, person))
    assert stand_in.account_id not in _acts(database, holder)
    assert web.get("/api/v1/me/deputies", headers=stand_in.headers).json() == [] or what != "duty"


def test_a_deputy_names_no_deputy_and_invites_nobody(
    web: TestClient, database: Database, holder: Person, stand_in: Person
) -> None:
    """What was lent for some days is not passed on, neither by naming another nor by inviting one."""
    _name(web, database, holder, stand_in)
    third = people.colleague(database, holder, "observer")
    session = bearer(stand_in.cookie)
    answer = web.post("/api/v1/me/deputies", json=_naming(database, holder, third), headers=session)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_own_duty")
    body = {"email": "friend@ministry.example", "role": "observer", "stakeholder": holder.stakeholder_id}
    assert web.post("/api/v1/invitations", json=body, headers=session).status_code == 403


def test_only_a_colleague_and_only_for_a_time(
    web: TestClient, database: Database, holder: Person, stand_in: Person
) -> None:
    """A stranger, oneself, days that are over and more than a year are refused at their fields."""
    stranger = people.ministry(database)
    right = _naming(database, holder, stand_in)
    tried = (
        (right | {"account": stranger.account_id}, "account"),
        (right | {"account": holder.account_id}, "account"),
        (right | {"duty": _duty(database, stranger)}, "duty"),
        (_naming(database, holder, stand_in, 2, 1), "ends_on"),
        (_naming(database, holder, stand_in, -3, -1), "ends_on"),
        (_naming(database, holder, stand_in, 0, 366), "ends_on"),
    )
    for body, field in tried:
        answer = web.post("/api/v1/me/deputies", json=body, headers=holder.headers)
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_the_second_factor_is_asked_of_a_deputy_too(web: TestClient, database: Database) -> None:
    """A member of the steering group who stands in for a case officer needs what the case officer needs."""
    officer = people.desk(database)
    member = people.colleague(database, officer, "steering_member")
    with database.writing() as session:
        account = session.get_one(Account, member.account_id)
        weak = open_session(session, account, Settings(), means="password", device="Test").secret
    assert web.get("/api/v1/needs", headers=bearer(weak)).status_code == 200
    _name(web, database, officer, member)
    assert web.get("/api/v1/needs", headers=bearer(weak)).json()["code"] == "second_factor_needed"
    assert web.get("/api/v1/needs", headers=bearer(member.cookie)).status_code == 200


def test_the_page_names_and_ends_deputies(
    web: TestClient, database: Database, holder: Person, stand_in: Person
) -> None:
    """From the form to the list and back, with faults at their fields."""
    browse(web, holder.cookie)
    sent = _naming(database, holder, stand_in)
    wrong = check(web.post("/people/deputies", data=sent | {"ends_on": "soon"}, headers=OWN), 422)
    assert "ends_on-fault" in wrong.all("id")
    assert web.post("/people/deputies", data=sent, headers=OWN).status_code == 303
    shown = check(web.get("/people", headers=BROWSER))
    (action,) = [one for one in shown.all("action") if one.endswith("/end")]
    assert web.post(action, headers=OWN).status_code == 303
    assert not [
        one for one in check(web.get("/people", headers=BROWSER)).all("action") if one.endswith("/end")
    ]
