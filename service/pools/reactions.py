"""What this room does when something happened."""

from sqlmodel import Session

from service.jobs.durable import start_job
from service.journal.reactions import Happening, on
from service.pools.jobs import CHECK, TAKE_IN, job_id


@on("pool-import.uploaded", "pools.start_check")
def start_check(session: Session, happening: Happening) -> None:
    """Queue the dry run of a file that was sent in."""
    del session
    start_job(CHECK, job_id(happening.subject.partition(":")[2], "checking"))


@on("pool-import.confirmed", "pools.start_taking_in")
def start_taking_in(session: Session, happening: Happening) -> None:
    """Queue taking in a file whose dry run was confirmed."""
    del session
    start_job(TAKE_IN, job_id(happening.subject.partition(":")[2], "importing"))
