"""Working off the outbox: every listener is told of every event at least once, after the commit."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlmodel import Session, col, or_, select

from service import clock
from service.database.engines import Database
from service.jobs.durable import Workplace
from service.journal.reactions import Happening, reaction_of
from service.journal.tables import JournalEntry, JournalText, OutboxMessage

log = structlog.get_logger()

PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 300
MOST_ATTEMPTS = 20
STOPPING_SECONDS = 2
"""How long the message at hand is waited for; left unfinished, it is as if it had not been begun."""


def dispatch_one(database: Database) -> bool:
    """Handle the oldest waiting message, if there is one, and tell whether there was.

    What the reaction writes and the note that it was handled are one transaction. A reaction that fails is
    tried again later, with growing pauses; it does not hold up the others.
    """
    with database.writing() as session:
        message = _oldest_due(session)
        if message is not None:
            _handle(session, message)
        return message is not None


def _handle(session: Session, message: OutboxMessage) -> None:
    message.attempts += 1
    try:
        with session.begin_nested():
            reaction_of(message.listener)(session, _happening(session, message))
    except Exception as error:  # noqa: BLE001 - a reaction may fail in any way; it is kept and tried again
        log.warning("reaction failed", listener=message.listener, error=type(error).__name__)
        message.failure = type(error).__name__
        message.due_at = clock.now() + _pause(message.attempts)
    else:
        message.handled_at = clock.now()
    session.add(message)


Task = Callable[[Workplace], None]

_tasks: dict[Task, float] = {}
_apart: set[Task] = set()


def regularly(every_seconds: float, *, is_apart: bool = False) -> Callable[[Task], Task]:
    """Register something to be looked after at start and then now and then, by whatever worker is there.

    It must do no harm when several workers do it. What waits for servers of others is done apart, in a
    thread of its own, so that it holds up nothing else.
    """

    def register(task: Task) -> Task:
        _tasks[task] = every_seconds
        if is_apart:
            _apart.add(task)
        return task

    return register


class Dispatcher:
    """A thread that works off the outbox until it is stopped."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._due_at: dict[Task, float] = {}
        self._aside: dict[Task, threading.Thread] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def begin_stop(self) -> None:
        """Take no further message."""
        self._stopping.set()

    def stop(self) -> None:
        """Finish the message at hand and stop."""
        self.begin_stop()
        self._thread.join(timeout=STOPPING_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                found = dispatch_one(self._place.database)
                self._look_after()
            except Exception as error:  # noqa: BLE001 - the database may be away; it will be back
                log.warning("outbox not reachable", error=type(error).__name__)
                found = False
            if not found:
                self._stopping.wait(PAUSE_SECONDS)

    def _look_after(self) -> None:
        for task, every_seconds in _tasks.items():
            if time.monotonic() >= self._due_at.get(task, 0):
                self._due_at[task] = time.monotonic() + every_seconds
                if task in _apart:
                    self._do_apart(task)
                else:
                    task(self._place)

    def _do_apart(self, task: Task) -> None:
        at_work = self._aside.get(task)
        if at_work is None or not at_work.is_alive():
            name = getattr(task, "__name__", "task")
            self._aside[task] = threading.Thread(target=self._try, args=(task,), name=name, daemon=True)
            self._aside[task].start()

    def _try(self, task: Task) -> None:
        try:
            task(self._place)
        except Exception as error:  # noqa: BLE001 - the database may be away; the task comes again
            log.warning("task failed", task=task.__name__, error=type(error).__name__)


def _oldest_due(session: Session) -> OutboxMessage | None:
    waiting = session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.handled_at).is_(None), OutboxMessage.attempts < MOST_ATTEMPTS)
        .where(or_(OutboxMessage.attempts == 0, col(OutboxMessage.due_at) <= clock.now()))
        .order_by(col(OutboxMessage.recorded_at), col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return waiting.first()


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, LONGEST_PAUSE_SECONDS))


def _happening(session: Session, message: OutboxMessage) -> Happening:
    entry = session.get_one(JournalEntry, message.entry_id)
    text = session.get(JournalText, message.entry_id)
    return Happening(entry.event, entry.subject, text.details if text else {}, entry.id)
