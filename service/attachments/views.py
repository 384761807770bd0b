"""The files of a thing as pages show them."""

from typing import NamedTuple

from sqlmodel import Session

from service.attachments.queries import attachments_of, look_at, view_of
from service.attachments.rules import MOST_PER_THING, TYPE_NAMES, Limits
from service.attachments.schemas import AttachmentView
from service.caller import Caller


class FileRow(NamedTuple):
    """A file in a list."""

    file: AttachmentView
    type_name: str


class FilesShown(NamedTuple):
    """The files of a thing, and what the reader can do with them."""

    subject: str
    title: str
    address: str
    rows: list[FileRow]
    may_add: bool
    limit_mb: float
    most: int


def files_shown(session: Session, caller: Caller, subject: str, limits: Limits) -> FilesShown:
    """Return the files of a thing that the caller may see."""
    holding = look_at(session, caller, subject)
    rows = attachments_of(session, [subject])[subject]
    return FilesShown(
        subject=subject,
        title=holding.title,
        address=holding.address,
        rows=[
            FileRow(view_of(row, may_withdraw=holding.may_withdraw), TYPE_NAMES[row.media_type])
            for row in rows
        ],
        may_add=holding.may_add and len(rows) < MOST_PER_THING,
        limit_mb=limits.file_bytes / 1_000_000,
        most=MOST_PER_THING,
    )
