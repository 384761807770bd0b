"""Figures on clocks, published: out of what the reader may see, as of the last whole month."""

from datetime import UTC, date, datetime, time
from typing import cast

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, false, or_, select

from service import clock
from service.caller import Caller
from service.deadlines import rules
from service.deadlines.rules import Ended
from service.deadlines.schemas import StageFigures, StageFigureView
from service.deadlines.stages import AFTER_CARE, CLOCKS, STAGES, URGENCIES, Stage
from service.deadlines.tables import RunningClock
from service.deadlines.timed import kinds
from service.errors import NotFound
from service.texts import translate


def get_figures(session: Session, caller: Caller, desk_id: str | None, language: str) -> StageFigures:
    """Return the figures of the stages of all that the caller may see, or of all that its own desk handled.

    A clock counts that was done before this month. Groups that are too small are left out but for the desk,
    which sees its own cases anyway.
    """
    if desk_id is not None and desk_id not in caller.desks():
        raise NotFound
    first, last = rules.published_months(clock.today())
    smallest = 1 if desk_id else rules.SMALLEST_GROUP
    figures = rules.figures_of(_ended(session, caller, desk_id, first, last), smallest)
    order: dict[str, int] = {code: place for place, code in enumerate((*STAGES, *URGENCIES))}
    figures.sort(key=lambda one: (order[one.stage], order.get(one.urgency or "", -1)))
    return StageFigures(
        from_day=first,
        until_day=last,
        smallest_group=smallest,
        items=[
            StageFigureView(
                title=translate(CLOCKS[cast("Stage", one.stage)].title, language),
                kind=CLOCKS[cast("Stage", one.stage)].kind,
                **one._asdict(),
            )
            for one in figures
        ],
    )


def _ended(session: Session, caller: Caller, desk_id: str | None, first: date, last: date) -> list[Ended]:
    """Return what was done in these months, but for questions: answering them is no stage that takes time."""
    query = select(RunningClock).where(
        col(RunningClock.outcome) == "done",
        col(RunningClock.stage).not_in(AFTER_CARE),
        col(RunningClock.ended_at) >= datetime.combine(first, time(), UTC),
        col(RunningClock.ended_at) < datetime.combine(last, time(), UTC),
        col(RunningClock.desk_id) == desk_id if desk_id else _counted(session, caller),
    )
    return [
        Ended(row.stage, row.urgency, row.started_at, row.due_at, row.ended_at)
        for row in session.exec(query)
        if row.ended_at is not None
    ]


def _counted(session: Session, caller: Caller) -> ColumnElement[bool]:
    choices = [
        and_(col(RunningClock.kind) == kind, col(RunningClock.thing_id).in_(timed.counted(session, caller)))
        for kind, timed in kinds().items()
    ]
    return or_(*choices) if choices else false()
