"""Registering a need on a state's behalf from its official letter, and the state's own word on it.

Until somebody who acts for the lead requester confirms it, the need is inert: its requesters and the desk see
it, the desk may correct it, and nothing else happens to it. If the state has no account yet, it waits.
"""

from sqlmodel import Session

from service import clock
from service.attachments.commands import keep_file
from service.attachments.rules import Limits
from service.caller import ASKING, Caller
from service.errors import FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.needs import rules
from service.needs.changes import change, subject_of
from service.needs.commands import register_need
from service.needs.errors import RegistrationNotWaiting
from service.needs.queries import find_need
from service.needs.schemas import NeedRegistration
from service.needs.tables import Need
from service.texts import N_
from service.web.uploads import SentFile


def register_on_behalf(
    session: Session, caller: Caller, registration: NeedRegistration, letter: SentFile, limits: Limits
) -> Need:
    """Register a need for a state, from its official letter, which stays with the need. Desks may."""
    if caller.acts_for(registration.requesters[0], *ASKING):
        message = N_("You act for this requester yourself: register the need as its own.")
        raise InvalidInput(FieldFault("requesters", "own", message))
    row = register_need(session, caller, registration, has_letter=True)
    try:
        keep_file(session, caller, subject_of(row), letter, limits, purpose="letter")
    except InvalidInput as refusal:
        raise InvalidInput(*(fault._replace(field="letter") for fault in refusal.faults())) from None
    return row


def confirm_registration(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Stand behind what a desk registered: from now on it is the requester's own draft, to be submitted."""
    row = _waiting(session, caller, need_id)
    change(
        session,
        row,
        confirmed_at=clock.now(),
        confirmed_by=caller.account_id,
        confirmed_text_version=row.text_version,
    )
    details = {"text": row.text_version}
    record(session, caller, "need.registration-confirmed", subject_of(row), details, reason)
    return row


def refuse_registration(session: Session, caller: Caller, need_id: str, reason: str) -> Need:
    """Refuse what a desk registered: it is withdrawn, and the desk learns why. The letter stays on record."""
    row = _waiting(session, caller, need_id)
    change(session, row, state=rules.next_state(row.state, "withdraw"), refusal_reason=reason)
    record(session, caller, "need.registration-refused", subject_of(row), reason=reason)
    return row


def _waiting(session: Session, caller: Caller, need_id: str) -> Need:
    row = find_need(session, caller, need_id)
    if not rules.may_confirm(caller, row.lead_id):
        raise NotAllowed
    if rules.is_confirmed(row) or row.state != "draft":
        raise RegistrationNotWaiting
    return row
