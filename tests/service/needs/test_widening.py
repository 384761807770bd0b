"""Letting more people see a need: one person of the state asks, another agrees, or a day passes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from service import clock
from service.caller import Caller
from service.database.engines import Database
from service.errors import NotFound
from service.needs import commands, moves
from service.needs.errors import (
    SecondFactorToWiden,
    SecondPersonNeeded,
    WideLevelWaits,
    WideningOvertaken,
)
from service.needs.schemas import DeskChange, LevelChange, NeedRevision
from service.needs.tables import Need, NeedWidening
from service.needs.views import named_providers_of
from service.needs.widening import (
    agree_to_widening,
    list_widenings,
    open_widening,
    revoke_widening,
    waits_until,
    widen_where_due,
)
from tests.service.needs.cases import brought_to, focal_point, ready_for, registered
from tests.service.people import Person, colleague, desk, ministry, pool

DAY = timedelta(hours=24)


@pytest.fixture
def people(database: Database) -> tuple[Person, Person, Person]:
    """Give two officers of a ministry, and a desk."""
    officer = ministry(database, "GHA")
    return officer, colleague(database, officer, "requester_officer"), desk(database, "RABAT")


def test_one_asks_and_another_agrees(database: Database, people: tuple[Person, Person, Person]) -> None:
    """The level stays until a second person of the state agrees; the first one cannot, nor can others."""
    officer, aide, handler = people
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        asked = _asked(session, officer.caller, row, "public")
        assert (row.confidentiality, asked.due_at) == ("secretariat_only", None)
        with pytest.raises(SecondPersonNeeded):
            agree_to_widening(session, officer.caller, row.id, asked.id)
        with pytest.raises(NotFound):
            agree_to_widening(session, handler.caller, row.id, asked.id)
        assert agree_to_widening(session, aide.caller, row.id, asked.id) is row
        assert row.confidentiality == "public"
        with pytest.raises(WideningOvertaken):
            agree_to_widening(session, aide.caller, row.id, asked.id)


def test_who_asks_jointly_is_no_second_person_of_the_state(
    database: Database, people: tuple[Person, Person, Person]
) -> None:
    """A requester of another state sees what the lead's side asked for, and cannot agree to it."""
    officer, _, handler = people
    partner = ministry(database, "NER")
    with database.writing() as session:
        jointly = [officer.stakeholder_id, partner.stakeholder_id]
        row = brought_to(session, "circulated", officer, handler, requesters=jointly)
        asked = _asked(session, officer.caller, row, "public")
        with pytest.raises(SecondPersonNeeded):
            agree_to_widening(session, partner.caller, row.id, asked.id)
        (shown,) = list_widenings(session, partner.caller, row.id).items
        assert not shown.may_agree
        assert row.confidentiality == "secretariat_only"


def test_another_body_of_the_same_state_agrees(database: Database) -> None:
    """Where two bodies of one state ask jointly, somebody of the other one is a second person."""
    officer, partner, handler = ministry(database, "GHA"), ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        jointly = [officer.stakeholder_id, partner.stakeholder_id]
        row = brought_to(session, "circulated", officer, handler, requesters=jointly)
        asked = _asked(session, officer.caller, row, "all_states")
        assert asked.due_at is None
        (shown,) = list_widenings(session, partner.caller, row.id).items
        assert shown.may_agree
        agree_to_widening(session, partner.caller, row.id, asked.id)
        assert row.confidentiality == "all_states"


def test_naming_a_provider_waits_as_well(database: Database, people: tuple[Person, Person, Person]) -> None:
    """Another provider or another summary is wider too; what one person takes away goes at once."""
    officer, aide, handler = people
    first, second = pool(database), pool(database)
    with database.writing() as session:
        start = {"confidentiality": "named_providers", "named_providers": [first.stakeholder_id]}
        row = brought_to(session, "circulated", officer, handler, **start)
        wanted = LevelChange(named_providers=[second.stakeholder_id])
        commands.change_confidentiality(session, officer.caller, row.id, wanted)
        assert named_providers_of(session, row.id) == []
        asked = open_widening(session, row.id)
        assert asked is not None
        agree_to_widening(session, aide.caller, row.id, asked.id)
        assert named_providers_of(session, row.id) == [second.stakeholder_id]


def test_narrowing_is_immediate(database: Database, people: tuple[Person, Person, Person]) -> None:
    """One person narrows, at once, and what was asked for before no longer stands."""
    officer, aide, handler = people
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler, confidentiality="all_states")
        asked = _asked(session, officer.caller, row, "public")
        commands.change_confidentiality(
            session, aide.caller, row.id, LevelChange(confidentiality="secretariat_only")
        )
        assert (row.confidentiality, asked.state) == ("secretariat_only", "overtaken")


def test_a_new_text_or_desk_ends_what_was_asked_for(
    database: Database, people: tuple[Person, Person, Person]
) -> None:
    """The second person agrees to the text that the first one meant: revising it ends the wish."""
    officer, aide, handler = people
    other = desk(database, "PRAGUE")
    with database.writing() as session:
        row = brought_to(session, "clarification_requested", officer, handler)
        asked = _asked(session, officer.caller, row, "all_states")
        commands.revise_need(session, officer.caller, row.id, NeedRevision(context="Other words."))
        with pytest.raises(WideningOvertaken):
            agree_to_widening(session, aide.caller, row.id, asked.id)
        row = brought_to(session, "circulated", officer, handler, confidentiality="dialogue_members")
        asked = _asked(session, officer.caller, row, "all_states")
        commands.change_desk(session, officer.caller, row.id, DeskChange(desk=other.stakeholder_id))
        assert (row.confidentiality, asked.state) == ("named_providers", "overtaken")


def test_anybody_of_the_state_stops_it(database: Database, people: tuple[Person, Person, Person]) -> None:
    """What was asked for is on a list of the state, and each of its people can revoke it; others see none."""
    officer, aide, handler = people
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        asked = _asked(session, officer.caller, row, "public")
        (seen,) = list_widenings(session, aide.caller, row.id).items
        assert (seen.to_level, seen.text_version, seen.may_agree, seen.may_revoke) == (
            "public",
            1,
            True,
            True,
        )
        with pytest.raises(NotFound):
            list_widenings(session, handler.caller, row.id)
        revoke_widening(session, aide.caller, row.id, asked.id)
        assert (asked.state, row.confidentiality) == ("revoked", "secretariat_only")


def test_what_was_revoked_cannot_be_agreed_to(
    database: Database, people: tuple[Person, Person, Person]
) -> None:
    """Once somebody stopped it, nobody agrees to it any more, though text and level are as they were."""
    officer, aide, handler = people
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        asked = _asked(session, officer.caller, row, "public")
        revoke_widening(session, officer.caller, row.id, asked.id)
        with pytest.raises(WideningOvertaken):
            agree_to_widening(session, aide.caller, row.id, asked.id)
        with pytest.raises(WideningOvertaken):
            revoke_widening(session, aide.caller, row.id, asked.id)
        assert (row.confidentiality, asked.state) == ("secretariat_only", "revoked")


def test_those_who_ask_for_something_else_are_no_second_person(database: Database) -> None:
    """A body of the same state that asks for other things leaves whoever asks for this one alone."""
    officer, other, handler = ministry(database, "GHA"), ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        registered(session, other, handler)
        with pytest.raises(SecondFactorToWiden):
            _asked(session, officer.caller, row, "public")


def test_alone_it_takes_a_second_factor_and_a_day(database: Database, moment: datetime) -> None:
    """Where nobody else acts for the state: a second factor first, then a day in which it can be stopped."""
    officer, handler = ministry(database, "GHA"), desk(database)
    sure = replace(officer.caller, has_second_factor=True)
    with clock.set_to(moment), database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        stopped = brought_to(session, "circulated", officer, handler)
        with pytest.raises(SecondFactorToWiden):
            _asked(session, officer.caller, row, "public")
        asked = _asked(session, sure, row, "public")
        revoke_widening(session, sure, stopped.id, _asked(session, sure, stopped, "public").id)
        assert asked.due_at == moment + DAY
    with clock.set_to(moment + DAY - timedelta(seconds=1)), database.writing() as session:
        assert widen_where_due(session) == 0
    with clock.set_to(moment + DAY), database.writing() as session:
        assert widen_where_due(session) == 1
        levels = [session.get_one(Need, id_).confidentiality for id_ in (row.id, stopped.id)]
        assert levels == ["public", "secretariat_only"]
        assert widen_where_due(session) == 0


def test_who_chose_and_endorsed_a_wide_level_alone_waits_a_day(database: Database, moment: datetime) -> None:
    """A level above the desk's, chosen and endorsed by one and the same person, is not circulated at once."""
    focal, handler = ministry(database, "GHA", "national_focal_point"), desk(database)
    with clock.set_to(moment), database.writing() as session:
        row = registered(session, focal, handler, confidentiality="all_states")
        ready_for(session, "submit", row.id, focal.caller, handler.caller)
        moves.submit_need(session, focal.caller, row.id)
        moves.endorse_need(session, focal.caller, row.id)
        moves.start_screening(session, handler.caller, row.id)
        ready_for(session, "validate", row.id, focal.caller, handler.caller)
        moves.validate_need(session, handler.caller, row.id, "Known.")
        with pytest.raises(WideLevelWaits):
            moves.circulate_need(session, handler.caller, row.id)
    with clock.set_to(moment + DAY), database.writing() as session:
        moves.circulate_need(session, handler.caller, row.id)
        second = brought_to(session, "circulated", focal, handler, confidentiality="all_states")
        assert focal_point(focal.stakeholder_id).account_id != second.level_set_by


@pytest.mark.parametrize(
    ("level", "set_by", "endorsed", "hours"),
    [
        ("all_states", "a", [("a", 0)], 24),
        ("named_providers", "a", [("a", 0), ("a", 3), ("a", None), (None, None)], 27),
        ("secretariat_only", "a", [("a", 0)], None),
        ("all_states", None, [(None, 0)], None),
        ("all_states", "a", [], None),
        ("all_states", "a", [("a", None)], None),
        ("all_states", "a", [("b", 0)], None),
        ("all_states", "a", [("a", 0), ("b", 1)], None),
    ],
)
def test_who_waits_and_how_long(
    moment: datetime,
    level: str,
    set_by: str | None,
    endorsed: list[tuple[str | None, int | None]],
    hours: int | None,
) -> None:
    """Only a wide level that one person chose and alone endorsed waits: a day from the last word."""
    row = Need(confidentiality=level, level_set_by=set_by)
    given = [(who, None if after is None else moment + timedelta(hours=after)) for who, after in endorsed]
    assert waits_until(row, given) == (None if hours is None else moment + timedelta(hours=hours))


def test_what_was_asked_for_elsewhere_is_not_there(
    database: Database, people: tuple[Person, Person, Person]
) -> None:
    """A wish is agreed to at its own need only, and while the level still stands that it began from."""
    officer, aide, handler = people
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        other = brought_to(session, "circulated", officer, handler)
        asked = _asked(session, officer.caller, row, "public")
        for need_id, widening_id in ((other.id, asked.id), (row.id, "widening_none")):
            with pytest.raises(NotFound):
                agree_to_widening(session, aide.caller, need_id, widening_id)
        row.confidentiality = "named_providers"
        with pytest.raises(WideningOvertaken):
            agree_to_widening(session, aide.caller, row.id, asked.id)
        assert (row.confidentiality, asked.state) == ("named_providers", "asked")


def _asked(session: Session, caller: Caller, row: Need, level: str) -> NeedWidening:
    wanted = LevelChange.model_validate({"confidentiality": level})
    commands.change_confidentiality(session, caller, row.id, wanted)
    asked = open_widening(session, row.id)
    assert asked is not None
    return asked
