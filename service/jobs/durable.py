"""Durable jobs. A room registers a function with :func:`durable_job`; a reaction starts it by name.

DBOS keeps its own store, so a row and its queueing cannot be one transaction. A command therefore only
records that work was asked for; after its commit the dispatcher starts the job, with the thing's id as the
job's id, so that starting it twice starts it once.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from dbos import DBOS, DBOSConfig, SetWorkflowID

from service.database.engines import Database
from service.settings import Settings

APPLICATION_VERSION = "1"
"""Raised only when a change makes half-done jobs of the former version unfit to go on."""

QUEUE = "long-work"
POLLING_SECONDS = 0.2
MOST_ATTEMPTS = 20
"""Times that a job is taken up again after its process was killed, before it is given up."""
STOPPING_SECONDS = 1.5

Job = Callable[["Workplace", str], None]

_jobs: dict[str, Job] = {}
_tally: Counter[tuple[str, str]] = Counter()


class Interrupted(BaseException):
    """The process is told to stop. The job is left as it is, and taken up again at the next launch.

    Not an ``Exception`` on purpose: DBOS would note the job down as failed.
    """


@dataclass(frozen=True)
class Workplace:
    """What a job works with. A job that waits looks at ``stopping`` and raises :class:`Interrupted`."""

    settings: Settings
    database: Database
    worker: str = "worker"
    """Name of this worker, which no other one at the same database has."""
    stopping: threading.Event = field(default_factory=threading.Event)


_here: list[Workplace] = []
_at_work = threading.Lock()


def durable_job(name: str) -> Callable[[Job], Job]:
    """Register a job under a stable name. It is run again from the start if its process is killed.

    The job is told its workplace and the id of its thing. It must be safe to run twice.
    """

    def register(job: Job) -> Job:
        _jobs[name] = job
        return job

    return register


@DBOS.step(name="do_job")
def _do(name: str, thing_id: str) -> None:
    with _at_work:
        _tally[name, "begun"] += 1
        _jobs[name](_here[-1], thing_id)
        _tally[name, "done"] += 1


@DBOS.workflow(name="job", max_recovery_attempts=MOST_ATTEMPTS)
def _job(name: str, thing_id: str) -> None:
    _do(name, thing_id)


def launch(place: Workplace) -> None:
    """Start working on jobs in this process; those that a kill interrupted are taken up again."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    config: DBOSConfig = {
        "name": "homologue",
        "system_database_url": place.settings.jobs_address(),
        "application_version": APPLICATION_VERSION,
        "executor_id": place.worker,
        "log_level": "WARNING",
    }
    place.settings.data_dir.mkdir(parents=True, exist_ok=True)
    _here.append(place)
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(
        QUEUE, worker_concurrency=1, polling_interval_sec=POLLING_SECONDS, on_conflict="always_update"
    )


def start_job(name: str, thing_id: str) -> None:
    """Queue a job; if it is queued or done already, nothing happens."""
    with SetWorkflowID(thing_id):
        DBOS.enqueue_workflow(QUEUE, _job, name, thing_id)


def resume_job(thing_id: str) -> None:
    """Queue a job again whose machine is gone."""
    DBOS.resume_workflow(thing_id)


def is_alive(thing_id: str) -> bool:
    """Tell whether a job is queued or running, or was until its machine went away."""
    status = DBOS.get_workflow_status(thing_id)
    return status is not None and status.status in {"ENQUEUED", "PENDING", "DELAYED"}


def tally() -> dict[tuple[str, str], int]:
    """Return how many jobs of each kind this process began and did to their end."""
    return dict(_tally)


def shut_down(place: Workplace) -> None:
    """Stop working on jobs in this process. What is unfinished goes on at the next launch."""
    place.stopping.set()
    if _at_work.acquire(timeout=STOPPING_SECONDS):
        _at_work.release()
    DBOS.destroy(workflow_completion_timeout_sec=0)
    _here.remove(place)
