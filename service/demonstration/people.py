"""The people of the demonstration: a ministry that asks, a pool that offers, a desk that coordinates."""

from typing import Literal, NamedTuple, get_args

from sqlmodel import Session, col, func, select

from service.access.commands import add_account, grant_duty, issue_token
from service.access.queries import caller_of
from service.access.schemas import AccountAddition, DutyGrant, TokenRequest
from service.access.sessions import Opened, end_all_sessions, open_session
from service.access.tables import Account
from service.caller import OPERATOR, Caller, Role
from service.demonstration.loading import find_desk
from service.demonstration.pool import find_demonstration_pool
from service.errors import NotFound
from service.matches.tables import Seat
from service.needs.tables import Need
from service.settings import Settings
from service.stakeholders.tables import Stakeholder

Who = Literal["ministry", "pool", "secretariat"]
EVERYBODY: tuple[Who, ...] = get_args(Who)
LABEL = "Demonstration"


class Part(NamedTuple):
    """Whose part somebody plays."""

    who: Who
    stakeholder_id: str
    name: str


_ROLES: dict[Who, tuple[Role, ...]] = {
    "ministry": ("requester_officer", "national_focal_point"),
    "pool": ("pool_manager", "provider_focal_point"),
    "secretariat": ("dialogue_secretariat",),
}


def parts(session: Session) -> list[Part]:
    """Return whose parts can be played: who asks most, who is proposed most, and the desk."""
    found = {
        "ministry": _who_asks_most(session),
        "pool": _who_is_proposed_most(session),
        "secretariat": find_desk(session),
    }
    return [
        Part(who, stakeholder_id, session.get_one(Stakeholder, stakeholder_id).name)
        for who in EVERYBODY
        if (stakeholder_id := found[who]) is not None
    ]


def sign_in(session: Session, who: Who, settings: Settings) -> Opened:
    """Open a session for somebody of the demonstration, as if by two factors; the one before ends."""
    account = _account(session, who)
    end_all_sessions(session, OPERATOR, account.id)
    return open_session(session, account, settings, means="demonstration", device="", has_second_factor=True)


def issue_token_for(session: Session, who: Who) -> str:
    """Return a fresh token of somebody of the demonstration, for a day."""
    account = _account(session, who)
    return issue_token(session, OPERATOR, account.id, TokenRequest(label=LABEL, days=1))[1]


def caller_for(session: Session, who: Who) -> Caller:
    """Return somebody of the demonstration as a caller."""
    return caller_of(session, _account(session, who))


def _account(session: Session, who: Who) -> Account:
    part = next((part for part in parts(session) if part.who == who), None)
    if part is None:
        raise NotFound
    # One account for each stakeholder played: another round may put another provider first.
    email = f"{who}.{part.stakeholder_id[-8:]}@demonstration.example"
    account = session.exec(select(Account).where(Account.email == email)).first()
    if account is None:
        account = add_account(session, OPERATOR, AccountAddition(email=email, name=f"Demonstration {who}"))
        for role in _ROLES[who]:
            grant_duty(session, OPERATOR, account.id, DutyGrant(role=role, stakeholder=part.stakeholder_id))
    if who == "pool":
        _manage_invented_pool(session, account)
    return account


def _manage_invented_pool(session: Session, account: Account) -> None:
    pool_id = find_demonstration_pool(session)
    if pool_id is None or caller_of(session, account).acts_for(pool_id):
        return
    for role in _ROLES["pool"]:
        grant_duty(session, OPERATOR, account.id, DutyGrant(role=role, stakeholder=pool_id))


def _who_asks_most(session: Session) -> str | None:
    times = func.count().label("times")
    query = select(Need.lead_id, times).where(col(Need.is_demonstration)).group_by(Need.lead_id)
    found = session.exec(query.order_by(times.desc(), col(Need.lead_id)).limit(1)).first()
    return found[0] if found else None


def _who_is_proposed_most(session: Session) -> str | None:
    times = func.count().label("times")
    query = select(Seat.provider_id, times).group_by(Seat.provider_id)
    found = session.exec(query.order_by(times.desc(), col(Seat.provider_id)).limit(1)).first()
    return found[0] if found else None
