"""Homologue's client: ask an instance from Python.

>>> from clients import Homologue
>>> with Homologue("https://homologue.example", token=token) as client:
...     for candidate in client.needs.candidates(need_id, limit=3).candidates:
...         print(candidate.score, candidate.provider_name)

``AsyncHomologue`` has the same calls, to be awaited. What is sent and received is in ``clients.models``; what
can go wrong is drawn as a tree at the top of ``clients.errors``.

How it is made: a call is a plain value (``calls``). Each is written once in a room (``rooms``) and becomes
what both clients offer (``doors``). What happens between a call and its answer, retries and waiting, is a
generator that sends nothing itself (``flows``); ``sync`` and ``asynchronous`` only send and pause. A new door
of the service needs one method in a room and, if it shows something new, a model.
"""

from clients import models
from clients.asynchronous import AsyncHomologue
from clients.errors import (
    Answered,
    Conflict,
    Failed,
    Fault,
    HomologueError,
    InvalidInput,
    NotAllowed,
    NotAvailable,
    NotFound,
    NotUnderstood,
    Outdated,
    Refused,
    SignInRequired,
    StillRunning,
    StillUnderWay,
    TimedOut,
    TooLarge,
    TooMany,
    Unreachable,
)
from clients.sync import Homologue

__all__ = [
    "Answered",
    "AsyncHomologue",
    "Conflict",
    "Failed",
    "Fault",
    "Homologue",
    "HomologueError",
    "InvalidInput",
    "NotAllowed",
    "NotAvailable",
    "NotFound",
    "NotUnderstood",
    "Outdated",
    "Refused",
    "SignInRequired",
    "StillRunning",
    "StillUnderWay",
    "TimedOut",
    "TooLarge",
    "TooMany",
    "Unreachable",
    "models",
]
