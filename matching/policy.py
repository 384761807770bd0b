"""The policy: the published settings under which a round is run."""

import math
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from matching.errors import InvalidProblem, UnknownSetting
from matching.problem import Code, Id
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

LADDER_ALONE = ("total", "tiered")
"""These aim at nothing beside ladder and scores: prices prove them whole, and all settings go with them."""

PRIORITIES = MappingProxyType({"routine": 1, "priority": 2, "urgent": 3, "emergency": 4})
"""Priority of a need by its urgency. Only the order counts: no number of lesser needs outweighs a higher one
(:mod:`matching.allocation.network`)."""


QuotaKind = Literal[
    "provider_state_cap", "one_per_provider_state", "south_south_floor", "minimum_load", "senior_expert"
]
QUOTA_PARAMETERS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "provider_state_cap": ("slots", "share", "states"),
        "one_per_provider_state": ("slots",),
        "south_south_floor": ("slots", "share"),
        "minimum_load": ("slots", "parties", "states"),
        "senior_expert": ("slots",),
    }
)
"""What each kind of quota can be told."""


class HoldBack(Record):
    """How far a round looks ahead: how many needs are expected before the next one."""

    kind_of_record: ClassVar[str] = "hold_back"

    arrivals: int = Field(ge=0, le=100_000)
    """Needs that are expected. They are drawn from those of the round."""
    samples: int = Field(default=20, ge=1, le=1000)
    """So many futures are drawn; what an offer is worth in them is averaged."""


class QuotaRule(Record):
    """A quota: how many seats some providers may, or should, get.

    Raises
    ------
    InvalidProblem
        The kind is unknown, a parameter that it needs is missing (``missing``), or one is given that it
        does not have (``not_of_this_kind``).
    """

    kind_of_record: ClassVar[str] = "quota"

    kind: QuotaKind
    """``provider_state_cap``: each provider state gives at most ``slots`` seats, or ``share`` of all that are
    asked for (and at least one); ``states`` names some, else it holds for all.
    ``one_per_provider_state``: in each need, at most ``slots`` seats (by default one) from one state.
    ``south_south_floor``: at least ``slots`` seats, or ``share`` of all asked for, between states that
    are both known and not of high income.
    ``minimum_load``: each of ``parties`` and ``states`` gives at least ``slots`` seats.
    ``senior_expert``: in each need at least ``slots`` seats (by default one) go to experts of advanced or
    authoritative proficiency in the component's area, or with rated deliveries in it.

    A party of several states counts for each of them."""
    slots: int | None = Field(default=None, ge=1, le=1_000_000)
    share: Share | None = None
    states: tuple[Code, ...] = ()
    parties: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _has_its_parameters(self) -> Self:
        given = {name for name in ("slots", "share", "states", "parties") if getattr(self, name)}
        for name in sorted(given - set(QUOTA_PARAMETERS[self.kind])):
            raise InvalidProblem("quota", name, "not_of_this_kind")
        if self.kind in ("provider_state_cap", "south_south_floor") and not given & {"slots", "share"}:
            raise InvalidProblem("quota", "slots", "missing")
        if {"slots", "share"} <= given:
            raise InvalidProblem("quota", "share", "beside_slots")
        if self.kind == "minimum_load" and not given & {"parties", "states"}:
            raise InvalidProblem("quota", "parties", "missing")
        return self

    @property
    def is_of_each_need(self) -> bool:
        """Whether every need has a bound of its own."""
        return self.kind in ("one_per_provider_state", "senior_expert")

    def bound(self, wanted: int) -> int:
        """Return the number of seats where ``wanted`` are asked for: a floor rounds up, a cap down to one."""
        if self.share is None:
            return self.slots or 1
        exact = Fraction(str(self.share)) * wanted
        return max(math.floor(exact), 1) if self.kind == "provider_state_cap" else math.ceil(exact)


MOST_PAIRS = 1_000_000
"""Pairs that a round keeps, more or less, before it keeps fewer for each component."""
FEWEST_KEPT = 40
"""Candidates that a component keeps however large the round is, as far as it has them."""


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
    deadline_s: float | None = Field(default=60.0, gt=0, le=86_400)
    """Seconds after which the search of ``maxmin`` and ``leximin`` answers with the best so far. On rounds of
    usual size a limit on the work ends it before, so that the answer can be reproduced. None: no deadline."""
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
    """How many candidates a component keeps; in a round of many components fewer, see
    :meth:`kept_per_component`."""
    alternatives: int = Field(default=3, ge=0, le=100)
    """How many alternatives a proposal names."""
    hosts: int = Field(default=3, ge=0, le=100)
    """How many dialogues or groups a proposal names."""
    team_slack: int = Field(default=0, ge=0, le=10_000)
    """Points that a need may give up for each seat, so that a provider it has anyway takes the seat and it
    needs one provider less. With 0 the total is never lowered for that."""
    coalitions: int = Field(default=10, ge=0, le=100)
    """How many coalitions a round names, each with the joint action that could serve it."""
    exchanges: int = Field(default=10, ge=0, le=100)
    """How many mutual exchanges between states a round names."""
    hold_back: HoldBack | None = None
    """Whether offers that later needs are likely to want more are spared where others can serve as well. It
    never leaves a slot empty. See :mod:`matching.foresight.holding`."""
    margins: int = Field(default=100, ge=0, le=100_000)
    """For how many proposals a round works out by how much the team is ahead, in the order of the needs."""
    margin_arcs: int = Field(default=2000, ge=1, le=10_000_000)
    """How far the search for a margin goes; beyond, the margin is at least what was found."""
    weight_hundredths: int = Field(default=0, ge=0, le=100)
    """Up to how many hundredths each weight is moved to see which change would give a need another team; each
    takes two solves for each criterion. 0: not in the round. See :mod:`matching.explanations.reweighing`."""
    relaxations: int = Field(default=500, ge=0, le=100_000)
    """How many relaxations of unmet components a round tries out by solving again."""
    shortages: int = Field(default=10, ge=0, le=1000)
    """How many kinds of expert that are short a round names."""
    quotas: tuple[QuotaRule, ...] = ()
    """Bounds on who gives how much. An upper bound is kept but for locks; a lower bound is met as far as can
    be without leaving a slot empty or an urgent need behind."""
    quotas_deadline_s: float = Field(default=60.0, gt=0, le=86_400)
    """Seconds for the search in whole numbers, where quotas cross and a linear program does not decide. It
    then answers with the best so far and its gap."""
    calendar: Literal["whole_window", "by_month"] = "whole_window"
    """``whole_window``: an assignment counts in every month of its window, so an offer's capacity bounds all
    that it does. ``by_month``: each assignment is given its months, and capacity counts in each of them; what
    that does not go together with is refused, see :mod:`matching.months.solving`."""
    days_per_month: int = Field(default=20, ge=1, le=31)
    """Days of work that an expert gives in a month. Under ``by_month``, work of more days takes as many
    months in a row, as far as the window has them."""
    stale_after_days: int = Field(default=365, ge=1, le=36_500)
    """An offer that was not confirmed for so long counts as not reconfirmed."""

    @property
    def spares_for_later(self) -> bool:
        """Whether offers are spared for needs that are likely to come."""
        return self.hold_back is not None and self.hold_back.arrivals > 0

    def kept_per_component(self, components: int) -> int:
        """Return how many candidates each of so many components keeps.

        All together keep about :data:`MOST_PAIRS`, so that a large round fits into memory; each keeps 40 in
        any case, or what the setting says if that is less.

        Examples
        --------
        >>> [Policy().kept_per_component(components) for components in (1, 5_000, 20_000, 100_000)]
        [200, 200, 50, 40]
        """
        return min(self.candidates_per_component, max(MOST_PAIRS // max(components, 1), FEWEST_KEPT))

    @model_validator(mode="after")
    def _weights_add_to_one(self) -> Self:
        if set(self.weights) != set(WEIGHTS):
            odd = min(set(self.weights) ^ set(WEIGHTS))
            raise InvalidProblem("policy", f"weights.{odd}", "unknown" if odd in self.weights else "missing")
        if not math.isclose(sum(self.weights.values()), 1, abs_tol=1e-9):
            raise InvalidProblem("policy", "weights", "do_not_add_to_1")
        return self

    def refuse_contradictions(self) -> None:
        """Refuse settings that are each allowed, but say nothing together.

        Raises
        ------
        UnknownSetting
            Fairness beyond the ladder stands together with quotas, held-back capacity or a calendar by month;
            or that calendar with quotas, held-back capacity or a slack for teams.
        """
        set_too = {
            "quotas": bool(self.quotas),
            "hold_back": self.spares_for_later,
            "team_slack": bool(self.team_slack),
            "calendar": self.calendar == "by_month",
        }
        if self.fairness not in LADDER_ALONE:
            for name in ("quotas", "hold_back", "calendar"):
                if set_too[name]:
                    raise UnknownSetting(f"fairness with {name}", self.fairness, LADDER_ALONE)
        if set_too["calendar"]:
            for name in ("quotas", "hold_back", "team_slack"):
                if set_too[name]:
                    raise UnknownSetting(f"calendar with {name}", self.calendar, ("whole_window",))
