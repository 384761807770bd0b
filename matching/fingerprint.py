"""The fingerprint of an outcome: its content, without ids, order, times or seconds."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any

from matching.identity import ContentKeys
from matching.outcome import Outcome
from matching.records import Record

FIELD_KINDS = MappingProxyType(
    {
        "need": "needs",
        "component": "components",
        "components": "components",
        "offer": "offers",
        "offers": "offers",
    }
)
REFERENCE_KINDS = MappingProxyType(
    {
        "need": "needs",
        "component": "components",
        "offer": "offers",
        "party": "parties",
        "delivery": "deliveries",
    }
)


def fingerprint(outcome: Outcome, keys: ContentKeys) -> str:
    """Return the SHA-256 of an outcome in which every id stands as its content key.

    Parameters
    ----------
    outcome : Outcome
        Any outcome; the fingerprint that it may hold already is left out.
    keys : ContentKeys
        Content keys of the problem that it is of.

    Returns
    -------
    str
        64 hexadecimal digits, the same for the same content, however records are named and ordered.

    Notes
    -----
    What is digested is the JSON of the outcome with names sorted, lists sorted by their items' own text, and
    nothing between the signs. The text is put together from the values directly, each written once: linear
    in the length of the text, apart from the sorting.
    """
    digest = hashlib.sha256()
    for piece in _Writer(keys).pieces(outcome, without="fingerprint"):
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


class _Writer:
    """Writes values as canonical JSON, with content keys in the place of ids."""

    def __init__(self, keys: ContentKeys) -> None:
        self._references = _References(keys)
        self._ids = {field: _Ids(getattr(keys, kind)) for field, kind in FIELD_KINDS.items()}
        self._lists: dict[tuple[str, tuple[str, ...]], str] = {}
        self._writers: dict[type, Callable[[Any, str], str]] = {
            str: lambda value, _: self._references[value],
            tuple: self._sorted,
            dict: self._dictionary,
            int: lambda value, _: int.__repr__(value),
            float: lambda value, _: float.__repr__(value),
            bool: lambda value, _: "true" if value else "false",
            type(None): lambda _value, _: "null",
            date: lambda value, _: f'"{value.isoformat()}"',
        }

    def of(self, value: Any, field: str) -> str:
        """Return the text of a value that stands in a field."""
        if field in self._ids and isinstance(value, (str, tuple)):
            return self._ids[field][value] if isinstance(value, str) else self._named(value, field)
        write = self._writers.get(type(value))
        if write is not None:
            return write(value, field)
        if not isinstance(value, Record):
            raise TypeError(f"{field}: {type(value).__name__} has no canonical text")
        return self.fields(value)

    def pieces(self, record: Record, without: str) -> Iterator[str]:
        """Give the text of a record without a field, list items one by one: the whole is never in memory."""
        names = [(name, label) for name, label in _labels(type(record)) if name != without]
        for place, (name, label) in enumerate(names):
            yield ("," if place else "{") + label
            value = record.__dict__[name]
            if isinstance(value, tuple) and name not in self._ids:
                yield "["
                for number, item in enumerate(sorted([self.of(item, name) for item in value])):
                    yield "," + item if number else item
                yield "]"
            else:
                yield self.of(value, name)
        yield "}"

    def fields(self, record: Record) -> str:
        """Return the text of a record, its fields in the order of their names."""
        written, values = [], record.__dict__
        for name, label in _labels(type(record)):
            value = values[name]
            is_text = type(value) is str and name not in self._ids  # as most are: no detour for them
            written.append(label + (self._references[value] if is_text else self.of(value, name)))
        return "{" + ",".join(written) + "}"

    def _dictionary(self, values: Mapping[str, Any], _: str) -> str:
        names = sorted(values) if len(values) > 1 else values
        written = [f"{encode_basestring(name)}:{self.of(values[name], name)}" for name in names]
        return "{" + ",".join(written) + "}"

    def _sorted(self, values: tuple[Any, ...], field: str) -> str:
        if not values:
            return "[]"
        written = [self.of(value, field) for value in values]
        return "[" + ",".join(sorted(written) if len(written) > 1 else written) + "]"

    def _named(self, ids: tuple[str, ...], field: str) -> str:
        """Return the text of a list of ids; many certificates name the same long lists."""
        written = self._lists.get((field, ids))
        if written is None:
            written = self._lists[field, ids] = self._sorted(ids, field)
        return written


@cache
def _labels(cls: type[Record]) -> tuple[tuple[str, str], ...]:
    return tuple((name, json.dumps(name) + ":") for name in sorted(cls.model_fields))


class _Ids(dict[str, str]):
    """The text of each id of a kind: that of its content key, or its own where it has none."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys

    def __missing__(self, name: str) -> str:
        text = self[name] = encode_basestring(self._keys.get(name, name))
        return text


class _References(dict[str, str]):
    """The text of each string: of a reference (``offer:ID``) with the content key, of others as they are."""

    def __init__(self, keys: ContentKeys) -> None:
        self._keys: dict[str, dict[str, str]] = {
            name: getattr(keys, kind) for name, kind in REFERENCE_KINDS.items()
        }

    def __missing__(self, value: str) -> str:
        kind, colon, name = value.partition(":")
        known = colon and kind in self._keys
        text = encode_basestring(f"{kind}:{self._keys[kind].get(name, name)}" if known else value)
        self[value] = text
        return text
