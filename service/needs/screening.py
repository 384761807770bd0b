"""What waits at a desk for screening, and what waits for an endorsement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlmodel import Session, and_, col, or_, select

from service import clock
from service.caller import ASKING, Caller
from service.deadlines.policies import policies_of
from service.deadlines.queries import due_of_needs
from service.errors import NotAllowed
from service.needs import rules
from service.needs.queries import find_handled_need
from service.needs.reads import note_lines
from service.needs.rules import Level, State, Urgency
from service.needs.specificity import VALIDATED_WITHOUT_REASON_FROM
from service.needs.tables import Need, NeedHarmAnswer, NeedRequester
from service.needs.views import specificities_for, specificity_view
from service.search.specificity import SpecificityView
from service.stakeholders.queries import find_stakeholders
from service.web.schemas import View

QUEUED = ("pending_endorsement", "submitted", "screening", "clarification_requested", "validated")
"""States in which a need stands in a desk's queue, until it is circulated or ended."""
LONGEST_QUEUE = 500
"""Needs of a queue that are shown; those that wait longest come first."""

Missing = Literal["endorsement", "clarification", "judgement", "not_acceptable", "specificity"]


class ScreeningLine(View):
    """A need in a desk's queue, and what is missing until it can be circulated."""

    need: str
    case_number: str | None
    title: str
    language: str
    requester: str
    status: State
    urgency: Urgency
    submitted_at: datetime
    due_at: datetime
    is_overdue: bool
    is_expedited: bool
    specificity: int
    """Out of 100 points."""
    missing: list[Missing]


class ScreeningQueue(View):
    """What waits at your desks, what is due first at the top."""

    items: list[ScreeningLine]


class EndorsementLine(View):
    """A need that waits for your endorsement, in the version of the text that stands now."""

    need: str
    title: str
    language: str
    status: State
    urgency: Urgency
    confidentiality: Level
    requesters: list[str]
    """Names of those for whom you endorse."""
    text_version: int
    endorsed_text_version: int | None
    """The latest version that was endorsed for them, if any."""
    due_at: datetime | None
    """Until when an emergency has to be endorsed."""
    is_set_back: bool
    """Whether it is hidden from others until it is endorsed."""


class EndorsementQueue(View):
    """What waits for your endorsement."""

    items: list[EndorsementLine]


def list_screening(session: Session, caller: Caller) -> ScreeningQueue:
    """Return what waits at the caller's desks, by when it is due and how urgent it is."""
    if not caller.desks():
        raise NotAllowed
    rows = session.exec(
        select(Need)
        .where(col(Need.desk_id).in_(caller.desks()), col(Need.state).in_(QUEUED))
        .where(col(Need.submitted_at).is_not(None))
        .order_by(col(Need.submitted_at), col(Need.id))
        .limit(LONGEST_QUEUE)
    ).all()
    note_lines(session, caller, rows)
    lines = _lines(session, rows)
    urgency = {code: place for place, code in enumerate(rules.URGENCIES)}
    return ScreeningQueue(
        items=sorted(lines, key=lambda line: (line.due_at, urgency[line.urgency], line.need))
    )


def list_endorsements(session: Session, caller: Caller) -> EndorsementQueue:
    """Return what waits for the caller's endorsement: handed-in drafts, and emergencies."""
    mine = caller.stakeholders(*ASKING)
    waiting = or_(
        col(Need.state) == "pending_endorsement",
        and_(col(Need.is_expedited), col(Need.state).in_(rules.UNDECIDED)),
    )
    found = session.exec(
        select(Need, NeedRequester)
        .join(NeedRequester, col(NeedRequester.need_id) == col(Need.id))
        .where(col(NeedRequester.stakeholder_id).in_(mine), col(NeedRequester.endorsed_at).is_(None), waiting)
        .order_by(col(Need.submitted_at), col(Need.id), col(NeedRequester.position))
        .limit(LONGEST_QUEUE)
    ).all()
    stakeholders = find_stakeholders(session, {place.stakeholder_id for _, place in found})
    types = {id_: one.type for id_, one in stakeholders.items()}
    may_endorse = set(rules.endorses_for(caller, types))
    needs: dict[str, tuple[Need, list[NeedRequester]]] = {}
    for need, place in found:
        if place.stakeholder_id in may_endorse:
            needs.setdefault(need.id, (need, []))[1].append(place)
    return EndorsementQueue(
        items=[
            _endorsement(need, places, {id_: one.name for id_, one in stakeholders.items()})
            for need, places in needs.values()
        ]
    )


def get_specificity(session: Session, caller: Caller, need_id: str, language: str) -> SpecificityView:
    """Return how specific a need is and what to add, to those who ask for it and its desk."""
    return specificity_view(session, find_handled_need(session, caller, need_id), language)


def missing_of(
    row: Need, *, is_endorsed: bool, points: int, judgements: Sequence[str | None]
) -> list[Missing]:
    """Tell what is missing until a need can be circulated. Pure."""
    found: list[Missing] = []
    if not is_endorsed:
        found.append("endorsement")
    if row.state == "clarification_requested":
        found.append("clarification")
    if row.state in {"submitted", "screening"}:
        if "not_acceptable" in judgements:
            found.append("not_acceptable")
        elif None in judgements:
            found.append("judgement")
        if points < VALIDATED_WITHOUT_REASON_FROM:
            found.append("specificity")
    return found


def _lines(session: Session, rows: Sequence[Need]) -> list[ScreeningLine]:
    ids = [row.id for row in rows]
    leads = find_stakeholders(session, {row.lead_id for row in rows})
    points = specificities_for(session, rows)
    unendorsed = set(
        session.exec(
            select(NeedRequester.need_id).where(
                col(NeedRequester.need_id).in_(ids), col(NeedRequester.endorsed_at).is_(None)
            )
        )
    )
    judgements = _judgements(session, ids)
    due = _due(session, rows)
    return [
        _line(row, leads[row.lead_id].name, points[row.id].points, unendorsed, judgements, due[row.id])
        for row in rows
    ]


def _due(session: Session, rows: Sequence[Need]) -> dict[str, datetime]:
    """Tell by when each need is to be circulated: as its clock says, or as it would from submission on."""
    clocks = due_of_needs(session, [row.id for row in rows])
    policies = policies_of(session, {row.desk_id for row in rows})
    return {
        row.id: clocks[row.id].due_at
        if row.id in clocks
        else policies[row.desk_id].due_at("circulate", row.urgency, row.submitted_at or row.registered_at)
        for row in rows
    }


def _line(
    row: Need,
    lead: str,
    points: int,
    unendorsed: set[str],
    judgements: Mapping[str, list[str | None]],
    due_at: datetime,
) -> ScreeningLine:
    submitted_at = row.submitted_at or row.registered_at
    return ScreeningLine(
        need=row.id,
        case_number=row.case_number,
        title=row.title,
        language=row.language,
        requester=lead,
        status=row.state,
        urgency=row.urgency,
        submitted_at=submitted_at,
        due_at=due_at,
        is_overdue=due_at < clock.now(),
        is_expedited=row.is_expedited,
        specificity=points,
        missing=missing_of(
            row,
            is_endorsed=row.id not in unendorsed,
            points=points,
            judgements=judgements.get(row.id, []),
        ),
    )


def _judgements(session: Session, ids: Sequence[str]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    rows = session.exec(
        select(NeedHarmAnswer.need_id, NeedHarmAnswer.judgement).where(
            col(NeedHarmAnswer.need_id).in_(ids), NeedHarmAnswer.moment == "before"
        )
    )
    for need_id, judgement in rows:
        found.setdefault(need_id, []).append(judgement)
    return found


def _endorsement(row: Need, places: Sequence[NeedRequester], names: Mapping[str, str]) -> EndorsementLine:
    versions = [place.endorsed_text_version for place in places if place.endorsed_text_version is not None]
    return EndorsementLine(
        need=row.id,
        title=row.title,
        language=row.language,
        status=row.state,
        urgency=row.urgency,
        confidentiality=row.confidentiality,
        requesters=[names[place.stakeholder_id] for place in places],
        text_version=row.text_version,
        endorsed_text_version=max(versions, default=None),
        due_at=row.endorsement_due_at,
        is_set_back=row.set_back_code is not None,
    )
