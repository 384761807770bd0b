"""Migrations: how the tables came to be what they are, forwards and back, on both databases."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def config_for(address: str) -> Config:
    """Return Alembic's configuration for the database at an address."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["address"] = address
    return config


def heads() -> set[str]:
    """Return the revisions that the code at hand needs the tables to be at."""
    return set(ScriptDirectory(str(Path(__file__).parent)).get_heads())


def revisions() -> set[str]:
    """Return all revisions that the code at hand knows."""
    return {one.revision for one in ScriptDirectory(str(Path(__file__).parent)).walk_revisions()}


def migrate(address: str, revision: str = "head") -> None:
    """Bring the tables at an address to a revision, forwards."""
    command.upgrade(config_for(address), revision)


def migrate_back(address: str, revision: str) -> None:
    """Bring the tables at an address back to an earlier revision."""
    command.downgrade(config_for(address), revision)
