"""What is kept of persons, column by column, read from ``data/columns.yaml``, which names every column.

A table says what it is kept for, how its rows lead to a person, and what erasing does to it. Where a column
with an account's id does not tell it all, the way from a person to its rows is registered with
``@holds_personal_data(table)``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import ColumnElement, MetaData, Table
from sqlmodel import Session, SQLModel

import service
from service.persons.rules import Purpose, Treatment


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table holds of persons."""

    table: str
    purpose: Purpose
    erased: Treatment
    person: tuple[str, ...] = ()
    """Columns with the id of the account that a row is about."""
    thing: str | None = None
    """Column with the id of what belongs to a person, where that is no account."""
    personal: tuple[str, ...] = ()
    """Shown in an export, gone after erasing."""
    secret: tuple[str, ...] = ()
    """Never shown, gone after erasing."""
    accounts: tuple[str, ...] = ()
    """Ids of accounts: they stay, and lead to nobody once the account is erased."""
    plain: tuple[str, ...] = ()
    """Says nothing of a person."""

    @property
    def rows(self) -> Table:
        """Give the table itself."""
        return every_table().tables[self.table]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, by all that leads to what is kept of them."""

    id: str
    """The account, or the offer that a named expert stands behind."""
    account_id: str | None = None
    email: str | None = None
    offers: frozenset[str] = frozenset()
    """Offers that they stand behind as the named expert."""
    stakeholders: frozenset[str] = frozenset()
    """Individual experts that they are."""
    words: tuple[str, ...] = field(default=(), repr=False)
    """Names and addresses under which they are known."""


Finder = Callable[[Session, Person], ColumnElement[bool]]
_finders: dict[str, Finder] = {}


def holds_personal_data(table: str) -> Callable[[Finder], Finder]:
    """Register how a person's rows of a table are found."""

    def register(finder: Finder) -> Finder:
        if table in _finders:
            raise ValueError(f"{table} says already how its rows are found")
        _finders[table] = finder
        return finder

    return register


def finder_of(table: str) -> Finder | None:
    """Return how a person's rows of a table are found, where a column does not tell."""
    return _finders.get(table)


@cache
def every_table() -> MetaData:
    """Return the tables of all rooms; none may hold a person's data and be overlooked."""
    for tables in sorted(Path(service.__file__).parent.glob("*/tables.py")):
        import_module(f"service.{tables.parent.name}.tables")
    return SQLModel.metadata


@cache
def declared() -> dict[str, dict[str, Any]]:
    """Read what is declared of every table."""
    text = (files("service.persons") / "data" / "columns.yaml").read_text("utf-8")
    read: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return read


@cache
def holdings() -> tuple[Holding, ...]:
    """Return the tables that hold something of persons, those that refer to others last."""
    order = [table.name for table in every_table().sorted_tables]
    found = [_holding(name, said) for name, said in declared().items() if "purpose" in said]
    return tuple(sorted(found, key=lambda one: order.index(one.table)))


def undeclared() -> list[str]:
    """Return every column of the database of which nobody said whether it is personal, and the other way."""
    there = {
        f"{table.name}.{column.name}" for table in every_table().sorted_tables for column in table.columns
    }
    said = {
        f"{table}.{column}"
        for table, lists in declared().items()
        for kind in ("personal", "secret", "accounts", "plain")
        for column in lists.get(kind, ())
    }
    return sorted(there ^ said)


def _holding(table: str, said: dict[str, Any]) -> Holding:
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    return Holding(table, said["purpose"], said["erased"], thing=said.get("thing"), **lists)
