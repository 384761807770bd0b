"""Keeping answers: in the transaction of the change itself, one request with a key at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import BigInteger
from sqlmodel import Session, bindparam, col, delete, func, insert, select

from service import clock
from service.answers.errors import StillRunning
from service.answers.rules import LONGEST_ANSWER_BYTES, Asked
from service.answers.tables import KeptAnswer
from service.database.prepared import Prepared
from service.keys import seal

PATIENCE_SECONDS = 20
_KEEP = Prepared(insert(KeptAnswer))
_LOCKS = {
    waits: Prepared(select(getattr(func, taking)(bindparam("number", type_=BigInteger))))
    for waits, taking in ((True, "pg_advisory_xact_lock"), (False, "pg_try_advisory_xact_lock"))
}
_running: set[str] = set()
_changed = threading.Condition()


@contextmanager
def alone(asked: Asked, *, waits: bool) -> Iterator[None]:
    """Let one request with a key at a time through; the others are told to come back, or wait."""
    with _changed:
        if asked.name in _running and not (
            waits and _changed.wait_for(lambda: _is_free(asked), PATIENCE_SECONDS)
        ):
            raise StillRunning
        _running.add(asked.name)
    try:
        yield
    finally:
        with _changed:
            _running.discard(asked.name)
            _changed.notify_all()


def lock_key(session: Session, asked: Asked, *, waits: bool) -> None:
    """Do the same among processes. On SQLite they queue for the whole database, and find the answer then."""
    if session.get_bind().dialect.name != "postgresql":
        return
    ((is_taken,),) = _LOCKS[waits].rows(session, {"number": asked.lock})
    if is_taken is False:
        raise StillRunning


def keep_answer(session: Session, asked: Asked, answer: bytes) -> None:
    """Keep an answer. What is too large is not kept, and the key with it: sent again, it is done again."""
    if len(answer) > LONGEST_ANSWER_BYTES:
        return
    session.flush()
    kept = {
        "id": asked.name,
        "request_digest": asked.request,
        "duties_digest": asked.duties,
        "sealed": seal(asked.sealing, answer, asked.name),
        "kept_at": clock.now(),
    }
    _KEEP.write(session, kept)


def forget_old_answers(session: Session, hours: int) -> int:
    """Forget what was answered longer ago than so many hours, and return how many."""
    before = clock.now() - timedelta(hours=hours)
    return session.exec(delete(KeptAnswer).where(col(KeptAnswer.kept_at) < before)).rowcount


def _is_free(asked: Asked) -> bool:
    return asked.name not in _running
