"""What comes in and goes out about rounds, candidates and pins."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from service.web.schemas import CodeText, IdText, Input, Reason, View, Whole


class RoundScope(Input):
    """What a round takes in. Everything that the desk may run, where nothing is named."""

    theme: CodeText | None = Field(default=None, examples=["T2"])
    dialogue: CodeText | None = Field(default=None, examples=["PRAGUE"])


class RoundRequest(Input):
    """A round as it is asked for."""

    desk: IdText
    scope: RoundScope = RoundScope()
    policy: dict[str, Any] = Field(default={}, examples=[{"fairness": "tiered", "alternatives": 3}])
    """Settings that differ from the published policy; `GET /policy` shows them all."""
    seed: Annotated[Whole, Field(le=2_147_483_647)] = 0


class Progress(View):
    """How far a round is."""

    stage: str | None
    done: int
    total: int


class Failure(View):
    """Why a round failed: a code, and a sentence in the asked language."""

    code: str
    params: dict[str, Any]
    text: str


class RoundView(View):
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


class ReasonView(View):
    """A reason: a code with parameters for programs, and a sentence for people."""

    code: str
    params: dict[str, Any]
    evidence: list[str]
    text: str


class CriterionView(View):
    """What one criterion gives: points of its weight, and why."""

    criterion: str
    label: str
    weight: float
    value: float
    points: float
    known: bool
    reasons: list[ReasonView]


class CandidateView(View):
    """An offer that could cover a component of a need."""

    component: str
    offer: str
    title: str
    provider: str
    provider_name: str
    provider_states: list[str]
    score: int
    criteria: list[CriterionView]
    to_be_confirmed: list[ReasonView]


class CandidateList(View):
    """The best candidates for a need, best first. Computed now, from what the reader may see."""

    need: str
    policy_digest: str
    text_model: str
    candidates: list[CandidateView]


class SeatChangeView(View):
    """A seat that another answer would give, or take away."""

    need: str
    component: str
    offer: str
    experts: int
    """More than now, or fewer."""


class WhyNotView(View):
    """Why an offer was not chosen for a component in a round, as far as the reader may know."""

    round: str
    need: str
    component: str
    offer: str
    score: int
    enters_at: int | None
    """The least score with which it would have been chosen; for the desk of the round."""
    short_by: int | None
    reasons: list[ReasonView]
    changes: list[SeatChangeView]
    """What would have changed; for the desk of the round."""


class PinDecision(Input):
    """A person's decision about a component and an offer."""

    component: IdText
    offer: IdText
    decision: Literal["lock", "veto"]
    reason: Reason = Field(examples=["They ran the pilot together last year."])


class PinView(View):
    """A decision that rounds keep to."""

    id: str
    component: str
    offer: str
    decision: str
    side: str
    """Whose decision it is: the ``requester``'s or the ``desk``'s, which the requester is not told of."""
    decided_at: datetime


class NeedChangeView(View):
    """What two rounds give one need, where that differs."""

    need: str
    title: str
    change: str
    experts_before: int
    experts_after: int
    points_before: float
    """What it got of 10000: the scores of its experts over the experts that it asked for."""
    points_after: float


class LoadChangeView(View):
    """How many experts two rounds ask of an institution, where that differs."""

    provider: str
    name: str
    experts_before: int
    experts_after: int


class HostChangeView(View):
    """For how many needs a dialogue or group is named first as host, where that differs."""

    kind: str
    code: str
    name: str
    needs_before: int
    needs_after: int


class FigureChangeView(View):
    """A figure of both rounds."""

    figure: str
    before: float
    after: float


class ComparisonView(View):
    """Two rounds side by side: who gains, who loses, and what the second one costs against the first."""

    first: str
    second: str
    same_facts: bool
    """Whether both rounds saw the same facts; if not, a difference may come from these."""
    gained: int
    lost: int
    other_team: int
    unchanged: int
    needs: list[NeedChangeView]
    providers: list[LoadChangeView]
    hosts: list[HostChangeView]
    figures: list[FigureChangeView]
    experts_cost: int
    """Experts that the second round finds fewer; negative where it finds more."""
    points_cost: int
    """Points of all scores together that the second round gives up; negative where it gains."""
