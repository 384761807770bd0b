"""Choosing what the public is shown, and passing an unmet need on to a dialogue or a fund.

The requester decides: its desk can only suggest. Whoever is asked sees the need from the requester's consent
on, and answers; with a no, or when it is taken back, the need is unmet again.
"""

from typing import Any

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import ASKING, Caller
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.needs.changes import subject_of
from service.needs.moves import end_escalation, escalate_need
from service.needs.queries import find_handled_need, find_own_need, parties_of
from service.needs.tables import Need
from service.stakeholders.tables import Stakeholder
from service.texts import N_
from service.unmet import rules
from service.unmet.errors import NotUnmet, PassedOnAlready
from service.unmet.queries import find_escalation, sides_of
from service.unmet.rules import CONSENT_TEXT, OPEN, next_state
from service.unmet.schemas import EscalationAnswer, EscalationConsent, EscalationRequest, UnmetShowing
from service.unmet.tables import NeedEscalation, UnmetDisclosure


def show_unmet(session: Session, caller: Caller, need_id: str, showing: UnmetShowing) -> UnmetDisclosure:
    """Choose, as a requester, what the public may be shown of a need while it is unmet; at first nothing."""
    need = find_handled_need(session, caller, need_id)
    if not _asks(session, caller, need):
        raise NotAllowed
    row = session.merge(
        UnmetDisclosure(
            need_id=need.id,
            level=showing.level,
            chosen_by=caller.account_id or "",
            chosen_at=clock.now(),
        )
    )
    session.flush()
    record(session, caller, "need.unmet-shown", subject_of(need), {"level": showing.level})
    return row


def escalate(session: Session, caller: Caller, need_id: str, wanted: EscalationRequest) -> NeedEscalation:
    """Pass an unmet need on to a dialogue or a fund: as its requester, or suggest it as its desk."""
    need = find_handled_need(session, caller, need_id)
    asks = _asks(session, caller, need)
    if need.state not in rules.UNMET_STATES:
        raise NotUnmet
    _check_free(session, need)
    _check_addressee(session, wanted.to)
    if asks and not wanted.consents:
        message = N_("Without your agreement nobody is told of the need.")
        raise InvalidInput(FieldFault("consents", "missing", message))
    row = NeedEscalation(
        id=new_id("escalation"),
        need_id=need.id,
        to_id=wanted.to,
        state="suggested",
        message=wanted.message or None,
        opened_by=caller.account_id or "",
        opened_at=clock.now(),
    )
    session.add(row)
    session.flush()
    if asks:
        _ask(session, caller, row, wanted.reason)
    else:
        _record(session, caller, "escalation.suggested", row, wanted.reason)
    return row


def agree(session: Session, caller: Caller, escalation_id: str, consent: EscalationConsent) -> NeedEscalation:
    """Agree, as a requester, that the one whom the desk suggested is told of the need."""
    row = _found(session, caller, escalation_id, "agree")
    _ask(session, caller, row, consent.reason)
    return row


def refuse(session: Session, caller: Caller, escalation_id: str, reason: str | None = None) -> NeedEscalation:
    """Refuse, as a requester, what the desk suggested: nobody is told of the need."""
    row = _found(session, caller, escalation_id, "refuse")
    _move(session, row, "refuse", ended_at=clock.now())
    _record(session, caller, rules.MOVES["refuse"].event, row, reason)
    return row


def answer(session: Session, caller: Caller, escalation_id: str, said: EscalationAnswer) -> NeedEscalation:
    """Answer for the dialogue or fund that was asked: it takes the need up, or not."""
    verb = "take_up" if said.outcome == "taken_up" else "decline"
    row = _found(session, caller, escalation_id, verb)
    now = clock.now()
    values: dict[str, Any] = {"answer": said.answer, "answered_by": caller.account_id, "answered_at": now}
    if verb == "decline":
        values["ended_at"] = now
    _move(session, row, verb, **values)
    _record(session, caller, rules.MOVES[verb].event, row, outcome=said.outcome)
    if verb == "decline":
        end_escalation(session, caller, row.need_id)
    return row


def withdraw(
    session: Session, caller: Caller, escalation_id: str, reason: str | None = None
) -> NeedEscalation:
    """Take it back: whoever was asked sees nothing of the need any more, which is unmet again."""
    row = _found(session, caller, escalation_id, "withdraw")
    _move(session, row, "withdraw", ended_at=clock.now())
    _record(session, caller, rules.MOVES["withdraw"].event, row, reason)
    end_escalation(session, caller, row.need_id)
    return row


def _asks(session: Session, caller: Caller, need: Need) -> bool:
    return bool(caller.stakeholders(*ASKING) & parties_of(session, need).requesters.keys())


def _ask(session: Session, caller: Caller, row: NeedEscalation, reason: str | None) -> None:
    need = find_own_need(session, caller, row.need_id)
    if need.state != "unmet":
        raise NotUnmet
    mine = caller.stakeholders(*ASKING) & parties_of(session, need).requesters.keys()
    _move(
        session,
        row,
        "agree",
        consented_by=caller.account_id,
        consented_for=min(mine),
        consented_at=clock.now(),
        consent_text=CONSENT_TEXT,
    )
    escalate_need(session, caller, row.need_id)
    _record(session, caller, rules.MOVES["agree"].event, row, reason, consent_text=CONSENT_TEXT)


def _found(session: Session, caller: Caller, escalation_id: str, verb: str) -> NeedEscalation:
    row = find_escalation(session, caller, escalation_id)
    if not sides_of(session, caller, [row])[row.id] & rules.MOVES[verb].sides:
        raise NotAllowed
    next_state(row.state, verb)
    return row


def _move(session: Session, row: NeedEscalation, verb: str, **values: Any) -> None:
    moved = session.exec(
        update(NeedEscalation)
        .where(col(NeedEscalation.id) == row.id, col(NeedEscalation.state) == row.state)
        .values(state=next_state(row.state, verb), **values)
    )
    if moved.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def _check_free(session: Session, need: Need) -> None:
    going = select(NeedEscalation).where(
        NeedEscalation.need_id == need.id, col(NeedEscalation.state).in_(OPEN)
    )
    if session.exec(going).first() is not None:
        raise PassedOnAlready
    if need.state != "unmet":
        raise NotUnmet


def _check_addressee(session: Session, stakeholder_id: str) -> None:
    row = session.get(Stakeholder, stakeholder_id)
    if row is None or row.retired_at is not None or row.type not in rules.ADDRESSEES:
        message = N_("Choose the secretariat of a dialogue, or a fund.")
        raise InvalidInput(FieldFault("to", "unknown", message))


def _record(
    session: Session,
    caller: Caller,
    event: str,
    row: NeedEscalation,
    reason: str | None = None,
    **details: str,
) -> None:
    told = {"need": row.need_id, "to": row.to_id, **details}
    record(session, caller, event, f"escalation:{row.id}", told, reason)
