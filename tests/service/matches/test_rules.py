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
WHOLE_DRAWING = {
    ("suggested", "shortlist"): "shortlisted",
    ("suggested", "propose"): "proposed",
    ("shortlisted", "propose"): "proposed",
    ("mutually_accepted", "confirm"): "confirmed",
    ("confirmed", "dissolve"): "withdrawn",
    ("suggested", "supersede"): "superseded",
    ("shortlisted", "supersede"): "superseded",
    ("suggested", "withdraw"): "withdrawn",
    ("shortlisted", "withdraw"): "withdrawn",
    ("proposed", "withdraw"): "withdrawn",
    ("partly_accepted", "withdraw"): "withdrawn",
    ("mutually_accepted", "withdraw"): "withdrawn",
}
RUNNING = ("requested", "queued", "gathering", "computing", "checking")
ROUND_DRAWING = {
    ("requested", "queue"): "queued",
    ("gathering", "compute"): "computing",
    ("computing", "check"): "checking",
    ("checking", "finish"): "finished",
    **{(state, "gather"): "gathering" for state in RUNNING},
    **{(state, "fail"): "failed" for state in RUNNING},
    **{(state, "cancel"): "cancelled" for state in RUNNING},
}
ASKING_SIDE = {"requester", "desk"}
WHO_MOVES = {
    "seat": {
        "offer": ASKING_SIDE,
        "accept": {"provider"},
        "decline": {"provider"},
        "lapse": {"system"},
        "drop": {"desk", "system"},
        "withdraw": ASKING_SIDE | {"provider"},
        "confirm": ASKING_SIDE,
        "release": ASKING_SIDE | {"system"},
    },
    "booking": {"commit": ASKING_SIDE, "release": ASKING_SIDE | {"provider", "system"}},
    "proposal": {
        "shortlist": ASKING_SIDE,
        "propose": ASKING_SIDE,
        "confirm": ASKING_SIDE,
        "dissolve": ASKING_SIDE,
        "supersede": {"system"},
        "withdraw": ASKING_SIDE,
    },
    "round": {
        "queue": {"system"},
        "gather": {"system"},
        "compute": {"system"},
        "check": {"system"},
        "finish": {"system"},
        "fail": {"system"},
        "cancel": {"desk"},
    },
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


def test_each_move_is_made_by_whom_it_belongs_to() -> None:
    """Who makes which move of a seat, a booking, a proposal or a round changes on purpose only."""
    lives = {
        "seat": rules.SEAT_MOVES,
        "booking": rules.BOOKING_MOVES,
        "proposal": rules.PROPOSAL_MOVES,
        "round": rules.ROUND_MOVES,
    }
    found = {life: {verb: set(move.parties) for verb, move in moves.items()} for life, moves in lives.items()}
    assert found == WHO_MOVES


def test_proposals_and_rounds_move_as_drawn() -> None:
    """No move of a whole proposal or a round exists outside the drawing; a move outside it is refused."""
    for moves, drawing, following, states in (
        (rules.PROPOSAL_MOVES, WHOLE_DRAWING, rules.next_proposal_state, rules.PROPOSAL_STATES),
        (rules.ROUND_MOVES, ROUND_DRAWING, rules.next_round_state, rules.ROUND_STATES),
        (rules.BOOKING_MOVES, BOOKING_DRAWING, rules.next_booking_state, rules.BOOKING_STATES),
    ):
        assert {(state, verb) for verb, move in moves.items() for state in move.sources} == set(drawing)
        for verb in moves:
            for state in states:
                if (state, verb) in drawing:
                    assert following(state, verb) == drawing[state, verb]
                else:
                    with pytest.raises((WrongMove, StillToBeAgreed)):
                        following(state, verb)


def test_words_and_times_are_those_of_the_design() -> None:
    """States, what is open in which, and times are those that people, clients and old records know."""
    assert set(rules.SEAT_STATES) == {"suggested", *SEAT_DRAWING.values()}
    assert {"declined", "lapsed", "withdrawn", "released"} == rules.SEAT_ENDS
    assert {"accepted", "confirmed", "released"} == rules.SEAT_AGREED
    assert set(rules.SEAT_STATES) - {"suggested"} == rules.SEAT_SHOWN
    assert {"offered", "accepted", "confirmed", "released"} == rules.SEAT_OPEN
    assert {"active", "stale", "on_hold"} == rules.OFFERS_STAND
    assert rules.OWN_SEAT_DOORS == {"accept": "accept", "decline": "decline", "withdraw": "give-back"}
    assert rules.INTEREST_PARTIES == ("institution", "expert")
    assert rules.INTEREST_STANCES == ("none", "declared")
    assert rules.INTEREST_VERDICTS == ("cleared", "stands")
    assert {"offered", "accepted"} == rules.INTEREST_OPEN
    assert rules.BOOKING_STATES == ("held", "committed", "released")
    assert {"held", "committed"} == rules.BOOKING_LIVE
    assert (1, 12, timedelta(days=30)) == (rules.ASSUMED_CAPACITY, rules.MONTHS_AHEAD, rules.HOLD_FOR)
    assert rules.PROPOSAL_STATES == (
        "suggested",
        "shortlisted",
        "proposed",
        "partly_accepted",
        "mutually_accepted",
        "confirmed",
        "project",
        "declined",
        "lapsed",
        "superseded",
        "withdrawn",
    )
    open_ones = {"suggested", "shortlisted", "proposed", "partly_accepted", "mutually_accepted"}
    assert open_ones == rules.PROPOSAL_OPEN
    assert {"project", "declined", "lapsed", "superseded", "withdrawn"} == rules.PROPOSAL_ENDS
    assert {"mutually_accepted", "confirmed", "project"} == rules.AGREED
    assert rules.AGREED | {"proposed", "partly_accepted"} == rules.UNDER_WAY
    assert open_ones | {"declined", "lapsed", "confirmed"} == rules.REFILLED_IN
    assert (*RUNNING, "finished", "failed", "cancelled") == rules.ROUND_STATES
    assert {"finished", "failed", "cancelled"} == rules.ROUND_ENDS
    assert set(RUNNING) == rules.ROUND_UNDER_WAY
    assert rules.ROUND_FILES == ("problem", "facts", "outcome")
    assert {"declined", "withdrawn"} == rules.QUIET_ENDS


def test_what_is_private_or_told_alike_is_as_listed() -> None:
    """Which causes the requester cannot tell apart, and which not even the desk, changes on purpose only."""
    assert rules.NOT_AVAILABLE == "not_available"
    assert {"do_not_pair", "refused_by_provider"} == rules.PRIVATE
    assert {"preferred_by_provider"} == rules.WISHED_IN_PRIVATE
    assert (
        rules.PRIVATE
        | {
            "excluded_provider",
            "conflict_of_interest",
            "vetoed",
            "no_capacity_left",
            "no_availability",
            "capacity",
            "preference",
            "taken_by_other_need",
            "capacity_used_up",
        }
        == rules.ALIKE
    )


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
    assert not rules.Acceptance(named).is_whole
    assert rules.Acceptance(named, True).is_whole == (not named)  # noqa: FBT003 - the institution's yes


@pytest.mark.parametrize("is_named_expert", [False, True])
def test_interests_are_clear_when_nothing_is_left_to_ask(*, is_named_expert: bool) -> None:
    """Each party said there is none, or the desk cleared what it declared; a named expert is a party."""
    clear = (rules.Declaration("none"), rules.Declaration("declared", "cleared"))
    other = (rules.Declaration("declared"), rules.Declaration("declared", "stands"))
    for house in (*clear, *other):
        for expert in (None, *clear, *other):
            declared = {"institution": house} | ({"expert": expert} if expert else {})
            expected = house in clear and (expert in clear or not is_named_expert)
            assert rules.are_interests_clear(declared, is_named_expert=is_named_expert) == expected
    assert not rules.are_interests_clear({}, is_named_expert=is_named_expert)


@pytest.mark.parametrize(
    ("seats", "more", "state"),
    [
        ("suggested", {}, "suggested"),
        ("suggested", {"is_shortlisted": True}, "shortlisted"),
        ("suggested offered", {"is_shortlisted": True}, "proposed"),
        ("offered", {}, "proposed"),
        ("offered accepted", {}, "partly_accepted"),
        ("offered released", {}, "partly_accepted"),
        ("accepted confirmed", {}, "mutually_accepted"),
        ("accepted", {"requesters_agree": False}, "partly_accepted"),
        ("confirmed released", {"requesters_agree": False}, "confirmed"),
        ("accepted offered?", {}, "mutually_accepted"),
        ("confirmed declined?", {}, "confirmed"),
        ("accepted? accepted?", {}, "mutually_accepted"),
        ("accepted? offered?", {}, "partly_accepted"),
        ("offered accepted?", {}, "partly_accepted"),
        ("declined offered", {}, "proposed"),
        ("lapsed suggested", {}, "proposed"),
        ("declined lapsed withdrawn", {}, "declined"),
        ("withdrawn lapsed", {}, "lapsed"),
        ("withdrawn", {}, "withdrawn"),
        ("withdrawn suggested", {"was_proposed": False}, "suggested"),
        ("withdrawn suggested", {"was_proposed": False, "is_shortlisted": True}, "shortlisted"),
        ("withdrawn", {"was_proposed": False}, "withdrawn"),
        ("withdrawn offered", {"was_proposed": False}, "proposed"),
        ("offered", {"is_withdrawn": True, "is_superseded": True, "is_project": True}, "withdrawn"),
        ("offered", {"is_superseded": True, "is_project": True}, "superseded"),
        ("offered", {"is_project": True}, "project"),
    ],
)
def test_the_state_of_a_proposal_case_by_case(seats: str, more: dict[str, bool], state: str) -> None:
    """What a team's seats (``?``: an optional one) and its requesters' words come to."""
    team = [
        rules.SeatStanding(word.rstrip("?"), is_mandatory=False) if "?" in word else rules.SeatStanding(word)
        for word in seats.split()
    ]
    assert rules.proposal_state(team, **more) == state


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


def test_months_are_counted_over_the_turn_of_a_year() -> None:
    """Both ends are included, a window that runs backwards has none, and an open one reaches over a year."""
    today = date(2027, 11, 30)
    assert rules.months_between(today, date(2028, 2, 1)) == ["2027-11", "2027-12", "2028-01", "2028-02"]
    assert rules.months_between(today, date(2027, 10, 1)) == []
    assert rules.months_between(date(999, 12, 1), date(999, 12, 31)) == ["0999-12"]
    assert rules.months_open(None, None, [1, 11], today) == ["2027-11", "2028-01", "2028-11"]
    assert rules.months_open(date(2028, 1, 5), None, [1, 2], today) == ["2028-01", "2028-02", "2029-01"]
    assert rules.months_open(date(2027, 1, 5), date(2027, 12, 1), None, today) == ["2027-11", "2027-12"]


@pytest.mark.parametrize("state", ["declined", "withdrawn", "lapsed", "offered", "accepted"])
def test_quiet_ends_read_alike_once_they_are_news(state: str) -> None:
    """That a provider said no, or is gone, reads as not available; what the requester did itself as it is."""
    told = datetime(2027, 3, 15, tzinfo=UTC)
    is_quiet = state in {"declined", "withdrawn"}
    assert rules.told_seat_state(state, told) == ("not_available" if is_quiet else state)
    assert rules.standing_as_told(state, told) == ("declined" if is_quiet else state)
    assert rules.told_seat_state(state, None) == rules.standing_as_told(state, None) == state


@pytest.mark.parametrize("state", rules.PROPOSAL_STATES)
def test_protected_data_are_seen_from_mutual_acceptance_on(state: str) -> None:
    """Before both sides agree, and after a team was given up, neither sees the other's."""
    assert rules.shows_protected(state) == (state in {"mutually_accepted", "confirmed", "project"})


def test_a_reason_is_shown_whole_or_as_one_of_many() -> None:
    """A private cause loses its numbers and its evidence; any other keeps them, each reason once."""
    plain = {"code": "language_gap", "params": {"offers": 3}, "evidence": ["offer:a"]}
    vetoed = {"code": "vetoed", "params": {"by": "x"}, "evidence": ["offer:b"]}
    ruled = {
        "code": "candidates_without_rule",
        "params": {"rule": "vetoed", "offers": 3},
        "evidence": ["offer:c"],
    }
    refused = {"code": "refused_by_provider", "params": {}, "evidence": []}
    hidden = {"code": "not_available", "params": {}, "evidence": []}
    without = {
        "code": "candidates_without_rule",
        "params": {"rule": "not_available"},
        "evidence": ["offer:c"],
    }
    busy = {"code": "no_availability", "params": {}, "evidence": []}
    open_rule = ruled | {"params": {"rule": "language_gap", "offers": 2}}
    counted = ruled | {"params": {"rule": 3}}
    asked = [plain, vetoed, ruled, refused, busy, open_rule, counted, plain]
    to_requester, to_desk = (rules.shown_reasons(asked, to_desk=desk) for desk in (False, True))
    assert to_requester == [plain, hidden, without, open_rule, counted]
    assert to_desk == [plain, vetoed, ruled, hidden, busy, open_rule, counted]


def test_exclusions_are_shown_with_numbers_or_as_one_row() -> None:
    """What may be told is told as counted; all the rest is one row without numbers."""
    rows = [
        {"rule": rule, "offers": number, "alone": number - 1}
        for number, rule in enumerate(("language_gap", "vetoed", "do_not_pair"), 2)
    ]
    last = {"rule": "not_available", "offers": None, "alone": None}
    assert rules.shown_exclusions(rows, to_desk=False) == [rows[0], last]
    assert rules.shown_exclusions(rows, to_desk=True) == [*rows[:2], last]
    assert rules.shown_exclusions(rows[:1], to_desk=False) == rows[:1]


@pytest.mark.parametrize(
    ("level", "named", "has_consent", "allowed"),
    [
        ("secretariat_only", {"a", "b"}, False, False),
        ("secretariat_only", set(), True, True),
        ("named_providers", {"a"}, False, False),
        ("named_providers", {"a", "b", "c"}, False, True),
        ("dialogue_members", {"a"}, False, False),
        ("dialogue_members", {"a", "b"}, False, True),
        ("secretariat_only", {"a", "b"}, True, True),
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
    assert not rules.is_past(moment + timedelta(microseconds=1), moment)


def test_a_confidential_offer_keeps_its_title_from_other_desks() -> None:
    """Until somebody agrees, only the offer's own desk reads a title that is not for all states."""
    assert not rules.shows_offer_title("owner_and_desk", "desk_a", {"desk_b"})
    assert rules.shows_offer_title("owner_and_desk", "desk_a", {"desk_a"})
    assert rules.shows_offer_title("all_states", "desk_a", set())
    assert rules.shows_offer_title("public", None, set())
    assert not rules.shows_offer_title("dialogue_members", None, {"desk_a"})


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
            now = datetime(2027, 3, 15, 0, 0, 7, 9, tzinfo=UTC) + timedelta(minutes=minutes)
            told = rules.next_news(now, every)
            assert now < told <= now + timedelta(minutes=every)
            since = (told - datetime(2027, 3, 15, tzinfo=UTC)) / timedelta(minutes=every)
            assert since == int(since) or (told.hour, told.minute) == (0, 0)
            assert told <= datetime(2027, 3, 16, tzinfo=UTC)
    noon = datetime(2027, 3, 15, 12, tzinfo=UTC)
    assert rules.next_news(noon, 60) == noon + timedelta(hours=1)
