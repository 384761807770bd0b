"""Rules of needs: their life, who may move them, who may see them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol, get_args

from service.caller import ASKING, DESK, Caller
from service.errors import FieldFault, WrongMove
from service.stakeholders.rules import ASKS_JOINTLY_ONLY, PUBLIC_BODIES
from service.texts import N_

Urgency = Literal["emergency", "urgent", "priority", "routine"]
DeliveryMode = Literal[
    "in_requesting_country", "in_provider_country", "third_country_or_regional", "remote", "hybrid"
]
LanguageLevel = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
Wish = Literal["preferred", "excluded", "do_not_pair"]
Level = Literal[
    "draft",
    "secretariat_only",
    "named_providers",
    "dialogue_members",
    "all_states",
    "public_summary",
    "public",
]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
DELIVERY_MODES: tuple[DeliveryMode, ...] = get_args(DeliveryMode)
WISHES: tuple[Wish, ...] = get_args(Wish)
LEVELS: tuple[Level, ...] = get_args(Level)
"""Who may see a need, narrowest first."""

HarmMoment = Literal["before", "after"]
HarmReply = Literal["no", "prevented", "not_applicable"]
Judgement = Literal["acceptable", "with_conditions", "not_acceptable"]
HARM_MOMENTS: tuple[HarmMoment, ...] = get_args(HarmMoment)
HARM_ANSWERS: tuple[HarmReply, ...] = get_args(HarmReply)
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
WideningState = Literal["asked", "done", "revoked", "overtaken"]
WIDENING_STATES: tuple[WideningState, ...] = get_args(WideningState)

TAKES_PART = frozenset({"member", "participant"})
"""Roles with which a state counts as one of a dialogue's members."""

# The life

State = Literal[
    "draft",
    "pending_endorsement",
    "submitted",
    "screening",
    "clarification_requested",
    "ineligible",
    "validated",
    "circulated",
    "partially_matched",
    "matched",
    "in_action",
    "suspended",
    "fulfilled",
    "closed",
    "withdrawn",
    "unmet",
    "escalated",
]
STATES: tuple[State, ...] = get_args(State)
ENDS = frozenset({"ineligible", "closed", "withdrawn"})
"""States without a way out."""
ASKED_AT_THE_END = frozenset({"fulfilled", "closed"})
"""States in which the requester says what harm was done, and the desk what it thinks of it."""
OPEN = frozenset(STATES) - ENDS - {"fulfilled"}
"""States in which the requester still waits for something, so that the need can be withdrawn."""
REVISABLE = frozenset({"draft", "clarification_requested"})
"""States in which the requester may change what the need says."""
UNDECIDED = OPEN - {"matched", "in_action", "suspended"}
"""States in which wishes and the desk can still change: no team stands yet."""
TAKEN_INTO_ROUNDS = frozenset({"validated", "circulated", "partially_matched"})
SET_BACK_IN = frozenset({"circulated", "partially_matched", "matched", "unmet", "escalated"})
"""States in which an emergency that nobody endorsed in time is hidden from others again."""
ENDORSEMENT_OVERDUE = "endorsement_overdue"
"""Why an emergency was set back."""
WIDENED_ALONE_AFTER = timedelta(hours=24)
"""How long a wider level waits where nobody else acts for the state who could agree."""

Actor = Literal["requester", "registrar", "focal_point", "desk", "system"]
"""Who moves: the asking side, a desk that registered on a state's behalf (it changes its words until the
state confirms them), whoever endorses for a requester, the handling desk, a room above."""


class Move(NamedTuple):
    """A move: the states it starts from, the one it leads to, who may make it, what the journal says."""

    sources: frozenset[str]
    target: State
    actors: frozenset[Actor]
    event: str


def _move(sources: Iterable[str], target: State, event: str, *actors: Actor) -> Move:
    return Move(frozenset(sources), target, frozenset(actors), f"need.{event}")


MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "submit": _move({"draft"}, "pending_endorsement", "submitted", "requester"),
        "endorse": _move({"pending_endorsement"}, "submitted", "fully-endorsed", "focal_point"),
        "expedite": _move({"pending_endorsement"}, "submitted", "expedited", "requester"),
        "start_screening": _move({"submitted"}, "screening", "screening-started", "desk"),
        "request_clarification": _move(
            {"screening"}, "clarification_requested", "clarification-requested", "desk"
        ),
        "answer_clarification": _move(
            {"clarification_requested"}, "screening", "clarification-answered", "requester"
        ),
        "find_ineligible": _move({"screening"}, "ineligible", "found-ineligible", "desk"),
        "validate": _move({"screening"}, "validated", "validated", "desk"),
        "circulate": _move({"validated"}, "circulated", "circulated", "desk"),
        "match_partly": _move({"circulated"}, "partially_matched", "partially-matched", "system"),
        "match": _move({"partially_matched"}, "matched", "matched", "system"),
        # The way back: an agreed team was lost, and others stand, or none.
        "unmatch_partly": _move({"matched"}, "partially_matched", "match-lost-in-part", "system"),
        "unmatch": _move({"matched", "partially_matched"}, "circulated", "match-lost", "system"),
        "start_action": _move({"matched"}, "in_action", "action-started", "system"),
        "suspend": _move({"in_action"}, "suspended", "suspended", "requester", "desk", "system"),
        "resume": _move({"suspended"}, "in_action", "resumed", "requester", "desk", "system"),
        "fulfil": _move({"in_action"}, "fulfilled", "fulfilled", "system"),
        "close": _move({"fulfilled"}, "closed", "closed", "desk", "system"),
        "mark_unmet": _move({"circulated", "partially_matched"}, "unmet", "marked-unmet", "desk", "system"),
        "recirculate": _move({"unmet"}, "circulated", "recirculated", "desk"),
        "escalate": _move({"unmet"}, "escalated", "escalated", "requester"),
        # Whoever it was passed on to said no, or it was taken back.
        "end_escalation": _move({"escalated"}, "unmet", "escalation-ended", "system"),
        "withdraw": _move(OPEN, "withdrawn", "withdrawn", "requester"),
    }
)
"""The life of a need. Nothing else moves it."""


def next_state(state: str, verb: str) -> State:
    """Return the state that a move leads to, or refuse it."""
    move = MOVES[verb]
    if state not in move.sources:
        raise WrongMove(move=verb, state=state)
    return move.target


# Who may


class Registered(Protocol):
    """What the rules need to know of how a need was registered."""

    registered_on_behalf: bool
    confirmed_at: datetime | None


class Parties(NamedTuple):
    """Whose need it is (id to type, the lead first) and who handles it."""

    requesters: Mapping[str, str]
    desk_id: str
    registered_on_behalf: bool = False
    is_confirmed: bool = True
    """Whether the lead requester stands behind it: it registered it, or confirmed the desk's words."""


def actors_of(caller: Caller, parties: Parties) -> frozenset[Actor]:
    """Return as whom the caller may move the need."""
    found: set[Actor] = set()
    if caller.stakeholders(*ASKING) & parties.requesters.keys():
        found.add("requester")
    if endorses_for(caller, parties.requesters):
        found.add("focal_point")
    if caller.acts_for(parties.desk_id, *DESK):
        found.add("desk")
        if parties.registered_on_behalf and not parties.is_confirmed:
            found.add("registrar")
    return frozenset(found)


def endorses_for(caller: Caller, requesters: Mapping[str, str]) -> list[str]:
    """Return the requesters (id to type) for which the caller may endorse.

    For a public body its national focal point does; others have none, so whoever asks for them may.
    """
    focal, asking = caller.stakeholders("national_focal_point"), caller.stakeholders(*ASKING)
    return [
        stakeholder_id
        for stakeholder_id, kind in requesters.items()
        if stakeholder_id in (focal if kind in PUBLIC_BODIES else asking)
    ]


def moves_open_to(actors: frozenset[Actor], state: str, *, is_confirmed: bool = True) -> list[str]:
    """Return the verbs of the moves that the actors may make now: none before the state confirmed it."""
    if not is_confirmed:
        return []
    return [verb for verb, move in MOVES.items() if state in move.sources and actors & move.actors]


def may_register(caller: Caller, lead_id: str, desk_id: str) -> bool:
    """Tell whether the caller may register: for the lead requester, or at the desk on a state's behalf."""
    return caller.acts_for(lead_id, *ASKING) or caller.acts_for(desk_id, *DESK)


def is_confirmed(need: Registered) -> bool:
    """Tell whether a need is more than what a desk wrote down: until then nothing moves it."""
    return not need.registered_on_behalf or need.confirmed_at is not None


def may_confirm(caller: Caller, lead_id: str) -> bool:
    """Tell whether the caller may confirm what a desk registered: whoever acts for the lead requester."""
    return caller.acts_for(lead_id, *ASKING)


# Who may see


Sight = Literal["nothing", "summary", "text"]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What decides who may see a need."""

    level: str
    requesters: frozenset[str]
    desk_id: str
    desk_dialogue: str | None = None
    registered_on_behalf: bool = False
    is_submitted: bool = True
    is_circulated: bool = True
    is_set_back: bool = False
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks: the caller, the states of the caller's stakeholders, the dialogues these take part in."""

    caller: Caller
    states: frozenset[str] = frozenset()
    dialogues: frozenset[str] = frozenset()


def may_see(onlooker: Onlooker, need: Exposure) -> Sight:
    """Tell how much of a need somebody may see.

    Whoever asks sees all of it, the desk all that was submitted or that it registered itself. Others see
    nothing before the first circulation: until then no desk and perhaps no focal point has looked at it.
    """
    caller = onlooker.caller
    if caller.stakeholders(*ASKING) & need.requesters:
        return "text"
    if need.desk_id in caller.desks() and (need.is_submitted or need.registered_on_behalf):
        return "text"
    if not need.is_circulated or need.is_set_back:
        return "nothing"
    if need.level == "public" or _is_in_circle(onlooker, need):
        return "text"
    return "summary" if need.level == "public_summary" else "nothing"


def _is_in_circle(onlooker: Onlooker, need: Exposure) -> bool:
    if reaches(need.level, "named_providers") and onlooker.caller.stakeholders() & need.named:
        return True
    if reaches(need.level, "dialogue_members") and need.desk_dialogue in onlooker.dialogues:
        return True
    return reaches(need.level, "all_states") and bool(onlooker.states)


def reaches(level: str, circle: Level) -> bool:
    """Tell whether a level is as wide as a circle, or wider."""
    return LEVELS.index(level) >= LEVELS.index(circle)


def levels_from(circle: Level) -> tuple[Level, ...]:
    """Return the levels that are as wide as a circle, or wider."""
    return LEVELS[LEVELS.index(circle) :]


def widens(before: str, after: str) -> bool:
    """Tell whether a change of level lets more people see."""
    return LEVELS.index(after) > LEVELS.index(before)


def wider_of(before: str, after: str) -> str:
    """Return the wider of two levels."""
    return after if widens(before, after) else before


def level_at_another_desk(level: str, *, is_submitted: bool) -> str:
    """Return the level that a need keeps when another desk takes it: no dialogue comes to see it unasked."""
    return "named_providers" if is_submitted and level == "dialogue_members" else level


def is_confidential(level: str) -> bool:
    """Tell whether each read of a need at this level is recorded: not every state may read it."""
    return not reaches(level, "all_states")


def widening_due_at(now: datetime, others: int) -> datetime | None:
    """Tell when a widening happens by itself: a day later where nobody else could agree; otherwise never."""
    return None if others else now + WIDENED_ALONE_AFTER


# What a need must be


def case_number(prefix: str, serial: int) -> str:
    """Return a desk's file number for a requester.

    Examples
    --------
    >>> case_number("NER-2026-", 3)
    'NER-2026-03'
    """
    return f"{prefix}{serial:02d}"


def window_faults(starts_on: date | None, ends_on: date | None) -> list[FieldFault]:
    """Find a window that runs backwards."""
    if starts_on and ends_on and ends_on < starts_on:
        return [FieldFault("ends_on", "before_start", N_("The end lies before the start."))]
    return []


def requester_faults(types: Mapping[str, str]) -> list[FieldFault]:
    """Find requesters (id to type) that ask alone and may not: civil society asks with a public body."""
    kinds = set(types.values())
    if kinds & ASKS_JOINTLY_ONLY and not kinds & PUBLIC_BODIES:
        message = N_("An organisation like this asks together with a public body: add one.")
        return [FieldFault("requesters", "needs_public_body", message)]
    return []


def wish_faults(preferred: Iterable[str], unwanted: Mapping[str, Iterable[str]]) -> list[FieldFault]:
    """Find providers that are wanted and unwanted at once."""
    wanted = set(preferred)
    message = N_("This provider is also among the preferred ones.")
    return [
        FieldFault(f"{field}[{number}]", "contradiction", message)
        for field, ids in unwanted.items()
        for number, stakeholder_id in enumerate(ids)
        if stakeholder_id in wanted
    ]
