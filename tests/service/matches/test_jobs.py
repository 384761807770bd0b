"""A round as a durable job: queued by a reaction, computed in a child process, watched to its end."""

import threading
import time
from collections.abc import Callable

from fastapi.testclient import TestClient

from service.database.engines import Database
from service.settings import Settings
from service.worker import working
from tests.service.matches.worlds import a_world, proposals, request

AT_MOST_SECONDS = 120


def _eventually(holds: Callable[[], bool]) -> bool:
    """Look until something holds; a bound on the time keeps a failure from hanging."""
    pause = threading.Event()
    give_up_at = time.monotonic() + AT_MOST_SECONDS
    while time.monotonic() < give_up_at:
        if holds():
            return True
        pause.wait(0.05)
    return False


def test_a_requested_round_is_computed_by_the_worker(
    web: TestClient, database: Database, app_settings: Settings
) -> None:
    """Asking through the door is enough: the worker takes the round up and brings it to its end."""
    world = a_world(database)
    round_id = request(web, world.desk)

    def state() -> str:
        return str(web.get(f"/api/v1/rounds/{round_id}", headers=world.desk.headers).json()["state"])

    assert state() == "requested"
    with working(app_settings, database):
        assert _eventually(lambda: state() in {"finished", "failed", "cancelled"})
    assert state() == "finished"
    assert len(proposals(web, world.desk)) == 2


def test_a_round_past_its_deadline_fails_with_that_reason(
    web: TestClient, database: Database, app_settings: Settings
) -> None:
    """A round that takes longer than allowed is ended, and says so."""
    world = a_world(database)
    round_id = request(web, world.desk)
    hurried = app_settings.model_copy(update={"round_deadline_seconds": 0})

    def seen() -> dict[str, object]:
        return dict(web.get(f"/api/v1/rounds/{round_id}", headers=world.desk.headers).json())

    with working(hurried, database):
        assert _eventually(lambda: seen()["state"] in {"finished", "failed", "cancelled"})
    assert seen()["state"] == "failed"
    failure = seen()["failure"]
    assert isinstance(failure, dict)
    assert failure["code"] == "deadline_exceeded"
    assert failure["text"]
