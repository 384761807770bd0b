"""Lives of seats, bookings and proposals, and the arithmetic of capacity."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.pairs.rules import PUBLIC_CODES
from service.demonstration.report import TEAM_REASONS
from service.errors import WrongMove
from service.matches import rules
from service.matches.errors import StillToBeAgreed
from service.matches.own_scores import own_score, own_team_score
from service.matches.reasons import REASONS, RULES

SEAT_DRAWING = {
    ("suggested", "offer"): "offered",
    ("suggested", "drop"): "withdrawn",
    ("offered", "accept"): "accepted",
    ("offered", "decline"): "declined",
    ("offered", "lapse"): "lapsed",
    ("offered", "withdraw"): "withdrawn",
    ("accepted", "withdraw"): "withdrawn",
    ("accepted", "confirm"): "confirmed",
    ("confirmed", "release"): "released",
}
BOOKING_DRAWING = {
    ("held", "commit"): "committed",
    ("held", "release"): "released",
    ("committed", "release"): "released",
}
LIVES: list[tuple[Mapping[str, rules.Move], tuple[str, ...], dict[tuple[str, str], str], set[str]]] = [
    (rules.SEAT_MOVES, rules.SEAT_STATES, SEAT_DRAWING, set(rules.SEAT_ENDS)),
    (rules.BOOKING_MOVES, rules.BOOKING_STATES, BOOKING_DRAWING, {"released"}),
]
STANDINGS = st.builds(rules.SeatStanding, st.sampled_from(rules.SEAT_STATES), st.booleans())
TEAMS = st.lists(STANDINGS, min_size=1, max_size=6)
MONTHS = [f"2027-{number:02d}" for number in range(1, 7)]
LOADS = st.lists(
    st.builds(rules.Load, st.sampled_from(MONTHS), st.integers(1, 4), st.sampled_from(rules.BOOKING_STATES)),
    max_size=12,
)


@pytest.mark.parametrize(("moves", "states", "drawing", "ends"), LIVES)
def test_lives_are_as_drawn(
    moves: Mapping[str, rules.Move],
    states: tuple[str, ...],
    drawing: dict[tuple[str, str], str],
    ends: set[str],
) -> None:
    """No move exists outside the drawing, every state is reached, and only the ends have no way out."""
    made = {(source, verb): move.target for verb, move in moves.items() for source in move.sources}
    assert made == drawing
    reached, before = {states[0]}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {after for (source, _), after in drawing.items() if source in reached}
    assert reached == set(states)
    assert set(states) - {source for source, _ in drawing} == ends


@given(st.sampled_from(rules.SEAT_STATES), st.sampled_from(sorted(rules.SEAT_MOVES)))
def test_a_move_outside_the_drawing_is_refused(state: str, verb: str) -> None:
    """A move that the drawing lacks is refused and says from which state it was tried."""
    if (state, verb) in SEAT_DRAWING:
        assert rules.next_seat_state(state, verb) == SEAT_DRAWING[state, verb]
    else:
        with pytest.raises(WrongMove) as refused:
            rules.next_seat_state(state, verb)
        assert refused.value.params == {"move": verb, "state": state}


def test_a_provider_answers_and_the_clock_lets_lapse() -> None:
    """Only the offering side says yes or no; only the clock lets a seat lapse; either side may take back."""
    parties = {verb: set(move.parties) for verb, move in rules.SEAT_MOVES.items()}
    assert parties["accept"] == parties["decline"] == {"provider"}
    assert parties["lapse"] == {"system"}
    assert parties["withdraw"] == {"requester", "desk", "provider"}
    assert "provider" not in parties["offer"] | parties["confirm"]


@given(st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_a_named_expert_needs_two_yeses(said: tuple[bool, bool, bool]) -> None:
    """An institution's own yes is enough for its offer; for a named expert the expert's own is needed too."""
    acceptance = rules.Acceptance(*said)
    named, released, agreed = said
    assert acceptance.is_whole == (released and (agreed if named else True))


@given(seats=TEAMS, is_shortlisted=st.booleans(), requesters_agree=st.booleans())
def test_a_proposal_follows_from_its_seats(
    *, seats: list[rules.SeatStanding], is_shortlisted: bool, requesters_agree: bool
) -> None:
    """The derived state is a known one and says no more than the seats and the requesters do."""
    state = rules.proposal_state(seats, is_shortlisted=is_shortlisted, requesters_agree=requesters_agree)
    states = {seat.state for seat in seats}
    needed = {seat.state for seat in seats if seat.is_mandatory} or states
    assert state in rules.PROPOSAL_STATES
    assert (state in {"suggested", "shortlisted"}) == (states == {"suggested"})
    assert (state == "confirmed") == (needed <= {"confirmed", "released"})
    if state == "mutually_accepted":
        assert requesters_agree
        assert needed <= rules.SEAT_AGREED
    if state == "partly_accepted":
        assert states & rules.SEAT_AGREED
        assert not (requesters_agree and needed <= rules.SEAT_AGREED)
    if state in {"declined", "lapsed", "withdrawn"}:
        assert states <= {"declined", "lapsed", "withdrawn"}


@given(TEAMS, st.randoms(use_true_random=False))
def test_the_order_of_seats_says_nothing(seats: list[rules.SeatStanding], random: Random) -> None:
    """The same seats in another order give the same state."""
    shuffled = list(seats)
    random.shuffle(shuffled)
    assert rules.proposal_state(shuffled) == rules.proposal_state(seats)


@given(TEAMS)
def test_what_people_decide_about_the_whole_comes_first(seats: list[rules.SeatStanding]) -> None:
    """A withdrawn, superseded or begun proposal is that, whatever its seats say."""
    assert rules.proposal_state(seats, is_withdrawn=True, is_project=True) == "withdrawn"
    assert rules.proposal_state(seats, is_superseded=True) == "superseded"
    assert rules.proposal_state(seats, is_project=True) == "project"


@given(TEAMS, st.data())
def test_an_optional_seats_no_never_stops_a_team(
    seats: list[rules.SeatStanding], data: st.DataObject
) -> None:
    """Where all mandatory seats are agreed, adding a declined optional one changes nothing."""
    team = [rules.SeatStanding("accepted"), *(seat for seat in seats if not seat.is_mandatory)]
    more = rules.SeatStanding(data.draw(st.sampled_from(["declined", "lapsed", "withdrawn"])), False)  # noqa: FBT003 - optional
    assert rules.proposal_state([*team, more]) == rules.proposal_state(team) == "mutually_accepted"


@pytest.mark.parametrize("state", rules.PROPOSAL_STATES)
def test_every_state_of_a_proposal_is_derived_or_decided(state: str) -> None:
    """Each state in the list can come about, from some seats and decisions."""
    whole = {"is_shortlisted", "is_superseded", "is_withdrawn", "is_project"}
    found = {
        rules.proposal_state([rules.SeatStanding(first), rules.SeatStanding(second)], **{flag: True})
        for first in rules.SEAT_STATES
        for second in rules.SEAT_STATES
        for flag in whole
    } | {rules.proposal_state([rules.SeatStanding(one)]) for one in rules.SEAT_STATES}
    partly = [rules.SeatStanding("accepted"), rules.SeatStanding("declined")]
    assert state in found | {rules.proposal_state(partly)}


@pytest.mark.parametrize("state", rules.PROPOSAL_STATES)
def test_only_what_both_sides_agree_on_is_confirmed(state: str) -> None:
    """A team is confirmed from mutual acceptance only; while answers are out the refusal says so."""
    if state == "mutually_accepted":
        assert rules.next_proposal_state(state, "confirm") == "confirmed"
    else:
        awaited = state in {"proposed", "partly_accepted"}
        with pytest.raises(StillToBeAgreed if awaited else WrongMove):
            rules.next_proposal_state(state, "confirm")


@given(st.none() | st.integers(0, 9), LOADS)
def test_capacity_left_is_capacity_minus_live_bookings(
    stated: int | None, bookings: list[rules.Load]
) -> None:
    """In each month there is left what live bookings leave; unstated capacity is one."""
    left = rules.capacity_left(stated, bookings, MONTHS)
    assert list(left) == MONTHS
    for month in MONTHS:
        taken = sum(
            booking.assignments
            for booking in bookings
            if booking.month == month and booking.state in {"held", "committed"}
        )
        assert left[month] == max((1 if stated is None else stated) - taken, 0)


@given(st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 5)), st.integers(1, 5))
def test_the_roomiest_month_comes_first(left: dict[str, int], experts: int) -> None:
    """Only months with room for all experts are named, most room first, the earlier of equals."""
    months = rules.roomiest_first(left, experts)
    assert set(months) == {month for month, room in left.items() if room >= experts}
    assert months == sorted(months, key=lambda month: (-left[month], month))


@given(
    st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1)),
    st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1)),
    st.none() | st.lists(st.integers(1, 12), min_size=1, unique=True),
)
def test_open_months_lie_in_the_window_and_the_offer(
    starts_on: date | None, ends_on: date | None, usable: list[int] | None
) -> None:
    """Work falls in months of the window that the offer names too and that are not over yet."""
    today = date(2027, 3, 15)
    months = rules.months_open(starts_on, ends_on, usable, today)
    assert months == sorted(set(months))
    for month in months:
        assert month >= max(starts_on or today, today).isoformat()[:7]
        assert ends_on is None or month <= ends_on.isoformat()[:7]
        assert usable is None or int(month[5:]) in usable
    if usable is None and ends_on is None:
        assert len(months) == rules.MONTHS_AHEAD + 1


@pytest.mark.parametrize(
    ("level", "named", "has_consent", "allowed"),
    [
        ("secretariat_only", {"a", "b"}, False, False),
        ("secretariat_only", set(), True, True),
        ("named_providers", {"a"}, False, False),
        ("named_providers", {"a", "b", "c"}, False, True),
        ("dialogue_members", {"a"}, False, False),
        ("all_states", set(), False, True),
        ("public", set(), False, True),
    ],
)
def test_a_need_is_named_only_to_whom_its_requester_lets(
    *, level: str, named: set[str], has_consent: bool, allowed: bool
) -> None:
    """Either the requester consented, or its level reaches all states, or it named every one of them."""
    assert rules.may_be_named(level, {"a", "b"}, named, has_consent=has_consent) is allowed


def test_veto_conflict_and_busy_look_the_same_to_the_requester() -> None:
    """The causes that the engine keeps from requesters are kept from them here too; the desk sees most."""
    assert set(PUBLIC_CODES) <= rules.ALIKE
    assert {rules.shown_code(code, to_desk=False) for code in rules.ALIKE} == {rules.NOT_AVAILABLE}
    assert set(PUBLIC_CODES.values()) == {rules.NOT_AVAILABLE}
    assert rules.shown_code("vetoed", to_desk=True) == "vetoed"
    for private in rules.PRIVATE:
        assert rules.shown_code(private, to_desk=True) == rules.NOT_AVAILABLE


def test_whatever_is_shown_can_be_said() -> None:
    """The code that stands for all private causes has a sentence, and those of rules have one each."""
    assert rules.NOT_AVAILABLE in REASONS
    shown = {rules.shown_code(code, to_desk=to_desk) for code in RULES for to_desk in (False, True)}
    assert shown <= set(RULES)


def test_what_is_said_of_a_team_has_a_sentence() -> None:
    """Every code about members, languages, expertise, relations and regions of a team can be said."""
    assert set(REASONS) >= TEAM_REASONS


def test_private_causes_leave_no_trace_in_what_is_shown() -> None:
    """Which private causes there were, how many and how many offers they keep away changes nothing shown."""

    def shown(*private: str) -> object:
        rows = [{"rule": "language_gap", "offers": 4, "alone": 1}]
        rows += [{"rule": rule, "offers": number, "alone": 1} for number, rule in enumerate(private, 1)]
        reasons = [
            {"code": "candidates_without_rule", "params": {"rule": rule, "offers": 3}, "evidence": []}
            for rule in private
        ]
        return (
            rules.shown_exclusions(rows, to_desk=False),
            rules.shown_reasons(reasons, to_desk=False),
        )

    assert shown("vetoed") == shown("conflict_of_interest") == shown("do_not_pair", "no_capacity_left")
    assert (
        rules.shown_reasons(
            [{"code": "preferred_by_provider", "params": {}, "evidence": ["offer:x"]}], to_desk=True
        )
        == []
    )


def test_a_time_is_past_once_it_has_come() -> None:
    """What has no time is never over; a time is over from its very moment."""
    moment = datetime(2027, 3, 15, tzinfo=UTC)
    assert not rules.is_past(None, moment)
    assert rules.is_past(moment, moment)


def test_a_confidential_offer_keeps_its_title_from_other_desks() -> None:
    """Until somebody agrees, only the offer's own desk reads a title that is not for all states."""
    assert not rules.shows_offer_title("owner_and_desk", "desk_a", {"desk_b"})
    assert rules.shows_offer_title("owner_and_desk", "desk_a", {"desk_a"})
    assert rules.shows_offer_title("all_states", "desk_a", set())


def test_a_providers_wish_is_not_in_the_score_that_those_who_ask_read() -> None:
    """Points that only the provider's private preference gives are left out, reason and total alike."""
    wish = {"code": "preferred_by_provider", "params": {}, "evidence": []}
    own = {"code": "preferred_by_requester", "params": {}, "evidence": []}
    plain = {
        "criterion": "wishes",
        "weight": 0.04,
        "value": 0.85,
        "points": 3.4,
        "known": True,
        "reasons": [own],
    }
    moved = plain | {"value": 1.0, "points": 4.0, "reasons": [own, wish]}
    assert own_score(7060, [moved]) == own_score(7000, [plain])
    assert own_score(7000, [plain]) == (7000, [plain])
    assert own_team_score(7030, [(1, 7060, [moved]), (1, 7000, [plain])]) == 7000


def test_news_comes_at_fixed_moments_of_the_day() -> None:
    """The next moment lies ahead, on the grid from midnight on, and never beyond the next midnight."""
    for every in (1, 7, 60, 1440):
        for minutes in (0, 1, 59, 719, 1439):
            now = datetime(2027, 3, 15, tzinfo=UTC) + timedelta(minutes=minutes)
            told = rules.next_news(now, every)
            assert now < told <= now + timedelta(minutes=every)
            since = (told - now.replace(hour=0, minute=0)) / timedelta(minutes=every)
            assert since == int(since) or (told.hour, told.minute) == (0, 0)
