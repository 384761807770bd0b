"""Reading the journal. The room whose thing it is asks first whether the caller may see the thing."""

from sqlmodel import Session, col, select

from service.caller import Caller
from service.journal.rules import first_broken, text_digest
from service.journal.schemas import JournalLine, JournalView
from service.journal.tables import JournalEntry, JournalText


def get_journal(session: Session, caller: Caller, subject: str) -> JournalView:
    """Return the journal of a thing that the caller may see. Chain figures are for administrators."""
    rows = session.exec(
        select(JournalEntry, JournalText)
        .join(JournalText, col(JournalText.entry_id) == col(JournalEntry.id), isouter=True)
        .where(JournalEntry.subject == subject)
        .order_by(col(JournalEntry.number))
    ).all()
    return JournalView(
        subject=subject,
        chain_holds=_holds([(entry, text) for entry, text in rows]),
        entries=[_line(entry, text, caller) for entry, text in rows],
    )


def _holds(rows: list[tuple[JournalEntry, JournalText | None]]) -> bool:
    if first_broken([entry for entry, _ in rows]) is not None:
        return False
    return all(
        entry.text_digest == text_digest(text.salt, text.details, text.reason)
        for entry, text in rows
        if text is not None
    )


def _line(entry: JournalEntry, text: JournalText | None, caller: Caller) -> JournalLine:
    return JournalLine(
        event=entry.event,
        actor=entry.actor,
        occurred_at=entry.occurred_at,
        details=text.details if text else {},
        reason=text.reason if text else None,
        erased=text is None,
        number=entry.number if caller.is_administrator else None,
        hash=entry.hash if caller.is_administrator else None,
    )
