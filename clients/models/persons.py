"""What is kept of persons, and what they ask for."""

from datetime import datetime
from typing import Any, Literal

from clients.models.parts import Answer, Input


class Erasing(Input):
    """The word that somebody is to be erased, for good."""

    confirmed: bool
    reason: str | None = None
    """Needed for anybody but oneself; it must not name the person."""


class CorrectionAsked(Input):
    """What others are asked to put right."""

    field: str
    """Where the mistake stands."""
    text: str
    """What is wrong, and what is right."""
    owner: str | None = None
    """The stakeholder whose record it is; left out: the administrators."""


class RequestAnswer(Input):
    """The answer to a request."""

    outcome: Literal["corrected", "declined"]
    answer: str


class TableHeld(Answer):
    """What one table holds of a person."""

    name: str
    purpose: str
    rows: list[dict[str, Any]]


class TraceHeld(Answer):
    """That somebody's account stands as the one who did something."""

    table: str
    column: str
    key: str


class FileHeld(Answer):
    """A file of a person."""

    id: str
    name: str
    media_type: str
    size_bytes: int


class PersonData(Answer):
    """All that is kept of a person."""

    person: str
    is_whole: bool
    """Whether all of it is shown; administrators see of messages and files only that they are there."""
    restricted_at: datetime | None
    objected_at: datetime | None
    tables: list[TableHeld]
    traces: list[TraceHeld]
    files: list[FileHeld]


class Limit(Answer):
    """Whether somebody's data rests."""

    person: str
    restricted_at: datetime | None
    """Since when nothing is done with it."""
    objected_at: datetime | None
    """Since when nothing of it is matched."""


class Erased(Answer):
    """What erasing did."""

    person: str
    erased_at: datetime
    tables: dict[str, int]
    """How many rows went or were emptied, by table."""


class PersonRequest(Answer):
    """A correction that somebody asks others for."""

    id: str
    person: str
    owner: str | None
    field: str
    text: str
    asked_at: datetime
    state: str
    """``open``, ``corrected`` or ``declined``."""
    answer: str | None
    settled_at: datetime | None
    may_settle: bool


class PurposeSaid(Answer):
    """One purpose that persons' data is kept for."""

    code: str
    what: str
    basis: str
    categories: list[str]
    recipients: str
    kept: str


class ClockSaid(Answer):
    """How long something is kept."""

    code: str
    what: str
    days: int
    why: str


class Privacy(Answer):
    """The record of what is done with persons' data on an instance."""

    purposes: list[PurposeSaid]
    clocks: list[ClockSaid]
    backups: str
