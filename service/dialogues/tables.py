"""Tables of what people add to dialogues. What is wrong or over is withdrawn or ended, never deleted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.dialogues.rules import ENGAGEMENT_STATES, MEETING_KINDS, OFFICES

_OPEN = text("consent_revoked_at IS NULL AND state NOT IN ('closed', 'declined')")


class Kept(SQLModel):
    """What every entry says about itself."""

    id: str = Field(primary_key=True, max_length=64)
    dialogue_code: str = Field(foreign_key="dialogue.code", max_length=64, index=True)
    source: str | None = Field(default=None, max_length=1_000)
    added_by: str = Field(max_length=64)
    added_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DialogueAgendaItem(Kept, table=True):
    """A theme or commitment that a dialogue works on for a time."""

    __tablename__ = "dialogue_agenda_item"
    __table_args__ = (
        CheckConstraint("(theme_code IS NULL) <> (commitment_code IS NULL)", name="one_subject"),
    )

    title: str = Field(max_length=300)
    theme_code: str | None = Field(default=None, foreign_key="theme.code", max_length=64, index=True)
    commitment_code: str | None = Field(
        default=None, foreign_key="commitment.code", max_length=64, index=True
    )
    starts_on: date = Field(index=True)
    ends_on: date | None = None


class DialogueMeeting(Kept, table=True):
    """A meeting of a dialogue, past or to come."""

    __tablename__ = "dialogue_meeting"
    __table_args__ = (one_of("kind", MEETING_KINDS),)

    title: str = Field(max_length=300)
    kind: str = Field(max_length=32)
    held_on: date = Field(index=True)
    ends_on: date | None = None
    place: str | None = Field(default=None, max_length=300)
    note: str | None = Field(default=None, sa_type=Text)


class DialogueOffice(Kept, table=True):
    """A state's chair or co-chair of a dialogue, as people know it; it lies over the base facts."""

    __tablename__ = "dialogue_office"
    __table_args__ = (one_of("office", OFFICES),)

    office: str = Field(max_length=16)
    iso3: str = Field(foreign_key="state.iso3", max_length=3, index=True)
    starts_on: date = Field(index=True)
    ends_on: date | None = None


class DialogueEngagement(SQLModel, table=True):
    """How far a dialogue takes part in something, by the requester's consent."""

    __tablename__ = "dialogue_engagement"
    __table_args__ = (
        one_of("state", ENGAGEMENT_STATES),
        # One engagement of a dialogue with a subject is open at a time.
        Index(
            "uq_dialogue_engagement_open",
            "dialogue_code",
            "subject",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: str = Field(primary_key=True, max_length=64)
    dialogue_code: str = Field(foreign_key="dialogue.code", max_length=64, index=True)
    subject: str = Field(max_length=100, index=True)
    """What it is about, as a reference (``need:need_…``)."""
    stakeholder_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    """The requester that consented."""
    message: str | None = Field(default=None, sa_type=Text)
    """What the requester tells the dialogue. Confidential."""
    state: str = Field(max_length=32, index=True)
    consented_by: str = Field(max_length=64)
    consented_at: datetime = Field(sa_type=UtcDateTime, index=True)
    consent_text: str = Field(max_length=32)
    """Version of the words that were consented to."""
    consent_revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
