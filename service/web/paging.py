"""Lists in pages by key: the next page begins after the last row seen, however the list has grown since."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from service.errors import FieldFault, InvalidInput
from service.texts import N_

Row = TypeVar("Row")

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The page that is asked for: how many rows, after which key."""

    limit: int = 50
    cursor: str | None = None


def _page_asked(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many entries at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="`next` of the page before; leave out for the first.")
    ] = None,
) -> PageAsked:
    return PageAsked(limit, cursor)


Paging = Annotated[PageAsked, Depends(_page_asked)]


@dataclass(frozen=True, slots=True)
class Key:
    """One column of a list's order."""

    column: Any
    name: str
    descending: bool = False


def page_of(
    session: Session, query: SelectOfScalar[Row], order: Sequence[Key], page: PageAsked
) -> tuple[list[Row], str | None]:
    """Return a page of the query in the given order and the cursor of the next one.

    The order must be total: its last key is unique. Columns in it are never NULL.
    """
    if page.cursor is not None:
        query = query.where(_after(order, _opened(page.cursor, order)))
    query = query.order_by(*(key.column.desc() if key.descending else key.column.asc() for key in order))
    rows = list(session.exec(query.limit(page.limit + 1)))
    if len(rows) <= page.limit:
        return rows, None
    rows = rows[: page.limit]
    return rows, _closed([getattr(rows[-1], key.name) for key in order])


def _after(order: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    choices: list[ColumnElement[bool]] = []
    for place, key in enumerate(order):
        same = [earlier.column == value for earlier, value in zip(order[:place], values, strict=False)]
        beyond = key.column < values[place] if key.descending else key.column > values[place]
        choices.append(and_(*same, beyond))
    return or_(false(), *choices)


def _closed(values: Sequence[Any]) -> str:
    text = json.dumps([value.isoformat() if isinstance(value, date) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str, order: Sequence[Key]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_typed(value, key) for value, key in zip(values, order, strict=True)]
    except (ValueError, TypeError):
        fault = FieldFault("cursor", "unknown", N_("This is not a cursor of this list."))
        raise InvalidInput(fault) from None


def _typed(value: Any, key: Key) -> Any:
    wanted = key.column.type.python_type
    if issubclass(wanted, datetime):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if issubclass(wanted, date):
        return date.fromisoformat(value)
    if not isinstance(value, wanted) or (isinstance(value, str) and not value.isprintable()):
        raise ValueError(key.name)
    return value
