"""Rounds, candidates and pins."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from clients.models.parts import Answer, Input

ROUND_ENDS = frozenset({"finished", "failed", "cancelled"})


class RoundScope(Input):
    """What a round takes in. Everything that the desk may run, where nothing is named."""

    theme: str | None = None
    dialogue: str | None = None


class RoundRequest(Input):
    """A round as it is asked for."""

    desk: str
    scope: RoundScope = RoundScope()
    policy: dict[str, Any] = Field(default={})
    """Settings that differ from the published policy."""
    seed: int = 0


class Progress(Answer):
    """How far a round is."""

    stage: str | None
    done: int
    total: int


class Failure(Answer):
    """Why a round failed: a code, and a sentence in the asked language."""

    code: str
    params: dict[str, Any]
    text: str


class Round(Answer):
    """A round."""

    id: str
    desk: str | None
    scope: dict[str, Any]
    policy: dict[str, Any]
    seed: int
    state: str
    progress: Progress
    failure: Failure | None
    as_of: date
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    deadline_at: datetime | None
    fingerprint: str | None
    problem_digest: str | None
    policy_digest: str | None
    engine: str | None
    text_model: str | None
    figures: dict[str, Any] | None
    notes: list[dict[str, Any]]
    is_demonstration: bool

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ROUND_ENDS


class Reason(Answer):
    """A reason: a code with parameters for programs, and a sentence for people."""

    code: str
    params: dict[str, Any]
    evidence: list[str]
    text: str


class Criterion(Answer):
    """What one criterion gives: points of its weight, and why."""

    criterion: str
    label: str
    weight: float
    value: float
    points: float
    known: bool
    reasons: list[Reason]


class Candidate(Answer):
    """An offer that could cover a component of a need."""

    component: str
    offer: str
    title: str
    provider: str
    provider_name: str
    provider_states: list[str]
    score: int
    criteria: list[Criterion]
    to_be_confirmed: list[Reason]


class Candidates(Answer):
    """The best candidates for a need, best first. Computed now, from what you may see."""

    need: str
    policy_digest: str
    text_model: str
    candidates: list[Candidate]


class SeatChange(Answer):
    """A seat that another answer would give, or take away."""

    need: str
    component: str
    offer: str
    experts: int


class WhyNot(Answer):
    """Why an offer was not chosen for a component in a round, as far as you may know."""

    round: str
    need: str
    component: str
    offer: str
    score: int
    enters_at: int | None
    short_by: int | None
    reasons: list[Reason]
    changes: list[SeatChange]


class PinDecision(Input):
    """A person's decision about a component and an offer."""

    component: str
    offer: str
    decision: Literal["lock", "veto"]
    reason: str


class Pin(Answer):
    """A decision that rounds keep to."""

    id: str
    component: str
    offer: str
    decision: str
    side: str
    """Whose decision it is: the ``requester``'s or the ``desk``'s, which the requester is not told of."""
    decided_at: datetime


class NeedChange(Answer):
    """What two rounds give one need, where that differs."""

    need: str
    title: str
    change: str
    experts_before: int
    experts_after: int
    points_before: float
    points_after: float


class LoadChange(Answer):
    """How many experts two rounds ask of an institution, where that differs."""

    provider: str
    name: str
    experts_before: int
    experts_after: int


class HostChange(Answer):
    """For how many needs a dialogue or group is named first as host, where that differs."""

    kind: str
    code: str
    name: str
    needs_before: int
    needs_after: int


class FigureChange(Answer):
    """A figure of both rounds."""

    figure: str
    before: float
    after: float


class Comparison(Answer):
    """Two rounds side by side: who gains, who loses, and what the second one costs against the first."""

    first: str
    second: str
    same_facts: bool
    gained: int
    lost: int
    other_team: int
    unchanged: int
    needs: list[NeedChange]
    providers: list[LoadChange]
    hosts: list[HostChange]
    figures: list[FigureChange]
    experts_cost: int
    """Experts that the second round finds fewer; negative where it finds more."""
    points_cost: int
    """Points of all scores together that the second round gives up; negative where it gains."""
