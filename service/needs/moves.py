"""The moves of a need's life: who asks and who handles makes them; the last part is for the rooms above."""

from typing import Any

from sqlmodel import Session, col, select

from service import clock
from service.caller import SYSTEM, Caller
from service.deadlines.policies import due_at
from service.errors import FieldFault, InvalidInput, NotAllowed, NotFound, Refusal, WrongMove
from service.journal.commands import record
from service.needs import rules
from service.needs.changes import case_number_for, change, subject_of
from service.needs.checks import check_code
from service.needs.demand import is_endorsed
from service.needs.errors import (
    EndorsedAlready,
    NotAnEmergency,
    NotConfirmedYet,
    NotEndorsed,
    ReasonNeeded,
    StillBeingDrafted,
    TextChangedMeanwhile,
    WideLevelWaits,
)
from service.needs.harms import check_answered, check_judged
from service.needs.queries import find_need, parties_of
from service.needs.schemas import IneligibleFinding, UnmetFinding
from service.needs.specificity import VALIDATED_WITHOUT_REASON_FROM
from service.needs.tables import Need, NeedRequester
from service.needs.views import specificity_for
from service.needs.widening import waits_until
from service.texts import N_

UNMET_REASONS = "unmet_reason"
"""The code list of reasons, for needs that cannot be handled too."""

# Who asks


def submit_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Send a draft to its desk. It waits there for the endorsement of every requester."""
    row = _found(session, caller, need_id, "submit")
    if row.confidentiality == "draft":
        raise StillBeingDrafted
    check_answered(session, row)
    number = case_number_for(session, row, row.desk_id)
    values = {"submitted_at": clock.now(), "case_number": number}
    return _make(session, caller, row, "submit", reason, values=values)


def endorse_need(
    session: Session,
    caller: Caller,
    need_id: str,
    reason: str | None = None,
    text_version: int | None = None,
) -> Need:
    """Endorse a need for one's own institution, in the version of the text that stands now.

    Whoever says which version was read endorses no other one. With the last endorsement it goes to screening.
    An expedited emergency is endorsed afterwards; one that was set back comes back with that.
    """
    row = find_need(session, caller, need_id)
    mine = rules.endorses_for(caller, parties_of(session, row).requesters)
    if not mine:
        raise NotAllowed
    if row.state == "draft" or row.state not in rules.UNDECIDED:
        raise WrongMove(move="endorse", state=row.state)
    if text_version not in {None, row.text_version}:
        raise TextChangedMeanwhile
    places = _requesters(session, row)
    open_places = [
        place
        for place in places
        if place.stakeholder_id in mine and place.endorsed_text_version != row.text_version
    ]
    if not open_places:
        raise EndorsedAlready
    for place in open_places:
        place.endorsed_at, place.endorsed_by = clock.now(), caller.account_id
        place.endorsed_text_version = row.text_version
        session.add(place)
    session.flush()
    details = {"for": sorted(place.stakeholder_id for place in open_places), "text": row.text_version}
    record(session, caller, "need.endorsed", subject_of(row), details, reason)
    if row.state == "pending_endorsement" and all(place.endorsed_at for place in places):
        return _make(session, caller, row, "endorse")
    # The version moves in any case, so that of two last endorsements at once one sees the other.
    if all(place.endorsed_at for place in places):
        _end_emergency(session, caller, row)
    else:
        change(session, row)
    return row


def _end_emergency(session: Session, caller: Caller, row: Need) -> None:
    was_set_back = row.set_back_code is not None
    change(session, row, endorsement_due_at=None, set_back_code=None)
    if was_set_back:
        record(session, caller, "need.brought-back", subject_of(row))


def expedite_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Let an emergency go ahead; the endorsements that are missing are given afterwards."""
    row = _found(session, caller, need_id, "expedite")
    if row.urgency != "emergency":
        raise NotAnEmergency
    return _make(session, caller, row, "expedite", reason, values={"is_expedited": True})


def answer_clarification(session: Session, caller: Caller, need_id: str, reason: str) -> Need:
    """Answer the desk's question, after changing the text where that was the answer."""
    row = _found(session, caller, need_id, "answer_clarification")
    return _make(session, caller, row, "answer_clarification", reason)


def escalate_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Take an unmet need beyond matching: to a dialogue or a fund that the room above names."""
    return _make(session, caller, _found(session, caller, need_id, "escalate"), "escalate", reason)


def withdraw_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Withdraw a need that is still open. What happened to it stays on record."""
    return _make(session, caller, _found(session, caller, need_id, "withdraw"), "withdraw", reason)


# Who handles


def start_screening(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Take a submitted need up at the desk."""
    row = _found(session, caller, need_id, "start_screening")
    return _make(session, caller, row, "start_screening", reason)


def request_clarification(session: Session, caller: Caller, need_id: str, question: str) -> Need:
    """Ask the requester what the text leaves open; the requester can change the text until it answers."""
    row = _found(session, caller, need_id, "request_clarification")
    values = {"clarification_question": question}
    return _make(session, caller, row, "request_clarification", question, values=values)


def find_ineligible(session: Session, caller: Caller, need_id: str, finding: IneligibleFinding) -> Need:
    """End a need that cannot be handled, with a coded reason."""
    row = _found(session, caller, need_id, "find_ineligible")
    check_code(session, UNMET_REASONS, "code", finding.code)
    if finding.duplicate_of is not None:
        _check_duplicate(session, caller, row, finding.duplicate_of)
    values = {
        "ineligible_code": finding.code,
        "duplicate_of": finding.duplicate_of,
        "in_scope": finding.code != "out_of_scope",
    }
    details = {"code": finding.code}
    return _make(session, caller, row, "find_ineligible", finding.reason, details, values)


def validate_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Find a need fit to be matched. Every requester endorsed it, but for an expedited emergency."""
    row = _found(session, caller, need_id, "validate")
    if not is_endorsed(row, _requesters(session, row)):
        raise NotEndorsed
    check_judged(session, row)
    points = specificity_for(session, row).points
    if points < VALIDATED_WITHOUT_REASON_FROM and not reason:
        raise ReasonNeeded(points=points)
    return _make(session, caller, row, "validate", reason, {"specificity": points})


def circulate_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Circulate a need: from now on those see it whom its level lets see it."""
    row = _found(session, caller, need_id, "circulate")
    places = _requesters(session, row)
    waiting = waits_until(row, [(place.endorsed_by, place.endorsed_at) for place in places])
    if waiting is not None and waiting > clock.now():
        raise WideLevelWaits
    values = {"circulated_at": clock.now()}
    if not all(place.endorsed_at for place in places):
        values["endorsement_due_at"] = due_at(
            session, row.desk_id, "endorse_emergency", row.urgency, clock.now()
        )
    return _make(session, caller, row, "circulate", reason, values=values)


def mark_unmet(session: Session, caller: Caller, need_id: str, finding: UnmetFinding) -> Need:
    """Say that nobody could be found for now, with a coded reason."""
    row = _found(session, caller, need_id, "mark_unmet")
    check_code(session, UNMET_REASONS, "code", finding.code)
    values = {"unmet_reason": finding.code}
    return _make(session, caller, row, "mark_unmet", finding.reason, {"code": finding.code}, values)


def recirculate_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Circulate an unmet need again."""
    row = _found(session, caller, need_id, "recirculate")
    return _make(session, caller, row, "recirculate", reason, values={"unmet_reason": None})


# Both sides, once work has begun


def suspend_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Interrupt the work on a need."""
    return _make(session, caller, _found(session, caller, need_id, "suspend"), "suspend", reason)


def resume_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Go on with the work on a need."""
    return _make(session, caller, _found(session, caller, need_id, "resume"), "resume", reason)


def close_need(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Close a fulfilled need."""
    return _make(session, caller, _found(session, caller, need_id, "close"), "close", reason)


# For the clock


def set_back_unendorsed(session: Session) -> int:
    """Hide emergencies from others again, and keep them out of rounds, that nobody endorsed in time.

    They come back with the endorsement. Return how many were set back.
    """
    due = session.exec(
        select(Need)
        .where(
            col(Need.endorsement_due_at) <= clock.now(),
            col(Need.set_back_code).is_(None),
            col(Need.state).in_(rules.SET_BACK_IN),
        )
        .order_by(col(Need.endorsement_due_at), col(Need.id))
    ).all()
    for row in due:
        change(session, row, set_back_code=rules.ENDORSEMENT_OVERDUE)
        details = {"code": rules.ENDORSEMENT_OVERDUE}
        record(session, SYSTEM, "need.set-back", subject_of(row), details)
    return len(due)


# For the rooms above. They ask who may; seat, project and need change in one transaction.


def record_matching_progress(session: Session, caller: Caller, need_id: str, *, is_complete: bool) -> Need:
    """Follow the proposals: a first mutually accepted seat, or all mandatory components covered by such.

    Saying the same twice changes nothing.
    """
    row = _named(session, need_id)
    if row.state == "circulated":
        _make(session, caller, row, "match_partly")
    elif row.state not in {"partially_matched", "matched"}:
        raise WrongMove(move="match_partly", state=row.state)
    if is_complete and row.state == "partially_matched":
        _make(session, caller, row, "match")
    return row


def record_matching_loss(session: Session, caller: Caller, need_id: str, *, is_partly_matched: bool) -> Need:
    """Follow the proposals back: an agreed team was lost; others cover a part, or nothing stands any more.

    A need that is not matched, or further on, stays where it is.
    """
    row = _named(session, need_id)
    verb = "unmatch_partly" if is_partly_matched else "unmatch"
    if row.state in rules.MOVES[verb].sources:
        _make(session, caller, row, verb)
    return row


def end_escalation(session: Session, caller: Caller, need_id: str) -> None:
    """Follow what was passed on: with a no, or when it is taken back, the need is unmet again."""
    row = _named(session, need_id)
    if row.state == "escalated":
        _make(session, caller, row, "end_escalation")


def start_action(session: Session, caller: Caller, need_id: str) -> Need:
    """Follow the project: work on a matched need begins."""
    return _make(session, caller, _named(session, need_id), "start_action")


def fulfil(session: Session, caller: Caller, need_id: str) -> Need:
    """Follow the project: what was agreed has been delivered."""
    return _make(session, caller, _named(session, need_id), "fulfil")


def close(session: Session, caller: Caller, need_id: str) -> Need:
    """Follow the project: reporting and after-care are done."""
    return _make(session, caller, _named(session, need_id), "close")


def _found(session: Session, caller: Caller, need_id: str, verb: str) -> Need:
    """Return a need that the caller may see, if it may make the move and the need is in a state for it."""
    row = find_need(session, caller, need_id)
    if not rules.actors_of(caller, parties_of(session, row)) & rules.MOVES[verb].actors:
        raise NotAllowed
    if not rules.is_confirmed(row):
        raise NotConfirmedYet
    rules.next_state(row.state, verb)
    return row


def _named(session: Session, need_id: str) -> Need:
    row = session.get(Need, need_id)
    if row is None:
        raise NotFound
    return row


def _make(
    session: Session,
    caller: Caller,
    row: Need,
    verb: str,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
) -> Need:
    change(session, row, state=rules.next_state(row.state, verb), **values or {})
    record(session, caller, rules.MOVES[verb].event, subject_of(row), details, reason)
    return row


def _requesters(session: Session, row: Need) -> list[NeedRequester]:
    query = select(NeedRequester).where(NeedRequester.need_id == row.id)
    return list(session.exec(query.order_by(col(NeedRequester.position))))


def _check_duplicate(session: Session, caller: Caller, row: Need, other_id: str) -> None:
    try:
        found = other_id != row.id and find_need(session, caller, other_id)
    except Refusal:
        found = False
    if not found:
        raise InvalidInput(FieldFault("duplicate_of", "unknown", N_("There is no other need with this id.")))
