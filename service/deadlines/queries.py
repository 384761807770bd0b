"""Reading clocks. Whoever is a party to a thing sees its clocks; to all others there are none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, false, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.caller import Caller
from service.database.engines import once
from service.deadlines import rules
from service.deadlines.policies import InForce, policies_of
from service.deadlines.schemas import AfterCareAnswerView, AfterCareView, ClockList, ClockView
from service.deadlines.stages import AFTER_CARE, Stage, clock_of
from service.deadlines.tables import AfterCareAnswer, RunningClock
from service.deadlines.timed import Sight, kinds, timed_as
from service.errors import NotFound
from service.texts import translate

MOST_SHOWN = 500
"""Clocks of a list that are shown: those that are due first."""


def list_clocks(session: Session, caller: Caller, subject: str | None, language: str) -> ClockList:
    """Return the clocks of a thing, those that ended too; or all that run of the caller's things."""
    if subject is None:
        return ClockList(items=list_running(session, caller, language))
    kind, thing_id, sight = find_thing(session, caller, subject)
    rows = session.exec(
        select(RunningClock)
        .where(RunningClock.kind == kind, RunningClock.thing_id == thing_id)
        .order_by(col(RunningClock.due_at), col(RunningClock.id))
        .limit(MOST_SHOWN)
    ).all()
    in_order = sorted(rows, key=lambda row: row.ended_at is not None)
    return ClockList(items=_views(session, in_order, {(kind, thing_id): sight}, language))


def list_running(
    session: Session, caller: Caller, language: str, *, at_desks: bool = False, most: int = MOST_SHOWN
) -> list[ClockView]:
    """Return the clocks that run of the caller's things, or of its desks alone; due first comes first."""
    query = select(RunningClock).where(col(RunningClock.ended_at).is_(None), _in_hand(session, caller))
    if at_desks:
        query = query.where(col(RunningClock.desk_id).in_(caller.desks()))
    rows = session.exec(query.order_by(col(RunningClock.due_at), col(RunningClock.id)).limit(most)).all()
    return _views(session, rows, _sights(session, caller, rows), language)


def clock_view(session: Session, caller: Caller, row: RunningClock, language: str) -> ClockView:
    """Return a clock that the caller has found."""
    return _views(session, [row], _sights(session, caller, [row]), language)[0]


def find_clock(session: Session, caller: Caller, clock_id: str) -> tuple[RunningClock, Sight]:
    """Return the row of a clock that the caller may see, and its thing."""
    query = select(RunningClock).where(RunningClock.id == clock_id, _in_hand(session, caller))
    row = session.exec(query).first()
    if row is None:
        raise NotFound
    return row, _sights(session, caller, [row])[row.kind, row.thing_id]


def find_thing(session: Session, caller: Caller, subject: str) -> tuple[str, str, Sight]:
    """Return a thing to which the caller is a party: its kind, its id and how the caller sees it."""
    return once(session, ("timed", caller, subject), lambda: _found(session, caller, subject))


def _found(session: Session, caller: Caller, subject: str) -> tuple[str, str, Sight]:
    kind, _, thing_id = subject.partition(":")
    timed = timed_as(kind)
    ids = timed.in_hand(session, caller)
    column = ids.selected_columns[0]
    if session.exec(ids.where(column == thing_id)).first() is None:
        raise NotFound
    return kind, thing_id, timed.sights(session, caller, [thing_id])[thing_id]


def due_of_needs(session: Session, need_ids: Sequence[str]) -> Mapping[str, RunningClock]:
    """Return the clock with which each of some needs is to be circulated, where it runs.

    For rooms that have asked already what may be shown.
    """
    rows = session.exec(
        select(RunningClock).where(
            RunningClock.kind == "need",
            RunningClock.stage == "circulate",
            col(RunningClock.thing_id).in_(need_ids),
            col(RunningClock.ended_at).is_(None),
        )
    )
    return {row.thing_id: row for row in rows}


def things_timed(stage: Stage, due_by: datetime | None = None) -> SelectOfScalar[str]:
    """Return a subquery of the ids of things of which the clock of a stage runs, or is due by a moment."""
    query = select(RunningClock.thing_id).where(
        RunningClock.stage == stage, col(RunningClock.ended_at).is_(None)
    )
    return query.where(col(RunningClock.due_at) <= due_by) if due_by else query


# What became of it


def get_after_care(session: Session, caller: Caller, subject: str, language: str) -> AfterCareView:
    """Return what became of something that was fulfilled, to those who ask for it and the desk."""
    kind, thing_id, sight = find_thing(session, caller, subject)
    if not sight.roles & {"requester", "desk"}:
        raise NotFound
    asked = asked_of(session, kind, thing_id)
    answers = {
        row.stage: row
        for row in session.exec(
            select(AfterCareAnswer).where(AfterCareAnswer.kind == kind, AfterCareAnswer.thing_id == thing_id)
        )
    }
    items = [
        _after_care(asked[stage], answers.get(stage), language) for stage in AFTER_CARE if stage in asked
    ]
    return AfterCareView(subject=subject, items=items)


def asked_of(session: Session, kind: str, thing_id: str) -> dict[str, RunningClock]:
    """Return the latest clock of each question what became of a thing."""
    rows = session.exec(
        select(RunningClock)
        .where(
            RunningClock.kind == kind,
            RunningClock.thing_id == thing_id,
            col(RunningClock.stage).in_(AFTER_CARE),
        )
        .order_by(col(RunningClock.started_at))
    )
    return {row.stage: row for row in rows}


def _after_care(row: RunningClock, answer: AfterCareAnswer | None, language: str) -> AfterCareAnswerView:
    return AfterCareAnswerView(
        stage=row.stage,
        title=translate(clock_of(row.stage).title, language),
        asked_at=row.due_at,
        is_open=row.due_at <= clock.now(),
        in_use=answer.in_use if answer else None,
        text=answer.text if answer else None,
        answered_at=answer.answered_at if answer else None,
    )


# What these are made of


def _in_hand(session: Session, caller: Caller) -> ColumnElement[bool]:
    choices = [
        and_(col(RunningClock.kind) == kind, col(RunningClock.thing_id).in_(timed.in_hand(session, caller)))
        for kind, timed in kinds().items()
    ]
    return or_(*choices) if choices and caller.is_signed_in else false()


Sights = Mapping[tuple[str, str], Sight]


def _sights(session: Session, caller: Caller, rows: Sequence[RunningClock]) -> Sights:
    found: dict[tuple[str, str], Sight] = {}
    for kind, timed in kinds().items():
        ids = {row.thing_id for row in rows if row.kind == kind}
        if ids:
            sights = timed.sights(session, caller, ids)
            found |= {(kind, id_): sight for id_, sight in sights.items()}
    return found


def _views(session: Session, rows: Sequence[RunningClock], sights: Sights, language: str) -> list[ClockView]:
    policies = policies_of(session, {row.desk_id for row in rows})
    return [
        _view(row, sights[row.kind, row.thing_id], policies[row.desk_id], language)
        for row in rows
        if (row.kind, row.thing_id) in sights
    ]


def _view(row: RunningClock, sight: Sight, policy: InForce, language: str) -> ClockView:
    stage = clock_of(row.stage)
    now, runs = clock.now(), row.ended_at is None
    due_on = rules.local_day(row.due_at, policy.calendar)
    left = rules.working_days_between(rules.local_day(now, policy.calendar), due_on, policy.calendar)
    may_mark = runs and stage.by_hand and bool(sight.roles & {stage.actor, "desk"})
    return ClockView(
        id=row.id,
        stage=row.stage,
        title=translate(stage.title, language),
        subject=f"{row.kind}:{row.thing_id}",
        thing_title=translate(sight.title, language),
        language=sight.language,
        address=sight.address,
        waits_for=row.actor,
        is_yours=runs and row.actor in sight.roles,
        started_at=row.started_at,
        due_at=row.due_at,
        due_on=due_on,
        working_days_left=left if runs else 0,
        is_overdue=(row.ended_at or now) > row.due_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        moves=["mark-done"] if may_mark else [],
    )
