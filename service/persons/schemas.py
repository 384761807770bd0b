"""What comes in and goes out about what is kept of persons."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from service.persons.rules import Outcome
from service.web.schemas import Flag, IdText, Input, Reason, View

FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]


class Erasing(Input):
    """The word that somebody is to be erased, for good."""

    confirmed: Flag
    """Whether it is meant: what is erased cannot be brought back."""
    reason: Reason | None = Field(default=None, examples=["Left the service; asked for it by letter"])
    """Why; needed for anybody but oneself. It must not name the person."""


class CorrectionAsked(Input):
    """What others are asked to put right."""

    field: FieldName = Field(examples=["Name on the offer"])
    """Where the mistake stands."""
    text: Reason = Field(examples=["My family name is spelt with one l"])
    """What is wrong, and what is right."""
    owner: IdText | None = None
    """The institution or pool whose record it is; left out: the administrators."""


class RequestAnswer(Input):
    """The answer to a request."""

    outcome: Outcome
    answer: Reason = Field(examples=["Corrected on the offer"])


class TableHeld(View):
    """What one table holds of a person."""

    name: str
    purpose: str
    """What it is kept for."""
    rows: list[dict[str, Any]]


class TraceHeld(View):
    """That somebody's account stands as the one who did something."""

    table: str
    column: str
    key: str


class FileHeld(View):
    """A file of a person."""

    id: str
    name: str
    media_type: str
    size_bytes: int


class PersonDataView(View):
    """All that is kept of a person."""

    person: str
    is_whole: bool
    """Whether all of it is shown. Administrators see of messages and files only that they are there."""
    restricted_at: datetime | None
    """Since when nothing is done with it."""
    objected_at: datetime | None
    """Since when nothing of it is matched."""
    tables: list[TableHeld]
    traces: list[TraceHeld]
    """Where the account stands as the one who did something, without what that says."""
    files: list[FileHeld]


class LimitView(View):
    """Whether somebody's data rests."""

    person: str
    restricted_at: datetime | None
    objected_at: datetime | None


class ErasedView(View):
    """What erasing did."""

    person: str
    erased_at: datetime
    tables: dict[str, int]
    """How many rows went or were emptied, by table."""


class RequestView(View):
    """A correction that somebody asks others for."""

    id: str
    person: str
    owner: str | None
    """The stakeholder whose record it is; none: the administrators."""
    field: str
    text: str
    asked_at: datetime
    state: str
    """``open``, ``corrected`` or ``declined``."""
    answer: str | None
    settled_at: datetime | None
    may_settle: bool


class PurposeView(View):
    """One purpose that persons' data is kept for."""

    code: str
    what: str
    basis: str
    """Why it may be kept."""
    categories: list[str]
    """Tables and columns with something of a person."""
    recipients: str
    kept: str
    """How long, and what ends it."""


class ClockView(View):
    """How long something is kept."""

    code: str
    what: str
    days: int
    why: str


class PrivacyView(View):
    """The record of what is done with persons' data on this instance."""

    purposes: list[PurposeView]
    clocks: list[ClockView]
    backups: str
