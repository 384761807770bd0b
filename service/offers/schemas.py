"""What comes in and goes out about offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, ClassVar

from fastapi import Query
from pydantic import Field, Strict, StringConstraints

from service.offers.rules import (
    Cefr,
    DeliveryMode,
    Evidence,
    Kind,
    LanguageBasis,
    Level,
    Proficiency,
    State,
)
from service.web.schemas import (
    CodeText,
    Day,
    Flag,
    IdText,
    Input,
    LanguageCode,
    Link,
    LongText,
    Move,
    Reason,
    Revision,
    StateCode,
    Title,
    View,
    Whole,
)

Month = Annotated[int, Strict(), Field(ge=1, le=12)]
Capacity = Annotated[Whole, Field(ge=1, le=1_000)]
DaysPerYear = Annotated[Whole, Field(ge=1, le=3_650)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
CostPerDay = Annotated[float, Strict(), Field(ge=0, le=100_000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Contact = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
Commitments = Annotated[list[CodeText], Field(max_length=38, examples=[["T4-06"]])]
# What is not known is left out; an empty list would say "none at all", which no offer means.
Modalities = Annotated[list[CodeText], Field(min_length=1, max_length=40, examples=[["MOD-PEER"]])]
Modes = Annotated[list[DeliveryMode], Field(min_length=1, max_length=5, examples=[["remote", "hybrid"]])]
Months = Annotated[list[Month], Field(min_length=1, max_length=12, examples=[[3, 4, 5]])]
Targets = Annotated[list[StateCode], Field(min_length=1, max_length=250, examples=[["GHA"]])]


class ExpertiseStatement(Input):
    """An area in which help is offered. Evidence beyond the employer's word is for the desk to add."""

    area: CodeText = Field(examples=["EXP-RET"])
    proficiency: Proficiency | None = Field(default=None, examples=["advanced"])
    evidence: Evidence | None = Field(default=None, examples=["self_declared"])


class LanguageStatement(Input):
    """A working language, with its level if known. Only what is ``stated`` counts as stated."""

    code: LanguageCode = Field(examples=["fr"])
    level: Cefr | None = Field(default=None, examples=["C1"])
    basis: LanguageBasis = "stated"


class PersonDetails(Input):
    """Who a named expert is. Kept apart from the offer and never listed."""

    name: PersonName = Field(examples=["Example Person"])
    contact: Contact | None = Field(default=None, examples=["expert@pool.example"])


class WishDeclaration(Input):
    """With whom the provider would rather, or would not, work. Only the provider's own people see it."""

    refuses: list[IdText] = Field(default=[], max_length=100)
    prefers: list[IdText] = Field(default=[], max_length=100)
    conflicts: list[IdText] = Field(default=[], max_length=100)


Expertise = Annotated[list[ExpertiseStatement], Field(max_length=40)]
Languages = Annotated[list[LanguageStatement], Field(min_length=1, max_length=40)]


class OfferRegistration(Input):
    """An offer as it is registered. What is left out is unknown, and never counts against the offer."""

    provider: IdText = Field(description="The stakeholder in whose name help is offered.")
    kind: Kind = "institution"
    title: Title = Field(examples=["Peer review of a return and reintegration system"])
    description: LongText = ""
    language: LanguageCode = "en"
    confidentiality: Level = "secretariat_only"
    desk: IdText | None = None
    expertise: Expertise = Field(default=[])
    commitments: Commitments = Field(default=[])
    modalities: Modalities | None = None
    modes: Modes | None = None
    languages: Languages | None = None
    capacity: Capacity | None = Field(default=None, description="Assignments at a time.")
    sends: Capacity | None = Field(default=None, description="Experts that it can send to one component.")
    days_per_year: DaysPerYear | None = None
    months: Months | None = None
    available_from: Day | None = None
    available_until: Day | None = None
    targets: Targets | None = None
    regions: ShortText | None = None
    conditions: LongText | None = None
    cost_bearer: CodeText | None = None
    cost_per_day: CostPerDay | None = None
    cost_currency: Currency | None = None
    """Code of the currency, such as ``EUR``. Only like is compared with like."""
    released: Flag | None = None
    source: Link | None = None
    person: PersonDetails | None = None
    wishes: WishDeclaration = WishDeclaration()


class OfferImport(OfferRegistration):
    """An offer that its provider made in public, taken from a source. It counts as not reconfirmed."""

    source: Link = Field(examples=["https://ministry.example/offer"])
    source_code: CodeText | None = Field(default=None, examples=["RO001"])
    confidentiality: Level = "public"


class OfferRevision(Revision):
    """What changes about an offer; what is left out stays."""

    clearable = frozenset(
        {
            "desk",
            "modalities",
            "modes",
            "languages",
            "capacity",
            "sends",
            "days_per_year",
            "months",
            "available_from",
            "available_until",
            "targets",
            "regions",
            "conditions",
            "cost_bearer",
            "cost_per_day",
            "cost_currency",
            "released",
            "source",
        }
    )

    title: Title | None = None
    description: LongText | None = None
    language: LanguageCode | None = None
    desk: IdText | None = None
    expertise: Expertise | None = None
    commitments: Commitments | None = None
    modalities: Modalities | None = None
    modes: Modes | None = None
    languages: Languages | None = None
    capacity: Capacity | None = None
    sends: Capacity | None = None
    days_per_year: DaysPerYear | None = None
    months: Months | None = None
    available_from: Day | None = None
    available_until: Day | None = None
    targets: Targets | None = None
    regions: ShortText | None = None
    conditions: LongText | None = None
    cost_bearer: CodeText | None = None
    cost_per_day: CostPerDay | None = None
    cost_currency: Currency | None = None
    """Code of the currency, such as ``EUR``. Only like is compared with like."""
    released: Flag | None = None
    source: Link | None = None


class LevelChange(Move):
    """Who is to be shown an offer from now on."""

    confidentiality: Level = Field(examples=["all_states"])


class Assessment(Input):
    """What a desk found out about an area of an offer."""

    area: CodeText = Field(examples=["EXP-RET"])
    evidence: Evidence = Field(examples=["document_verified"])
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """What a list of offers is narrowed to."""

    provider: IdText | None = None
    state: Annotated[StateCode | None, Query(description="State that the provider belongs to.")] = None
    commitment: Annotated[CodeText | None, Query(description="With its sub-points.")] = None
    theme: CodeText | None = None
    area: CodeText | None = None
    modality: CodeText | None = None
    language: Annotated[LanguageCode | None, Query(description="A working language.")] = None
    status: Annotated[State | None, Query(description="State of the offer itself.")] = None
    kind: Kind | None = None
    q: Annotated[str | None, Query(max_length=200, description="Words that its texts hold.")] = None


class ProviderLine(View):
    """Who offers. An individual expert's name is shown to its own people only."""

    id: str
    type: str
    name: str | None
    states: list[str]


class ExpertiseView(View):
    """An area, how well, and on whose word."""

    area: str
    proficiency: str | None
    evidence: str | None


class LanguageView(View):
    """A working language; ``basis`` tells whether anybody stated it."""

    code: str
    level: str | None
    basis: str


class OfferLine(View):
    """An offer as it stands in a list. Null means that nobody said."""

    id: str
    provider: ProviderLine
    kind: str
    label: str | None
    """Pseudonym of a named expert."""
    title: str
    language: str
    state: str
    confidentiality: str
    desk: str | None
    expertise: list[ExpertiseView]
    commitments: list[str]
    modalities: list[str] | None
    languages: list[LanguageView] | None
    capacity: int | None
    is_reconfirmed: bool
    """Whether the provider itself said, lately enough, that it still stands."""
    confirmed_at: datetime | None
    is_imported: bool
    is_demonstration: bool
    registered_at: datetime
    version: int


class OfferView(OfferLine):
    """An offer."""

    description: str
    modes: list[str] | None
    sends: int | None
    days_per_year: int | None
    months: list[int] | None
    available_from: date | None
    available_until: date | None
    targets: list[str] | None
    regions: str | None
    conditions: str | None
    cost_bearer: str | None
    cost_per_day: float | None
    cost_currency: str | None
    released: bool | None
    authorised_at: datetime | None
    source: str | None
    source_code: str | None


class OfferFacets(View):
    """How many of the offers that you may see there are, by what they can be narrowed to."""

    total: int
    status: dict[str, int]
    kind: dict[str, int]
    area: dict[str, int]
    theme: dict[str, int]
    commitment: dict[str, int]
    modality: dict[str, int]
    language: dict[str, int]
    state: dict[str, int]
    """By state of the provider."""

    FACETS: ClassVar[Sequence[str]] = (
        "status",
        "kind",
        "area",
        "theme",
        "commitment",
        "modality",
        "language",
        "state",
    )


class WishesView(View):
    """A provider's wishes, as its own people see them."""

    refuses: list[str]
    prefers: list[str]
    conflicts: list[str]


class PersonView(View):
    """Who a named expert is."""

    name: str
    contact: str | None
    recorded_at: datetime
