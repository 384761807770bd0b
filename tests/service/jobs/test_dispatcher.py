"""The outbox: every listener hears of every event, once if all goes well, again if it failed."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from service import clock
from service.caller import SYSTEM
from service.database.engines import Database
from service.jobs import dispatcher
from service.jobs.dispatcher import dispatch_one
from service.jobs.durable import Workplace
from service.journal import reactions
from service.journal.commands import record
from service.journal.reactions import Happening, on
from service.journal.tables import JournalEntry, OutboxMessage
from service.settings import Settings


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Happening]:
    """Give what a listener of ``bell.rung`` heard; nobody else listens."""
    monkeypatch.setattr(reactions, "_reactions", {})
    found: list[Happening] = []
    on("bell.rung", "test.listener")(lambda _session, happening: found.append(happening))
    return found


def _ring(database: Database, **details: object) -> None:
    with database.writing() as session:
        record(session, SYSTEM, "bell.rung", "bell:1", dict(details))


def test_a_listener_hears_what_happened_once(database: Database, heard: list[Happening]) -> None:
    """A reaction is told the event, the thing and the details, and not told again."""
    _ring(database, tone="low")
    assert dispatch_one(database)
    assert [one._replace(entry_id="") for one in heard] == [Happening("bell.rung", "bell:1", {"tone": "low"})]
    assert heard[0].entry_id.startswith("entry_")
    assert not dispatch_one(database)
    assert len(heard) == 1


def test_what_waits_for_others_holds_up_nothing(
    database: Database, app_settings: Settings, heard: list[Happening], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task apart that hangs on a foreign server keeps no listener waiting, and is not begun twice."""
    monkeypatch.setattr(dispatcher, "_tasks", {})
    begun, told, released = [], threading.Event(), threading.Event()

    def hang(_place: Workplace) -> None:
        begun.append(1)
        released.wait(20)

    def look(_place: Workplace) -> None:
        if heard and begun:
            told.set()

    dispatcher.regularly(every_seconds=0, is_apart=True)(hang)
    dispatcher.regularly(every_seconds=0)(look)
    _ring(database)
    working = dispatcher.Dispatcher(Workplace(app_settings, database))
    working.start()
    try:
        assert told.wait(20)
        assert len(begun) == 1
    finally:
        working.begin_stop()
        released.set()
        working.stop()


def test_what_nobody_listens_to_leaves_no_message(database: Database, heard: list[Happening]) -> None:
    """An event without listeners stands in the journal only."""
    with database.writing() as session:
        record(session, SYSTEM, "bell.polished", "bell:1")
    assert not dispatch_one(database)
    assert heard == []


def test_a_change_that_is_rolled_back_tells_nobody(database: Database, heard: list[Happening]) -> None:
    """Message and change are one transaction: without the change there is no message."""
    with database.writing() as session:
        record(session, SYSTEM, "bell.rung", "bell:1")
        session.rollback()
    assert not dispatch_one(database)
    assert heard == []


def test_a_failed_reaction_is_tried_again_later(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reaction that fails leaves nothing half-done, is tried again after a pause, and holds up nobody."""
    monkeypatch.setattr(reactions, "_reactions", {})
    failing = [True]
    heard: list[str] = []

    def stumble(session: Session, happening: Happening) -> None:
        record(session, SYSTEM, "echo.heard", "echo:1")
        if failing[0]:
            raise ValueError(happening.subject)

    on("bell.rung", "a.stumbles")(stumble)
    on("bell.rung", "b.listens")(lambda _session, happening: heard.append(happening.subject))
    _ring(database)
    assert dispatch_one(database)
    assert dispatch_one(database)
    assert heard == ["bell:1"]
    assert not dispatch_one(database)
    with database.reading() as session:
        failed = session.exec(select(OutboxMessage).where(OutboxMessage.listener == "a.stumbles")).one()
        assert (failed.handled_at, failed.failure, failed.attempts) == (None, "ValueError", 1)
        assert not session.exec(select(JournalEntry).where(JournalEntry.event == "echo.heard")).all()
    failing[0] = False
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        assert dispatch_one(database)
    with database.reading() as session:
        assert len(session.exec(select(JournalEntry).where(JournalEntry.event == "echo.heard")).all()) == 1
