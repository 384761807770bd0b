"""The stages that have a clock: what starts and ends each, who must act, and how long it may take.

The durations are those of published precedents; the instance and each desk can choose others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from service.deadlines.rules import Duration
from service.texts import N_

Stage = Literal[
    "acknowledge",
    "circulate",
    "clarify",
    "endorse_emergency",
    "first_call",
    "answer_seat",
    "object",
    "decide",
    "ready_to_start",
    "start_or_lapse",
    "after_care_6",
    "after_care_12",
    "reconfirm_offer",
    "answer_engagement",
    "decide_engagement",
    "report_engagement",
    "answer_escalation",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
Kind = Literal["need", "proposal", "seat", "offer", "engagement", "escalation"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Actor = Literal["requester", "focal_point", "desk", "provider", "addressee"]
ACTORS: tuple[Actor, ...] = get_args(Actor)
Outcome = Literal["done", "lapsed", "dropped", "passed"]
"""How a clock ended: in time or late, by itself, because its thing went another way, or unused."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Urgency = Literal["emergency", "urgent", "priority", "routine"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
ANY = "any"
"""Written in place of an urgency where a stage takes equally long for all."""

AtDue = Literal["escalates", "left_to_its_room", "passes", "asks"]
"""What happens when nobody acted: the desk is told; the thing's own room lets it lapse; the right has passed
unused; the question is put."""


class StageClock(NamedTuple):
    """A stage as its clock sees it."""

    title: str
    kind: Kind
    actor: Actor
    starts: frozenset[str]
    ends: Mapping[str, Outcome]
    durations: Mapping[str, Duration]
    at_due: AtDue = "escalates"
    by_hand: bool = False
    """Nothing in the journal tells that it was done: whoever must act, or the desk, says so."""
    by_moment: bool = False
    """It runs only while its thing names the moment itself, and is due at that moment."""


_NEED_OVER: Mapping[str, Outcome] = {
    "need.withdrawn": "dropped",
    "need.found-ineligible": "dropped",
    "need.marked-unmet": "dropped",
    "need.closed": "dropped",
}
_MATCH_OVER: Mapping[str, Outcome] = {
    **_NEED_OVER,
    "need.match-lost": "dropped",
    "need.match-lost-in-part": "dropped",
}
_TEAM_OVER: Mapping[str, Outcome] = dict.fromkeys(
    (
        "proposal.withdrawn",
        "proposal.reopened",
        "proposal.partly-accepted",
        "proposal.declined",
        "proposal.lapsed",
        "proposal.given-up",
        "proposal.dissolved",
    ),
    "dropped",
)


_ENGAGEMENT_OVER: Mapping[str, Outcome] = {
    "engagement.consent-revoked": "dropped",
    "engagement.closed": "dropped",
}


def _for_all(amount: int, unit: Literal["days", "working_days", "months"]) -> dict[str, Duration]:
    return {ANY: Duration(amount, unit)}


def _events(*names: str) -> frozenset[str]:
    return frozenset(names)


CLOCKS: Mapping[Stage, StageClock] = MappingProxyType(
    {
        "acknowledge": StageClock(
            N_("Take the request up"),
            "need",
            "desk",
            _events("need.fully-endorsed", "need.expedited"),
            {**_NEED_OVER, "need.screening-started": "done"},
            _for_all(2, "working_days"),
        ),
        "circulate": StageClock(
            N_("Screen and circulate the request"),
            "need",
            "desk",
            _events("need.fully-endorsed", "need.expedited", "need.clarification-answered"),
            {**_NEED_OVER, "need.clarification-requested": "dropped", "need.circulated": "done"},
            {
                "emergency": Duration(48, "hours"),
                "urgent": Duration(5, "days"),
                "priority": Duration(7, "days"),
                "routine": Duration(7, "days"),
            },
        ),
        "clarify": StageClock(
            N_("Answer the desk's question"),
            "need",
            "requester",
            _events("need.clarification-requested"),
            {**_NEED_OVER, "need.clarification-answered": "done"},
            _for_all(10, "working_days"),
        ),
        "endorse_emergency": StageClock(
            N_("Endorse the emergency"),
            "need",
            "focal_point",
            _events("need.circulated"),
            {**_NEED_OVER, "need.endorsed": "done", "need.set-back": "lapsed"},
            {ANY: Duration(48, "hours")},
            at_due="left_to_its_room",
            by_moment=True,
        ),
        "first_call": StageClock(
            N_("Hold a first call"),
            "need",
            "desk",
            _events("need.circulated"),
            {**_NEED_OVER, "need.action-started": "dropped"},
            _for_all(14, "days"),
            by_hand=True,
        ),
        "answer_seat": StageClock(
            N_("Answer for the seat"),
            "seat",
            "provider",
            _events("seat.offered"),
            {
                "seat.accepted": "done",
                "seat.declined": "done",
                "seat.lapsed": "lapsed",
                "seat.withdrawn": "dropped",
            },
            {
                "emergency": Duration(48, "hours"),
                "urgent": Duration(7, "days"),
                "priority": Duration(30, "days"),
                "routine": Duration(60, "days"),
            },
            at_due="left_to_its_room",
            by_moment=True,
        ),
        "object": StageClock(
            N_("Object to the new candidate"),
            "proposal",
            "requester",
            _events("proposal.seat-refilled", "proposal.refill-suggested"),
            {
                "proposal.objected": "done",
                "proposal.confirmed": "dropped",
                "proposal.withdrawn": "dropped",
                "proposal.given-up": "dropped",
            },
            _for_all(5, "working_days"),
            at_due="passes",
        ),
        "decide": StageClock(
            N_("Decide on the team"),
            "proposal",
            "requester",
            _events("proposal.accepted"),
            {**_TEAM_OVER, "proposal.confirmed": "done"},
            _for_all(15, "working_days"),
        ),
        "ready_to_start": StageClock(
            N_("Be ready to start"),
            "need",
            "desk",
            _events("need.matched"),
            {**_MATCH_OVER, "need.action-started": "done"},
            _for_all(90, "days"),
        ),
        "start_or_lapse": StageClock(
            N_("Start the work, or give it up"),
            "need",
            "requester",
            _events("need.matched"),
            {**_MATCH_OVER, "need.action-started": "done"},
            _for_all(6, "months"),
        ),
        "after_care_6": StageClock(
            N_("Say what became of it, half a year on"),
            "need",
            "requester",
            _events("need.fulfilled"),
            {},
            _for_all(6, "months"),
            at_due="asks",
        ),
        "after_care_12": StageClock(
            N_("Say what became of it, a year on"),
            "need",
            "requester",
            _events("need.fulfilled"),
            {},
            _for_all(12, "months"),
            at_due="asks",
        ),
        "reconfirm_offer": StageClock(
            N_("Say whether the offer still stands"),
            "offer",
            "provider",
            _events("offer.authorised", "offer.resumed", "offer.reconfirmed"),
            {
                "offer.reconfirmed": "done",
                "offer.marked-stale": "lapsed",
                "offer.held": "dropped",
                "offer.withdrawn": "dropped",
                "offer.expired": "dropped",
            },
            _for_all(365, "days"),
            at_due="left_to_its_room",
        ),
        "answer_engagement": StageClock(
            N_("Say whether the dialogue is interested"),
            "engagement",
            "addressee",
            _events("engagement.notified"),
            {**_ENGAGEMENT_OVER, "engagement.welcomed": "done", "engagement.declined": "done"},
            _for_all(15, "working_days"),
        ),
        "decide_engagement": StageClock(
            N_("Say whether the dialogue hosts the work or follows it"),
            "engagement",
            "addressee",
            _events("engagement.welcomed"),
            {
                **_ENGAGEMENT_OVER,
                "engagement.hosted": "done",
                "engagement.observed": "done",
                "engagement.declined": "done",
            },
            _for_all(60, "days"),
        ),
        "report_engagement": StageClock(
            N_("Report it to the senior officials"),
            "engagement",
            "addressee",
            _events("engagement.hosted", "engagement.observed"),
            {**_ENGAGEMENT_OVER, "engagement.reported": "done"},
            _for_all(12, "months"),
        ),
        "answer_escalation": StageClock(
            N_("Answer for a need that was passed on"),
            "escalation",
            "addressee",
            _events("escalation.asked"),
            {"escalation.answered": "done", "escalation.withdrawn": "dropped"},
            _for_all(60, "days"),
        ),
    }
)
"""Every clock, in the order of a need's life."""
AFTER_CARE: tuple[Stage, ...] = ("after_care_6", "after_care_12")
EVENTS: frozenset[str] = frozenset().union(*(one.starts | one.ends.keys() for one in CLOCKS.values()))
"""What the journal tells that starts or ends a clock."""


def clock_of(stage: str) -> StageClock:
    """Return a stage as its clock sees it, by the code that a row holds."""
    return next(one for code, one in CLOCKS.items() if code == stage)


def duration_key(stage: Stage, urgency: str | None) -> str:
    """Return under which key a stage's duration stands: that of the urgency, or one for all."""
    durations = CLOCKS[stage].durations
    return ANY if ANY in durations else (urgency or "routine")


class Told(NamedTuple):
    """Something that the journal tells of a thing."""

    entry_id: str
    event: str
    at: datetime


@dataclass(slots=True)
class Span:
    """A time in which a stage ran: with which entry it began, and how it ended, if it did."""

    entry_id: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None


def spans_of(clock: StageClock, told: Iterable[Told], ended: Mapping[str, datetime | None]) -> list[Span]:
    """Return when a stage ran, from all that the journal tells of its thing, in order.

    Reckoned anew each time, it does not matter in which order the listeners hear of the events. ``ended``
    says, by the entry with which it began, when a stage ended that the journal of its thing tells nothing of.
    """
    spans: list[Span] = []
    for one in told:
        last = spans[-1] if spans and spans[-1].ended_at is None else None
        if last and one.event in clock.ends:
            last.ended_at, last.outcome = one.at, clock.ends[one.event]
            last = None
        ended_before = ended.get(last.entry_id) if last else None
        if one.event in clock.starts and (last is None or (ended_before and ended_before <= one.at)):
            spans.append(Span(one.entry_id, one.at))
    return spans
