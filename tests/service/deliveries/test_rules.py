"""Who keeps the track record, and how a row of a table is read."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.caller import ANYBODY, DESK, ROLES, SYSTEM, Caller, Duty, Role
from service.deliveries import rules
from service.deliveries.rows import column_of, registration_from_row
from service.errors import FieldFault, InvalidInput, WrongMove

ROW = {
    "case_id": "RC900",
    "requester_iso3": "SEN;MLI",
    "topic": "detect travel-document fraud",
    "commitment_hint": "T2-01",
    "modalities": "MOD-TRAIN; MOD-EVENT",
    "year_start": "2010",
    "year_end": "",
    "provider_iso3": "FRA",
    "providers_complete": "yes",
    "status": "completed",
    "source_url": "https://programme.example/actions/41",
    "theme": "2",
}


@pytest.mark.parametrize(("state", "verb"), list(product(rules.STATES, rules.MOVES)))
def test_an_entry_is_retired_once_and_for_good(state: str, verb: str) -> None:
    """A listed entry can be retired; a retired one has no move left."""
    if state in rules.FINAL:
        with pytest.raises(WrongMove) as refused:
            rules.next_state(state, verb)
        assert refused.value.params == {"move": verb, "state": state}
    else:
        assert rules.next_state(state, verb) in rules.FINAL


def test_words_are_those_of_the_design() -> None:
    """States, statuses and what counts as help are those that people and old records know."""
    assert rules.STATES == ("listed", "retired")
    assert rules.MOVES == {"retire": ("listed", "retired")}
    assert {"retired"} == rules.FINAL
    assert rules.STATUSES == ("in_delivery", "completed", "suspended", "cancelled")
    assert {"in_delivery", "completed", "suspended"} == rules.COUNTS
    assert rules.COMPLETENESS == ("full", "partial", "unknown")
    assert (rules.EARLIEST_YEAR, rules.LATEST_YEAR) == (1950, 2200)


def test_the_state_follows_from_the_entry() -> None:
    """An entry is listed until it is retired."""
    assert rules.state_of(is_retired=False) == "listed"
    assert rules.state_of(is_retired=True) == "retired"


@pytest.mark.parametrize("role", ROLES)
def test_desks_and_administrators_keep_the_record(role: Role) -> None:
    """The staff of desks and administrators register; of what another desk entered only administrators."""
    duty = Duty(role, None if role == "administrator" else "stakeholder_desk")
    caller = Caller("account_x", "X", frozenset({duty}))
    assert rules.may_register(caller) == (role in DESK or role == "administrator")
    assert rules.may_revise(caller, "stakeholder_desk") == (role in DESK or role == "administrator")
    assert rules.may_revise(caller, "stakeholder_other") == (role == "administrator")
    assert rules.may_revise(caller, None) == (role == "administrator")


@pytest.mark.parametrize("caller", [ANYBODY, SYSTEM])
def test_nobody_and_the_service_itself_keep_nothing(caller: Caller) -> None:
    """Without a duty nothing is entered or changed."""
    assert not rules.may_register(caller)
    assert not rules.may_revise(caller, None)


def test_a_row_is_read_as_it_stands() -> None:
    """Lists are parted, empty cells are unknown, words about completeness become codes."""
    said = registration_from_row(ROW)
    assert (said.requesters, said.providers, said.modalities) == (
        ["SEN", "MLI"],
        ["FRA"],
        ["MOD-TRAIN", "MOD-EVENT"],
    )
    assert (said.year_from, said.year_to, said.providers_complete) == (2010, None, "full")
    assert (said.source_code, said.status) == ("RC900", "completed")


@pytest.mark.parametrize(
    ("column", "cell", "place"),
    [
        ("topic", "", "topic"),
        ("topic", "x" * 10_000, "topic"),
        ("source_url", "ftp://programme.example", "source_url"),
        ("status", "requested", "status"),
        ("requester_iso3", "SEN;mali", "requester_iso3[1]"),
        ("year_start", "twenty", "year_start"),
        ("year_start", "1" * 5_000, "year_start"),
        ("year_start", "1492", "year_start"),
        ("year_start", "\u0661\u0662\u0663\u0664", "year_start"),
        ("providers_complete", "perhaps", "providers_complete"),
        ("note", "bell \u0007", "note"),
        ("topic", "nothing \x00 here", "topic"),
        ("programme", "half \ud800", "programme"),
    ],
)
def test_a_cell_at_fault_is_named_by_its_column(column: str, cell: str, place: str) -> None:
    """What cannot be is refused by the column that the person who made the table knows."""
    with pytest.raises(InvalidInput) as refused:
        registration_from_row({**ROW, column: cell})
    assert [fault.field for fault in refused.value.found] == [place]


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=40)))
def test_any_row_is_read_or_refused(cells: dict[str, str]) -> None:
    """Whatever stands in the cells, the row is taken or refused by name; nothing else happens."""
    refused: tuple[FieldFault, ...] = ()
    said = None
    try:
        said = registration_from_row({**ROW, **cells})
    except InvalidInput as refusal:
        refused = refusal.found
    assert (said is None) == bool(refused)


def test_places_are_translated_to_columns() -> None:
    """A place within a field becomes the same place within its column."""
    assert column_of("requesters[3]") == "requester_iso3[3]"
    assert column_of("dialogue") == "dialogue"
