"""Types of what comes in and goes out, used by every room's ``schemas.py``."""

import re
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

Item = TypeVar("Item")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_day(value: Any) -> Any:
    # pydantic would take a number, even one written as text, for seconds since 1970.
    is_written = isinstance(value, str) and _DAY.fullmatch(value) is not None
    if is_written or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise PydanticCustomError("date_type", "a date is expected")


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000)]
CodeText = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
IdText = Annotated[str, StringConstraints(min_length=3, max_length=64, pattern=r"^[a-z]+_[0-9a-f]{32}$")]
LanguageCode = Annotated[str, StringConstraints(min_length=2, max_length=16, pattern=r"^[A-Za-z0-9-]+$")]
StateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Link = Annotated[str, StringConstraints(max_length=1_000, pattern=r"^https?://\S+$")]
Whole = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
Flag = Annotated[bool, Strict()]
Day = Annotated[date, BeforeValidator(_written_day)]


class Input(BaseModel):
    """What comes in. Closed: an unknown field is refused, so nothing is assigned by accident."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _never_null(field: JsonSchemaValue) -> JsonSchemaValue:
    """Describe a field that may be left out, but is not null where it is given."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {name: value for name, value in field.items() if name not in {"anyOf", "default"}}
    if not kinds:
        return rest
    return {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, "anyOf": kinds}


class Revision(Input):
    """What changes about a thing; what is left out stays. Null is given only to clear a field that may be."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(core_schema))
        for name, field in described.get("properties", {}).items():
            if name not in cls.clearable:
                described["properties"][name] = _never_null(field)
        return described

    @model_validator(mode="after")
    def _clears_only_what_may_be_empty(self) -> Self:
        for field in sorted(self.model_fields_set - self.clearable):
            if getattr(self, field) is None:
                message = "{field} cannot be cleared"
                raise PydanticCustomError("cannot_be_cleared", message, {"field": field})
        return self


class View(BaseModel):
    """What goes out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(View, Generic[Item]):
    """One page of a list. ``next`` is the cursor of the following page; there is none on the last."""

    items: list[Item]
    next: str | None = None


class Move(Input):
    """The body of a move: why it is made, for the journal."""

    reason: Reason | None = None
