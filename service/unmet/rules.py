"""Rules of what stays unmet: what the public is shown, to whom a need is passed on, how that goes. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from service.caller import Caller, Role
from service.errors import WrongMove

# What the public is shown

Level = Literal["nothing", "theme_and_region", "details"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""What the requester allows: nothing, to be counted by theme and region, or a line of its own, unnamed."""
UNMET_STATES = frozenset({"unmet", "escalated"})
"""States of a need in which it stands in the register."""
FEWEST_NEEDS = 5
"""Needs that a group must have to be shown to the public."""
FEWEST_STATES = 3
"""Different states that must ask for the needs of a group."""


class Counted(NamedTuple):
    """A need that may be counted: its themes, and the states and regions that ask."""

    need: str
    themes: frozenset[str]
    places: frozenset[tuple[str, str]]
    """State and region of each requester."""


class Group(NamedTuple):
    """How many needs of a theme are unmet in a region; no region: in all the others together."""

    theme: str
    region: str | None
    needs: int


def groups_of(counted: Iterable[Counted]) -> list[Group]:
    """Return the groups that are large enough to tell of no single need or state.

    What is too small for a region of its own goes in with the theme's other regions; if that is too small as
    well, it is left out. There are no totals from which it could be reckoned.
    """
    cells: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for one in counted:
        for theme in one.themes:
            for region in {region for _, region in one.places}:
                cells[theme, region].append(one)
    found: list[Group] = []
    rest: dict[str, list[tuple[str, Counted]]] = defaultdict(list)
    for (theme, region), among in sorted(cells.items()):
        places = [(region, one) for one in among]
        if _is_large_enough(places):
            found.append(Group(theme, region, len(among)))
        else:
            rest[theme] += places
    for theme, places in rest.items():
        if _is_large_enough(places):
            found.append(Group(theme, None, len({one.need for _, one in places})))
    return sorted(found, key=lambda group: (group.theme, group.region is None, group.region or ""))


def _is_large_enough(places: list[tuple[str, Counted]]) -> bool:
    states = {state for region, one in places for state, within in one.places if within == region}
    return len({one.need for _, one in places}) >= FEWEST_NEEDS and len(states) >= FEWEST_STATES


def month_of(day: date) -> str:
    """Return the month of a day, as the public is told since when something is unmet.

    Examples
    --------
    >>> month_of(date(2027, 3, 17))
    '2027-03'
    """
    return f"{day:%Y-%m}"


# Passing it on

EscalationState = Literal["suggested", "asked", "taken_up", "declined", "refused", "withdrawn"]
ESCALATION_STATES: tuple[EscalationState, ...] = get_args(EscalationState)
OPEN = frozenset({"suggested", "asked", "taken_up"})
"""States in which it goes on; a need has one such at a time."""
TOLD = frozenset({"asked", "taken_up"})
"""States in which whoever it was passed on to sees it."""
ADDRESSEES = frozenset({"dialogue_secretariat", "fund_or_donor"})
"""Types of stakeholders to which a need can be passed on."""
ANSWERING: frozenset[Role] = frozenset({"dialogue_secretariat", "funder"})
"""Roles that answer for such a stakeholder."""
CONSENT_TEXT = "escalation-1"
"""Version of the words to which a requester consents."""

Side = Literal["requester", "desk", "addressee"]


class Move(NamedTuple):
    """A move of an escalation: the states it starts from, the one it leads to, and who may make it."""

    sources: frozenset[str]
    target: EscalationState
    sides: frozenset[Side]
    event: str


def _move(sources: Iterable[str], target: EscalationState, event: str, *sides: Side) -> Move:
    return Move(frozenset(sources), target, frozenset(sides), f"escalation.{event}")


MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "agree": _move({"suggested"}, "asked", "asked", "requester"),
        "refuse": _move({"suggested"}, "refused", "refused", "requester"),
        "take_up": _move({"asked"}, "taken_up", "answered", "addressee"),
        "decline": _move({"asked", "taken_up"}, "declined", "answered", "addressee"),
        "withdraw": _move(OPEN, "withdrawn", "withdrawn", "requester", "desk"),
    }
)
"""The life of an escalation, once the desk suggested it or a requester asked for it."""


def next_state(state: str, verb: str) -> EscalationState:
    """Return the state that a move leads to, or refuse it."""
    move = MOVES[verb]
    if state not in move.sources:
        raise WrongMove(move=verb, state=state)
    return move.target


def answers_for(caller: Caller, addressee_id: str) -> bool:
    """Tell whether the caller answers for whom a need was passed on to."""
    return caller.acts_for(addressee_id, *ANSWERING)
