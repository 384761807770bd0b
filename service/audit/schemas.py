"""What goes out of the journal, in words."""

from datetime import datetime
from typing import Any

from pydantic import Field

from service.web.schemas import View


class HistoryLine(View):
    """Something that happened to a thing, in words."""

    event: str = Field(examples=["need.submitted"])
    what: str = Field(examples=["A request was submitted."])
    who: str = Field(examples=["National focal point, Ministry of Migration"])
    """The office by which it was done: a role and an institution, never a person's name."""
    at: datetime
    details: dict[str, Any]
    reason: str | None
    erased: bool


class HistoryView(View):
    """What happened to a thing, the latest first."""

    subject: str
    address: str | None
    """Of its page."""
    chain_holds: bool
    """Whether the journal of the thing is as it was written."""
    lines: list[HistoryLine]


class RootView(View):
    """A hash over the ends of all chains at a time, to be kept elsewhere."""

    number: int
    made_at: datetime
    hash: str


class JournalCheck(View):
    """Whether everything in the journal is as it was written."""

    holds: bool
    entries: int
    chains: int
    roots: int
    broken: list[str]
    """Things and roots that are not as they were written."""
    last_root: RootView | None
