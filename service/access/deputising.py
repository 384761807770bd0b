"""Deputies: somebody acts with the duty of another, from one day to another."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, bindparam, col, select

from service import clock
from service.access.tables import Account, DeputyRow, DutyRow
from service.caller import Caller, Duty, StandIn
from service.database.prepared import Prepared
from service.journal.commands import record


def acting_for(session: Session, account_id: str) -> frozenset[StandIn]:
    """Return for whom an account acts as deputy now, with which duty of theirs.

    It counts while the duty and the account of its holder stand, and while the deputy has a duty of its own
    within the same stakeholder.
    """
    session.flush()
    rows = _FOR_WHOM.rows(session, {"deputy": account_id, "today": clock.today()})
    return frozenset(StandIn(Duty(role, stakeholder), holder) for role, stakeholder, holder in rows)


def deputies_acting(session: Session, stakeholder_ids: Iterable[str], roles: Iterable[str]) -> set[str]:
    """Return the accounts that act now as deputies with one of the roles within one of the stakeholders."""
    query = _acting(select(DeputyRow.account_id), clock.today()).where(
        col(DutyRow.stakeholder_id).in_(set(stakeholder_ids)), col(DutyRow.role).in_(set(roles))
    )
    return set(session.exec(query))


def end_deputies_of(session: Session, caller: Caller, duty_id: str) -> None:
    """End all deputies of a duty that ended."""
    rows = session.exec(
        select(DeputyRow).where(DeputyRow.duty_id == duty_id, col(DeputyRow.ended_at).is_(None))
    ).all()
    for row in rows:
        end_row(session, caller, row)


def end_row(session: Session, caller: Caller, row: DeputyRow, reason: str | None = None) -> None:
    """End what one deputy may do, from the next request on."""
    row.ended_at = clock.now()
    session.add(row)
    details = {"duty": row.duty_id, "account": row.account_id}
    record(session, caller, "deputy.ended", f"deputy:{row.id}", details, reason)


def _acting(query: Any, today: Any) -> Any:
    # The typed selects of SQLModel differ by what they return; here only their conditions count.
    holder, deputy, own = aliased(Account), aliased(Account), aliased(DutyRow)
    has_own_duty = (
        select(own.id)
        .where(
            own.account_id == DeputyRow.account_id,
            col(own.stakeholder_id) == col(DutyRow.stakeholder_id),
            col(own.ended_at).is_(None),
        )
        .exists()
    )
    return (
        query.select_from(DeputyRow)
        .join(DutyRow, col(DutyRow.id) == col(DeputyRow.duty_id))
        .join(holder, col(holder.id) == col(DutyRow.account_id))
        .join(deputy, col(deputy.id) == col(DeputyRow.account_id))
        .where(
            col(DeputyRow.ended_at).is_(None),
            col(DeputyRow.begins_on) <= today,
            col(DeputyRow.ends_on) >= today,
            col(DutyRow.ended_at).is_(None),
            col(holder.disabled_at).is_(None),
            col(deputy.disabled_at).is_(None),
            has_own_duty,
        )
    )


# Written once: it is asked with each request.
_FOR_WHOM = Prepared(
    _acting(select(DutyRow.role, DutyRow.stakeholder_id, DutyRow.account_id), bindparam("today")).where(
        DeputyRow.account_id == bindparam("deputy")
    )
)
