"""Adding files to things, and withdrawing them."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, col, delete, select

from service import clock
from service.attachments.contents import type_of
from service.attachments.errors import (
    FilesTooLargeTogether,
    FileTooLarge,
    LetterStays,
    TooManyFiles,
    WithdrawnAlready,
)
from service.attachments.holders import holder_of
from service.attachments.queries import find_attachment, held_by, look_at
from service.attachments.rules import (
    CHUNK_BYTES,
    MOST_PER_THING,
    Limits,
    Purpose,
    clean_name,
    contradicts,
    is_too_many,
    is_too_much,
)
from service.attachments.tables import Attachment, AttachmentChunk
from service.caller import Caller
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput
from service.journal.commands import record
from service.texts import N_
from service.web.uploads import SentFile


def attach_file(session: Session, caller: Caller, subject: str, sent: SentFile, limits: Limits) -> Attachment:
    """Add a file to a thing. The room whose thing it is says who may, and until when."""
    look_at(session, caller, subject)
    holder, thing_id = holder_of(subject)
    holder.change(session, caller, thing_id)
    return keep_file(session, caller, subject, sent, limits)


def keep_file(
    session: Session, caller: Caller, subject: str, sent: SentFile, limits: Limits, purpose: Purpose = "file"
) -> Attachment:
    """Keep a file with a thing, for rooms that have asked already whether it may have one."""
    if sent.size_bytes > limits.file_bytes:
        raise FileTooLarge(limit_mb=_megabytes(limits.file_bytes))
    media_type = type_of(sent.content)
    if contradicts(sent.name, media_type):
        message = N_("The name of this file says that it is of another type than it is.")
        raise InvalidInput(FieldFault("file", "name_of_another_type", message))
    held = held_by(session, subject)
    if is_too_many(held):
        raise TooManyFiles(limit=MOST_PER_THING)
    if is_too_much(held, sent.size_bytes, limits):
        raise FilesTooLargeTogether(limit_mb=_megabytes(limits.total_bytes))
    row = Attachment(
        id=new_id("att"),
        subject=subject,
        purpose=purpose,
        name=clean_name(sent.name, media_type),
        media_type=media_type,
        size_bytes=sent.size_bytes,
        sha256="",
        added_by=caller.account_id or "nobody",
        added_at=clock.now(),
    )
    _write(session, row, sent)
    _record(session, caller, "file-attached", row, {"type": media_type, "purpose": purpose})
    return row


def withdraw_attachment(
    session: Session, caller: Caller, attachment_id: str, reason: str | None = None
) -> Attachment:
    """Withdraw a file: nobody is shown it any more. What it held is deleted later, after the retention time.

    An official letter that a registration rests on stays.
    """
    row = find_attachment(session, caller, attachment_id)
    holder, thing_id = holder_of(row.subject)
    holder.change(session, caller, thing_id)
    session.refresh(row)
    if row.withdrawn_at is not None:
        raise WithdrawnAlready
    if row.purpose == "letter":
        raise LetterStays
    row.withdrawn_at, row.withdrawn_by = clock.now(), caller.account_id
    session.add(row)
    session.flush()
    _record(session, caller, "file-withdrawn", row, {}, reason)
    return row


def delete_withdrawn(session: Session, before: datetime) -> list[str]:
    """Delete what files held that were withdrawn before a moment; that they were there stays on record."""
    query = select(Attachment).where(
        col(Attachment.withdrawn_at) < before, col(Attachment.deleted_at).is_(None)
    )
    rows = session.exec(query.order_by(col(Attachment.id))).all()
    for row in rows:
        session.exec(delete(AttachmentChunk).where(col(AttachmentChunk.attachment_id) == row.id))
        row.deleted_at = clock.now()
        session.add(row)
    session.flush()
    return [row.id for row in rows]


def kept_since(days: int) -> datetime:
    """Return the moment before which what was withdrawn is deleted."""
    return clock.now() - timedelta(days=days)


def _write(session: Session, row: Attachment, sent: SentFile) -> None:
    """Write the file piece by piece, so that it is never in memory as a whole."""
    digest, size, number = sha256(), 0, 0
    session.add(row)
    session.flush()
    sent.content.seek(0)
    while piece := sent.content.read(CHUNK_BYTES):
        digest.update(piece)
        size += len(piece)
        chunk = AttachmentChunk(attachment_id=row.id, number=number, content=piece)
        session.add(chunk)
        session.flush()
        session.expunge(chunk)
        number += 1
    if size != row.size_bytes:
        raise ChangedMeanwhile
    row.sha256 = digest.hexdigest()
    session.add(row)
    session.flush()


def _record(
    session: Session,
    caller: Caller,
    what: str,
    row: Attachment,
    details: dict[str, str],
    reason: str | None = None,
) -> None:
    kind = row.subject.partition(":")[0]
    record(session, caller, f"{kind}.{what}", row.subject, {"attachment": row.id, **details}, reason)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:g}"
