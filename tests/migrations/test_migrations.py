"""Migrations lead to the tables as declared, back to nothing, and there again, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select

from migrations import config_for, heads, migrate, migrate_back
from service.database.engines import Database, open_database
from service.metadata import metadata
from service.reference.commands import sync_reference
from service.reference.tables import State
from service.stakeholders.tables import StakeholderState
from tests.databases import Template


@pytest.fixture
def address(template: Template, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database at the newest revision, filled with the reference data."""
    with template.copy(tmp_path) as address:
        yield address


def _tables(address: str) -> set[str]:
    database = open_database(address, pool_size=1)
    try:
        return set(inspect(database.engine).get_table_names())
    finally:
        database.close()


def test_the_tables_are_the_declared_ones(address: str) -> None:
    """After all migrations there is nothing left that Alembic would change."""
    command.check(config_for(address))
    assert _tables(address) == set(metadata().tables) | {"alembic_version"}


def test_down_and_up_again(address: str) -> None:
    """All the way down leaves nothing behind; up again gives the same tables, ready to be filled."""
    before = _tables(address)
    migrate_back(address, "base")
    assert _tables(address) == {"alembic_version"}
    migrate(address)
    assert _tables(address) == before
    database = open_database(address, pool_size=1)
    with database.writing() as session:
        sync_reference(session)
    database.close()


def test_migrating_twice_changes_nothing(address: str) -> None:
    """Migrating what is up to date keeps every row."""
    migrate(address)
    database = open_database(address, pool_size=1)
    with database.reading() as session:
        assert session.exec(select(func.count(col(State.iso3)))).one() == 216
    database.close()


def test_there_is_one_head() -> None:
    """The history of migrations has one end."""
    assert len(heads()) == 1


def test_foreign_keys_are_enforced(database: Database) -> None:
    """Both databases refuse a row that names what is not there."""
    with database.writing() as session:
        session.add(StakeholderState(stakeholder_id="stakeholder_none", iso3="GHA"))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
