"""What help is offered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from clients.models.parts import LEFT_OUT, Answer, DeliveryMode, Input, LanguageLevel, Move

OfferKind = Literal["institution", "named_expert"]
OfferLevel = Literal["draft", "secretariat_only", "dialogue_members", "all_states", "public"]
"""Who is shown an offer, narrowest first."""
Proficiency = Literal["awareness", "practitioner", "advanced", "authority"]
Evidence = Literal[
    "self_declared", "employer_confirmed", "document_verified", "peer_reviewed", "delivered_and_rated"
]


class ExpertiseStatement(Input):
    """An area in which help is offered. Evidence beyond the employer's word is for the desk to add."""

    area: str
    proficiency: Proficiency | None = None
    evidence: Evidence | None = None


class LanguageStatement(Input):
    """A working language, with its level if known."""

    code: str
    level: LanguageLevel | None = None
    basis: Literal["stated", "official_language"] = "stated"


class PersonDetails(Input):
    """Who a named expert is. Kept apart from the offer and never listed."""

    name: str
    contact: str | None = None


class WishDeclaration(Input):
    """With whom the provider would rather, or would not, work. Only the provider's own people see it."""

    refuses: Sequence[str] = ()
    prefers: Sequence[str] = ()
    conflicts: Sequence[str] = ()


class OfferRegistration(Input):
    """An offer as it is registered. What is left out is unknown, and never counts against the offer."""

    provider: str
    """The stakeholder in whose name help is offered."""
    kind: OfferKind = "institution"
    title: str
    description: str = ""
    language: str = "en"
    confidentiality: OfferLevel = "secretariat_only"
    desk: str | None = None
    expertise: Sequence[ExpertiseStatement] = ()
    commitments: Sequence[str] = ()
    modalities: Sequence[str] | None = None
    modes: Sequence[DeliveryMode] | None = None
    languages: Sequence[LanguageStatement] | None = None
    capacity: int | None = None
    """Assignments at a time."""
    sends: int | None = None
    """Experts that it can send to one component."""
    days_per_year: int | None = None
    months: Sequence[int] | None = None
    available_from: date | None = None
    available_until: date | None = None
    targets: Sequence[str] | None = None
    regions: str | None = None
    conditions: str | None = None
    cost_bearer: str | None = None
    cost_per_day: float | None = None
    cost_currency: str | None = None
    """Code of the currency, such as ``EUR``. Only like is compared with like."""
    released: bool | None = None
    source: str | None = None
    person: PersonDetails | None = None
    wishes: WishDeclaration = WishDeclaration()


class OfferImport(OfferRegistration):
    """An offer that its provider made in public, taken from a source. It counts as not reconfirmed."""

    source: str
    source_code: str | None = None
    confidentiality: OfferLevel = "public"


class OfferRevision(Input):
    """What changes about an offer; what is left out stays, and None clears what may be empty."""

    title: str = LEFT_OUT
    description: str = LEFT_OUT
    language: str = LEFT_OUT
    desk: str | None = None
    expertise: Sequence[ExpertiseStatement] = LEFT_OUT
    commitments: Sequence[str] = LEFT_OUT
    modalities: Sequence[str] | None = None
    modes: Sequence[DeliveryMode] | None = None
    languages: Sequence[LanguageStatement] | None = None
    capacity: int | None = None
    sends: int | None = None
    days_per_year: int | None = None
    months: Sequence[int] | None = None
    available_from: date | None = None
    available_until: date | None = None
    targets: Sequence[str] | None = None
    regions: str | None = None
    conditions: str | None = None
    cost_bearer: str | None = None
    cost_per_day: float | None = None
    cost_currency: str | None = None
    """Code of the currency, such as ``EUR``. Only like is compared with like."""
    released: bool | None = None
    source: str | None = None


class OfferLevelChange(Move):
    """Who is to be shown an offer from now on."""

    confidentiality: OfferLevel


class Assessment(Input):
    """What a desk found out about an area of an offer."""

    area: str
    evidence: Evidence
    reason: str | None = None


class Provider(Answer):
    """Who offers. An individual expert's name is shown to its own people only."""

    id: str
    type: str
    name: str | None
    states: list[str]


class Expertise(Answer):
    """An area, how well, and on whose word."""

    area: str
    proficiency: str | None
    evidence: str | None


class WorkingLanguage(Answer):
    """A working language; ``basis`` tells whether anybody stated it."""

    code: str
    level: str | None
    basis: str


class OfferLine(Answer):
    """An offer as it stands in a list. None means that nobody said."""

    id: str
    provider: Provider
    kind: str
    label: str | None
    """Pseudonym of a named expert."""
    title: str
    language: str
    state: str
    confidentiality: str
    desk: str | None
    expertise: list[Expertise]
    commitments: list[str]
    modalities: list[str] | None
    languages: list[WorkingLanguage] | None
    capacity: int | None
    is_reconfirmed: bool
    """Whether the provider itself said, lately enough, that it still stands."""
    confirmed_at: datetime | None
    is_imported: bool
    is_demonstration: bool
    registered_at: datetime
    version: int


class Offer(OfferLine):
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


class OfferFacets(Answer):
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


class Wishes(Answer):
    """A provider's wishes, as its own people see them."""

    refuses: list[str]
    prefers: list[str]
    conflicts: list[str]


class Person(Answer):
    """Who a named expert is."""

    name: str
    contact: str | None
    recorded_at: datetime
