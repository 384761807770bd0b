"""The problem: everything that a round knows, as plain values.

A problem is closed: every code that a record names is declared in it, so that the engine needs no list of
its own. Ids are the caller's; they name records within one problem and never decide anything (ties are
broken by content, see :mod:`matching.identity`).

What is ``None`` is unknown. An empty tuple is a statement: "none".
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from matching.errors import InvalidProblem
from matching.records import Record

Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, StringConstraints(max_length=20_000)]

Urgency = Literal["emergency", "urgent", "priority", "routine"]
Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
Proficiency = Literal["awareness", "practitioner", "advanced", "authority"]
Evidence = Literal[
    "self_declared", "employer_confirmed", "document_verified", "peer_reviewed", "delivered_and_rated"
]
DeliveryMode = Literal[
    "in_requesting_country", "in_provider_country", "third_country_or_regional", "remote", "hybrid"
]
GroupKind = Literal["dialogue", "regional_body", "city_network", "topic_group"]
GroupStatus = Literal["active", "low_activity", "unknown", "concluded"]
Completeness = Literal["full", "partial", "unknown"]
Role = Literal[
    "member",
    "participant",
    "associate",
    "partner",
    "observer",
    "suspended",
    "unclear",
    "disputed",
    "inactive",
    "former_member",
    "withdrawn",
]


class State(Record):
    """A state or territory, with the facts that criteria use."""

    kind_of_record: ClassVar[str] = "state"
    names_itself_by: ClassVar[str | None] = "code"

    code: Code
    region: Code | None = None
    subregion: Code | None = None
    income: Literal["low", "lower_middle", "upper_middle", "high"] | None = None
    ldc: bool = False
    lldc: bool = False
    sids: bool = False
    languages: tuple[Code, ...] = ()
    """Official languages. Derived facts: they help a score and never exclude."""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)


class Commitment(Record):
    """An actionable commitment and its theme."""

    kind_of_record: ClassVar[str] = "commitment"
    names_itself_by: ClassVar[str | None] = "code"

    code: Code
    theme: Code
    parent: Code | None = None


class Area(Record):
    """An expertise area and the commitments that it serves."""

    kind_of_record: ClassVar[str] = "area"
    names_itself_by: ClassVar[str | None] = "code"

    code: Code
    commitments: tuple[Code, ...] = ()


class Group(Record):
    """A dialogue, regional body, city network or topic-based group that could host work.

    Its code is unique only with its kind.
    """

    kind_of_record: ClassVar[str] = "group"
    names_itself_by: ClassVar[str | None] = "code"

    kind: GroupKind
    code: Code
    status: GroupStatus = "active"
    completeness: Completeness = "unknown"
    """How complete the list of members is."""
    themes: tuple[Code, ...] = ()
    commitments: tuple[Code, ...] = ()
    cross_regional: bool = False
    hosted: int = Field(default=0, ge=0)
    """Number of actions it is known to have hosted, beside the deliveries that name it as their host."""


class Membership(Record):
    """A state's place in a group."""

    kind_of_record: ClassVar[str] = "membership"

    kind: GroupKind
    group: Code
    state: Code
    role: Role


class Party(Record):
    """A stakeholder that asks or offers: a ministry, an expert pool, an organisation, a city."""

    kind_of_record: ClassVar[str] = "party"
    names_itself_by: ClassVar[str | None] = "id"

    id: Id
    type: Code
    name: Text
    states: tuple[Code, ...] = ()
    """Its state, or states where several run it together. Empty: none."""
    public_body: bool = False
    first_time: bool | None = None
    """Whether it has never been helped before, as far as is known."""


class Language(Record):
    """A language with its CEFR level, if known."""

    kind_of_record: ClassVar[str] = "language"
    names_itself_by: ClassVar[str | None] = "code"

    code: Code
    level: Level | None = None


class Component(Record):
    """One thing that a need wants covered: an area in a modality, by a number of experts."""

    kind_of_record: ClassVar[str] = "component"
    names_itself_by: ClassVar[str | None] = "id"

    id: Id
    area: Code | None = None
    modality: Code | None = None
    languages: tuple[Language, ...] | None = None
    """Languages it can be done in, any one is enough. None: nobody stated one."""
    slots: int = Field(default=1, ge=1, le=1000)
    """Number of experts."""
    days: int | None = Field(default=None, ge=1, le=3650)
    """Expert-days per expert."""
    mandatory: bool = True


class Need(Record):
    """A request for assistance."""

    kind_of_record: ClassVar[str] = "need"
    names_itself_by: ClassVar[str | None] = "id"

    id: Id
    requesters: tuple[Id, ...] = Field(min_length=1)
    components: tuple[Component, ...] = Field(min_length=1)
    commitments: tuple[Code, ...] = ()
    text: Text = ""
    urgency: Urgency = "routine"
    starts_on: date | None = None
    ends_on: date | None = None
    delivery: DeliveryMode | None = None
    preferred: tuple[Id, ...] = ()
    """Parties that the requester would like."""
    excluded: tuple[Id, ...] = ()
    do_not_pair: tuple[Id, ...] = ()
    """Like ``excluded``, but private: looks like any other absence to everybody else."""
    interpretation: bool | None = None
    """Whether interpretation is offered; it relaxes the language rule, at a cost."""
    eligible: bool = True
    endorsed: bool = True
    in_scope: bool = True
    joint: bool = True
    """Whether it may be combined with needs of other states in one action, which would tell them of it.
    Whoever makes the problem decides that by how confidential the need is."""
    public_bodies_only: bool = False
    max_days: int | None = Field(default=None, ge=0)
    """Cap on expert-days of one expert."""
    max_cost: float | None = Field(default=None, ge=0)
    """Cap on the provider's daily cost, in the currency that the caller uses throughout."""
    duplicate_of: Id | None = None
    """A need of the same content that is already served."""
    source: Text | None = None
    """The page it was read on, if any. What stands on the same page may be its answer and proves nothing: an
    offer from there is excluded, a delivery from there is not seen."""

    @model_validator(mode="after")
    def _window_runs_forward(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise InvalidProblem(f"need:{self.id}", "ends_on", "before_start")
        return self


class Expertise(Record):
    """An area in which a party offers help, how well, and who says so."""

    kind_of_record: ClassVar[str] = "expertise"
    names_itself_by: ClassVar[str | None] = "area"

    area: Code
    proficiency: Proficiency | None = None
    evidence: Evidence | None = None


class MonthlyBooking(Record):
    """Assignments already booked in a calendar month (``2027-03``)."""

    kind_of_record: ClassVar[str] = "booking"

    month: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    assignments: int = Field(ge=1)


class Offer(Record):
    """What a party offers: a standing institutional offer or a named expert of a pool."""

    kind_of_record: ClassVar[str] = "offer"
    names_itself_by: ClassVar[str | None] = "id"

    id: Id
    party: Id
    named_expert: bool = False
    expertise: tuple[Expertise, ...] = ()
    commitments: tuple[Code, ...] = ()
    modalities: tuple[Code, ...] | None = None
    languages: tuple[Language, ...] | None = None
    """Working languages that the provider itself stated. None: nobody stated one."""
    text: Text = ""
    capacity: int | None = Field(default=None, ge=0, le=10_000)
    """Assignments at a time. None: unknown, one is assumed and said so."""
    sends: int | None = Field(default=None, ge=1, le=1000)
    """Experts that it can send to one component. None: one for an expert, ``capacity`` for others."""
    booked: tuple[MonthlyBooking, ...] = ()
    days_per_year: int | None = Field(default=None, ge=0, le=3650)
    months: tuple[int, ...] | None = None
    """Calendar months (1 to 12) in which it can be used."""
    targets: tuple[Code, ...] | None = None
    """States that it is meant for. None: any, or nobody said. It is a wish, never a hard rule."""
    modes: tuple[DeliveryMode, ...] | None = None
    cost_per_day: float | None = Field(default=None, ge=0)
    released: bool | None = None
    """Whether the institution releases the expert. None: to be asked."""
    conflicts: tuple[Id, ...] = ()
    """Parties with which it declared a conflict of interest."""
    refuses: tuple[Id, ...] = ()
    """Parties that it does not want to be paired with (private)."""
    prefers: tuple[Id, ...] = ()
    confirmed_on: date | None = None
    """When the provider last said that the offer stands."""
    held_back: bool = False
    source: Text | None = None
    """The page it was read on, if any."""

    @model_validator(mode="after")
    def _months_exist(self) -> Self:
        if self.months and not all(1 <= month <= 12 for month in self.months):  # noqa: PLR2004 - a year
            raise InvalidProblem(f"offer:{self.id}", "months", "unknown")
        return self


class Delivery(Record):
    """Help that was given in the past."""

    kind_of_record: ClassVar[str] = "delivery"
    names_itself_by: ClassVar[str | None] = "id"

    id: Id
    requesters: tuple[Code, ...] = ()
    """States that were helped."""
    providers: tuple[Code, ...] = ()
    """States that helped."""
    parties: tuple[Id, ...] = ()
    """Parties that helped, where known."""
    commitments: tuple[Code, ...] = ()
    areas: tuple[Code, ...] = ()
    modalities: tuple[Code, ...] = ()
    text: Text = ""
    year_from: int | None = Field(default=None, ge=1900, le=2200)
    year_to: int | None = Field(default=None, ge=1900, le=2200)
    rating: float | None = Field(default=None, ge=0, le=1)
    host_kind: GroupKind | None = None
    host: Code | None = None
    """The group that hosted it, where known."""
    source: Text | None = None
    """The page it was read on, if any."""


class Pin(Record):
    """A person's decision about a pair: a lock is always kept, a veto never proposed."""

    kind_of_record: ClassVar[str] = "pin"

    decision: Literal["lock", "veto"]
    component: Id
    offer: Id


class Problem(Record):
    """Everything a round knows.

    Raises
    ------
    InvalidProblem
        A record is wrong, an id is given twice, or a code or id is named that the problem does not declare.

    Notes
    -----
    Checking is linear in the size of the problem.
    """

    kind_of_record: ClassVar[str] = "problem"

    as_of: date
    """The day the problem speaks of; the engine has no clock."""
    modalities: tuple[Code, ...] = ()
    states: tuple[State, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    areas: tuple[Area, ...] = ()
    groups: tuple[Group, ...] = ()
    memberships: tuple[Membership, ...] = ()
    parties: tuple[Party, ...] = ()
    needs: tuple[Need, ...] = ()
    offers: tuple[Offer, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    pins: tuple[Pin, ...] = ()

    @model_validator(mode="after")
    def _is_closed(self) -> Self:
        _Closure(self).check()
        return self


class _Closure:
    """Checks that every code and id that a problem names is declared, and declared once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.states = _once("state", (state.code for state in problem.states))
        self.commitments = _once("commitment", (item.code for item in problem.commitments))
        self.areas = _once("area", (area.code for area in problem.areas))
        self.modalities = _once("modality", problem.modalities)
        self.groups = _once("group", (f"{group.kind}:{group.code}" for group in problem.groups))
        self.parties = _once("party", (party.id for party in problem.parties))
        self.needs = _once("need", (need.id for need in problem.needs))
        self.components = _once(
            "component", (component.id for need in problem.needs for component in need.components)
        )
        self.offers = _once("offer", (offer.id for offer in problem.offers))
        self.themes = {item.theme for item in problem.commitments}
        _once("delivery", (delivery.id for delivery in problem.deliveries))

    def check(self) -> None:
        self._reference_data()
        self._needs()
        self._offers()
        self._deliveries()
        self._pins()

    def _reference_data(self) -> None:
        problem = self.problem
        for item in problem.commitments:
            if item.parent is not None:
                _within(f"commitment:{item.code}", "parent", (item.parent,), self.commitments)
        for area in problem.areas:
            _within(f"area:{area.code}", "commitments", area.commitments, self.commitments)
        for group in problem.groups:
            _within(f"group:{group.code}", "commitments", group.commitments, self.commitments)
            _within(f"group:{group.code}", "themes", group.themes, self.themes)
        for place in problem.memberships:
            record = f"membership:{place.group}/{place.state}"
            _within(record, "group", (f"{place.kind}:{place.group}",), self.groups)
            _within(record, "state", (place.state,), self.states)
        for party in problem.parties:
            _within(f"party:{party.id}", "states", party.states, self.states)

    def _needs(self) -> None:
        for need in self.problem.needs:
            record = f"need:{need.id}"
            _within(record, "commitments", need.commitments, self.commitments)
            for field in ("requesters", "preferred", "excluded", "do_not_pair"):
                _within(record, field, getattr(need, field), self.parties)
            if need.duplicate_of is not None:
                _within(record, "duplicate_of", (need.duplicate_of,), self.needs)
            for number, component in enumerate(need.components):
                place = f"components[{number}]"
                if component.area is not None:
                    _within(record, f"{place}.area", (component.area,), self.areas)
                if component.modality is not None:
                    _within(record, f"{place}.modality", (component.modality,), self.modalities)

    def _offers(self) -> None:
        for offer in self.problem.offers:
            record = f"offer:{offer.id}"
            _within(record, "party", (offer.party,), self.parties)
            _within(record, "expertise", (item.area for item in offer.expertise), self.areas)
            _within(record, "commitments", offer.commitments, self.commitments)
            _within(record, "modalities", offer.modalities or (), self.modalities)
            _within(record, "targets", offer.targets or (), self.states)
            for field in ("conflicts", "refuses", "prefers"):
                _within(record, field, getattr(offer, field), self.parties)

    def _deliveries(self) -> None:
        for delivery in self.problem.deliveries:
            record = f"delivery:{delivery.id}"
            _within(record, "requesters", delivery.requesters, self.states)
            _within(record, "providers", delivery.providers, self.states)
            _within(record, "parties", delivery.parties, self.parties)
            _within(record, "commitments", delivery.commitments, self.commitments)
            _within(record, "areas", delivery.areas, self.areas)
            _within(record, "modalities", delivery.modalities, self.modalities)
            if delivery.host is not None or delivery.host_kind is not None:
                _within(record, "host", (f"{delivery.host_kind}:{delivery.host}",), self.groups)

    def _pins(self) -> None:
        decided: set[tuple[str, str]] = set()
        for pin in self.problem.pins:
            record = f"pin:{pin.component}/{pin.offer}"
            _within(record, "component", (pin.component,), self.components)
            _within(record, "offer", (pin.offer,), self.offers)
            if (pin.component, pin.offer) in decided:
                raise InvalidProblem(record, "decision", "repeated")
            decided.add((pin.component, pin.offer))


def _once(kind: str, names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidProblem(f"{kind}:{name}", "id", "repeated")
        seen.add(name)
    return seen


def _within(record: str, field: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise InvalidProblem(record, field, "unknown")
