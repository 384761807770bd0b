"""Whether the database is set up to keep what it confirms, also through a power cut."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, Engine, text

_SQLITE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # FULL and EXTRA; with NORMAL a power cut takes back the last commits in WAL mode.
        "synchronous": frozenset({"2", "3"}),
        "foreign_keys": frozenset({"1"}),
        "journal_mode": frozenset({"wal"}),
    }
)
_POSTGRESQL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "fsync": frozenset({"on"}),
        "full_page_writes": frozenset({"on"}),
        # All of these wait for this server's own disk; what they differ in is standbys.
        "synchronous_commit": frozenset({"on", "local", "remote_write", "remote_apply"}),
    }
)


def weaknesses(connection: Connection) -> list[str]:
    """Return the settings under which confirmed changes could be lost, such as ``fsync=off``."""
    is_sqlite = connection.dialect.name == "sqlite"
    ask, wanted = ("PRAGMA", _SQLITE) if is_sqlite else ("SHOW", _POSTGRESQL)
    found = {name: _value(connection, f"{ask} {name}") for name in wanted}
    return [f"{name}={value}" for name, value in found.items() if value not in wanted[name]]


def weaknesses_of(engine: Engine) -> list[str]:
    """Return the same over a connection of its own."""
    with engine.connect() as connection:
        return weaknesses(connection)


def _value(connection: Connection, question: str) -> str:
    return str(connection.execute(text(question)).scalar()).lower()
