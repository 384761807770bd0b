"""Long work of pools: looking through a file and taking it in; asking regularly which offers still stand."""

from datetime import timedelta

import structlog
from sqlmodel import col, select

from service import clock
from service.jobs.dispatcher import regularly
from service.jobs.durable import Interrupted, Workplace, durable_job, is_alive, resume_job
from service.pools import rules
from service.pools.commands import advance_import, ask_what_stands, fail_import, forget_old_cells
from service.pools.tables import PoolImport

log = structlog.get_logger()

CHECK = "pools.check_import"
TAKE_IN = "pools.take_import_in"
SILENT_AFTER = timedelta(seconds=120)
"""An import whose job gives no sign of life for so long is taken up again, or fails."""


def job_id(import_id: str, state: rules.ImportState) -> str:
    """Return the id of the job that does a part of an import."""
    return f"{import_id}.{state}"


@durable_job(CHECK)
def check_import(place: Workplace, job: str) -> None:
    """Find what taking in each line of a file would do."""
    _work_off(place, job.partition(".")[0], "checking")


@durable_job(TAKE_IN)
def take_import_in(place: Workplace, job: str) -> None:
    """Take in the lines of a file that was confirmed. Killed and run again, it goes on where it was."""
    _work_off(place, job.partition(".")[0], "importing")


def _work_off(place: Workplace, import_id: str, state: rules.ImportState) -> None:
    has_more = True
    while has_more:
        if place.stopping.is_set():
            raise Interrupted
        with place.database.writing() as session:
            has_more = advance_import(session, import_id, state)


@regularly(every_seconds=30)
def take_up_silent_imports(place: Workplace) -> None:
    """Take up imports whose worker is gone; fail those whose job was given up, so that none stays running."""
    with place.database.reading() as session:
        silent = session.exec(
            select(PoolImport).where(
                col(PoolImport.state).in_(rules.UNDER_WAY),
                col(PoolImport.touched_at) < clock.now() - SILENT_AFTER,
            )
        ).all()
    for row in silent:
        job = job_id(row.id, "checking" if row.state == "checking" else "importing")
        if is_alive(job):
            log.warning("taking up a silent import", job=job)
            resume_job(job)
        else:
            with place.database.writing() as session:
                fail_import(session, row.id)


@regularly(every_seconds=3600)
def look_after_pools(place: Workplace) -> None:
    """Ask pools which offers still stand, and forget what stood in files that nobody came back to."""
    with place.database.writing() as session:
        ask_what_stands(session, clock.now())
        forget_old_cells(session, clock.now())
