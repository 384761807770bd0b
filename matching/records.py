"""The base of every engine value: frozen, closed, strict, and refused by name."""

import json
from functools import cache
from typing import Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from matching.errors import InvalidProblem

put = object.__setattr__
"""Gives a new record a field."""
_set_names = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__


class Record(BaseModel):
    """A value that checks itself when it is constructed.

    Unknown fields, wrong types, NaN and infinity are refused. A fault raises :class:`InvalidProblem` with
    the record (its kind and id, where it has one) and the field, whether the value is constructed in
    Python or read from JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    kind_of_record: ClassVar[str] = "record"
    names_itself_by: ClassVar[str | None] = None

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise _refusal(type(self), data, error) from None

    # Tells pydantic that nested values need not pass through this method; they are named from outside.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a value from JSON.

        Raises
        ------
        InvalidProblem
            The text is not JSON, or a record in it is wrong.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _refusal(cls, _readable(text), error) from None


def keep_as_it_stands(record: Record) -> None:
    """Finish a new record of which every field was :data:`put` in order, without a look at the values.

    For the few kinds that a round makes by the hundred thousand from facts that are checked already: a third
    of the time and of the memory. What is read from JSON never comes this way. Fields are put one by one, so
    that all records of a kind share their names.
    """
    _set_names(record, _names_of(type(record)))
    _set_extra(record, None)
    _set_private(record, None)


@cache
def _names_of(cls: type[Record]) -> set[str]:
    """Return the names of all fields: one set for all records of a kind, as no frozen record changes it."""
    return set(cls.model_fields)


def _readable(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _refusal(cls: type[Record], data: Any, error: ValidationError) -> InvalidProblem:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place, code = first["loc"], first["type"]
    inner = _record_of(cls, place)
    if inner is not None:
        item = data[place[0]][place[1]] if isinstance(data, dict) else None
        return InvalidProblem(_name(inner, item, place[1]), _dotted(place[2:]), code)
    return InvalidProblem(_name(cls, data, None), _dotted(place), code)


def _record_of(cls: type[Record], place: tuple[int | str, ...]) -> type[Record] | None:
    """Return the kind of the record that stands at ``place`` in a collection of ``cls``, if one does."""
    if len(place) < 2 or not isinstance(place[1], int) or place[0] not in cls.model_fields:  # noqa: PLR2004
        return None
    kinds = get_args(cls.model_fields[str(place[0])].annotation)
    kind = kinds[0] if kinds else None
    return kind if isinstance(kind, type) and issubclass(kind, Record) else None


def _name(cls: type[Record], data: Any, index: int | str | None) -> str:
    key = cls.names_itself_by
    value = data.get(key) if key and isinstance(data, dict) else None
    if isinstance(value, str):
        return f"{cls.kind_of_record}:{value}"
    return cls.kind_of_record if index is None else f"{cls.kind_of_record}[{index}]"


def _dotted(place: tuple[int | str, ...]) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
