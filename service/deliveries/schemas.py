"""What comes in and goes out about deliveries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, Strict, StringConstraints

from service.deliveries.rules import EARLIEST_YEAR, LATEST_YEAR, Completeness, Status
from service.web.schemas import (
    CodeText,
    IdText,
    Input,
    LanguageCode,
    Link,
    LongText,
    Revision,
    StateCode,
    Title,
    View,
)

Year = Annotated[int, Strict(), Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Institutions = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
States = Annotated[list[StateCode], Field(max_length=250)]
Parties = Annotated[list[IdText], Field(max_length=100)]
Codes = Annotated[list[CodeText], Field(max_length=40)]


class DeliveryRegistration(Input):
    """A delivery as it is registered. What is left out is unknown."""

    topic: Title = Field(examples=["Identify travel-document fraud and link the national bureaux"])
    language: LanguageCode = "en"
    status: Status = "completed"
    requesters: States = Field(default=[], examples=[["SEN", "MLI"]])
    requester_bodies: Codes = Field(default=[], examples=[["ECOWAS"]])
    requester_institutions: Institutions | None = None
    providers: States = Field(default=[], examples=[["FRA"]])
    provider_institutions: Institutions | None = None
    parties: Parties = Field(default=[], description="Stakeholders here that helped, where known.")
    providers_complete: Completeness = "unknown"
    commitments: Codes = Field(default=[], examples=[["T2-01"]])
    areas: Codes = Field(default=[], examples=[["EXP-DOC"]])
    modalities: Codes = Field(default=[], examples=[["MOD-TRAIN"]])
    year_from: Year | None = Field(default=None, examples=[2010])
    year_to: Year | None = Field(default=None, examples=[2012])
    programme: Name | None = None
    framework: Name | None = None
    dialogue: CodeText | None = None
    note: LongText | None = None
    source: Link = Field(examples=["https://programme.example/actions/41"])
    source_code: CodeText | None = None


class DeliveryRevision(Revision):
    """What changes about a delivery; what is left out stays."""

    clearable = frozenset(
        {
            "requester_institutions",
            "provider_institutions",
            "year_from",
            "year_to",
            "programme",
            "framework",
            "dialogue",
            "note",
        }
    )

    topic: Title | None = None
    language: LanguageCode | None = None
    status: Status | None = None
    requesters: States | None = None
    requester_bodies: Codes | None = None
    requester_institutions: Institutions | None = None
    providers: States | None = None
    provider_institutions: Institutions | None = None
    parties: Parties | None = None
    providers_complete: Completeness | None = None
    commitments: Codes | None = None
    areas: Codes | None = None
    modalities: Codes | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    programme: Name | None = None
    framework: Name | None = None
    dialogue: CodeText | None = None
    note: LongText | None = None
    source: Link | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """What a list of deliveries is narrowed to."""

    requester: Annotated[StateCode | None, Query(description="State that was helped.")] = None
    provider: Annotated[StateCode | None, Query(description="State that helped.")] = None
    party: IdText | None = None
    commitment: Annotated[CodeText | None, Query(description="With its sub-points.")] = None
    theme: CodeText | None = None
    dialogue: CodeText | None = None
    year: Annotated[
        int | None, Query(ge=EARLIEST_YEAR, le=LATEST_YEAR, description="Under way in that year.")
    ] = None
    status: Status | None = None
    q: Annotated[str | None, Query(max_length=200, description="Words that its texts hold.")] = None


class PartyLine(View):
    """A stakeholder that helped."""

    id: str
    name: str


class DeliveryView(View):
    """A delivery. Null means that nobody said."""

    id: str
    topic: str
    language: str
    status: str
    requesters: list[str]
    requester_bodies: list[str]
    requester_institutions: str | None
    providers: list[str]
    provider_institutions: str | None
    parties: list[PartyLine]
    providers_complete: str
    commitments: list[str]
    areas: list[str]
    modalities: list[str]
    year_from: int | None
    year_to: int | None
    programme: str | None
    framework: str | None
    dialogue: str | None
    note: str | None
    source: str
    source_code: str | None
    is_demonstration: bool
    registered_at: datetime
    retired_at: datetime | None
    version: int
