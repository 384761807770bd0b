"""The people of the demonstration: a ministry that asks, a pool that offers, a desk that coordinates."""

from typing import Literal, NamedTuple, get_args

from sqlmodel import Session, col, func, select

from service.access.commands import add_account, grant_duty, issue_token, revoke_token
from service.access.queries import caller_of
from service.access.rules import digest_of
from service.access.schemas import AccountAddition, DutyGrant, TokenRequest
from service.access.tables import Account, ApiToken
from service.caller import OPERATOR, Caller, Role
from service.demonstration.loading import find_desk
from service.errors import NotFound
from service.matches.tables import Seat
from service.needs.tables import Need
from service.stakeholders.tables import Stakeholder

Who = Literal["ministry", "pool", "secretariat"]
EVERYBODY: tuple[Who, ...] = get_args(Who)
LABEL = "Demonstration sign-in"


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


def sign_in(session: Session, who: Who) -> str:
    """Return a fresh token of somebody of the demonstration; the one before stops."""
    account = _account(session, who)
    for token in session.exec(
        select(ApiToken).where(
            ApiToken.account_id == account.id, ApiToken.label == LABEL, col(ApiToken.revoked_at).is_(None)
        )
    ).all():
        revoke_token(session, OPERATOR, token.id)
    return issue_token(session, OPERATOR, account.id, TokenRequest(label=LABEL, days=1))[1]


def sign_out(session: Session, token: str) -> None:
    """Let a token of the demonstration stop; what is no such token changes nothing."""
    row = session.exec(
        select(ApiToken).where(ApiToken.digest == digest_of(token), ApiToken.label == LABEL)
    ).first()
    if row is not None:
        revoke_token(session, OPERATOR, row.id)


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
    return account


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
