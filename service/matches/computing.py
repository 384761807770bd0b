"""The child process of a round: ``python -m service.matches.computing ROUND``.

It gathers in one reading transaction, computes without any, and settles in one writing transaction. Each
stage leaves its document, so that a round that was killed goes on where it stopped. The candidates of a large
round are found in slices, and any other worker may find some of them (``helping.py``). The process ends when
the one that started it is gone: its standard input closes then.
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
from service.matches.slices import (
    count_slices,
    drop_slices,
    keep_slice,
    kept_slices,
    missing_slice,
    open_slices,
    take_slice,
)
from service.matches.tables import MatchRound
from service.settings import get_settings

BETWEEN_NOTES_SECONDS = 0.5
ABANDONED = 3


def main(round_id: str) -> int:
    """Run a round to its end and return the exit status: 0, whether it finished or failed with a reason."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    gather_reactions()
    database = open_database(get_settings().address(), pool_size=2)
    try:
        run_to_end(database, round_id, get_settings().round_slice_needs)
    finally:
        database.close()
    return 0


def run_to_end(database: Database, round_id: str, slice_needs: int | None = None) -> None:
    """Gather, compute and settle a round that has begun; what the engine refuses becomes its failure.

    A round of more needs than ``slice_needs`` finds its candidates in slices of so many; None: in one go.
    """
    try:
        outcome = _computed(database, round_id, _gathered(database, round_id), slice_needs)
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


def _computed(database: Database, round_id: str, problem: bytes, slice_needs: int | None) -> bytes:
    with database.writing() as session:
        advance_round(session, round_id, "compute")
        row = session.get_one(MatchRound, round_id)
    with database.reading() as session:
        kept = read_file(session, round_id, "outcome")
    if kept is not None:
        return kept
    notes = _Notes(database, round_id)
    needs = len(json.loads(problem).get("needs", ())) if slice_needs else 0
    slices = -(-needs // slice_needs) if slice_needs else 1
    if slices > 1:
        with database.writing() as session:
            open_slices(session, round_id, slices)
        sliced = engine.sliced(problem, row.policy)
        _find_slices(database, round_id, sliced, notes)
        with database.reading() as session:
            found = kept_slices(session, round_id)
        outcome = engine.compute_from(sliced, found, row.seed, notes)
    else:
        outcome = engine.compute(problem, row.policy, row.seed, notes)
    with database.writing() as session:
        keep_file(session, round_id, "outcome", outcome)
        drop_slices(session, round_id)
    return outcome


def _find_slices(database: Database, round_id: str, sliced: engine.Sliced, notes: engine.Told) -> None:
    """Find slices until all are there: first those that nobody began, then those that never came."""
    while True:
        with database.writing() as session:
            number = take_slice(session, round_id)
            if number is None:
                number = missing_slice(session, round_id)
            done, total = count_slices(session, round_id)
        notes("candidates", done, total)
        if number is None:
            return
        _find(database, round_id, sliced, (number, total))


def help_with_slices(database: Database, round_id: str) -> None:
    """Find slices of a round that somebody else computes, until there is none that nobody began."""
    with database.reading() as session:
        problem = read_file(session, round_id, "problem")
        policy = session.get_one(MatchRound, round_id).policy
    sliced = engine.sliced(problem, policy) if problem else None
    while sliced:
        with database.writing() as session:
            number = take_slice(session, round_id)
            _, total = count_slices(session, round_id)
        if number is None:
            return
        _find(database, round_id, sliced, (number, total))


def _find(database: Database, round_id: str, sliced: engine.Sliced, which: tuple[int, int]) -> None:
    packed = sliced.candidates(*which)
    with database.writing() as session:
        keep_slice(session, round_id, which[0], packed)


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


def end_with_parent() -> None:
    """End this process when the one that started it is gone."""
    # Not through sys.stdin: its lock would be held when the interpreter ends.
    while os.read(0, 1):
        pass
    os._exit(ABANDONED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
