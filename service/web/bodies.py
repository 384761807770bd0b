"""What is refused before any room sees it: bodies too large, JSON that is not JSON, characters no text needs.

FastAPI's own parser lets NaN, lone surrogates and NUL through; the first two crash its error answer and the
last one crashes PostgreSQL. Text is brought to Unicode's composed form (NFC) here, once.
"""

import json
import re
import unicodedata
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import FieldFault, InvalidInput, Refusal
from service.texts import N_
from service.web.problems import refusal_problem
from service.web.sent import keep_form

DEEPEST = 32
TAKEN = frozenset({"GET", "HEAD", "POST", "PATCH"})
"""Methods that doors take."""
UPLOADS = re.compile(
    r"(/api/v1)?/(things/[^/]+/(attachments|messages)|pools/[^/]+/imports?|needs/on-behalf"
    r"|desk/register-on-behalf)"
)
"""Addresses that take files: what is sent there as a form passes as it comes in, up to a limit of its own."""
# Control characters but tab and line ends, and halves of surrogate pairs, which are no text at all.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class BodyTooLarge(Refusal):
    """The body of the request is larger than this service takes."""

    code = "too_large"
    status = 413
    title = N_("Too large")
    sentence = N_("The request is larger than {limit_kb} KB.")


class OtherMediaType(Refusal):
    """The body is of a kind that this address does not take."""

    code = "other_media_type"
    status = 415
    title = N_("This address takes JSON")
    sentence = N_("Send JSON in UTF-8, and say so with the header Content-Type: application/json.")

    def headers(self) -> dict[str, str]:
        """Say what is taken."""
        return {"Accept": "application/json"}


class StrictBodies:
    """ASGI middleware that reads a JSON body whole, refuses what is unfit, and passes the clean one on."""

    def __init__(self, app: ASGIApp, limit_bytes: int, upload_limit_bytes: int = 0) -> None:
        self.app = app
        self.limit_bytes = limit_bytes
        self.upload_limit_bytes = max(upload_limit_bytes, limit_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            _check_address(scope)
            if _is_upload(scope):
                await self.app(scope, _counted(scope, receive, self.upload_limit_bytes), send)
                return
            body = await self._read(receive)
            keep_form(scope, body)
            if body:
                _check_media_type(scope)
            if _holds_json(scope) and body:
                body = clean_json(body)
                _set_length(scope, len(body))
        except Refusal as refusal:
            await refusal_problem(Request(scope), refusal)(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes:
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            part = message.get("body", b"")
            size += len(part)
            if size > self.limit_bytes:
                raise BodyTooLarge(limit_kb=self.limit_bytes // 1000)
            parts.append(part)
            if not message.get("more_body", False):
                break
        return b"".join(parts)


def _kind_of(scope: Scope) -> bytes:
    return bytes(dict(scope["headers"]).get(b"content-type", b"").split(b";")[0].strip().lower())


def _is_upload(scope: Scope) -> bool:
    return (
        scope["method"] == "POST"
        and _kind_of(scope) == b"multipart/form-data"
        and UPLOADS.fullmatch(scope["path"]) is not None
    )


def _counted(scope: Scope, receive: Receive, limit_bytes: int) -> Receive:
    """Return how an upload is received: piece by piece, and no further than its limit."""
    too_large = BodyTooLarge(limit_kb=limit_bytes // 1000)
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > limit_bytes:
        raise too_large
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit_bytes:
            raise too_large
        return message

    return counted


def _holds_json(scope: Scope) -> bool:
    kind = _kind_of(scope)
    # FastAPI reads a body without a type as JSON too.
    return kind in {b"", b"application/json"} or kind.endswith(b"+json")


def _check_media_type(scope: Scope) -> None:
    # That no door takes a method is said before what it carries; no file is sent by PATCH.
    is_taken = scope["method"] in TAKEN and not (
        scope["method"] == "PATCH" and UPLOADS.fullmatch(scope["path"])
    )
    if not (scope["path"].startswith("/api/") and is_taken):
        return
    header = dict(scope["headers"]).get(b"content-type", b"").lower()
    charset = re.search(rb"charset=\"?([^\s;\"]+)", header)
    is_utf8 = charset is None or charset[1] in {b"utf-8", b"utf8", b"us-ascii"}
    if not (_kind_of(scope) and _holds_json(scope) and is_utf8):
        raise OtherMediaType


def _check_address(scope: Scope) -> None:
    try:
        text = scope["path"] + unquote_to_bytes(scope["query_string"]).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(FieldFault("query", "not_utf8", N_("This is not readable text."))) from None
    if _has_unfit_character(text):
        raise InvalidInput(FieldFault("query", "control_character", N_("This holds an unfit character.")))


def clean_json(body: bytes) -> bytes:
    """Return JSON with its texts in composed form, or refuse what is none or holds what no JSON needs."""
    try:
        value = json.loads(
            body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_without_twins
        )
        clean = _clean(value, "", 0)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InvalidInput(FieldFault("body", "json_invalid", N_("This is not JSON."))) from None
    return json.dumps(clean, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Readers of JSON disagree about which of two counts: one may check the first and use the second.
        raise InvalidInput(FieldFault("body", "duplicate_field", N_("A field is given twice.")))
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _clean(value: Any, place: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise InvalidInput(FieldFault(place[:200], "too_deep", N_("This is nested too deeply.")))
    if isinstance(value, str):
        return clean_text(value, place)
    if isinstance(value, float) and value in {float("inf"), float("-inf")}:
        raise InvalidInput(FieldFault(place[:200], "finite_number", N_("This number is too large.")))
    if isinstance(value, list):
        return [_clean(item, f"{place}[{number}]", depth + 1) for number, item in enumerate(value)]
    if isinstance(value, dict):
        return {
            clean_text(key, "body"): _clean(item, f"{place}.{key}" if place else key, depth + 1)
            for key, item in value.items()
        }
    return value


def clean_text(text: str, place: str) -> str:
    """Return a text in its composed form, or refuse it for a character that no text needs."""
    if _has_unfit_character(text):
        fault = FieldFault(
            _printable(place), "control_character", N_("This holds a character that no text needs.")
        )
        raise InvalidInput(fault)
    return unicodedata.normalize("NFC", text)


def _printable(place: str) -> str:
    return "body" if _has_unfit_character(place) else place[:200]


def _has_unfit_character(text: str) -> bool:
    return _UNFIT.search(text) is not None


def _set_length(scope: Scope, length: int) -> None:
    scope["headers"] = [
        (name, str(length).encode() if name == b"content-length" else value)
        for name, value in scope["headers"]
        if name != b"transfer-encoding"
    ]


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
