"""Taking a backup: everything that the database holds at one moment, while the service goes on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Table, func, select

from service import clock
from service.backups.archive import ArchiveWriter, Header, Manifest, TableContent
from service.backups.errors import BackupError, OtherVersion
from service.backups.values import kind_of, write_row
from service.database.engines import Database
from service.metadata import metadata

ROWS_AT_A_TIME = 500
HEAVY_ROWS_AT_A_TIME = 4
"""Rows that may hold whole files are fetched in small numbers."""

Told = Callable[[str, int], None]
"""Is told the table at hand and how many rows of it were written."""


def take_backup(database: Database, file: Path, passphrase: bytes | None, told: Told) -> Manifest:
    """Write everything to a new file, from one snapshot. The file is there whole or not at all."""
    part = file.with_name(f"{file.name}.part")
    if file.exists():
        raise BackupError(f"{file} is there already; a backup writes over nothing.")
    try:
        with database.reading() as session, _open_private(part) as out:
            connection = session.connection()
            tables = metadata().sorted_tables
            writer = ArchiveWriter(out, _header(connection, tables), passphrase)
            for table in tables:
                writer.add_table(table.name, _counted(table.name, _lines(connection, table), told))
            manifest = writer.close()
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def describe(table: Table, rows: int) -> TableContent:
    """Return what a backup says of a table."""
    own = [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]
    return TableContent(
        name=table.name,
        columns={column.name: kind_of(column) for column in table.columns},
        key=[column.name for column in table.primary_key],
        own_references=own,
        rows=rows,
    )


def _header(connection: Connection, tables: list[Table]) -> Header:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise OtherVersion("The database has no tables yet.")
    counts = {table.name: _count(connection, table) for table in tables}
    return Header(
        made_at=clock.now().isoformat(),
        database=connection.dialect.name,
        revision=revision,
        tables=[describe(table, counts[table.name]) for table in tables],
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    kinds = {column.name: kind_of(column) for column in table.columns}
    asked = [column for column in table.columns if kinds[column.name] == "json"]
    at_a_time = HEAVY_ROWS_AT_A_TIME if "bytes" in kinds.values() else ROWS_AT_A_TIME
    rows = connection.execute(
        select(*table.columns, *(_is_nothing(column) for column in asked)).order_by(*table.primary_key),
        execution_options={"yield_per": at_a_time},
    )
    for row in rows.mappings():
        nulls = {column.name: bool(row[f"{column.name} is nothing"]) for column in asked}
        yield write_row(kinds, {name: row[name] for name in kinds}, nulls)


def _is_nothing(column: Column[Any]) -> Any:
    return column.is_(None).label(f"{column.name} is nothing")


def _counted(name: str, lines: Iterator[str], told: Told) -> Iterator[str]:
    for line in lines:
        yield line
        told(name, 1)


def _open_private(file: Path) -> Any:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
