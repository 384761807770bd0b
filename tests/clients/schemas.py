"""Comparing two JSON schemas: what one side writes, the other must be able to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Side:
    """A schema with the place where its references lead."""

    schema: dict[str, Any]
    document: dict[str, Any]

    def at(self, schema: dict[str, Any]) -> "Side":
        """Give a part of it."""
        return Side(schema, self.document)

    def choices(self) -> Iterator["Side"]:
        """Give the alternatives that it allows, with references followed."""
        schema = self.schema
        if "$ref" in schema:
            target: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            yield from self.at(target).choices()
        elif "anyOf" in schema or "oneOf" in schema:
            for choice in schema.get("anyOf") or schema["oneOf"]:
                yield from self.at(choice).choices()
        else:
            yield self

    @property
    def kind(self) -> str | None:
        """The JSON type; None for anything."""
        if "const" in self.schema and "type" not in self.schema:
            return "boolean" if isinstance(self.schema["const"], bool) else "string"
        return self.schema.get("type")

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of an object."""
        return self.schema.get("properties", {})

    @property
    def needed(self) -> set[str]:
        """The fields that are always there."""
        return set(self.schema.get("required", ()))

    @property
    def values(self) -> set[Any] | None:
        """The only values that are allowed, or None."""
        if "const" in self.schema:
            return {self.schema["const"]}
        return set(self.schema["enum"]) if "enum" in self.schema else None


def unreadable(written: Side, reader: Side, *, knows_all: bool, place: str = "") -> list[str]:
    """Give what the reader could not take of what may be written.

    With ``knows_all`` the reader refuses a field that it does not know; otherwise it lets it pass.
    """
    readers = list(reader.choices())
    faults = []
    for choice in written.choices():
        tries = [_unreadable(choice, one, knows_all, place) for one in readers]
        faults += min(tries, key=len)
    return faults


def _unreadable(written: Side, reader: Side, knows_all: bool, place: str) -> list[str]:  # noqa: FBT001 - private
    if reader.kind is None or written.kind is None:
        return []
    if written.kind != reader.kind and (written.kind, reader.kind) != ("integer", "number"):
        return [f"{place}: {written.kind} is written, {reader.kind} is read"]
    if reader.values is not None and (written.values is None or not written.values <= reader.values):
        return [f"{place}: {written.values} is written, only {reader.values} is read"]
    if reader.schema.get("format") and reader.schema.get("format") != written.schema.get("format"):
        return [f"{place}: a {reader.schema['format']} is read"]
    if written.kind == "array":
        items, read = written.schema.get("items", {}), reader.schema.get("items", {})
        return unreadable(written.at(items), reader.at(read), knows_all=knows_all, place=f"{place}[]")
    return _unreadable_fields(written, reader, knows_all, place) if written.fields or reader.fields else []


def _unreadable_fields(written: Side, reader: Side, knows_all: bool, place: str) -> list[str]:  # noqa: FBT001 - private
    faults = [f"{place}.{name}: is needed, and not always written" for name in reader.needed - written.needed]
    unknown = set(written.fields) - set(reader.fields) if knows_all else set()
    faults += [f"{place}.{name}: is written, and unknown to the reader" for name in unknown]
    for name in set(written.fields) & set(reader.fields):
        faults += unreadable(
            written.at(written.fields[name]),
            reader.at(reader.fields[name]),
            knows_all=knows_all,
            place=f"{place}.{name}",
        )
    return faults


def fields_in(side: Side, place: str = "") -> set[str]:
    """Give the places of all fields, however deep."""
    places: set[str] = set()
    for choice in side.choices():
        for name, schema in choice.fields.items():
            places |= {f"{place}.{name}"} | fields_in(choice.at(schema), f"{place}.{name}")
        if choice.kind == "array":
            places |= fields_in(choice.at(choice.schema.get("items", {})), f"{place}[]")
    return places
