"""Writing messages, taking them back, saying that a promise was kept."""

from sqlalchemy import update
from sqlmodel import Session, col

from service import clock
from service.caller import Caller
from service.database.columns import new_id
from service.errors import FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.texts import N_
from service.threads import rules
from service.threads.circles import circle_of
from service.threads.errors import PromiseNotOpen, RetractedAlready, ThreadClosed
from service.threads.queries import find_message, is_readable
from service.threads.rules import Circle
from service.threads.schemas import MessageWriting
from service.threads.tables import ThreadMessage, ThreadReader


def write_message(session: Session, caller: Caller, subject: str, said: MessageWriting) -> ThreadMessage:
    """Write a message to chosen readers of those who take part. Nobody changes it afterwards."""
    circle = circle_of(session, caller, subject)
    author = _author(circle, said)
    faults = list(rules.message_faults(circle, said.kind, said.readers, said.due_on, clock.today()))
    if said.answers and not is_readable(session, circle, said.answers):
        faults.append(FieldFault("answers", "unknown", N_("There is no such message in this conversation.")))
    if faults:
        raise InvalidInput(*faults)
    if not circle.is_open:
        raise ThreadClosed
    row = ThreadMessage(
        id=new_id("msg"),
        subject=circle.subject,
        kind=said.kind,
        text=said.text,
        author_party=author,
        author_account=caller.account_id or "nobody",
        written_at=clock.now(),
        answers=said.answers,
        due_on=said.due_on,
    )
    session.add(row)
    session.flush()
    readers = sorted(rules.readers_of(circle, said.kind, said.readers))
    session.add_all(ThreadReader(message_id=row.id, party=party) for party in readers)
    session.flush()
    _record(session, caller, "message-written", row, readers=readers)
    return row


def retract_message(
    session: Session, caller: Caller, message_id: str, reason: str | None = None
) -> ThreadMessage:
    """Take a message back: nobody reads it any more, and everybody who could sees that it was there."""
    row, circle = find_message(session, caller, message_id)
    if row.author_party not in circle.parties:
        raise NotAllowed
    if not _set(session, row, retracted_at=clock.now(), retracted_by=caller.account_id):
        raise RetractedAlready
    _record(session, caller, "message-retracted", row, reason=reason)
    return row


def keep_promise(
    session: Session, caller: Caller, message_id: str, reason: str | None = None
) -> ThreadMessage:
    """Say that a promise was kept. Those to whom it was given say so, not those who gave it."""
    row, circle = find_message(session, caller, message_id)
    if row.author_party in circle.parties:
        raise NotAllowed
    if row.kind != "promise" or not _set(session, row, kept_at=clock.now(), kept_by=caller.account_id):
        raise PromiseNotOpen
    _record(session, caller, "promise-kept", row, reason=reason)
    return row


def _author(circle: Circle, said: MessageWriting) -> str:
    author = rules.author_of(circle, said.kind, said.written_as)
    if author is not None:
        return author
    if said.kind == "note":
        message = N_("Only the desk keeps notes here. Ask a question, or answer one.")
        raise InvalidInput(FieldFault("kind", "internal", message))
    raise InvalidInput(FieldFault("written_as", "unknown", N_("You do not take part as this.")))


def _set(session: Session, row: ThreadMessage, **values: object) -> bool:
    """Mark a message that was neither taken back nor marked so before; of two at once one does."""
    untouched = [col(ThreadMessage.retracted_at).is_(None)]
    untouched += [col(ThreadMessage.kept_at).is_(None)] if "kept_at" in values else []
    query = update(ThreadMessage).where(col(ThreadMessage.id) == row.id, *untouched).values(**values)
    changed = session.connection().execute(query)
    session.refresh(row)
    return bool(changed.rowcount == 1)


def _record(
    session: Session,
    caller: Caller,
    what: str,
    row: ThreadMessage,
    reason: str | None = None,
    readers: list[str] | None = None,
) -> None:
    kind = row.subject.partition(":")[0]
    details = {"thing": row.subject, "message": row.id, "kind": row.kind}
    more = {"author": row.author_party, "readers": readers} if readers is not None else {}
    record(session, caller, f"{kind}.{what}", f"message:{row.id}", details | more, reason)
