"""What a changing request says of itself: its key, the version that it is about, and what exactly it asks."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.types import Scope

FORM_KEY = "form_key"
FORM_SEEN = "form_seen"
FORM_KIND = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000
NEVER_KEPT = ("password", "code", FORM_KEY)
"""Fields that are not written into a page again: secrets, and what is drawn anew."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request that wants to change something."""

    key: str | None
    """Its ``Idempotency-Key``, or the hidden key of a form."""
    seen: str | None
    """Its ``If-Match``, or what a form was made from."""
    is_form: bool
    """Whether a person sent it from a page; a second click waits for the first answer."""
    content: tuple[bytes, ...]
    """What exactly is asked: with the same key, it must be the same."""


def sent_with(request: Request, body: bytes) -> Sent:
    """Return what a request says about itself; a form with files has been read in by then."""
    address = (request.method.encode(), request.url.path.encode(), request.url.query.encode())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM_KIND:
        fields = _fields(body)
        return Sent(fields.get(FORM_KEY), fields.get(FORM_SEEN), is_form=True, content=(*address, body))
    headers = request.headers
    key, seen = headers.get("idempotency-key"), headers.get("if-match")
    form: FormData | None = request._form  # noqa: SLF001 - read in by the door; it is not read twice
    if form is None:
        return Sent(key, seen, is_form=False, content=(*address, body))
    form_key, form_seen = form.get(FORM_KEY), form.get(FORM_SEEN)
    return Sent(
        form_key if isinstance(form_key, str) else key,
        form_seen if isinstance(form_seen, str) else seen,
        is_form=isinstance(form_key, str),
        content=(*address, *_parts(form)),
    )


def keep_form(scope: Scope, body: bytes) -> None:
    """Hold on to a form while it is answered, for the case that it cannot be taken now."""
    state: dict[str, Any] = scope.setdefault("state", {})
    state["form"] = body


def typed_before(request: Request) -> list[tuple[str, str]]:
    """Return what a form brought that was sent without a session, so that it can be sent again."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body: bytes = request.scope.get("state", {}).get("form", b"")
    if request.method != "POST" or kind != FORM_KIND:
        return []
    try:
        fields = parse_qsl(
            body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:
        return []
    return [(name, value) for name, value in fields if not any(part in name for part in NEVER_KEPT)]


def _parts(form: FormData) -> list[bytes]:
    # The line between parts is drawn by lot each time: what they hold is compared, not the bytes as sent.
    return [
        part
        for name, value in form.multi_items()
        for part in (name.encode(), value.encode() if isinstance(value, str) else _digest(value))
    ]


def _digest(upload: UploadFile) -> bytes:
    found = sha256((upload.filename or "").encode())
    upload.file.seek(0)
    while part := upload.file.read(1 << 16):
        found.update(part)
    upload.file.seek(0)
    return found.digest()


def _fields(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("ascii", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}
