"""Who holds an API token: asked at every request, so all of it is one statement, put together once."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session, and_, bindparam, col, or_, select

from service import clock
from service.access.rules import digest_of
from service.access.tables import Account, ApiToken, DutyRow
from service.caller import Caller, Duty
from service.database.prepared import Prepared

_HELD = Prepared(
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
    rows = _HELD.rows(session, asked)
    if not rows:
        return None
    token_id, scope, last_used_on, account_id, name, language, *_ = rows[0]
    duties = frozenset(Duty(role, stakeholder_id) for *_, role, stakeholder_id in rows if role is not None)
    return Held(token_id, scope, last_used_on, Caller(account_id, name, duties, language))
