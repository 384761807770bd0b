"""Reading notices: one's own, and of those only what one may still see."""

from typing import get_args

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.errors import NotFound
from service.notifications import rules
from service.notifications.news import sentence_of
from service.notifications.schemas import ChoiceView, NoticeView
from service.notifications.sights import Sight, shown_to, sights_of
from service.notifications.tables import Notification, NotificationChoice
from service.texts import translate
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page

MOST_COUNTED = 100


def list_notices(
    session: Session, caller: Caller, page: PageAsked, language: str, *, unread: bool | None = None
) -> Page[NoticeView]:
    """Return a page of the caller's notices, newest first: all, the unread, or the read ones."""
    query = _own(session, caller, rules.THINGS)
    if unread is not None:
        query = query.where(col(Notification.read_at).is_(None) == unread)
    order = [
        Key(col(Notification.occurred_at), "occurred_at", descending=True),
        Key(col(Notification.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=views_of(session, caller, rows, language), next=following)


def get_notice(session: Session, caller: Caller, notice_id: str, language: str) -> NoticeView:
    """Return one of the caller's notices."""
    return views_of(session, caller, [find_notice(session, caller, notice_id)], language)[0]


def find_notice(session: Session, caller: Caller, notice_id: str) -> Notification:
    """Return the row of one of the caller's notices, if it may still see the thing."""
    query = _own(session, caller, rules.THINGS).where(Notification.id == notice_id)
    row = session.exec(query).first()
    if row is None:
        raise NotFound
    return row


def count_unread(session: Session, caller: Caller) -> int:
    """Return how many of the caller's notices are unread, counted up to a hundred.

    Most often there are none, which one look at an index tells; only then are rights asked for.
    """
    kinds = session.exec(
        select(Notification.thing_kind)
        .where(Notification.account_id == caller.account_id, col(Notification.read_at).is_(None))
        .distinct()
    ).all()
    if not kinds:
        return 0
    unread = _own(session, caller, kinds).where(col(Notification.read_at).is_(None)).limit(MOST_COUNTED)
    return session.exec(select(func.count()).select_from(unread.subquery())).one()


def unread_of(session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the caller's unread notices that it may still see."""
    unread = _own(session, caller, rules.THINGS).where(col(Notification.read_at).is_(None)).subquery()
    return select(unread.c.id)


def way_of(session: Session, account_id: str, kind: rules.Kind) -> rules.Way:
    """Return how a kind of news reaches an account."""
    row = session.get(NotificationChoice, (account_id, kind))
    return next(way for way in rules.WAYS if way == row.way) if row else rules.KINDS_OF_NEWS[kind].default


def list_choices(session: Session, caller: Caller, language: str) -> list[ChoiceView]:
    """Return how each kind of news reaches the caller."""
    return [
        ChoiceView(
            kind=kind,
            title=translate(about.title, language),
            effect=translate(about.effect, language),
            way=way_of(session, caller.account_id or "", kind),
            ways=rules.ways_of(kind),
        )
        for kind, about in rules.KINDS_OF_NEWS.items()
    ]


def views_of(session: Session, caller: Caller, rows: list[Notification], language: str) -> list[NoticeView]:
    """Return notices as they are shown; what they are about was found visible."""
    sights = sights_of(session, caller, rows)
    return [_view(row, sights[row.id], language) for row in rows]


def _own(session: Session, caller: Caller, kinds: object) -> SelectOfScalar[Notification]:
    wanted = [kind for kind in get_args(rules.Thing) if kind in set(kinds)]  # type: ignore[call-overload]
    return select(Notification).where(
        Notification.account_id == (caller.account_id or ""), shown_to(session, caller, wanted)
    )


def _view(row: Notification, sight: Sight, language: str) -> NoticeView:
    return NoticeView.model_validate(
        {
            "id": row.id,
            "event": row.event,
            "kind": row.kind,
            "text": translate(sentence_of(row.event, row.kind), language),
            "thing": row.thing_kind,
            "thing_id": row.thing_id,
            "number": sight.number,
            "title": sight.title,
            "title_language": sight.language,
            "address": sight.address,
            "occurred_at": row.occurred_at,
            "read_at": row.read_at,
        }
    )
