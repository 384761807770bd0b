"""What people add to dialogues: agenda, meetings, offices, engagements."""

from datetime import date, datetime
from typing import Literal

from clients.models.parts import LEFT_OUT, Answer, Input

MeetingKind = Literal[
    "ministerial_conference",
    "senior_officials_meeting",
    "technical_meeting",
    "steering_group",
    "working_group",
    "training",
    "side_event",
]


class AgendaItemAddition(Input):
    """Something that a dialogue works on: a theme or a commitment, one of the two."""

    title: str
    theme: str | None = None
    commitment: str | None = None
    starts_on: date
    ends_on: date | None = None
    source: str | None = None


class AgendaItemRevision(Input):
    """What changes about an item of the agenda; what is left out stays, and None clears what may be empty."""

    title: str = LEFT_OUT
    starts_on: date = LEFT_OUT
    ends_on: date | None = None
    source: str | None = None


class AgendaItem(Answer):
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

    title: str
    kind: MeetingKind
    held_on: date
    ends_on: date | None = None
    place: str | None = None
    note: str | None = None
    source: str | None = None


class MeetingRevision(Input):
    """What changes about a meeting; what is left out stays, and None clears what may be empty."""

    title: str = LEFT_OUT
    kind: MeetingKind = LEFT_OUT
    held_on: date = LEFT_OUT
    ends_on: date | None = None
    place: str | None = None
    note: str | None = None
    source: str | None = None


class Meeting(Answer):
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

    office: Literal["chair", "co_chair"]
    state: str
    starts_on: date
    ends_on: date | None = None
    source: str


class OfficeEnd(Input):
    """The last day of an office."""

    ends_on: date


class Office(Answer):
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

    dialogue: str
    consents: Literal[True]
    """Given by sending it; there is no engagement without."""
    message: str | None = None


class Engagement(Answer):
    """How far a dialogue takes part in something."""

    id: str
    dialogue: str
    subject: str
    stakeholder: str
    message: str | None
    state: str
    consented_at: datetime
    consent_text: str
    consent_revoked_at: datetime | None
    changed_at: datetime
