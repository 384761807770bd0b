"""Everything that the clients offer, for tests that go through all of it."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from clients import Homologue
from clients.calls import Call
from clients.doors import Door, Errand, Room


@dataclass(frozen=True)
class Offered:
    """A public call: ``needs.get``."""

    room: str
    name: str
    door: Door[..., Any] | Errand[..., Any]
    parameters: tuple[inspect.Parameter, ...]
    """What a user gives."""

    def __str__(self) -> str:
        return f"{self.room}.{self.name}"


def everything() -> list[Offered]:
    """Give all public calls, in the order of their names."""
    return sorted(_everything(), key=str)


def calls() -> list[Offered]:
    """Give the public calls that are one call of the API."""
    return [one for one in everything() if isinstance(one.door, Door)]


def sample(one: Offered, **known: Any) -> Call[Any]:
    """Build a call with the values that are known by name, and with something else for the others."""
    needed = [parameter for parameter in one.parameters if parameter.default is inspect.Parameter.empty]
    values = {parameter.name: known.get(parameter.name, _something(parameter)) for parameter in needed}
    assert isinstance(one.door, Door)
    return one.door.call(**values)


def _everything() -> Iterator[Offered]:
    with Homologue(token="t") as client:
        rooms = {name: room for name, room in vars(client).items() if isinstance(room, Room)}
    for room_name, room in rooms.items():
        for kind in type(room).__mro__:
            for name, door in vars(kind).items():
                if isinstance(door, Door | Errand):
                    parameters = inspect.signature(getattr(room, name)).parameters.values()
                    yield Offered(room_name, name, door, tuple(parameters))


def _something(parameter: inspect.Parameter) -> Any:
    kind = parameter.annotation
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return kind.model_construct()
    return date(2027, 1, 1) if kind is date else parameter.name
