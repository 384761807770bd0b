"""Statements that are put together once for good, for what is asked or written with nearly every request.

SQLAlchemy takes longer to bring a statement to its database than SQLite takes to answer it. Here its text and
the ways in which values go in and come out are worked out once, by SQLAlchemy, and the driver is asked
directly, on the same connection and in the same transaction. Whoever listens to the statements of an engine
hears of these too: then they take the usual way.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    String,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.visitors import InternalTraversal
from sqlmodel import Session

Process = Callable[[Any], Any] | None


class _Ready(NamedTuple):
    """A statement as a database takes it."""

    text: str
    is_positional: bool
    names: tuple[str, ...]
    places: tuple[tuple[str, Any, Process], ...]
    """Of each place the name, what stands there if nothing is given, how a value goes in."""
    named: Any
    """What makes a row with names of its values."""
    comes_out: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Which columns are not taken as they come, and how they are."""


class Prepared:
    """A statement with fixed places: no list among them but by :class:`IsOneOf`."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement.inline() if isinstance(statement, Insert) else statement
        self._ready: dict[tuple[str, tuple[str, ...]], _Ready] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """Ask, and return what is found."""
        connection = session.connection()
        if _is_listened_to(connection):
            return [tuple(row) for row in connection.execute(self.statement, values)]
        ready = self._for(connection.dialect, values)
        cursor = _sent(connection, ready, [values])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return _as_they_are(found, ready.comes_out) if ready.comes_out else found

    def named_rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Ask, and return what is found with the names of its columns."""
        connection = session.connection()
        if _is_listened_to(connection):
            return list(connection.execute(self.statement, values))
        return list(map(self._for(connection.dialect, values).named._make, self.rows(session, values)))

    def write(self, session: Session, *rows: Mapping[str, Any]) -> None:
        """Write rows, all with the same columns."""
        connection = session.connection()
        if _is_listened_to(connection):
            connection.execute(self.statement, list(rows))
        else:
            _sent(connection, self._for(connection.dialect, rows[0]), rows).close()

    def _for(self, dialect: Dialect, values: Mapping[str, Any]) -> _Ready:
        kind = dialect.name, tuple(values)
        ready = self._ready.get(kind)
        if ready is None:
            ready = self._ready[kind] = _made_ready(self.statement, dialect, kind[1])
        return ready


def _made_ready(statement: Any, dialect: Dialect, names: Sequence[str]) -> _Ready:
    written = isinstance(statement, Insert)
    compiled = statement.compile(dialect=dialect, column_keys=list(names) if written else None)
    if written and (compiled.insert_prefetch or set(compiled.binds) != set(names)):
        raise ValueError(f"a row of {statement.table.name} is written with all of its columns")
    # Lists that stand in the statement itself are the same each time.
    spread = compiled.construct_expanded_state(dict.fromkeys(names))
    # What SQLAlchemy itself puts the values through.
    going_in = {**compiled._bind_processors, **spread.processors}  # noqa: SLF001
    order = spread.positiontup or list(spread.parameters)
    places = tuple((name, spread.parameters[name], going_in.get(name)) for name in order)
    columns = () if written else compiled._result_columns  # noqa: SLF001 - likewise
    coming_out = [(number, one.type.dialect_impl(dialect)) for number, one in enumerate(columns)]
    processed = [(number, type_.result_processor(dialect, None)) for number, type_ in coming_out]
    return _Ready(
        spread.statement,
        compiled.positional,
        tuple(order),
        places,
        namedtuple("Row", [one.keyname for one in columns], rename=True),  # noqa: PYI024 - made here
        tuple((number, process) for number, process in processed if process is not None),
    )


def _sent(connection: Connection, ready: _Ready, rows: Sequence[Mapping[str, Any]]) -> Any:
    cursor = connection.connection.cursor()
    filled = [_filled(ready, row) for row in rows]
    try:
        if len(filled) == 1:
            cursor.execute(ready.text, filled[0])
        else:
            cursor.executemany(ready.text, filled)
    except connection.dialect.dbapi.Error as error:  # type: ignore[union-attr] # there is a driver
        raise _told(connection, ready.text, error) from error
    return cursor


def _filled(ready: _Ready, values: Mapping[str, Any]) -> Any:
    found = [
        values.get(name, otherwise) if process is None else process(values.get(name, otherwise))
        for name, otherwise, process in ready.places
    ]
    return found if ready.is_positional else dict(zip(ready.names, found, strict=True))


def _told(connection: Connection, text: str, error: Any) -> BaseException:
    dialect = connection.dialect
    # What was sent may be confidential, and errors are logged.
    told: BaseException = DBAPIError.instance(
        text,
        None,
        error,
        dialect.dbapi.Error,  # type: ignore[union-attr] # there is a driver
        hide_parameters=True,
        dialect=dialect,
    )
    return told


def _as_they_are(
    rows: Sequence[tuple[Any, ...]], coming_out: Sequence[tuple[int, Callable[[Any], Any]]]
) -> list[tuple[Any, ...]]:
    found = []
    for row in rows:
        values = list(row)
        for number, process in coming_out:
            values[number] = process(values[number])
        found.append(tuple(values))
    return found


def _is_listened_to(connection: Connection) -> bool:
    return any(one.dispatch.before_cursor_execute for one in (connection, connection.engine))


# Lists of values


class _Listed(TypeDecorator[list[str]]):
    """Texts that take one place in a statement: JSON on SQLite, an array on PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Use an array where there are some."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(String))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write the texts as the database reads them."""
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class IsOneOf(ColumnElement[bool]):
    """The condition that a column holds one of the texts that are given under a name."""

    type = Boolean()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - as SQLAlchemy writes it
        ("column", InternalTraversal.dp_clauseelement),
        ("listed", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.listed: BindParameter[Any] = bindparam(name, type_=_Listed(), required=False)


@compiles(IsOneOf)
def _with_an_array(element: IsOneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, listed = compiler.process(element.column, **more), compiler.process(element.listed, **more)
    return f"{column} = ANY ({listed})"


@compiles(IsOneOf, "sqlite")
def _with_json(element: IsOneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, listed = compiler.process(element.column, **more), compiler.process(element.listed, **more)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - a place, not a value
