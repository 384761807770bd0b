"""What stands around a thing on its page: its files, and what was said about it."""

from typing import NamedTuple

from sqlmodel import Session

from service.attachments.rules import Limits
from service.attachments.views import FilesShown, files_shown
from service.caller import Caller
from service.errors import NotFound
from service.threads.writing import ThreadShown, thread_shown


class Around(NamedTuple):
    """Files and messages; None: not for this reader."""

    files: FilesShown | None
    thread: ThreadShown | None


def get_around(session: Session, caller: Caller, subject: str, limits: Limits, language: str) -> Around:
    """Return the files of a thing and the thread about it, as far as they are for the reader."""
    return Around(
        get_files(session, caller, subject, limits), get_thread_shown(session, caller, subject, language)
    )


def get_files(session: Session, caller: Caller, subject: str, limits: Limits) -> FilesShown | None:
    """Return the files of a thing, if it shows any to the reader."""
    try:
        return files_shown(session, caller, subject, limits)
    except NotFound:
        return None


def get_thread_shown(session: Session, caller: Caller, subject: str, language: str) -> ThreadShown | None:
    """Return the thread about a thing, if the reader takes part in it."""
    try:
        return thread_shown(session, caller, subject, language)
    except NotFound:
        return None
