"""Writing the journal. Only commands of rooms call this, inside their own transaction."""

import secrets
from typing import Any

from sqlmodel import Session, bindparam, col, insert, select

from service import clock
from service.caller import Caller
from service.database.columns import new_id
from service.database.prepared import Prepared
from service.journal.reactions import listeners_of
from service.journal.rules import BEGINNING, link_hash, text_digest
from service.journal.tables import JournalEntry, JournalText, OutboxMessage

# Written once, and past the objects of the session: the journal is written with every change there is.
_LAST = Prepared(
    select(JournalEntry.number, JournalEntry.hash)
    .where(col(JournalEntry.subject) == bindparam("of_subject"))
    .order_by(col(JournalEntry.number).desc())
    .limit(1)
)
_ENTRY, _TEXT, _WORD = (Prepared(insert(table)) for table in (JournalEntry, JournalText, OutboxMessage))
_OF_ONESELF = ("account:", "session:")


def record(
    session: Session,
    caller: Caller,
    event: str,
    subject: str,
    details: dict[str, Any] | None = None,
    reason: str | None = None,
) -> JournalEntry:
    """Record that something happened to a thing (``need:need_…``), and leave word for those who listen.

    ``details`` holds ids, codes and names of changed fields. Confidential text and secrets never go in.
    """
    entry = _next_entry(session, caller, event, subject)
    salt = secrets.token_hex(16)
    details = _with_those_stood_in_for(caller, subject, details or {})
    entry.text_digest = text_digest(salt, details, reason)
    entry.hash = link_hash(entry)
    _ENTRY.write(session, entry.model_dump())
    _TEXT.write(session, {"entry_id": entry.id, "salt": salt, "details": details, "reason": reason})
    left = {"entry_id": entry.id, "recorded_at": entry.occurred_at, "attempts": 0}
    words = [left | {"id": new_id("msg"), "listener": name} for name in listeners_of(event, details)]
    if words:
        _WORD.write(session, *words)
    return entry


def _with_those_stood_in_for(caller: Caller, subject: str, details: dict[str, Any]) -> dict[str, Any]:
    # What people do about their own sign-in they do for nobody else.
    if not caller.stands_in or subject.startswith(_OF_ONESELF):
        return details
    return {**details, "on_behalf_of": sorted({one.account_id for one in caller.stands_in})}


def _next_entry(session: Session, caller: Caller, event: str, subject: str) -> JournalEntry:
    # Two writers of one thing meet at the unique (subject, number): one of them is refused, none is lost.
    session.flush()  # what is told of is there before it is told
    last = _LAST.rows(session, {"of_subject": subject})
    number, before = last[0] if last else (0, BEGINNING)
    return JournalEntry(
        id=new_id("entry"),
        subject=subject,
        number=number + 1,
        event=event,
        actor=caller.account_id or "nobody",
        occurred_at=clock.now(),
        text_digest="",
        previous_hash=before,
        hash="",
    )
