"""Tables of rounds, and of what they propose.

What the engine said (reasons, criteria, certificates) is kept as it said it, as JSON that is shown and never
queried. A component is named without a foreign key: a need may be revised while a proposal for it stands.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, LargeBinary
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.matches.rules import (
    BOOKING_STATES,
    INTEREST_PARTIES,
    INTEREST_STANCES,
    INTEREST_VERDICTS,
    PROPOSAL_STATES,
    ROUND_FILES,
    ROUND_STATES,
    SEAT_STATES,
)


def _json(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(JSON(none_as_null=nullable), nullable=nullable))


class MatchRound(SQLModel, table=True):
    """A run of the engine over a scope, under a published policy."""

    __tablename__ = "match_round"
    __table_args__ = (one_of("state", ROUND_STATES),)

    id: str = Field(primary_key=True, max_length=64)
    desk_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    """The desk that runs it; none: an administrator's round over the whole instance."""
    scope: dict[str, Any] = _json()
    """What it takes in: a theme, a dialogue, or everything."""
    policy: dict[str, Any] = _json()
    seed: int = 0
    state: str = Field(default="requested", max_length=16, index=True)
    stage: str | None = Field(default=None, max_length=64)
    done: int = 0
    total: int = 0
    failure_code: str | None = Field(default=None, max_length=64)
    failure_params: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    requested_by: str = Field(max_length=64)
    """The account, or ``system``."""
    requested_at: datetime = Field(sa_type=UtcDateTime, index=True)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deadline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    as_of: date
    """Facts are read as of this day."""
    fingerprint: str | None = Field(default=None, max_length=128)
    problem_digest: str | None = Field(default=None, max_length=128)
    policy_digest: str | None = Field(default=None, max_length=128)
    engine: str | None = Field(default=None, max_length=64)
    text_model: str | None = Field(default=None, max_length=200)
    figures: dict[str, Any] | None = _json(nullable=True)
    notes: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its process last gave a sign of life."""
    is_demonstration: bool = False


class RoundFile(SQLModel, table=True):
    """A document of a round, packed: the problem (so that it can be run again), its facts, the outcome."""

    __tablename__ = "round_file"
    __table_args__ = (one_of("kind", ROUND_FILES),)

    round_id: str = Field(primary_key=True, foreign_key="match_round.id", max_length=64)
    kind: str = Field(primary_key=True, max_length=16)
    packed: bytes = Field(sa_type=LargeBinary)


class RoundSlice(SQLModel, table=True):
    """A slice of a large round's candidates; removed when the round has its outcome, or ends without one."""

    __tablename__ = "round_slice"

    round_id: str = Field(primary_key=True, foreign_key="match_round.id", max_length=64)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a process began with it."""
    packed: bytes | None = Field(default=None, sa_type=LargeBinary)
    """What was found, packed; none: not yet."""


class MatchPin(SQLModel, table=True):
    """A person's decision about a pair, for all rounds to come: a lock is kept, a veto never proposed."""

    __tablename__ = "match_pin"
    __table_args__ = (one_of("decision", ("lock", "veto")),)

    id: str = Field(primary_key=True, max_length=64)
    need_id: str = Field(foreign_key="need.id", max_length=64, index=True)
    component_id: str = Field(max_length=64)
    offer_id: str = Field(foreign_key="offer.id", max_length=64, index=True)
    decision: str = Field(max_length=8)
    side: str = Field(default="desk", max_length=16)
    """Whose decision it is, ``requester`` or ``desk``; the desk's own is not for the requester to read."""
    decided_by: str = Field(max_length=64)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """From when on it counts in what the requester is shown; none: at once."""
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Proposal(SQLModel, table=True):
    """A team for a need. Its state is derived from its seats and kept here so that lists can use it."""

    __tablename__ = "proposal"
    __table_args__ = (one_of("state", PROPOSAL_STATES),)

    id: str = Field(primary_key=True, max_length=64)
    round_id: str = Field(foreign_key="match_round.id", max_length=64, index=True)
    need_id: str = Field(foreign_key="need.id", max_length=64, index=True)
    state: str = Field(default="suggested", max_length=32, index=True)
    shown_state: str = Field(default="suggested", max_length=32, index=True)
    """The state that the asking side has been told of: news of a seat that is lost comes at fixed moments."""
    score: int
    complete: bool = True
    """Whether every mandatory component is fully covered."""
    reasons: list[dict[str, Any]] = _json()
    alternatives: list[dict[str, Any]] = _json()
    hosts: list[dict[str, Any]] = _json()
    stale_because: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """What changed while the round was computed; empty: nothing that matters."""
    superseded_by: str | None = Field(default=None, foreign_key="match_round.id", max_length=64)
    """The later round that looked at the need again."""
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    shortlisted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    proposed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    project_id: str | None = Field(default=None, max_length=64)


class ProposalHost(SQLModel, table=True):
    """A dialogue or group that could host a proposal's work; lists are narrowed by it."""

    __tablename__ = "proposal_host"

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", max_length=64)
    kind: str = Field(primary_key=True, max_length=32)
    code: str = Field(primary_key=True, max_length=64, index=True)


class Seat(SQLModel, table=True):
    """Part of a proposal: an offer covers a component with so many experts."""

    __tablename__ = "seat"
    __table_args__ = (one_of("state", SEAT_STATES), CheckConstraint("experts >= 1", name="experts_counted"))

    id: str = Field(primary_key=True, max_length=64)
    proposal_id: str = Field(foreign_key="proposal.id", max_length=64, index=True)
    component_id: str = Field(max_length=64, index=True)
    is_mandatory: bool = True
    """Whether its component was mandatory when the round ran."""
    offer_id: str = Field(foreign_key="offer.id", max_length=64, index=True)
    provider_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    is_named_expert: bool = False
    """Then it also needs the institution's release and the expert's own yes."""
    experts: int
    days: int | None = None
    score: int
    criteria: list[dict[str, Any]] = _json()
    to_be_confirmed: list[dict[str, Any]] = _json()
    locked: bool = False
    state: str = Field(default="suggested", max_length=16, index=True)
    shown_state: str = Field(default="suggested", max_length=16, index=True)
    """The state that the asking side has been told of."""
    news_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When the asking side is told that it was lost, whatever the cause; none: it was not lost like that."""
    offered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lapses_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    release_given_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    months_wanted: list[str] | None = _json(nullable=True)
    """Months that a round by month gave, until the offering side names its own; none: any will do."""
    expert_account_id: str | None = Field(default=None, max_length=64)
    """The named expert's account, given with the release; nobody else can say the expert's yes."""
    expert_accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer_reason: str | None = Field(default=None, max_length=64)
    """Code of why it was declined or withdrawn."""
    answer_note: str | None = Field(default=None, max_length=2000)
    """Why, in the offering side's own words; for itself and the desk."""
    replaced_by: str | None = Field(default=None, foreign_key="seat.id", max_length=64)
    """The seat that took its place after it was declined, lapsed or withdrawn."""


class Consent(SQLModel, table=True):
    """Somebody's yes to something about a proposal: who, when, to which version of the text."""

    __tablename__ = "consent"
    __table_args__ = (one_of("kind", ("name_need", "take_part", "release", "expert")),)

    id: str = Field(primary_key=True, max_length=64)
    proposal_id: str = Field(foreign_key="proposal.id", max_length=64, index=True)
    seat_id: str | None = Field(default=None, foreign_key="seat.id", max_length=64)
    stakeholder_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    """The party for which it is given."""
    kind: str = Field(max_length=16)
    account_id: str = Field(max_length=64)
    text_version: str = Field(max_length=32)
    given_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InterestDeclaration(SQLModel, table=True):
    """What a party of a seat says about conflicts of interest, and what the desk made of it."""

    __tablename__ = "interest_declaration"
    __table_args__ = (
        one_of("party", INTEREST_PARTIES),
        one_of("stance", INTEREST_STANCES),
        one_of("verdict", INTEREST_VERDICTS),
    )

    seat_id: str = Field(primary_key=True, foreign_key="seat.id", max_length=64)
    party: str = Field(primary_key=True, max_length=16)
    stance: str = Field(max_length=16)
    text: str | None = Field(default=None, max_length=2000)
    """What there is; for the declarer and the desk alone."""
    text_version: str = Field(max_length=32)
    account_id: str = Field(max_length=64)
    declared_at: datetime = Field(sa_type=UtcDateTime)
    verdict: str | None = Field(default=None, max_length=16)
    """None: not judged yet, or nothing to judge."""
    measures: str | None = Field(default=None, max_length=2000)
    judged_by: str | None = Field(default=None, max_length=64)
    judged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Booking(SQLModel, table=True):
    """What a seat takes of its offer's capacity: held until a time, then committed, then released."""

    __tablename__ = "booking"
    __table_args__ = (one_of("state", BOOKING_STATES),)

    id: str = Field(primary_key=True, max_length=64)
    seat_id: str = Field(foreign_key="seat.id", max_length=64, index=True)
    offer_id: str = Field(foreign_key="offer.id", max_length=64, index=True)
    state: str = Field(default="held", max_length=16)
    held_at: datetime = Field(sa_type=UtcDateTime)
    held_until: datetime = Field(sa_type=UtcDateTime, index=True)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BookingMonth(SQLModel, table=True):
    """The assignments that a booking takes in a month (``2027-03``)."""

    __tablename__ = "booking_month"

    booking_id: str = Field(primary_key=True, foreign_key="booking.id", max_length=64)
    month: str = Field(primary_key=True, max_length=7)
    assignments: int


class OfferMonthLoad(SQLModel, table=True):
    """The sum of an offer's live bookings in a month: the one row that all who book meet at."""

    __tablename__ = "offer_month_load"
    __table_args__ = (CheckConstraint("assignments >= 0", name="assignments_counted"),)

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    month: str = Field(primary_key=True, max_length=7)
    assignments: int = 0


class UnmetComponent(SQLModel, table=True):
    """A component that did not get all its experts in a round, with its proof."""

    __tablename__ = "unmet_component"

    id: str = Field(primary_key=True, max_length=64)
    round_id: str = Field(foreign_key="match_round.id", max_length=64, index=True)
    need_id: str = Field(foreign_key="need.id", max_length=64, index=True)
    component_id: str = Field(max_length=64, index=True)
    missing: int
    mandatory: bool = True
    reason: str = Field(max_length=64, index=True)
    reasons: list[dict[str, Any]] = _json()
    exclusions: list[dict[str, Any]] = _json()
    certificate: dict[str, Any] = _json()
    found_at: datetime = Field(sa_type=UtcDateTime, index=True)
    superseded_by: str | None = Field(default=None, foreign_key="match_round.id", max_length=64)
    """The later round that looked at the need again; only what none superseded is unmet now."""
