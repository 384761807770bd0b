"""The JSON door to what people add to dialogues."""

from datetime import date
from typing import Annotated

from fastapi import Query

from service.dialogues import commands, queries
from service.dialogues.schemas import (
    AgendaItemAddition,
    AgendaItemRevision,
    AgendaItemView,
    EngagementView,
    MeetingAnnouncement,
    MeetingRevision,
    MeetingView,
    OfficeEnd,
    OfficeRecord,
    OfficeView,
)
from service.dialogues.tables import DialogueAgendaItem, DialogueMeeting, DialogueOffice
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import CodeText, Move, Page

router = Doors(tags=["dialogues"])

Words = Annotated[str | None, Query(max_length=200)]
Reference = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z]+:[a-z]+_[0-9a-f]{32}$")]


@router.get("/dialogues/{dialogue}/agenda")
def list_agenda(
    session: Reading,
    caller: Asking,
    dialogue: str,
    page: Paging,
    on: date | None = None,
    theme: CodeText | None = None,
    commitment: CodeText | None = None,
    q: Words = None,
) -> Page[AgendaItemView]:
    """List what a dialogue works on, latest first; `on` gives what holds on a day."""
    wanted = queries.AgendaFilter(on, theme, commitment, q)
    return queries.list_agenda(session, caller, dialogue, wanted, page)


@router.post("/dialogues/{dialogue}/agenda", status_code=201)
def add_agenda_item(
    session: Writing, caller: SignedIn, dialogue: str, addition: AgendaItemAddition
) -> AgendaItemView:
    """Put a theme or a commitment on the agenda. The dialogue's secretariat may."""
    return queries.agenda_view(commands.add_agenda_item(session, caller, dialogue, addition))


@router.get("/dialogues/{dialogue}/agenda/{item_id}")
def get_agenda_item(session: Reading, _caller: Asking, dialogue: str, item_id: str) -> AgendaItemView:
    """Show an item of the agenda."""
    return queries.agenda_view(queries.find_entry(session, DialogueAgendaItem, dialogue, item_id))


@router.patch("/dialogues/{dialogue}/agenda/{item_id}")
def revise_agenda_item(
    session: Writing, caller: SignedIn, dialogue: str, item_id: str, revision: AgendaItemRevision
) -> AgendaItemView:
    """Change an item of the agenda. The dialogue's secretariat may."""
    row = commands.revise_agenda_item(session, caller, dialogue, item_id, revision)
    return queries.agenda_view(row)


@router.post("/dialogues/{dialogue}/agenda/{item_id}/withdraw")
def withdraw_agenda_item(
    session: Writing, caller: SignedIn, dialogue: str, item_id: str, move: Move
) -> AgendaItemView:
    """Take an item off the agenda. The dialogue's secretariat may."""
    row = commands.withdraw_agenda_item(session, caller, dialogue, item_id, move.reason)
    return queries.agenda_view(row)


@router.get("/dialogues/{dialogue}/meetings")
def list_meetings(
    session: Reading,
    caller: Asking,
    dialogue: str,
    page: Paging,
    since: date | None = None,
    q: Words = None,
) -> Page[MeetingView]:
    """List the meetings of a dialogue, latest first; `since` leaves out what was held before."""
    return queries.list_meetings(session, caller, dialogue, since=since, words=q, page=page)


@router.post("/dialogues/{dialogue}/meetings", status_code=201)
def announce_meeting(
    session: Writing, caller: SignedIn, dialogue: str, announcement: MeetingAnnouncement
) -> MeetingView:
    """Announce a meeting, or record one that was held. The dialogue's secretariat may."""
    return queries.meeting_view(commands.announce_meeting(session, caller, dialogue, announcement))


@router.get("/dialogues/{dialogue}/meetings/{meeting_id}")
def get_meeting(session: Reading, _caller: Asking, dialogue: str, meeting_id: str) -> MeetingView:
    """Show a meeting."""
    return queries.meeting_view(queries.find_entry(session, DialogueMeeting, dialogue, meeting_id))


@router.patch("/dialogues/{dialogue}/meetings/{meeting_id}")
def revise_meeting(
    session: Writing, caller: SignedIn, dialogue: str, meeting_id: str, revision: MeetingRevision
) -> MeetingView:
    """Change what is said about a meeting. The dialogue's secretariat may."""
    return queries.meeting_view(commands.revise_meeting(session, caller, dialogue, meeting_id, revision))


@router.post("/dialogues/{dialogue}/meetings/{meeting_id}/withdraw")
def withdraw_meeting(
    session: Writing, caller: SignedIn, dialogue: str, meeting_id: str, move: Move
) -> MeetingView:
    """Take a meeting off the dialogue's page. The dialogue's secretariat may."""
    return queries.meeting_view(commands.withdraw_meeting(session, caller, dialogue, meeting_id, move.reason))


@router.get("/dialogues/{dialogue}/offices")
def list_offices(
    session: Reading, caller: Asking, dialogue: str, page: Paging, on: date | None = None
) -> Page[OfficeView]:
    """List who chairs a dialogue or did, as people recorded it, latest first."""
    return queries.list_offices(session, caller, dialogue, on=on, page=page)


@router.post("/dialogues/{dialogue}/offices", status_code=201)
def record_office(session: Writing, caller: SignedIn, dialogue: str, office: OfficeRecord) -> OfficeView:
    """Record a chair or co-chair, with its source. The dialogue's secretariat may."""
    return queries.office_view(commands.record_office(session, caller, dialogue, office))


@router.get("/dialogues/{dialogue}/offices/{office_id}")
def get_office(session: Reading, _caller: Asking, dialogue: str, office_id: str) -> OfficeView:
    """Show a chair or co-chair."""
    return queries.office_view(queries.find_entry(session, DialogueOffice, dialogue, office_id))


@router.post("/dialogues/{dialogue}/offices/{office_id}/end")
def end_office(
    session: Writing, caller: SignedIn, dialogue: str, office_id: str, end: OfficeEnd
) -> OfficeView:
    """Say on which day an office ends. The dialogue's secretariat may."""
    return queries.office_view(commands.end_office(session, caller, dialogue, office_id, end.ends_on))


@router.post("/dialogues/{dialogue}/offices/{office_id}/withdraw")
def withdraw_office(
    session: Writing, caller: SignedIn, dialogue: str, office_id: str, move: Move
) -> OfficeView:
    """Take back what was recorded about an office. The dialogue's secretariat may."""
    return queries.office_view(commands.withdraw_office(session, caller, dialogue, office_id, move.reason))


@router.get("/dialogues/{dialogue}/journal")
def get_dialogue_journal(session: Reading, caller: SignedIn, dialogue: str) -> JournalView:
    """Show what was changed on a dialogue's page."""
    queries.check_dialogue(session, dialogue)
    return get_journal(session, caller, f"dialogue:{dialogue}")


@router.get("/engagements")
def list_engagements(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    dialogue: CodeText | None = None,
    state: CodeText | None = None,
    subject: Reference = None,
) -> Page[EngagementView]:
    """List the engagements of dialogues that you are a side of, newest first."""
    wanted = queries.EngagementFilter(dialogue, state, subject)
    return queries.list_engagements(session, caller, wanted, page)


@router.get("/engagements/{engagement_id}")
def get_engagement(session: Reading, caller: SignedIn, engagement_id: str) -> EngagementView:
    """Show an engagement."""
    return queries.get_engagement(session, caller, engagement_id)


@router.post("/engagements/{engagement_id}/welcome")
def welcome_engagement(session: Writing, caller: SignedIn, engagement_id: str, move: Move) -> EngagementView:
    """Say that the dialogue is interested. Its secretariat may."""
    return _moved(session, caller, engagement_id, "welcome", move)


@router.post("/engagements/{engagement_id}/host")
def host_engagement(session: Writing, caller: SignedIn, engagement_id: str, move: Move) -> EngagementView:
    """Say that the dialogue hosts the work. Its secretariat may."""
    return _moved(session, caller, engagement_id, "host", move)


@router.post("/engagements/{engagement_id}/observe")
def observe_engagement(session: Writing, caller: SignedIn, engagement_id: str, move: Move) -> EngagementView:
    """Say that the dialogue follows the work as an observer. Its secretariat may."""
    return _moved(session, caller, engagement_id, "observe", move)


@router.post("/engagements/{engagement_id}/report")
def report_engagement(session: Writing, caller: SignedIn, engagement_id: str, move: Move) -> EngagementView:
    """Say that the work was reported to the dialogue's senior officials. Its secretariat may."""
    return _moved(session, caller, engagement_id, "report", move)


@router.post("/engagements/{engagement_id}/close")
def close_engagement(session: Writing, caller: SignedIn, engagement_id: str, move: Move) -> EngagementView:
    """Close an engagement after it was reported. The dialogue's secretariat may."""
    return _moved(session, caller, engagement_id, "close", move)


@router.post("/engagements/{engagement_id}/decline")
def decline_engagement(session: Writing, caller: SignedIn, engagement_id: str, move: Move) -> EngagementView:
    """Say that the dialogue does not take part. Its secretariat may."""
    return _moved(session, caller, engagement_id, "decline", move)


@router.post("/engagements/{engagement_id}/revoke-consent")
def revoke_engagement_consent(
    session: Writing, caller: SignedIn, engagement_id: str, move: Move
) -> EngagementView:
    """Take your consent back; the dialogue sees nothing of it any more. The requester may."""
    row = commands.revoke_consent(session, caller, engagement_id, move.reason)
    return queries.engagement_view(row)


@router.get("/engagements/{engagement_id}/journal")
def get_engagement_journal(session: Reading, caller: SignedIn, engagement_id: str) -> JournalView:
    """Show what happened to an engagement."""
    queries.find_engagement(session, caller, engagement_id)
    return get_journal(session, caller, f"engagement:{engagement_id}")


def _moved(session: Writing, caller: SignedIn, engagement_id: str, verb: str, move: Move) -> EngagementView:
    return queries.engagement_view(
        commands.move_engagement(session, caller, engagement_id, verb, move.reason)
    )
