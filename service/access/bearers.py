"""Who holds an API token: asked at every request, so all of it is one statement, put together once."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session, and_, bindparam, col, or_, select

from service import clock
from service.access.rules import digest_of
from service.access.tables import Account, ApiToken, DutyRow
from service.caller import Caller, Duty

_HELD = (
    select(  # type: ignore[call-overload] # it foresees fewer columns
        col(ApiToken.id),
        col(ApiToken.scope),
        col(ApiToken.last_used_on),
        col(Account.id).label("account_id"),
        col(Account.name),
        col(Account.language),
        col(DutyRow.role),
        col(DutyRow.stakeholder_id),
    )
    .join(Account, col(Account.id) == col(ApiToken.account_id))
    .join(
        DutyRow,
        and_(
            col(DutyRow.account_id) == col(Account.id),
            col(DutyRow.ended_at).is_(None),
            or_(
                col(ApiToken.stakeholder_id).is_(None),
                col(DutyRow.stakeholder_id) == col(ApiToken.stakeholder_id),
            ),
        ),
        isouter=True,
    )
    .where(
        col(ApiToken.digest) == bindparam("digest"),
        col(ApiToken.revoked_at).is_(None),
        or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > bindparam("now")),
        col(Account.disabled_at).is_(None),
    )
)


class Held(NamedTuple):
    """A live token in somebody's hand."""

    token_id: str
    scope: str
    last_used_on: date | None
    caller: Caller
    """Its owner, with the duties that the token acts with now."""


def held_with(session: Session, secret: str) -> Held | None:
    """Return the live token with a secret, and its owner; None if there is none."""
    asked = {"digest": digest_of(secret), "now": clock.now()}
    rows = session.connection().execute(_HELD, asked).all()
    if not rows:
        return None
    first = rows[0]
    duties = frozenset(Duty(row.role, row.stakeholder_id) for row in rows if row.role is not None)
    caller = Caller(first.account_id, first.name, duties, first.language)
    return Held(first.id, first.scope, first.last_used_on, caller)
