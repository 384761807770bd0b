"""The outcome: what a round proposes, what stays unmet, and why. Plain values without sentences.

A reason is a code, typed parameters and references to its evidence (``offer:ID``, ``delivery:ID``,
``dialogue:PRAGUE``, ``commitment:T1-01``). The service turns reasons into sentences.
"""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from matching.problem import Code, GroupKind, Id
from matching.records import Record, keep_as_it_stands, put

Score = Field(ge=0, le=10_000)

_ABSENT: Any = object()


def _given(**data: Any) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not _ABSENT}


class Reason(Record):
    """Why something is as it is."""

    kind_of_record: ClassVar[str] = "reason"

    code: Code
    params: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    evidence: tuple[str, ...] = ()

    # The fields by name, as this is called most often of all: what is not at once right takes the long way.
    def __init__(
        self, *, code: Any = _ABSENT, params: Any = _ABSENT, evidence: Any = _ABSENT, **others: Any
    ) -> None:
        own = {} if params is _ABSENT else params
        about = () if evidence is _ABSENT else evidence
        if type(code) is str and type(own) is dict and type(about) is tuple and not others:
            put(self, "code", code)
            put(self, "params", own)
            put(self, "evidence", about)
            keep_as_it_stands(self)
        else:
            super().__init__(**_given(code=code, params=params, evidence=evidence), **others)

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # see Record


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

    @classmethod
    def told(
        cls,
        criterion: str,
        weight: float,
        value: float,
        points: float,
        reasons: tuple[Reason, ...],
        *,
        known: bool,
    ) -> Self:
        """Return a criterion's score of values that are of their types: a round makes ten for every seat."""
        if not 0 <= value <= 1:
            raise ValueError(f"{criterion}: {value} is not from 0 to 1")
        told = cls.__new__(cls)
        put(told, "criterion", criterion)
        put(told, "weight", weight)
        put(told, "value", value)
        put(told, "points", points)
        put(told, "known", known)
        put(told, "reasons", reasons)
        keep_as_it_stands(told)
        return told


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
    months: tuple[str, ...] = ()
    """Under ``by_month``, where the need has a window: the months of each expert, one after the other, so
    that a month stands here once for each expert who works in it."""


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


class QuotaLimit(Record):
    """A quota that is used up, and so part of a certificate."""

    kind_of_record: ClassVar[str] = "limit"

    kind: Code
    subject: str
    """Whose seats it bounds: ``state:NLD``."""
    need: Id | None = None
    """The need within which it does; None: in the whole round."""
    seats: int
    """The upper bound, with what locks need beyond it."""


class Certificate(Record):
    """Proof that a set of components cannot get more than it got, from the source side of the minimum cut.

    ``demand - capacity - single_pairs - quotas = unmet`` holds exactly: the components of the set want
    ``demand`` slots, the offers within their reach have ``capacity``, ``single_pairs`` more can come over
    pairs that are limited by what one offer gives to one component, and ``quotas`` more through ``limits`` of
    the policy.
    """

    kind_of_record: ClassVar[str] = "certificate"

    components: tuple[Id, ...]
    offers: tuple[Id, ...] = ()
    demand: int
    capacity: int
    single_pairs: int
    unmet: int
    quotas: int = 0
    limits: tuple[QuotaLimit, ...] = ()
    months: tuple[tuple[str, ...], ...] = ()
    """Under ``by_month``: the months of each of the offers whose room is counted, ``open`` for work without a
    window. Else empty."""
    is_proved: bool = True
    """Whether these numbers prove it. Where quotas cross, or work takes several months, they may only say
    what the component got, and the proof is the solver's alone."""


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


class SeatChange(Record):
    """A seat that another answer would give (``experts`` above 0) or take away (below)."""

    kind_of_record: ClassVar[str] = "seat_change"

    need: Id
    component: Id
    offer: Id
    experts: int


class WhyNot(Record):
    """Why an offer was not chosen for a component."""

    kind_of_record: ClassVar[str] = "why_not"

    need: Id
    component: Id
    offer: Id
    score: int = Score
    """What the pair scores, whether it is a candidate or not."""
    enters_at: int | None = None
    """The least score with which it would be chosen for certain; None where no score would do."""
    short_by: int | None = None
    """Points that it lacks."""
    reasons: tuple[Reason, ...]
    changes: tuple[SeatChange, ...] = ()
    """What would change if it entered, its own seat included."""


class SmallestChange(Record):
    """The smallest change of one score, and of one weight, that would give a need another team."""

    kind_of_record: ClassVar[str] = "smallest_change"

    need: Id
    margin: Reason
    """By how much one score would have to change, see :class:`matching.explanations.margins.Margins`."""
    criterion: Code | None = None
    """The weight that changes the team first; None where none does as far as was tried."""
    weight: float | None = None
    changed: float | None = None
    """What the weight is, and what it would have to be."""
    changes: tuple[SeatChange, ...] = ()
    """Whom the need would lose and whom it would get."""
    reasons: tuple[Reason, ...] = ()


ShortageKind = Literal["area", "language", "area_language", "modality"]


class Shortage(Record):
    """What one more expert of a kind would add to the round."""

    kind_of_record: ClassVar[str] = "shortage"

    kind: ShortageKind
    area: Code | None = None
    language: Code | None = None
    modality: Code | None = None
    slots: int = Field(ge=0, le=1)
    """Slots that stay empty without."""
    gain: int
    """Points that the sum of scores would gain; it may lose some where a slot more is filled."""
    score: int = Score
    """What the expert would score where it would help most, see :mod:`matching.explanations.scarcity`."""
    components: int = Field(ge=0)
    """Components that ask for this kind."""
    wanting: int = Field(ge=0)
    """Those of them that have an empty slot."""
    offers: int = Field(ge=0)
    """Offers that are candidates for one of them."""

    @property
    def codes(self) -> tuple[str, str, str]:
        """Its area, language and modality, empty where it has none."""
        return self.area or "", self.language or "", self.modality or ""


class QuotaFigure(Record):
    """What a round reached of a quota that its policy names."""

    kind_of_record: ClassVar[str] = "quota_figure"

    kind: Code
    subject: str
    """Whom it is about: ``state:NLD``, ``party:ID``, ``need:ID``, ``round``, or ``every_need``: of one state
    in a need, the most that any state has in any need; of senior experts, what all needs lack and have
    together. A need that lacks something stands by itself, too."""
    low: int = Field(ge=0)
    high: int | None = None
    """None: no upper bound."""
    reached: int = Field(ge=0)
    shortfall: int = Field(ge=0)
    """What is missing from the lower bound."""
    binding: bool
    """Whether it lacks something or is used up, and so can have kept somebody out."""


class GraphNote(Record):
    """One finding of the graph analysis."""

    kind_of_record: ClassVar[str] = "note"

    code: Literal["broker", "isolated_need", "single_point_of_failure", "most_wanted", "most_loaded"]
    subject: str
    """What it is about, as a reference (``state:NLD``, ``need:ID``, ``area:EXP-RET``)."""
    value: float
    params: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class CoalitionMember(Record):
    """A need in a coalition, with the component that the coalition is about."""

    kind_of_record: ClassVar[str] = "member"

    need: Id
    component: Id
    states: tuple[Code, ...]
    """States that ask."""
    slots: int = Field(ge=1)
    """Experts that it asks for."""
    experts: int = Field(ge=0)
    """Of these, what the joint action would give it."""


class JointSeat(Record):
    """Part of a joint team: an offer sends so many experts, who serve several components at once."""

    kind_of_record: ClassVar[str] = "joint_seat"

    offer: Id
    experts: int = Field(ge=1)
    components: tuple[Id, ...] = Field(min_length=1)


class JointAction(Record):
    """One team that could serve the members of a coalition together, instead of a team for each."""

    kind_of_record: ClassVar[str] = "joint_action"

    seats: tuple[JointSeat, ...] = Field(min_length=1)
    experts_together: int = Field(ge=1)
    experts_separately: int = Field(ge=1)
    """Experts that the same places would take if each need were served alone."""
    days_together: int | None = None
    days_separately: int | None = None
    """Expert-days; None where a component states none."""
    hosts: tuple[Host, ...] = ()
    reasons: tuple[Reason, ...] = ()
    to_be_confirmed: tuple[Reason, ...] = ()


class Coalition(Record):
    """Needs of several states that one team could serve together. For those who may see all its members."""

    kind_of_record: ClassVar[str] = "coalition"

    topic: str
    """What all ask for, as a reference (``area:EXP-RET``, ``commitment:T2-05``)."""
    score: int = Score
    cohesion: float = Field(ge=0, le=1)
    """Mean likeness of two members."""
    across_regions: bool
    modality: Code | None = None
    language: Code | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    """What all members can do, as far as they state it: days as ``2027-03-01``; windows meet in a month."""
    members: tuple[CoalitionMember, ...] = Field(min_length=2)
    reasons: tuple[Reason, ...] = ()
    action: JointAction | None = None
    """None where nobody could serve two of them."""


class ExchangeLink(Record):
    """What one state of an exchange could give to the next: its best offer for one of its needs."""

    kind_of_record: ClassVar[str] = "link"

    giver: Code
    taker: Code
    need: Id
    component: Id
    offer: Id
    score: int = Score


class MutualExchange(Record):
    """A ring of two or three states in which each could give what the next one asks for."""

    kind_of_record: ClassVar[str] = "exchange"

    states: tuple[Code, ...] = Field(min_length=2, max_length=3)
    score: int = Score
    """The weakest of its links."""
    links: tuple[ExchangeLink, ...]


class ServedGroup(Record):
    """How the needs of a group were served, beside all others."""

    kind_of_record: ClassVar[str] = "served_group"

    group: Literal["ldc", "lldc", "sids", "first_time"]
    """Needs of a least developed, landlocked or small island state, or of a party that asks first."""
    needs: int
    """Needs of the group."""
    served: int
    """Those of them that got something."""
    share_of_served: float | None
    """What part of all needs that got something is of the group; None where none did."""
    share_of_utility: float | None
    """What part of all that needs got, each by the slots it wanted, goes to the group."""


class SouthSouth(Record):
    """Experts who come from a state of the South to one of the South."""

    kind_of_record: ClassVar[str] = "south_south"

    seats: int
    known: int
    """Experts of whom the income groups of both sides are known."""
    share: float | None
    """``seats`` of ``known``; None where nothing is known."""


class Load(Record):
    """How evenly the seats fall on those who give."""

    kind_of_record: ClassVar[str] = "load"

    providers: int = 0
    """Those who have a seat."""
    highest: int = 0
    """Most seats of one of them."""
    mean: float = 0.0
    gini: float = 0.0


class StateLoad(Record):
    """Seats of the offers of a state, of which there are too many for one to show."""

    kind_of_record: ClassVar[str] = "state_load"

    state: Code
    seats: int


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
    providers: int = 0
    """Providers of all needs, counted once in each need that they serve."""
    providers_spared: int = 0
    """How many more there would be if teams were not asked to have few."""
    given_up_for_teams: int = 0
    """Points of the total that this cost, within the policy's ``team_slack``."""
    teams_searched: bool = True
    """Whether every way to make teams smaller was tried; False where the amount of work ended it."""
    lowest_served: float = 0.0
    """Least that a need got which got something."""
    fairness: str = "tiered"
    """The fairness that the policy asked for."""
    fairness_certificate: float = 0.0
    """What the least that a need with candidates got could not exceed; 0 where somebody must stay empty."""
    fairness_gap: float = 0.0
    """Share of the certificate that this least is short of."""
    total_gap: float = 0.0
    """Share of the highest total of equal coverage that was given up for fairness: its price."""
    groups: tuple[ServedGroup, ...] = ()
    south_south: SouthSouth | None = None
    load_of_parties: Load = Load()
    load_of_states: Load = Load()
    most_loaded_states: tuple[StateLoad, ...] = ()
    """Those with the most seats, of states with three offers in use or more."""
    proof: str
    """``optimal`` when it is proved that nothing better exists in what the fairness is about, or the gap."""


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
    quotas: tuple[QuotaFigure, ...] = ()
    coalitions: tuple[Coalition, ...] = ()
    exchanges: tuple[MutualExchange, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    """The kinds of expert of which one more would add most, first things first."""
    figures: Figures
