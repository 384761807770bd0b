"""What a message may be, who reads it and who takes it back, by themselves."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.threads import rules

TODAY = date(2027, 3, 15)
NOW = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
CIRCLE = rules.Circle(
    "need:x", "A need", "/needs/x", parties=("prv_a", "desk"), readers=("requester", "desk")
)


@dataclass(frozen=True)
class Written:
    """What the rules know of a message."""

    kind: str = "promise"
    author_party: str = "desk"
    author_account: str = "account_a"
    written_at: datetime = NOW
    kept_at: datetime | None = None
    retracted_at: datetime | None = None


def test_words_and_limits_are_those_that_were_agreed() -> None:
    """Kinds of messages, the names of parties, and how many files for how long."""
    assert rules.KINDS == ("question", "answer", "promise", "note")
    assert (rules.REQUESTER, rules.DESK, rules.EVERYBODY) == ("requester", "desk", "everybody")
    assert (timedelta(hours=1), 3) == (rules.FILES_WITHIN, rules.MOST_FILES)
    bare = rules.Circle("need:x", "A need", "/needs/x")
    assert (bare.parties, bare.readers, dict(bare.names)) == ((), (), {})
    assert bare.hears_everybody
    assert bare.is_open
    assert not bare.is_agreed


@pytest.mark.parametrize(
    ("parties", "kind", "wanted", "author"),
    [
        (("prv_a", "desk"), "question", None, "prv_a"),
        (("prv_a", "desk"), "question", "desk", "desk"),
        (("prv_a", "desk"), "question", "requester", None),
        (("prv_a", "desk"), "note", None, "desk"),
        (("prv_a", "desk"), "note", "prv_a", "desk"),
        (("prv_a",), "note", None, None),
        ((), "answer", None, None),
    ],
)
def test_one_writes_as_a_party_that_one_is(
    parties: tuple[str, ...], kind: str, wanted: str | None, author: str | None
) -> None:
    """As the party one chose or the first one is; a note only as the desk; otherwise as nobody."""
    assert rules.author_of(replace(CIRCLE, parties=parties), kind, wanted) == author


def test_a_message_goes_to_readers_of_the_circle_and_a_note_to_the_desk() -> None:
    """Whoever is not among the readers gets nothing, and a note leaves the desk in no way."""
    assert rules.readers_of(CIRCLE, "question", ["requester", "prv_b"]) == {"requester"}
    assert rules.readers_of(CIRCLE, "question", []) == set()
    assert rules.readers_of(CIRCLE, "note", ["requester"]) == {"desk"}


@pytest.mark.parametrize(
    ("kind", "readers", "due", "faults"),
    [
        ("question", ["requester"], None, []),
        ("question", [], None, [("readers", "missing")]),
        ("question", ["requester", "prv_b"], None, [("readers", "unknown")]),
        ("note", [], None, []),
        ("note", ["desk"], None, []),
        ("note", ["desk", "requester"], None, [("readers", "internal")]),
        ("promise", ["desk"], None, [("due_on", "missing")]),
        ("promise", ["desk"], 0, []),
        ("promise", ["desk"], -1, [("due_on", "in_the_past")]),
        ("answer", ["desk"], 1, [("due_on", "no_promise")]),
        ("answer", ["desk"], -1, [("due_on", "no_promise"), ("due_on", "in_the_past")]),
    ],
)
def test_a_message_says_to_whom_and_a_promise_until_when(
    kind: str, readers: list[str], due: int | None, faults: list[tuple[str, str]]
) -> None:
    """Each fault is found, at its field, and nothing else is."""
    due_on = None if due is None else TODAY + timedelta(days=due)
    found = list(rules.message_faults(CIRCLE, kind, readers, due_on, TODAY))
    assert [(fault.field, fault.code) for fault in found] == faults


def test_only_the_side_that_wrote_takes_back_and_once() -> None:
    """A colleague of the author may; a reader may not; what was taken back stays so."""
    assert rules.may_retract(["desk", "prv_a"], Written())
    assert not rules.may_retract(["prv_a"], Written())
    assert not rules.may_retract(["desk"], Written(retracted_at=NOW))


def test_a_promise_is_kept_in_the_eyes_of_another_side() -> None:
    """Who reads an open promise says that it was kept, never who gave it, and of nothing but a promise."""
    assert rules.may_keep(["prv_a"], Written())
    assert not rules.may_keep([], Written())
    assert not rules.may_keep(["prv_a", "desk"], Written())
    assert not rules.may_keep(["prv_a"], Written(kind="answer"))
    assert not rules.may_keep(["prv_a"], Written(kept_at=NOW))
    assert not rules.may_keep(["prv_a"], Written(retracted_at=NOW))


def test_files_are_changed_by_the_author_within_an_hour() -> None:
    """Nobody else, not later, and not of what was taken back."""
    last = NOW + timedelta(hours=1)
    assert rules.may_change_files("account_a", Written(), last - timedelta(microseconds=1))
    assert not rules.may_change_files("account_a", Written(), last)
    assert not rules.may_change_files("account_b", Written(), NOW)
    assert not rules.may_change_files(None, Written(), NOW)
    assert not rules.may_change_files("account_a", Written(retracted_at=NOW), NOW)
