"""``homologue lookback`` from files alone."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.__main__ import cli
from service.lookback.reading import CASE_COLUMNS, OFFER_COLUMNS, read_cases, read_offers
from service.lookback.world import lists_of, world_on
from service.reference.files import data_folder, read_facts

FACTS = read_facts(data_folder())
LISTS = lists_of(FACTS)
DATA = Path(str(data_folder()))
CASES = (
    "X1,AGO,,Ministry of Interior,draft an asylum law,1,T1-01,MOD-LEGAL,2015,2016,PRT,https://a.example/1",
    "X2,CPV,,Government,integration of immigrants,4,T4-02,MOD-STUDY,2018,2019,PRT;ESP,https://a.example/2",
    "X3,ZMB,,Immigration,refugee settlement,1,T1-01,MOD-STUDY,2020,2021,UGA,https://a.example/3",
    "X4,,ECOWAS,ECOWAS Commission,labour migration data,4,T4-01,MOD-EVENT,2021,2022,,https://a.example/4",
    "X5,,NOBODY,A body that is on no list,statistics,4,T4-01,,2022,2022,UGA,",
)
OFFERS = ("Y1,UGA,Visits to refugee settlements,T1-01,EXP-ASY,MOD-STUDY,2017,2018,https://a.example/9",)


def _file(folder: Path, name: str, columns: tuple[str, ...], rows: tuple[str, ...]) -> Path:
    path = folder / name
    path.write_text("\n".join([",".join(columns), *rows]) + "\n", encoding="utf-8")
    return path


def _cases(folder: Path, *rows: str, columns: tuple[str, ...] = CASE_COLUMNS) -> Path:
    return _file(folder, "cases.csv", columns, rows or CASES)


def _offers(folder: Path, *rows: str) -> Path:
    return _file(folder, "offers.csv", OFFER_COLUMNS, rows or OFFERS)


def _run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["lookback", *(str(word) for word in words)])


def test_the_document_holds_what_programs_read(tmp_path: Path) -> None:
    """Rankings of all cases, their figures and the baseline's stand under the names that were promised."""
    cases, out = _cases(tmp_path), tmp_path / "out.json"
    found = _run("--known", cases, "--cases", cases, "--offers", _offers(tmp_path), "--json", out)
    assert found.exit_code == 0, found.output
    document = json.loads(out.read_text(encoding="utf-8"))
    assert [case["case_id"] for case in document["cases"]] == ["X1", "X2", "X3", "X4", "X5"]
    states = set(world_on(FACTS, date(2023, 1, 1)).can_provide)
    for case, asked in zip(document["cases"], ({"AGO"}, {"CPV"}, {"ZMB"}, set(), set()), strict=True):
        assert sorted(case["ranking"]) == sorted(states - asked)
    for figures in (document, document["baseline"], document["tag_counting"]):
        assert set(figures["hit_at"]) == {"1", "3", "5", "10"}
        assert 0 < figures["mrr"] <= 1
        assert [case["case_id"] for case in figures["cases"]] == ["X1", "X2", "X3", "X4", "X5"]
    assert (document["scored"], document["not_scored"]) == (4, 1)
    assert "one by one" in found.output
    assert "interval" not in found.output


def test_asked_cases_may_come_from_another_file(tmp_path: Path) -> None:
    """Cases that nobody knows yet are asked with all known ones in sight, their answers compared only."""
    known, other = _cases(tmp_path), tmp_path / "other"
    other.mkdir()
    asked = _cases(other, "N1,MOZ,,Government,asylum law,1,T1-01,MOD-LEGAL,2024,2024,PRT,https://b.example/1")
    found = _run("--known", known, "--cases", asked, "--json", tmp_path / "out.json")
    assert found.exit_code == 0, found.output
    document = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert document["cases"][0]["ranking"].index("PRT") < 10
    assert document["baseline"]["mrr"] == 1


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (("X1,AGO,,M,law,1,T1-01,MOD-LEGAL,soon,2016,PRT,",), "cases.csv, line 2, year_start: "),
        ((CASES[0], "X2,AGO,,M,law,1,T1-01,MOD-LEGAL,2016,2015,PRT,"), "cases.csv, line 3, year_end: "),
        (("X1,XYZ,,M,law,1,T1-01,MOD-LEGAL,2015,2016,PRT,",), "cases.csv, line 2, requester_iso3: "),
        (("X1,AGO,,M,law,9,T1-01,MOD-LEGAL,2015,2016,PRT,",), "cases.csv, line 2, theme: "),
        (("X1,AGO,,M,law,1,T9-99,MOD-LEGAL,2015,2016,PRT,",), "cases.csv, line 2, commitment_hint: "),
        (("X1,AGO,,M,,1,T1-01,MOD-LEGAL,2015,2016,PRT,",), "cases.csv, line 2, topic: "),
        ((CASES[0], CASES[0]), "cases.csv, line 3, case_id: "),
        (("X1,AGO,,M",), "cases.csv, line 2, row: "),
    ],
)
def test_a_bad_file_is_refused_by_its_place(tmp_path: Path, rows: tuple[str, ...], place: str) -> None:
    """A refused file ends with 2 and one line that names file, line and column."""
    cases, out = _cases(tmp_path, *rows), tmp_path / "out.json"
    found = _run("--known", cases, "--cases", cases, "--json", out)
    assert found.exit_code == 2
    assert found.stderr.startswith(f"refused: {place}")
    assert found.stderr.count("\n") == 1
    assert not out.exists()


def test_missing_columns_and_files_are_refused(tmp_path: Path) -> None:
    """So are a file that lacks a column, one that is no UTF-8, and one that is not there."""
    cases = _cases(tmp_path)
    lacking = _file(tmp_path, "lacking.csv", CASE_COLUMNS[:-1], ())
    (tmp_path / "latin.csv").write_bytes("caf\u00e9".encode("latin-1"))
    for name, place in ((lacking.name, "source_url"), ("latin.csv", "file"), ("nowhere.csv", "file")):
        found = _run("--known", tmp_path / name, "--cases", cases)
        assert found.exit_code == 2
        assert found.stderr.startswith(f"refused: {name}, line 1, {place}: ")


def test_an_unknown_protocol_is_refused(tmp_path: Path) -> None:
    """A protocol that does not exist ends with 2 and names those that do."""
    cases = _cases(tmp_path)
    found = _run("--known", cases, "--cases", cases, "--protocol", "hindsight")
    assert found.exit_code == 2
    assert "leave-one-out" in found.stderr


def test_whom_an_offer_is_meant_for_is_not_read(tmp_path: Path) -> None:
    """Named recipients leave no trace: neither their column, nor the description, nor names in the title."""
    rows = _rows("real_offers.csv")
    told = [
        row
        | {
            "regions_or_states_targeted": "ZMB",
            "description": "For Zambia.",
            "title": row["title"] + " Zambia",
        }
        for row in rows
    ]
    plain, leaking = (_written(tmp_path / name, one) for name, one in (("a.csv", rows), ("b.csv", told)))
    assert read_offers(plain, LISTS) == read_offers(leaking, LISTS)


def test_how_a_case_went_is_not_read(tmp_path: Path) -> None:
    """Institutions, notes, status and programme of a case leave no trace."""
    rows = _rows("real_cases.csv")
    hidden = ("provider_institutions", "note", "status", "programme", "framework", "providers_complete")
    told = [row | dict.fromkeys(hidden, "Ministry of Portugal") for row in rows]
    plain, leaking = (_written(tmp_path / name, one) for name, one in (("a.csv", rows), ("b.csv", told)))
    assert read_cases(plain, LISTS) == read_cases(leaking, LISTS)


def test_the_projects_own_copies_can_be_read() -> None:
    """The published cases and offers meet the rules that files of others have to meet."""
    assert len(read_cases(DATA / "real_cases.csv", LISTS)) == len(_rows("real_cases.csv"))
    assert len(read_offers(DATA / "real_offers.csv", LISTS)) == len(_rows("real_offers.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
