"""Reading threads. A message is found by its author's side and by the readers that were chosen for it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from service.caller import Caller
from service.errors import NotFound
from service.threads.circles import circle_of, note_messages_read
from service.threads.rules import EVERYBODY, Circle
from service.threads.schemas import MessageView, ThreadView
from service.threads.tables import ThreadMessage, ThreadReader
from service.threads.views import parties_shown, views_of
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


def get_thread(session: Session, caller: Caller, subject: str, language: str) -> ThreadView:
    """Return how the caller takes part in the thread of a thing."""
    circle = circle_of(session, caller, subject)
    return ThreadView(
        writes_as=parties_shown(circle, circle.parties, language),
        readers=parties_shown(circle, circle.readers, language),
        is_open=circle.is_open,
        is_agreed=circle.is_agreed,
    )


def list_messages(
    session: Session, caller: Caller, subject: str, page: PageAsked, language: str
) -> Page[MessageView]:
    """Return a page of the messages that the caller may read, newest first."""
    circle = circle_of(session, caller, subject)
    query = select(ThreadMessage).where(ThreadMessage.subject == circle.subject, _readable(circle))
    order = [
        Key(col(ThreadMessage.written_at), "written_at", descending=True),
        Key(col(ThreadMessage.id), "id", descending=True),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=_views(session, caller, circle, rows, language), next=following)


def get_message(session: Session, caller: Caller, message_id: str, language: str) -> MessageView:
    """Return a message that the caller may read."""
    row, circle = find_message(session, caller, message_id)
    return _views(session, caller, circle, [row], language)[0]


def find_message(session: Session, caller: Caller, message_id: str) -> tuple[ThreadMessage, Circle]:
    """Return the row of a message that the caller may read, and its circle."""
    row = session.get(ThreadMessage, message_id)
    if row is None:
        raise NotFound
    circle = circle_of(session, caller, row.subject)
    query = select(ThreadMessage.id).where(ThreadMessage.id == message_id, _readable(circle))
    if session.exec(query).first() is None:
        raise NotFound
    return row, circle


def is_readable(session: Session, circle: Circle, message_id: str) -> bool:
    """Tell whether a message of the thread is one that the caller may read."""
    query = select(ThreadMessage.id).where(
        ThreadMessage.id == message_id, ThreadMessage.subject == circle.subject, _readable(circle)
    )
    return session.exec(query).first() is not None


# For rooms above


def parties_written_to(session: Session, message_id: str) -> list[str]:
    """Return to whom a message was written, for rooms that tell readers of it."""
    query = select(ThreadReader.party).where(ThreadReader.message_id == message_id)
    return sorted(session.exec(query))


def parties_heard(session: Session, circle: Circle) -> set[str]:
    """Return the sides whose messages the caller may read, for rooms that let it answer them."""
    query = select(ThreadMessage.author_party).where(
        ThreadMessage.subject == circle.subject, _readable(circle)
    )
    return set(session.exec(query.distinct()))


def _readable(circle: Circle) -> ColumnElement[bool]:
    mine = set(circle.parties)
    heard = mine | ({EVERYBODY} if circle.hears_everybody else set())
    written_to = select(ThreadReader.message_id).where(col(ThreadReader.party).in_(heard))
    return or_(col(ThreadMessage.author_party).in_(mine), col(ThreadMessage.id).in_(written_to))


def _views(
    session: Session, caller: Caller, circle: Circle, rows: Sequence[ThreadMessage], language: str
) -> list[MessageView]:
    if rows:
        note_messages_read(session, caller, circle.subject)
    answered = {row.answers for row in rows if row.answers}
    query = select(ThreadMessage.id).where(col(ThreadMessage.id).in_(answered), _readable(circle))
    readable = set(session.exec(query)) if answered else set()
    return views_of(session, caller, circle, rows, readable, language)
