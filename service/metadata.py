"""Every room's tables, gathered for Alembic and for nobody else."""

import importlib
from pathlib import Path

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import service
from service.database import columns  # noqa: F401 - sets the naming convention before any table is made


def metadata() -> MetaData:
    """Import the tables of all rooms and return what they declare."""
    folder = Path(service.__file__).parent
    for tables in sorted(folder.glob("*/tables.py")):
        importlib.import_module(f"service.{tables.parent.name}.tables")
    return SQLModel.metadata
