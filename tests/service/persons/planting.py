"""Planting a word in every column that says something of a person, and looking for it everywhere."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    LargeBinary,
    insert,
    select,
    update,
)
from sqlmodel import Session

from service import clock
from service.access.rules import digest_of
from service.database.columns import UtcDateTime
from service.database.engines import Database
from service.persons.finding import condition_of
from service.persons.holdings import Holding, Person, every_table, holdings

NOT_PLANTED = {"journal_text", "round_file", "sign_in_throttle", "account", "search_term", "stakeholder"}
"""Written by the commands of the test itself, or with a value that is worked out."""


class Garden:
    """Words that stand in what is kept of one person, and nowhere else."""

    def __init__(self, session: Session, person: Person) -> None:
        self.session, self.person = session, person
        self.shown: set[str] = set()
        self.secret: set[str] = set()
        self._serials = count(1)

    def word(self, *, is_secret: bool = False) -> str:
        """Give a word that nobody ever wrote."""
        made = f"kanarie{next(self._serials):03d}x"
        (self.secret if is_secret else self.shown).add(made)
        return made

    def plant_everywhere(self) -> None:
        """Write words into every personal column of every table, in a row that is the person's."""
        for holding in holdings():
            if holding.erased != "kept" and holding.table not in NOT_PLANTED:
                self._make_sure_of_a_row(holding)
        for holding in holdings():
            if holding.erased != "kept" and holding.table not in NOT_PLANTED:
                self._write(holding)

    def _make_sure_of_a_row(self, holding: Holding) -> None:
        table = holding.rows
        found = select(table).where(condition_of(self.session, holding, self.person)).limit(1)
        if self.session.connection().execute(found).first() is None:
            values = {column.name: self._value(holding, column) for column in table.columns}
            self.session.connection().execute(insert(table).values(**values))

    def _write(self, holding: Holding) -> None:
        columns = [holding.rows.c[name] for name in (*holding.personal, *holding.secret)]
        mine = condition_of(self.session, holding, self.person)
        keys = list(holding.rows.primary_key.columns)
        row = self.session.connection().execute(select(*keys).where(mine).order_by(*keys)).first()
        assert row is not None, holding.table
        values = {
            column.name: self._planted(holding, column)
            for column in columns
            if not column.primary_key and not _chosen_from(column) and not _leads_here(column)
        }
        if values:
            is_it = [key == value for key, value in zip(keys, row, strict=True)]
            self.session.connection().execute(update(holding.rows).where(*is_it).values(**values))

    def _planted(self, holding: Holding, column: Column[Any]) -> Any:
        word = self.word(is_secret=column.name in holding.secret)
        if isinstance(column.type, LargeBinary):
            return word.encode()
        length = getattr(column.type, "length", None)
        return word if not length or length >= len(word) else word[:length]

    def _value(self, holding: Holding, column: Column[Any]) -> Any:
        """Give what a column takes in a row that is the person's."""
        named = {
            "about": f"account:{self.person.account_id}",
            "subject": f"offer:{min(self.person.offers)}",
            "recipient": self.person.email,
            "email": self.person.email,
            "size_bytes": 10,
        }
        if column.name in holding.person:
            return self.person.account_id
        if holding.thing == column.name and column.name == "offer_id":
            return min(self.person.offers)
        if holding.table == "attachment_chunk" and column.name == "attachment_id":
            subject = every_table().tables["attachment"].c.subject
            mine = select(every_table().tables["attachment"].c.id).where(subject.startswith("offer:"))
            return self.session.connection().execute(mine).scalars().first()
        if column.name in named:
            return named[column.name]
        if column.nullable:
            return None
        choices = _chosen_from(column)
        return choices[0] if choices else self._plain(column)

    def _plain(self, column: Column[Any]) -> Any:
        for key in column.foreign_keys:
            return self.session.connection().execute(select(key.column).limit(1)).scalar_one()
        plain = {
            UtcDateTime: clock.now(),
            Date: date(2027, 1, 1),
            Boolean: False,
            Integer: 0,
            LargeBinary: b"-",
            JSON: [],
        }
        fitting = (value for kind, value in plain.items() if isinstance(column.type, kind))
        return next(fitting, f"planted{next(self._serials)}")


def _chosen_from(column: Column[Any]) -> list[str]:
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and str(check.sqltext).startswith(f"{column.name} IN"):
            return re.findall(r"'([^']*)'", str(check.sqltext))
    return []


def _leads_here(column: Column[Any]) -> bool:
    """Tell whether a column is how the row is found: an address, or what a letter is about."""
    return (column.table.name, column.name) in {
        ("letter", "about"),
        ("invitation", "email"),
        ("reset_question", "email"),
    }


def throttle_of(email: str) -> str:
    """Give under what guesses of an account's password are counted."""
    return digest_of(f"account:{email}")


def everything(database: Database) -> Iterator[tuple[str, str]]:
    """Give every row of every table as text, and what lies packed in it."""
    with database.reading() as session:
        for table in every_table().sorted_tables:
            for row in session.connection().execute(select(table)):
                yield table.name, " ".join(_text(value) for value in row)


def found_in(database: Database, words: set[str]) -> list[str]:
    """Give the tables in which any of the words stands."""
    return sorted({name for name, text in everything(database) for word in words if word in text})


def found_in_files(folder: Path, words: set[str]) -> list[str]:
    """Give the files in which any of the words stands, byte for byte."""
    return [
        f"{file.name}: {word}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for word in sorted(words)
        if word.encode() in file.read_bytes()
    ]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        packed = gzip.decompress(value) if value[:2] == b"\x1f\x8b" else value
        return packed.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
