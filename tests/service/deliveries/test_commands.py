"""What commands do to the track record."""

import csv
from importlib import resources
from typing import Any

import pytest
from sqlmodel import Session, col, func, select, update

from service.caller import ANYBODY, OPERATOR
from service.database.engines import Database
from service.deliveries import commands, queries
from service.deliveries.errors import AlreadyRegistered, DeliveryRetired
from service.deliveries.schemas import DeliveryFilter, DeliveryRegistration, DeliveryRevision
from service.deliveries.tables import Delivery
from service.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, WrongMove
from service.journal.queries import get_journal
from service.web.paging import PageAsked
from tests.service import people

SAID = {
    "topic": "Detect travel-document fraud",
    "requesters": ["SEN", "MLI"],
    "providers": ["FRA"],
    "commitments": ["T2-01"],
    "year_from": 2010,
    "source": "https://programme.example/actions/41",
}


def registration(**more: Any) -> DeliveryRegistration:
    """Give a registration."""
    return DeliveryRegistration.model_validate({**SAID, **more})


def events_of(session: Session, delivery_id: str) -> list[str]:
    """Tell what the journal says happened, and that its chain holds."""
    journal = get_journal(session, OPERATOR, f"delivery:{delivery_id}")
    assert journal.chain_holds
    return [entry.event for entry in journal.entries]


def faults_of(refused: pytest.ExceptionInfo[InvalidInput]) -> set[tuple[str, str]]:
    """Give the places and codes of a refusal."""
    return {(fault.field, fault.code) for fault in refused.value.found}


def test_a_delivery_is_registered_with_its_source(database: Database) -> None:
    """What was said is shown to anybody, and stands in the journal."""
    officer = people.desk(database)
    with database.writing() as session:
        row = commands.register_delivery(session, officer.caller, registration())
        view = queries.get_delivery(session, ANYBODY, row.id)
        assert (view.requesters, view.providers, view.commitments) == (["MLI", "SEN"], ["FRA"], ["T2-01"])
        assert (view.source, view.year_from, view.year_to) == (SAID["source"], 2010, None)
        assert row.registered_for == officer.stakeholder_id
        assert events_of(session, row.id) == ["delivery.registered"]


@pytest.mark.parametrize("role", ["requester_officer", "provider_focal_point", "funder"])
def test_others_do_not_write_the_record(database: Database, role: Any) -> None:
    """Ministries and providers read the record; they do not enter their own merits."""
    officer = people.ministry(database, role=role)
    with database.writing() as session:
        with pytest.raises(NotAllowed):
            commands.register_delivery(session, officer.caller, registration())
        with pytest.raises(NotAllowed):
            commands.import_delivery(session, officer.caller, {})
        assert session.exec(select(func.count()).select_from(Delivery)).one() == 0


def test_every_field_at_fault_is_named_at_once(database: Database) -> None:
    """Unknown and repeated codes, persons as parties and years the wrong way round are told by place."""
    with database.writing() as session:
        person = people.stakeholder(session, "individual_expert", "NLD")
        wrong = registration(
            requesters=["SEN", "ZZZ", "SEN"],
            requester_bodies=["NOBODY"],
            providers=["QQQ"],
            parties=[person, "stakeholder_" + "0" * 32],
            commitments=["T9-99"],
            areas=["EXP-NONE"],
            modalities=["MOD-NONE"],
            dialogue="NOWHERE",
            language="xx",
            year_to=2009,
        )
        with pytest.raises(InvalidInput) as refused:
            commands.register_delivery(session, OPERATOR, wrong)
    assert faults_of(refused) == {
        ("requesters[1]", "unknown"),
        ("requesters[2]", "repeated"),
        ("requester_bodies[0]", "unknown"),
        ("providers[0]", "unknown"),
        ("parties[0]", "unknown"),
        ("parties[1]", "unknown"),
        ("commitments[0]", "unknown"),
        ("areas[0]", "unknown"),
        ("modalities[0]", "unknown"),
        ("dialogue", "unknown"),
        ("language", "unknown"),
        ("year_to", "before_start"),
    }


def test_somebody_was_helped(database: Database) -> None:
    """A delivery names a state or a regional body that was helped; a body alone is enough."""
    with database.writing() as session:
        with pytest.raises(InvalidInput) as refused:
            commands.register_delivery(session, OPERATOR, registration(requesters=[]))
        assert faults_of(refused) == {("requesters", "missing")}
        body_only = registration(requesters=[], requester_bodies=["ECOWAS"])
        row = commands.register_delivery(session, OPERATOR, body_only)
        assert queries.get_delivery(session, ANYBODY, row.id).requester_bodies == ["ECOWAS"]
        with pytest.raises(InvalidInput):
            commands.revise_delivery(session, OPERATOR, row.id, DeliveryRevision(requester_bodies=[]))


def test_a_code_of_a_source_is_taken_once(database: Database) -> None:
    """Registering the same case again is refused; importing it again gives what is there."""
    row = {
        "case_id": "RC900",
        "requester_iso3": "SEN",
        "topic": "Detect document fraud",
        "source_url": "https://programme.example/41",
    }
    wrong = {**row, "case_id": "RC901", "commitment_hint": "T9-99"}
    with database.writing() as session:
        made = commands.import_delivery(session, OPERATOR, row)
        assert commands.import_delivery(session, OPERATOR, row).id == made.id
        with pytest.raises(AlreadyRegistered):
            commands.register_delivery(session, OPERATOR, registration(source_code="RC900"))
        with pytest.raises(InvalidInput) as refused:
            commands.import_delivery(session, OPERATOR, wrong)
        assert faults_of(refused) == {("commitment_hint[0]", "unknown")}


def test_a_revision_changes_what_it_names_and_nothing_else(database: Database) -> None:
    """Fields that are sent change, null clears, what is left out stays; the other desk may not."""
    officer, other = people.desk(database), people.desk(database)
    with database.writing() as session:
        row = commands.register_delivery(session, officer.caller, registration(note="Five bureaux"))
        said = DeliveryRevision.model_validate({"providers": ["FRA", "BEL"], "year_from": None})
        with pytest.raises(NotAllowed):
            commands.revise_delivery(session, other.caller, row.id, said)
        commands.revise_delivery(session, officer.caller, row.id, said)
        view = queries.get_delivery(session, ANYBODY, row.id)
        assert (view.providers, view.year_from, view.note) == (["BEL", "FRA"], None, "Five bureaux")
        assert (view.requesters, view.version) == (["MLI", "SEN"], 2)
        entry = get_journal(session, OPERATOR, f"delivery:{row.id}").entries[-1]
        assert entry.details == {"fields": ["providers", "year_from"]}


def test_a_revision_obeys_what_is_said_already(database: Database) -> None:
    """A last year before the first is refused even if only one of them is sent."""
    with database.writing() as session:
        row = commands.register_delivery(session, OPERATOR, registration())
        with pytest.raises(InvalidInput) as refused:
            commands.revise_delivery(session, OPERATOR, row.id, DeliveryRevision(year_to=2009))
        assert faults_of(refused) == {("year_to", "before_start")}
        assert row.version == 1


def test_a_retired_entry_stays_on_record_and_out_of_use(database: Database) -> None:
    """Retiring takes an entry out of lists and rounds; it is still shown by its id and cannot be changed."""
    with database.writing() as session:
        row = commands.register_delivery(session, OPERATOR, registration())
        commands.retire_delivery(session, OPERATOR, row.id, "Entered twice")
        assert queries.get_delivery(session, ANYBODY, row.id).retired_at is not None
        listed = queries.list_deliveries(session, ANYBODY, DeliveryFilter(), PageAsked())
        assert (listed.items, queries.deliveries_for_round(session)) == ([], [])
        with pytest.raises(WrongMove):
            commands.retire_delivery(session, OPERATOR, row.id)
        with pytest.raises(DeliveryRetired):
            commands.revise_delivery(session, OPERATOR, row.id, DeliveryRevision(note="Never mind"))
        assert events_of(session, row.id) == ["delivery.registered", "delivery.retired"]


def test_one_who_is_faster_wins(database: Database) -> None:
    """A change to an entry that somebody else changed since it was read is refused."""
    with database.writing() as session:
        row = commands.register_delivery(session, OPERATOR, registration())
        theirs = update(Delivery).where(col(Delivery.id) == row.id).values(version=9)
        session.exec(theirs, execution_options={"synchronize_session": False})
        with pytest.raises(ChangedMeanwhile):
            commands.revise_delivery(session, OPERATOR, row.id, DeliveryRevision(note="Mine"))
        with pytest.raises(ChangedMeanwhile):
            commands.retire_delivery(session, OPERATOR, row.id)


def test_what_does_not_exist_is_not_found(database: Database) -> None:
    """Changing an entry that is not there is refused as such."""
    with database.writing() as session, pytest.raises(NotFound):
        commands.retire_delivery(session, OPERATOR, "delivery_" + "0" * 32)


def test_the_documented_cases_are_taken_once(database: Database) -> None:
    """Every real case in which help was given goes in as a row, and a second run adds nothing."""
    file = resources.files("service.reference") / "data" / "real_cases.csv"
    with file.open(encoding="utf-8") as text:
        rows = [row for row in csv.DictReader(text) if row["status"] not in {"requested", "agreed"}]
    for _ in range(2):
        with database.writing() as session:
            for row in rows:
                commands.import_delivery(session, OPERATOR, row, demonstration=True)
    with database.reading() as session:
        page = queries.list_deliveries(session, OPERATOR, DeliveryFilter(), PageAsked(limit=200))
    assert len(page.items) == len(rows) > 70
    assert all(item.is_demonstration for item in page.items)
