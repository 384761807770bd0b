"""What can go wrong when the service is asked.

HomologueError
├── Unreachable               no answer came
│   └── TimedOut              not within the time allowed
├── NotUnderstood             an answer came that this client cannot read
├── StillUnderWay             a round had not ended when the waiting did
└── Answered                  the service said why it did not do it: code, status, title, detail, faults
    ├── Refused               on account of the request (4xx)
    │   ├── SignInRequired    401
    │   ├── NotAllowed        403
    │   ├── NotFound          404, also for what you may not see
    │   ├── Conflict          409, the rules of the thing's life
    │   │   └── StillRunning  the same change, with the same key, is being worked on
    │   ├── Outdated          412 and 428, the thing changed since you read it
    │   ├── TooLarge          413
    │   ├── InvalidInput      422, with the fields at fault
    │   └── TooMany           429, with the time to wait
    └── Failed                on account of the service (5xx)
        └── NotAvailable      503, with the time to wait if the service named one
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import httpx
from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from clients.models.matches import Round


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: its place, a code and a sentence. Never the value."""

    field: str
    code: str
    message: str


class HomologueError(Exception):
    """Everything that this library raises on account of the service or the way to it.

    >>> try:
    ...     client.needs.get(need_id)
    ... except HomologueError as error:
    ...     print(error)
    """


class Unreachable(HomologueError):
    """No answer came. Whether the service did what was asked is not known."""


class TimedOut(Unreachable):
    """No answer came within the time allowed."""


class NotUnderstood(HomologueError):
    """An answer came that this client cannot read: a proxy's, or that of a very different version."""


class StillUnderWay(HomologueError):
    """A round had not ended when the waiting did. It goes on; wait for it again or cancel it."""

    def __init__(self, last_seen: "Round") -> None:
        self.round = last_seen
        super().__init__(f"round {last_seen.id} is still under way: {last_seen.state}")


class Answered(HomologueError):
    """The service answered that it did not do what was asked, and why.

    ``code`` is for programs and stays the same in every language; ``title`` and ``detail`` are for people.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        faults: tuple[Fault, ...] = (),
        retry_after_seconds: float | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.faults = faults
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        places = "; ".join(f"{fault.field}: {fault.message}" for fault in self.faults)
        said = f"{self.detail or self.title} ({self.status} {self.code})"
        return f"{said} {places}" if places else said


class Refused(Answered):
    """The service refused, on account of the request."""


class SignInRequired(Refused):
    """There is no token, or it is not valid (any more)."""


class NotAllowed(Refused):
    """You may see the thing, but none of your duties allows this."""


class NotFound(Refused):
    """There is no such thing, or it is not for you to see; the two look the same."""


class Conflict(Refused):
    """The thing is not at a stage at which this is possible, or a rule stands against it."""


class StillRunning(Conflict):
    """The same change, sent before with the same key, is still being worked on."""


class Outdated(Refused):
    """The thing changed since you read it, or you did not say which version you read."""


class TooLarge(Refused):
    """The request is larger than the service takes."""


class InvalidInput(Refused):
    """What was sent breaks a rule; ``faults`` names the fields."""


class TooMany(Refused):
    """Too many requests; ``retry_after_seconds`` says how long to wait."""


class Failed(Answered):
    """The service failed."""


class NotAvailable(Failed):
    """The service is busy, or its database is away."""


_BY_STATUS: Mapping[int, type[Answered]] = MappingProxyType(
    {
        401: SignInRequired,
        403: NotAllowed,
        404: NotFound,
        409: Conflict,
        412: Outdated,
        413: TooLarge,
        422: InvalidInput,
        428: Outdated,
        429: TooMany,
        503: NotAvailable,
    }
)
_BY_CODE: Mapping[str, type[Answered]] = MappingProxyType({"still_running": StillRunning})


class _Fault(BaseModel):
    field: str
    code: str = ""
    message: str = ""


class _Problem(BaseModel):
    title: str = ""
    code: str = ""
    detail: str = ""
    errors: tuple[_Fault, ...] = ()


def error_of(response: httpx.Response) -> Answered:
    """Return the error that an answer with a status of 400 or more stands for.

    An answer that is no problem+json, from a proxy in between, keeps its status and its phrase.
    """
    status = response.status_code
    problem = _problem_of(response)
    kind = _BY_CODE.get(problem.code) or _BY_STATUS.get(
        status, Failed if response.is_server_error else Refused
    )
    return kind(
        status,
        problem.code or "unknown",
        problem.title or response.reason_phrase or "No reason given",
        problem.detail,
        tuple(Fault(fault.field, fault.code, fault.message) for fault in problem.errors),
        _retry_after_seconds(response),
    )


def failure_of(error: httpx.RequestError) -> HomologueError:
    """Return what a failure on the way stands for."""
    said = f"from {_origin_of(error)}: {str(error) or type(error).__name__}"
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"no answer in time {said}")
    if isinstance(error, httpx.TransportError):
        return Unreachable(f"no answer {said}")
    return NotUnderstood(f"an unreadable answer {said}")


def _origin_of(error: httpx.RequestError) -> str:
    try:
        url = error.request.url
    except RuntimeError:  # what went wrong before there was a request
        return "the service"
    return f"{url.scheme}://{url.netloc.decode()}"


def _problem_of(response: httpx.Response) -> _Problem:
    try:
        return _Problem.model_validate_json(response.content)
    except ValidationError:
        return _Problem()


def _retry_after_seconds(response: httpx.Response) -> float | None:
    # The other form that HTTP allows, a date, depends on two clocks agreeing; this service never sends it.
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
