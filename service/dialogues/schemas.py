"""What comes in and goes out about dialogues."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.web.schemas import CodeText, Day, Input, Link, LongText, Revision, StateCode, Title, View

MeetingKind = Literal[
    "ministerial_conference",
    "senior_officials_meeting",
    "technical_meeting",
    "steering_group",
    "working_group",
    "training",
    "side_event",
]
Office = Literal["chair", "co_chair"]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class AgendaItemAddition(Input):
    """Something that a dialogue works on: a theme or a commitment, one of the two."""

    title: Title = Field(examples=["Return and reintegration: second technical cycle"])
    theme: CodeText | None = Field(default=None, examples=[None])
    commitment: CodeText | None = Field(default=None, examples=["T1-01"])
    starts_on: Day = Field(examples=["2027-01-01"])
    ends_on: Day | None = Field(default=None, examples=["2027-12-31"])
    source: Link | None = None


class AgendaItemRevision(Revision):
    """What changes about an item of the agenda; what it is about stays."""

    clearable = frozenset({"ends_on", "source"})

    title: Title | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    source: Link | None = None


class AgendaItemView(View):
    """An item of a dialogue's agenda."""

    id: str
    dialogue: str
    title: str
    theme: str | None
    commitment: str | None
    starts_on: date
    ends_on: date | None
    source: str | None
    added_at: datetime
    withdrawn_at: datetime | None


class MeetingAnnouncement(Input):
    """A meeting, as it is announced or recorded."""

    title: Title = Field(examples=["Technical meeting on labour migration statistics"])
    kind: MeetingKind = Field(examples=["technical_meeting"])
    held_on: Day = Field(examples=["2027-05-11"])
    ends_on: Day | None = Field(default=None, examples=["2027-05-12"])
    place: Place | None = None
    note: LongText | None = None
    source: Link | None = None


class MeetingRevision(Revision):
    """What changes about a meeting; what is left out stays."""

    clearable = frozenset({"ends_on", "place", "note", "source"})

    title: Title | None = None
    kind: MeetingKind | None = None
    held_on: Day | None = None
    ends_on: Day | None = None
    place: Place | None = None
    note: LongText | None = None
    source: Link | None = None


class MeetingView(View):
    """A meeting of a dialogue."""

    id: str
    dialogue: str
    title: str
    kind: str
    held_on: date
    ends_on: date | None
    place: str | None
    note: str | None
    source: str | None
    added_at: datetime
    withdrawn_at: datetime | None


class OfficeRecord(Input):
    """A state's chair or co-chair, with the source that says so."""

    office: Office = Field(examples=["chair"])
    state: StateCode = Field(examples=["GHA"])
    starts_on: Day = Field(examples=["2027-01-01"])
    ends_on: Day | None = None
    source: Link = Field(examples=["https://dialogue.example/news/chair"])


class OfficeEnd(Input):
    """The last day of an office."""

    ends_on: Day = Field(examples=["2027-12-31"])


class OfficeView(View):
    """A chair or co-chair of a dialogue, as people recorded it."""

    id: str
    dialogue: str
    office: str
    state: str
    starts_on: date
    ends_on: date | None
    source: str | None
    added_at: datetime
    withdrawn_at: datetime | None


class EngagementConsent(Input):
    """The requester's consent that a dialogue is told, and the words that it is told with."""

    dialogue: CodeText = Field(examples=["RABAT"])
    consents: Literal[True]
    """Given by sending it; there is no engagement without."""
    message: LongText | None = Field(
        default=None,
        examples=["We look for peers on biometric systems and would welcome a technical meeting."],
    )


class EngagementView(View):
    """How far a dialogue takes part in something."""

    id: str
    dialogue: str
    subject: str = Field(examples=["need:need_0123456789abcdef0123456789abcdef"])
    stakeholder: str
    message: str | None
    state: str
    consented_at: datetime
    consent_text: str
    consent_revoked_at: datetime | None
    changed_at: datetime
