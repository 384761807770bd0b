"""Changing rounds and pins. Proposals have their own files."""

import gzip
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, delete, select, update

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotAllowed, NotFound
from service.journal.commands import record
from service.matches.engine import published_policy
from service.matches.errors import RoundUnderWay
from service.matches.following import moment_of_news
from service.matches.lapsing import take_from_teams
from service.matches.queries import find_round
from service.matches.rules import ROUND_ENDS, ROUND_UNDER_WAY, next_round_state
from service.matches.schemas import PinDecision, RoundRequest
from service.matches.slices import drop_slices
from service.matches.tables import MatchPin, MatchRound, RoundFile
from service.needs.queries import find_handled_need
from service.needs.tables import NeedComponent
from service.offers.queries import find_offer
from service.offers.supply import may_be_proposed
from service.reference.queries import known_codes
from service.stakeholders.queries import find_stakeholder
from service.texts import N_


def request_round(
    session: Session, caller: Caller, request: RoundRequest, *, demonstration: bool = False
) -> MatchRound:
    """Ask for a round over the needs that a desk may run. Its staff may; one round of a desk at a time."""
    desk = find_stakeholder(session, caller, request.desk)
    if not desk.is_desk:
        raise InvalidInput(FieldFault("desk", "not_a_desk", N_("This stakeholder handles no needs.")))
    if desk.id not in caller.desks():
        raise NotAllowed
    _check_scope(session, request)
    policy = published_policy(request.policy)
    if session.exec(_under_way(desk.id)).first():
        raise RoundUnderWay
    row = MatchRound(
        id=new_id("round"),
        desk_id=desk.id,
        scope=request.scope.model_dump(exclude_none=True),
        policy=policy,
        seed=request.seed,
        requested_by=caller.account_id or "",
        requested_at=clock.now(),
        as_of=clock.today(),
        is_demonstration=demonstration,
    )
    session.add(row)
    session.flush()
    record(session, caller, "round.requested", f"round:{row.id}", {"desk": desk.id, "scope": row.scope})
    return row


def cancel_round(session: Session, caller: Caller, round_id: str, reason: str | None = None) -> MatchRound:
    """Stop a round that is under way. The staff of its desk may; nothing of it is kept."""
    row = find_round(session, caller, round_id)
    if row.desk_id not in caller.desks():
        raise NotAllowed
    _move(session, row, "cancel")
    drop_slices(session, row.id)
    record(session, caller, "round.cancelled", f"round:{row.id}", reason=reason)
    return row


def decide_pin(session: Session, caller: Caller, need_id: str, decision: PinDecision) -> MatchPin:
    """Lock or veto a pair for all rounds to come. The need's requesters and its desk may; it can be lifted.

    A later decision about the same pair takes the place of an earlier one. A veto also takes away what is
    proposed to the offer for that part, until it is confirmed. What a desk decides is told to the requester
    like any seat that is not available: at the next fixed moment, and without the cause.
    """
    need = find_handled_need(session, caller, need_id)
    is_desk = need.desk_id in caller.desks()
    if not is_desk:
        find_offer(session, caller, decision.offer)
    elif not may_be_proposed(session, decision.offer, clock.today(), need.desk_id):
        raise InvalidInput(FieldFault("offer", "unknown", N_("No round of your desk may propose it.")))
    component = session.get(NeedComponent, decision.component)
    if component is None or component.need_id != need_id:
        raise InvalidInput(FieldFault("component", "unknown", N_("This need has no such component.")))
    row = MatchPin(
        id=new_id("pin"),
        need_id=need_id,
        component_id=decision.component,
        offer_id=decision.offer,
        decision=decision.decision,
        side="desk" if is_desk else "requester",
        decided_by=caller.account_id or "",
        decided_at=clock.now(),
        told_at=moment_of_news() if is_desk else None,
    )
    session.add(row)
    session.flush()
    details = {"component": decision.component, "offer": decision.offer, "decision": decision.decision}
    record(session, caller, "pin.decided", pin_subject(row), details, decision.reason)
    if row.decision == "veto":
        take_from_teams(session, row)
    return row


def lift_pin(session: Session, caller: Caller, pin_id: str, reason: str | None = None) -> MatchPin:
    """Take a decision about a pair back; rounds to come are free again. The same people may."""
    row = session.get(MatchPin, pin_id)
    if row is None:
        raise NotFound
    need = find_handled_need(session, caller, row.need_id)
    if row.side == "desk" and need.desk_id not in caller.desks():
        raise NotFound
    if row.lifted_at is None:
        row.lifted_at = clock.now()
        session.add(row)
        details = {"component": row.component_id, "offer": row.offer_id, "decision": row.decision}
        record(session, caller, "pin.lifted", pin_subject(row), details, reason)
    return row


def pin_subject(row: MatchPin) -> str:
    """Return under which subject the journal tells of a decision; a desk's own is for the desk alone."""
    return f"need-desk:{row.need_id}" if row.side == "desk" else f"need:{row.need_id}"


# What the worker does. None of this is anybody's to ask for.


def queue_round(session: Session, round_id: str) -> None:
    """Note that a round's job is queued; a round that is further on stays where it is."""
    row = session.get(MatchRound, round_id)
    if row is not None and row.state == "requested":
        _move(session, row, "queue")
        row.seen_at = clock.now()
        session.add(row)


def begin_round(session: Session, round_id: str, time_allowed: timedelta) -> bool:
    """Note that a round begins, or begins again after a crash. Tell whether there is anything to do."""
    row = session.get(MatchRound, round_id)
    if row is None or row.state in ROUND_ENDS:
        return False
    _move(session, row, "gather")
    now = clock.now()
    row.started_at = row.started_at or now
    row.deadline_at = row.deadline_at or now + time_allowed
    row.seen_at = now
    session.add(row)
    return True


def note_progress(session: Session, round_id: str, stage: str, done: int, total: int) -> None:
    """Note how far a round is; it is also a sign of life."""
    session.exec(
        update(MatchRound)
        .where(col(MatchRound.id) == round_id, col(MatchRound.state).in_(ROUND_UNDER_WAY))
        .values(stage=stage, done=done, total=total, seen_at=clock.now())
    )


def advance_round(session: Session, round_id: str, verb: str) -> None:
    """Move a round on; refused if somebody cancelled it meanwhile."""
    _move(session, session.get_one(MatchRound, round_id), verb)


def fail_round(session: Session, round_id: str, code: str, params: dict[str, Any] | None = None) -> None:
    """Note why a round failed; one that has ended already stays as it is."""
    row = session.get(MatchRound, round_id)
    if row is None or row.state in ROUND_ENDS:
        return
    _move(session, row, "fail")
    drop_slices(session, round_id)
    row.failure_code, row.failure_params = code, params or {}
    row.finished_at = clock.now()
    session.add(row)
    record(session, SYSTEM, "round.failed", f"round:{round_id}", {"code": code})


def keep_file(session: Session, round_id: str, kind: str, content: bytes) -> None:
    """Keep a document of a round, packed; a former one of the same kind gives way."""
    session.exec(delete(RoundFile).where(col(RoundFile.round_id) == round_id, col(RoundFile.kind) == kind))
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    session.add(RoundFile(round_id=round_id, kind=kind, packed=packed))
    session.flush()


def _move(session: Session, row: MatchRound, verb: str) -> None:
    state = next_round_state(row.state, verb)
    moved = session.exec(
        update(MatchRound)
        .where(col(MatchRound.id) == row.id, col(MatchRound.state) == row.state)
        .values(state=state)
    )
    if moved.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def _under_way(desk_id: str) -> Any:
    return select(MatchRound.id).where(
        MatchRound.desk_id == desk_id, col(MatchRound.state).in_(ROUND_UNDER_WAY)
    )


def _check_scope(session: Session, request: RoundRequest) -> None:
    theme, dialogue = request.scope.theme, request.scope.dialogue
    if theme and theme not in known_codes(session, "theme"):
        raise InvalidInput(FieldFault("scope.theme", "unknown", N_("There is no such theme.")))
    if dialogue and dialogue not in known_codes(session, "dialogue"):
        raise InvalidInput(FieldFault("scope.dialogue", "unknown", N_("There is no such dialogue.")))
