"""Who read what is confidential: one row for each reader, thing, version, day, kind and door.

A read is noted where the text is taken out of the database, and kept before the answer leaves, in a
transaction of its own: reading transactions write nothing. What cannot be recorded is not shown.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from service import clock
from service.caller import Caller
from service.database.engines import Database
from service.errors import Refusal
from service.journal.rules import ReadDoor, ReadKind
from service.journal.tables import RecordedRead
from service.texts import N_
from service.web.requests import BEFORE_LEAVING, DOOR

log = structlog.get_logger()

RETRY_SECONDS = 5


class ReadNotRecorded(Refusal):
    """The read could not be recorded, so nothing is shown."""

    code = "read_not_recorded"
    status = 503
    title = N_("Not shown: the read could not be recorded")
    sentence = N_(
        "Each read of a confidential text is recorded, and just now it could not be. Try again soon."
    )

    def headers(self) -> dict[str, str]:
        """Say when to try again."""
        return {"Retry-After": str(RETRY_SECONDS)}


class Read(NamedTuple):
    """What is read: of which thing, in which version, and how much of it."""

    subject: str
    version: int
    kind: ReadKind


class ReadLine(NamedTuple):
    """A read as its owner is told of it."""

    account_id: str
    stakeholders: list[str]
    version: int
    kind: ReadKind
    door: ReadDoor
    first_at: datetime


def note_reads(session: Session, caller: Caller, reads: Iterable[Read]) -> None:
    """Note what the caller is shown; what stands on record already for today is noted no second time."""
    wanted = set(reads)
    if not wanted or caller.account_id is None:
        return
    door = session.info.get(DOOR, "api")
    rows = [_row(caller, door, read) for read in sorted(wanted - _known(session, caller, door, wanted))]
    if not rows:
        return
    if session.get_bind().get_execution_options().get("writes"):
        _keep(session, rows)
    else:
        acts = session.info.setdefault(BEFORE_LEAVING, [])
        acts.append(partial(_keep_apart, rows=rows))


def reads_of(session: Session, subject: str) -> list[ReadLine]:
    """Return who read a thing, latest first; the room whose thing it is decides who may ask."""
    rows = session.exec(
        select(RecordedRead)
        .where(RecordedRead.subject == subject)
        .order_by(
            col(RecordedRead.first_at).desc(),
            col(RecordedRead.account_id),
            col(RecordedRead.version),
            col(RecordedRead.kind),
            col(RecordedRead.door),
        )
    )
    return [
        ReadLine(row.account_id, row.stakeholders, row.version, row.kind, row.door, row.first_at)  # type: ignore[arg-type]
        for row in rows
    ]


def _known(session: Session, caller: Caller, door: str, wanted: set[Read]) -> set[Read]:
    found = session.exec(
        select(RecordedRead.subject, RecordedRead.version, RecordedRead.kind).where(
            RecordedRead.account_id == caller.account_id,
            RecordedRead.read_on == clock.today(),
            col(RecordedRead.subject).in_({read.subject for read in wanted}),
            RecordedRead.door == door,
        )
    )
    return {Read(*one) for one in found}  # type: ignore[arg-type]


def _row(caller: Caller, door: str, read: Read) -> dict[str, Any]:
    return {
        "account_id": caller.account_id,
        "read_on": clock.today(),
        **read._asdict(),
        "door": door,
        "stakeholders": sorted(caller.stakeholders()),
        "first_at": clock.now(),
    }


def _keep_apart(database: Database, rows: list[dict[str, Any]]) -> None:
    try:
        with database.writing() as session:
            _keep(session, rows)
    except SQLAlchemyError as error:
        log.warning("read not recorded", error=type(error).__name__)
        raise ReadNotRecorded from error


def _keep(session: Session, rows: list[dict[str, Any]]) -> None:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.connection().execute(dialect.insert(RecordedRead).on_conflict_do_nothing(), rows)
