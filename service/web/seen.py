"""Whether a change is about what its sender has seen: the thing is read again, as its own door shows it.

What a change is about is what stands at the beginning of its address: ``/needs/{need_id}/submit`` is about
``/needs/{need_id}``. It is read for the same caller in the transaction of the change, with the thing locked
for others who say what they have seen, and must be what the ``If-Match`` names.
"""

import inspect
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import text
from sqlmodel import Session
from starlette.requests import Request

from service.caller import Caller
from service.web.etags import ChangedSince, require_seen
from service.web.languages import language_of
from service.web.requests import Language
from service.web.sent import Sent

if TYPE_CHECKING:
    from service.web.doors import Door

CHANGES = frozenset({"PATCH", "PUT", "DELETE"})
"""Methods that have to say what they are about; a move may."""
_PLACE = re.compile(r"{(\w+)}")
_readers: dict[str, "Door"] = {}


def note_reader(door: "Door") -> None:
    """Remember the door that shows one thing."""
    if door.methods == {"GET"} and door.path.endswith("}") and door.response_field and _is_readable(door):
        _readers[_shape(door.path)] = door


def reader_for(path: str) -> "Door | None":
    """Return the door that shows what an address is about."""
    shape = _shape(path)
    found = [known for known in _readers if shape == known or shape.startswith(known + "/")]
    return _readers[max(found, key=len)] if found else None


def shows_thing(door: "Door") -> bool:
    """Tell whether a change is answered with the thing as its own door shows it: then their ETags agree."""
    readers = [reader_for(door.path), _readers.get(_shape(door.path) + "/{}")]
    return any(
        door.response_model in {reader.response_model, *get_args(reader.response_model)}
        for reader in readers
        if reader
    )


def check_seen(door: "Door", request: Request, session: Session, caller: Caller, sent: Sent) -> None:
    """Refuse a change that is not about what is there now."""
    if door.response_field is None or not (request.method in CHANGES or sent.seen):
        return
    reader = reader_for(door.path)
    if reader is None:
        raise ChangedSince
    values = request.path_params
    places = [values[name] for name in _PLACE.findall(door.path)]
    names = _PLACE.findall(reader.path)
    lock_thing(session, reader.path + "".join(f"/{place}" for place in places[: len(names)]))
    require_seen(sent.seen, _read(reader, request, session, caller, dict(zip(names, places, strict=False))))


def lock_thing(session: Session, thing: str) -> None:
    """Let one at a time change a thing that it has seen. On SQLite all writers queue anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(blake2b(thing.encode(), digest_size=8).digest(), signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _read(
    reader: "Door", request: Request, session: Session, caller: Caller, places: Mapping[str, str]
) -> bytes:
    values: dict[str, Any] = {**places, **reader.takes.inward(session, caller)}
    for name, one in inspect.signature(reader.act).parameters.items():
        if one.annotation == Language:
            values[name] = language_of(request)
        elif one.annotation is Request:
            values[name] = request
    return reader.written_out(reader.act(**values))


def _is_readable(door: "Door") -> bool:
    places = set(_PLACE.findall(door.path))
    given = {door.takes.session, door.takes.caller, door.takes.request} | places
    return all(
        name in given or one.annotation == Language or one.default is not inspect.Parameter.empty
        for name, one in inspect.signature(door.act).parameters.items()
    )


def _shape(path: str) -> str:
    return _PLACE.sub("{}", path)
