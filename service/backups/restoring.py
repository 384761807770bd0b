"""Bringing a backup in: into a database that holds nothing yet, all of it or nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import (
    Connection,
    TableClause,
    and_,
    column,
    insert,
    inspect,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import StatementError
from sqlmodel import col

from migrations import migrate, revisions
from service.backups.archive import ArchiveReader, Header, TableContent
from service.backups.errors import NotEmpty, NotReadable, OtherVersion
from service.backups.values import TYPES, read_row
from service.database.engines import Database
from service.journal.roots import Finding, verify
from service.journal.tables import JournalEntry
from service.metadata import metadata
from service.reference.kinds import IN_ORDER
from service.search.tables import SearchTerm

ROWS_AT_A_TIME = 200
BATCH_CHARACTERS = 4_000_000

Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Restored:
    """What was brought in, and whether its journal holds."""

    header: Header
    journal: Finding


def restore(database: Database, address: str, file: Path, passphrase: bytes | None, told: Told) -> Restored:
    """Bring a backup in, bring its tables to this version, and check its journal.

    Raises
    ------
    NotReadable
        The file is damaged or no backup; the database is as it was.
    NotEmpty
        The database holds data.
    OtherVersion
        The backup is from another version, and the tables there are not.
    """
    with file.open("rb") as source:
        reader = ArchiveReader(source, passphrase)
        _prepare(database, address, reader.header)
        try:
            with database.writing() as session:
                _fill(session.connection(), reader, told)
        except (StatementError, ValueError, LookupError, TypeError) as error:
            # Also a row that another one refers to and that is not there.
            raise NotReadable("The rows of the backup do not go together.") from error
    migrate(address)
    with database.reading() as session:
        return Restored(reader.header, verify(session))


def _prepare(database: Database, address: str, header: Header) -> None:
    if header.revision not in revisions():
        raise OtherVersion(
            f"The backup is of revision {header.revision}, which this version does not know. Use a newer one."
        )
    with database.engine.connect() as connection:
        there = MigrationContext.configure(connection).get_current_revision()
        if there is None and inspect(connection).get_table_names():
            raise NotEmpty("The database holds tables of something else.")
        if there not in {None, header.revision}:
            raise OtherVersion(
                f"The backup is of revision {header.revision} and the tables are of {there}. Name a database "
                "without tables: they are made as of the backup, and brought to this version afterwards."
            )
        if there is not None:
            _refuse_unless_untouched(connection)
    if there is None:
        migrate(address, header.revision)


def _refuse_unless_untouched(connection: Connection) -> None:
    """Refuse a database that anything but the migration itself has written to."""
    told_of = select(col(JournalEntry.id)).where(col(JournalEntry.subject).not_like("reference:%")).limit(1)
    if connection.execute(told_of).first():
        raise NotEmpty("The database is in use: its journal tells of changes.")
    for name in sorted(_tables_there(connection) - _filled_by_migration()):
        if connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first():
            raise NotEmpty(f"The database holds data already, in {name}.")


def _tables_there(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _filled_by_migration() -> set[str]:
    """Return the tables that bringing in the reference data fills: its own, and the journal of it."""
    own = {kind.table.name for kind in IN_ORDER} | {SearchTerm.__tablename__}
    return own | {name for name in metadata().tables if name.startswith("journal_")}


def _fill(connection: Connection, reader: ArchiveReader, told: Told) -> None:
    contents = {one.name: one for one in reader.header.tables}
    _check_columns(connection, contents)
    for content in reversed(reader.header.tables):
        connection.execute(_clause(content).delete())
    for name, lines in groupby(reader.lines(), key=lambda pair: pair[0]):
        if name not in contents:
            raise NotReadable(f"The backup does not say what {name} is.")
        _fill_table(connection, contents[name], (line for _, line in lines), told)
    if connection.dialect.name == "postgresql":
        for content in reader.header.tables:
            _set_counter(connection, content)


def _check_columns(connection: Connection, contents: Mapping[str, TableContent]) -> None:
    found = inspect(connection)
    there = {name: {one["name"] for one in found.get_columns(name)} for name in _tables_there(connection)}
    if there != {name: set(one.columns) for name, one in contents.items()}:
        raise OtherVersion("The tables of the backup are not those of the revision that it names.")


def _fill_table(connection: Connection, content: TableContent, lines: Iterator[str], told: Told) -> None:
    clause = _clause(content)
    later: list[dict[str, Any]] = []
    for batch in _batches(lines):
        rows = [read_row(content.columns, line) for line in batch]
        for row in rows if content.own_references else ():
            later += _put_off(content, row)
        connection.execute(insert(clause), rows)
        told(content.name, len(rows))
    for row in later:
        key = and_(*(clause.c[name] == row[name] for name in content.key))
        values = {name: row[name] for name in content.own_references}
        connection.execute(update(clause).where(key).values(values))


def _put_off(content: TableContent, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Take out of a row what refers to rows of the same table, which may come later; return it for then."""
    if all(row[name] is None for name in content.own_references):
        return []
    whole = dict(row)
    row.update(dict.fromkeys(content.own_references))
    return [whole]


def _batches(lines: Iterator[str]) -> Iterator[Sequence[str]]:
    batch: list[str] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) >= ROWS_AT_A_TIME or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _clause(content: TableContent) -> TableClause:
    return table(content.name, *(column(name, TYPES[kind]) for name, kind in content.columns.items()))


def _set_counter(connection: Connection, content: TableContent) -> None:
    if len(content.key) != 1 or content.columns[content.key[0]] != "integer":
        return
    named = {"table": content.name, "column": content.key[0]}
    counter = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), named).scalar()
    if counter:
        highest = f'(SELECT coalesce(max("{content.key[0]}"), 0) + 1 FROM "{content.name}")'  # noqa: S608 - names of our own
        connection.execute(text(f"SELECT setval(:counter, {highest}, false)"), {"counter": counter})
