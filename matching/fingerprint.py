"""The fingerprint of an outcome: its content, without ids, order, times or seconds."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any

from matching.identity import ContentKeys
from matching.outcome import CriterionScore, Outcome, Reason
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
    nothing between the signs; in a list of the outcome itself, each record stands as the SHA-256 of its text,
    so that no two of these texts are in memory at once. The text is put together from the values directly,
    each written once: linear in its length, apart from the sorting.
    """
    writer, values = _Writer(keys), outcome.__dict__
    written = [
        label + writer.of_outcome(values[name], name)
        for name, label in _labels(Outcome)
        if name != "fingerprint"
    ]
    return _sha256("{" + ",".join(written) + "}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


KEPT = 1 << 13
"""Texts of criteria, and of lists, that are kept at a time: many seats hold the very same."""
REFERENCES_KEPT = 1 << 16
"""Texts of references that are kept at a time."""


class _Writer:
    """Writes values as canonical JSON, with content keys in the place of ids."""

    def __init__(self, keys: ContentKeys) -> None:
        self._references = _References(keys)
        self._ids = {field: _Ids(getattr(keys, kind)) for field, kind in FIELD_KINDS.items()}
        self._plans: dict[type[Record], tuple[str, tuple[tuple[str, Callable[[Any], str]], ...]]] = {}
        self._plain = _Lists(self._references)
        self._lists = {field: _Lists(names) for field, names in self._ids.items()}
        self._criteria: dict[int, str] = {}
        self._writers: dict[type, Callable[[Any, str], str]] = {
            str: lambda value, field: self._ids.get(field, self._references)[value],
            tuple: self._sorted,
            dict: lambda value, _: self._dictionary(value),
            int: lambda value, _: int.__repr__(value),
            float: lambda value, _: float.__repr__(value),
            bool: lambda value, _: "true" if value else "false",
            type(None): lambda _value, _: "null",
            date: lambda value, _: f'"{value.isoformat()}"',
        }

    def of(self, value: Any, field: str) -> str:
        """Return the text of a value that stands in a field."""
        write = self._writers.get(type(value))
        if write is not None:
            return write(value, field)
        if not isinstance(value, Record):
            raise TypeError(f"{field}: {type(value).__name__} has no canonical text")
        return self.fields(value)

    def of_outcome(self, value: Any, field: str) -> str:
        """Return the text of a field of the outcome itself, with digests of records in the place of these."""
        if type(value) is not tuple:
            return self.of(value, field)
        found = [f'"{_sha256(self.of(record, field))}"' for record in value]
        return f"[{','.join(sorted(found))}]"

    def fields(self, record: Record) -> str:
        """Return the text of a record, its fields in the order of their names."""
        kind, values = type(record), record.__dict__
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans[kind] = self._plan(kind)
        form, writers = plan
        return form % tuple([write(values[name]) for name, write in writers])

    def _plan(self, kind: type[Record]) -> tuple[str, tuple[tuple[str, Callable[[Any], str]], ...]]:
        """Return the text of a kind of record with places for its fields, and what writes each of these."""
        labels = _labels(kind)
        form = "{" + ",".join([label.replace("%", "%%") + "%s" for _, label in labels]) + "}"
        return form, tuple((name, self._writer(kind, name)) for name, _ in labels)

    def _writer(self, kind: type[Record], name: str) -> Callable[[Any], str]:
        """Return what writes a field of a kind, by its one type where it has one."""
        names, lists = self._ids.get(name, self._references), self._lists.get(name, self._plain)
        exact: dict[Any, Callable[[Any], str]] = {
            str: names.__getitem__,
            int: int.__repr__,
            float: float.__repr__,
            bool: ("false", "true").__getitem__,
            tuple[str, ...]: lists.of,
            tuple[Reason, ...]: self._of_reasons,
            tuple[CriterionScore, ...]: self._of_criteria,
        }
        writer = exact.get(kind.model_fields[name].annotation)
        if writer is not None:
            return writer
        return self._dictionary if name == "params" else lambda value: self.of(value, name)

    def _of_reasons(self, reasons: tuple[Reason, ...]) -> str:
        """Return the text of reasons: of all records the most, so written without a detour."""
        if not reasons:
            return "[]"
        names, lists, params = self._references, self._plain.of, self._dictionary
        written = [
            f'{{"code":{names[values["code"]]},"evidence":{lists(values["evidence"])}'
            f',"params":{params(values["params"])}}}'
            for values in [reason.__dict__ for reason in reasons]
        ]
        return f"[{','.join(sorted(written) if len(written) > 1 else written)}]"

    def _of_criteria(self, criteria: tuple[CriterionScore, ...]) -> str:
        return f"[{','.join(sorted([self._criterion(criterion) for criterion in criteria]))}]"

    def _criterion(self, criterion: CriterionScore) -> str:
        """Return the text of a criterion, by its identity: the outcome keeps it in being all the while."""
        text = self._criteria.get(id(criterion))
        if text is None:
            if len(self._criteria) >= KEPT:
                self._criteria.clear()
            values = criterion.__dict__
            text = self._criteria[id(criterion)] = (
                f'{{"criterion":{self._references[values["criterion"]]}'
                f',"known":{"true" if values["known"] else "false"},"points":{values["points"]!r}'
                f',"reasons":{self._of_reasons(values["reasons"])}'
                f',"value":{values["value"]!r},"weight":{values["weight"]!r}}}'
            )
        return text

    def _dictionary(self, values: Mapping[str, Any]) -> str:
        """Return the text of parameters."""
        if not values:
            return "{}"
        writers, written = self._writers, []
        for name in sorted(values) if len(values) > 1 else values:
            value = values[name]
            write = writers.get(type(value))
            written.append(_label(name) + (write(value, name) if write else self.of(value, name)))
        return "{" + ",".join(written) + "}"

    def _sorted(self, values: tuple[Any, ...], field: str) -> str:
        if not values:
            return "[]"
        written = [self.of(value, field) for value in values]
        return "[" + ",".join(sorted(written) if len(written) > 1 else written) + "]"


@cache
def _labels(cls: type[Record]) -> tuple[tuple[str, str], ...]:
    return tuple((name, json.dumps(name) + ":") for name in sorted(cls.model_fields))


@lru_cache(maxsize=1024)
def _label(name: str) -> str:
    return encode_basestring(name) + ":"


class _Ids(dict[str, str]):
    """The text of each id of a kind: that of its content key, or its own where it has none."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys

    def __missing__(self, name: str) -> str:
        text = self[name] = encode_basestring(self._keys.get(name, name))
        return text


class _Lists(dict[tuple[str, ...], str]):
    """The text of each list of strings; many reasons and certificates name the same ones."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def of(self, values: tuple[str, ...]) -> str:
        """Return the text of a list; those of one are as soon written as found."""
        return f"[{self._names[values[0]]}]" if len(values) == 1 else self[values]

    def __missing__(self, values: tuple[str, ...]) -> str:
        text = "[" + ",".join(sorted([self._names[value] for value in values])) + "]"
        if len(self) >= KEPT:
            self.clear()
        self[values] = text
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
        if len(self) >= REFERENCES_KEPT:
            self.clear()
        self[value] = text
        return text
