"""What comes in and goes out of the reference room."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from service.web.schemas import CodeText, Input, LanguageCode, StateCode, View

Words = Annotated[str, StringConstraints(max_length=200)]
Label = Annotated[str, StringConstraints(max_length=64)]


@dataclass(frozen=True, slots=True)
class KindReport:
    """What a sync did to one kind, by code."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.changed or self.retired or self.returned)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync of the reference data did, and how people's corrections stand to it."""

    kinds: dict[str, KindReport] = field(default_factory=dict)
    absorbed: tuple[str, ...] = ()
    """Corrections that the files now say too: ``state/AFG.capital``. They can be withdrawn."""
    differing: tuple[str, ...] = ()
    """Corrections that the files still contradict. They stand."""

    @property
    def has_changes(self) -> bool:
        """Whether anything changed."""
        return any(kind.has_changes for kind in self.kinds.values())

    def lines(self) -> list[str]:
        """Return the report as lines to print."""
        lines = [line for name, kind in self.kinds.items() for line in _kind_lines(name, kind)]
        lines = lines or ["Nothing changed."]
        lines += [f"correction {code}: the files now say the same" for code in self.absorbed]
        return lines + [f"correction {code}: stands against the files" for code in self.differing]


MOST_NAMED = 10


def _kind_lines(name: str, kind: KindReport) -> list[str]:
    if not kind.has_changes:
        return []
    lines = [f"{name}: {len(kind.added)} added, {len(kind.changed)} changed, {len(kind.retired)} retired"]
    for what in ("changed", "retired", "returned"):
        codes: tuple[str, ...] = getattr(kind, what)
        if codes:
            more = f" and {len(codes) - MOST_NAMED} more" if len(codes) > MOST_NAMED else ""
            lines.append(f"  {what}: {', '.join(codes[:MOST_NAMED])}{more}")
    return lines


# --- what goes out


class CorrectionNote(View):
    """A fact that a person corrected: what the files say instead, and on what ground."""

    field: str = Field(examples=["capital"])
    instead_of: Any
    source: str
    recorded_at: datetime


class FrameworkLine(View):
    """A framework, in short."""

    code: str = Field(examples=["CRC"])
    short_name: str
    name: str = Field(examples=["Convention on the Rights of the Child"])
    kind: str = Field(examples=["treaty"])
    url: str | None


class FrameworkView(FrameworkLine):
    """A framework that the annex of the source text names."""

    custodian: str | None
    url_origin: str
    url_note: str | None
    dialogue: str | None
    regional_body: str | None
    themes: list[str] = Field(examples=[["T1"]])
    retired_on: date | None = None


class ObjectiveView(View):
    """An objective of the Global Compact for Migration."""

    number: int = Field(examples=[23])
    title: str
    instrument: str
    source: str
    verification: str
    commitments: list[str] = Field(examples=[["T5-01"]])
    """Commitments that serve it, as we judge it."""
    retired_on: date | None = None


class ThemeView(View):
    """A theme of the source text."""

    code: str = Field(examples=["T2"])
    number: int
    title: str
    short: str
    summary: str
    vulnerable_groups: list[str]
    frameworks: list[str]
    retired_on: date | None = None


class CommitmentLine(View):
    """An actionable commitment, in short."""

    code: str = Field(examples=["T1-01a"])
    theme: str = Field(examples=["T1"])
    parent: str | None = Field(examples=["T1-01"])
    title: str = Field(examples=["Screen, identify, refer and protect people with protection needs"])
    keywords: list[str]
    retired_on: date | None = None


class NamedExample(View):
    """Something that the source text names as an example."""

    name: str
    url: str | None


class CommitmentView(CommitmentLine):
    """An actionable commitment with what it rests on."""

    summary: str
    vulnerable_groups: list[str]
    actors: list[str]
    sdg_targets: list[str] = Field(examples=[["10.7", "16.2"]])
    crs_purposes: list[str] = Field(examples=[["15190"]])
    examples: list[NamedExample]
    mapping: str
    """How the links to objectives, targets and purposes came about."""
    parts: list[str]
    """Codes of its sub-points."""
    frameworks: list[FrameworkLine]
    objectives: list[int]
    corrections: list[CorrectionNote]


class StateLine(View):
    """A state or territory, in short, under its name in the language asked for."""

    iso3: str = Field(examples=["GHA"])
    iso2: str = Field(examples=["GH"])
    m49: str | None = Field(examples=["288"])
    kind: str = Field(examples=["un_member"])
    name: str = Field(examples=["Ghana"])
    region: str = Field(examples=["Africa"])
    subregion: str
    income: str | None = Field(examples=["lower_middle"])
    ldc: bool
    lldc: bool
    sids: bool
    languages: list[str] = Field(examples=[["en"]])
    """Official and de facto official languages."""
    retired_on: date | None = None


class PlaceInGroup(View):
    """A membership: of which group or state, as what, and how sure that is."""

    code: str = Field(examples=["RABAT"])
    name: str
    role: str = Field(examples=["member"])
    office: str | None = Field(examples=["chair"])
    since: str | None
    until: str | None
    as_of: str | None
    certainty: str = Field(examples=["documented"])
    source: str
    note: str | None
    corrected: bool


class StateView(StateLine):
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
    timezone: str = Field(examples=["Africa/Accra"])
    source: str
    note: str | None
    dialogues: list[PlaceInGroup]
    regional_bodies: list[PlaceInGroup]
    corrections: list[CorrectionNote]


class DialogueLine(View):
    """A dialogue, in short."""

    code: str = Field(examples=["RABAT"])
    name: str
    short_name: str = Field(examples=["Rabat Process"])
    type: str
    regions: str
    status: str = Field(examples=["active"])
    chairs: list[str]
    themes: list[str]
    commitments: list[str]
    completeness: str
    """How complete the list of members is."""
    retired_on: date | None = None


class DialogueView(DialogueLine):
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
    members: list[PlaceInGroup]
    corrections: list[CorrectionNote]


class RegionalBodyLine(View):
    """A regional body, in short."""

    code: str = Field(examples=["ECOWAS"])
    name: str
    seat: str
    seat_state: str = Field(examples=["NGA"])
    region: str
    dialogues: list[str]
    completeness: str
    retired_on: date | None = None


class RegionalBodyView(RegionalBodyLine):
    """A regional body with its members."""

    founded: int
    mobility_instrument: str | None
    named_in_source: bool
    as_of: str
    official_url: str
    source: str
    note: str | None
    members: list[PlaceInGroup]
    corrections: list[CorrectionNote]


class CodeListLine(View):
    """A code list."""

    name: str = Field(examples=["modality"])
    codes: int
    """How many codes of it are in use."""


class CodeView(View):
    """A code of a list, with its label in the language asked for."""

    list_name: str = Field(examples=["modality"])
    code: str = Field(examples=["MOD-PEER"])
    place: int
    label: str = Field(examples=["Peer review"])
    facts: dict[str, Any]
    source: str
    retired_on: date | None = None


class CorrectionView(View):
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


# --- what comes in


class Correction(Input):
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
    ] = Field(examples=["dialogue_membership"])
    code: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(examples=["PRAGUE/AZE"])
    field: Annotated[str, StringConstraints(pattern=r"^[a-z_0-9]{1,32}$")] = Field(examples=["role"])
    value: Any = Field(examples=["observer"])
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1_000)] = Field(
        examples=["https://www.pragueprocess.eu/en/prague-process"]
    )


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """Which commitments are wanted."""

    theme: CodeText | None = None
    framework: CodeText | None = None
    objective: Annotated[int, Field(ge=1, le=23)] | None = None
    q: Words | None = None


@dataclass(frozen=True, slots=True)
class StateFilter:
    """Which states are wanted."""

    region: Label | None = None
    subregion: Label | None = None
    kind: CodeText | None = None
    income: CodeText | None = None
    ldc: bool | None = None
    lldc: bool | None = None
    sids: bool | None = None
    language: LanguageCode | None = None
    dialogue: CodeText | None = None
    regional_body: CodeText | None = None
    q: Words | None = None


@dataclass(frozen=True, slots=True)
class DialogueFilter:
    """Which dialogues are wanted."""

    theme: CodeText | None = None
    commitment: CodeText | None = None
    status: CodeText | None = None
    state: StateCode | None = None
    q: Words | None = None


# --- what the rooms above compute with


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What a round needs to know of a state."""

    code: str
    region: str
    subregion: str
    income: str | None
    ldc: bool
    lldc: bool
    sids: bool
    languages: tuple[str, ...]
    latitude: float
    longitude: float
    """Of the capital, or of the middle of the territory where no capital is given."""
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """What a round needs to know of a commitment."""

    code: str
    theme: str
    parent: str | None
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An expertise area and the commitments that it serves."""

    code: str
    commitments: tuple[str, ...]
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """What a round needs to know of a dialogue or regional body. Its code is unique only with its kind."""

    kind: Literal["dialogue", "regional_body"]
    code: str
    status: str
    """As ``dialogue_status``; of a regional body always ``active``, since none that ended is listed."""
    completeness: str
    themes: tuple[str, ...]
    commitments: tuple[str, ...]
    type: str | None
    membership_rule: str | None
    retired_on: date | None
