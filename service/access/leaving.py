"""Pausing and ending an account for good, for the room of persons, which has asked who may."""

from typing import Literal

from sqlmodel import Session, col, select

from service import clock
from service.access.commands import _check_administrator_remains
from service.access.tables import Account, DutyRow
from service.caller import Caller
from service.journal.commands import record

Limit = Literal["restricted", "objected"]
_EVENTS: dict[tuple[Limit, bool], str] = {
    ("restricted", True): "account.restricted",
    ("restricted", False): "account.restriction-lifted",
    ("objected", True): "account.objected",
    ("objected", False): "account.objection-withdrawn",
}


def limit_account(session: Session, caller: Caller, account: Account, limit: Limit, *, is_on: bool) -> None:
    """Note that somebody wants nothing done with its data, or not to be matched; or no longer."""
    name = f"{limit}_at"
    if (getattr(account, name) is not None) is is_on:
        return
    setattr(account, name, clock.now() if is_on else None)
    session.add(account)
    session.flush()
    record(session, caller, _EVENTS[limit, is_on], f"account:{account.id}")


def close_for_good(session: Session, caller: Caller, account: Account) -> None:
    """End every duty of an account and close it. The last administrator stays."""
    if account.disabled_at is None:
        _check_administrator_remains(session, without_account=account.id)
    now = clock.now()
    rows = session.exec(
        select(DutyRow).where(DutyRow.account_id == account.id, col(DutyRow.ended_at).is_(None))
    )
    for row in rows.all():
        row.ended_at = now
        session.add(row)
        details = {"role": row.role, "stakeholder": row.stakeholder_id}
        record(session, caller, "duty.ended", f"account:{account.id}", details)
    account.disabled_at = account.disabled_at or now
    account.erased_at = now
    session.add(account)
    session.flush()
