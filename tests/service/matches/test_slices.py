"""A round in slices: the same end as in one go, whoever found which slice, and whoever was killed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from service.jobs.durable import Workplace
from service.matches.commands import begin_round, fail_round, keep_file
from service.matches.computing import run_to_end
from service.matches.jobs import help_with_round
from service.matches.queries import read_file
from service.matches.slices import count_slices, keep_slice, kept_slices, open_slices, take_slice
from service.settings import Settings
from service.worker import working
from tests.service.matches.worlds import World, a_world, computed, request

AT_MOST_SECONDS = 120


@pytest.fixture
def world(database: Database) -> World:
    """Give the small world of two needs: two slices of one need."""
    return a_world(database)


@pytest.fixture
def in_one_go(web: TestClient, database: Database, world: World) -> dict[str, Any]:
    """Give the round as one process computes it without slices."""
    return computed(web, database, world.desk)


def test_slices_lead_to_the_same_outcome(
    web: TestClient, database: Database, world: World, in_one_go: dict[str, Any]
) -> None:
    """The fingerprint is that of the round in one go, and no slice is left behind."""
    round_id = _begun(web, database, world)
    run_to_end(database, round_id, 1)
    _same(_seen(web, world, round_id), in_one_go)
    assert _count(database, round_id) == (0, 0)


def test_another_worker_finds_what_nobody_began_and_a_dead_one_is_not_waited_for(
    web: TestClient, database: Database, app_settings: Settings, world: World, in_one_go: dict[str, Any]
) -> None:
    """A slice that was taken and never came is found again; one that another worker kept is used."""
    round_id = _begun(web, database, world)
    with database.writing() as session:
        for kind in ("problem", "facts"):
            keep_file(session, round_id, kind, read_file(session, in_one_go["id"], kind) or b"")
        assert open_slices(session, round_id, 2) == 2
        assert take_slice(session, round_id) == 0
    help_with_round(Workplace(app_settings, database), f"{round_id}.help-0")
    assert _count(database, round_id) == (1, 2)
    run_to_end(database, round_id, 1)
    _same(_seen(web, world, round_id), in_one_go)


def test_a_killed_round_goes_on_with_its_slices(
    web: TestClient, database: Database, app_settings: Settings, world: World, in_one_go: dict[str, Any]
) -> None:
    """A process that is killed among its slices leaves a round that the next one brings to the same end."""
    round_id = _begun(web, database, world)
    settings = app_settings.model_copy(update={"round_slice_needs": 1})
    child = subprocess.Popen(
        [sys.executable, "-m", "service.matches.computing", round_id],
        stdin=subprocess.PIPE,
        env=os.environ | settings.environment(),
    )
    assert _eventually(lambda: _count(database, round_id)[1] == 2 or child.poll() is not None)
    child.kill()
    child.communicate()
    with database.writing() as session:
        assert begin_round(session, round_id, timedelta(minutes=5))
    run_to_end(database, round_id, 1)
    _same(_seen(web, world, round_id), in_one_go)


def test_the_worker_computes_a_large_round_in_slices(
    web: TestClient, database: Database, app_settings: Settings, world: World, in_one_go: dict[str, Any]
) -> None:
    """Above the size that the setting names, a worker alone brings the round to the same end."""
    round_id = request(web, world.desk)
    settings = app_settings.model_copy(update={"round_slice_needs": 1})
    with working(settings, database):
        assert _eventually(
            lambda: _seen(web, world, round_id)["state"] in {"finished", "failed", "cancelled"}
        )
    _same(_seen(web, world, round_id), in_one_go)


def test_a_round_that_ended_keeps_no_slices(web: TestClient, database: Database, world: World) -> None:
    """Slices go with the round, and one that comes too late is not kept."""
    round_id = _begun(web, database, world)
    with database.writing() as session:
        open_slices(session, round_id, 3)
        keep_slice(session, round_id, 1, b"found")
        assert open_slices(session, round_id, 5) == 3, "an earlier attempt's slices stay"
        assert [take_slice(session, round_id) for _ in range(3)] == [0, 2, None]
        assert kept_slices(session, round_id) == [b"found"]
        fail_round(session, round_id, "engine_ended")
        keep_slice(session, round_id, 2, b"late")
    assert _count(database, round_id) == (0, 0)


def _begun(web: TestClient, database: Database, world: World) -> str:
    round_id = request(web, world.desk)
    with database.writing() as session:
        assert begin_round(session, round_id, timedelta(minutes=5))
    return round_id


def _seen(web: TestClient, world: World, round_id: str) -> dict[str, Any]:
    return dict(web.get(f"/api/v1/rounds/{round_id}", headers=world.desk.headers).json())


def _same(seen: dict[str, Any], other: dict[str, Any]) -> None:
    assert (seen["state"], seen["failure"]) == ("finished", None)
    assert seen["id"] != other["id"]
    assert (seen["fingerprint"], seen["problem_digest"]) == (other["fingerprint"], other["problem_digest"])


def _count(database: Database, round_id: str) -> tuple[int, int]:
    with database.reading() as session:
        return count_slices(session, round_id)


def _eventually(holds: Callable[[], bool]) -> bool:
    """Look until something holds; a bound on the time keeps a failure from hanging."""
    pause = threading.Event()
    give_up_at = time.monotonic() + AT_MOST_SECONDS
    while time.monotonic() < give_up_at:
        if holds():
            return True
        pause.wait(0.02)
    return False
