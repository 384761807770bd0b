"""Memory that is free again, given back to the system."""

import ctypes
import sys


def give_back_memory() -> None:
    """Return memory that nobody uses to the system, where the C library can be asked to (glibc).

    Threads that have ended leave theirs with the process: after a large scan 150 MB that nobody else takes.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
