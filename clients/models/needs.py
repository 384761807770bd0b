"""What help is asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from clients.models.parts import LEFT_OUT, Answer, DeliveryMode, Input, LanguageLevel, Move, Urgency

NeedLevel = Literal[
    "draft",
    "secretariat_only",
    "named_providers",
    "dialogue_members",
    "all_states",
    "public_summary",
    "public",
]
"""Who may see a need, narrowest first."""


class LanguageWish(Input):
    """A language that a component can be done in."""

    code: str
    level: LanguageLevel | None = None


class ComponentEntry(Input):
    """One thing to be covered: an area, in a modality, by so many experts for so many days each."""

    area: str | None = None
    modality: str | None = None
    languages: Sequence[LanguageWish] | None = None
    """Any one of them is enough. Left out: nobody stated one, and none is assumed."""
    experts: int = 1
    days: int | None = None
    is_mandatory: bool = True
    note: str = ""


class NeedRegistration(Input):
    """A need as it is registered: a draft, until it is submitted to its desk."""

    requesters: Sequence[str]
    """Who asks; the first one leads."""
    desk: str
    kind: str = "capacity_building"
    title: str
    context: str = ""
    expected_result: str = ""
    what_exists: str = ""
    done_when: str = ""
    language: str = "en"
    commitments: Sequence[str] = ()
    components: Sequence[ComponentEntry]
    urgency: Urgency = "routine"
    delivery_mode: DeliveryMode | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    beneficiaries: Sequence[str] = ()
    interpretation_offered: bool | None = None
    public_bodies_only: bool = False
    max_days: int | None = None
    max_cost_per_day_usd: int | None = None
    cost_bearer: str | None = None
    funding_note: str = ""
    dialogues: Sequence[str] = ()
    """Dialogues that the requester would like to host the work."""
    preferred: Sequence[str] = ()
    excluded: Sequence[str] = ()
    do_not_pair: Sequence[str] = ()
    """Like ``excluded``, but nobody outside the requester learns of it."""
    confidentiality: NeedLevel = "secretariat_only"
    named_providers: Sequence[str] = ()
    public_summary: str | None = None
    matching_allowed: bool = True
    source: str | None = None


class NeedRevision(Input):
    """What changes about a need; what is left out stays, and None clears what may be empty."""

    requesters: Sequence[str] = LEFT_OUT
    kind: str = LEFT_OUT
    title: str = LEFT_OUT
    context: str = LEFT_OUT
    expected_result: str = LEFT_OUT
    what_exists: str = LEFT_OUT
    done_when: str = LEFT_OUT
    language: str = LEFT_OUT
    commitments: Sequence[str] = LEFT_OUT
    components: Sequence[ComponentEntry] = LEFT_OUT
    urgency: Urgency = LEFT_OUT
    delivery_mode: DeliveryMode | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    beneficiaries: Sequence[str] = LEFT_OUT
    interpretation_offered: bool | None = None
    public_bodies_only: bool = LEFT_OUT
    max_days: int | None = None
    max_cost_per_day_usd: int | None = None
    cost_bearer: str | None = None
    funding_note: str = LEFT_OUT
    dialogues: Sequence[str] = LEFT_OUT
    preferred: Sequence[str] = LEFT_OUT
    excluded: Sequence[str] = LEFT_OUT
    do_not_pair: Sequence[str] = LEFT_OUT
    source: str | None = None


class Question(Input):
    """What the desk asks the requester to clarify."""

    reason: str


class Clarification(Input):
    """What the requester answers."""

    reason: str


class IneligibleFinding(Move):
    """Why a need cannot be handled."""

    code: str
    duplicate_of: str | None = None


class UnmetFinding(Move):
    """Why nobody could be found."""

    code: str


class NeedLevelChange(Move):
    """Who may see a need from now on. What is left out stays."""

    confidentiality: NeedLevel | None = None
    named_providers: Sequence[str] | None = None
    public_summary: str | None = None


class DeskChange(Move):
    """The desk that handles a need from now on, and whether it may take it into rounds."""

    desk: str
    matching_allowed: bool = True


class ComponentLanguage(Answer):
    """A language and its level, if stated."""

    code: str
    level: str | None


class Component(Answer):
    """One thing to be covered."""

    id: str
    area: str | None
    modality: str | None
    languages: list[ComponentLanguage] | None
    experts: int
    days: int | None
    is_mandatory: bool
    note: str


class Requester(Answer):
    """Somebody who asks."""

    stakeholder: str
    name: str
    type: str
    states: list[str]
    is_lead: bool
    endorsed_at: datetime | None
    endorsed_text_version: int | None


class NeedSummary(Answer):
    """What everybody may know of a need whose requester published a summary."""

    shows: str = "summary"
    id: str
    status: str
    public_summary: str
    commitments: list[str]
    themes: list[str]
    requester_states: list[str]
    registered_at: datetime
    is_demonstration: bool


class NeedLine(Answer):
    """A need in a list."""

    shows: str = "text"
    id: str
    case_number: str | None
    title: str
    language: str
    kind: str
    status: str
    confidentiality: str
    urgency: str
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


class RegistrationRefusal(Input):
    """Why the requester does not stand behind what a desk registered for it."""

    reason: str


class NeedHandling(Answer):
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
    endorsement_due_at: datetime | None
    """Until when an emergency that went ahead has to be endorsed."""
    set_back_code: str | None
    """Why it is out of rounds and hidden from others again, until that is put right."""
    registered_on_behalf: bool
    awaits_confirmation: bool
    """Whether a desk registered it for a requester that has not confirmed it yet."""
    confirmed_at: datetime | None
    refusal_reason: str | None
    clarification_question: str | None
    in_scope: bool
    duplicate_of: str | None
    """For the desk only: the other need may be confidential."""
    moves: list[str]
    """What you can do with it now."""


class Need(Answer):
    """A need with its text."""

    shows: str = "text"
    id: str
    title: str
    language: str
    kind: str
    status: str
    confidentiality: str
    context: str
    expected_result: str
    what_exists: str
    done_when: str
    urgency: str
    delivery_mode: str | None
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
    components: list[Component]
    requesters: list[Requester]
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


class NeedFacets(Answer):
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
