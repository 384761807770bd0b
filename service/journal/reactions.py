"""Who listens to what. A room's ``reactions.py`` registers itself and is called after the commit."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlmodel import Session


class Happening(NamedTuple):
    """What a listener is told."""

    event: str
    subject: str
    details: dict[str, Any]
    entry_id: str = ""
    """The journal's entry: whoever must not do a thing twice notes it by this."""


Reaction = Callable[[Session, Happening], None]

Concerns = Callable[[dict[str, Any]], bool]

_reactions: dict[str, tuple[str, Reaction, Concerns | None]] = {}


def on(event: str, listener: str, *, concerns: Concerns | None = None) -> Callable[[Reaction], Reaction]:
    """Register a reaction to an event under a stable name (``matches.start_round``).

    With ``concerns`` it is told only where that holds of the details, so that frequent events cost nothing.
    """

    def register(reaction: Reaction) -> Reaction:
        if listener in _reactions:
            raise ValueError(f"{listener} listens already")
        _reactions[listener] = (event, reaction, concerns)
        return reaction

    return register


def listeners_of(event: str, details: dict[str, Any]) -> list[str]:
    """Return the names of those who listen to an event with such details."""
    return sorted(
        name
        for name, (heard, _, concerns) in _reactions.items()
        if heard == event and (concerns is None or concerns(details))
    )


def reaction_of(listener: str) -> Reaction:
    """Return what a listener does.

    Raises
    ------
    KeyError
        Nobody listens under this name.
    """
    return _reactions[listener][1]
