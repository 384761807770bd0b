"""Tables of needs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.needs.rules import (
    DELIVERY_MODES,
    HARM_ANSWERS,
    HARM_MOMENTS,
    JUDGEMENTS,
    LEVELS,
    STATES,
    URGENCIES,
    WIDENING_STATES,
    WISHES,
)


class Need(SQLModel, table=True):
    """A request for assistance."""

    __tablename__ = "need"
    __table_args__ = (
        one_of("state", STATES),
        one_of("confidentiality", LEVELS),
        one_of("urgency", URGENCIES),
        one_of("delivery_mode", DELIVERY_MODES),
        UniqueConstraint("lead_id", "desk_id", "case_number"),
        Index(None, "registered_at", "id"),
    )

    id: str = Field(primary_key=True, max_length=64)
    lead_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    """The requester that leads a joint request, or asks alone."""
    desk_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    """The handling desk, chosen by the requester."""
    case_number: str | None = Field(default=None, max_length=64)
    """The desk's file number, given at submission and counted per requester and desk: a global number, or one
    that counts drafts and other desks' cases, would tell of needs that its reader may not see."""
    kind: str = Field(max_length=64)
    title: str = Field(max_length=300)
    context: str = Field(default="", sa_type=Text)
    expected_result: str = Field(default="", sa_type=Text)
    what_exists: str = Field(default="", sa_type=Text)
    done_when: str = Field(default="", sa_type=Text)
    language: str = Field(max_length=16, index=True)
    """Language that the text is written in."""
    public_summary: str | None = Field(default=None, sa_type=Text)
    """What everybody may read at the level ``public_summary``; written to be public."""
    state: str = Field(default="draft", max_length=32, index=True)
    confidentiality: str = Field(default="secretariat_only", max_length=32)
    urgency: str = Field(default="routine", max_length=16)
    delivery_mode: str | None = Field(default=None, max_length=32)
    starts_on: date | None = None
    ends_on: date | None = None
    beneficiaries: list[str] = Field(sa_column=Column(Codes, nullable=False))
    interpretation_offered: bool | None = None
    public_bodies_only: bool = False
    max_days: int | None = None
    """Most expert-days of one expert."""
    max_cost_per_day_usd: int | None = None
    cost_bearer: str | None = Field(default=None, max_length=32)
    funding_note: str = Field(default="", sa_type=Text)
    matching_allowed: bool = True
    """Whether the requester lets the desk take it into rounds."""
    is_expedited: bool = False
    """Whether it is an emergency that goes ahead of its endorsement."""
    registered_on_behalf: bool = False
    """Whether the desk registered it for a requester."""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the requester confirmed what the desk registered for it; until then nothing moves it."""
    confirmed_by: str | None = Field(default=None, max_length=64)
    confirmed_text_version: int | None = None
    refusal_reason: str | None = Field(default=None, sa_type=Text)
    """Why the requester refused what the desk registered for it."""
    in_scope: bool = True
    duplicate_of: str | None = Field(default=None, foreign_key="need.id", max_length=64)
    clarification_question: str | None = Field(default=None, sa_type=Text)
    ineligible_code: str | None = Field(default=None, max_length=64)
    unmet_reason: str | None = Field(default=None, max_length=64)
    registered_at: datetime = Field(sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    circulated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was first circulated; before, nobody but requester and desk sees it."""
    endorsement_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until when an emergency that went ahead has to be endorsed; nothing once it is."""
    set_back_code: str | None = Field(default=None, max_length=64)
    """Why it is out of rounds and hidden from others again, until its requesters put that right."""
    level_set_by: str | None = Field(default=None, max_length=64)
    """The account that chose its level before it was submitted."""
    changed_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1
    """Counts every change that a reader may notice."""
    text_version: int = 1
    """Counts the changes of what the need says; an endorsement names the one that it saw."""
    source: str | None = Field(default=None, max_length=1000)
    is_demonstration: bool = False


class NeedRequester(SQLModel, table=True):
    """Somebody who asks. The lead is at position 0."""

    __tablename__ = "need_requester"

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64, index=True)
    position: int = 0
    endorsed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    endorsed_by: str | None = Field(default=None, max_length=64)
    endorsed_text_version: int | None = None


class NeedCommitment(SQLModel, table=True):
    """A commitment that the need serves."""

    __tablename__ = "need_commitment"

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    commitment_code: str = Field(primary_key=True, foreign_key="commitment.code", max_length=16, index=True)


class NeedComponent(SQLModel, table=True):
    """One thing that the need wants covered."""

    __tablename__ = "need_component"
    __table_args__ = (
        CheckConstraint("experts >= 1", name="experts_counted"),
        CheckConstraint("days >= 1", name="days_counted"),
    )

    id: str = Field(primary_key=True, max_length=64)
    need_id: str = Field(foreign_key="need.id", max_length=64, index=True)
    position: int
    area: str | None = Field(default=None, max_length=64)
    modality: str | None = Field(default=None, max_length=64)
    languages: list[dict[str, Any]] | None = Field(sa_column=Column(JSON(none_as_null=True)))
    """Languages it can be done in, any one is enough: code and CEFR level. None: nobody stated one."""
    experts: int = 1
    days: int | None = None
    """Expert-days of each expert."""
    is_mandatory: bool = True
    note: str = Field(default="", sa_type=Text)


class NeedProviderWish(SQLModel, table=True):
    """What the requester wishes about a provider. ``do_not_pair`` is for the requester's own eyes."""

    __tablename__ = "need_provider_wish"
    __table_args__ = (one_of("wish", WISHES),)

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64)
    wish: str = Field(primary_key=True, max_length=16)


class NeedNamedProvider(SQLModel, table=True):
    """A provider to which the requester lets the need be shown, at ``named_providers`` and wider."""

    __tablename__ = "need_named_provider"

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64, index=True)


class NeedDialogue(SQLModel, table=True):
    """A dialogue that the requester would like to host the work."""

    __tablename__ = "need_dialogue"

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    dialogue_code: str = Field(primary_key=True, foreign_key="dialogue.code", max_length=32, index=True)


class NeedHarmAnswer(SQLModel, table=True):
    """What the requester says about a harm that the help might do, and how the desk judges it."""

    __tablename__ = "need_harm_answer"
    __table_args__ = (
        one_of("moment", HARM_MOMENTS),
        one_of("answer", HARM_ANSWERS),
        one_of("judgement", JUDGEMENTS),
    )

    need_id: str = Field(primary_key=True, foreign_key="need.id", max_length=64)
    harm: str = Field(primary_key=True, max_length=64)
    moment: str = Field(primary_key=True, max_length=16)
    """Before the work, or after it."""
    answer: str = Field(max_length=16)
    explanation: str = Field(default="", sa_type=Text)
    answered_by: str | None = Field(default=None, max_length=64)
    answered_at: datetime = Field(sa_type=UtcDateTime)
    text_version: int
    """The version of the need's text that the answer was given to."""
    judgement: str | None = Field(default=None, max_length=16)
    condition: str = Field(default="", sa_type=Text)
    judged_by: str | None = Field(default=None, max_length=64)
    judged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NeedWidening(SQLModel, table=True):
    """A wish to let more people see a need, bound to a version of its text, until a second person agrees."""

    __tablename__ = "need_widening"
    __table_args__ = (
        one_of("state", WIDENING_STATES),
        Index(
            "uq_need_widening_asked",
            "need_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: str = Field(primary_key=True, max_length=64)
    need_id: str = Field(foreign_key="need.id", max_length=64, index=True)
    state: str = Field(default="asked", max_length=16)
    text_version: int
    from_level: str = Field(max_length=32)
    to_level: str = Field(max_length=32)
    named: list[str] = Field(sa_column=Column(Codes, nullable=False))
    """Providers that are to be named in addition."""
    public_summary: str | None = Field(default=None, sa_type=Text)
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it happens by itself; only where nobody else acts for the state."""
    ended_by: str | None = Field(default=None, max_length=64)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
