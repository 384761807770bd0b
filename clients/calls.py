"""A call of the API: what is asked, under which address, with what, and as what the answer is read.

A call is a plain value. It is written once, in the rooms, and sent by either client.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import parse_qsl, quote, unquote

from pydantic import TypeAdapter, ValidationError

from clients.errors import NotUnderstood
from clients.models.attachments import Upload
from clients.models.parts import Answer as Model
from clients.models.parts import Input, Page

Answer = TypeVar("Answer")
Item = TypeVar("Item")
QueryValue = str | int | bool | date | None

API = "/api/v1"
LARGEST_PAGE = 200
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """One call. ``path`` is a template; ``places`` fill it."""

    method: Literal["GET", "POST", "PATCH"]
    path: str
    places: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    """What there is to ask with, also where nothing is given (None)."""
    body: Input | None = None
    answer: TypeAdapter[Answer] = ANYTHING
    etag: str | None = None
    """The version of the thing that a change is about; the service refuses it if there is a newer one."""
    files: Mapping[str, Upload] = field(default_factory=dict)
    """Files that are sent as a form, by the name of their field."""
    form: Mapping[str, Input] = field(default_factory=dict)
    """What is sent beside files, by the name of its field, as JSON."""
    gives_file: bool = False
    """Whether the answer is what a file holds."""
    key: str | None = None
    """With the same key the service does a change once, however often it is sent."""

    @property
    def is_repeatable(self) -> bool:
        """Whether asking twice is the same as asking once."""
        return self.method == "GET" or self.key is not None

    def keyed(self) -> "Call[Answer]":
        """Return the same call, safe to repeat: a change with a key of its own."""
        return self if self.is_repeatable else replace(self, key=secrets.token_urlsafe(24))

    def conditions(self) -> dict[str, str]:
        """Return the headers that say which version a change is about, and under which key it is sent."""
        headers = {"If-Match": self.etag, "Idempotency-Key": self.key}
        return {name: value for name, value in headers.items() if value is not None}

    def address(self) -> str:
        """Return the path with its places filled in."""
        return _PLACE.sub(lambda place: _segment(place[1], self.places[place[1]]), self.path)

    def parameters(self) -> dict[str, str]:
        """Return the query parameters that are given, as text."""
        return {name: _as_text(value) for name, value in self.query.items() if value is not None}

    def content(self) -> bytes | None:
        """Return the body as JSON: what was set, and nothing that was left out."""
        return None if self.body is None else self.body.model_dump_json(exclude_unset=True).encode()

    def fields(self) -> dict[str, str]:
        """Return the fields of a form beside its files."""
        return {name: value.model_dump_json(exclude_unset=True) for name, value in self.form.items()}

    def read(self, content: bytes, etag: str = "") -> Answer:
        """Read the body of an answer, and remember its version with it."""
        if self.gives_file:
            return self.answer.validate_python(content)
        try:
            answer = self.answer.validate_json(content)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the answer"
            said = f"{self.method} {self.path}: {place}: {first['msg']}"
            raise NotUnderstood(said) from None
        if isinstance(answer, Model):
            answer._etag = etag  # noqa: SLF001 - its own library sets it
        return answer

    def asking(self, **query: QueryValue) -> "Call[Answer]":
        """Return the same call with other query parameters."""
        return replace(self, query={**self.query, **query})


def get(path: str, /, **values: QueryValue) -> Call[Any]:
    """Return a reading call. Values named in the template fill it, the others are the query."""
    names = set(_PLACE.findall(path))
    places = {name: str(value) for name, value in values.items() if name in names}
    # A trailing underscore keeps a name apart from one of Python's own.
    query = {name.rstrip("_"): value for name, value in values.items() if name not in names}
    return Call("GET", API + path, places, query)


def reading(address: str) -> Call[Any]:
    """Return the reading call of an address as people write it, with ``/api/v1`` or without it."""
    path, _, query = address.partition("?")
    path = path.removeprefix(API).strip("/")
    names = {f"part{number}": unquote(part) for number, part in enumerate(path.split("/"))}
    template = API + "".join(f"/{{{name}}}" for name in names)
    return Call("GET", template, names, dict(parse_qsl(query)))


def listing(path: str, /, **values: QueryValue) -> Call[Any]:
    """Return a call of a list that comes in pages."""
    return get(path, **values).asking(limit=None, cursor=None)


def post(path: str, body: Input | None = None, /, **places: str) -> Call[Any]:
    """Return a call that makes something, or makes a move."""
    return Call("POST", API + path, places, body=body)


def upload(
    path: str, files: Mapping[str, Upload], form: Mapping[str, Input] = MappingProxyType({}), /, **places: str
) -> Call[Any]:
    """Return a call that sends files, with what is said beside them."""
    return Call("POST", API + path, places, files=files, form=form)


def download(path: str, /, **places: str) -> Call[Any]:
    """Return a call that is answered with what a file holds."""
    return replace(get(path, **places), gives_file=True)


def patch(path: str, body: Input, etag: str, /, **places: str) -> Call[Any]:
    """Return a call that changes something, as it was when it had that ETag."""
    return Call("PATCH", API + path, places, body=body, etag=etag)


def after(call: Call[Page[Item]], page: Page[Item]) -> Call[Page[Item]] | None:
    """Return the call of the next page, or None after the last one."""
    if page.next is None:
        return None
    if page.next == call.query.get("cursor"):
        raise NotUnderstood(f"{call.method} {call.path}: the page leads back to itself")
    return call.asking(cursor=page.next)


def _segment(name: str, value: str) -> str:
    if value in {"", ".", ".."}:
        raise ValueError(f"{name} is {value!r}, which names nothing")
    return quote(value, safe="")


def _as_text(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
