"""Starting and ending clocks, what time does to them, and what people do with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.deadlines import rules
from service.deadlines.errors import ClockEnded, NotAskedYet, NotMarkedByHand
from service.deadlines.policies import InForce, in_force
from service.deadlines.queries import asked_of, find_clock, find_thing
from service.deadlines.schemas import AfterCareReply
from service.deadlines.stages import CLOCKS, Outcome, Span, Stage, Told, clock_of, spans_of
from service.deadlines.tables import AfterCareAnswer, RunningClock
from service.deadlines.timed import Facts
from service.errors import NotAllowed
from service.journal.commands import record

MOST_AT_ONCE = 200
"""Clocks that one transaction looks after."""


def follow_journal(session: Session, stage: Stage, thing_id: str, facts: Facts, told: Iterable[Told]) -> None:
    """Start and end the clock of a stage as the journal of its thing tells it; twice is as once."""
    rows = {row.entry_id: row for row in _rows(session, stage, thing_id)}
    spans = spans_of(CLOCKS[stage], told, {entry: row.ended_at for entry, row in rows.items()})
    for span in spans:
        row = rows.get(span.entry_id)
        if row is None:
            _start(session, stage, thing_id, facts, span)
        elif row.ended_at is None and span.ended_at is not None:
            row.ended_at, row.outcome, row.next_at = span.ended_at, span.outcome, None
            session.add(row)
        # Before the next one starts: only one of a thing runs at once.
        session.flush()


def end_clock(session: Session, row: RunningClock, outcome: Outcome, ended_at: datetime) -> bool:
    """End a clock of whose end no journal of its thing tells; tell whether it still ran."""
    query = (
        update(RunningClock)
        .where(col(RunningClock.id) == row.id, col(RunningClock.ended_at).is_(None))
        .values(ended_at=ended_at, outcome=outcome, next_at=None)
        .execution_options(synchronize_session=False)
    )
    has_run = session.exec(query).rowcount == 1
    session.refresh(row)
    return has_run


def mark_done(session: Session, caller: Caller, clock_id: str, reason: str | None = None) -> RunningClock:
    """Say that something was done which nothing else tells, such as a first call."""
    row, sight = find_clock(session, caller, clock_id)
    stage = clock_of(row.stage)
    if not sight.roles & {stage.actor, "desk"}:
        raise NotAllowed
    if not stage.by_hand:
        raise NotMarkedByHand
    if not end_clock(session, row, "done", clock.now()):
        raise ClockEnded
    record(session, caller, "clock.marked-done", f"clock:{row.id}", _details(row), reason)
    return row


def answer_after_care(
    session: Session, caller: Caller, subject: str, reply: AfterCareReply
) -> AfterCareAnswer:
    """Say what became of something half a year, or a year, after it was fulfilled; the last word counts."""
    kind, thing_id, sight = find_thing(session, caller, subject)
    if not sight.roles & {"requester", "desk"}:
        raise NotAllowed
    asked = asked_of(session, kind, thing_id).get(reply.stage)
    if asked is None or asked.due_at > clock.now():
        raise NotAskedYet
    row = session.merge(
        AfterCareAnswer(
            kind=kind,
            thing_id=thing_id,
            stage=reply.stage,
            in_use=reply.in_use,
            text=reply.text,
            answered_by=caller.account_id or "nobody",
            answered_at=clock.now(),
        )
    )
    session.flush()
    end_clock(session, asked, "done", clock.now())
    details = {"stage": reply.stage, "in_use": reply.in_use}
    record(session, caller, "after-care.answered", f"after-care:{subject}", details)
    return row


def look_after_clocks(session: Session) -> int:
    """Tell what the running clocks have to tell by now: reminders, what is overdue, what is asked.

    Each moment is told once, whoever looks: the clock's next moment is compared and set.
    """
    rows = session.exec(
        select(RunningClock)
        .where(col(RunningClock.next_at) <= clock.now(), col(RunningClock.ended_at).is_(None))
        .order_by(col(RunningClock.next_at), col(RunningClock.id))
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_tell(session, row) for row in rows)


def _tell(session: Session, row: RunningClock) -> bool:
    now, seen = clock.now(), row.next_at
    moments = rules.Moments(row.half_at, row.before_at, row.due_at)
    query = (
        update(RunningClock)
        .where(
            col(RunningClock.id) == row.id,
            col(RunningClock.next_at) == seen,
            col(RunningClock.ended_at).is_(None),
        )
        .values(next_at=rules.next_of(moments, now))
        .execution_options(synchronize_session=False)
    )
    if session.exec(query).rowcount != 1:
        return False
    session.refresh(row)
    if row.due_at > now:
        moment = "before" if row.before_at and row.before_at <= now else "half"
        record(session, SYSTEM, "clock.reminded", f"clock:{row.id}", _details(row) | {"moment": moment})
        return True
    return _tell_due(session, row)


def _tell_due(session: Session, row: RunningClock) -> bool:
    at_due = clock_of(row.stage).at_due
    if at_due == "passes":
        end_clock(session, row, "passed", row.due_at)
    event = {"escalates": "clock.lapsed", "asks": "clock.asked"}.get(at_due)
    if event:
        record(session, SYSTEM, event, f"clock:{row.id}", _details(row))
    return event is not None


def _details(row: RunningClock) -> dict[str, str]:
    return {"thing": f"{row.kind}:{row.thing_id}", "stage": row.stage, "actor": row.actor}


def _start(session: Session, stage: Stage, thing_id: str, facts: Facts, span: Span) -> None:
    policy = in_force(session, facts.desk_id)
    due = _due(stage, facts, policy, span.started_at)
    if due is None:
        return
    asks = CLOCKS[stage].at_due == "asks"
    moments = rules.moments_of(span.started_at, due, policy.reminders, asks=asks)
    row = RunningClock(
        id=new_id("clock"),
        kind=CLOCKS[stage].kind,
        thing_id=thing_id,
        stage=stage,
        desk_id=facts.desk_id,
        urgency=facts.urgency,
        actor=CLOCKS[stage].actor,
        entry_id=span.entry_id,
        started_at=span.started_at,
        half_at=moments.half_at,
        before_at=moments.before_at,
        due_at=moments.due_at,
        ended_at=span.ended_at,
        outcome=span.outcome,
        # One that began long ago, because no worker was there, still tells its last moment.
        next_at=None if span.ended_at else rules.next_of(moments, span.started_at),
    )
    session.add(row)


def _due(stage: Stage, facts: Facts, policy: InForce, started_at: datetime) -> datetime | None:
    if CLOCKS[stage].by_moment:
        return facts.moments.get(stage)
    return policy.due_at(stage, facts.urgency, started_at)


def _rows(session: Session, stage: Stage, thing_id: str) -> Sequence[RunningClock]:
    query = select(RunningClock).where(
        RunningClock.kind == CLOCKS[stage].kind,
        RunningClock.thing_id == thing_id,
        RunningClock.stage == stage,
    )
    return session.exec(query.order_by(col(RunningClock.started_at), col(RunningClock.id))).all()
