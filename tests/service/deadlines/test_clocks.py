"""Clocks start and end with what happens, remind once, and tell what is overdue."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from service import clock
from service.database.engines import Database
from service.deadlines import jobs
from service.deadlines.choosing import change_clock_policy
from service.deadlines.commands import answer_after_care, look_after_clocks, mark_done
from service.deadlines.errors import ClockEnded, NotAskedYet, NotMarkedByHand
from service.deadlines.queries import find_clock, get_after_care, list_clocks
from service.deadlines.reactions import turn_clocks
from service.deadlines.schemas import AfterCareReply, ClockPolicyChange, ClockView
from service.deadlines.tables import RunningClock
from service.errors import InvalidInput, NotAllowed, NotFound
from service.jobs.dispatcher import _tasks, dispatch_one
from service.jobs.rooms import gather_reactions
from service.journal.queries import get_journal
from service.journal.reactions import Happening
from service.journal.tables import JournalEntry, JournalText
from service.needs import moves
from service.notifications.tables import Notification
from tests.service.needs.cases import a_need, brought_to, ready_for
from tests.service.people import Person, administrator, desk, ministry

gather_reactions()
DAY = timedelta(days=1)
MONDAY = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)


def test_a_stage_runs_from_its_start_to_its_end(database: Database) -> None:
    """The desk has two working days to take a request up, and a week to circulate it; both sides see it."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        need_id = a_need(database, "submitted", officer, handler)
        _tell(database)
    for person in (officer, handler):
        shown = _clocks(database, person, need_id)
        assert {name: one.due_on for name, one in shown.items()} == {
            "acknowledge": date(2027, 3, 17),
            "circulate": date(2027, 3, 22),
        }
        assert (shown["acknowledge"].waits_for, shown["acknowledge"].is_yours) == ("desk", person is handler)
    with clock.set_to(MONDAY + DAY), database.writing() as session:
        moves.start_screening(session, handler.caller, need_id)
    _tell(database)
    ended = _clocks(database, officer, need_id)["acknowledge"]
    assert (ended.outcome, ended.ended_at, ended.is_overdue) == ("done", MONDAY + DAY, False)


def test_working_days_left_are_those_of_the_desk(database: Database) -> None:
    """What is due next Monday is five working days away, and overdue the day after."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        need_id = a_need(database, "submitted", officer, handler)
        _tell(database)
        assert _clocks(database, officer, need_id)["circulate"].working_days_left == 5
    with clock.set_to(datetime(2027, 3, 23, tzinfo=UTC)):
        late = _clocks(database, officer, need_id)["circulate"]
        assert (late.working_days_left, late.is_overdue) == (0, True)


def test_others_see_no_clock(database: Database) -> None:
    """Who is no party to a need finds none of its clocks, also where the need itself is public."""
    officer, handler, stranger = ministry(database), desk(database), ministry(database, "SEN")
    need_id = a_need(database, "circulated", officer, handler, confidentiality="public")
    _tell(database)
    with database.reading() as session:
        clock_id = session.exec(select(RunningClock.id).where(RunningClock.stage == "first_call")).one()
        with pytest.raises(NotFound):
            list_clocks(session, stranger.caller, f"need:{need_id}", "en")
        with pytest.raises(NotFound):
            find_clock(session, stranger.caller, clock_id)
        assert list_clocks(session, stranger.caller, None, "en").items == []


def test_the_order_in_which_events_are_told_does_not_matter(database: Database) -> None:
    """Told backwards and twice, the same clocks ran from and to the same moments."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY), database.writing() as session:
        need = brought_to(session, "clarification_requested", officer, handler)
        moves.answer_clarification(session, officer.caller, need.id, "As asked.")
        ready_for(session, "validate", need.id, officer.caller, handler.caller)
        entries = session.exec(select(JournalEntry).where(JournalEntry.subject == f"need:{need.id}")).all()
        for entry in [*reversed(entries), *entries]:
            turn_clocks(session, Happening(entry.event, entry.subject, {}, entry.id))
    found = _rows(database)
    assert sorted((row.stage, row.outcome or "runs") for row in found) == [
        ("acknowledge", "done"),
        ("circulate", "dropped"),
        ("circulate", "runs"),
        ("clarify", "done"),
    ]


def test_a_clock_reminds_once_at_each_moment(database: Database) -> None:
    """At half time and a day before, however often and by however many workers it is looked after."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        a_need(database, "submitted", officer, handler)
        _tell(database)
    for after, told in ((DAY / 2, []), (1.5 * DAY, ["half"]), (1.9 * DAY, ["half", "before"])):
        with clock.set_to(MONDAY + after):
            _look(database, 2)
        assert _moments(database, "acknowledge") == told
    with clock.set_to(MONDAY + 10 * DAY):
        _look(database, 2)
    assert _events(database, "acknowledge") == ["clock.reminded", "clock.reminded", "clock.lapsed"]
    assert _events(database, "circulate") == ["clock.lapsed"]


def test_two_workers_at_once_remind_once(database: Database) -> None:
    """Four that look after the clocks at the same time tell of each moment once."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        for _ in range(5):
            a_need(database, "submitted", officer, handler)
        _tell(database)
    with clock.set_to(MONDAY + 1.5 * DAY), ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: _look(database, 1), range(8)))
    assert _moments(database, "acknowledge") == ["half"] * 5


def test_a_reminder_that_was_not_kept_is_sent_again(database: Database) -> None:
    """A worker that dies before its transaction is kept has told nothing; the next one tells it."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        a_need(database, "submitted", officer, handler)
        _tell(database)
    with clock.set_to(MONDAY + 1.5 * DAY):
        with pytest.raises(KeyboardInterrupt):
            _look_and_die(database)
        assert _moments(database, "acknowledge") == []
        _look(database, 1)
    assert _moments(database, "acknowledge") == ["half"]


def test_a_worker_looks_after_the_clocks() -> None:
    """The task is among those that every worker does now and then."""
    assert jobs.let_clocks_tell in _tasks


def test_who_must_act_is_reminded_and_the_desk_hears_what_is_overdue(database: Database) -> None:
    """The requester is reminded of a question; when it stays open, the desk is told too."""
    officer, handler = ministry(database), desk(database)
    with clock.set_to(MONDAY):
        a_need(database, "clarification_requested", officer, handler)
        _tell(database)
    with clock.set_to(MONDAY + 10 * DAY):
        _look(database, 1)
        _tell(database)
    assert _notices(database, officer, "clock.reminded") == 1
    assert _notices(database, handler, "clock.reminded") == 0
    with clock.set_to(MONDAY + 20 * DAY):
        _look(database, 1)
        _tell(database)
    assert _notices(database, officer, "clock.lapsed") == 1
    assert _notices(database, handler, "clock.lapsed") == 1


def test_each_desk_has_its_own_calendar_and_durations(database: Database) -> None:
    """What a desk chooses counts for its clocks to come; what runs, and other desks, stay as they are."""
    officer, handler, other = ministry(database), desk(database), desk(database)
    with clock.set_to(MONDAY):
        before = a_need(database, "submitted", officer, handler)
        _tell(database)
        _choose(
            database,
            handler,
            handler.stakeholder_id,
            time_zone="Africa/Accra",
            weekend=[5, 6],
            country="GHA",
            free_dates=["2027-03-16"],
            durations=[{"stage": "acknowledge", "amount": 3, "unit": "working_days"}],
        )
        after = a_need(database, "submitted", officer, handler)
        elsewhere = a_need(database, "submitted", officer, other)
        _tell(database)
    due = [_clocks(database, officer, id_)["acknowledge"].due_on.day for id_ in (before, after, elsewhere)]
    # Tuesday is free, Wednesday, Thursday; Friday and Saturday are the weekend; Sunday.
    assert due == [17, 21, 17]


def test_the_instance_has_the_last_word_where_a_desk_is_silent(database: Database) -> None:
    """An administrator sets what counts at desks that chose nothing; the journal says what changed."""
    officer, handler, keeper = ministry(database), desk(database), administrator(database)
    _choose(database, keeper, "instance", durations=[{"stage": "acknowledge", "amount": 9, "unit": "days"}])
    with clock.set_to(MONDAY):
        need_id = a_need(database, "submitted", officer, handler)
        _tell(database)
    assert _clocks(database, officer, need_id)["acknowledge"].due_on == date(2027, 3, 24)
    with database.reading() as session:
        (entry,) = get_journal(session, keeper.caller, "clock-policy:instance").entries
    assert entry.details["changed"][-1] == "durations.acknowledge"


@pytest.mark.parametrize("person", ["officer", "other", "keeper"])
def test_only_a_desk_chooses_for_itself(database: Database, person: str) -> None:
    """Neither requesters nor other desks nor administrators choose for a desk."""
    people = {"officer": ministry(database), "other": desk(database), "keeper": administrator(database)}
    with pytest.raises(NotAllowed):
        _choose(database, people[person], desk(database).stakeholder_id)


def test_odd_choices_are_refused(database: Database) -> None:
    """Unknown zones, unknown states, durations that no stage has and those that are too long."""
    handler = desk(database)
    odd = [
        {"stage": "acknowledge", "urgency": "urgent", "amount": 1, "unit": "days"},
        {"stage": "decide", "amount": 900, "unit": "hours"},
    ]
    with pytest.raises(InvalidInput) as refused:
        _choose(
            database, handler, handler.stakeholder_id, time_zone="Moon/Base", country="XXX", durations=odd
        )
    fields = [fault.field for fault in refused.value.faults()]
    assert fields == ["time_zone", "country", "durations[0]", "durations[1].amount"]


def test_a_first_call_is_marked_by_hand(database: Database) -> None:
    """The desk says that it was held, once; the requester only sees it. Other clocks end by themselves."""
    officer, handler = ministry(database), desk(database)
    need_id = a_need(database, "circulated", officer, handler)
    _tell(database)
    call = _clocks(database, handler, need_id)["first_call"]
    assert (call.moves, _clocks(database, officer, need_id)["first_call"].moves) == (["mark-done"], [])
    with database.writing() as session:
        with pytest.raises(NotAllowed):
            mark_done(session, officer.caller, call.id)
        assert mark_done(session, handler.caller, call.id).outcome == "done"
        with pytest.raises(ClockEnded):
            mark_done(session, handler.caller, call.id)
        other = session.exec(select(RunningClock.id).where(RunningClock.stage == "circulate")).one()
        with pytest.raises(NotMarkedByHand):
            mark_done(session, handler.caller, other)


def test_after_care_asks_half_a_year_and_a_year_on(database: Database) -> None:
    """Both sides are asked once at each moment; what is answered is read by both, and by nobody else."""
    officer, handler, stranger = ministry(database), desk(database), ministry(database, "SEN")
    with clock.set_to(MONDAY):
        need_id = a_need(database, "fulfilled", officer, handler)
        _tell(database)
    subject = f"need:{need_id}"
    reply = AfterCareReply(stage="after_care_6", in_use="partly", text="Two offices use it.")
    with clock.set_to(MONDAY + 30 * DAY), database.writing() as session, pytest.raises(NotAskedYet):
        answer_after_care(session, officer.caller, subject, reply)
    with clock.set_to(datetime(2027, 9, 16, tzinfo=UTC)):
        _look(database, 2)
        _tell(database)
        assert [_notices(database, one, "clock.asked") for one in (officer, handler)] == [1, 1]
        with database.writing() as session:
            answer_after_care(session, officer.caller, subject, reply)
            with pytest.raises(NotFound):
                get_after_care(session, stranger.caller, subject, "en")
            half, year = get_after_care(session, handler.caller, subject, "en").items
    assert (half.in_use, half.text, year.is_open, year.in_use) == (
        "partly",
        "Two offices use it.",
        False,
        None,
    )
    assert _clocks(database, officer, need_id)["after_care_6"].outcome == "done"


def _tell(database: Database) -> None:
    while dispatch_one(database):
        pass


def _look(database: Database, times: int) -> None:
    for _ in range(times):
        with database.writing() as session:
            look_after_clocks(session)


def _look_and_die(database: Database) -> None:
    with database.writing() as session:
        assert look_after_clocks(session) == 1
        raise KeyboardInterrupt


def _clocks(database: Database, person: Person, need_id: str) -> dict[str, ClockView]:
    with database.reading() as session:
        items = list_clocks(session, person.caller, f"need:{need_id}", "en").items
    return {one.stage: one for one in items}


def _rows(database: Database) -> Sequence[RunningClock]:
    with database.reading() as session:
        return session.exec(select(RunningClock)).all()


def _entries(session: Session, stage: str) -> list[JournalEntry]:
    ids = session.exec(select(RunningClock.id).where(RunningClock.stage == stage)).all()
    wanted = [f"clock:{id_}" for id_ in ids]
    query = select(JournalEntry).where(col(JournalEntry.subject).in_(wanted))
    return list(session.exec(query.order_by(col(JournalEntry.occurred_at))))


def _events(database: Database, stage: str) -> list[str]:
    with database.reading() as session:
        return [entry.event for entry in _entries(session, stage)]


def _moments(database: Database, stage: str) -> list[str]:
    with database.reading() as session:
        texts = [session.get_one(JournalText, entry.id) for entry in _entries(session, stage)]
        return [text.details["moment"] for text in texts if "moment" in text.details]


def _notices(database: Database, person: Person, event: str) -> int:
    with database.reading() as session:
        mine = Notification.account_id == person.account_id, Notification.event == event
        return len(session.exec(select(Notification).where(*mine)).all())


def _choose(database: Database, person: Person, owner: str, **said: object) -> None:
    with database.writing() as session:
        change_clock_policy(session, person.caller, owner, ClockPolicyChange.model_validate(said))
