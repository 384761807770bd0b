"""The data that the service carries: what reading alone does not check, above all what we judged."""

import csv
import re
from pathlib import Path

import pytest

from service.caller import ROLES
from service.reference.files import Facts, data_folder, read_facts
from service.reference.rules import (
    BODY_ROLES,
    COMPLETENESS,
    CONFIDENCE,
    DIALOGUE_ROLES,
    DIALOGUE_STATUSES,
    INCOME_GROUPS,
    STATE_KINDS,
    VERIFICATIONS,
)

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Give the facts of the files."""
    return read_facts(data_folder())


def table(name: str) -> Rows:
    """Give the rows of one of the files of real cases and offers."""
    with (data_folder() / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def parts(cell: str) -> list[str]:
    """Give the codes in a cell."""
    return [part for part in cell.split(";") if part]


def codes(facts: Facts, name: str) -> set[str]:
    """Give the codes of a list."""
    return {str(code) for list_name, code in facts["code_entry"] if list_name == name}


def test_there_are_all_members_of_the_united_nations(facts: Facts) -> None:
    """The 193 members and two observers are there; a place counts once."""
    kinds = [row["kind"] for row in facts["state"].values()]
    assert (kinds.count("un_member"), kinds.count("un_observer")) == (193, 2)
    for name in ("iso2", "m49"):
        given = [row[name] for row in facts["state"].values() if row[name] is not None]
        assert len(set(given)) == len(given)


def test_coordinates_come_in_pairs(facts: Facts) -> None:
    """Half a place is no place, and a capital without one is not shown on a map."""
    for row in facts["state"].values():
        assert (row["capital_lat"] is None) == (row["capital_lon"] is None)
        assert (row["capital"] is None) == (row["capital_lat"] is None)


def test_disputed_capitals_stay_blank(facts: Facts) -> None:
    """The service takes no position: for three places no capital is named."""
    assert all(facts["state"][iso3,]["capital"] is None for iso3 in ("ISR", "PSE", "ESH"))


def test_territories_are_listed_only_where_something_uses_them(facts: Facts) -> None:
    """Listing is no statement; so a territory is there only because a dialogue or body seats it."""
    used = {iso3 for kind in ("dialogue_membership", "regional_body_membership") for _, iso3 in facts[kind]}
    reserved = {"HKG", "MAC", "XKX"}
    unused = [
        iso3
        for (iso3,), row in facts["state"].items()
        if row["kind"] not in {"un_member", "un_observer"} and iso3 not in used | reserved
    ]
    assert unused == []


def test_a_commitment_stands_under_its_theme_and_a_sub_point_under_its_headline(facts: Facts) -> None:
    """29 headlines and 9 sub-points; the code says theme and headline."""
    rows = facts["commitment"].values()
    for row in rows:
        assert row["code"].startswith(row["theme_code"] + "-")
        is_part = row["code"][-1].isalpha()
        assert row["parent_code"] == (row["code"][:-1] if is_part else None)
    assert sum(row["parent_code"] is None for row in rows) == 29
    assert len({row["title"] for row in rows}) == len(rows)


def test_a_commitment_rests_on_frameworks_that_its_theme_names(facts: Facts) -> None:
    """The source text gives frameworks by theme; our finer links stay within them, and none is without."""
    named: dict[str, set[str]] = {}
    for theme, framework in facts["theme_framework"]:
        named.setdefault(str(theme), set()).add(str(framework))
    for commitment, framework in facts["commitment_framework"]:
        assert framework in named[str(commitment)[:2]]
    assert {commitment for commitment, _ in facts["commitment_framework"]} == {
        code for (code,) in facts["commitment"]
    }
    assert set().union(*named.values()) == {code for (code,) in facts["framework"]}


def test_every_commitment_has_an_area_of_expertise_that_serves_it(facts: Facts) -> None:
    """Otherwise a need for it could be tagged and never be met."""
    served = {
        code
        for (name, _), row in facts["code_entry"].items()
        if name == "expertise_area"
        for code in row["facts"]["commitments"]
    }
    assert served == {code for (code,) in facts["commitment"]}


def test_areas_and_modalities_point_at_lists_that_hold_their_codes(facts: Facts) -> None:
    """Cross-walks to objectives, topic tags, MiGOF and IATI aid types end somewhere."""
    numbers = {number for (number,) in facts["gcm_objective"]}
    for (name, _), row in facts["code_entry"].items():
        if name == "expertise_area":
            assert set(row["facts"]["gcm_objectives"]) <= numbers
            assert set(row["facts"]["icmpd_topic_tags"]) <= codes(facts, "icmpd_topic")
            assert set(row["facts"]["migof"]) <= codes(facts, "migof")
        if name == "modality":
            assert row["facts"]["iati_aid_type"] in codes(facts, "iati_aid_type")
            assert re.fullmatch(r"MOD-[A-Z]+", row["code"])


def test_a_dialogue_is_chaired_by_its_members_and_works_on_its_own_themes(facts: Facts) -> None:
    """Base data of a dialogue agree with each other and with its list of members."""
    for row in facts["dialogue"].values():
        for iso3 in row["chairs"]:
            assert (row["code"], iso3) in facts["dialogue_membership"]
        assert all(code[:2] in row["themes"] for code in row["commitments"])
        rule, _, body = row["membership_rule"].partition(":")
        assert rule in {"listed", "open_to_all_un_members"} or (body,) in facts["regional_body"]


def test_who_left_a_regional_body_left_on_a_date(facts: Facts) -> None:
    """A round of an earlier day must see the member that it still was."""
    rows = facts["regional_body_membership"].values()
    assert all(row["until"] for row in rows if row["role"] == "withdrawn")


def test_every_fixed_choice_has_a_label(facts: Facts) -> None:
    """What the tables allow and what the lists label are the same codes."""
    assert codes(facts, "role") == set(ROLES)
    assert codes(facts, "state_kind") == set(STATE_KINDS)
    assert codes(facts, "income_group") == set(INCOME_GROUPS)
    assert codes(facts, "dialogue_status") == set(DIALOGUE_STATUSES)
    assert codes(facts, "completeness") == set(COMPLETENESS)
    assert codes(facts, "confidence") == set(CONFIDENCE)
    assert codes(facts, "verification") == set(VERIFICATIONS)
    assert codes(facts, "membership_role") == {*DIALOGUE_ROLES, *BODY_ROLES}


def test_a_request_can_be_declined_for_all_that_leaves_it_unmet(facts: Facts) -> None:
    """Reasons are counted across both lists, so the shared ones carry the same codes."""
    assert codes(facts, "unmet_reason") < codes(facts, "declined_reason")


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (
            "real_offers.csv",
            {
                "provider_iso3": "state",
                "provider_type": "stakeholder_type",
                "commitments": "commitment",
                "expertise_areas": "expertise_area",
                "modalities": "modality",
                "languages": "language",
                "dialogue": "dialogue",
            },
        ),
        (
            "real_cases.csv",
            {
                "requester_iso3": "state",
                "requester_body": "regional_body",
                "commitment_hint": "commitment",
                "modalities": "modality",
                "provider_iso3": "state",
                "dialogue": "dialogue",
            },
        ),
    ],
)
def test_real_cases_and_offers_name_codes_that_exist(
    facts: Facts, name: str, columns: dict[str, str]
) -> None:
    """They are loaded into the service, so every code in them has to be one of its own."""
    rows = table(name)
    assert len(rows) > 80
    for column, target in columns.items():
        known = {str(key[0]) for key in facts[target]} if target in facts else codes(facts, target)
        named = {part.strip() for row in rows for part in parts(row[column])}
        assert named - known == set()
    assert all(row["source_url"].startswith("http") for row in rows)


def test_every_file_is_described_in_the_sources() -> None:
    """A file whose origin nobody wrote down has no place among facts."""
    folder = Path(str(data_folder()))
    sources = (folder / "SOURCES.md").read_text(encoding="utf-8")
    names = {path.name for path in folder.iterdir()} - {"SOURCES.md"}
    assert len(names) == 12
    assert {name for name in names if name not in sources} == set()
