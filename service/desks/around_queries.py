"""What stands around a thing on its page: its clocks, its files, and what was said about it."""

from typing import NamedTuple

from sqlmodel import Session

from service.attachments.rules import Limits
from service.attachments.views import FilesShown, files_shown
from service.caller import Caller
from service.deadlines.queries import get_after_care, list_clocks
from service.deadlines.schemas import AfterCareView, ClockView
from service.errors import NotFound
from service.threads.writing import ThreadShown, thread_shown


class Around(NamedTuple):
    """Files, messages, clocks, and what became of it; None: not for this reader."""

    files: FilesShown | None
    thread: ThreadShown | None
    clocks: list[ClockView]
    after_care: AfterCareView | None


def get_around(session: Session, caller: Caller, subject: str, limits: Limits, language: str) -> Around:
    """Return the files of a thing and the thread about it, as far as they are for the reader."""
    return Around(
        get_files(session, caller, subject, limits),
        get_thread_shown(session, caller, subject, language),
        get_clocks(session, caller, subject, language),
        get_after_care_shown(session, caller, subject, language),
    )


def get_clocks(session: Session, caller: Caller, subject: str, language: str) -> list[ClockView]:
    """Return the clocks of a thing, if the reader is a party to it."""
    if not caller.is_signed_in:
        return []
    try:
        return list_clocks(session, caller, subject, language).items
    except NotFound:
        return []


def get_after_care_shown(
    session: Session, caller: Caller, subject: str, language: str
) -> AfterCareView | None:
    """Return what became of a thing, if it was fulfilled and the reader is a party to it."""
    try:
        found = get_after_care(session, caller, subject, language)
    except NotFound:
        return None
    return found if found.items else None


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
