"""What comes in and goes out about proposals, seats and what stays unmet."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from service.matches.schemas import CriterionView, ReasonView
from service.web.schemas import CodeText, Flag, IdText, Input, Move, Reason, View

Month = Annotated[str, StringConstraints(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]

# In


class Proposing(Move):
    """Offering the seats of a proposal to their providers."""

    names_need: Flag = False
    """The requester's consent to name the need to these providers. Only its lead requester can give it."""


class Agreement(Move):
    """A requester's yes to a team."""

    names_need: Flag = False
    """The consent to name the need to these providers, if the desk is to offer the seats."""


Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000)]


class InterestStatement(Input):
    """What somebody says about conflicts of interest. A declared one is described, for the desk to judge."""

    stance: Literal["none", "declared"] = Field(examples=["none"])
    text: Note | None = None

    @model_validator(mode="after")
    def _is_described_if_there_is_one(self) -> Self:
        if (self.stance == "declared") != (self.text is not None):
            message = "a declared interest is described, and only a declared one"
            raise PydanticCustomError("described_if_declared", message)
        return self


class InterestVerdict(Input):
    """What the desk makes of a declared conflict: cleared with measures, or it stands and the seat goes."""

    party: Literal["institution", "expert"]
    verdict: Literal["cleared", "stands"]
    measures: Note | None = None

    @model_validator(mode="after")
    def _is_cleared_with_measures(self) -> Self:
        if self.verdict == "cleared" and self.measures is None:
            message = "say with which measures it is cleared"
            raise PydanticCustomError("measures_missing", message)
        return self


class Refilling(Move):
    """Who takes the place of one that is not available; left out: the best candidate."""

    offer: IdText | None = None


class SeatAcceptance(Input):
    """A provider's yes to a seat, or a named expert's own."""

    months: list[Month] = Field(default=[], max_length=24, examples=[["2027-05"]])
    """Months to keep free; left out: the one with most room among those in which the work could fall."""
    expert: IdText | None = None
    """The account of the named expert, who then has to say yes as well."""
    interest: InterestStatement | None = None
    """Whether a conflict of interest is in the way; it can be declared later, until confirmation."""
    reason: Reason | None = None


class SeatRefusal(Input):
    """Why a seat is declined or given back: a code of the list of reasons, and words for the desk."""

    code: CodeText = Field(examples=["no_availability"])
    note: Note | None = None
    """Read by your own side and the desk. Those who ask read only that the seat is not available."""


# Out


class ProviderSeen(View):
    """Who offers. An individual expert is nobody in particular until both sides agree."""

    id: str | None
    type: str
    name: str | None
    states: list[str]


class InterestView(View):
    """What a party of a seat declared, for itself and the desk."""

    party: str
    stance: str
    text: str | None
    declared_at: datetime
    verdict: str | None
    measures: str | None
    judged_at: datetime | None


class ContactView(View):
    """Somebody to write to, once both sides agree."""

    stakeholder: str
    organisation: str
    name: str
    contact: str | None
    role: str


class ContactsView(View):
    """The people of both sides of a team."""

    contacts: list[ContactView]


class ReplacementView(View):
    """An offer that could take the place of one that is not available, and was not asked before."""

    offer: str
    provider: ProviderSeen
    score: int
    criteria: list[CriterionView]
    to_be_confirmed: list[ReasonView]
    may_be_named: bool
    """Whether the need may be named to this provider, so that the seat can be offered at once."""


class ConsentTextView(View):
    """The words to which people consent."""

    version: str
    texts: dict[str, str]
    """By what is consented to."""


class SeatView(View):
    """A seat, as the asking side and the desk see it."""

    id: str
    component: str
    area: str | None
    modality: str | None
    is_mandatory: bool
    offer: str
    offer_title: str | None
    """Once both sides agree, or where the offer's own level shows it to all states."""
    provider: ProviderSeen
    is_named_expert: bool
    experts: int
    days: int | None
    score: int
    criteria: list[CriterionView]
    to_be_confirmed: list[ReasonView]
    locked: bool
    status: str
    offered_at: datetime | None
    lapses_at: datetime | None
    answered_at: datetime | None
    answer_reason: str | None
    """For those who ask ``not_available``, whatever the cause, once they are told of it."""
    answer_note: str | None
    """For the desk."""
    held_until: datetime | None
    """Until when capacity is held, before it is committed."""
    interests: list[InterestView]
    """For the desk."""
    moves: list[str]
    """What you can do with it now."""
    months: list[str]
    """Months in which capacity is held or committed; before that, those that were named for it."""
    replaced_by: str | None


class AlternativeView(View):
    """The nearest offer that was not chosen for a component."""

    component: str
    offer: str
    provider: ProviderSeen
    score: int | None
    """Of 10000; for the desk: it may hold what a provider wishes in private."""
    behind: int | None
    reasons: list[ReasonView]


class HostView(View):
    """A dialogue or group that could host the work."""

    kind: str
    code: str
    score: int
    reasons: list[ReasonView]
    warnings: list[ReasonView]


class ProposalLine(View):
    """A proposal in a list."""

    id: str
    round: str
    need: str
    need_title: str
    status: str
    score: int
    complete: bool
    provider_states: list[str]
    seats: dict[str, int]
    """How many seats are in which state."""
    hosts: list[str]
    is_stale: bool
    created_at: datetime


class ProposalView(View):
    """A proposal with its team, its reasons, and what could be done instead."""

    id: str
    round: str
    need: str
    need_title: str
    status: str
    score: int
    complete: bool
    reasons: list[ReasonView]
    seats: list[SeatView]
    alternatives: list[AlternativeView]
    hosts: list[HostView]
    stale_because: list[dict[str, Any]]
    superseded_by: str | None
    agreed_by: list[str]
    """Requesters that agree to the team."""
    naming_allowed: bool
    """Whether the need may be named to these providers."""
    text_version: str
    """Version of the words to which one consents now."""
    moves: list[str]
    """What you can do with it now."""
    created_at: datetime
    shortlisted_at: datetime | None
    proposed_at: datetime | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None


class AskedFor(View):
    """What a provider is asked for. Who asks is filled in as far as the need's level and agreement go."""

    area: str | None
    modality: str | None
    languages: list[dict[str, Any]] | None
    commitments: list[str]
    starts_on: date | None
    ends_on: date | None
    delivery_mode: str | None
    requester_states: list[str] | None
    need: str | None
    need_title: str | None
    requesters: list[str] | None


class OwnSeatView(View):
    """A seat, as its provider and the named expert see it: nothing of the rest of the team."""

    id: str
    offer: str
    provider: str
    is_named_expert: bool
    experts: int
    days: int | None
    status: str
    asked_for: AskedFor | None
    """Gone once the seat is declined, lapsed or withdrawn."""
    is_agreed_on_both_sides: bool
    offered_at: datetime | None
    lapses_at: datetime | None
    release_given_at: datetime | None
    expert_accepted_at: datetime | None
    answered_at: datetime | None
    answer_reason: str | None
    answer_note: str | None
    held_until: datetime | None
    interests: list[InterestView]
    """What your side declared; each reads its own words."""
    text_version: str
    """Version of the words to which one consents now."""
    months: list[str]
    moves: list[str]


class ExclusionView(View):
    """What keeps offers away from a component, and from how many. Private causes are not told apart."""

    rule: str
    offers: int | None
    alone: int | None


class UnmetView(View):
    """A component that did not get all its experts, and why."""

    id: str
    round: str
    need: str
    need_title: str
    component: str
    area: str | None
    missing: int
    mandatory: bool
    reason: str
    reasons: list[ReasonView]
    exclusions: list[ExclusionView]
    certificate: dict[str, Any] | None
    """The proof, for the desk that ran the round: it speaks of the other needs of the round too."""
    found_at: datetime
