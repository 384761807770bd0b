"""Offers from a file, from the dry run to the end: with the rules of the form, line by line, once."""

import io
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import col, select

from service import clock
from service.access.queries import caller_of
from service.access.tables import Account, DutyRow
from service.database.engines import Database
from service.jobs.durable import Interrupted, Workplace
from service.journal.tables import JournalEntry, JournalText
from service.offers.tables import Offer, OfferPerson
from service.pools import jobs, rules
from service.pools.commands import advance_import, forget_old_cells
from service.pools.sheets import read_lines
from service.pools.tables import PoolImport, PoolImportLine
from service.settings import Settings
from tests.service.desks.reading import get
from tests.service.people import Person, colleague, ministry, pool
from tests.service.pools.sheets import EXPERT, TEAM, workbook


def sent(web: TestClient, who: Person, data: bytes, of: Person | None = None) -> Response:
    """Send a file in."""
    address = f"/api/v1/pools/{(of or who).stakeholder_id}/imports"
    return web.post(address, headers=who.headers, files={"file": ("offers.xlsx", data)})


def worked_off(database: Database, settings: Settings, import_id: str, state: rules.ImportState) -> None:
    """Do what the job of an import does."""
    job = jobs.check_import if state == "checking" else jobs.take_import_in
    job(Workplace(settings, database), jobs.job_id(import_id, state))


def looked_at(web: TestClient, database: Database, settings: Settings, who: Person, data: bytes) -> str:
    """Send a file in and do its dry run."""
    answer = sent(web, who, data)
    assert answer.status_code == 201, answer.text
    import_id = str(answer.json()["id"])
    worked_off(database, settings, import_id, "checking")
    return import_id


def taken_in(
    web: TestClient, database: Database, settings: Settings, who: Person, data: bytes, **choice: Any
) -> dict[str, Any]:
    """Send a file in and take it in."""
    import_id = looked_at(web, database, settings, who, data)
    answer = web.post(f"/api/v1/pool-imports/{import_id}/confirm", headers=who.headers, json=choice)
    assert answer.status_code == 200, answer.text
    worked_off(database, settings, import_id, "importing")
    return shown(web, who, import_id)


def shown(web: TestClient, who: Person, import_id: str) -> dict[str, Any]:
    """Read an import."""
    found: dict[str, Any] = web.get(f"/api/v1/pool-imports/{import_id}", headers=who.headers).json()
    return found


def lines(web: TestClient, who: Person, import_id: str, **params: str) -> list[dict[str, Any]]:
    """Read the lines of an import."""
    answer = web.get(f"/api/v1/pool-imports/{import_id}/lines", headers=who.headers, params=params)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_file_is_looked_at_taken_in_and_changes_nothing_when_it_comes_again(
    database: Database, web: TestClient, app_settings: Settings
) -> None:
    """The dry run writes no offer; the import does, as drafts; the same file again finds nothing to do."""
    manager = pool(database)
    import_id = looked_at(web, database, app_settings, manager, workbook([EXPERT, TEAM]))
    with database.reading() as session:
        assert session.exec(select(Offer)).all() == []
    found = shown(web, manager, import_id)
    assert (found["state"], found["found"]) == (
        "checked", {"new": 2, "changed": 0, "unchanged": 0, "faulty": 0},
    )  # fmt: skip
    done = taken_in(web, database, app_settings, manager, workbook([EXPERT, TEAM]), hands_in=True)
    assert (done["state"], done["taken"]["new"]) == ("done", 2)
    with database.reading() as session:
        rows = {row.kind: row for row in session.exec(select(Offer))}
        person = session.get_one(OfferPerson, rows["named_expert"].id)
        assert session.exec(
            select(PoolImportLine.cells).where(PoolImportLine.import_id == done["id"])
        ).all() == [{}, {}]
    assert {row.state for row in rows.values()} == {"pending_authorisation"}
    assert (person.name, rows["institution"].cost_per_day) == ("Example Person", 350.5)
    again = looked_at(web, database, app_settings, manager, workbook([EXPERT, TEAM]))
    assert shown(web, manager, again)["found"]["unchanged"] == 2
    refused = web.post(f"/api/v1/pool-imports/{again}/confirm", headers=manager.headers, json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_import")


def test_changes_are_named_by_column_and_desks_findings_stay(
    database: Database, web: TestClient, app_settings: Settings
) -> None:
    """A revision names what differs; an empty cell leaves what stands, a lone dash empties it."""
    manager = pool(database)
    taken_in(web, database, app_settings, manager, workbook([EXPERT, TEAM]))
    changed = {
        "reference": "EXP-001",
        "title": "Peer review of return",
        "capacity": 3,
        "person_name": "Other Person",
    }
    emptied = {
        "reference": "TEAM-1",
        "title": TEAM["title"],
        "cost_currency": "-",
        "confidentiality": "public",
    }
    done = taken_in(web, database, app_settings, manager, workbook([changed, emptied]))
    assert done["taken"]["changed"] == 2
    said = {line["reference"]: line["changes"] for line in lines(web, manager, done["id"])}
    assert said == {
        "EXP-001": ["title", "capacity", "person_name"],
        "TEAM-1": ["cost_currency", "confidentiality"],
    }
    with database.reading() as session:
        rows = {row.kind: row for row in session.exec(select(Offer))}
        person = session.get_one(OfferPerson, rows["named_expert"].id)
    assert (rows["named_expert"].capacity, rows["named_expert"].months) == (3, [3, 4, 9])
    assert (person.name, person.contact) == ("Other Person", "expert@pool.example")
    assert (rows["institution"].cost_currency, rows["institution"].confidentiality) == (None, "public")


def test_bad_lines_stop_no_others_and_say_why(
    database: Database, web: TestClient, app_settings: Settings
) -> None:
    """Each fault stands at its line and column in plain words; the good line is taken in."""
    manager = pool(database)
    rows = [
        {**EXPERT, "description": "Ask Example Person."},
        {"reference": "B", "title": "No", "expertise": "EXP-NONE"},
        {"reference": "C", "title": "Long enough", "capacity": "many", "available_from": "soon"},
        {"title": "Without a reference"},
        {"reference": "C", "title": "The same reference"},
        {"reference": "D", "title": "Unknown area", "expertise": "EXP-NONE", "desk": "No desk"},
        dict(TEAM),
    ]
    done = taken_in(web, database, app_settings, manager, workbook(rows))
    assert (done["taken"]["new"], done["taken"]["faulty"]) == (1, 6)
    faults = {
        line["number"]: [fault["column"] for fault in line["faults"]]
        for line in lines(web, manager, done["id"], finding="faulty")
    }
    assert faults == {
        2: ["description"], 3: ["title"], 4: ["capacity"], 5: ["reference"], 6: ["reference"], 7: ["desk"],
    }  # fmt: skip
    assert done["has_faulty_cells"]
    answer = get(web, f"/pool-imports/{done['id']}/faults.xlsx", manager)
    again = read_lines(io.BytesIO(answer.content), len(answer.content))
    assert [line.cells.get("title") for line in again] == [row["title"] for row in rows[:6]]


def test_a_killed_import_goes_on_and_takes_no_line_twice(
    database: Database, web: TestClient, app_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to stop after some lines it leaves the rest; run again from the start it does only these."""
    monkeypatch.setattr(rules, "LINES_AT_A_TIME", 2)
    manager = pool(database)
    rows = [{"reference": f"R{number}", "title": f"Offer number {number}"} for number in range(5)]
    import_id = looked_at(web, database, app_settings, manager, workbook(rows))
    web.post(f"/api/v1/pool-imports/{import_id}/confirm", headers=manager.headers, json={})
    with database.writing() as session:
        assert advance_import(session, import_id, "importing")
    stopped = Workplace(app_settings, database, stopping=Event())
    stopped.stopping.set()
    with pytest.raises(Interrupted):
        jobs.take_import_in(stopped, jobs.job_id(import_id, "importing"))
    assert (shown(web, manager, import_id)["state"], shown(web, manager, import_id)["done"]) == (
        "importing",
        2,
    )
    for _ in range(2):
        worked_off(database, app_settings, import_id, "importing")
    with database.reading() as session:
        assert len(session.exec(select(Offer)).all()) == 5
    assert shown(web, manager, import_id)["taken"]["new"] == 5


def test_the_rights_are_those_of_the_moment_and_the_pool_is_its_own_peoples(
    database: Database, web: TestClient, app_settings: Settings
) -> None:
    """Others find neither pool nor import; who lost the duty takes nothing in; one file at a time."""
    manager, other = pool(database), pool(database, "MAR")
    observer, officer = colleague(database, manager, "observer"), ministry(database)
    data = workbook([TEAM])
    for stranger in (other, observer, officer):
        assert sent(web, stranger, data, of=manager).status_code == 404
        assert sent(web, stranger, b"no file", of=manager).status_code == 404
    first = sent(web, manager, data).json()["id"]
    assert sent(web, manager, data).json()["code"] == "import_under_way"
    assert web.get(f"/api/v1/pool-imports/{first}", headers=other.headers).status_code == 404
    worked_off(database, app_settings, first, "checking")
    web.post(f"/api/v1/pool-imports/{first}/confirm", headers=manager.headers, json={})
    with database.writing() as session:
        for duty in session.exec(select(DutyRow).where(col(DutyRow.account_id) == manager.account_id)):
            duty.ended_at = clock.now()
            session.add(duty)
        session.flush()
        assert not caller_of(session, session.get_one(Account, manager.account_id)).stakeholders()
    worked_off(database, app_settings, first, "importing")
    with database.reading() as session:
        assert session.exec(select(Offer)).all() == []
        assert session.get_one(PoolImport, first).state == "done"


def test_the_journal_counts_and_quotes_nothing_and_cells_are_forgotten(
    database: Database, web: TestClient, app_settings: Settings
) -> None:
    """What stood in a file is in no entry; discarded or left alone for long, its cells are gone."""
    manager = pool(database)
    import_id = looked_at(web, database, app_settings, manager, workbook([EXPERT]))
    with database.writing() as session:
        said = session.exec(
            select(JournalText.details)
            .join(JournalEntry, col(JournalEntry.id) == col(JournalText.entry_id))
            .where(JournalEntry.subject == f"pool-import:{import_id}")
            .order_by(col(JournalEntry.number))
        ).all()
        assert said == [
            {"stakeholder": manager.stakeholder_id, "lines": 1},
            {"new": 1, "changed": 0, "unchanged": 0, "faulty": 0},
        ]
        assert "Example Person" not in str(session.exec(select(JournalText.details)).all())
        assert forget_old_cells(session, clock.now()) == 0
        with clock.set_to(clock.now() + timedelta(days=31)):
            assert forget_old_cells(session, clock.now()) == 1
        assert session.exec(select(PoolImportLine.cells)).all() == [{}]
        assert session.get_one(PoolImport, import_id).state == "discarded"
