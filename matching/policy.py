"""The policy: the published settings under which a round is run."""

import math
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from matching.errors import InvalidProblem
from matching.records import Record

Share = Annotated[float, Field(ge=0, le=1)]
Fairness = Literal["total", "tiered", "bottleneck", "maxmin", "leximin"]
TextModel = Literal["sentence-encoder", "character-ngrams"]

WEIGHTS = MappingProxyType(
    {
        "topic": 0.18,
        "meaning": 0.11,
        "modality": 0.06,
        "language": 0.07,
        "membership": 0.09,
        "proximity": 0.05,
        "similarity": 0.03,
        "availability": 0.05,
        "track_record": 0.10,
        "relations": 0.11,
        "evidence": 0.05,
        "south_south": 0.02,
        "priority": 0.02,
        "agenda": 0.02,
        "wishes": 0.04,
    }
)
"""The criteria and their default weights; every policy names the same criteria and its weights add to 1."""

PRIORITIES = MappingProxyType({"routine": 1, "priority": 2, "urgent": 3, "emergency": 4})
"""Priority of a need by its urgency. Only the order counts: no number of lesser needs outweighs a higher one
(:mod:`matching.network`)."""


class HoldBack(Record):
    """How far a round looks ahead: how many needs are expected before the next one."""

    kind_of_record: ClassVar[str] = "hold_back"

    arrivals: int = Field(ge=0, le=100_000)
    """Needs that are expected. They are drawn from those of the round."""
    samples: int = Field(default=20, ge=1, le=1000)
    """So many futures are drawn; what an offer is worth in them is averaged."""


class Policy(Record):
    """Settings of a round; what it does not say has the published default.

    Raises
    ------
    InvalidProblem
        A setting is unknown or out of range, a criterion is missing or unknown, or the weights do not
        add to 1.
    """

    kind_of_record: ClassVar[str] = "policy"

    weights: dict[str, Share] = Field(default_factory=lambda: dict(WEIGHTS))
    """Weight of each criterion."""
    fairness: Fairness = "tiered"
    text_model: TextModel = "sentence-encoder"
    """How texts are compared. A model that cannot be loaded is an error, never replaced in silence."""
    minimum_score: int = Field(default=2500, ge=1, le=10_000)
    """A pair that scores below this is no candidate."""
    minimum_topic: Share = 0.4
    """A pair that shares less of the topic is no candidate, where both sides state one; 0 asks for nothing.

    1 area and commitment, 0.9 area; where a side states no area: 0.8 commitment, 0.5 its parent or a
    sub-point, 0.4 an area serves the commitment; in another area: 0.65 commitment without sub-points, 0.35
    with, 0.3 its parent or a sub-point, 0.25 an area serves the commitment; 0.2 theme."""
    candidates_per_component: int = Field(default=200, ge=1, le=100_000)
    alternatives: int = Field(default=3, ge=0, le=100)
    """How many alternatives a proposal names."""
    hosts: int = Field(default=3, ge=0, le=100)
    """How many dialogues or groups a proposal names."""
    coalitions: int = Field(default=10, ge=0, le=100)
    """How many coalitions a round names, each with the joint action that could serve it."""
    exchanges: int = Field(default=10, ge=0, le=100)
    """How many mutual exchanges between states a round names."""
    hold_back: HoldBack | None = None
    """Whether offers that later needs are likely to want more are spared where others can serve as well. It
    never leaves a slot empty. See :mod:`matching.holding`."""
    margins: int = Field(default=300, ge=0, le=100_000)
    """For how many proposals a round works out by how much the team is ahead, in the order of the needs."""
    margin_arcs: int = Field(default=2000, ge=1, le=10_000_000)
    """How far the search for a margin goes; beyond, the margin is at least what was found."""
    relaxations: int = Field(default=500, ge=0, le=100_000)
    """How many relaxations of unmet components a round tries out by solving again."""
    shortages: int = Field(default=10, ge=0, le=1000)
    """How many kinds of expert that are short a round names."""
    stale_after_days: int = Field(default=365, ge=1, le=36_500)
    """An offer that was not confirmed for so long counts as not reconfirmed."""

    @model_validator(mode="after")
    def _weights_add_to_one(self) -> Self:
        if set(self.weights) != set(WEIGHTS):
            odd = min(set(self.weights) ^ set(WEIGHTS))
            raise InvalidProblem("policy", f"weights.{odd}", "unknown" if odd in self.weights else "missing")
        if not math.isclose(sum(self.weights.values()), 1, abs_tol=1e-9):
            raise InvalidProblem("policy", "weights", "do_not_add_to_1")
        return self
