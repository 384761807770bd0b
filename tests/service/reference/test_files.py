"""Reading the data files: what is wrong is named by file, line and field."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.reference.errors import FaultyFiles
from service.reference.files import data_folder, read_facts

Spoil = Callable[[str], str]
YAMLS = {
    name: (data_folder() / name).read_text(encoding="utf-8")
    for name in ("commitments.yaml", "taxonomies.yaml", "lists.yaml")
}
DAMAGE = [
    "",
    "- 7",
    "  - [a, b]",
    "x: y",
    "  frameworks: 7",
    "codes:",
    "- code: [1]",
    "\tx",
    "? {}",
    "  - null",
    "&a *b",
]


def swap(old: str, new: str) -> Spoil:
    """Give an edit that replaces the first of something that is there."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def faults_of(folder: Path) -> list[str]:
    """Give the places at fault in a folder; none if it is good."""
    try:
        read_facts(folder)
    except FaultyFiles as refused:
        return [fault.field for fault in refused.found]
    return []


def test_the_files_that_the_service_carries_are_whole() -> None:
    """Every kind has the number of facts that its sources give."""
    facts = read_facts(data_folder())
    numbers = {name: len(rows) for name, rows in facts.items()}
    assert numbers["theme"] == 5
    assert numbers["commitment"] == 38
    assert numbers["framework"] == 50
    assert numbers["gcm_objective"] == 23
    assert numbers["state"] == 216
    assert numbers["dialogue"] == 22
    assert numbers["dialogue_membership"] == 571
    assert numbers["regional_body"] == 19
    assert numbers["regional_body_membership"] == 385


@pytest.mark.parametrize(
    ("file", "spoil", "place", "code"),
    [
        ("states.csv", swap("GHA,GH,288,un_member", "GHA,GH,288,kingdom"), "kind", "value_error"),
        ("states.csv", swap("AFG,AF,004", "AFG,AF,4"), "states.csv, line 3, m49", "string_pattern_mismatch"),
        ("states.csv", swap("AGO,AO,024", "AFG,AO,024"), "states.csv, line 4, iso3", "repeated"),
        ("states.csv", swap("Africa/Accra", "Africa/Nowhere"), "timezone", "value_error"),
        (
            "states.csv",
            swap("Kabul,34.5281", "Kabul,134.5281"),
            "states.csv, line 3, capital_lat",
            "less_than_equal",
        ),
        ("states.csv", swap("iso3,iso2", "iso3,flag"), "states.csv, line 2, iso2", "missing"),
        ("states.csv", swap("AGO,AO,024", "AGO,AO"), "states.csv, line 4", "unreadable"),
        ("states.csv", swap("Angola,Angola", "Angola, Angola"), "states.csv, line 4, name_en", "value_error"),
        (
            "states.csv",
            swap("1,1,0,fa;ps", "1,1,0,xx;ps"),
            "states.csv, line 3, languages_official",
            "unknown",
        ),
        ("states.csv", lambda text: "\ufeff" + text, "states.csv, line 1", "unreadable"),
        ("states.csv", lambda text: text.replace("\n", "\r\n"), "states.csv, line 1", "unreadable"),
        (
            "dialogue_members.csv",
            swap("BALI,AFG,member", "BALI,XXX,member"),
            "dialogue_members.csv, line 2, iso3",
            "unknown",
        ),
        (
            "dialogue_members.csv",
            swap("BALI,AFG,member", "BALI,AFG,chief"),
            "dialogue_members.csv, line 2, role",
            "value_error",
        ),
        (
            "regional_body_members.csv",
            swap("TLS,member,2025-10-26", "TLS,member,2025-10-36"),
            "since",
            "value_error",
        ),
        (
            "dialogues.csv",
            swap("T2-01;T2-03", "T2-01;T9-03"),
            "dialogues.csv, line 2, commitments",
            "unknown",
        ),
        ("regional_bodies.csv", swap("Jakarta,IDN", "Jakarta,IDO"), "line 2, seat_iso3", "unknown"),
        ("commitments.yaml", swap("theme: 1\n", "theme: T9\n"), ", theme", "unknown"),
        ("commitments.yaml", swap("title: Uphold", "titel: Uphold"), "titel", "extra_forbidden"),
        ("commitments.yaml", swap("  - IBHR\n  - ECHR", "  - IBHX\n  - ECHR"), "framework_code", "unknown"),
        (
            "commitments.yaml",
            swap("gcm_objectives:\n  - 7", "gcm_objectives:\n  - 77"),
            "objective",
            "unknown",
        ),
        ("commitments.yaml", swap("gcm_objectives:\n", "gcm_objectives: 7\n  other:\n"), "gcm", "unreadable"),
        ("taxonomies.yaml", swap("commitments: [T5-01,", "commitments: [T9-01,"), "commitments", "unknown"),
        ("commitments.yaml", swap("themes:\n", "themen:\n"), "commitments.yaml, line", "unreadable"),
        ("commitments.yaml", swap("meta:\n", "meta: [\n"), "commitments.yaml, line", "unreadable"),
        (
            "lists.yaml",
            swap("source: own work\n", "source: own work\n  source: again\n"),
            "lists.yaml, line",
            "unreadable",
        ),
        (
            "lists.yaml",
            swap("{code: media, label: Media", "{code: media, label: ''"),
            "lists.yaml, line",
            "string_type",
        ),
    ],
)
def test_a_fault_is_named_by_file_line_and_field(
    folder: Path, file: str, spoil: Spoil, place: str, code: str
) -> None:
    """Whoever keeps the files is told where to look, and nothing is taken."""
    path = folder / file
    path.write_bytes(spoil(path.read_bytes().decode()).encode())
    with pytest.raises(FaultyFiles) as refused:
        read_facts(folder)
    named = [fault.field for fault in refused.value.found if fault.code == code]
    assert any(field.startswith(file) and place in field for field in named)
    assert named[0] in str(refused.value)


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    """A folder without one of the files gives nothing at all."""
    (folder / "gcm_objectives.csv").unlink()
    assert faults_of(folder) == ["gcm_objectives.csv"]


def test_several_faults_are_told_at_once(folder: Path) -> None:
    """One run of corrections is enough."""
    path = folder / "states.csv"
    path.write_text(path.read_text().replace("un_member", "kingdom", 3))
    assert set(faults_of(folder)) == {f"states.csv, line {line}, kind" for line in (3, 4, 6)}


@settings(max_examples=20)
@given(st.sampled_from(sorted(YAMLS)), st.data())
def test_no_damage_to_a_file_is_a_crash(name: str, data: st.DataObject) -> None:
    """Whatever line is replaced, the files are either good or refused with a place."""
    lines = YAMLS[name].splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    lines[number] = data.draw(st.sampled_from(DAMAGE))
    with tempfile.TemporaryDirectory() as made:
        for path in Path(str(data_folder())).iterdir():
            (Path(made) / path.name).symlink_to(path)
        (Path(made) / name).unlink()
        (Path(made) / name).write_text("\n".join(lines) + "\n")
        assert all(faults_of(Path(made)))
