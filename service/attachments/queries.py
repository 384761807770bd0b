"""Reading attachments. Who may see a file is decided by the room whose thing it belongs to."""

from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from service.attachments.holders import Holding, holder_of
from service.attachments.rules import Held
from service.attachments.schemas import AttachmentsView, AttachmentView
from service.attachments.tables import Attachment, AttachmentChunk
from service.caller import Caller
from service.errors import NotAllowed, NotFound


def list_attachments(session: Session, caller: Caller, subject: str) -> AttachmentsView:
    """Return the files of a thing that the caller may see."""
    holding = look_at(session, caller, subject)
    rows = attachments_of(session, [subject])[subject]
    return AttachmentsView(
        items=[view_of(row, may_withdraw=holding.may_withdraw) for row in rows], may_add=holding.may_add
    )


def look_at(session: Session, caller: Caller, subject: str) -> Holding:
    """Return how a thing holds its files. Who sees only a summary of it sees no file, and is told of none."""
    holder, thing_id = holder_of(subject)
    try:
        return holder.look_at(session, caller, thing_id)
    except NotAllowed:
        raise NotFound from None


def open_attachment(session: Session, caller: Caller, attachment_id: str) -> Attachment:
    """Return a file that the caller may open, and let the room whose thing it is note that it was opened."""
    row = find_attachment(session, caller, attachment_id)
    holder, thing_id = holder_of(row.subject)
    holder.note_opened(session, caller, thing_id, row.id)
    return row


def find_attachment(session: Session, caller: Caller, attachment_id: str) -> Attachment:
    """Return the row of a file of something that the caller may see, unless it was withdrawn."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.withdrawn_at is not None:
        raise NotFound
    look_at(session, caller, row.subject)
    return row


# For rooms that have asked already what may be shown


def attachments_of(session: Session, subjects: Iterable[str]) -> dict[str, list[Attachment]]:
    """Return the files of each of the things, withdrawn ones aside, in the order in which they came."""
    found: dict[str, list[Attachment]] = {subject: [] for subject in subjects}
    query = select(Attachment).where(
        col(Attachment.subject).in_(found.keys()), col(Attachment.withdrawn_at).is_(None)
    )
    for row in session.exec(query.order_by(col(Attachment.added_at), col(Attachment.id))):
        found[row.subject].append(row)
    return found


def held_by(session: Session, subject: str) -> Held:
    """Return how much a thing holds."""
    query = select(func.count(col(Attachment.id)), func.coalesce(func.sum(Attachment.size_bytes), 0)).where(
        Attachment.subject == subject, col(Attachment.withdrawn_at).is_(None)
    )
    files, size_bytes = session.exec(query).one()
    return Held(files, int(size_bytes))


def view_of(row: Attachment, *, may_withdraw: bool) -> AttachmentView:
    """Return a file as it is shown."""
    return AttachmentView(
        id=row.id,
        purpose=row.purpose,
        name=row.name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        added_at=row.added_at,
        may_withdraw=may_withdraw and row.purpose != "letter",
    )


def chunk_of(session: Session, attachment_id: str, number: int) -> bytes | None:
    """Return a piece of what a file holds, for a file that was opened; None after the last one."""
    query = select(AttachmentChunk.content).where(
        AttachmentChunk.attachment_id == attachment_id, AttachmentChunk.number == number
    )
    return session.exec(query).first()
