"""Tables of pools: imports with their lines, the pool's own names for its offers, when it was reminded."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from service.database.columns import UtcDateTime, one_of
from service.pools.rules import FINDINGS, IMPORT_STATES


class PoolImport(SQLModel, table=True):
    """A spreadsheet of offers that was sent in: looked at first, taken in once somebody says so."""

    __tablename__ = "pool_import"
    __table_args__ = (one_of("state", IMPORT_STATES),)

    id: str = Field(primary_key=True, max_length=64)
    stakeholder_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    state: str = Field(default="checking", max_length=16, index=True)
    requested_by: str = Field(max_length=64)
    """The account with whose rights its lines are taken in."""
    hands_in: bool = False
    """Whether new offers are handed in for authorisation at once."""
    total: int
    done: int = 0
    """Lines of the present run that are dealt with."""
    uploaded_at: datetime = Field(sa_type=UtcDateTime, index=True)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    touched_at: datetime = Field(sa_type=UtcDateTime)
    """When its job last gave a sign of life."""


class PoolImportLine(SQLModel, table=True):
    """A line of a spreadsheet, with what was found about it and what became of it."""

    __tablename__ = "pool_import_line"
    __table_args__ = (one_of("finding", FINDINGS), one_of("outcome", FINDINGS))

    import_id: str = Field(primary_key=True, foreign_key="pool_import.id", max_length=64)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Its number in the file, as a spreadsheet counts."""
    reference: str = Field(default="", max_length=64)
    cells: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What stands in it, by column; empty once it is not needed any more."""
    finding: str | None = Field(default=None, max_length=16)
    """What the dry run found; none: it was not looked at yet."""
    outcome: str | None = Field(default=None, max_length=16)
    """What became of it; none: it was not taken in yet."""
    changes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Columns that differ from what stands there."""
    faults: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """What is wrong, by column; never a value."""
    offer_id: str | None = Field(default=None, max_length=64)


class PoolReference(SQLModel, table=True):
    """A stakeholder's own name for one of its offers, so that a file sent twice changes nothing."""

    __tablename__ = "pool_reference"

    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64)
    reference: str = Field(primary_key=True, max_length=64)
    offer_id: str = Field(foreign_key="offer.id", max_length=64, unique=True)


class PoolReminder(SQLModel, table=True):
    """When a stakeholder was last asked which of its offers still stand."""

    __tablename__ = "pool_reminder"

    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64)
    asked_at: datetime = Field(sa_type=UtcDateTime)
