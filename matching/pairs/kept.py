"""Arrays that many components ask for, remembered as long as memory allows."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Protocol, TypeVar, cast


class Sized(Protocol):
    """What says how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""


Made = TypeVar("Made", bound=Sized)


class ArraysKept:
    """Arrays that are made once per signature, as long as they are asked for again and bytes allow.

    Several threads may ask at a time; at worst two of them make the same.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._turn = Lock()

    def once(self, signature: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``make`` returns, made once per signature while it is remembered."""
        with self._turn:
            if signature in self._made:
                self._made.move_to_end(signature)
                return cast("Made", self._made[signature])
        made = make()
        with self._turn:
            self._keep(signature, made)
        return made

    def _keep(self, signature: Hashable, made: Sized) -> None:
        before = self._made.pop(signature, None)
        self._bytes += made.nbytes - (0 if before is None else before.nbytes)
        self._made[signature] = made
        while self._bytes > self._most and len(self._made) > 1:
            self._bytes -= self._made.popitem(last=False)[1].nbytes
