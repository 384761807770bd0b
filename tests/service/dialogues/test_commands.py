"""Who may keep a dialogue's page, and how an engagement goes."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, update

from service import clock
from service.caller import Caller
from service.database.engines import Database
from service.dialogues import commands, queries
from service.dialogues.errors import AlreadyNotified, ConsentRevoked
from service.dialogues.schemas import (
    AgendaItemAddition,
    AgendaItemRevision,
    EngagementConsent,
    MeetingAnnouncement,
    OfficeRecord,
)
from service.dialogues.tables import DialogueEngagement
from service.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, WrongMove
from service.journal.queries import get_journal
from service.stakeholders.commands import retire_stakeholder
from tests.service import people

NEED = "need:need_" + "a" * 32


def _secretariat(database: Database, dialogue: str = "PRAGUE") -> people.Person:
    return people.desk(database, dialogue, role="dialogue_secretariat")


def _item(**more: object) -> AgendaItemAddition:
    said = {"title": "Return, second cycle", "commitment": "T1-01", "starts_on": "2027-01-01", **more}
    return AgendaItemAddition.model_validate(said)


def _engaged(session: Session, caller: Caller, stakeholder: str, dialogue: str = "PRAGUE") -> str:
    consent = EngagementConsent(dialogue=dialogue, consents=True, message="We look for peers.")
    return commands.notify_dialogue(session, caller, NEED, stakeholder, consent).id


def test_a_secretariat_keeps_its_own_dialogues_page_only(database: Database) -> None:
    """The staff of a dialogue's secretariat change its agenda; no other secretariat or duty does."""
    own, other = _secretariat(database), _secretariat(database, "RABAT")
    officer, chief = people.colleague(database, own, "case_officer"), people.administrator(database)
    with database.writing() as session:
        row = commands.add_agenda_item(session, own.caller, "PRAGUE", _item())
        assert row.dialogue_code == "PRAGUE"
        for stranger in (other, officer, chief):
            with pytest.raises(NotAllowed):
                commands.add_agenda_item(session, stranger.caller, "PRAGUE", _item())
        with pytest.raises(NotFound):
            commands.add_agenda_item(session, own.caller, "ATLANTIS", _item())


def test_a_retired_secretariat_keeps_nothing(database: Database) -> None:
    """Once a secretariat is retired its staff cannot change the dialogue's page any more."""
    own, chief = _secretariat(database), people.administrator(database)
    with database.writing() as session:
        retire_stakeholder(session, chief.caller, own.stakeholder_id)
        with pytest.raises(NotAllowed):
            commands.add_agenda_item(session, own.caller, "PRAGUE", _item())


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"commitment": None}, {"theme"}),
        ({"theme": "T1"}, {"theme"}),
        ({"commitment": "T9-99"}, {"commitment"}),
        ({"commitment": None, "theme": "T9"}, {"theme"}),
        ({"ends_on": "2026-12-31"}, {"ends_on"}),
    ],
)
def test_an_agenda_item_is_about_one_known_thing(
    database: Database, said: dict[str, object], fields: set[str]
) -> None:
    """An item names a theme or commitment that exists, in a window that runs forward."""
    own = _secretariat(database)
    with database.writing() as session, pytest.raises(InvalidInput) as refused:
        commands.add_agenda_item(session, own.caller, "PRAGUE", _item(**said))
    assert {fault.field for fault in refused.value.faults()} == fields


def test_rounds_read_the_agenda_of_their_day(database: Database) -> None:
    """A round gets the themes and commitments that stand on its day, of each dialogue that has any."""
    prague, rabat = _secretariat(database), _secretariat(database, "RABAT")
    with database.writing() as session:
        bounded = commands.add_agenda_item(session, prague.caller, "PRAGUE", _item(ends_on="2027-06-30"))
        theme = _item(commitment=None, theme="T2")
        commands.add_agenda_item(session, prague.caller, "PRAGUE", theme)
        wrong = commands.add_agenda_item(session, rabat.caller, "RABAT", _item())
        commands.withdraw_agenda_item(session, rabat.caller, "RABAT", wrong.id, "Entered by mistake")
        both = queries.AgendaTopics(("T2",), ("T1-01",))
        later = queries.AgendaTopics(("T2",), ())
        assert queries.agenda_for_round(session, date(2026, 12, 31)) == {}
        assert queries.agenda_for_round(session, date(2027, 1, 1)) == {"PRAGUE": both}
        assert queries.agenda_for_round(session, date(2027, 6, 30)) == {"PRAGUE": both}
        assert queries.agenda_for_round(session, date(2027, 7, 1)) == {"PRAGUE": later}
        revision = AgendaItemRevision.model_validate({"ends_on": None})
        commands.revise_agenda_item(session, prague.caller, "PRAGUE", bounded.id, revision)
        assert queries.agenda_for_round(session, date(2030, 1, 1)) == {"PRAGUE": both}


def test_a_revision_may_not_turn_a_window_around(database: Database) -> None:
    """The end of an item is checked against its start, also where only one of them changes."""
    own = _secretariat(database)
    with database.writing() as session:
        row = commands.add_agenda_item(session, own.caller, "PRAGUE", _item())
        with pytest.raises(InvalidInput):
            commands.revise_agenda_item(
                session,
                own.caller,
                "PRAGUE",
                row.id,
                AgendaItemRevision.model_validate({"ends_on": "2026-01-01"}),
            )


def test_an_entry_of_another_dialogue_is_not_found(database: Database) -> None:
    """An entry is reached through its own dialogue only."""
    prague, rabat = _secretariat(database), _secretariat(database, "RABAT")
    with database.writing() as session:
        row = commands.announce_meeting(
            session,
            prague.caller,
            "PRAGUE",
            MeetingAnnouncement.model_validate(
                {"title": "Senior officials", "kind": "senior_officials_meeting", "held_on": "2027-05-11"}
            ),
        )
        with pytest.raises(NotFound):
            commands.withdraw_meeting(session, rabat.caller, "RABAT", row.id)
        with pytest.raises(NotAllowed):
            commands.withdraw_meeting(session, rabat.caller, "PRAGUE", row.id)


def test_an_office_has_a_known_state_and_can_be_ended(database: Database) -> None:
    """A chair is recorded with state and source, and ends on a day that is not before it began."""
    own = _secretariat(database)
    said = {"office": "chair", "state": "ZZZ", "starts_on": "2027-01-01", "source": "https://example.org/a"}
    with database.writing() as session:
        with pytest.raises(InvalidInput):
            commands.record_office(session, own.caller, "PRAGUE", OfficeRecord.model_validate(said))
        office = OfficeRecord.model_validate(said | {"state": "GHA"})
        row = commands.record_office(session, own.caller, "PRAGUE", office)
        with pytest.raises(InvalidInput):
            commands.end_office(session, own.caller, "PRAGUE", row.id, date(2026, 12, 31))
        commands.end_office(session, own.caller, "PRAGUE", row.id, date(2027, 12, 31))
        assert row.ends_on == date(2027, 12, 31)


def test_a_dialogue_is_engaged_only_by_its_requesters_consent(database: Database) -> None:
    """The asking side of the requester consents, for itself; account, moment and words are kept."""
    ghana, niger = people.ministry(database), people.ministry(database, "NER")
    secretariat = _secretariat(database)
    with database.writing() as session:
        for stranger in (niger, secretariat):
            with pytest.raises(NotAllowed):
                _engaged(session, stranger.caller, ghana.stakeholder_id)
        engagement = _engaged(session, ghana.caller, ghana.stakeholder_id)
        row = queries.find_engagement(session, ghana.caller, engagement)
        assert (row.state, row.consented_by, row.consent_text) == (
            "notified",
            ghana.account_id,
            "dialogue-1",
        )
        with pytest.raises(AlreadyNotified):
            _engaged(session, ghana.caller, ghana.stakeholder_id)


def test_an_engagement_goes_its_way_and_may_begin_again(database: Database) -> None:
    """A dialogue welcomes, hosts, reports and closes; then the same need may be brought to it anew."""
    ghana, secretariat = people.ministry(database), _secretariat(database)
    with database.writing() as session:
        engagement = _engaged(session, ghana.caller, ghana.stakeholder_id)
        with pytest.raises(WrongMove):
            commands.move_engagement(session, secretariat.caller, engagement, "host")
        with pytest.raises(NotAllowed):
            commands.move_engagement(session, ghana.caller, engagement, "welcome")
        for verb in ("welcome", "host", "report", "close"):
            row = commands.move_engagement(session, secretariat.caller, engagement, verb, "As agreed")
        assert row.state == "closed"
        events = [
            line.event for line in get_journal(session, ghana.caller, f"engagement:{engagement}").entries
        ]
        assert [event.removeprefix("engagement.") for event in events] == [
            "notified",
            "welcomed",
            "hosted",
            "reported",
            "closed",
        ]
        assert _engaged(session, ghana.caller, ghana.stakeholder_id) != engagement


def test_revoked_consent_ends_everything(database: Database) -> None:
    """When consent is taken back the dialogue sees nothing more; a new consent is possible."""
    ghana, secretariat = people.ministry(database), _secretariat(database)
    with database.writing() as session:
        engagement = _engaged(session, ghana.caller, ghana.stakeholder_id)
        with pytest.raises(NotAllowed):
            commands.revoke_consent(session, secretariat.caller, engagement)
        commands.revoke_consent(session, ghana.caller, engagement)
        with pytest.raises(NotFound):
            commands.move_engagement(session, secretariat.caller, engagement, "welcome")
        assert _engaged(session, ghana.caller, ghana.stakeholder_id) != engagement


def test_somebody_on_both_sides_cannot_go_on_without_consent(database: Database) -> None:
    """Whoever works for the requester and the secretariat sees a revoked engagement but cannot move it."""
    ghana, secretariat = people.ministry(database), _secretariat(database)
    both = Caller("account_both", duties=ghana.caller.duties | secretariat.caller.duties)
    with database.writing() as session:
        engagement = _engaged(session, both, ghana.stakeholder_id)
        commands.revoke_consent(session, both, engagement)
        with pytest.raises(ConsentRevoked):
            commands.move_engagement(session, both, engagement, "welcome")


def test_a_move_that_comes_too_late_is_refused(database: Database) -> None:
    """Of two that move an engagement at the same moment the second is told that it changed meanwhile."""
    ghana, secretariat = people.ministry(database), _secretariat(database)
    with database.writing() as session:
        engagement = _engaged(session, ghana.caller, ghana.stakeholder_id)
    with database.writing() as session:
        seen = queries.find_engagement(session, secretariat.caller, engagement)
        session.connection().execute(
            update(DialogueEngagement).values(state="declined", changed_at=clock.now() + timedelta(seconds=1))
        )
        assert seen.state == "notified"
        with pytest.raises(ChangedMeanwhile):
            commands.move_engagement(session, secretariat.caller, engagement, "welcome")
