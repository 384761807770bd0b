"""What is kept of a person: declared column by column, exported whole, erased whole, paused, put right."""

import gzip
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert
from sqlmodel import select

from service import clock
from service.access.errors import LastAdministrator, ProofNeeded
from service.access.tables import Account, SignInSession
from service.caller import OPERATOR
from service.database.engines import Database
from service.errors import NotFound
from service.journal.commands import record
from service.journal.roots import make_root, verify
from service.matches.commands import keep_file
from service.matches.tables import Seat
from service.offers.supply import ids_for_round
from service.offers.tables import Offer
from service.persons import commands, queries
from service.persons.archive import archive_of
from service.persons.errors import ErasedAlready, ReasonNeeded
from service.persons.finding import person_behind, traces_of
from service.persons.holdings import Person as Somebody
from service.persons.holdings import every_table, undeclared
from service.persons.retention import apply_clocks, closed_since
from service.persons.schemas import CorrectionAsked, RequestAnswer
from service.pools.commands import upload_lines
from service.pools.sheets import SheetLine
from service.settings import Settings
from service.stakeholders.commands import register_stakeholder
from service.stakeholders.schemas import StakeholderRegistration
from tests.service import people
from tests.service.matches.cases import Team, a_team
from tests.service.people import Person, person
from tests.service.persons.planting import Garden, found_in, found_in_files, throttle_of

REASON = "Asked for it by letter"
ADDRESS = "kanarie.address@example.org"
NAME = "Kanarie Name"


@pytest.fixture
def team(database: Database) -> Team:
    """Give a team with a named expert."""
    return a_team(database, named_experts=True)


def expert_of(database: Database, team: Team) -> Person:
    """Give the account of the expert of a team's seat, who said yes."""
    with database.writing() as session:
        own = StakeholderRegistration(type="individual_expert", name="Kanarie Individual", states=["NLD"])
        found = person(session, "expert", register_stakeholder(session, OPERATOR, own).id)
        seat = session.get_one(Seat, team.seats[0])
        seat.expert_account_id, seat.expert_accepted_at = found.account_id, clock.now()
        account = session.get_one(Account, found.account_id)
        account.email, account.name = ADDRESS, NAME
        session.add_all([seat, account])
    return found


def planted(database: Database, team: Team, expert: Person) -> Garden:
    """Write words wherever something of the expert can stand."""
    with database.writing() as session:
        account = session.get_one(Account, expert.account_id)
        garden = Garden(session, person_behind(session, account))
        manager = team.pools[0]
        line = SheetLine(2, {"reference": "EXP-001"})
        upload_lines(session, manager.caller, manager.stakeholder_id, [line])
        garden.plant_everywhere()
        offer = session.get_one(Offer, team.offers[0])
        problem = {"offers": [{"id": offer.id, "text": garden.word()}, {"id": "offer_x", "text": "Kept"}]}
        keep_file(session, team.round, "problem", json.dumps(problem).encode())
        record(
            session, OPERATOR, "account.revised", f"account:{account.id}", {"x": garden.word()}, garden.word()
        )
        record(session, OPERATOR, "need.revised", f"need:{team.need}", {}, f"{garden.word()} told {NAME}")
        table = every_table().tables
        session.connection().execute(
            insert(table["search_term"]).values(kind="offer", thing_id=offer.id, term=garden.word())
        )
        guesses = {"subject": throttle_of(ADDRESS), "failed": [], "changed_at": clock.now()}
        session.connection().execute(insert(table["sign_in_throttle"]).values(**guesses))
        garden.secret.add(throttle_of(ADDRESS))
        garden.shown |= {ADDRESS, NAME, "Kanarie Individual"}
    return garden


def erased(database: Database, person_id: str) -> None:
    """Erase a person as an operator does."""
    with database.writing() as session:
        commands.erase_person(session, OPERATOR, person_id, REASON)
    database.drop_old_pages()


def test_of_every_column_it_is_said_whether_it_is_personal() -> None:
    """A new column of which nobody said what it holds fails here: declare it in persons/data/columns.yaml."""
    assert undeclared() == []


def test_an_export_holds_everything_and_nothing_secret(database: Database, team: Team) -> None:
    """Every word that is kept of a person stands in its export, what its files hold too; no secret does."""
    expert = expert_of(database, team)
    garden = planted(database, team, expert)
    with database.reading() as session:
        data = queries.get_person_data(session, expert.caller, expert.account_id, "en")
        archive = zipfile.ZipFile(io.BytesIO(archive_of(session, data)))
    text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert {word for word in garden.shown if word not in text} == set()
    assert {word for word in garden.secret if word in text} == set()


def test_an_administrator_reads_no_message_of_somebody_else(database: Database, team: Team) -> None:
    """Of messages, files, letters and reasons an administrator sees only that they are there."""
    expert, administrator = expert_of(database, team), people.administrator(database)
    planted(database, team, expert)
    with database.reading() as session:
        data = queries.get_person_data(session, administrator.caller, expert.account_id, "en")
    shown = {one.name: one for one in data.tables}
    assert {"thread_message", "letter", "journal_text"} <= shown.keys()
    for name in ("thread_message", "letter", "journal_text", "offer_person", "attachment"):
        assert "kanarie" not in str(shown[name].rows)
    for name in ("api_token", "passkey"):
        assert shown[name].rows
        assert all(row.keys().isdisjoint({"label", "hint"}) for row in shown[name].rows)
    assert (data.files, data.is_whole, shown["account"].rows[0]["name"]) == ([], False, NAME)


def test_nothing_is_left_of_who_is_erased(database: Database, team: Team, tmp_path: Path) -> None:
    """After erasing no table, index or file holds a word of the person; all chains still verify."""
    expert = expert_of(database, team)
    garden = planted(database, team, expert)
    words = garden.shown | garden.secret
    database.drop_old_pages()
    assert found_in(database, words) != []
    assert not database.is_sqlite or found_in_files(tmp_path, words) != []
    erased(database, expert.account_id)
    assert found_in(database, words) == []
    assert found_in_files(tmp_path, words) == []
    with database.writing() as session:
        make_root(session)
        assert verify(session).broken == []


def test_what_is_of_others_stays(database: Database, team: Team) -> None:
    """Erasing one person changes nothing of another, and not what a round says of other offers."""
    expert, other = expert_of(database, team), people.pool(database)
    planted(database, team, expert)
    with database.reading() as session:
        before = queries.get_person_data(session, other.caller, other.account_id, "en").tables
    erased(database, expert.account_id)
    with database.reading() as session:
        after = queries.get_person_data(session, other.caller, other.account_id, "en").tables
        packed = (
            session.connection().execute(select(every_table().tables["round_file"].c.packed)).scalar_one()
        )
    assert after == before
    assert json.loads(gzip.decompress(packed))["offers"][1]["text"] == "Kept"


def test_decisions_stay_under_an_id_that_leads_to_nobody(database: Database, team: Team) -> None:
    """Who endorsed or decided is still one and the same account, without name, address, duty or way in."""
    officer = team.officer
    with database.reading() as session:
        traces = queries.get_person_data(session, officer.caller, officer.account_id, "en").traces
    erased(database, officer.account_id)
    with database.reading() as session:
        account = session.get_one(Account, officer.account_id)
        somebody = Somebody(account.id, account.id)
        left = {(one["table"], one["column"]) for one in traces_of(session, somebody)}
    assert left >= {(one.table, one.column) for one in traces} != set()
    assert (account.name, account.email) == ("[erased]", f"{account.id}@erased.invalid")


def test_a_named_expert_without_account_is_erased_by_the_pool(database: Database, team: Team) -> None:
    """The pool shows and erases what is kept of its expert; the offer ends, and nobody else may."""
    pool, offer = team.pools[0], team.offers[0]
    with database.reading() as session:
        data = queries.get_person_data(session, pool.caller, offer, "en")
        for stranger in (team.desk, team.officer, people.administrator(database)):
            with pytest.raises(NotFound):
                queries.find_person(session, stranger.caller, offer)
    assert any("Example Person" in str(one.rows) for one in data.tables)
    with database.writing() as session:
        commands.erase_person(session, pool.caller, offer, REASON)
    assert found_in(database, {"Example Person"}) == []
    with database.reading() as session:
        assert session.get_one(Offer, offer).state == "withdrawn"


@pytest.mark.parametrize("limit", ["restricted", "objected"])
def test_who_objects_or_pauses_is_taken_out_of_rounds(database: Database, team: Team, limit: str) -> None:
    """A paused or unwilling expert is in no round and no ranking until they say so themselves."""
    expert = expert_of(database, team)
    seen = []
    for is_on in (False, True, False):
        with database.writing() as session:
            commands.limit_person(session, expert.caller, expert.account_id, limit, is_on=is_on)  # type: ignore[arg-type] # both are limits
            seen.append(team.offers[0] in ids_for_round(session, clock.today()))
    assert seen == [True, False, True]


def test_what_is_paused_is_shown_to_its_own_people_only(
    web: TestClient, database: Database, team: Team
) -> None:
    """The offer of a paused expert looks absent to the desk; the pool still sees it."""
    address = f"/api/v1/offers/{team.offers[0]}"
    with database.writing() as session:
        offer = session.get_one(Offer, team.offers[0])
        offer.confidentiality = "all_states"
        session.add(offer)
    assert web.get(address, headers=team.officer.headers).status_code == 200
    pause = web.post(f"/api/v1/persons/{team.offers[0]}/restrict", headers=team.pools[0].headers)
    assert pause.status_code == 200, pause.text
    assert web.get(address, headers=team.officer.headers).status_code == 404
    assert web.get(address, headers=team.pools[0].headers).status_code == 200


def test_oneself_is_erased_after_signing_in_lately(database: Database, team: Team) -> None:
    """A session of an hour ago is not enough to erase oneself; one of this minute is, once."""
    officer = team.officer
    with database.writing() as session:
        row = session.exec(select(SignInSession).where(SignInSession.account_id == officer.account_id)).one()
        caller = officer.caller.__class__(
            officer.account_id, duties=officer.caller.duties, session_id=row.id, has_second_factor=True
        )
        with clock.set_to(clock.now() + timedelta(hours=1)), pytest.raises(ProofNeeded):
            commands.erase_person(session, caller, officer.account_id)
        commands.erase_person(session, caller, officer.account_id)
        with pytest.raises(ErasedAlready):
            commands.erase_person(session, OPERATOR, officer.account_id, REASON)


def test_others_are_erased_with_a_reason_and_the_last_administrator_stays(database: Database) -> None:
    """An administrator says why; who alone can give duties is not erased."""
    administrator, other = people.administrator(database), people.ministry(database)
    with database.writing() as session:
        with pytest.raises(ReasonNeeded):
            commands.erase_person(session, administrator.caller, other.account_id)
        with pytest.raises(LastAdministrator):
            commands.erase_person(session, OPERATOR, administrator.account_id, REASON)
        commands.erase_person(session, administrator.caller, other.account_id, REASON)


def test_a_correction_is_asked_of_the_owner(database: Database, team: Team) -> None:
    """What others keep is put right by them: the pool sees the request and answers, nobody else sees it."""
    expert, pool = expert_of(database, team), team.pools[0]
    asked = CorrectionAsked(field="Name", text="One l, not two", owner=pool.stakeholder_id)
    with database.writing() as session:
        row = commands.ask_for_correction(session, expert.caller, expert.account_id, asked)
        with pytest.raises(NotFound):
            queries.find_request(session, team.desk.caller, row.id)
        answer = RequestAnswer(outcome="corrected", answer="Done")
        commands.settle_request(session, pool.caller, row.id, answer)
        seen = queries.request_view(expert.caller, queries.find_request(session, expert.caller, row.id))
    assert (seen.state, seen.answer, seen.may_settle) == ("corrected", "Done", False)


def test_what_was_kept_long_enough_goes(database: Database) -> None:
    """Each clock ends what is over and leaves what is not; a closed account is erased after its time."""
    settings = Settings()
    administrator, gone = people.administrator(database), people.ministry(database)
    with database.writing() as session:
        account = session.get_one(Account, gone.account_id)
        account.disabled_at = clock.now()
        session.add(account)
    with database.writing() as session, clock.set_to(clock.now() + timedelta(days=100)):
        ended = apply_clocks(session, settings)
        due = closed_since(session, clock.now() - timedelta(days=settings.account_retention_days))
        assert ended["sign_ins"] >= 2
        assert due == []
    with database.writing() as session, clock.set_to(clock.now() + timedelta(days=800)):
        due = closed_since(session, clock.now() - timedelta(days=settings.account_retention_days))
        assert due == [gone.account_id]
        commands.forget_closed(session, gone.account_id)
        assert session.get_one(Account, gone.account_id).name == "[erased]"
        assert session.get_one(Account, administrator.account_id).erased_at is None


def test_the_record_of_processing_is_public(web: TestClient) -> None:
    """Anybody reads what is kept, what for and how long; every clock says how many days."""
    said = web.get("/api/v1/privacy").json()
    assert {one["code"] for one in said["purposes"]} >= {"sign_in", "experts", "decisions"}
    assert all(one["categories"] for one in said["purposes"])
    assert {one["code"]: one["days"] for one in said["clocks"]}["closed_accounts"] == 730
