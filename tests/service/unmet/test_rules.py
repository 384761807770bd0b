"""What the public register tells, and how a need is passed on: rules alone."""

import pytest

from service.caller import Caller, Duty
from service.errors import WrongMove
from service.unmet import rules
from service.unmet.rules import Counted, Group

AFRICA = (("GHA", "Africa"), ("NER", "Africa"), ("KEN", "Africa"))


def _needs(count: int, themes: str = "T1", places: tuple[tuple[str, str], ...] = AFRICA) -> list[Counted]:
    return [
        Counted(f"{themes}{places[0]}{number}", frozenset(themes.split()), frozenset([places[number % 3]]))
        for number in range(count)
    ]


def test_small_groups_are_not_told() -> None:
    """Fewer than five needs, or needs of fewer than three states, make no group, whatever else is unmet."""
    assert rules.groups_of(_needs(4)) == []
    assert rules.groups_of(_needs(5)) == [Group("T1", "Africa", 5)]
    one_state = [need._replace(places=frozenset([AFRICA[0]])) for need in _needs(9)]
    assert rules.groups_of(one_state) == []
    two_states = [*one_state[:4], *(need._replace(places=frozenset([AFRICA[1]])) for need in one_state[4:])]
    assert rules.groups_of(two_states) == []


def test_what_is_too_small_goes_in_with_other_regions() -> None:
    """Regions that are too small are told together, if they are large enough together; else not at all."""
    asia = (("GEO", "Asia"), ("JOR", "Asia"), ("PHL", "Asia"))
    both = _needs(4) + _needs(3, places=asia)
    assert rules.groups_of(both) == [Group("T1", None, 7)]
    assert rules.groups_of(_needs(6) + _needs(3, places=asia)) == [Group("T1", "Africa", 6)]
    twice = [Counted(str(number), frozenset({"T1"}), frozenset(AFRICA[:1] + asia[:1])) for number in range(3)]
    assert rules.groups_of(twice) == []


def test_a_need_counts_in_each_of_its_themes() -> None:
    """A need of two themes is counted in both; the order says nothing but theme and region."""
    assert rules.groups_of(reversed(_needs(5, "T2 T1"))) == [
        Group("T1", "Africa", 5),
        Group("T2", "Africa", 5),
    ]


LIFE = {
    ("suggested", "agree"): "asked",
    ("suggested", "refuse"): "refused",
    ("asked", "take_up"): "taken_up",
    ("asked", "decline"): "declined",
    ("taken_up", "decline"): "declined",
    ("suggested", "withdraw"): "withdrawn",
    ("asked", "withdraw"): "withdrawn",
    ("taken_up", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("state", rules.ESCALATION_STATES)
@pytest.mark.parametrize("verb", rules.MOVES)
def test_the_life_of_an_escalation(state: str, verb: str) -> None:
    """Each move leads from where it may start to one state; from elsewhere it is refused."""
    if (state, verb) in LIFE:
        assert rules.next_state(state, verb) == LIFE[state, verb]
    else:
        with pytest.raises(WrongMove):
            rules.next_state(state, verb)


def test_who_makes_which_move() -> None:
    """The requester agrees or refuses, the addressee answers, requester and desk take it back."""
    assert {verb: set(move.sides) for verb, move in rules.MOVES.items()} == {
        "agree": {"requester"},
        "refuse": {"requester"},
        "take_up": {"addressee"},
        "decline": {"addressee"},
        "withdraw": {"requester", "desk"},
    }


def test_who_answers_for_a_dialogue_or_a_fund() -> None:
    """A secretariat's own staff and a fund's funder answer, a case officer or an outsider does not."""
    for role, answers in (("dialogue_secretariat", True), ("funder", True), ("case_officer", False)):
        assert rules.answers_for(Caller("account_a", duties=frozenset({Duty(role, "x")})), "x") is answers
        assert not rules.answers_for(Caller("account_a", duties=frozenset({Duty(role, "x")})), "y")
