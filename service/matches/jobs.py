"""The durable job of a round: it watches over the child process that does the work.

The engine cannot be interrupted while it solves, and would hold up the web if it ran beside it. So a round
runs in a process of its own, which a cancel or the deadline ends. Whatever happens to either process, the
round ends in a state that says what happened.
"""

import os
import subprocess
import sys
from datetime import timedelta

import structlog

from service import clock
from service.jobs.dispatcher import regularly
from service.jobs.durable import Interrupted, Workplace, durable_job, is_alive, resume_job, start_job
from service.matches import refilling
from service.matches.commands import begin_round, fail_round
from service.matches.lapsing import let_lapse, release_news
from service.matches.queries import silent_rounds
from service.matches.refilling import best_candidate
from service.matches.rules import ROUND_ENDS
from service.matches.slices import slices_to_take
from service.matches.tables import MatchRound

log = structlog.get_logger()

JOB = "matches.compute_round"
REFILL = "matches.suggest_refill"
HELP = "matches.help_with_round"
MOST_HELPERS = 8
"""Workers that are asked to help with a round."""
LOOK_SECONDS = 0.2
SILENT_AFTER = timedelta(seconds=120)
"""A round whose process gives no sign of life for so long is taken up by another worker."""


@durable_job(JOB)
def compute_round(place: Workplace, round_id: str) -> None:
    """Run a round to its end: finished, failed with a reason, or cancelled."""
    with place.database.writing() as session:
        if not begin_round(session, round_id, timedelta(seconds=place.settings.round_deadline_seconds)):
            return
    child = _start(place, "service.matches.computing", round_id)
    try:
        failure = _watch(place, round_id, child)
    finally:
        _end(child)
    if failure:
        with place.database.writing() as session:
            fail_round(session, round_id, failure)


@durable_job(HELP)
def help_with_round(place: Workplace, help_id: str) -> None:
    """Find slices of a round that another worker computes; that one does not wait, and says what failed."""
    round_id = help_id.rpartition(".")[0]
    with place.database.reading() as session:
        if round_id not in dict(slices_to_take(session)):
            return
    child = _start(place, "service.matches.helping", round_id)
    try:
        _watch(place, round_id, child)
    finally:
        _end(child)


@durable_job(REFILL)
def suggest_refill(place: Workplace, seat_id: str) -> None:
    """Put the best candidate forward for a seat that was lost. No transaction is held while it is found."""
    with place.database.reading() as session:
        best = best_candidate(session, seat_id)
    if best is not None:
        with place.database.writing() as session:
            refilling.suggest_refill(session, seat_id, best)


def _start(place: Workplace, module: str, round_id: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own module, with an id of our own making
        [sys.executable, "-m", module, round_id],
        stdin=subprocess.PIPE,
        env=os.environ | place.settings.environment(),
    )


def _watch(place: Workplace, round_id: str, child: subprocess.Popen[bytes]) -> str | None:
    """Wait for the child; return why the round failed if the child could not say so itself."""
    while child.poll() is None:
        with place.database.reading() as session:
            row = session.get_one(MatchRound, round_id)
        if row.state in ROUND_ENDS and row.state != "finished":
            return None
        if row.deadline_at and clock.now() > row.deadline_at:
            return "deadline_exceeded"
        if place.stopping.wait(LOOK_SECONDS):
            raise Interrupted
    if child.returncode and place.stopping.wait(LOOK_SECONDS):
        # Whoever stops the service may end its children at the same moment: that is no failure of the round.
        raise Interrupted
    return None if child.returncode == 0 else "engine_ended"


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    child.wait()
    if child.stdin:
        child.stdin.close()


@regularly(every_seconds=1)
def ask_for_help(place: Workplace) -> None:
    """Queue help for rounds with slices that nobody began: whichever worker is free takes some."""
    with place.database.reading() as session:
        waiting = slices_to_take(session)
    for round_id, slices in waiting:
        for number in range(min(slices, MOST_HELPERS)):
            start_job(HELP, f"{round_id}.help-{number}")


@regularly(every_seconds=15)
def take_up_abandoned_rounds(place: Workplace) -> None:
    """Take up rounds whose worker is gone; fail those whose job was given up, so that none stays running."""
    with place.database.reading() as session:
        abandoned = silent_rounds(session, clock.now() - SILENT_AFTER)
    for round_id in abandoned:
        if is_alive(round_id):
            log.warning("taking up an abandoned round", round=round_id)
            resume_job(round_id)
        else:
            with place.database.writing() as session:
                fail_round(session, round_id, "crashed_too_often")


@regularly(every_seconds=15)
def let_seats_lapse(place: Workplace) -> None:
    """Let seats lapse that nobody answered in time, free what was held until now, tell what is due."""
    with place.database.writing() as session:
        let_lapse(session)
        release_news(session)
