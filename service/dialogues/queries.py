"""Reading dialogues. Agenda, meetings and offices are public; an engagement is its two sides' own."""

from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import ASKING, Caller
from service.dialogues.schemas import AgendaItemView, EngagementView, MeetingView, OfficeView
from service.dialogues.tables import (
    DialogueAgendaItem,
    DialogueEngagement,
    DialogueMeeting,
    DialogueOffice,
    Kept,
)
from service.errors import NotFound
from service.reference.queries import known_codes
from service.search.queries import things_with
from service.stakeholders.queries import find_stakeholders
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page

Entry = TypeVar("Entry", bound=Kept)


class AgendaFilter(NamedTuple):
    """What a list of agenda items is narrowed to."""

    on: date | None = None
    theme: str | None = None
    commitment: str | None = None
    words: str | None = None


class AgendaTopics(NamedTuple):
    """What a dialogue's agenda adds to its base facts."""

    themes: tuple[str, ...]
    commitments: tuple[str, ...]


class EngagementFilter(NamedTuple):
    """What a list of engagements is narrowed to."""

    dialogue: str | None = None
    state: str | None = None
    subject: str | None = None


def check_dialogue(session: Session, code: str) -> None:
    """Refuse a code that no dialogue has."""
    if code not in known_codes(session, "dialogue"):
        raise NotFound


def find_entry(session: Session, kind: type[Entry], dialogue: str, entry_id: str) -> Entry:
    """Return an entry of a dialogue's page; what was withdrawn is gone."""
    row = session.exec(_standing(kind, dialogue).where(kind.id == entry_id)).first()
    if row is None:
        raise NotFound
    return row


def list_agenda(
    session: Session, _caller: Caller, dialogue: str, wanted: AgendaFilter, page: PageAsked
) -> Page[AgendaItemView]:
    """Return a page of a dialogue's agenda, latest first."""
    check_dialogue(session, dialogue)
    query = _standing(DialogueAgendaItem, dialogue)
    if wanted.on:
        query = query.where(_holding(DialogueAgendaItem, wanted.on))
    if wanted.theme:
        query = query.where(DialogueAgendaItem.theme_code == wanted.theme)
    if wanted.commitment:
        query = query.where(DialogueAgendaItem.commitment_code == wanted.commitment)
    if wanted.words:
        query = query.where(col(DialogueAgendaItem.id).in_(things_with("agenda-item", wanted.words)))
    order = [
        Key(col(DialogueAgendaItem.starts_on), "starts_on", descending=True),
        Key(col(DialogueAgendaItem.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=[agenda_view(row) for row in rows], next=following)


def list_meetings(
    session: Session,
    _caller: Caller,
    dialogue: str,
    *,
    since: date | None,
    words: str | None,
    page: PageAsked,
) -> Page[MeetingView]:
    """Return a page of a dialogue's meetings, latest first."""
    check_dialogue(session, dialogue)
    query = _standing(DialogueMeeting, dialogue)
    if since:
        query = query.where(DialogueMeeting.held_on >= since)
    if words:
        query = query.where(col(DialogueMeeting.id).in_(things_with("meeting", words)))
    order = [
        Key(col(DialogueMeeting.held_on), "held_on", descending=True),
        Key(col(DialogueMeeting.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=[meeting_view(row) for row in rows], next=following)


def list_offices(
    session: Session, _caller: Caller, dialogue: str, *, on: date | None, page: PageAsked
) -> Page[OfficeView]:
    """Return a page of who chairs a dialogue or did, latest first."""
    check_dialogue(session, dialogue)
    query = _standing(DialogueOffice, dialogue)
    if on:
        query = query.where(_holding(DialogueOffice, on))
    order = [
        Key(col(DialogueOffice.starts_on), "starts_on", descending=True),
        Key(col(DialogueOffice.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=[office_view(row) for row in rows], next=following)


def agenda_for_round(session: Session, as_of: date) -> dict[str, AgendaTopics]:
    """Return what each dialogue's agenda adds to its themes and commitments on a day, for a round."""
    query = select(DialogueAgendaItem).where(
        col(DialogueAgendaItem.withdrawn_at).is_(None), _holding(DialogueAgendaItem, as_of)
    )
    themes: dict[str, set[str]] = {}
    commitments: dict[str, set[str]] = {}
    for row in session.exec(query):
        for code, found in ((row.theme_code, themes), (row.commitment_code, commitments)):
            if code is not None:
                found.setdefault(row.dialogue_code, set()).add(code)
    return {
        dialogue: AgendaTopics(
            tuple(sorted(themes.get(dialogue, ()))), tuple(sorted(commitments.get(dialogue, ())))
        )
        for dialogue in sorted(themes.keys() | commitments.keys())
    }


def get_engagement(session: Session, caller: Caller, engagement_id: str) -> EngagementView:
    """Return one engagement that the caller may see."""
    return engagement_view(find_engagement(session, caller, engagement_id))


def find_engagement(session: Session, caller: Caller, engagement_id: str) -> DialogueEngagement:
    """Return the row of one engagement that the caller may see."""
    query = _visible(session, caller).where(DialogueEngagement.id == engagement_id)
    row = session.exec(query).first()
    if row is None:
        raise NotFound
    return row


def list_engagements(
    session: Session, caller: Caller, wanted: EngagementFilter, page: PageAsked
) -> Page[EngagementView]:
    """Return a page of the engagements that the caller may see, newest consent first."""
    query = _visible(session, caller)
    if wanted.dialogue:
        query = query.where(DialogueEngagement.dialogue_code == wanted.dialogue)
    if wanted.state:
        query = query.where(DialogueEngagement.state == wanted.state)
    if wanted.subject:
        query = query.where(DialogueEngagement.subject == wanted.subject)
    order = [
        Key(col(DialogueEngagement.consented_at), "consented_at", descending=True),
        Key(col(DialogueEngagement.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=[engagement_view(row) for row in rows], next=following)


def engagements_in_sight(session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the engagements that the caller may see."""
    return select(DialogueEngagement.id).where(_is_side(session, caller))


def kept_dialogues(session: Session, caller: Caller) -> set[str]:
    """Return the dialogues whose secretariat the caller works for."""
    rows = find_stakeholders(session, caller.stakeholders("dialogue_secretariat"))
    return {
        row.dialogue_code for row in rows.values() if row.dialogue_code is not None and row.retired_at is None
    }


def agenda_view(row: DialogueAgendaItem) -> AgendaItemView:
    """Return an item of the agenda as it is shown."""
    return AgendaItemView(
        id=row.id,
        dialogue=row.dialogue_code,
        title=row.title,
        theme=row.theme_code,
        commitment=row.commitment_code,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        source=row.source,
        added_at=row.added_at,
        withdrawn_at=row.withdrawn_at,
    )


def meeting_view(row: DialogueMeeting) -> MeetingView:
    """Return a meeting as it is shown."""
    return MeetingView(
        id=row.id,
        dialogue=row.dialogue_code,
        title=row.title,
        kind=row.kind,
        held_on=row.held_on,
        ends_on=row.ends_on,
        place=row.place,
        note=row.note,
        source=row.source,
        added_at=row.added_at,
        withdrawn_at=row.withdrawn_at,
    )


def office_view(row: DialogueOffice) -> OfficeView:
    """Return an office as it is shown."""
    return OfficeView(
        id=row.id,
        dialogue=row.dialogue_code,
        office=row.office,
        state=row.iso3,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        source=row.source,
        added_at=row.added_at,
        withdrawn_at=row.withdrawn_at,
    )


def engagement_view(row: DialogueEngagement) -> EngagementView:
    """Return an engagement as it is shown."""
    return EngagementView(
        id=row.id,
        dialogue=row.dialogue_code,
        subject=row.subject,
        stakeholder=row.stakeholder_id,
        message=row.message,
        state=row.state,
        consented_at=row.consented_at,
        consent_text=row.consent_text,
        consent_revoked_at=row.consent_revoked_at,
        changed_at=row.changed_at,
    )


def _standing(kind: type[Entry], dialogue: str) -> SelectOfScalar[Entry]:
    return select(kind).where(kind.dialogue_code == dialogue, col(kind.withdrawn_at).is_(None))


def _holding(kind: type[DialogueAgendaItem | DialogueOffice], day: date) -> ColumnElement[bool]:
    return and_(kind.starts_on <= day, or_(col(kind.ends_on).is_(None), col(kind.ends_on) >= day))


def _visible(session: Session, caller: Caller) -> SelectOfScalar[DialogueEngagement]:
    return select(DialogueEngagement).where(_is_side(session, caller))


def _is_side(session: Session, caller: Caller) -> ColumnElement[bool]:
    asked = col(DialogueEngagement.stakeholder_id).in_(caller.stakeholders(*ASKING))
    told = and_(
        col(DialogueEngagement.dialogue_code).in_(kept_dialogues(session, caller)),
        col(DialogueEngagement.consent_revoked_at).is_(None),
    )
    return or_(asked, told)
