"""Lists in pages by key: the next page begins after the last row seen, however the list has grown since."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from service.database.prepared import Prepared
from service.errors import FieldFault, InvalidInput
from service.keys import KEY_BYTES, key_for, seal, unseal
from service.settings import Settings
from service.texts import N_

Row = TypeVar("Row")

LARGEST_PAGE = 200
SETTINGS = "settings"
"""Under what a session's info holds the settings, where it was opened for a request."""
_OF_THIS_PROCESS = secrets.token_bytes(KEY_BYTES)
"""What cursors are sealed with that never leave this process."""


@dataclass(frozen=True, slots=True)
class PageAsked:
    """The page that is asked for: how many rows, after which key."""

    limit: int = 50
    cursor: str | None = None


# Not plain, or it would take a turn in another thread.
async def _page_asked(
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
    session: Session,
    query: SelectOfScalar[Row],
    order: Sequence[Key],
    page: PageAsked,
    filled: Mapping[str, Any] | None = None,
) -> tuple[list[Row], str | None]:
    """Return a page of the query in the given order and the cursor of the next one.

    The order must be total: its last key is unique. Columns in it are never NULL. ``filled`` is what fills
    the places of a query that has some.
    """
    seal_of_list = _Seal(session, order)
    if page.cursor is not None:
        query = query.where(_after(order, seal_of_list.opened(page.cursor)))
    rows: list[Row]
    if filled is not None and page.cursor is None:
        rows = _prepared_in_order(query, tuple(order), page.limit + 1).named_rows(session, filled)
    else:
        rows = list(session.exec(_in_order(query, tuple(order), page.limit + 1), params=filled))
    if len(rows) <= page.limit:
        return rows, None
    rows = rows[: page.limit]
    return rows, seal_of_list.closed(rows[-1])


@lru_cache(maxsize=64)
def _in_order(query: SelectOfScalar[Row], order: tuple[Key, ...], limit: int) -> SelectOfScalar[Row]:
    # Where a list keeps its query, it is put in order once.
    return query.order_by(
        *(key.column.desc() if key.descending else key.column.asc() for key in order)
    ).limit(limit)


@lru_cache(maxsize=64)
def _prepared_in_order(query: SelectOfScalar[Row], order: tuple[Key, ...], limit: int) -> Prepared:
    return Prepared(_in_order(query, order, limit))


def _after(order: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    choices: list[ColumnElement[bool]] = []
    for place, key in enumerate(order):
        same = [earlier.column == value for earlier, value in zip(order[:place], values, strict=False)]
        beyond = key.column < values[place] if key.descending else key.column > values[place]
        choices.append(and_(*same, beyond))
    return or_(false(), *choices)


class _Seal:
    """Closes and opens the cursors of one list, so that they tell nothing and nobody makes one up."""

    def __init__(self, session: Session, order: Sequence[Key]) -> None:
        settings: Settings | None = session.info.get(SETTINGS)
        self._key = key_for("cursors", settings) if settings else _OF_THIS_PROCESS
        self._order = order
        self._list = " ".join(
            f"{key.column.table.name}.{key.name}{'-' if key.descending else '+'}" for key in order
        )

    def closed(self, row: Any) -> str:
        """Return the cursor that stands for a row. Of the same row it is always the same."""
        values = [getattr(row, key.name) for key in self._order]
        text = json.dumps([value.isoformat() if isinstance(value, date) else value for value in values])
        return base64.urlsafe_b64encode(seal(self._key, text.encode(), self._list)).decode().rstrip("=")

    def opened(self, cursor: str) -> list[Any]:
        """Return the key of the row that a cursor stands for."""
        try:
            sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            values = json.loads(unseal(self._key, sealed, self._list) or b"")
            return [_typed(value, key) for value, key in zip(values, self._order, strict=True)]
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
