"""Telling people of events, marking notices as read, choosing how news comes."""

from collections.abc import Iterator

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, update

from service import clock
from service.access.queries import caller_with_deputed
from service.access.tables import Account
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.errors import NotFound
from service.journal.commands import record
from service.journal.tables import JournalEntry
from service.notifications import rules
from service.notifications.audiences import About, accounts_in, need_of, origin_id, proposal_id_of
from service.notifications.errors import CannotBeOff
from service.notifications.news import TOLD, News
from service.notifications.queries import find_notice, unread_of, way_of
from service.notifications.schemas import NewsChoice
from service.notifications.sights import may_see, own_seat_in
from service.notifications.stopping import Stop
from service.notifications.tables import Notification, NotificationChoice

NOBODY_ELSE = frozenset({"system", "nobody", "operator"})
"""Actors of the journal that are no account."""


def tell(session: Session, entry: JournalEntry, about: About) -> int:
    """Write a notice of an event to everybody whom it concerns and who may see its thing; return how many."""
    return sum(
        _tell_one(session, entry, about, account, news) for account, news in _told(session, entry, about)
    )


def mark_read(session: Session, caller: Caller, notice_id: str) -> Notification:
    """Mark a notice as read; only the person whom it was written to may, to others it is absent."""
    row = find_notice(session, caller, notice_id)
    if row.read_at is None:
        row.read_at = clock.now()
        session.add(row)
        session.flush()
    return row


def mark_all_read(session: Session, caller: Caller) -> int:
    """Mark all that the caller may see of its unread notices as read, and return how many."""
    return session.exec(
        update(Notification)
        .where(col(Notification.id).in_(unread_of(session, caller)))
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    ).rowcount


def choose_way(session: Session, caller: Caller, choice: NewsChoice) -> None:
    """Choose how one kind of news reaches the caller from now on."""
    if choice.way not in rules.ways_of(choice.kind):
        raise CannotBeOff
    _choose(session, caller, caller.account_id or "", {choice.kind: choice.way})


def stop_mail(session: Session, stop: Stop) -> None:
    """Write somebody no more letters of a kind, or no more digests; the inbox still gets the news.

    The signed link in a letter is enough, so that it works from any mail program. Twice is as once.
    """
    if session.get(Account, stop.account_id) is None:
        raise NotFound
    changed: dict[rules.Kind, rules.Way] = {
        kind: "inbox"
        for kind in rules.KINDS
        if stop.scope in {kind, way_of(session, stop.account_id, kind)}
        and way_of(session, stop.account_id, kind) in rules.MAILED
    }
    _choose(session, SYSTEM, stop.account_id, changed)


def forget_news(session: Session, account_id: str) -> int:
    """Erase the notices and choices of an account, and return how many notices there were."""
    session.exec(delete(NotificationChoice).where(col(NotificationChoice.account_id) == account_id))
    return session.exec(delete(Notification).where(col(Notification.account_id) == account_id)).rowcount


def _told(session: Session, entry: JournalEntry, about: About) -> Iterator[tuple[str, News]]:
    """Give whom an event concerns, each once, with the first line of the table that fits."""
    seen: set[str] = set()
    for news in TOLD.get(entry.event, ()):
        people = accounts_in(session, news.circle, about) - seen
        seen |= people
        yield from ((one, news) for one in sorted(people) if news.tells_actor or one != entry.actor)


def _tell_one(session: Session, entry: JournalEntry, about: About, account_id: str, news: News) -> bool:
    way = way_of(session, account_id, news.kind)
    caller = caller_with_deputed(session, session.get_one(Account, account_id))
    thing = _thing(session, caller, about, news)
    if thing is None or way == "off" or not may_see(session, caller, news.thing, thing):
        return False
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    written = session.exec(
        dialect.insert(Notification)
        .values(
            id=new_id("notice"),
            account_id=account_id,
            entry_id=entry.id,
            event=entry.event,
            kind=news.kind,
            thing_kind=news.thing,
            thing_id=thing,
            occurred_at=entry.occurred_at,
            way=way if way in rules.MAILED else None,
            mail_due_at=rules.mail_due(way, clock.now()),
        )
        .on_conflict_do_nothing(index_elements=["account_id", "entry_id"])
    )
    return bool(written.rowcount)


def _thing(session: Session, caller: Caller, about: About, news: News) -> str | None:
    """Return the id of what a notice leads to: a seat's news is read on the proposal by those who ask."""
    if news.thing == "page":
        return news.page
    if news.thing == "proposal":
        return proposal_id_of(session, about)
    if news.thing == "need":
        need = need_of(session, about)
        return need.id if need else None
    if about.kind == "message":
        return own_seat_in(session, caller, proposal_id_of(session, about) or "")
    return origin_id(about)


def _choose(session: Session, caller: Caller, account_id: str, ways: dict[rules.Kind, rules.Way]) -> None:
    changed: dict[str, str] = {}
    for kind, way in ways.items():
        if way_of(session, account_id, kind) != way:
            session.merge(NotificationChoice(account_id=account_id, kind=kind, way=way))
            changed[kind] = way
    session.flush()
    if changed:
        record(session, caller, "notifications.chosen", f"account:{account_id}", changed)
