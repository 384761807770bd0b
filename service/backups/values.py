"""How the values of a row are written as JSON, the same from every database, and read back.

Nothing is said of what is not there (NULL in SQL), so that a JSON null, which is a value, stays one.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from service.database.columns import UtcDateTime

Kind = Literal["moment", "day", "bytes", "json", "boolean", "integer", "number", "text"]

# In this order: a type is of the first kind that it belongs to.
_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (UtcDateTime, "moment"),
    (Date, "day"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "number"),
    (String, "text"),
)
TYPES: Mapping[Kind, TypeEngine[Any]] = MappingProxyType(
    {
        "moment": UtcDateTime(),
        "day": Date(),
        "bytes": LargeBinary(),
        "json": JSON(none_as_null=True),
        "boolean": Boolean(),
        "integer": Integer(),
        "number": Float(),
        "text": String(),
    }
)
_WRITTEN: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {
        "moment": datetime.isoformat,
        "day": date.isoformat,
        "bytes": lambda value: base64.b64encode(value).decode(),
    }
)
_READ: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "bytes": base64.b64decode,
        "json": lambda value: JSON.NULL if value is None else value,
    }
)


def kind_of(column: Column[Any]) -> Kind:
    """Return the kind of a column's values.

    Raises
    ------
    TypeError
        A backup does not know such values yet; a moment without a time zone is one of them.
    """
    type_ = column.type
    while isinstance(type_, TypeDecorator) and not isinstance(type_, UtcDateTime):
        type_ = type_.impl_instance
    for of, kind in _KINDS:
        if isinstance(type_, of):
            return kind
    raise TypeError(f"{column.table.name}.{column.name}")


def write_row(kinds: Mapping[str, Kind], values: Mapping[str, Any], nulls: Mapping[str, bool]) -> str:
    """Return a row as one line of JSON. ``nulls`` says of JSON columns whether nothing is there at all."""
    row = {
        name: _WRITTEN.get(kind, _as_it_is)(values[name]) if values[name] is not None else None
        for name, kind in kinds.items()
        if not (nulls[name] if name in nulls else values[name] is None)
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_row(kinds: Mapping[str, Kind], line: str) -> dict[str, Any]:
    """Return the values of a line, ready for the database."""
    row = json.loads(line)
    return {
        name: _READ.get(kind, _as_it_is)(row[name]) if name in row else None for name, kind in kinds.items()
    }


def _as_it_is(value: Any) -> Any:
    return value
