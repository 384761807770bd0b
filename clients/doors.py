"""How a call that is written once is asked by both clients.

In a room a method builds a :class:`Call`; its decorator turns it into what a client offers. The same
``Needs.get`` answers ``Need`` on a ``Homologue`` and a coroutine of ``Need`` on an ``AsyncHomologue``:

    class Needs(Room[Way]):
        @ask
        def get(self, need_id: str) -> Call[Need]:
            return get("/needs/{need_id}", need_id=need_id)

``Needs.get.call("need_…")`` gives the call itself, without a client.
"""

from collections.abc import AsyncIterable, Callable, Coroutine, Iterable
from dataclasses import replace
from functools import cached_property, wraps
from inspect import Signature, signature
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, get_args, overload

from pydantic import TypeAdapter

from clients.calls import Call
from clients.flows import Flow, exchange
from clients.models.parts import Page

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Listed(Iterable[Item], Protocol):
    """The entries of a list, over all its pages. A page is asked for when its first entry is reached."""

    def pages(self) -> Iterable[Page[Item]]:
        """Give the pages themselves, one after the other."""
        ...

    def in_pages_of(self, entries: int) -> Self:
        """Return the same list, asked for in pages of another size (1 to 200)."""
        ...


class AsyncListed(AsyncIterable[Item], Protocol):
    """The entries of a list, over all its pages. A page is asked for when its first entry is reached."""

    def pages(self) -> AsyncIterable[Page[Item]]:
        """Give the pages themselves, one after the other."""
        ...

    def in_pages_of(self, entries: int) -> Self:
        """Return the same list, asked for in pages of another size (1 to 200)."""
        ...


class Blocking(Protocol):
    """A way to the service that returns when the answer is there."""

    @property
    def retries(self) -> int:
        """How often a call is repeated that is safe to repeat."""
        ...

    def run(self, flow: Flow[Answer]) -> Answer:
        """Carry a flow to its end."""
        ...

    def follow(self, call: Call[Page[Item]]) -> Listed[Item]:
        """Give the entries of a list."""
        ...


class Awaiting(Protocol):
    """A way to the service that is awaited."""

    @property
    def retries(self) -> int:
        """How often a call is repeated that is safe to repeat."""
        ...

    async def run(self, flow: Flow[Answer]) -> Answer:
        """Carry a flow to its end."""
        ...

    def follow(self, call: Call[Page[Item]]) -> AsyncListed[Item]:
        """Give the entries of a list."""
        ...


Way = TypeVar("Way", bound=Blocking | Awaiting)


class Room(Generic[Way]):
    """A group of calls about one subject."""

    def __init__(self, way: Way) -> None:
        self.way = way


class Door(Generic[Given, Answer]):
    """A call that is written in a room."""

    def __init__(self, build: Callable[Concatenate[Any, Given], Call[Answer]]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    @cached_property
    def answer(self) -> TypeAdapter[Answer]:
        """What reads the answer, from what the builder says that it returns."""
        (kind,) = get_args(signature(self._build).return_annotation)
        return TypeAdapter(kind)

    def call(self, *args: Given.args, **kwargs: Given.kwargs) -> Call[Answer]:
        """Return the call itself."""
        return replace(self._build(None, *args, **kwargs), answer=self.answer)


class Asked(Door[Given, Answer]):
    """A call with one answer."""

    @overload
    def __get__(self, room: None, kind: type) -> Self: ...
    @overload
    def __get__(self, room: Room[Blocking], kind: type) -> Callable[Given, Answer]: ...
    @overload
    def __get__(self, room: Room[Awaiting], kind: type) -> Callable[Given, Coroutine[Any, Any, Answer]]: ...
    def __get__(self, room: Room[Any] | None, kind: type) -> Any:
        """Return what a client offers, or this description where a class is asked."""
        if room is None:
            return self
        way = room.way
        return _like(
            self._build, lambda *args, **kwargs: way.run(exchange(self.call(*args, **kwargs), way.retries))
        )


class Paged(Door[Given, Page[Item]]):
    """A call whose answer comes in pages."""

    @overload
    def __get__(self, room: None, kind: type) -> Self: ...
    @overload
    def __get__(self, room: Room[Blocking], kind: type) -> Callable[Given, Listed[Item]]: ...
    @overload
    def __get__(self, room: Room[Awaiting], kind: type) -> Callable[Given, AsyncListed[Item]]: ...
    def __get__(self, room: Room[Any] | None, kind: type) -> Any:
        """Return what a client offers, or this description where a class is asked."""
        if room is None:
            return self
        return _like(self._build, lambda *args, **kwargs: room.way.follow(self.call(*args, **kwargs)))


class Errand(Generic[Given, Answer]):
    """Several calls that make one: a flow that is written in a room."""

    def __init__(self, course: Callable[Concatenate[Any, Given], Flow[Answer]]) -> None:
        self._course = course
        self.__doc__ = course.__doc__

    @overload
    def __get__(self, room: None, kind: type) -> Self: ...
    @overload
    def __get__(self, room: Room[Blocking], kind: type) -> Callable[Given, Answer]: ...
    @overload
    def __get__(self, room: Room[Awaiting], kind: type) -> Callable[Given, Coroutine[Any, Any, Answer]]: ...
    def __get__(self, room: Room[Any] | None, kind: type) -> Any:
        """Return what a client offers, or this description where a class is asked."""
        if room is None:
            return self
        return _like(self._course, lambda *args, **kwargs: room.way.run(self._course(room, *args, **kwargs)))


ask = Asked
paged = Paged
errand = Errand


def _like(written: Callable[..., Any], offered: Callable[..., Any]) -> Callable[..., Any]:
    """Let what a client offers show the name, the text and the parameters that were written."""
    like = wraps(written)(offered)
    like.__signature__ = _offered_signature(written)  # type: ignore[attr-defined]
    return like


def _offered_signature(written: Callable[..., Any]) -> Signature:
    whole = signature(written)
    _self, *given = whole.parameters.values()
    *_, answer = get_args(whole.return_annotation)
    return whole.replace(parameters=given, return_annotation=answer)
