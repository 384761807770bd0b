"""Taking the files in: what changes, what never does, and what is told."""

from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from service.caller import ANYBODY, OPERATOR
from service.database.engines import Database
from service.journal.queries import get_journal
from service.reference.commands import correct_fact, sync_reference
from service.reference.errors import FaultyFiles, ReusedCode
from service.reference.facts import known_codes, list_memberships
from service.reference.files import data_folder
from service.reference.kinds import BY_NAME, IN_ORDER
from service.reference.queries import get_state, list_states
from service.reference.schemas import Correction, StateFilter, SyncReport
from service.reference.tables import CodeEntry, DialogueMembership, State
from service.web.paging import PageAsked

MEDIA = "  - {code: media, label: Media, public_body: false}\n"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace something in a data file that is there exactly once."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def synced(database: Database, folder: Traversable) -> SyncReport:
    """Take the files of a folder in."""
    with database.writing() as session:
        return sync_reference(session, folder)


def count(session: Session, name: str) -> int:
    """Count the rows of a kind."""
    return session.execute(select(func.count()).select_from(BY_NAME[name].table)).scalar_one()


def test_all_facts_are_there(database: Database) -> None:
    """After the first sync the database holds every row of the files."""
    expected = {
        "theme": 5,
        "commitment": 38,
        "framework": 50,
        "gcm_objective": 23,
        "state": 216,
        "dialogue": 22,
        "dialogue_membership": 571,
        "regional_body": 19,
        "regional_body_membership": 385,
    }
    with database.reading() as session:
        assert {name: count(session, name) for name in expected} == expected
        assert {"consular_post", "media"} <= known_codes(session, "stakeholder_type")
        assert {"MOD-PEER", "MOD-SIMUL"} <= known_codes(session, "modality")


def test_a_second_sync_changes_nothing_and_says_so(database: Database, folder: Path) -> None:
    """The sync can be run at every start; the journal keeps only what happened."""
    report = synced(database, folder)
    assert not report.has_changes
    assert report.lines() == ["Nothing changed."]
    with database.reading() as session:
        journal = get_journal(session, ANYBODY, "reference:all")
    assert [line.event for line in journal.entries] == ["reference.synced"]
    assert journal.entries[0].details["state"]["added"] == 216
    assert journal.chain_holds


def test_a_change_is_taken_in_and_reported(database: Database, folder: Path) -> None:
    """The report names the code, the journal keeps it, and the search finds the new word only."""
    edit(folder, "lists.yaml", "label: Media,", "label: Media organisation,")
    edit(folder, "states.csv", "GHA,GH,288,un_member,Ghana,Ghana,", "GHA,GH,288,un_member,Ghana,Zubrowka,")
    report = synced(database, folder)
    assert report.kinds["code_entry"].changed == ("stakeholder_type/media",)
    assert report.kinds["state"].changed == ("GHA",)
    assert "  changed: GHA" in report.lines()
    with database.reading() as session:
        found = list_states(session, ANYBODY, PageAsked(), "en", StateFilter(q="zubrow"))
        assert [state.name for state in found.items] == ["Zubrowka"]
        journal = get_journal(session, ANYBODY, "reference:all")
        assert journal.entries[-1].details["state"]["changed"] == ["GHA"]


def test_a_code_that_the_files_drop_is_retired_and_never_deleted(database: Database, folder: Path) -> None:
    """It leaves the lists, but records that name it still find it."""
    edit(folder, "lists.yaml", MEDIA, "")
    report = synced(database, folder)
    assert report.kinds["code_entry"].retired == ("stakeholder_type/media",)
    with database.reading() as session:
        assert "media" not in known_codes(session, "stakeholder_type")
        assert "media" in known_codes(session, "stakeholder_type", with_retired=True)
    assert synced(database, folder).kinds["code_entry"].retired == ()


def test_a_retired_code_comes_back_with_the_same_meaning(database: Database, folder: Path) -> None:
    """A mistake in the files can be undone."""
    edit(folder, "lists.yaml", MEDIA, "")
    synced(database, folder)
    report = synced(database, data_folder())
    assert report.kinds["code_entry"].returned == ("stakeholder_type/media",)
    with database.reading() as session:
        entry = session.get(CodeEntry, ("stakeholder_type", "media"))
        assert entry is not None
        assert entry.retired_on is None


def test_a_retired_code_with_another_meaning_is_refused_and_nothing_is_written(
    database: Database, folder: Path
) -> None:
    """Codes are never reused; the other changes of the same run are not taken either."""
    edit(folder, "lists.yaml", MEDIA, "")
    synced(database, folder)
    edit(folder, "states.csv", "GHA,GH,288,un_member,Ghana,Ghana,", "GHA,GH,288,un_member,Ghana,Zubrowka,")
    edit(
        folder,
        "lists.yaml",
        "  - {code: academia,",
        MEDIA.replace("Media", "Mediator") + "  - {code: academia,",
    )
    with pytest.raises(ReusedCode):
        synced(database, folder)
    with database.reading() as session:
        assert get_state(session, ANYBODY, "GHA", "en").name == "Ghana"
        assert "media" not in known_codes(session, "stakeholder_type")


def test_faulty_files_change_nothing(database: Database, folder: Path) -> None:
    """One bad line stops the whole run before the first write."""
    edit(folder, "lists.yaml", MEDIA, "")
    edit(folder, "states.csv", "AGO,AO,024,un_member", "AGO,AO,024,kingdom")
    with pytest.raises(FaultyFiles, match=r"states.csv, line 4, kind"):
        synced(database, folder)
    with database.reading() as session:
        assert "media" in known_codes(session, "stakeholder_type")


def test_a_dropped_membership_still_counts_for_earlier_days(database: Database, folder: Path) -> None:
    """A round of yesterday reads the facts of yesterday."""
    path = folder / "dialogue_members.csv"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("PRAGUE,ALB,")]
    path.write_text("\n".join(kept) + "\n")
    assert synced(database, folder).kinds["dialogue_membership"].retired == ("PRAGUE/ALB",)
    with database.reading() as session:
        row = session.get(DialogueMembership, ("PRAGUE", "ALB"))
        assert row is not None
        assert row.retired_on is not None
        assert ("PRAGUE", "ALB") not in _places(session, row.retired_on)
        assert ("PRAGUE", "ALB") in _places(session, date(2025, 1, 1))


def test_a_correction_outlives_every_sync(database: Database, folder: Path) -> None:
    """The files may change beneath it; what the person said stands, and the report says how they differ."""
    said = Correction(kind="state", code="GHA", field="capital", value="Kumasi", source="A note verbale")
    with database.writing() as session:
        correct_fact(session, OPERATOR, said)
    assert synced(database, folder).differing == ("state/GHA.capital",)
    path = folder / "states.csv"
    path.write_text(path.read_text().replace(",Accra,", ",Tamale,"))
    report = synced(database, folder)
    assert report.kinds["state"].changed == ("GHA",)
    assert report.differing == ("state/GHA.capital",)
    with database.reading() as session:
        assert get_state(session, ANYBODY, "GHA", "en").capital == "Kumasi"
        row = session.get(State, "GHA")
        assert row is not None
        assert row.capital == "Tamale"


def test_a_correction_that_the_files_take_up_is_reported_as_absorbed(
    database: Database, folder: Path
) -> None:
    """Then it can be withdrawn, since it says nothing more."""
    said = Correction(kind="state", code="GHA", field="ldc", value=True, source="A resolution")
    with database.writing() as session:
        correct_fact(session, OPERATOR, said)
    path = folder / "states.csv"
    lines = path.read_text().splitlines(keepends=True)
    row = next(number for number, line in enumerate(lines) if line.startswith("GHA,"))
    assert ",0,0,0,en," in lines[row]
    lines[row] = lines[row].replace(",0,0,0,en,", ",1,0,0,en,")
    path.write_text("".join(lines))
    report = synced(database, folder)
    assert report.absorbed == ("state/GHA.ldc",)
    assert report.differing == ()
    assert "correction state/GHA.ldc: the files now say the same" in report.lines()


def test_every_kind_is_reported(database: Database, folder: Path) -> None:
    """A kind without changes is in the report too, empty."""
    assert list(synced(database, folder).kinds) == [kind.name for kind in IN_ORDER]


def _places(session: Session, day: date) -> set[tuple[str, str]]:
    return {(place.group, place.state) for place in list_memberships(session, day)}
