"""What the function behind a door asks for: session and caller from the door, the rest from FastAPI."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.requests import Request

from service.caller import Caller
from service.web.requests import Asking, Reading, SignedIn, Writing

REQUEST = "the_request"
"""Under which name the request comes where the function itself does not ask for it."""


class NotPlain(TypeError):
    """A door is a plain function: its work is done in a thread, where it may wait for the database."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no plain function; a door must not be async")


@dataclass(frozen=True, slots=True)
class Signature:
    """The names of a function's parameters, by what they are given."""

    outward: inspect.Signature
    """What is left for FastAPI to fill in, and the request."""
    request: str
    passes_request: bool
    """Whether the function asks for the request itself."""
    session: str | None
    writes: bool
    caller: str | None
    must_be_signed_in: bool

    def inward(self, session: Session, caller: Caller) -> dict[str, Any]:
        """Return what the door gives to the function."""
        given = {self.session: session, self.caller: caller}
        return {name: value for name, value in given.items() if name is not None}


def signature_of(act: Callable[..., Any]) -> Signature:
    """Read what a function asks for."""
    if (
        inspect.iscoroutinefunction(act)
        or inspect.isasyncgenfunction(act)
        or inspect.isgeneratorfunction(act)
    ):
        raise NotPlain(act.__name__)
    whole = inspect.signature(act, eval_str=True)
    session = _named(whole, Reading) or _named(whole, Writing)
    caller = _named(whole, Asking) or _named(whole, SignedIn)
    request = _named(whole, Request)
    left = [one for name, one in whole.parameters.items() if name not in {session, caller, request}]
    asked = inspect.Parameter(request or REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in left]
    return Signature(
        outward=whole.replace(parameters=[asked, *keywords]),
        request=asked.name,
        passes_request=request is not None,
        session=session,
        writes=_named(whole, Writing) is not None,
        caller=caller,
        must_be_signed_in=_named(whole, SignedIn) is not None,
    )


def _named(whole: inspect.Signature, kind: Any) -> str | None:
    return next((name for name, one in whole.parameters.items() if one.annotation == kind), None)
