"""People for tests: a stakeholder, an account with a duty, and a token to ask with."""

import os
from dataclasses import dataclass
from itertools import count

from sqlmodel import Session

from service.access import commands as access
from service.access.queries import caller_of
from service.access.schemas import AccountAddition, DutyGrant, TokenRequest
from service.access.sessions import open_session
from service.caller import OPERATOR, Caller, Role
from service.database.engines import Database
from service.settings import Settings
from service.stakeholders.commands import register_stakeholder
from service.stakeholders.schemas import StakeholderRegistration

_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with a duty within a stakeholder."""

    account_id: str
    stakeholder_id: str
    token: str
    cookie: str
    """What a browser of this person holds, signed in with a second factor."""
    caller: Caller

    @property
    def headers(self) -> dict[str, str]:
        """The header that a request of this person carries."""
        return {"Authorization": f"Bearer {self.token}"}


def stakeholder(session: Session, kind: str, *states: str, **more: object) -> str:
    """Register an invented stakeholder and return its id."""
    name = more.pop("name", f"Invented {kind.replace('_', ' ')} {next(_numbers)}")
    registration = StakeholderRegistration.model_validate(
        {"type": kind, "name": name, "states": list(states), **more}
    )
    return register_stakeholder(session, OPERATOR, registration).id


def person(session: Session, role: Role, stakeholder_id: str | None) -> Person:
    """Add an account with one duty and a token."""
    # Processes side by side may fill one database.
    email = f"person{os.getpid()}-{next(_numbers)}@example.org"
    addition = AccountAddition(email=email, name="Invented person")
    account = access.add_account(session, OPERATOR, addition)
    access.grant_duty(session, OPERATOR, account.id, DutyGrant(role=role, stakeholder=stakeholder_id))
    _, token = access.issue_token(session, OPERATOR, account.id, TokenRequest(label="Test"))
    opened = open_session(
        session, account, Settings(), means="password", device="Test", has_second_factor=True
    )
    return Person(account.id, stakeholder_id or "", token, opened.secret, caller_of(session, account))


def ministry(database: Database, iso3: str = "GHA", role: Role = "requester_officer") -> Person:
    """Give an officer of an invented ministry of a state."""
    with database.writing() as session:
        return person(session, role, stakeholder(session, "ministry_or_agency", iso3))


def colleague(database: Database, of: Person, role: Role) -> Person:
    """Give somebody else of the same stakeholder."""
    with database.writing() as session:
        return person(session, role, of.stakeholder_id)


def pool(database: Database, iso3: str = "NLD", role: Role = "pool_manager") -> Person:
    """Give the manager of an invented expert pool of a state."""
    with database.writing() as session:
        return person(session, role, stakeholder(session, "expert_pool", iso3))


def desk(database: Database, dialogue: str | None = None, role: Role = "case_officer") -> Person:
    """Give an officer of a desk that handles needs: of a dialogue, or the instance's own."""
    with database.writing() as session:
        desk_id = stakeholder(session, "dialogue_secretariat", dialogue=dialogue, is_desk=True)
        return person(session, role, desk_id)


def administrator(database: Database) -> Person:
    """Give an administrator of the instance."""
    with database.writing() as session:
        return person(session, "administrator", None)
