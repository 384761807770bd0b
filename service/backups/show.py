"""What the terminal shows of backups and of the check of the journal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.backups.errors import BackupError
from service.backups.restoring import restore
from service.backups.taking import take_backup
from service.database.engines import Database, open_database
from service.journal.roots import Finding, verify
from service.settings import get_settings

JOURNAL_BROKEN = 2
MOST_SHOWN = 20


def back_up(file: Path, passphrase_file: Path | None) -> None:
    """Take a backup and say what is in it, and what is not."""
    with _telling("Backing up") as told, _opened() as database:
        manifest = take_backup(database, file, _passphrase(passphrase_file), told)
    rows = sum(one.rows for one in manifest.tables.values())
    _say(f"{file}: {rows} rows of {len(manifest.tables)} tables.")
    if not passphrase_file:
        _say("It is not sealed: whoever has the file can read everything.")
    _say("The secret of the instance is not in it; keep HOMOLOGUE_SECRET or the file `secret` as well.")


def bring_back(file: Path, passphrase_file: Path | None) -> None:
    """Restore a backup and say what came in. Exit with 2 if the journal does not hold."""
    address = get_settings().address()
    with _telling("Restoring") as told, _opened() as database:
        restored = restore(database, address, file, _passphrase(passphrase_file), told)
    rows = sum(one.rows for one in restored.header.tables)
    _say(f"{rows} rows of {len(restored.header.tables)} tables, as of {restored.header.made_at}.")
    _tell_journal(restored.journal)


def verify_journal() -> None:
    """Check the journal and say what was found. Exit with 2 if it does not hold."""
    with _opened() as database, database.reading() as session:
        _tell_journal(verify(session))


def _say(sentence: str) -> None:
    Console(highlight=False, soft_wrap=True, markup=False).print(sentence)


def _tell_journal(found: Finding) -> None:
    checked = f"{found.entries} entries in {found.chains} chains, and {found.roots} roots"
    if found.holds:
        _say(f"The journal holds: {checked}. Last root: {found.last_root}")
        return
    _say(f"THE JOURNAL DOES NOT HOLD. Of {checked} these are not as they were written:")
    for name in found.broken[:MOST_SHOWN]:
        _say(f"  {name}")
    if len(found.broken) > MOST_SHOWN:
        _say(f"  and {len(found.broken) - MOST_SHOWN} more")
    sys.exit(JOURNAL_BROKEN)


def _passphrase(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        passphrase = file.read_bytes().strip()
    except OSError as error:
        raise BackupError(f"The passphrase cannot be read: {error.strerror}.") from error
    if not passphrase:
        raise BackupError(f"{file} holds no passphrase.")
    return passphrase


@contextmanager
def _opened() -> Iterator[Database]:
    database = open_database(get_settings().address(), pool_size=2)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _telling(doing: str) -> Iterator[Callable[[str, int], None]]:
    """Show how far it is; tell in one line why it is not done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=None)

        def told(table: str, rows: int) -> None:
            progress.update(task, advance=rows, description=f"{doing} {table}")

        try:
            yield told
        except (BackupError, FileNotFoundError) as error:
            progress.stop()
            sys.exit(str(error))
