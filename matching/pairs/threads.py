"""How many threads a product of vectors takes.

A product of one vector with many is over before a second thread has woken up, and on a busy machine it then
waits for it: with two threads on two busy cores a ranking took twice as long. A product of hundreds with
many is worth all threads that there are.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # it has no stubs


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which products take one thread.

    Notes
    -----
    The number belongs to the process. Where two threads hold such a context at a time, the one that leaves
    last may leave the number at 1: the same values, in their time.
    """
    return _controller().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]  # untyped package


@cache
def _controller() -> ThreadpoolController:
    """Return what knows the process's libraries: it takes milliseconds to make, microseconds to use."""
    return ThreadpoolController()
