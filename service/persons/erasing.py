"""Erasing: every row and column that is about a person, in every table, and what processes remember."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Session

from service import clock
from service.journal.tables import OutboxMessage
from service.matches.forgetting import blank_in_problems, forget_remembered
from service.persons.finding import condition_of, waiting_about
from service.persons.holdings import Holding, Person, holdings
from service.persons.rules import MARK, address_of_nobody


@dataclass
class Erased:
    """What erasing did, in numbers."""

    tables: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Give how many rows went or were emptied."""
        return sum(self.tables.values())

    def count(self, table: str, rows: int) -> None:
        """Note how many rows of a table went or were emptied."""
        if rows:
            self.tables[table] = rows


def erase_rows(session: Session, person: Person) -> Erased:
    """Erase every row and column that is about a person, those first that lead to it through others."""
    erased = Erased()
    session.flush()
    chosen = {one.table: _keys(session, one, person) for one in holdings() if one.erased != "kept"}
    waiting = waiting_about(session, person)
    connection = session.connection()
    erased.count("outbox_message", connection.execute(delete(OutboxMessage).where(waiting)).rowcount)
    for holding in reversed(holdings()):
        if holding.table == "round_file":
            erased.count("round_file", blank_in_problems(session, person.offers))
        elif holding.erased == "row":
            erased.count(holding.table, _delete(session, holding, chosen[holding.table]))
        elif holding.erased == "columns":
            erased.count(holding.table, _empty(session, holding, person, chosen[holding.table]))
    session.expire_all()
    forget_remembered()
    return erased


def _keys(session: Session, holding: Holding, person: Person) -> list[Any]:
    """Read which rows are meant before anything is erased that leads to them."""
    if holding.table == "round_file":
        return []
    names = [column.name for column in holding.rows.primary_key.columns]
    query = select(*holding.rows.primary_key.columns).where(condition_of(session, holding, person))
    return [dict(zip(names, row, strict=True)) for row in session.connection().execute(query)]


def _delete(session: Session, holding: Holding, keys: list[dict[str, Any]]) -> int:
    connection = session.connection()
    for key in keys:
        connection.execute(delete(holding.rows).where(*_is(holding, key)))
    return len(keys)


def _empty(session: Session, holding: Holding, person: Person, keys: list[dict[str, Any]]) -> int:
    connection = session.connection()
    values = {name: _nothing(holding.rows.c[name], person) for name in (*holding.personal, *holding.secret)}
    if holding.table == "attachment":
        values |= {"deleted_at": clock.now(), "withdrawn_at": clock.now()}
    for key in keys:
        connection.execute(update(holding.rows).where(*_is(holding, key)).values(**values))
    return len(keys)


def _is(holding: Holding, key: dict[str, Any]) -> list[Any]:
    return [holding.rows.c[name] == value for name, value in key.items()]


def _nothing(column: Column[Any], person: Person) -> Any:
    if column.nullable:
        return None
    if column.table.name == "account" and column.name == "email":
        return address_of_nobody(person.account_id or "")
    return "en" if column.name == "language" else MARK
