"""The child process of a round: ``python -m service.matches.computing ROUND``.

It gathers in one reading transaction, computes without any, and settles in one writing transaction. Each
stage leaves its document, so that a round that was killed goes on where it stopped. The process ends when the
one that started it is gone: its standard input closes then.
"""

import json
import os
import sys
import threading
import time

from service.database.engines import Database, open_database
from service.errors import Refusal
from service.jobs.rooms import gather_reactions
from service.matches import engine
from service.matches.commands import advance_round, fail_round, keep_file, note_progress
from service.matches.queries import read_file
from service.matches.settling import settle_round
from service.matches.tables import MatchRound
from service.settings import get_settings

BETWEEN_NOTES_SECONDS = 0.5
ABANDONED = 3


def main(round_id: str) -> int:
    """Run a round to its end and return the exit status: 0, whether it finished or failed with a reason."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gather_reactions()
    database = open_database(get_settings().address(), pool_size=2)
    try:
        run_to_end(database, round_id)
    finally:
        database.close()
    return 0


def run_to_end(database: Database, round_id: str) -> None:
    """Gather, compute and settle a round that has begun; what the engine refuses becomes its failure."""
    try:
        outcome = _computed(database, round_id, _gathered(database, round_id))
        with database.writing() as session:
            advance_round(session, round_id, "check")
        with database.writing() as session:
            settle_round(session, round_id, engine.read_outcome(outcome))
    except engine.InvalidProblem as fault:
        _fail(database, round_id, "problem_refused", {"record": fault.record, "field": fault.field})
    except engine.UnknownSetting as fault:
        _fail(database, round_id, "setting_unknown", {"setting": fault.setting, "value": str(fault.value)})
    except Refusal as refusal:
        # Somebody cancelled it meanwhile: the round says so itself, and this changes nothing.
        _fail(database, round_id, refusal.code, {})


def _gathered(database: Database, round_id: str) -> bytes:
    with database.reading() as session:
        kept = read_file(session, round_id, "problem")
        if kept is not None:
            return kept
        gathered = engine.gather_round(session, session.get_one(MatchRound, round_id))
    problem = engine.problem_document(gathered)
    with database.writing() as session:
        keep_file(session, round_id, "facts", json.dumps(gathered.versions).encode())
        keep_file(session, round_id, "problem", problem)
    return problem


def _computed(database: Database, round_id: str, problem: bytes) -> bytes:
    with database.writing() as session:
        advance_round(session, round_id, "compute")
        row = session.get_one(MatchRound, round_id)
    with database.reading() as session:
        kept = read_file(session, round_id, "outcome")
    if kept is not None:
        return kept
    outcome = engine.compute(problem, row.policy, row.seed, _Notes(database, round_id))
    with database.writing() as session:
        keep_file(session, round_id, "outcome", outcome)
    return outcome


class _Notes:
    """Notes progress in the database, at each stage and now and then within."""

    def __init__(self, database: Database, round_id: str) -> None:
        self._database = database
        self._round_id = round_id
        self._stage = ""
        self._noted_at = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage == self._stage and time.monotonic() < self._noted_at + BETWEEN_NOTES_SECONDS:
            return
        self._stage, self._noted_at = stage, time.monotonic()
        with self._database.writing() as session:
            note_progress(session, self._round_id, stage, done, total)


def _fail(database: Database, round_id: str, code: str, params: dict[str, str]) -> None:
    with database.writing() as session:
        fail_round(session, round_id, code, params)


def _end_with_parent() -> None:
    # Not through sys.stdin: its lock would be held when the interpreter ends.
    while os.read(0, 1):
        pass
    os._exit(ABANDONED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
