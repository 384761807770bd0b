"""The drill: fill, back up, restore elsewhere, compare every row; and all that is refused."""

import gzip
import io
import json
import tarfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, func, null, select, update
from sqlmodel import col

from service.backups.archive import FORMAT, ArchiveReader, Header
from service.backups.errors import BackupError, NotEmpty, NotReadable, OtherVersion
from service.backups.restoring import Restored, restore
from service.backups.taking import describe, take_backup
from service.caller import SYSTEM
from service.database.engines import Database, open_database
from service.journal.commands import record
from service.journal.tables import JournalEntry
from service.metadata import metadata
from service.needs.tables import Need
from tests.databases import Template
from tests.service import people
from tests.service.needs.cases import registered

PASSPHRASE = b"five invented words stand here"
Change = Callable[[dict[str, bytes]], None]


def _silent(_table: str, _rows: int) -> None:
    """Take no note of how far it is."""


@pytest.fixture
def filled(database: Database) -> Database:
    """Give a database with people, needs of which one is a copy of the other, and awkward values."""
    desk, officer = people.desk(database), people.ministry(database)
    with database.writing() as session:
        first, second = (registered(session, officer, desk, title="Línea\n\u2028 ١٢ 移民") for _ in range(2))
        # The copy comes first in the order of ids, so that it refers to what is not there yet.
        first, second = sorted((first, second), key=lambda row: row.id)
        session.exec(update(Need).where(col(Need.id) == first.id).values(duplicate_of=second.id))
        record(session, SYSTEM, "thing.changed", "thing:1", {"a": [1, 2.5, None, {"ü": True}]})
    return database


@pytest.fixture
def elsewhere(template: Template, tmp_path: Path) -> Iterator[tuple[Database, str]]:
    """Give a second database that nothing but the migration has written to."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with template.copy(folder) as address:
        opened = open_database(address, pool_size=2)
        yield opened, address
        opened.close()


def _content(database: Database) -> dict[str, list[Any]]:
    with database.reading() as session:
        return {
            table.name: [
                tuple(row) for row in session.connection().execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata().sorted_tables
        }


def _restored(elsewhere: tuple[Database, str], file: Path, passphrase: bytes | None = None) -> Restored:
    database, address = elsewhere
    return restore(database, address, file, passphrase, _silent)


def _taken(database: Database, tmp_path: Path, passphrase: bytes | None = None) -> Path:
    file = tmp_path / "backup"
    take_backup(database, file, passphrase, _silent)
    return file


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE], ids=["open", "sealed"])
def test_every_row_comes_back(
    filled: Database, elsewhere: tuple[Database, str], tmp_path: Path, passphrase: bytes | None
) -> None:
    """After the restore each row of each table is as it was, and the journal holds."""
    file = _taken(filled, tmp_path, passphrase)
    assert file.stat().st_mode & 0o077 == 0, "nobody else may read it"
    restored = _restored(elsewhere, file, passphrase)
    assert restored.journal.holds
    assert restored.journal.entries > 5
    assert _content(elsewhere[0]) == _content(filled)


def test_nothing_and_a_json_null_stay_two_things(
    filled: Database, elsewhere: tuple[Database, str], tmp_path: Path
) -> None:
    """A JSON value that says null is not the same as no value, and both come back as what they were."""
    component = metadata().tables["need_component"]
    with filled.writing() as session:
        ids = session.connection().execute(select(component.c.id).order_by(component.c.id)).scalars().all()
        for id_, value in zip(ids, (null(), JSON.NULL), strict=True):
            is_it = component.c.id == id_
            session.connection().execute(update(component).where(is_it).values(languages=value))
    _restored(elsewhere, _taken(filled, tmp_path))
    with elsewhere[0].reading() as session:
        there = select(component.c.languages.is_(null())).order_by(component.c.id)
        assert session.connection().execute(there).scalars().all() == [True, False]


def test_a_backup_goes_on_beside_writers_and_holds_one_moment(filled: Database, tmp_path: Path) -> None:
    """What is written while a backup is taken is not in it, not even in tables that come later."""
    before = _counted(filled)
    seen: list[str] = []

    def write_meanwhile(table: str, _rows: int) -> None:
        if not seen:
            with filled.writing() as session:
                record(session, SYSTEM, "thing.changed", "thing:meanwhile")
        seen.append(table)

    file = tmp_path / "backup"
    take_backup(filled, file, None, write_meanwhile)
    with file.open("rb") as source:
        header = ArchiveReader(source, None).header
    assert {one.name: one.rows for one in header.tables} == before
    assert _counted(filled)["journal_entry"] == before["journal_entry"] + 1


def test_a_broken_journal_comes_back_and_is_named(
    filled: Database, elsewhere: tuple[Database, str], tmp_path: Path
) -> None:
    """A journal that did not hold before still does not, and whoever restores it is told."""
    with filled.writing() as session:
        session.exec(
            update(JournalEntry).where(col(JournalEntry.subject) == "thing:1").values(actor="somebody_else")
        )
    assert _restored(elsewhere, _taken(filled, tmp_path)).journal.broken == ["thing:1"]


def _drop_a_row(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("tables/need/"))
    members[name] = members[name].split(b"\n", 1)[1]


def _change_a_row(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("tables/account/"))
    members[name] = members[name].replace(b"Invented person", b"Somebody else")


def _drop_a_table(members: dict[str, bytes]) -> None:
    del members[next(name for name in members if name.startswith("tables/journal_text/"))]


def _drop_the_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def _name_another_table(members: dict[str, bytes]) -> None:
    members["header.json"] = members["header.json"].replace(b'"name": "seat"', b'"name": "chair"')


def test_a_damaged_backup_leaves_the_database_as_it_was(
    filled: Database, elsewhere: tuple[Database, str], tmp_path: Path
) -> None:
    """Whatever is missing or changed in the file, nothing of it is brought in."""
    whole = _taken(filled, tmp_path).read_bytes()
    before = _counted(elsewhere[0])
    changes = (_drop_a_row, _change_a_row, _drop_a_table, _drop_the_manifest, _name_another_table)
    for change in changes:
        file = tmp_path / change.__name__
        file.write_bytes(whole)
        _rewrite(file, change)
        with pytest.raises((NotReadable, OtherVersion)):
            _restored(elsewhere, file)
        assert _counted(elsewhere[0]) == before, change.__name__


def _counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.connection().execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata().sorted_tables
        }


def _rewrite(file: Path, change: Change) -> None:
    with tarfile.open(file) as tar:
        members = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def test_a_file_that_is_no_backup_is_refused(elsewhere: tuple[Database, str], tmp_path: Path) -> None:
    """Other files, files that were cut off and sealed files without a passphrase are refused in words."""
    file = tmp_path / "other"
    for content in (b"", b"text", gzip.compress(b"text"), b"HOMOLOGUE-SEALED-1\n"):
        file.write_bytes(content)
        for passphrase in (None, PASSPHRASE):
            with pytest.raises(NotReadable):
                _restored(elsewhere, file, passphrase)


def test_a_backup_writes_over_nothing(filled: Database, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    file = tmp_path / "backup"
    file.write_text("of yesterday")
    with pytest.raises(BackupError):
        take_backup(filled, file, None, _silent)
    assert file.read_text() == "of yesterday"
    assert list(tmp_path.glob("*.part")) == []


def test_a_database_in_use_takes_no_backup(filled: Database, tmp_path: Path, database: Database) -> None:
    """What holds data already is not written over."""
    address = filled.engine.url.render_as_string(hide_password=False)
    file = _taken(filled, tmp_path)
    before = _counted(filled)
    with pytest.raises(NotEmpty):
        restore(filled, address, file, None, _silent)
    assert _counted(filled) == before


@pytest.mark.parametrize("revision", ["9999", "0002"])
def test_a_backup_of_another_version_is_refused_with_the_reason(
    filled: Database, elsewhere: tuple[Database, str], tmp_path: Path, revision: str
) -> None:
    """A newer version is not known; an older one does not go into tables of this one."""

    def name_revision(members: dict[str, bytes]) -> None:
        said = json.loads(members["header.json"])
        members["header.json"] = json.dumps(said | {"revision": revision}).encode()

    file = _taken(filled, tmp_path)
    _rewrite(file, name_revision)
    with pytest.raises(OtherVersion, match=revision):
        _restored(elsewhere, file)


def test_every_table_can_be_kept() -> None:
    """A backup knows the values of every column, and an order of tables in which references hold."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tables = metadata().sorted_tables
    described = [describe(table, 0) for table in tables]
    assert Header(made_at="", database="", revision="", tables=described).format == FORMAT
    for table, said in zip(tables, described, strict=True):
        assert said.key, table.name
        assert all(table.columns[name].nullable for name in said.own_references), table.name
