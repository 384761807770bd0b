"""Emergencies go ahead of their endorsement; one that nobody endorses in time is set back."""

from datetime import datetime, timedelta

from sqlmodel import Session

from service import clock
from service.database.engines import Database
from service.jobs.dispatcher import _tasks
from service.journal.queries import get_journal
from service.needs import jobs, moves
from service.needs.demand import needs_by_id, needs_for_round
from service.needs.queries import sights_of
from service.needs.screening import list_endorsements
from service.needs.tables import Need
from tests.service.needs.cases import brought_to, focal_point, ready_for
from tests.service.people import Person, desk, ministry

IN_TIME = timedelta(hours=48) - timedelta(seconds=1)
LATE = timedelta(hours=48)


def test_an_emergency_is_set_back_until_it_is_endorsed(database: Database, moment: datetime) -> None:
    """48 hours on it is hidden from others and out of rounds; the endorsement brings it back."""
    officer, handler, reader = ministry(database, "GHA"), desk(database), ministry(database, "SEN")
    focal = focal_point(officer.stakeholder_id)
    with clock.set_to(moment), database.writing() as session:
        row = _under_way(session, officer, handler)
        assert row.endorsement_due_at == moment + LATE
        (line,) = list_endorsements(session, focal).items
        assert (line.need, line.text_version, line.is_set_back) == (row.id, 1, False)
    with clock.set_to(moment + IN_TIME), database.writing() as session:
        assert moves.set_back_unendorsed(session) == 0
        assert _is_out(session, reader, row.id) == (False, False)
    with clock.set_to(moment + LATE), database.writing() as session:
        assert moves.set_back_unendorsed(session) == 1
        assert moves.set_back_unendorsed(session) == 0
        assert _is_out(session, reader, row.id) == (True, True)
        assert not needs_by_id(session, [row.id])[0].endorsed
        assert session.get_one(Need, row.id).set_back_code == "endorsement_overdue"
        assert list_endorsements(session, focal).items[0].is_set_back
        assert sights_of(session, handler.caller, [row.id])[row.id] == "text"
        moves.endorse_need(session, focal, row.id, text_version=1)
        assert _is_out(session, reader, row.id) == (False, False)
        assert list_endorsements(session, focal).items == []
        events = [entry.event for entry in get_journal(session, officer.caller, f"need:{row.id}").entries]
        assert events[-3:] == ["need.set-back", "need.endorsed", "need.brought-back"]


def test_what_is_endorsed_in_time_stays(database: Database, moment: datetime) -> None:
    """With the endorsement the clock stops, and no ordinary need has one."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with clock.set_to(moment), database.writing() as session:
        row = _under_way(session, officer, handler)
        calm = brought_to(session, "circulated", officer, handler)
        moves.endorse_need(session, focal_point(officer.stakeholder_id), row.id)
        assert (row.endorsement_due_at, calm.endorsement_due_at) == (None, None)
    with clock.set_to(moment + 10 * LATE), database.writing() as session:
        assert moves.set_back_unendorsed(session) == 0


def test_the_worker_looks_after_it() -> None:
    """The clock of needs is among the tasks that every worker looks after, at least once a minute."""
    assert _tasks[jobs.let_deadlines_pass] <= 60


def _under_way(session: Session, officer: Person, handler: Person) -> Need:
    more = {"urgency": "emergency", "confidentiality": "all_states"}
    row = brought_to(session, "pending_endorsement", officer, handler, **more)
    moves.expedite_need(session, officer.caller, row.id)
    moves.start_screening(session, handler.caller, row.id)
    ready_for(session, "validate", row.id, officer.caller, handler.caller)
    moves.validate_need(session, handler.caller, row.id, "Floods at the border.")
    return moves.circulate_need(session, handler.caller, row.id)


def _is_out(session: Session, reader: Person, need_id: str) -> tuple[bool, bool]:
    """Tell whether a need is hidden from other states, and out of rounds."""
    is_hidden = sights_of(session, reader.caller, [need_id])[need_id] == "nothing"
    return is_hidden, need_id not in {need.id for need in needs_for_round(session)}
