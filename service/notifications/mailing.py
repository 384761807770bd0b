"""Writing letters with news: at once, or as a digest. Rights are asked for again at that moment.

A letter says that there is news, of which kind, and about which case number; titles and text stay inside.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select, update

from service import clock
from service.access.queries import caller_with_deputed
from service.access.tables import Account
from service.database.engines import Database
from service.journal.tables import JournalEntry
from service.mail.commands import post
from service.notifications import rules
from service.notifications.news import DIGEST_SUBJECTS, NUMBERED_SUBJECT, SUBJECT
from service.notifications.queries import way_of
from service.notifications.sights import shown_to, sights_of
from service.notifications.stopping import Stop, stop_path
from service.notifications.tables import Notification
from service.offers.tables import Offer
from service.pools.reconfirming import link_from, link_path
from service.settings import Settings
from service.texts import DEFAULT_LANGUAGE, has_catalogue, translate
from service.web.rendering import render

log = structlog.get_logger()

MOST_AT_ONCE = 500
"""Letters that are written before the worker looks at other things again."""


class Line(NamedTuple):
    """What a letter says of one notice."""

    kind: str
    number: str | None
    link: str
    occurred_at: datetime
    stands_link: str = ""
    """Where one says in one click that offers still stand; empty, where that is not what it is about."""


def write_due_letters(database: Database, settings: Settings) -> int:
    """Write the letters that are due and return how many; each one and its notes are one transaction."""
    written = 0
    for _ in range(MOST_AT_ONCE):
        with database.writing() as session:
            found = _next_due(session)
            if not found:
                break
            written += _try_to_write(session, settings, found)
    return written


def _try_to_write(session: Session, settings: Settings, due: Sequence[Notification]) -> bool:
    """Write one letter; if that fails, its news stays in the inbox and the other letters go on."""
    try:
        with session.begin_nested():
            return _write(session, settings, due)
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one letter must not stop the others
        log.warning("letter with news not written", notice=due[0].id, error=type(error).__name__)
        return False


def _next_due(session: Session) -> Sequence[Notification]:
    """Return the notice that is due longest; with a digest, all that goes into it. They are due no more."""
    now = clock.now()
    due = select(Notification).where(col(Notification.mail_due_at) <= now)
    first = session.exec(
        due.order_by(col(Notification.mail_due_at), col(Notification.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if first is None:
        return []
    wanted = [first]
    if first.way != "at_once":
        mine = (Notification.account_id == first.account_id, Notification.way == first.way)
        order = col(Notification.occurred_at), col(Notification.id)
        wanted = list(session.exec(due.where(*mine).order_by(*order).with_for_update()))
    ids = [row.id for row in wanted]
    taken = session.exec(
        update(Notification)
        .where(col(Notification.id).in_(ids), col(Notification.mail_due_at).is_not(None))
        .values(mail_due_at=None)
        .execution_options(synchronize_session=False)
    )
    return wanted if taken.rowcount == len(ids) else []


def _write(session: Session, settings: Settings, due: Sequence[Notification]) -> bool:
    """Write one letter, if there is still something to say, and tell whether it was written."""
    account = session.get_one(Account, due[0].account_id)
    rows = _still_wanted(session, account, due)
    if not rows:
        return False
    language = account.language if has_catalogue(account.language) else DEFAULT_LANGUAGE
    first = rows[0]
    way = first.way or "at_once"
    lines = _lines(session, settings, account, rows, language)
    stop = Stop(account.id, first.kind if way == "at_once" else way)
    stop_link = settings.public_address() + stop_path(stop, settings)
    subject = _subject(lines[0], language) if way == "at_once" else translate(DIGEST_SUBJECTS[way], language)
    values = {"lines": lines, "subject": subject, "way": way, "stop_link": stop_link}
    values |= {"choices_link": settings.public_address() + "/inbox/settings"}
    post(
        session,
        to=account.email,
        subject=subject,
        text=render("notifications/letter.txt", language, **values),
        html=render("notifications/letter.html", language, **values),
        about=f"account:{account.id}",
        key=f"news:{first.id}",
        stop_link=stop_link,
    )
    for row in rows:
        row.mailed_at = clock.now()
        session.add(row)
    return True


def _still_wanted(session: Session, account: Account, due: Sequence[Notification]) -> list[Notification]:
    """Return what of it is unread, still to be mailed by the person's choice, and still theirs to see."""
    if account.disabled_at is not None:
        return []
    condition = shown_to(session, caller_with_deputed(session, account), {row.thing_kind for row in due})
    ids = [row.id for row in due if row.read_at is None and _is_mailed(session, row)]
    visible = set(session.exec(select(Notification.id).where(col(Notification.id).in_(ids), condition)))
    return [row for row in due if row.id in visible]


def _is_mailed(session: Session, row: Notification) -> bool:
    kind = next(kind for kind in rules.KINDS if kind == row.kind)
    return way_of(session, row.account_id, kind) in rules.MAILED


def _lines(
    session: Session, settings: Settings, account: Account, rows: list[Notification], language: str
) -> list[Line]:
    sights = sights_of(session, caller_with_deputed(session, account), rows)
    titles = {kind: translate(about.title, language) for kind, about in rules.KINDS_OF_NEWS.items()}
    return [
        Line(
            next(title for kind, title in titles.items() if kind == row.kind),
            sights[row.id].number,
            settings.public_address() + sights[row.id].address,
            row.occurred_at,
            _stands_link(session, settings, account, row),
        )
        for row in rows
    ]


def _stands_link(session: Session, settings: Settings, account: Account, row: Notification) -> str:
    """Return the signed link with which this reader says that offers of a stakeholder still stand."""
    if row.event == "pool.reconfirmation-due":
        pool = session.get_one(JournalEntry, row.entry_id).subject.partition(":")[2]
    elif row.event == "offer.marked-stale":
        pool = session.get_one(Offer, row.thing_id).stakeholder_id
    else:
        return ""
    return settings.public_address() + link_path(link_from(account.id, pool, clock.today()), settings)


def _subject(line: Line, language: str) -> str:
    if line.number:
        return translate(NUMBERED_SUBJECT, language, number=line.number)
    return translate(SUBJECT, language, kind=line.kind)
