"""Who is told what: each once, only what they may see, and no more than that when rights change."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, func, select

from service import clock
from service.access.commands import end_duty, grant_duty
from service.access.deputies import name_deputy
from service.access.people_schemas import DeputyNaming
from service.access.schemas import DutyGrant
from service.access.tables import DutyRow
from service.caller import OPERATOR, SYSTEM
from service.database.engines import Database
from service.errors import NotFound
from service.journal.commands import record
from service.journal.reactions import Happening
from service.journal.tables import JournalEntry, OutboxMessage
from service.matches import lapsing, proposal_commands, seat_commands
from service.matches.proposal_schemas import Proposing, SeatAcceptance, SeatRefusal
from service.needs import moves
from service.needs.commands import change_confidentiality
from service.needs.schemas import LevelChange
from service.notifications import commands
from service.notifications.queries import count_unread, find_notice
from service.notifications.reactions import tell_people
from service.notifications.tables import Notification
from service.offers.commands import mark_stale_offers
from service.threads.commands import write_message
from service.threads.schemas import MessageWriting
from tests.service import people
from tests.service.matches.cases import a_team
from tests.service.needs.cases import a_need, on_behalf
from tests.service.notifications.cases import all_told, choose, inbox_of, told
from tests.service.people import Person
from tests.service.statements import statements_of

SECRET = "Interpreters for the northern reception centre"


def _clean(database: Database) -> None:
    """Let what the setting up told be told, and read."""
    all_told(database)
    with database.writing() as session:
        session.exec(Notification.__table__.delete())  # type: ignore[attr-defined]


def test_a_request_is_told_on_its_way_to_its_desk(database: Database) -> None:
    """The focal point endorses, the desk screens, the requester learns how far it is; nobody else does."""
    officer, desk = people.ministry(database), people.desk(database)
    focal = people.colleague(database, officer, "national_focal_point")
    stranger, other_desk = people.ministry(database, "KEN"), people.desk(database)
    _clean(database)
    need = a_need(database, "pending_endorsement", officer, desk, title=SECRET)
    with database.writing() as session:
        moves.endorse_need(session, focal.caller, need)
        moves.start_screening(session, desk.caller, need)
        moves.request_clarification(session, desk.caller, need, "For how many?")
        moves.answer_clarification(session, officer.caller, need, "For forty.")
    all_told(database)
    assert told(database, desk) == ["need.clarification-answered", "need.fully-endorsed", "need.submitted"]
    moved = ["need.clarification-requested", "need.screening-started"]
    assert told(database, officer) == sorted([*moved, "need.endorsed"])
    assert told(database, focal) == sorted([*moved, "need.clarification-answered", "need.submitted"])[1:]
    assert told(database, stranger) == told(database, other_desk) == []
    (first, *_) = inbox_of(database, officer)
    assert first.title == SECRET
    assert first.number is not None
    assert first.address == f"/needs/{need}"


def test_a_deputy_is_told_as_its_principal_is(database: Database) -> None:
    """Whoever acts with the duty of a focal point learns what waits for it, and before and after does not."""
    officer, desk = people.ministry(database), people.desk(database)
    focal, deputy = (
        people.colleague(database, officer, role) for role in ("national_focal_point", "observer")
    )
    start = clock.now()
    with database.writing() as session:
        duty = session.exec(select(DutyRow.id).where(DutyRow.account_id == focal.account_id)).one()
        naming = DeputyNaming(
            duty=duty,
            account=deputy.account_id,
            begins_on=start.date() + timedelta(days=10),
            ends_on=start.date() + timedelta(days=20),
        )
        name_deputy(session, focal.caller, naming)
    _clean(database)
    for days, expected in ((5, []), (15, ["need.submitted"]), (25, ["need.submitted"])):
        with clock.set_to(start + timedelta(days=days)):
            a_need(database, "pending_endorsement", officer, desk)
            all_told(database)
        with database.reading() as session:
            rows = session.exec(select(Notification).where(Notification.account_id == deputy.account_id))
            assert [row.event for row in rows] == expected
    assert told(database, focal) == ["need.submitted"] * 3


def test_whoever_does_something_is_not_told_of_it(database: Database) -> None:
    """News is what others did; but whoever holds an account learns of every access given to it."""
    officer, desk = people.ministry(database), people.desk(database)
    _clean(database)
    a_need(database, "pending_endorsement", officer, desk)
    with database.writing() as session:
        record(session, officer.caller, "token.issued", f"account:{officer.account_id}")
    all_told(database)
    assert told(database, officer) == ["token.issued"]


def test_told_twice_nobody_gets_a_second_notice(database: Database) -> None:
    """A listener may be told of an event again after a crash: each person still has one notice of it."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "pending_endorsement", officer, desk)
    all_told(database)
    with database.writing() as session:
        entry = session.exec(select(JournalEntry).where(JournalEntry.event == "need.submitted")).one()
        for _ in range(2):
            tell_people(session, Happening("need.submitted", f"need:{need}", {}, entry.id))
    with database.reading() as session:
        notices = session.exec(select(Notification).where(Notification.entry_id == entry.id)).all()
    assert len(notices) == len({row.account_id for row in notices}) == 1


def test_a_crash_while_telling_leaves_nothing_and_is_made_good(database: Database) -> None:
    """Notices and the note that an event was told are one transaction: lost together, done again together."""
    officer, desk = people.ministry(database), people.desk(database)
    a_need(database, "pending_endorsement", officer, desk)
    with database.writing() as session:
        message = session.exec(
            select(OutboxMessage).where(OutboxMessage.listener == "notifications.need.submitted")
        ).one()
        entry = session.get_one(JournalEntry, message.entry_id)
        tell_people(session, Happening(entry.event, entry.subject, {}, entry.id))
        assert session.exec(select(func.count()).select_from(Notification)).one() == 1
        session.rollback()
    assert told(database, desk) == []
    all_told(database)
    assert told(database, desk).count("need.submitted") == 1


def test_named_providers_hear_of_a_circulated_request_and_others_do_not(database: Database) -> None:
    """Only those whom the level lets see the request learn that there is one, and without its number."""
    officer, desk = people.ministry(database), people.desk(database)
    named, other = people.pool(database), people.pool(database, "MAR")
    need = a_need(
        database,
        "validated",
        officer,
        desk,
        confidentiality="named_providers",
        named_providers=[named.stakeholder_id],
    )
    _clean(database)
    with database.writing() as session:
        moves.circulate_need(session, desk.caller, need)
    all_told(database)
    assert told(database, named) == ["need.circulated"]
    assert inbox_of(database, named)[0].number is None
    assert told(database, other) == []


def test_a_lost_right_takes_the_news_away(database: Database) -> None:
    """What one may not see any more is gone from list, count and reach."""
    officer, desk = people.ministry(database), people.desk(database)
    named = people.pool(database)
    level = {"confidentiality": "named_providers", "named_providers": [named.stakeholder_id]}
    need = a_need(database, "circulated", officer, desk, title=SECRET, **level)
    all_told(database)
    (notice,) = [one for one in inbox_of(database, named) if one.event == "need.circulated"]
    before = _count(database, named)
    _set_level(database, officer, need, "secretariat_only")
    assert SECRET not in str(inbox_of(database, named))
    assert "need.circulated" not in told(database, named)
    assert _count(database, named) == before - 1
    with database.writing() as session, pytest.raises(NotFound):
        commands.mark_read(session, named.caller, notice.id)


def test_a_right_lost_before_the_telling_is_no_right(database: Database) -> None:
    """Between event and telling a duty may end: what counts is the moment of telling."""
    officer, desk = people.ministry(database), people.desk(database)
    a_need(database, "pending_endorsement", officer, desk)
    with database.writing() as session:
        duty = session.exec(select(DutyRow).where(DutyRow.account_id == desk.account_id)).one()
        end_duty(session, OPERATOR, duty.id)
    all_told(database)
    assert "duty.ended" in told(database, desk)
    with database.reading() as session:
        kinds = session.exec(select(Notification.event).where(Notification.account_id == desk.account_id))
        assert "need.submitted" not in kinds.all()


def test_a_seat_is_told_to_its_provider_and_a_no_is_not_told_as_one(database: Database) -> None:
    """Providers hear of their own seats; those who ask hear of a yes, and of a no only what a team tells."""
    team = a_team(database, mandatory=(True, True))
    first, second = team.pools
    _clean(database)
    with database.writing() as session:
        proposal_commands.propose_proposal(
            session, team.officer.caller, team.proposal, Proposing(names_need=True)
        )
    all_told(database)
    assert told(database, first) == told(database, second) == ["seat.offered"]
    assert told(database, team.desk) == ["proposal.proposed"]
    assert inbox_of(database, first)[0].title is None
    with database.writing() as session:
        seat_commands.accept_seat(session, first.caller, team.seats[0], SeatAcceptance())
        seat_commands.decline_seat(session, second.caller, team.seats[1], SeatRefusal(code="capacity"))
    all_told(database)
    heard = told(database, team.officer)
    assert "seat.accepted" in heard
    assert "seat.declined" not in heard
    assert "seat.declined" in told(database, team.desk)
    assert "declined" not in str([one.text for one in inbox_of(database, team.desk)])
    assert told(database, first) == told(database, second) == ["seat.offered"]


def test_a_lost_seat_is_told_to_those_who_ask_at_the_fixed_moment(database: Database) -> None:
    """A no is no news for those who ask until the moment at which all losses are told, in one way."""
    team = a_team(database)
    with database.writing() as session:
        officer = team.officer.caller
        proposal_commands.propose_proposal(session, officer, team.proposal, Proposing(names_need=True))
        seat_commands.decline_seat(session, team.pools[0].caller, team.seats[0], SeatRefusal(code="capacity"))
    _clean(database)
    assert told(database, team.officer) == []
    with clock.set_to(clock.now() + timedelta(hours=2)), database.writing() as session:
        assert lapsing.release_news(session) == 1
    all_told(database)
    (notice,) = inbox_of(database, team.officer)
    assert (notice.event, notice.text) == ("proposal.news-released", "A seat of the team is open again.")


def test_a_message_is_told_to_its_readers_and_to_nobody_else(database: Database) -> None:
    """Who may not read a message does not learn that it was written; what it says is in no notice."""
    team = a_team(database, mandatory=(True, True))
    first, second = team.pools
    with database.writing() as session:
        officer = team.officer.caller
        proposal_commands.propose_proposal(session, officer, team.proposal, Proposing(names_need=True))
    _clean(database)
    with database.writing() as session:
        said = MessageWriting(text=SECRET, readers=[f"seat:{team.seats[0]}"])
        write_message(session, team.desk.caller, f"proposal:{team.proposal}", said)
    all_told(database)
    (notice,) = inbox_of(database, first)
    assert (notice.event, notice.address) == ("proposal.message-written", f"/seats/{team.seats[0]}")
    assert SECRET not in str(notice)
    assert told(database, second) == told(database, team.officer) == told(database, team.desk) == []


def test_a_registration_is_told_only_to_whom_it_was_made_for(database: Database) -> None:
    """A state learns what a desk registered in its name; one's own drafts are no news and cost no message."""
    officer, desk = people.ministry(database), people.desk(database)
    _clean(database)
    a_need(database, "draft", officer, desk)
    with database.reading() as session:
        waiting = session.exec(select(OutboxMessage).where(col(OutboxMessage.handled_at).is_(None)))
        assert waiting.all() == []
    with database.writing() as session:
        on_behalf(session, desk, officer)
    all_told(database)
    assert "need.registered" in told(database, officer)


def test_a_round_is_told_to_its_desk_and_to_those_for_whom_it_found_a_team(database: Database) -> None:
    """The desk reads the round; those who ask hear that teams were proposed for them, others nothing."""
    team = a_team(database)
    stranger = people.ministry(database, "KEN")
    _clean(database)
    with database.writing() as session:
        record(session, SYSTEM, "round.finished", f"round:{team.round}")
    all_told(database)
    assert [one.address for one in inbox_of(database, team.desk)] == [f"/rounds/{team.round}"]
    assert [one.address for one in inbox_of(database, team.officer)] == ["/#needs"]
    assert told(database, stranger) == []


def test_the_owner_hears_of_a_stale_offer(database: Database) -> None:
    """An offer that nobody confirmed for a year is news for its provider."""
    team = a_team(database)
    _clean(database)
    with clock.set_to(clock.now() + timedelta(days=800)), database.writing() as session:
        mark_stale_offers(session, clock.now())
    all_told(database)
    assert told(database, team.pools[0]) == ["offer.marked-stale"]
    assert told(database, team.officer) == []


def test_a_new_duty_is_told_to_the_person(database: Database) -> None:
    """Whoever is given a duty learns of it."""
    officer = people.ministry(database)
    _clean(database)
    with database.writing() as session:
        grant = DutyGrant(role="national_focal_point", stakeholder=officer.stakeholder_id)
        grant_duty(session, OPERATOR, officer.account_id, grant)
    all_told(database)
    assert told(database, officer) == ["duty.granted"]


def test_what_is_switched_off_is_not_written(database: Database) -> None:
    """News that somebody switched off is not kept for them either; others get it as before."""
    officer, desk = people.ministry(database), people.desk(database)
    second = people.colleague(database, desk, "case_officer")
    all_told(database)
    choose(database, desk, "desk", "off")
    a_need(database, "pending_endorsement", officer, desk)
    all_told(database)
    assert "need.submitted" not in told(database, desk)
    assert "need.submitted" in told(database, second)


def test_only_the_owner_marks_a_notice_as_read(database: Database) -> None:
    """To others a notice is absent, to its owner it counts as read from then on."""
    officer, desk = people.ministry(database), people.desk(database)
    second = people.colleague(database, desk, "case_officer")
    a_need(database, "pending_endorsement", officer, desk)
    all_told(database)
    (notice,) = [one for one in inbox_of(database, desk) if one.event == "need.submitted"]
    before = _count(database, desk), _count(database, second)
    with database.writing() as session:
        with pytest.raises(NotFound):
            commands.mark_read(session, second.caller, notice.id)
        assert commands.mark_read(session, desk.caller, notice.id).read_at is not None
    assert (_count(database, desk), _count(database, second)) == (before[0] - 1, before[1])
    with database.writing() as session:
        assert commands.mark_all_read(session, desk.caller) == before[0] - 1
    assert (_count(database, desk), _count(database, second)) == (0, before[1])
    with database.reading() as session:
        assert find_notice(session, desk.caller, notice.id).read_at is not None


def test_an_erased_account_keeps_no_news(database: Database) -> None:
    """Erasure takes a person's notices and choices, and nobody else's."""
    officer, desk = people.ministry(database), people.desk(database)
    a_need(database, "pending_endorsement", officer, desk)
    choose(database, desk, "desk", "weekly")
    all_told(database)
    others = told(database, officer)
    with database.writing() as session:
        assert commands.forget_news(session, desk.account_id) > 0
    assert told(database, desk) == []
    assert told(database, officer) == others


def test_the_count_for_the_navigation_is_cheap(database: Database) -> None:
    """With nothing unread the count is one look at an index, however long the inbox."""
    desk = people.desk(database)
    all_told(database)
    with database.writing() as session:
        commands.mark_all_read(session, desk.caller)
    with database.reading() as session:
        assert _statements(session, desk) == 1


def _statements(session: Session, person: Person) -> int:
    with statements_of(session) as statements:
        assert count_unread(session, person.caller) == 0
    return len(statements)


def _count(database: Database, person: Person) -> int:
    with database.reading() as session:
        return count_unread(session, person.caller)


def _set_level(database: Database, officer: Person, need: str, level: str) -> None:
    with database.writing() as session:
        change = LevelChange.model_validate({"confidentiality": level, "reason": "As we agreed."})
        change_confidentiality(session, officer.caller, need, change)
