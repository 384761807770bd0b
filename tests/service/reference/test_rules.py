"""Rules of the reference data, by themselves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.caller import ANYBODY, OPERATOR, ROLES, Caller, Duty
from service.errors import NotAllowed
from service.reference.errors import NotCorrectable, ReusedCode
from service.reference.kinds import BY_NAME
from service.reference.rules import (
    CORRECTABLE,
    Difference,
    Key,
    Values,
    check_correctable,
    check_may_correct,
    difference,
    first_day,
    last_day,
    role_on,
)

DAY = date(2027, 3, 15)
keys = st.tuples(st.sampled_from("ABCDEF"))
wanted_rows = st.dictionaries(
    keys, st.fixed_dictionaries({"title": st.just("same"), "note": st.integers(0, 2)})
)


def kept_rows(row: Values, *, retired: bool) -> Values:
    """Give a row as the database has it."""
    return {**row, "retired_on": DAY if retired else None}


def taken_over(kept: dict[Key, Values], wanted: dict[Key, Values]) -> dict[Key, Values]:
    """Give what is kept after the difference was written."""
    found = difference("thing", kept, wanted, "title")
    after = {key: dict(row) for key, row in kept.items()}
    after |= {key: kept_rows(wanted[key], retired=False) for key in found.added}
    for key, fields in {**found.changed, **found.returned}.items():
        after[key] |= fields
    for key in found.retired:
        after[key]["retired_on"] = DAY
    return after


@given(
    st.dictionaries(keys, st.tuples(st.integers(0, 2), st.booleans())),
    wanted_rows,
)
def test_a_sync_ends_with_what_the_files_say_and_loses_nothing(
    before: dict[Key, tuple[int, bool]], wanted: dict[Key, Values]
) -> None:
    """Whatever was kept, afterwards what the files have is live and as they say, and the rest is retired."""
    kept = {
        key: kept_rows({"title": "same", "note": note}, retired=gone) for key, (note, gone) in before.items()
    }
    after = taken_over(kept, wanted)
    assert set(after) == set(kept) | set(wanted)
    live = {key: row for key, row in after.items() if row["retired_on"] is None}
    assert live == {key: kept_rows(row, retired=False) for key, row in wanted.items()}
    again = difference("thing", after, wanted, "title")
    assert again == Difference()


def test_a_retired_code_may_not_come_back_with_another_meaning() -> None:
    """Old records name the code; a second meaning would change what they say."""
    kept = {("A",): kept_rows({"title": "Border posts"}, retired=True)}
    with pytest.raises(ReusedCode) as refused:
        difference("thing", kept, {("A",): {"title": "Consular posts"}}, "title")
    assert "thing A" in refused.value.detail()


def test_a_live_code_may_be_worded_better() -> None:
    """Only a code that was retired in between counts as used up."""
    kept = {("A",): kept_rows({"title": "Border posts"}, retired=False)}
    found = difference("thing", kept, {("A",): {"title": "Border crossing posts"}}, "title")
    assert found.changed == {("A",): {"title": "Border crossing posts"}}


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-07", date(2024, 2, 7), date(2024, 2, 7)),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(period: str, first: date, last: date) -> None:
    """A source that gives only a year means the whole of it."""
    assert (first_day(period), last_day(period)) == (first, last)


@pytest.mark.parametrize("period", ["24", "2024-13", "2024-02-30", "2024-2", "spring 2024", "2024-02-01T00"])
def test_what_is_no_period_is_refused(period: str) -> None:
    """A date that does not exist is an error, not a guess."""
    with pytest.raises(ValueError, match=r"."):
        first_day(period)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_its_own_first_and_last_day(day: date) -> None:
    """The day that a source gives is kept exactly."""
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("role", "valid_from", "valid_to", "before", "after"),
    [
        ("member", DAY, None, None, "member"),
        ("suspended", DAY, None, "member", "suspended"),
        ("withdrawn", None, DAY - timedelta(1), "member", "withdrawn"),
        ("former_member", None, DAY - timedelta(1), "member", "former_member"),
        ("withdrawn", None, None, "withdrawn", "withdrawn"),
        ("observer", None, DAY - timedelta(1), "observer", None),
        ("participant", None, None, "participant", "participant"),
    ],
)
def test_a_membership_is_told_as_it_was_on_the_day(
    role: str, valid_from: date | None, valid_to: date | None, before: str | None, after: str | None
) -> None:
    """Who left was a member until then, who is suspended was one before, and nobody is one too early."""
    assert role_on(role, valid_from, valid_to, DAY - timedelta(1)) == before
    assert role_on(role, valid_from, valid_to, DAY) == after


def test_only_administrators_correct_facts() -> None:
    """No other role changes what everybody reads."""
    check_may_correct(OPERATOR)
    for caller in (ANYBODY, *(Caller("account_1", duties=frozenset({Duty(role)})) for role in ROLES)):
        if not caller.is_administrator:
            with pytest.raises(NotAllowed):
                check_may_correct(caller)


def test_only_fields_that_exist_and_are_no_keys_can_be_corrected() -> None:
    """Every field on the list is a field of its kind's rows, and none of them is a key."""
    for name, fields in CORRECTABLE.items():
        kind = BY_NAME[name]
        assert fields <= set(kind.row.model_fields)
        assert not fields & set(kind.keys)
        for key in kind.keys:
            with pytest.raises(NotCorrectable):
                check_correctable(name, key)
