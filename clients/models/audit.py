"""The journal in plain words, and its check."""

from datetime import datetime
from typing import Any

from clients.models.parts import Answer

__all__ = [
    "History",
    "HistoryLine",
    "JournalCheck",
    "JournalRoot",
]


class HistoryLine(Answer):
    """Something that happened to a thing, in words."""

    event: str
    what: str
    who: str
    at: datetime
    details: dict[str, Any]
    reason: str | None
    erased: bool


class History(Answer):
    """What happened to a thing, the latest first."""

    subject: str
    address: str | None
    chain_holds: bool
    lines: list[HistoryLine]


class JournalRoot(Answer):
    """A hash over the ends of all chains at a time."""

    number: int
    made_at: datetime
    hash: str


class JournalCheck(Answer):
    """Whether everything in the journal is as it was written."""

    holds: bool
    entries: int
    chains: int
    roots: int
    broken: list[str]
    last_root: JournalRoot | None
