"""What comes in and goes out about needs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError

from service.needs.rules import DeliveryMode, LanguageLevel, Level, State, Urgency, WideningState
from service.web.schemas import (
    CodeText,
    Flag,
    IdText,
    Input,
    LanguageCode,
    Link,
    LongText,
    Move,
    Reason,
    Revision,
    Title,
    View,
    Whole,
)


def _written_as_date(value: Any) -> Any:
    # pydantic would take a number for seconds since 1970.
    if isinstance(value, date | str) or value is None:
        return value
    raise PydanticCustomError("date_type", "a date is expected")


Day = Annotated[date, BeforeValidator(_written_as_date), Field(ge=date(1990, 1, 1), le=date(2200, 1, 1))]
Experts = Annotated[int, Strict(), Field(ge=1, le=1000)]
Days = Annotated[int, Strict(), Field(ge=1, le=3650)]
Stakeholders = Annotated[list[IdText], Field(max_length=200)]
Codes = Annotated[list[CodeText], Field(max_length=60)]
Summary = Annotated[LongText, Field(min_length=3, max_length=2_000)]
Note = Annotated[LongText, Field(max_length=2_000)]

# In


class LanguageWish(Input):
    """A language that a component can be done in."""

    code: LanguageCode = Field(examples=["fr"])
    level: LanguageLevel | None = None


class ComponentEntry(Input):
    """One thing to be covered: an area, in a modality, by so many experts for so many days each."""

    area: CodeText | None = Field(default=None, examples=["EXP-DATA"])
    modality: CodeText | None = Field(default=None, examples=["MOD-TRAIN"])
    languages: Annotated[list[LanguageWish], Field(max_length=20)] | None = None
    """Any one of them is enough. Left out: nobody stated one, and none is assumed."""
    experts: Experts = 1
    days: Days | None = None
    is_mandatory: Flag = True
    note: Note = ""


Components = Annotated[list[ComponentEntry], Field(min_length=1, max_length=50)]


class NeedRegistration(Input):
    """A need as it is registered: a draft, until it is submitted to its desk."""

    requesters: list[IdText] = Field(min_length=1, max_length=30)
    """Who asks; the first one leads."""
    desk: IdText
    kind: CodeText = Field(default="capacity_building", examples=["capacity_building"])
    title: Title = Field(examples=["Train analysts of migration data"])
    context: LongText = ""
    expected_result: LongText = ""
    what_exists: LongText = ""
    done_when: LongText = ""
    language: LanguageCode = "en"
    commitments: Codes = Field(default=[], examples=[["T4-01"]])
    components: Components = Field(
        examples=[[{"area": "EXP-DATA", "modality": "MOD-TRAIN", "experts": 2, "days": 5}]]
    )
    urgency: Urgency = "routine"
    delivery_mode: DeliveryMode | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    beneficiaries: Codes = Field(default=[])
    interpretation_offered: Flag | None = None
    public_bodies_only: Flag = False
    max_days: Days | None = None
    max_cost_per_day_usd: Whole | None = None
    cost_bearer: CodeText | None = None
    funding_note: Note = ""
    dialogues: Codes = Field(default=[])
    """Dialogues that the requester would like to host the work."""
    preferred: Stakeholders = Field(default=[])
    excluded: Stakeholders = Field(default=[])
    do_not_pair: Stakeholders = Field(default=[])
    """Like ``excluded``, but nobody outside the requester learns of it."""
    confidentiality: Level = "secretariat_only"
    named_providers: Stakeholders = Field(default=[])
    public_summary: Summary | None = None
    matching_allowed: Flag = True
    source: Link | None = None


class NeedRevision(Revision):
    """What changes about a need; what is left out stays."""

    clearable = frozenset(
        {
            "delivery_mode",
            "starts_on",
            "ends_on",
            "interpretation_offered",
            "max_days",
            "max_cost_per_day_usd",
            "cost_bearer",
            "source",
        }
    )

    requesters: list[IdText] | None = Field(default=None, min_length=1, max_length=30)
    kind: CodeText | None = None
    title: Title | None = None
    context: LongText | None = None
    expected_result: LongText | None = None
    what_exists: LongText | None = None
    done_when: LongText | None = None
    language: LanguageCode | None = None
    commitments: Codes | None = None
    components: Components | None = None
    urgency: Urgency | None = None
    delivery_mode: DeliveryMode | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    beneficiaries: Codes | None = None
    interpretation_offered: Flag | None = None
    public_bodies_only: Flag | None = None
    max_days: Days | None = None
    max_cost_per_day_usd: Whole | None = None
    cost_bearer: CodeText | None = None
    funding_note: Note | None = None
    dialogues: Codes | None = None
    preferred: Stakeholders | None = None
    excluded: Stakeholders | None = None
    do_not_pair: Stakeholders | None = None
    source: Link | None = None


class Question(Input):
    """What the desk asks the requester to clarify."""

    reason: Reason = Field(examples=["Which staff should be trained, and how many?"])


class Answer(Input):
    """What the requester answers. Changes of the text itself are made before."""

    reason: Reason = Field(examples=["Ten analysts of the statistics office; see the context."])


class IneligibleFinding(Move):
    """Why a need cannot be handled."""

    code: CodeText = Field(examples=["out_of_scope"])
    duplicate_of: IdText | None = None


class UnmetFinding(Move):
    """Why nobody could be found."""

    code: CodeText = Field(examples=["no_expertise"])


class Endorsement(Move):
    """An endorsement, and of which version of the text."""

    text_version: Annotated[int, Strict(), Field(ge=1)] | None = None
    """The version that was read. If another one stands by now, nothing is endorsed."""


class RegistrationRefusal(Input):
    """Why the requester does not stand behind what a desk registered for it."""

    reason: Reason = Field(examples=["The letter is not ours."])


class LevelChange(Move):
    """Who may see a need from now on."""

    confidentiality: Level | None = None
    named_providers: Stakeholders | None = None
    public_summary: Summary | None = None


class DeskChange(Move):
    """The desk that handles a need from now on, and whether it may take it into rounds."""

    desk: IdText
    matching_allowed: Flag = True


# Out


class LanguageView(View):
    """A language and its level, if stated."""

    code: str
    level: LanguageLevel | None


class ComponentView(View):
    """One thing to be covered."""

    id: str
    area: str | None
    modality: str | None
    languages: list[LanguageView] | None
    experts: int
    days: int | None
    is_mandatory: bool
    note: str


class RequesterView(View):
    """Somebody who asks."""

    stakeholder: str
    name: str
    type: str
    states: list[str]
    is_lead: bool
    endorsed_at: datetime | None
    endorsed_text_version: int | None


class NeedSummaryView(View):
    """What everybody may know of a need whose requester published a summary."""

    shows: Literal["summary"] = "summary"
    id: str
    status: State
    public_summary: str
    commitments: list[str]
    themes: list[str]
    requester_states: list[str]
    registered_at: datetime
    is_demonstration: bool


class NeedLine(View):
    """A need in a list."""

    shows: Literal["text"] = "text"
    id: str
    case_number: str | None
    title: str
    language: str
    kind: str
    status: State
    confidentiality: Level
    urgency: Urgency
    commitments: list[str]
    themes: list[str]
    requesters: list[str]
    """Names of those who ask, the lead first."""
    requester_states: list[str]
    desk: str
    starts_on: date | None
    ends_on: date | None
    registered_at: datetime
    is_demonstration: bool


class NeedHandling(View):
    """What requester and desk see beyond the need itself."""

    case_number: str | None
    preferred: list[str]
    excluded: list[str]
    do_not_pair: list[str] | None
    """For the requester's own people only."""
    named_providers: list[str]
    public_summary: str | None
    matching_allowed: bool
    is_expedited: bool
    registered_on_behalf: bool
    awaits_confirmation: bool
    """Whether the desk registered it for a requester that has not confirmed it yet."""
    confirmed_at: datetime | None
    refusal_reason: str | None
    """Why the requester refused what the desk registered for it."""
    endorsement_due_at: datetime | None
    """Until when an emergency that went ahead has to be endorsed."""
    set_back_code: str | None
    """Why it is out of rounds and hidden from others again, until that is put right."""
    clarification_question: str | None
    in_scope: bool
    duplicate_of: str | None
    """For the desk only: the other need may be confidential."""
    moves: list[str]
    """What you can do with it now."""


class NeedView(View):
    """A need with its text."""

    shows: Literal["text"] = "text"
    id: str
    title: str
    language: str
    kind: str
    status: State
    confidentiality: Level
    context: str
    expected_result: str
    what_exists: str
    done_when: str
    urgency: Urgency
    delivery_mode: DeliveryMode | None
    starts_on: date | None
    ends_on: date | None
    beneficiaries: list[str]
    interpretation_offered: bool | None
    public_bodies_only: bool
    max_days: int | None
    max_cost_per_day_usd: int | None
    cost_bearer: str | None
    funding_note: str
    commitments: list[str]
    themes: list[str]
    dialogues: list[str]
    components: list[ComponentView]
    requesters: list[RequesterView]
    desk: str
    desk_name: str
    desk_dialogue: str | None
    is_unendorsed_emergency: bool
    """Whether it went ahead as an emergency and not every requester has endorsed it yet."""
    unmet_reason: str | None
    ineligible_code: str | None
    registered_at: datetime
    submitted_at: datetime | None
    circulated_at: datetime | None
    changed_at: datetime
    version: int
    text_version: int
    source: str | None
    is_demonstration: bool
    handling: NeedHandling | None
    """For requester and desk."""


class WideningView(View):
    """What somebody asked for so that more people see a need, as people of its state are told."""

    id: str
    state: WideningState
    text_version: int
    """The version of the text that it is bound to."""
    from_level: Level
    to_level: Level
    named: list[str]
    """Providers that are to be named in addition."""
    public_summary: str | None
    asked_by: str | None
    asked_at: datetime
    due_at: datetime | None
    """When it happens by itself, unless somebody revokes it."""
    ended_by: str | None
    ended_at: datetime | None
    may_agree: bool
    """Whether you are the second person who can agree."""
    may_revoke: bool


class WideningsView(View):
    """What was asked for so that more people see a need, latest first."""

    items: list[WideningView]


class NeedFacets(View):
    """How many of the needs that you may see there are, by what they can be narrowed to."""

    total: int
    theme: dict[str, int]
    commitment: dict[str, int]
    status: dict[str, int]
    state: dict[str, int]
    """By state of the requester."""
    urgency: dict[str, int]
    language: dict[str, int]
    delivery_mode: dict[str, int]

    FACETS: ClassVar[Sequence[str]] = (
        "status",
        "theme",
        "commitment",
        "state",
        "urgency",
        "language",
        "delivery_mode",
    )
