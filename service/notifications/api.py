"""The JSON door to your own notifications."""

from typing import Annotated

from fastapi import Query

from service.notifications import commands, queries
from service.notifications.schemas import ChoiceView, NewsChoice, NewsCount, NoticesRead, NoticeView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Language, Reading, SignedIn, Writing
from service.web.schemas import Page

router = Doors(tags=["notifications"])


@router.get("/me/notifications")
def list_notifications(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    language: Language,
    unread: Annotated[bool | None, Query(description="Only the unread ones, or only the read ones.")] = None,
) -> Page[NoticeView]:
    """List your notices, newest first; of what you may not see any more there is none."""
    return queries.list_notices(session, caller, page, language, unread=unread)


@router.get("/me/notifications/count")
def count_notifications(session: Reading, caller: SignedIn) -> NewsCount:
    """Count your unread notices, up to a hundred."""
    return NewsCount(unread=queries.count_unread(session, caller))


@router.get("/me/notifications/choices")
def list_notification_choices(session: Reading, caller: SignedIn, language: Language) -> list[ChoiceView]:
    """List how each kind of news reaches you, and between which ways you can choose."""
    return queries.list_choices(session, caller, language)


@router.post("/me/notifications/choose")
def choose_notifications(
    session: Writing, caller: SignedIn, language: Language, choice: NewsChoice
) -> list[ChoiceView]:
    """Choose how one kind of news reaches you from now on."""
    commands.choose_way(session, caller, choice)
    return queries.list_choices(session, caller, language)


@router.post("/me/notifications/mark-all-read")
def mark_all_notifications_read(session: Writing, caller: SignedIn) -> NoticesRead:
    """Mark all your notices as read."""
    return NoticesRead(marked=commands.mark_all_read(session, caller))


@router.get("/me/notifications/{notification_id}")
def get_notification(
    session: Reading, caller: SignedIn, language: Language, notification_id: str
) -> NoticeView:
    """Show one of your notices."""
    return queries.get_notice(session, caller, notification_id, language)


@router.post("/me/notifications/{notification_id}/mark-read")
def mark_notification_read(
    session: Writing, caller: SignedIn, language: Language, notification_id: str
) -> NoticeView:
    """Mark one of your notices as read."""
    commands.mark_read(session, caller, notification_id)
    return queries.get_notice(session, caller, notification_id, language)
