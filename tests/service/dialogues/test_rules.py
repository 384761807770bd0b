"""The life of an engagement, tried out exhaustively."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dialogues import rules
from service.errors import WrongMove

DRAWING = {
    ("none", "notify"): "notified",
    ("notified", "welcome"): "interested",
    ("notified", "decline"): "declined",
    ("interested", "host"): "hosting",
    ("interested", "observe"): "observing",
    ("interested", "decline"): "declined",
    ("hosting", "report"): "reported_to_officials",
    ("observing", "report"): "reported_to_officials",
    ("reported_to_officials", "close"): "closed",
}
STATES = (rules.NONE, *rules.ENGAGEMENT_STATES)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", sorted(rules.MOVES))
def test_no_move_outside_the_drawing(state: str, verb: str) -> None:
    """Every move of the drawing leads where it says; every other one is refused."""
    if (state, verb) in DRAWING:
        assert rules.next_state(state, verb) == DRAWING[state, verb]
    else:
        with pytest.raises(WrongMove) as refused:
            rules.next_state(state, verb)
        assert refused.value.params == {"move": verb, "state": state}


def test_words_are_those_of_the_design() -> None:
    """States, events, kinds of meetings and offices are those that people and old records know."""
    told = {verb: move.event for verb, move in rules.MOVES.items()}
    assert told == {
        "notify": "engagement.notified",
        "welcome": "engagement.welcomed",
        "host": "engagement.hosted",
        "observe": "engagement.observed",
        "report": "engagement.reported",
        "close": "engagement.closed",
        "decline": "engagement.declined",
    }
    assert rules.NONE == "none"
    assert {rules.NONE, *rules.ENGAGEMENT_STATES} == {"none", *DRAWING.values()}
    assert rules.MEETING_KINDS == (
        "ministerial_conference",
        "senior_officials_meeting",
        "technical_meeting",
        "steering_group",
        "working_group",
        "training",
        "side_event",
    )
    assert rules.OFFICES == ("chair", "co_chair")
    assert rules.CONSENT_TEXT == "dialogue-1"


def test_every_state_is_reached_and_only_ends_have_no_way_out() -> None:
    """From no engagement at all every state can be reached, and each but the ends can be left again."""
    reached, before = {rules.NONE}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _), after in DRAWING.items() if state in reached}
    assert reached == set(STATES)
    assert set(STATES) - {state for state, _ in DRAWING} == rules.ENGAGEMENT_ENDS


@given(st.lists(st.sampled_from(sorted(rules.MOVES)), max_size=12))
def test_whatever_is_tried_a_life_is_a_path_of_the_drawing(verbs: list[str]) -> None:
    """However moves are tried, an engagement begins with the requester's consent and ends at most once."""
    state, path = rules.NONE, [rules.NONE]
    for verb in verbs:
        try:
            state = rules.next_state(state, verb)
        except WrongMove:
            continue
        path.append(state)
    assert path[1:2] in ([], ["notified"])
    assert len(set(path)) == len(path)
    assert not rules.ENGAGEMENT_ENDS & set(path[:-1])


def test_only_the_first_move_is_the_requesters() -> None:
    """The requester tells the dialogue; what comes of it is for the dialogue to say."""
    sides = {verb: move.side for verb, move in rules.MOVES.items()}
    assert sides.pop("notify") == "requester"
    assert set(sides.values()) == {"dialogue"}


@given(st.dates(), st.none() | st.dates())
def test_a_window_may_not_run_backwards(first: date, last: date | None) -> None:
    """A window is at fault exactly when its end comes before its start."""
    found = [(fault.field, fault.code) for fault in rules.window_faults(first, last)]
    assert found == ([("ends_on", "before_start")] if last is not None and last < first else [])
    assert [fault.field for fault in rules.window_faults(date(2027, 1, 2), date(2027, 1, 1), "to")] == ["to"]
    assert rules.window_faults(first, first) == []
