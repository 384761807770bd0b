"""Tables of the reference data. Rows of the files are retired, never deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.reference.rules import (
    BODY_ROLES,
    COMPLETENESS,
    CONFIDENCE,
    DIALOGUE_ROLES,
    DIALOGUE_STATUSES,
    INCOME_GROUPS,
    KINDS,
    STATE_KINDS,
    VERIFICATIONS,
)


def _codes() -> Any:
    return Field(sa_column=Column(Codes, nullable=False))


class Retirable(SQLModel):
    """A fact that the files may stop naming."""

    retired_on: date | None = None
    """The day on which the files no longer had it."""


class State(Retirable, table=True):
    """A state or territory, under its UN name. Listing takes no position on status."""

    __tablename__ = "state"
    __table_args__ = (one_of("kind", STATE_KINDS), one_of("income", INCOME_GROUPS))

    iso3: str = Field(primary_key=True, max_length=3)
    iso2: str = Field(max_length=2, unique=True)
    m49: str | None = Field(default=None, max_length=3, unique=True)
    kind: str = Field(max_length=32)
    name_common: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    name_fr: str = Field(max_length=200)
    name_es: str = Field(max_length=200)
    name_ar: str = Field(max_length=200)
    name_ru: str = Field(max_length=200)
    name_zh: str = Field(max_length=200)
    name_pt: str = Field(max_length=200)
    region: str = Field(max_length=64, index=True)
    subregion: str = Field(max_length=64, index=True)
    intermediate_region: str | None = Field(default=None, max_length=64)
    income: str | None = Field(default=None, max_length=16)
    income_basis: str | None = Field(default=None, max_length=100)
    ldc: bool
    lldc: bool
    sids: bool
    languages_official: list[str] = _codes()
    """Official and de facto official languages, as BCP 47 tags."""
    languages_regional: list[str] = _codes()
    languages_spoken: list[str] = _codes()
    """Languages of a tenth of the people or more; the shares are estimates."""
    capital: str | None = Field(default=None, max_length=100)
    """Blank where the status is disputed."""
    capital_lat: float | None = None
    capital_lon: float | None = None
    centroid_lat: float
    centroid_lon: float
    timezone: str = Field(max_length=64)
    source: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)


class Dialogue(Retirable, table=True):
    """A migration dialogue or process: its base data."""

    __tablename__ = "dialogue"
    __table_args__ = (one_of("status", DIALOGUE_STATUSES), one_of("completeness", COMPLETENESS))

    code: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=300)
    short_name: str = Field(max_length=100)
    type: str = Field(max_length=64)
    regions: str = Field(max_length=300)
    start_year: int
    end_year: int | None = None
    secretariat: str = Field(sa_type=Text)
    secretariat_seat: str | None = Field(default=None, max_length=200)
    chairs: list[str] = _codes()
    """ISO codes of the states that chair."""
    chair_note: str | None = Field(default=None, sa_type=Text)
    membership_rule: str = Field(max_length=64)
    """``listed``, ``open_to_all_un_members`` or ``members_of:BODY``."""
    declared_states: str = Field(max_length=300)
    thematic_areas: str = Field(sa_type=Text)
    themes: list[str] = _codes()
    commitments: list[str] = _codes()
    mapping: str = Field(max_length=64)
    status: str = Field(max_length=16, index=True)
    status_note: str | None = Field(default=None, sa_type=Text)
    completeness: str = Field(max_length=16)
    named_in_source: bool
    official_url: str = Field(max_length=1_000)
    checked_on: date
    source: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)


class RegionalBody(Retirable, table=True):
    """A regional body with a mandate that touches mobility."""

    __tablename__ = "regional_body"
    __table_args__ = (one_of("completeness", COMPLETENESS),)

    code: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=300)
    seat: str = Field(max_length=100)
    seat_iso3: str = Field(max_length=3, foreign_key="state.iso3")
    founded: int
    region: str = Field(max_length=200)
    mobility_instrument: str | None = Field(default=None, sa_type=Text)
    """From general knowledge; not looked up."""
    dialogues: list[str] = _codes()
    named_in_source: bool
    completeness: str = Field(max_length=16)
    as_of: str = Field(max_length=10)
    official_url: str = Field(max_length=1_000)
    source: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)


class Theme(Retirable, table=True):
    """One of the five themes of the source text."""

    __tablename__ = "theme"

    code: str = Field(primary_key=True, max_length=16)
    number: int = Field(unique=True)
    title: str = Field(max_length=300)
    short: str = Field(max_length=100)
    summary: str = Field(sa_type=Text)
    vulnerable_groups: list[str] = _codes()


class Framework(Retirable, table=True):
    """A treaty, plan, guidance or body that the annex of the source text names."""

    __tablename__ = "framework"

    code: str = Field(primary_key=True, max_length=32)
    short_name: str = Field(max_length=200)
    name: str = Field(max_length=300)
    kind: str = Field(max_length=32, index=True)
    custodian: str | None = Field(default=None, max_length=200)
    url: str | None = Field(default=None, max_length=1_000)
    url_origin: str = Field(max_length=16)
    """Whether the address stands in the source text or was corrected or added."""
    url_note: str | None = Field(default=None, sa_type=Text)
    url_as_printed: str | None = Field(default=None, max_length=1_000)
    dialogue_code: str | None = Field(default=None, foreign_key="dialogue.code", max_length=32)
    regional_body_code: str | None = Field(default=None, foreign_key="regional_body.code", max_length=32)


class GcmObjective(Retirable, table=True):
    """One of the 23 objectives of the Global Compact for Migration."""

    __tablename__ = "gcm_objective"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: str = Field(max_length=300)
    instrument: str = Field(max_length=100)
    source: str = Field(max_length=1_000)
    verification: str = Field(max_length=200)


class Commitment(Retirable, table=True):
    """An actionable commitment of the source text, in our own words."""

    __tablename__ = "commitment"

    code: str = Field(primary_key=True, max_length=16)
    theme_code: str = Field(foreign_key="theme.code", max_length=16, index=True)
    parent_code: str | None = Field(default=None, foreign_key="commitment.code", max_length=16)
    title: str = Field(max_length=80)
    summary: str = Field(sa_type=Text)
    keywords: list[str] = _codes()
    vulnerable_groups: list[str] = _codes()
    actors: list[str] = _codes()
    sdg_targets: list[str] = _codes()
    crs_purposes: list[str] = _codes()
    examples: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    """What the source text names as examples: name and address."""
    mapping: str = Field(max_length=64)


class ThemeFramework(Retirable, table=True):
    """A framework that the source text names under a theme."""

    __tablename__ = "theme_framework"

    theme_code: str = Field(primary_key=True, foreign_key="theme.code", max_length=16)
    framework_code: str = Field(primary_key=True, foreign_key="framework.code", max_length=32)


class CommitmentFramework(Retirable, table=True):
    """A framework that bears on a commitment, as we judge it."""

    __tablename__ = "commitment_framework"

    commitment_code: str = Field(primary_key=True, foreign_key="commitment.code", max_length=16)
    framework_code: str = Field(primary_key=True, foreign_key="framework.code", max_length=32)


class CommitmentObjective(Retirable, table=True):
    """An objective of the Global Compact that a commitment serves, as we judge it."""

    __tablename__ = "commitment_objective"

    commitment_code: str = Field(primary_key=True, foreign_key="commitment.code", max_length=16)
    objective_number: int = Field(primary_key=True, foreign_key="gcm_objective.number")


class DialogueMembership(Retirable, table=True):
    """A state's place in a dialogue."""

    __tablename__ = "dialogue_membership"
    __table_args__ = (one_of("role", DIALOGUE_ROLES), one_of("confidence", CONFIDENCE))

    dialogue_code: str = Field(primary_key=True, foreign_key="dialogue.code", max_length=32)
    iso3: str = Field(primary_key=True, foreign_key="state.iso3", max_length=3, index=True)
    role: str = Field(max_length=16)
    office: str | None = Field(default=None, max_length=32)
    as_of: str = Field(max_length=10)
    """The date of what was read: a year, month or day."""
    since: str | None = Field(default=None, max_length=10)
    until: str | None = Field(default=None, max_length=10)
    valid_from: date | None = None
    """First day of ``since``."""
    valid_to: date | None = None
    """Last day of ``until``."""
    confidence: str = Field(max_length=16)
    source: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)


class RegionalBodyMembership(Retirable, table=True):
    """A state's place in a regional body."""

    __tablename__ = "regional_body_membership"
    __table_args__ = (one_of("role", BODY_ROLES), one_of("verification", VERIFICATIONS))

    body_code: str = Field(primary_key=True, foreign_key="regional_body.code", max_length=32)
    iso3: str = Field(primary_key=True, foreign_key="state.iso3", max_length=3, index=True)
    role: str = Field(max_length=16)
    since: str | None = Field(default=None, max_length=10)
    until: str | None = Field(default=None, max_length=10)
    valid_from: date | None = None
    """First day of ``since``."""
    valid_to: date | None = None
    """Last day of ``until``."""
    verification: str = Field(max_length=32)
    source: str = Field(sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)


class CodeEntry(Retirable, table=True):
    """A code of a list. It is unique within its list only."""

    __tablename__ = "code_entry"

    list_name: str = Field(primary_key=True, max_length=32)
    code: str = Field(primary_key=True, max_length=64)
    place: int
    """Place in its list, as the file has it; many lists have an order that means something."""
    label: str = Field(max_length=300)
    labels: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """Labels in other languages."""
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str = Field(max_length=300)


class ReferenceCorrection(SQLModel, table=True):
    """What a person says about a fact, laid over what the files say."""

    __tablename__ = "reference_correction"
    __table_args__ = (
        one_of("kind", KINDS),
        # One correction of a field stands at a time; the next one takes its place.
        Index(
            "uq_reference_correction_standing",
            "kind",
            "code",
            "field",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=32)
    code: str = Field(max_length=100)
    """The code within its kind; of a membership ``PRAGUE/AZE``, of a code list ``modality/MOD-PEER``."""
    field: str = Field(max_length=32)
    value: Any = Field(sa_column=Column(JSON, nullable=False))
    author: str = Field(max_length=64)
    source: str = Field(max_length=1_000)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = Field(default=None, max_length=64)
