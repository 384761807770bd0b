"""Base facts: themes, commitments, frameworks, objectives, code lists, states, dialogues, regional bodies."""

from datetime import date, datetime
from typing import Any, Literal

from clients.models.parts import Answer, Input


class CorrectionNote(Answer):
    """A fact that a person corrected: what the files say instead, and on what ground."""

    field: str
    instead_of: Any
    source: str
    recorded_at: datetime


class FrameworkLine(Answer):
    """A framework, in short."""

    code: str
    short_name: str
    name: str
    kind: str
    url: str | None


class Framework(FrameworkLine):
    """A framework that the annex of the source text names."""

    custodian: str | None
    url_origin: str
    url_note: str | None
    dialogue: str | None
    regional_body: str | None
    themes: list[str]
    retired_on: date | None = None


class Objective(Answer):
    """An objective of the Global Compact for Migration."""

    number: int
    title: str
    instrument: str
    source: str
    verification: str
    commitments: list[str]
    """Commitments that serve it, as we judge it."""
    retired_on: date | None = None


class Theme(Answer):
    """A theme of the source text."""

    code: str
    number: int
    title: str
    short: str
    summary: str
    vulnerable_groups: list[str]
    frameworks: list[str]
    retired_on: date | None = None


class CommitmentLine(Answer):
    """An actionable commitment, in short."""

    code: str
    theme: str
    parent: str | None
    title: str
    keywords: list[str]
    retired_on: date | None = None


class Example(Answer):
    """Something that the source text names as an example."""

    name: str
    url: str | None


class Commitment(CommitmentLine):
    """An actionable commitment with what it rests on."""

    summary: str
    vulnerable_groups: list[str]
    actors: list[str]
    sdg_targets: list[str]
    crs_purposes: list[str]
    examples: list[Example]
    mapping: str
    """How the links to objectives, targets and purposes came about."""
    parts: list[str]
    """Codes of its sub-points."""
    frameworks: list[FrameworkLine]
    objectives: list[int]
    corrections: list[CorrectionNote]


class StateLine(Answer):
    """A state or territory, in short, under its name in the language asked for."""

    iso3: str
    iso2: str
    m49: str | None
    kind: str
    name: str
    region: str
    subregion: str
    income: str | None
    ldc: bool
    lldc: bool
    sids: bool
    languages: list[str]
    """Official and de facto official languages."""
    retired_on: date | None = None


class Place(Answer):
    """A membership: of which group or state, as what, and how sure that is."""

    code: str
    name: str
    role: str
    office: str | None
    since: str | None
    until: str | None
    as_of: str | None
    certainty: str
    source: str
    note: str | None
    corrected: bool


class State(StateLine):
    """A state or territory with its memberships. Nothing here takes a position on status."""

    names: dict[str, str]
    common_name: str
    intermediate_region: str | None
    income_basis: str | None
    languages_regional: list[str]
    languages_spoken: list[str]
    capital: str | None
    capital_lat: float | None
    capital_lon: float | None
    centroid_lat: float
    centroid_lon: float
    timezone: str
    source: str
    note: str | None
    dialogues: list[Place]
    regional_bodies: list[Place]
    corrections: list[CorrectionNote]


class DialogueLine(Answer):
    """A dialogue, in short."""

    code: str
    name: str
    short_name: str
    type: str
    regions: str
    status: str
    chairs: list[str]
    themes: list[str]
    commitments: list[str]
    completeness: str
    """How complete the list of members is."""
    retired_on: date | None = None


class Dialogue(DialogueLine):
    """A dialogue with its members."""

    start_year: int
    end_year: int | None
    secretariat: str
    secretariat_seat: str | None
    chair_note: str | None
    membership_rule: str
    declared_states: str
    thematic_areas: str
    mapping: str
    status_note: str | None
    named_in_source: bool
    official_url: str
    checked_on: date
    source: str
    note: str | None
    members: list[Place]
    corrections: list[CorrectionNote]


class RegionalBodyLine(Answer):
    """A regional body, in short."""

    code: str
    name: str
    seat: str
    seat_state: str
    region: str
    dialogues: list[str]
    completeness: str
    retired_on: date | None = None


class RegionalBody(RegionalBodyLine):
    """A regional body with its members."""

    founded: int
    mobility_instrument: str | None
    named_in_source: bool
    as_of: str
    official_url: str
    source: str
    note: str | None
    members: list[Place]
    corrections: list[CorrectionNote]


class CodeListLine(Answer):
    """A code list."""

    name: str
    codes: int
    """How many codes of it are in use."""


class Code(Answer):
    """A code of a list, with its label in the language asked for."""

    list_name: str
    code: str
    place: int
    label: str
    facts: dict[str, Any]
    source: str
    retired_on: date | None = None


class CorrectionRequest(Input):
    """A correction of one fact. It lies over what the files say until it is withdrawn."""

    kind: Literal[
        "state",
        "dialogue",
        "regional_body",
        "framework",
        "commitment",
        "dialogue_membership",
        "regional_body_membership",
        "code_entry",
    ]
    code: str
    """``GHA``; of a membership ``PRAGUE/AZE``."""
    field: str
    value: Any
    source: str


class Correction(Answer):
    """A correction of a fact, for those who look after the instance."""

    id: str
    kind: str
    code: str
    field: str
    value: Any
    author: str
    source: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
