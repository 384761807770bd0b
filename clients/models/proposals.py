"""Proposals, seats, and what stays unmet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from clients.models.matches import Criterion, Reason
from clients.models.parts import Answer, Input, Month, Move


class Proposing(Move):
    """Offering the seats of a proposal to their providers."""

    names_need: bool = False
    """The requester's consent to name the need to these providers. Only its lead requester can give it."""


class Agreement(Move):
    """A requester's yes to a team."""

    names_need: bool = False
    """The consent to name the need to these providers, if the desk is to offer the seats."""


class InterestStatement(Input):
    """What somebody says about conflicts of interest. A declared one is described, for the desk to judge."""

    stance: Literal["none", "declared"]
    text: str | None = None


class InterestVerdict(Input):
    """What the desk makes of a declared conflict: cleared with measures, or it stands and the seat goes."""

    party: Literal["institution", "expert"]
    verdict: Literal["cleared", "stands"]
    measures: str | None = None


class Refilling(Move):
    """Who takes the place of one that is not available; left out: the best candidate."""

    offer: str | None = None


class SeatAcceptance(Input):
    """A provider's yes to a seat, or a named expert's own."""

    months: Sequence[Month] = ()
    """Months to keep free; left out: the one with most room among those in which the work could fall."""
    expert: str | None = None
    """The account of the named expert, who then has to say yes as well."""
    interest: InterestStatement | None = None
    """Whether a conflict of interest is in the way; it can be declared later, until confirmation."""
    reason: str | None = None


class SeatRefusal(Input):
    """Why a seat is declined or given back: a code of the list of reasons, and words for the desk."""

    code: str
    note: str | None = None
    """Read by your own side and the desk. Those who ask read only that the seat is not available."""


class Interest(Answer):
    """What a party of a seat declared, for itself and the desk."""

    party: str
    stance: str
    text: str | None
    declared_at: datetime
    verdict: str | None
    measures: str | None
    judged_at: datetime | None


class TeamContact(Answer):
    """Somebody to write to, once both sides agree."""

    stakeholder: str
    organisation: str
    name: str
    contact: str | None
    role: str


class TeamContacts(Answer):
    """The people of both sides of a team."""

    contacts: list[TeamContact]


class ConsentText(Answer):
    """The words to which people consent."""

    version: str
    texts: dict[str, str]
    """By what is consented to."""


class SeatProvider(Answer):
    """Who offers. An individual expert is nobody in particular until both sides agree."""

    id: str | None
    type: str
    name: str | None
    states: list[str]


class Seat(Answer):
    """A seat, as the asking side and the desk see it."""

    id: str
    component: str
    area: str | None
    modality: str | None
    is_mandatory: bool
    offer: str
    offer_title: str | None
    """Once both sides agree, or where the offer's own level shows it to all states."""
    provider: SeatProvider
    is_named_expert: bool
    experts: int
    days: int | None
    score: int
    criteria: list[Criterion]
    to_be_confirmed: list[Reason]
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
    interests: list[Interest]
    """For the desk."""
    moves: list[str]
    """What you can do with it now."""
    months: list[str]
    """Months in which capacity is held or committed; before that, those that were named for it."""
    replaced_by: str | None


class Replacement(Answer):
    """An offer that could take the place of one that is not available, and was not asked before."""

    offer: str
    provider: SeatProvider
    score: int
    criteria: list[Criterion]
    to_be_confirmed: list[Reason]
    may_be_named: bool
    """Whether the need may be named to this provider, so that the seat can be offered at once."""


class Alternative(Answer):
    """The nearest offer that was not chosen for a component."""

    component: str
    offer: str
    provider: SeatProvider
    score: int | None
    """Of 10000; told to the desk alone."""
    behind: int | None
    reasons: list[Reason]


class Host(Answer):
    """A dialogue or group that could host the work."""

    kind: str
    code: str
    score: int
    reasons: list[Reason]
    warnings: list[Reason]


class ProposalLine(Answer):
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


class Proposal(Answer):
    """A proposal with its team, its reasons, and what could be done instead."""

    id: str
    round: str
    need: str
    need_title: str
    status: str
    score: int
    complete: bool
    reasons: list[Reason]
    seats: list[Seat]
    alternatives: list[Alternative]
    hosts: list[Host]
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


class AskedFor(Answer):
    """What a provider is asked for. Who asks is filled in as far as the need's level and agreement go."""

    area: str | None
    modality: str | None
    languages: list[dict[str, Any]] | None
    commitments: list[str]
    starts_on: str | None
    ends_on: str | None
    delivery_mode: str | None
    requester_states: list[str] | None
    need: str | None
    need_title: str | None
    requesters: list[str] | None


class OwnSeat(Answer):
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
    interests: list[Interest]
    """What your side declared; each reads its own words."""
    text_version: str
    """Version of the words to which one consents now."""
    months: list[str]
    moves: list[str]


class Exclusion(Answer):
    """What keeps offers away from a component, and from how many. Private causes are not told apart."""

    rule: str
    offers: int | None
    alone: int | None


class Unmet(Answer):
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
    reasons: list[Reason]
    exclusions: list[Exclusion]
    certificate: dict[str, Any] | None
    """The proof, for the desk that ran the round: it speaks of the other needs of the round too."""
    found_at: datetime
