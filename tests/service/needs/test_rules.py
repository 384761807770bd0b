"""Rules of needs, by themselves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.caller import ANYBODY, ASKING, DESK, OPERATOR, ROLES, SYSTEM, Caller, Duty
from service.errors import WrongMove
from service.needs import rules
from service.needs.rules import (
    ENDS,
    LEVELS,
    MOVES,
    OPEN,
    STATES,
    TAKEN_INTO_ROUNDS,
    UNDECIDED,
    Exposure,
    Onlooker,
    Parties,
    actors_of,
    case_number,
    endorses_for,
    may_register,
    may_see,
    moves_open_to,
    next_state,
    reaches,
    requester_faults,
    widens,
    window_faults,
    wish_faults,
)
from service.stakeholders.rules import ASKS_JOINTLY_ONLY, PUBLIC_BODIES

DRAWN = {
    ("draft", "pending_endorsement"),
    ("pending_endorsement", "submitted"),
    ("submitted", "screening"),
    ("screening", "clarification_requested"),
    ("clarification_requested", "screening"),
    ("screening", "ineligible"),
    ("screening", "validated"),
    ("validated", "circulated"),
    ("circulated", "partially_matched"),
    ("partially_matched", "matched"),
    ("matched", "partially_matched"),
    ("matched", "circulated"),
    ("partially_matched", "circulated"),
    ("matched", "in_action"),
    ("in_action", "fulfilled"),
    ("fulfilled", "closed"),
    ("circulated", "unmet"),
    ("partially_matched", "unmet"),
    ("unmet", "circulated"),
    ("unmet", "escalated"),
    ("escalated", "unmet"),
    ("in_action", "suspended"),
    ("suspended", "in_action"),
}
"""The drawing of the design, but for withdrawing."""

WHO_MOVES = {
    "submit": ("submitted", {"requester"}),
    "endorse": ("fully-endorsed", {"focal_point"}),
    "expedite": ("expedited", {"requester"}),
    "start_screening": ("screening-started", {"desk"}),
    "request_clarification": ("clarification-requested", {"desk"}),
    "answer_clarification": ("clarification-answered", {"requester"}),
    "find_ineligible": ("found-ineligible", {"desk"}),
    "validate": ("validated", {"desk"}),
    "circulate": ("circulated", {"desk"}),
    "match_partly": ("partially-matched", {"system"}),
    "match": ("matched", {"system"}),
    "unmatch_partly": ("match-lost-in-part", {"system"}),
    "unmatch": ("match-lost", {"system"}),
    "start_action": ("action-started", {"system"}),
    "suspend": ("suspended", {"requester", "desk", "system"}),
    "resume": ("resumed", {"requester", "desk", "system"}),
    "fulfil": ("fulfilled", {"system"}),
    "close": ("closed", {"desk", "system"}),
    "mark_unmet": ("marked-unmet", {"desk", "system"}),
    "recirculate": ("recirculated", {"desk"}),
    "escalate": ("escalated", {"requester"}),
    "end_escalation": ("escalation-ended", {"system"}),
    "withdraw": ("withdrawn", {"requester"}),
}

ME, OTHER, DESK_ID, OTHER_DESK = (
    "stakeholder_me",
    "stakeholder_other",
    "stakeholder_desk",
    "stakeholder_desk2",
)
PLACES = (ME, OTHER, DESK_ID, OTHER_DESK)
SIGHTS = ("nothing", "summary", "text")

callers = st.builds(
    Caller,
    account_id=st.just("account_a"),
    duties=st.frozensets(st.builds(Duty, st.sampled_from(ROLES), st.sampled_from(PLACES)), max_size=3),
)
onlookers = st.builds(
    Onlooker,
    caller=callers | st.sampled_from([ANYBODY, OPERATOR, SYSTEM]),
    states=st.frozensets(st.sampled_from(["GHA", "NER"]), max_size=2),
    dialogues=st.frozensets(st.sampled_from(["RABAT", "PRAGUE"]), max_size=2),
)
exposures = st.builds(
    Exposure,
    level=st.sampled_from(LEVELS),
    requesters=st.frozensets(st.sampled_from([ME, OTHER]), min_size=1),
    desk_id=st.sampled_from([DESK_ID, OTHER_DESK]),
    desk_dialogue=st.sampled_from([None, "RABAT", "PRAGUE"]),
    registered_on_behalf=st.booleans(),
    is_submitted=st.booleans(),
    is_circulated=st.booleans(),
    is_set_back=st.booleans(),
    named=st.frozensets(st.sampled_from(PLACES)),
)


def edges() -> set[tuple[str, str]]:
    """Give the moves as pairs of states."""
    return {(source, move.target) for move in MOVES.values() for source in move.sources}


def reachable(start: str) -> set[str]:
    """Give the states that moves lead to from a state."""
    found, ahead = set(), [start]
    while ahead:
        state = ahead.pop()
        if state not in found:
            found.add(state)
            ahead += [target for source, target in edges() if source == state]
    return found


def test_life_is_the_drawing() -> None:
    """A need moves as drawn, can be withdrawn while it is open, and moves in no other way."""
    assert edges() == DRAWN | {(state, "withdrawn") for state in OPEN}


def test_every_state_is_reached_and_left() -> None:
    """Every state is reached from a draft; from every state but the ends an end can be reached."""
    assert reachable("draft") == set(STATES)
    assert {source for source, _ in edges()} == set(STATES) - ENDS
    assert all(reachable(state) & ENDS for state in STATES)


@pytest.mark.parametrize("verb", MOVES)
def test_moves_start_only_where_they_are_drawn(verb: str) -> None:
    """A move leads where it is drawn to, and is refused from everywhere else, naming both."""
    for state in MOVES[verb].sources:
        assert next_state(state, verb) == MOVES[verb].target
    for state in set(STATES) - MOVES[verb].sources:
        with pytest.raises(WrongMove) as refused:
            next_state(state, verb)
        assert refused.value.params == {"move": verb, "state": state}


@given(st.lists(st.sampled_from(list(MOVES)), max_size=40))
def test_no_walk_leaves_the_drawing(verbs: list[str]) -> None:
    """Whatever is tried in whatever order, each step that succeeds is drawn, and an end is never left."""
    state = "draft"
    for verb in verbs:
        try:
            after = next_state(state, verb)
        except WrongMove:
            continue
        assert (state, after) in DRAWN or after == "withdrawn"
        assert state not in ENDS
        state = after


def test_sets_of_states_hold_what_they_say() -> None:
    """Rounds take in what was validated and has no full team; wishes change only while no team stands."""
    assert {"validated", "circulated", "partially_matched"} == TAKEN_INTO_ROUNDS
    assert UNDECIDED >= TAKEN_INTO_ROUNDS
    assert not UNDECIDED & {"matched", "in_action", "suspended", "fulfilled", "closed", "withdrawn"}


def test_each_move_is_made_by_whom_it_belongs_to_and_told_by_its_name() -> None:
    """Who makes which move, and how the journal calls it, changes on purpose only."""
    found = {verb: (move.event, set(move.actors)) for verb, move in MOVES.items()}
    assert found == {verb: (f"need.{event}", actors) for verb, (event, actors) in WHO_MOVES.items()}


def test_words_and_times_are_those_of_the_design() -> None:
    """States, levels and lists of words are those that people, clients and old records know."""
    assert set(STATES) == {source for source, _ in DRAWN} | {"ineligible", "closed", "withdrawn"}
    assert {"ineligible", "closed", "withdrawn"} == ENDS
    assert set(STATES) - ENDS - {"fulfilled"} == OPEN
    assert {"fulfilled", "closed"} == rules.ASKED_AT_THE_END
    assert {"draft", "clarification_requested"} == rules.REVISABLE
    assert OPEN - {"matched", "in_action", "suspended"} == UNDECIDED
    assert {"circulated", "partially_matched", "matched", "unmet", "escalated"} == rules.SET_BACK_IN
    assert {"member", "participant"} == rules.TAKES_PART
    assert (
        "endorsement_overdue",
        timedelta(days=1),
    ) == (rules.ENDORSEMENT_OVERDUE, rules.WIDENED_ALONE_AFTER)
    assert rules.URGENCIES == ("emergency", "urgent", "priority", "routine")
    assert rules.WISHES == ("preferred", "excluded", "do_not_pair")
    assert rules.HARM_MOMENTS == ("before", "after")
    assert rules.HARM_ANSWERS == ("no", "prevented", "not_applicable")
    assert rules.JUDGEMENTS == ("acceptable", "with_conditions", "not_acceptable")
    assert rules.WIDENING_STATES == ("asked", "done", "revoked", "overtaken")
    assert rules.DELIVERY_MODES == (
        "in_requesting_country",
        "in_provider_country",
        "third_country_or_regional",
        "remote",
        "hybrid",
    )
    assert LEVELS == (
        "draft",
        "secretariat_only",
        "named_providers",
        "dialogue_members",
        "all_states",
        "public_summary",
        "public",
    )


@given(callers, st.sampled_from(STATES), st.booleans(), st.booleans())
def test_nobody_moves_without_a_part_in_the_need(
    caller: Caller,
    state: str,
    on_behalf: bool,  # noqa: FBT001 - drawn
    confirmed: bool,  # noqa: FBT001 - drawn
) -> None:
    """Only those who ask and the handling desk move a need, each only with the verbs that are theirs."""
    actors = actors_of(caller, Parties({ME: "ministry_or_agency"}, DESK_ID, on_behalf, confirmed))
    asks, handles = caller.acts_for(ME, *ASKING), caller.acts_for(DESK_ID, *DESK)
    assert ("requester" in actors) == asks
    assert ("desk" in actors) == handles
    assert ("registrar" in actors) == (handles and on_behalf and not confirmed)
    assert "system" not in actors
    assert moves_open_to(actors, state) == [
        verb for verb, move in MOVES.items() if move.actors & actors and state in move.sources
    ]
    assert moves_open_to(actors, state, is_confirmed=False) == []
    if not asks and not handles:
        assert moves_open_to(actors, state) == []


def test_focal_points_endorse_for_public_bodies_only() -> None:
    """For a ministry its focal point endorses and no officer; for an association whoever asks for it."""
    officer = Caller("a", duties=frozenset({Duty("requester_officer", ME), Duty("requester_officer", OTHER)}))
    focal = Caller("b", duties=frozenset({Duty("national_focal_point", ME)}))
    types = {ME: "ministry_or_agency", OTHER: "civil_society"}
    assert endorses_for(officer, types) == [OTHER]
    assert endorses_for(focal, types) == [ME]
    assert endorses_for(ANYBODY, types) == []
    parties = Parties(types, DESK_ID)
    assert actors_of(focal, parties) == {"requester", "focal_point"}
    assert actors_of(officer, Parties({ME: "ministry_or_agency"}, DESK_ID)) == {"requester"}


@given(callers)
def test_a_provider_registers_nothing(caller: Caller) -> None:
    """Only the asking side or the desk registers, never somebody who offers."""
    assert may_register(caller, ME, DESK_ID) == (
        caller.acts_for(ME, *ASKING) or caller.acts_for(DESK_ID, *DESK)
    )


@given(onlookers, exposures)
def test_widening_hides_nothing(onlooker: Onlooker, need: Exposure) -> None:
    """Whoever sees a need at a level sees as much of it at every wider one."""
    seen = [SIGHTS.index(may_see(onlooker, _at(need, level))) for level in LEVELS]
    assert seen == sorted(seen)


@given(onlookers, exposures)
def test_outsiders_see_nothing_before_circulation(onlooker: Onlooker, need: Exposure) -> None:
    """Before it is circulated nobody but requester and desk sees a need, and the desk no foreign draft."""
    hidden = Exposure(**{**_fields(need), "is_circulated": False})
    asks = bool(onlooker.caller.stakeholders(*ASKING) & need.requesters)
    handles = need.desk_id in onlooker.caller.desks() and (need.is_submitted or need.registered_on_behalf)
    assert may_see(onlooker, hidden) == ("text" if asks or handles else "nothing")


@pytest.mark.parametrize("level", LEVELS)
def test_each_circle_is_let_in_by_its_level(level: str) -> None:
    """From its own level on a circle reads the text; a public summary is for everybody who is in none."""
    need = Exposure(level, frozenset({ME}), DESK_ID, "RABAT", named=frozenset({OTHER}))
    named = Caller("a", duties=frozenset({Duty("expert", OTHER)}))
    circles = {
        "named_providers": Onlooker(named),
        "dialogue_members": Onlooker(ANYBODY, dialogues=frozenset({"RABAT"})),
        "all_states": Onlooker(ANYBODY, states=frozenset({"NER"})),
        "public": Onlooker(ANYBODY, dialogues=frozenset({"PRAGUE"})),
    }
    for circle, onlooker in circles.items():
        otherwise = "summary" if level == "public_summary" else "nothing"
        is_in = LEVELS.index(level) >= LEVELS.index(circle)  # type: ignore[arg-type]
        assert may_see(onlooker, need) == ("text" if is_in else otherwise)
        for hidden in ({"is_circulated": False}, {"is_set_back": True}):
            assert may_see(onlooker, Exposure(**{**_fields(need), **hidden})) == "nothing"  # type: ignore[arg-type]
    unnamed = Exposure(level, frozenset({ME}), DESK_ID)
    assert may_see(circles["dialogue_members"], unnamed) == ("text" if level == "public" else otherwise)


@given(callers, st.booleans(), st.booleans())
def test_those_who_ask_and_the_desk_read_what_is_theirs(
    caller: Caller,
    submitted: bool,  # noqa: FBT001 - drawn
    on_behalf: bool,  # noqa: FBT001 - drawn
) -> None:
    """Whoever asks reads all of it; the desk what was submitted or it registered itself, at any level."""
    need = Exposure("draft", frozenset({ME}), DESK_ID, None, on_behalf, submitted, is_set_back=True)
    asks = caller.acts_for(ME, *ASKING)
    handles = caller.acts_for(DESK_ID, *DESK) and (submitted or on_behalf)
    assert may_see(Onlooker(caller), need) == ("text" if asks or handles else "nothing")


def test_what_is_not_said_of_a_need_is_the_usual() -> None:
    """A need is submitted, circulated, its requester's own and confirmed, unless it is said not to be."""
    need = Exposure("public", frozenset(), DESK_ID)
    assert (need.is_submitted, need.is_circulated, need.registered_on_behalf, need.is_set_back) == (
        True,
        True,
        False,
        False,
    )
    parties = Parties({}, DESK_ID)
    assert (parties.registered_on_behalf, parties.is_confirmed) == (False, True)


@dataclass(frozen=True)
class Noted:
    """How a need was registered."""

    registered_on_behalf: bool = False
    confirmed_at: datetime | None = None


@given(callers)
def test_what_a_desk_wrote_down_waits_for_the_states_word(caller: Caller) -> None:
    """A need is confirmed if its state registered it or confirmed it, which only those who ask for it do."""
    assert rules.is_confirmed(Noted())
    assert not rules.is_confirmed(Noted(registered_on_behalf=True))
    assert rules.is_confirmed(Noted(registered_on_behalf=True, confirmed_at=datetime(2027, 1, 1, tzinfo=UTC)))
    assert rules.may_confirm(caller, ME) == caller.acts_for(ME, *ASKING)


@given(exposures)
def test_administrators_see_what_anybody_sees(need: Exposure) -> None:
    """Looking after the instance opens no need."""
    assert may_see(Onlooker(OPERATOR), need) == may_see(Onlooker(ANYBODY), need)


@given(onlookers, exposures)
def test_the_default_level_shows_requester_and_desk_only(onlooker: Onlooker, need: Exposure) -> None:
    """At ``secretariat_only`` and below, only those who ask and the handling desk see anything."""
    narrow = _at(need, "secretariat_only")
    inside = (
        onlooker.caller.stakeholders(*ASKING) & need.requesters or need.desk_id in onlooker.caller.desks()
    )
    if not inside:
        assert may_see(onlooker, narrow) == "nothing"


def test_levels_are_ordered_narrowest_first() -> None:
    """Each level reaches the circles of the narrower ones, and moving up widens."""
    for place, level in enumerate(LEVELS):
        assert [reaches(level, circle) for circle in LEVELS] == [
            other <= place for other in range(len(LEVELS))
        ]
        assert [widens(level, other) for other in LEVELS] == [other > place for other in range(len(LEVELS))]
        assert rules.levels_from(level) == LEVELS[place:]
        assert [rules.wider_of(level, other) for other in LEVELS] == [
            LEVELS[max(place, other)] for other in range(len(LEVELS))
        ]
        assert rules.is_confidential(level) == (place < LEVELS.index("all_states"))
        assert rules.level_at_another_desk(level, is_submitted=False) == level
        taken = "named_providers" if level == "dialogue_members" else level
        assert rules.level_at_another_desk(level, is_submitted=True) == taken


def test_a_widening_waits_a_day_where_nobody_else_could_agree() -> None:
    """With others it waits for them; alone it happens a day later."""
    now = datetime(2027, 3, 15, tzinfo=UTC)
    assert rules.widening_due_at(now, 0) == now + timedelta(days=1)
    assert rules.widening_due_at(now, 1) is None


@given(st.dates(), st.integers(-3, 3))
def test_windows_run_forward(start: date, days: int) -> None:
    """An end before the start is a fault; the same day is not; an open window is not."""
    end = start + timedelta(days=days) if date(2, 1, 1) < start < date(9998, 1, 1) else start
    found = [(fault.field, fault.code) for fault in window_faults(start, end)]
    assert found == ([("ends_on", "before_start")] if end < start else [])
    assert window_faults(start, None) == window_faults(None, end) == window_faults(None, None) == []


@pytest.mark.parametrize("kind", sorted(ASKS_JOINTLY_ONLY))
def test_civil_society_asks_with_a_public_body(kind: str) -> None:
    """Alone or among themselves such organisations may not ask; with any public body they may."""
    found = [(fault.field, fault.code) for fault in requester_faults({ME: kind})]
    assert found == [("requesters", "needs_public_body")]
    assert requester_faults({ME: "expert_pool"}) == requester_faults({ME: "ministry_or_agency"}) == []
    assert requester_faults({ME: kind, OTHER: "media"})
    assert not any(requester_faults({ME: kind, OTHER: public}) for public in PUBLIC_BODIES)


def test_wishes_do_not_contradict_each_other() -> None:
    """A provider cannot be preferred and unwanted at once; excluded and not to be paired go together."""
    assert wish_faults([ME], {"excluded": [OTHER], "do_not_pair": [OTHER]}) == []
    faults = wish_faults([ME], {"excluded": [OTHER, ME], "do_not_pair": [ME]})
    assert [(fault.field, fault.code) for fault in faults] == [
        ("excluded[1]", "contradiction"),
        ("do_not_pair[0]", "contradiction"),
    ]


def test_case_numbers_read_as_written_in_files() -> None:
    """A file number is prefix, year and at least two digits."""
    assert [case_number("NER-2026-", serial) for serial in (3, 12, 345)] == [
        "NER-2026-03",
        "NER-2026-12",
        "NER-2026-345",
    ]


def _fields(need: Exposure) -> dict[str, object]:
    return {name: getattr(need, name) for name in Exposure.__dataclass_fields__}


def _at(need: Exposure, level: str) -> Exposure:
    return Exposure(**{**_fields(need), "level": level})  # type: ignore[arg-type]
