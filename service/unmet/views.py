"""What stays unmet, as it is shown. The queries decide to whom; here is how."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from service import clock
from service.caller import Caller
from service.journal.tables import JournalEntry
from service.matches.proposal_schemas import UnmetView
from service.matches.proposal_views import unmet_views
from service.matches.tables import UnmetComponent
from service.needs import reads
from service.needs.queries import find_needs
from service.needs.tables import Need, NeedRequester
from service.needs.views import components_of
from service.stakeholders.queries import find_stakeholders
from service.unmet import rules
from service.unmet.rules import Level, Side
from service.unmet.schemas import EscalationView, NeedUnmetView, PartMissing
from service.unmet.tables import NeedEscalation, UnmetDisclosure


def escalation_views(
    session: Session,
    caller: Caller,
    rows: Sequence[NeedEscalation],
    sides: Mapping[str, frozenset[Side]],
) -> list[EscalationView]:
    """Return escalations as they are shown; that their reader sees the needs' titles is noted."""
    needs = find_needs(session, {row.need_id for row in rows})
    reads.note_lines(session, caller, list(needs.values()))
    parts = _parts_of(session, list(needs))
    asking = _asking(session, list(needs))
    wanted = {row.to_id for row in rows} | {one for ids in asking.values() for one in ids}
    names = {one.id: one.name for one in find_stakeholders(session, wanted).values()}
    return [
        _escalation(
            row,
            needs[row.need_id],
            parts[row.need_id],
            [names[one] for one in asking[row.need_id]],
            names[row.to_id],
            sides[row.id],
        )
        for row in rows
    ]


def unmet_need_views(
    session: Session,
    caller: Caller,
    rows: Sequence[Need],
    escalations: Iterable[EscalationView],
    language: str,
) -> list[NeedUnmetView]:
    """Return needs that stay unmet, with what rounds found and where they were passed on."""
    reads.note_lines(session, caller, rows)
    ids = [row.id for row in rows]
    parts = _standing_parts(session, caller, ids, language)
    marked = marked_at(session, ids)
    chosen = {
        one.need_id: one
        for one in session.exec(select(UnmetDisclosure).where(col(UnmetDisclosure.need_id).in_(ids)))
    }
    passed_on = list(escalations)
    return [
        _unmet_need(
            row,
            _since(row, marked, parts[row.id]),
            chosen.get(row.id),
            parts[row.id],
            [one for one in passed_on if one.need == row.id],
        )
        for row in rows
    ]


def marked_at(session: Session, need_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when each need was last found unmet, as the journal tells it."""
    subjects = {f"need:{id_}": id_ for id_ in need_ids}
    query = (
        select(JournalEntry.subject, func.max(JournalEntry.occurred_at))
        .where(JournalEntry.event == "need.marked-unmet", col(JournalEntry.subject).in_(subjects))
        .group_by(col(JournalEntry.subject))
    )
    return {subjects[subject]: at for subject, at in session.exec(query)}


def _since(row: Need, marked: Mapping[str, datetime], parts: Sequence[UnmetView]) -> datetime | None:
    if row.state in rules.UNMET_STATES:
        return marked.get(row.id)
    return min((part.found_at for part in parts), default=None)


def _standing_parts(
    session: Session, caller: Caller, need_ids: Sequence[str], language: str
) -> dict[str, list[UnmetView]]:
    query = select(UnmetComponent).where(
        col(UnmetComponent.need_id).in_(need_ids), col(UnmetComponent.superseded_by).is_(None)
    )
    found: dict[str, list[UnmetView]] = {id_: [] for id_ in need_ids}
    rows = session.exec(query.order_by(col(UnmetComponent.found_at), col(UnmetComponent.id))).all()
    for view in unmet_views(session, caller, rows, language):
        found[view.need].append(view)
    return found


def _parts_of(session: Session, need_ids: list[str]) -> dict[str, list[PartMissing]]:
    return {
        need_id: [
            PartMissing(
                area=part.area, modality=part.modality, experts=part.experts, mandatory=part.is_mandatory
            )
            for part in parts
        ]
        for need_id, parts in components_of(session, need_ids).items()
    }


def _asking(session: Session, need_ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {id_: [] for id_ in need_ids}
    query = select(NeedRequester).where(col(NeedRequester.need_id).in_(need_ids))
    for place in session.exec(query.order_by(col(NeedRequester.position))):
        found[place.need_id].append(place.stakeholder_id)
    return found


def _escalation(
    row: NeedEscalation,
    need: Need,
    parts: list[PartMissing],
    asking: list[str],
    to_name: str,
    sides: frozenset[Side],
) -> EscalationView:
    return EscalationView(
        id=row.id,
        need=need.id,
        case_number=need.case_number,
        need_title=need.title,
        language=need.language,
        requesters=asking,
        unmet_reason=need.unmet_reason,
        parts=parts,
        to=row.to_id,
        to_name=to_name,
        status=row.state,
        message=row.message,
        opened_at=row.opened_at,
        consented_at=row.consented_at,
        consent_text=row.consent_text,
        answer=row.answer,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        moves=[
            verb for verb, move in rules.MOVES.items() if row.state in move.sources and sides & move.sides
        ],
    )


def _unmet_need(
    row: Need,
    since: datetime | None,
    chosen: UnmetDisclosure | None,
    parts: list[UnmetView],
    escalations: list[EscalationView],
) -> NeedUnmetView:
    return NeedUnmetView(
        need=row.id,
        need_title=row.title,
        language=row.language,
        status=row.state,
        unmet_reason=row.unmet_reason,
        since=since,
        days=(clock.now() - since).days if since else None,
        shown=cast("Level", chosen.level if chosen else "nothing"),
        shown_since=chosen.chosen_at if chosen else None,
        parts=parts,
        escalations=escalations,
    )
