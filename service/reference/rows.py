"""What a row of the files must look like, kind by kind. A correction by a person meets the same rules."""

import re
import zoneinfo
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    computed_field,
)

from service.reference.rules import (
    BODY_ROLES,
    COMPLETENESS,
    CONFIDENCE,
    DIALOGUE_ROLES,
    DIALOGUE_STATUSES,
    INCOME_GROUPS,
    STATE_KINDS,
    VERIFICATIONS,
    Values,
    first_day,
    last_day,
)

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _bare(text: str) -> str:
    if text != text.strip():
        raise ValueError("there are blanks around this")
    if _UNFIT.search(text):
        raise ValueError("this holds a control character")
    return text


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return [part for part in value.split(";") if part]
    return [] if value is None else value


def _once(codes: list[str]) -> list[str]:
    if len(set(codes)) != len(codes):
        raise ValueError("a code is given twice")
    return codes


def _theme(value: Any) -> Any:
    if isinstance(value, list):
        return [_theme(item) for item in value]
    return f"T{value}" if re.fullmatch(r"[1-5]", str(value)) else value


def _period(text: str) -> str:
    first_day(text)
    return text


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("this is no time zone")
    return name


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _listed(values: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in values:
            raise ValueError("this is not one of the choices")
        return value

    return AfterValidator(check)


Words = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(_bare)]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
ManyWords = Annotated[list[Words], BeforeValidator(_split), AfterValidator(_once)]
ThemeCode = Annotated[str, BeforeValidator(_theme)]
ThemeCodes = Annotated[list[str], BeforeValidator(_theme), BeforeValidator(_split), AfterValidator(_once)]
Period = Annotated[str, StringConstraints(max_length=10), AfterValidator(_period)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+\.[^/\s]+")]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Year = Annotated[int, Field(ge=1800, le=2200)]


class FileRow(BaseModel):
    """One row. Empty cells are unknown; a column that nobody expects is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, allow_inf_nan=False)
    refers: ClassVar[Mapping[str, str]] = {}
    """Which kind (or ``list:NAME``) the codes of a field belong to."""

    def values(self) -> Values:
        """Return the values of the table's columns."""
        return self.model_dump()


class StateRow(FileRow):
    """A row of ``states.csv``."""

    refers = {"languages_official": "list:language"}

    iso3: Iso3
    iso2: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    m49: Annotated[str, StringConstraints(pattern=r"^\d{3}$")] | None
    kind: Annotated[str, _listed(STATE_KINDS)]
    name_common: Words = Field(alias="name_common_en")
    name_en: Words
    name_fr: Words
    name_es: Words
    name_ar: Words
    name_ru: Words
    name_zh: Words
    name_pt: Words
    region: Words = Field(alias="un_region")
    subregion: Words = Field(alias="un_subregion")
    intermediate_region: Words | None = Field(alias="un_intermediate_region")
    income: Annotated[str, _listed(INCOME_GROUPS)] | None = Field(alias="wb_income_group")
    income_basis: Words | None = Field(alias="wb_income_basis")
    ldc: bool
    lldc: bool
    sids: bool
    languages_official: Annotated[ManyWords, Field(min_length=1)]
    languages_regional: ManyWords
    languages_spoken: ManyWords = Field(alias="languages_10pct")
    capital: Words | None
    capital_lat: Latitude | None
    capital_lon: Longitude | None
    centroid_lat: Latitude
    centroid_lon: Longitude
    timezone: Annotated[str, AfterValidator(_zone)]
    source: Words
    note: Words | None


class DialogueRow(FileRow):
    """A row of ``dialogues.csv``."""

    refers = {
        "chairs": "state",
        "themes": "theme",
        "commitments": "commitment",
        "type": "list:dialogue_type",
    }

    code: Slug
    name: Words
    short_name: Words
    type: Slug
    regions: Words
    start_year: Year
    end_year: Year | None
    secretariat: Words
    secretariat_seat: Words | None
    chairs: ManyWords = Field(alias="chair_iso3")
    chair_note: Words | None
    membership_rule: Annotated[
        str, StringConstraints(pattern=r"^(listed|open_to_all_un_members|members_of:[A-Z]+)$")
    ]
    declared_states: Words
    thematic_areas: Words
    themes: ThemeCodes
    commitments: ManyWords
    mapping: Words
    status: Annotated[str, _listed(DIALOGUE_STATUSES)]
    status_note: Words | None
    completeness: Annotated[str, _listed(COMPLETENESS)]
    named_in_source: bool
    official_url: Address
    checked_on: date = Field(alias="checked")
    source: Address
    note: Words | None


class RegionalBodyRow(FileRow):
    """A row of ``regional_bodies.csv``."""

    refers = {"seat_iso3": "state", "dialogues": "dialogue"}

    code: Slug
    name: Words
    seat: Words
    seat_iso3: Iso3
    founded: Year
    region: Words
    mobility_instrument: Words | None
    dialogues: ManyWords = Field(alias="linked_dialogues")
    named_in_source: bool
    completeness: Annotated[str, _listed(COMPLETENESS)]
    as_of: Period
    official_url: Address
    source: Words
    note: Words | None


class DatedRow(FileRow):
    """What both kinds of memberships share: when."""

    iso3: Iso3
    since: Period | None = None
    until: Period | None = None

    @computed_field
    def valid_from(self) -> date | None:
        """The first day of ``since``."""
        return first_day(self.since)

    @computed_field
    def valid_to(self) -> date | None:
        """The last day of ``until``."""
        return last_day(self.until)


class DialogueMembershipRow(DatedRow):
    """A row of ``dialogue_members.csv``."""

    refers = {"dialogue_code": "dialogue", "iso3": "state", "office": "list:dialogue_office"}

    dialogue_code: Slug
    role: Annotated[str, _listed(DIALOGUE_ROLES)]
    office: Slug | None
    as_of: Period
    confidence: Annotated[str, _listed(CONFIDENCE)]
    source: Words
    note: Words | None


class RegionalBodyMembershipRow(DatedRow):
    """A row of ``regional_body_members.csv``."""

    refers = {"body_code": "regional_body", "iso3": "state"}

    body_code: Slug
    role: Annotated[str, _listed(BODY_ROLES)]
    verification: Annotated[str, _listed(VERIFICATIONS)]
    source: Words
    note: Words | None


class ThemeRow(FileRow):
    """A theme of ``commitments.yaml``."""

    refers = {"vulnerable_groups": "list:beneficiary"}

    code: Annotated[str, StringConstraints(pattern=r"^T[1-5]$")]
    number: Annotated[int, Field(ge=1, le=5)]
    title: Words
    short: Words
    summary: Words
    vulnerable_groups: ManyWords = Field(alias="vulnerable_groups_named")


class FrameworkRow(FileRow):
    """A framework of ``commitments.yaml``."""

    refers = {
        "kind": "list:framework_kind",
        "dialogue_code": "dialogue",
        "regional_body_code": "regional_body",
    }

    code: Slug
    short_name: Words
    name: Words
    kind: Slug
    custodian: Words | None = None
    url: Address | None
    url_origin: Literal["source", "corrected", "added", "none"]
    url_note: Words | None = None
    url_as_printed: Words | None = Field(default=None, alias="source_url_as_printed")
    dialogue_code: Slug | None = None
    regional_body_code: Slug | None = None


class GcmObjectiveRow(FileRow):
    """A row of ``gcm_objectives.csv``."""

    number: Annotated[int, Field(ge=1, le=23)]
    title: Words
    instrument: Words
    source: Address
    verification: Words


class Example(BaseModel):
    """An example that the source text names."""

    model_config = ConfigDict(extra="forbid")

    name: Words
    url: Address | None


class CommitmentRow(FileRow):
    """A commitment of ``commitments.yaml``."""

    refers = {
        "theme_code": "theme",
        "parent_code": "commitment",
        "vulnerable_groups": "list:beneficiary",
        "actors": "list:actor",
        "crs_purposes": "list:crs_purpose",
    }

    code: Annotated[str, StringConstraints(pattern=r"^T[1-5]-\d\d[a-z]?$")]
    theme_code: ThemeCode = Field(alias="theme")
    parent_code: Slug | None = Field(default=None, alias="parent")
    title: Annotated[Words, Field(max_length=80)]
    summary: Annotated[Words, Field(min_length=40)]
    keywords: Annotated[ManyWords, Field(min_length=1)]
    vulnerable_groups: ManyWords
    actors: ManyWords
    sdg_targets: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^([1-9]|1[0-7])\.(\d{1,2}|[a-d])$")]],
        AfterValidator(_once),
    ]
    crs_purposes: ManyWords = Field(alias="crs_purpose_codes")
    examples: list[Example] = Field(default_factory=list, alias="examples_named")
    mapping: Words


class ThemeFrameworkRow(FileRow):
    """A framework under a theme."""

    refers = {"theme_code": "theme", "framework_code": "framework"}

    theme_code: Slug
    framework_code: Slug


class CommitmentFrameworkRow(FileRow):
    """A framework of a commitment."""

    refers = {"commitment_code": "commitment", "framework_code": "framework"}

    commitment_code: Slug
    framework_code: Slug


class CommitmentObjectiveRow(FileRow):
    """An objective of a commitment."""

    refers = {"commitment_code": "commitment", "objective_number": "gcm_objective"}

    commitment_code: Slug
    objective_number: int


class CodeEntryRow(FileRow):
    """A code of a list of ``taxonomies.yaml``, ``commitments.yaml`` or ``lists.yaml``."""

    list_name: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,32}$")]
    code: Slug
    place: int
    label: Words
    labels: dict[Literal["fr", "es", "ar", "ru", "zh", "pt"], Words] = Field(default_factory=dict)
    facts: dict[str, Any]
    source: Words
