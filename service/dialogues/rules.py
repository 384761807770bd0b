"""The life of a dialogue's engagement, and the lists of what a dialogue's page may say. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from service.errors import FieldFault, WrongMove
from service.texts import N_

Side = Literal["requester", "dialogue"]

NONE = "none"
"""The state before there is an engagement."""
ENGAGEMENT_STATES = (
    "notified",
    "interested",
    "hosting",
    "observing",
    "reported_to_officials",
    "closed",
    "declined",
)
ENGAGEMENT_ENDS = frozenset({"closed", "declined"})

MEETING_KINDS = (
    "ministerial_conference",
    "senior_officials_meeting",
    "technical_meeting",
    "steering_group",
    "working_group",
    "training",
    "side_event",
)
OFFICES = ("chair", "co_chair")

CONSENT_TEXT = "dialogue-1"
"""Version of the words to which a requester consents when a dialogue is told of its need."""


class Move(NamedTuple):
    """A move: the states it starts from, the state it leads to, whose it is, and its event in the journal."""

    sources: frozenset[str]
    target: str
    side: Side
    event: str


def _move(sources: Iterable[str], target: str, side: Side, event: str) -> Move:
    return Move(frozenset(sources), target, side, f"engagement.{event}")


MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "notify": _move({NONE}, "notified", "requester", "notified"),
        "welcome": _move({"notified"}, "interested", "dialogue", "welcomed"),
        "host": _move({"interested"}, "hosting", "dialogue", "hosted"),
        "observe": _move({"interested"}, "observing", "dialogue", "observed"),
        "report": _move({"hosting", "observing"}, "reported_to_officials", "dialogue", "reported"),
        "close": _move({"reported_to_officials"}, "closed", "dialogue", "closed"),
        "decline": _move({"notified", "interested"}, "declined", "dialogue", "declined"),
    }
)


def next_state(state: str, verb: str) -> str:
    """Return the state that a move leads an engagement to, or refuse it."""
    move = MOVES[verb]
    if state not in move.sources:
        raise WrongMove(move=verb, state=state)
    return move.target


def window_faults(first: date, last: date | None, field: str = "ends_on") -> list[FieldFault]:
    """Return what is wrong with a window: its end may not come before its start."""
    if last is not None and last < first:
        return [FieldFault(field, "before_start", N_("The end comes before the start."))]
    return []
