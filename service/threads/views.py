"""Messages as they are shown. The queries decide to whom; here is how."""

from collections.abc import Collection, Iterable, Sequence

from sqlmodel import Session, col, select

from service import clock
from service.access.tables import Account
from service.attachments.queries import attachments_of, view_of
from service.caller import Caller
from service.texts import translate
from service.threads import rules
from service.threads.rules import Circle
from service.threads.schemas import MessageView, PartyView
from service.threads.tables import ThreadMessage, ThreadReader


def parties_shown(circle: Circle, parties: Iterable[str], language: str) -> list[PartyView]:
    """Return those of the parties whom the caller may know of."""
    return [
        PartyView(code=party, name=translate(circle.names[party], language))
        for party in parties
        if party in circle.names
    ]


def views_of(
    session: Session,
    caller: Caller,
    circle: Circle,
    rows: Sequence[ThreadMessage],
    readable: Collection[str],
    language: str,
) -> list[MessageView]:
    """Return messages with what the caller can do with them."""
    readers = _readers_of(session, rows)
    names = _names_of(session, (row.author_account for row in rows if row.author_party in circle.parties))
    files = attachments_of(session, (f"message:{row.id}" for row in rows if row.retracted_at is None))
    now = clock.now()
    return [
        MessageView(
            id=row.id,
            kind=row.kind,
            text=None if row.retracted_at else row.text,
            author=_author(circle, row, language),
            author_name=names.get(row.author_account) if row.author_party in circle.parties else None,
            readers=parties_shown(circle, readers[row.id], language),
            is_own=row.author_party in circle.parties,
            answers=row.answers if row.answers in readable else None,
            due_on=None if row.retracted_at else row.due_on,
            kept_at=row.kept_at,
            retracted_at=row.retracted_at,
            written_at=row.written_at,
            files=[
                view_of(file, may_withdraw=rules.may_change_files(caller.account_id, row, now))
                for file in files.get(f"message:{row.id}", ())
            ],
            moves=_moves(circle, row),
        )
        for row in rows
    ]


def _author(circle: Circle, row: ThreadMessage, language: str) -> PartyView:
    (author,) = parties_shown(circle, [row.author_party], language) or [
        # Somebody who took part then and does not now.
        PartyView(code="former", name=translate(rules.FORMER, language))
    ]
    return author


def _moves(circle: Circle, row: ThreadMessage) -> list[str]:
    moves = ["retract"] if rules.may_retract(circle.parties, row) else []
    return moves + (["keep-promise"] if rules.may_keep(circle.parties, row) else [])


def _readers_of(session: Session, rows: Sequence[ThreadMessage]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {row.id: [] for row in rows}
    query = select(ThreadReader).where(col(ThreadReader.message_id).in_(found.keys()))
    for reader in session.exec(query.order_by(col(ThreadReader.party))):
        found[reader.message_id].append(reader.party)
    return found


def _names_of(session: Session, account_ids: Iterable[str]) -> dict[str, str]:
    rows = session.exec(select(Account.id, Account.name).where(col(Account.id).in_(set(account_ids))))
    return dict(rows.all())
