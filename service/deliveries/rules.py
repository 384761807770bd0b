"""Rules about the track record: its life, and who keeps it. Pure."""

from typing import Literal, get_args

from service.caller import Caller
from service.errors import WrongMove

State = Literal["listed", "retired"]
STATES: tuple[State, ...] = get_args(State)
FINAL: frozenset[str] = frozenset({"retired"})
MOVES: dict[str, tuple[State, State]] = {"retire": ("listed", "retired")}
"""The whole life: an entry stands in the list until it turns out wrong or double."""

Status = Literal["in_delivery", "completed", "suspended", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""How the work itself went. What was only asked for or agreed is no delivery."""
COUNTS: frozenset[str] = frozenset({"in_delivery", "completed", "suspended"})
"""Statuses that tell that help was really given."""

Completeness = Literal["full", "partial", "unknown"]
COMPLETENESS: tuple[Completeness, ...] = get_args(Completeness)
EARLIEST_YEAR, LATEST_YEAR = 1950, 2200


def next_state(state: str, verb: str) -> State:
    """Return the state to which a move leads.

    Raises
    ------
    WrongMove
        The move does not exist from this state.
    """
    source, target = MOVES[verb]
    if state != source:
        raise WrongMove(move=verb, state=state)
    return target


def state_of(*, is_retired: bool) -> State:
    """Return the state of an entry."""
    return "retired" if is_retired else "listed"


def may_register(caller: Caller) -> bool:
    """Tell whether the caller keeps the track record: administrators and the staff of desks."""
    return caller.is_administrator or bool(caller.desks())


def may_revise(caller: Caller, registered_for: str | None) -> bool:
    """Tell whether the caller may revise or retire an entry: administrators, and the desk that made it."""
    return caller.is_administrator or registered_for in caller.desks()
