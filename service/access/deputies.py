"""Naming deputies and ending what they may do."""

from sqlmodel import Session, col, select

from service import clock
from service.access import rules
from service.access.deputising import end_row
from service.access.errors import DeputyEnded, NotOwnDuty
from service.access.people_schemas import DeputyNaming
from service.access.queries import account_duties
from service.access.tables import Account, DeputyRow, DutyRow
from service.caller import Caller
from service.database.columns import new_id
from service.errors import FieldFault, InvalidInput, NotFound
from service.journal.commands import record
from service.texts import N_


def name_deputy(session: Session, caller: Caller, naming: DeputyNaming) -> DeputyRow:
    """Let a colleague act with a duty of one's own from one day to another."""
    duty = _own_duty(session, caller, naming.duty)
    _check(session, caller, duty, naming)
    row = DeputyRow(
        id=new_id("deputy"),
        duty_id=duty.id,
        account_id=naming.account,
        begins_on=naming.begins_on,
        ends_on=naming.ends_on,
        named_at=clock.now(),
    )
    session.add(row)
    session.flush()
    details = {
        "duty": duty.id,
        "role": duty.role,
        "stakeholder": duty.stakeholder_id,
        "account": row.account_id,
        "begins_on": row.begins_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }
    record(session, caller, "deputy.named", f"deputy:{row.id}", details)
    return row


def end_deputy(session: Session, caller: Caller, deputy_id: str, reason: str | None = None) -> DeputyRow:
    """End what a deputy may do, before its last day; who named it, the deputy and administrators may."""
    found = session.exec(
        select(DeputyRow, DutyRow)
        .join(DutyRow, col(DutyRow.id) == col(DeputyRow.duty_id))
        .where(DeputyRow.id == deputy_id)
        .with_for_update(of=DeputyRow)
    ).first()
    if found is None or not _may_end(caller, *found):
        raise NotFound
    row, _ = found
    if row.ended_at is not None or row.ends_on < clock.today():
        raise DeputyEnded
    end_row(session, caller, row, reason)
    return row


def _own_duty(session: Session, caller: Caller, duty_id: str) -> DutyRow:
    duty = session.get(DutyRow, duty_id)
    if duty is None or duty.ended_at is not None or not duty.stakeholder_id:
        raise InvalidInput(FieldFault("duty", "unknown", _NO_DUTY))
    if duty.account_id != caller.account_id:
        # A deputy sees the duty that it acts with, but only its holder passes it on.
        lent = {(one.duty.role, one.duty.stakeholder_id) for one in caller.stands_in}
        if (duty.role, duty.stakeholder_id) in lent:
            raise NotOwnDuty
        raise InvalidInput(FieldFault("duty", "unknown", _NO_DUTY))
    if not caller.acts_for(duty.stakeholder_id, duty.role):  # type: ignore[arg-type] # the table checks it
        raise NotOwnDuty  # a token that speaks for another stakeholder of its owner
    return duty


def _check(session: Session, caller: Caller, duty: DutyRow, naming: DeputyNaming) -> None:
    account = session.get(Account, naming.account)
    is_colleague = account is not None and any(
        one.stakeholder_id == duty.stakeholder_id for one in account_duties(session, account.id)
    )
    if account is None or not is_colleague or account.disabled_at or account.id == caller.account_id:
        raise InvalidInput(
            FieldFault(
                "account", "no_colleague", N_("Choose somebody else who has a duty at the same place.")
            )
        )
    if naming.ends_on < naming.begins_on:
        raise InvalidInput(FieldFault("ends_on", "before", N_("The last day comes before the first.")))
    if not rules.is_period(naming.begins_on, naming.ends_on, clock.today()):
        message = N_("The last day must not be over, and no deputy acts for more than a year.")
        raise InvalidInput(FieldFault("ends_on", "period", message))


def _may_end(caller: Caller, row: DeputyRow, duty: DutyRow) -> bool:
    return caller.is_administrator or (
        caller.account_id is not None and caller.account_id in {duty.account_id, row.account_id}
    )


_NO_DUTY = N_("Choose one of your own duties.")
