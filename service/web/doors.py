"""Doors: each request is answered in one thread and one transaction, once for each key.

A room's ``api.py`` makes its router as :class:`Doors`, its ``pages.py`` as :class:`Pages`, and writes plain
functions that ask for :data:`Reading` or :data:`Writing` and for who is :data:`Asking`. What all of them
share happens here, around the function: the transaction and its commit, the caller, answers to keys, ETags.
FastAPI's own dependencies would do the same, but each of them takes a turn in another thread.
"""

from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from service.caller import ANYBODY, Caller
from service.errors import FieldFault, InvalidInput
from service.texts import N_
from service.web.description import SCHEME
from service.web.etags import etag_of, or_not_modified
from service.web.likenesses import Likeness, likeness_of, likenesses_of
from service.web.requests import identified, reading, writing
from service.web.seen import check_seen, note_reader, shows_thing
from service.web.sent import Sent, sent_with
from service.web.signatures import Signature, signature_of
from service.web.twice import answered_once

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key and content, it is done once and answered the same.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_SEEN = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of what you have read; a change of anything newer is refused.",
    "schema": {"type": "string"},
}
DESCRIBED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "GET": {"responses": {304: {"description": "What you have is what there is (If-None-Match)"}}},
        "POST": {"parameters": [_KEY, _SEEN]},
        "PATCH": {"parameters": [_KEY, _SEEN | {"required": True}]},
    }
)
"""What the description of the API says of every door, by method."""
LANGUAGE = "lang"
"""The query parameter that every door takes."""
UNKNOWN = N_("There is no such parameter here.")
READS = frozenset({"GET", "HEAD"})
# What one reader sees is no other's: nothing on the way keeps it.
ANSWER_HEADERS = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie, Accept-Language"}


class Door(APIRoute):
    """One operation, at one address."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        self.act = endpoint
        self.takes = signature_of(endpoint)
        told = DESCRIBED.get(next(iter(more.get("methods") or ("GET",))), {})
        more["responses"] = {**told.get("responses", {}), **(more.get("responses") or {})}
        # Doors that open their transactions themselves keep no answers and read nothing again.
        extra = {"parameters": told["parameters"]} if "parameters" in told and self.takes.writes else {}
        more["openapi_extra"] = extra | self._known_by() | (more.get("openapi_extra") or {})
        super().__init__(path, _answering(self, endpoint), **more)
        note_reader(self)

    def _known_by(self) -> dict[str, Any]:
        """Say in the description whether one has to be known here, or can be."""
        if not self.takes.caller:
            return {}
        return {"security": [{SCHEME: []}] if self.takes.must_be_signed_in else [{SCHEME: []}, {}]}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what FastAPI calls with a request."""
        answer = super().get_route_handler()

        async def answer_in_order(request: Request) -> Response:
            request.state.body = b"" if _is_in_parts(request) else await request.body()
            try:
                self._refuse_odd_parameters(request)
                return await answer(request)
            except (RequestValidationError, InvalidInput):
                # Who has to sign in hears that first.
                if self.takes.must_be_signed_in and not hasattr(request.state, "account_id"):
                    await run_in_threadpool(_identified, self.takes, request)
                raise

        return answer_in_order

    def dressed(self, result: Any, request: Request) -> Response:
        """Return as an answer what the function returned."""
        if isinstance(result, Response):
            return result
        status = self.status_code or 200
        body = self.written_out(result)
        answer = Response(body, status_code=status, media_type="application/json", headers=ANSWER_HEADERS)
        if request.method in READS or self._shows_thing:
            answer.headers["ETag"] = etag_of(body)
        return answer

    def written_out(self, result: Any) -> bytes:
        """Return as JSON what the function returned."""
        if self.response_field is None:
            return b""
        value, errors = self.response_field.validate(result, {}, loc=("response",))
        if errors:
            raise ResponseValidationError(errors=errors, body=None)
        return self.response_field.serialize_json(value)

    def _refuse_odd_parameters(self, request: Request) -> None:
        # A misspelt filter that is passed over would show more than was asked for.
        if self.response_field is None or request.query_params.keys() <= self._parameters:
            return
        odd = sorted(request.query_params.keys() - self._parameters)
        raise InvalidInput(*(FieldFault(name[:200], "extra_forbidden", UNKNOWN) for name in odd))

    @cached_property
    def _parameters(self) -> frozenset[str]:
        return _parameters_of(self.dependant) | {LANGUAGE}

    @cached_property
    def _shows_thing(self) -> bool:
        return shows_thing(self)


class _Room(APIRouter):
    """Doors of one room. A request that none of them can be meant by is not compared with each of them."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request is meant for one of the doors."""
        if self._likenesses is not None and likeness_of(scope["path"]) not in self._likenesses:
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def _likenesses(self) -> frozenset[Likeness] | None:
        # Asked for with the first request: by then all doors are there.
        return likenesses_of(self)


class Doors(_Room):
    """The JSON doors of a room."""

    def __init__(self, **more: Any) -> None:
        super().__init__(route_class=Door, **more)


class Pages(_Room):
    """The pages of a room."""

    def __init__(self, **more: Any) -> None:
        super().__init__(route_class=Door, default_response_class=HTMLResponse, **more)


def _answering(door: Door, act: Callable[..., Any]) -> Callable[..., Response]:
    def answer(**values: Any) -> Response:
        request: Request = values.pop(door.takes.request)
        if door.takes.passes_request:
            values[door.takes.request] = request
        if door.takes.writes:
            return _written(door, act, request, values)
        return _read(door, act, request, values)

    answer.__name__ = act.__name__
    answer.__doc__ = act.__doc__
    answer.__module__ = act.__module__
    answer.__signature__ = door.takes.outward  # type: ignore[attr-defined]
    return answer


def _read(door: Door, act: Callable[..., Any], request: Request, values: dict[str, Any]) -> Response:
    if not door.takes.session and not door.takes.caller:
        return _conditional(door.dressed(act(**values), request), request)
    with reading(request) as session:
        values |= door.takes.inward(session, _caller(door.takes, request, session))
        answer = door.dressed(act(**values), request)
    return _conditional(answer, request)


def _parameters_of(dependant: Dependant) -> frozenset[str]:
    found = frozenset(one.alias for one in dependant.query_params)
    return found.union(*(_parameters_of(one) for one in dependant.dependencies))


def _is_in_parts(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _conditional(answer: Response, request: Request) -> Response:
    if request.method not in READS or "etag" not in answer.headers:
        return answer
    return or_not_modified(answer, request.headers.get("if-none-match"))


def _written(door: Door, act: Callable[..., Any], request: Request, values: dict[str, Any]) -> Response:
    # In a transaction of its own: who may not come in does not hold up those who write.
    caller = _identified(door.takes, request)
    sent = sent_with(request, request.state.body)

    def done(session: Session) -> Response:
        return _done(door, act, request, session, caller, sent, values)

    if sent.key is None:
        with writing(request) as session:
            return done(session)
    return answered_once(request, caller, sent, done)


def _done(
    door: Door,
    act: Callable[..., Any],
    request: Request,
    session: Session,
    caller: Caller,
    sent: Sent,
    values: dict[str, Any],
) -> Response:
    check_seen(door, request, session, caller, sent)
    return door.dressed(act(**values, **door.takes.inward(session, caller)), request)


def _identified(takes: Signature, request: Request) -> Caller:
    with request.app.state.database.reading() as session:
        return _caller(takes, request, session)


def _caller(takes: Signature, request: Request, session: Session) -> Caller:
    if not takes.caller:
        return ANYBODY
    return identified(request, session, must_be_signed_in=takes.must_be_signed_in)
