"""The outcome: what a round proposes, what stays unmet, and why. Plain values without sentences.

A reason is a code, typed parameters and references to its evidence (``offer:ID``, ``delivery:ID``,
``dialogue:PRAGUE``, ``commitment:T1-01``). The service turns reasons into sentences.
"""

from typing import ClassVar, Literal

from pydantic import Field

from matching.problem import Code, GroupKind, Id
from matching.records import Record

Score = Field(ge=0, le=10_000)


class Reason(Record):
    """Why something is as it is."""

    kind_of_record: ClassVar[str] = "reason"

    code: Code
    params: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    evidence: tuple[str, ...] = ()


class CriterionScore(Record):
    """What one criterion gives to a pair."""

    kind_of_record: ClassVar[str] = "criterion"

    criterion: Code
    weight: float
    value: float = Field(ge=0, le=1)
    points: float
    """``weight * value * 100``: the points of the score of 100."""
    known: bool
    """Whether the facts are known; where they are not, the value is a neutral assumption."""
    reasons: tuple[Reason, ...] = ()


class Candidate(Record):
    """An offer that could cover a component, explained."""

    kind_of_record: ClassVar[str] = "candidate"

    component: Id
    offer: Id
    score: int = Score
    criteria: tuple[CriterionScore, ...] = ()
    to_be_confirmed: tuple[Reason, ...] = ()
    """What nobody stated and somebody has to ask."""


class Seat(Record):
    """Part of a proposal: an offer covers a component with so many experts."""

    kind_of_record: ClassVar[str] = "seat"

    component: Id
    offer: Id
    experts: int = Field(ge=1)
    days: int | None = None
    score: int = Score
    locked: bool = False
    criteria: tuple[CriterionScore, ...] = ()
    to_be_confirmed: tuple[Reason, ...] = ()


class Alternative(Record):
    """The nearest offer that was not chosen for a component, and what kept it out."""

    kind_of_record: ClassVar[str] = "alternative"

    component: Id
    offer: Id
    score: int = Score
    behind: int
    """Points of 10000 by which it is behind the weakest seat of the component; negative if it is ahead."""
    reasons: tuple[Reason, ...] = ()


class Host(Record):
    """A dialogue or group that could host the work."""

    kind_of_record: ClassVar[str] = "host"

    kind: GroupKind
    code: Code
    score: int = Score
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


class Proposal(Record):
    """A team for a need."""

    kind_of_record: ClassVar[str] = "proposal"

    need: Id
    score: int = Score
    """Mean score of its seats, weighted by experts."""
    seats: tuple[Seat, ...]
    reasons: tuple[Reason, ...] = ()
    """The strongest reasons, first things first."""
    alternatives: tuple[Alternative, ...] = ()
    hosts: tuple[Host, ...] = ()
    complete: bool = True
    """Whether every mandatory component is fully covered."""


class Certificate(Record):
    """Proof that a set of components cannot get more than it got, from the source side of the minimum cut.

    ``demand - capacity - single_pairs = unmet`` holds exactly: the components of the set want ``demand``
    slots, the offers within their reach have ``capacity``, and ``single_pairs`` more can come over pairs
    that are limited by what one offer gives to one component.
    """

    kind_of_record: ClassVar[str] = "certificate"

    components: tuple[Id, ...]
    offers: tuple[Id, ...] = ()
    demand: int
    capacity: int
    single_pairs: int
    unmet: int


class Exclusion(Record):
    """How many offers a rule alone or with others keeps away from a component."""

    kind_of_record: ClassVar[str] = "exclusion"

    rule: Code
    offers: int = Field(ge=0)
    """Offers that the rule excludes."""
    alone: int = Field(ge=0)
    """Offers that only this rule excludes: without it they would be candidates."""


UNMET_REASONS = (
    "no_expertise",
    "language_gap",
    "no_availability",
    "security_or_visa",
    "political",
    "no_funding",
    "too_generic",
    "out_of_scope",
    "duplicate",
    "counterpart_change",
    "expired",
)
"""The published reasons. The engine derives all but ``security_or_visa``, ``political`` and
``counterpart_change``, which only people can know."""


class Unmet(Record):
    """A component that did not get all its experts."""

    kind_of_record: ClassVar[str] = "unmet"

    need: Id
    component: Id
    missing: int = Field(ge=1)
    mandatory: bool = True
    reason: Code
    """One of :data:`UNMET_REASONS`."""
    reasons: tuple[Reason, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    certificate: Certificate


class GraphNote(Record):
    """One finding of the graph analysis."""

    kind_of_record: ClassVar[str] = "note"

    code: Literal["broker", "isolated_need", "single_point_of_failure", "most_wanted", "most_loaded"]
    subject: str
    """What it is about, as a reference (``state:NLD``, ``need:ID``, ``area:EXP-RET``)."""
    value: float
    params: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class Figures(Record):
    """What the round reached, in numbers."""

    kind_of_record: ClassVar[str] = "figures"

    needs: int
    components: int
    slots: int
    filled: int
    candidates: int
    needs_complete: int
    needs_partial: int
    needs_without: int
    total: int
    """Sum of the scores of all filled slots."""
    lowest: float = 0.0
    """Least that any need got: the sum of its scores divided by the slots it wanted, 0 to 10000."""
    fifth_percentile: float = 0.0
    """What one need in twenty stays below."""
    gini: float = 0.0
    """How unequally needs got something: 0 where all got the same, towards 1 where one got everything."""
    proof: str
    """``optimal`` when the dual prices prove the allocation; else the gap."""


class Outcome(Record):
    """The result of a round.

    The fingerprint is taken over content: the same problem, policy and seed give the same fingerprint
    whatever the ids and the order of the records.
    """

    kind_of_record: ClassVar[str] = "outcome"

    fingerprint: str
    problem_digest: str
    policy_digest: str
    engine: str
    """Version of the engine."""
    text_model: str
    """Name and version of the text model that was used."""
    seed: int
    proposals: tuple[Proposal, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    notes: tuple[GraphNote, ...] = ()
    figures: Figures
