"""Bodies with something in them that does not belong there: each place of each body in turn."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.rights.matrix import GROUPS, Operation, example_of, filled

Place = tuple[Any, ...]


def spoilt(
    operation: Operation, ids: Mapping[str, str], document: Mapping[str, Any], values: Iterable[Any]
) -> Iterator[Any]:
    """Give the fullest body that an operation takes with each of its places taken by each value."""
    whole = whole_body(operation, ids, document)
    for place in places(whole):
        for value in values:
            changed = copy.deepcopy(whole)
            put(changed, place, value)
            yield changed


def whole_body(operation: Operation, ids: Mapping[str, str], document: Mapping[str, Any]) -> Any:
    """Give a body with every field that there is, or nothing where none is taken."""
    schema = json_schema_of(operation)
    if schema is None:
        return None
    said = filled(operation.expected.get("body", {}), ids)
    return {**example_of(schema, "", ids, document, is_whole=True), **said}


def json_schema_of(operation: Operation) -> Mapping[str, Any] | None:
    """Return what is written of the JSON that an operation takes."""
    content = operation.described.get("requestBody", {}).get("content", {})
    found: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
    return found


def who_may(operation: Operation) -> str | None:
    """Return a role that gets as far as possible with an operation, or nobody if nobody need sign in."""
    for name in operation.expected.get("may", ()):
        among = GROUPS.get(name, {name})
        return None if None in among else min(str(role) for role in among)
    return None if "own" in operation.expected else "administrator"


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Give the way to everything in a body."""
    if place:
        yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*place, number))


def put(body: Any, place: Place, value: Any) -> None:
    """Put something at a place of a body."""
    for step in place[:-1]:
        body = body[step]
    body[place[-1]] = value
