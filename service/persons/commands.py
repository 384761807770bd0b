"""What people ask for about their data: a pause, a correction, an end."""

from typing import Literal

from sqlmodel import Session, col, update

from service import clock
from service.access.leaving import close_for_good, limit_account
from service.access.own_security import require_settled
from service.access.tables import Account
from service.caller import OPERATOR, SYSTEM, Caller
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotFound
from service.journal.commands import record
from service.offers.experts import forget_expert, limit_expert
from service.persons import rules
from service.persons.erasing import Erased, erase_rows
from service.persons.errors import ErasedAlready, ReasonNeeded, SettledAlready
from service.persons.finding import person_behind
from service.persons.holdings import Person
from service.persons.queries import find_person, find_request, owners_of
from service.persons.schemas import CorrectionAsked, RequestAnswer
from service.persons.tables import PersonRequest
from service.stakeholders.commands import forget_name
from service.texts import N_

Limit = Literal["restricted", "objected"]


def limit_person(session: Session, caller: Caller, person_id: str, limit: Limit, *, is_on: bool) -> Person:
    """Stop all processing of somebody's data, or matching alone; or let it go on."""
    person = find_person(session, caller, person_id)
    if person.account_id is not None:
        account = session.get_one(Account, person.account_id)
        if account.erased_at is not None:
            raise ErasedAlready
        limit_account(session, caller, account, limit, is_on=is_on)
    for offer in sorted(person.offers):
        limit_expert(session, caller, offer, limit, is_on=is_on)
    return person


def ask_for_correction(
    session: Session, caller: Caller, person_id: str, asked: CorrectionAsked
) -> PersonRequest:
    """Ask the owner of a record to put right what it says of oneself."""
    person = find_person(session, caller, person_id)
    if person.account_id is None or person.account_id != caller.account_id:
        raise NotFound
    if asked.owner is not None and asked.owner not in owners_of(session, person):
        message = N_("No record of this stakeholder is about you.")
        raise InvalidInput(FieldFault("owner", "unknown", message))
    row = PersonRequest(
        id=new_id("request"),
        account_id=person.account_id,
        owner_id=asked.owner,
        field=asked.field,
        text=asked.text,
        asked_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, caller, "request.asked", f"request:{row.id}", {"owner": asked.owner})
    return row


def settle_request(session: Session, caller: Caller, request_id: str, answer: RequestAnswer) -> PersonRequest:
    """Say that something was put right, or why not."""
    row = find_request(session, caller, request_id)
    if not rules.may_settle(caller, row.owner_id):
        raise NotFound
    if row.state != "open":
        raise SettledAlready
    settled = session.exec(
        update(PersonRequest)
        .where(col(PersonRequest.id) == row.id, col(PersonRequest.state) == "open")
        .values(
            state=answer.outcome,
            answer=answer.answer,
            settled_by=caller.account_id,
            settled_at=clock.now(),
        )
    )
    if settled.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)
    record(session, caller, "request.settled", f"request:{row.id}", {"outcome": answer.outcome})
    return row


def erase_person(session: Session, caller: Caller, person_id: str, reason: str | None = None) -> Erased:
    """Erase all that is kept of somebody. It cannot be undone.

    Oneself: signed in lately, with the second factor that the account has. Others: with a reason.
    """
    person = find_person(session, caller, person_id)
    if caller.account_id == person.account_id:
        _check_proved(session, caller)
    elif reason is None:
        raise ReasonNeeded
    return forget(session, caller, person, reason)


def forget(session: Session, caller: Caller, person: Person, reason: str | None = None) -> Erased:
    """Erase a person in every room, for callers that were asked whether they may."""
    account = session.get_one(Account, person.account_id) if person.account_id else None
    if account is not None and account.erased_at is not None:
        raise ErasedAlready
    if account is not None:
        close_for_good(session, caller, account)
    for offer in sorted(person.offers):
        forget_expert(session, caller, offer)
    for stakeholder in sorted(person.stakeholders):
        forget_name(session, caller, stakeholder)
    erased = erase_rows(session, person)
    if account is not None:
        record(session, caller, "account.erased", f"account:{account.id}", {"rows": erased.rows}, reason)
    return erased


def forget_closed(session: Session, account_id: str) -> Erased:
    """Erase an account that was closed long enough ago; for the clock."""
    return forget(session, SYSTEM, person_behind(session, session.get_one(Account, account_id)))


def _check_proved(session: Session, caller: Caller) -> None:
    if caller.account_id in {OPERATOR.account_id, SYSTEM.account_id}:
        return
    require_settled(session, caller)
