"""The lives of seats and proposals, tried whole: each state, verb and party, and long random courses."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col, select, update

from service import clock
from service.caller import Caller
from service.database.engines import Database
from service.errors import NotAllowed, NotFound, Refusal, WrongMove
from service.matches import bookings, interests, lapsing, rules
from service.matches import proposal_commands as proposals
from service.matches import seat_commands as seats
from service.matches.consents import standing_consents
from service.matches.proposal_schemas import (
    Agreement,
    InterestStatement,
    InterestVerdict,
    Proposing,
    SeatAcceptance,
    SeatRefusal,
)
from service.matches.tables import OfferMonthLoad, Proposal, Seat
from service.needs.tables import Need
from tests.service import people
from tests.service.matches.cases import Team, a_proposal, a_team

START = datetime.fromisoformat("2027-03-15T09:30:00+00:00")
NO_CONFLICT = InterestStatement(stance="none")
YES = SeatAcceptance(interest=NO_CONFLICT)
NO = SeatRefusal(code="capacity")
WINDOW = {"starts_on": "2027-04-01", "ends_on": "2027-04-30"}


MOVES = ("agree", "revoke", "confirm", "withdraw", "dissolve")


class Undone(Exception):
    """Ends a try, so that nothing of it stays."""


@dataclass(frozen=True)
class Cast:
    """Who tries what."""

    team: Team
    callers: dict[str, Caller]


@pytest.fixture
def cast(database: Database) -> Cast:
    """Give a team and everybody who might try to move it."""
    team = a_team(database, confidentiality="all_states")
    callers = {
        "requester": team.officer.caller,
        "desk": team.desk.caller,
        "provider": team.pools[0].caller,
        "outsider": people.ministry(database, "NER").caller,
        "nobody": Caller(),
    }
    return Cast(team, callers)


def _tries(session: Session, cast: Cast) -> dict[str, Callable[[Caller], object]]:
    seat, proposal = cast.team.seats[0], cast.team.proposal
    return {
        "accept": lambda who: seats.accept_seat(session, who, seat, YES),
        "decline": lambda who: seats.decline_seat(session, who, seat, NO),
        "withdraw": lambda who: seats.give_back_seat(session, who, seat, NO),
        "declare": lambda who: interests.declare_interest(
            session, who, seat, InterestStatement(stance="none")
        ),
        "shortlist": lambda who: proposals.shortlist_proposal(session, who, proposal),
        "propose": lambda who: proposals.propose_proposal(session, who, proposal, Proposing()),
        "withdraw-team": lambda who: proposals.withdraw_proposal(session, who, proposal),
        "confirm": lambda who: proposals.confirm_proposal(session, who, proposal),
        "dissolve": lambda who: proposals.dissolve_proposal(session, who, proposal),
    }


OF_SEAT = {"accept", "decline", "withdraw", "declare"}


def _expected(verb: str, state: str, party: str) -> str:
    """Return what the tables of the rules say of a verb, in a state of the only seat, by a party."""
    if party in {"outsider", "nobody"}:
        return "absent"
    if verb in OF_SEAT:
        if party != "provider" or state == "suggested":
            return "absent"
        allowed = rules.INTEREST_OPEN if verb == "declare" else rules.SEAT_MOVES[verb].sources
        return "done" if state in allowed else "wrong"
    if party == "provider":
        return "absent"
    move = rules.PROPOSAL_MOVES[verb.removesuffix("-team")]
    team = rules.proposal_state([rules.SeatStanding(state)])
    assert party in move.parties
    return "done" if team in move.sources else "wrong"


def _undo() -> None:
    raise Undone


def _outcome(session: Session, act: Callable[[], object]) -> str:
    try:
        with session.begin_nested():
            act()
            _undo()
    except Undone:
        return "done"
    except NotFound:
        return "absent"
    except (WrongMove, NotAllowed):
        return "wrong"
    except Refusal as refusal:
        # Naming, interests and the like come after the state; they are proved elsewhere.
        return "wrong" if refusal.code == "still_to_be_agreed" else "done"


@pytest.mark.parametrize("state", rules.SEAT_STATES)
def test_each_state_verb_and_party_is_as_the_tables_say(database: Database, cast: Cast, state: str) -> None:
    """Whatever the only seat's state, whoever tries what: done, refused or absent as the rules draw it."""
    with database.writing() as session:
        now = clock.now()
        offered = None if state == "suggested" else now
        later = now + timedelta(days=5)
        values = {"state": state, "shown_state": state, "offered_at": offered, "lapses_at": later}
        session.exec(update(Seat).where(col(Seat.id) == cast.team.seats[0]).values(**values))
        row = proposals.locked(session, cast.team.proposal)
        if state != "suggested":
            proposals.consent_to_naming(
                session, cast.callers["requester"], row, session.get_one(Need, row.need_id)
            )
            agreement = Agreement()
            with suppress(Refusal):
                proposals.agree_to_proposal(session, cast.callers["requester"], row.id, agreement)
            session.exec(update(Proposal).where(col(Proposal.id) == row.id).values(proposed_at=now))
        session.expire_all()
        row = proposals.locked(session, cast.team.proposal)
        proposals.settle(session, row)
        _agreed_by_hand(session, row)
        found, expected = {}, {}
        for verb, act in _tries(session, cast).items():
            for party, caller in cast.callers.items():
                found[verb, party] = _outcome(session, lambda act=act, caller=caller: act(caller))
                expected[verb, party] = _expected(verb, state, party)
        assert found == expected
        session.rollback()


def _agreed_by_hand(session: Session, row: Proposal) -> None:
    seat = session.exec(select(Seat).where(Seat.proposal_id == row.id)).one()
    if seat.state in {"accepted", "confirmed"}:
        seat.release_given_at = clock.now()
        session.add(seat)
        session.flush()


class Course(RuleBasedStateMachine):
    """Two teams for two needs share an offer with one place in the only month; people do as they like."""

    database: Database
    """Set before the machine is run."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        with clock.set_to(self.now):
            self.team = a_team(self.database, mandatory=(True, False), offer={"capacity": 1}, **WINDOW)
            rival = a_team(self.database, **WINDOW)
            with self.database.writing() as session:
                proposal, [seat] = a_proposal(session, rival.need, rival.round, [self.team.offers[0]])
        pools = [self.team.pools[0]]
        self.rival = Team(
            rival.officer, rival.desk, pools, rival.need, self.team.offers[:1], rival.round, proposal, [seat]
        )
        self.ended: dict[str, str] = {}

    def _do(self, act: Callable[[Session], object]) -> None:
        with clock.set_to(self.now), suppress(Refusal), self.database.writing() as session:
            act(session)

    teams = st.sampled_from(["team", "rival"])
    sides = st.sampled_from(["officer", "desk"])

    @rule(which=teams, side=sides, names=st.booleans())
    def propose(self, which: str, side: str, *, names: bool) -> None:
        """Offer the seats of a team."""
        team = getattr(self, which)
        caller, said = getattr(team, side).caller, Proposing(names_need=names)
        self._do(lambda session: proposals.propose_proposal(session, caller, team.proposal, said))

    @rule(which=teams, place=st.integers(0, 1), answer=st.sampled_from(["yes", "bare", "no", "back"]))
    def answer(self, which: str, place: int, answer: str) -> None:
        """Let a provider answer its seat."""
        team = getattr(self, which)
        place %= len(team.seats)
        caller, seat = team.pools[place].caller, team.seats[place]
        acts: dict[str, Callable[[Session], object]] = {
            "yes": lambda session: seats.accept_seat(session, caller, seat, YES),
            "bare": lambda session: seats.accept_seat(session, caller, seat, SeatAcceptance()),
            "no": lambda session: seats.decline_seat(session, caller, seat, NO),
            "back": lambda session: seats.give_back_seat(session, caller, seat, NO),
        }
        self._do(acts[answer])

    @rule(which=teams, is_declared=st.booleans())
    def declare(self, which: str, *, is_declared: bool) -> None:
        """Let the first provider declare an interest."""
        team = getattr(self, which)
        said = InterestStatement(stance="declared", text="A cousin") if is_declared else YES.interest
        assert said is not None
        caller = team.pools[0].caller
        self._do(lambda session: interests.declare_interest(session, caller, team.seats[0], said))

    @rule(which=teams, verdict=st.sampled_from(["cleared", "stands"]))
    def judge(self, which: str, verdict: str) -> None:
        """Let the desk judge it."""
        team = getattr(self, which)
        said = InterestVerdict.model_validate(
            {"party": "institution", "verdict": verdict, "measures": "Stays out of it"}
        )
        caller = team.desk.caller
        self._do(
            lambda session: interests.judge_interest(session, caller, team.proposal, team.seats[0], said)
        )

    @rule(
        which=teams, side=sides, verb=st.sampled_from(["agree", "revoke", "confirm", "withdraw", "dissolve"])
    )
    def move(self, which: str, side: str, verb: str) -> None:
        """Let the asking side or the desk move a team."""
        team = getattr(self, which)
        caller, proposal = getattr(team, side).caller, team.proposal
        acts: dict[str, Callable[[Session], object]] = {
            "agree": lambda session: proposals.agree_to_proposal(session, caller, proposal, Agreement()),
            "revoke": lambda session: proposals.revoke_agreement(session, caller, proposal),
            "confirm": lambda session: proposals.confirm_proposal(session, caller, proposal),
            "withdraw": lambda session: proposals.withdraw_proposal(session, caller, proposal),
            "dissolve": lambda session: proposals.dissolve_proposal(session, caller, proposal),
        }
        self._do(acts[verb])

    @precondition(lambda self: self.now < START + timedelta(days=40))
    @rule(hours=st.sampled_from([1, 24 * 15, 24 * 31]))
    def wait(self, hours: int) -> None:
        """Let time pass, and its consequences come."""
        self.now += timedelta(hours=hours)
        self._do(lapsing.let_lapse)
        self._do(lapsing.release_news)

    @invariant()
    def what_is_kept_agrees(self) -> None:
        """Hold what must hold after each step."""
        with clock.set_to(self.now), self.database.reading() as session:
            for team in (self.team, self.rival):
                self._check_team(session, team)
            for load in session.exec(
                select(OfferMonthLoad).where(OfferMonthLoad.offer_id == self.team.offers[0])
            ):
                assert 0 <= load.assignments <= 1, "the capacity was exceeded"

    def _check_team(self, session: Session, team: Team) -> None:
        row = session.get_one(Proposal, team.proposal)
        rows = [session.get_one(Seat, seat) for seat in team.seats]
        agree = bool(standing_consents(session, row.id, "take_part"))
        for kept, states in (
            (row.state, [seat.state for seat in rows]),
            (row.shown_state, [rules.standing_as_told(seat.shown_state, seat.news_at) for seat in rows]),
        ):
            derived = rules.proposal_state(
                [
                    rules.SeatStanding(state, seat.is_mandatory)
                    for state, seat in zip(states, rows, strict=True)
                ],
                requesters_agree=agree,
                is_withdrawn=row.withdrawn_at is not None,
                was_proposed=row.proposed_at is not None,
            )
            assert kept == derived, "the state is not the derived one"
        for seat in rows:
            self._check_seat(session, seat)
        need = session.get_one(Need, team.need)
        assert (need.state == "matched") == (row.shown_state in rules.AGREED)

    def _check_seat(self, session: Session, seat: Seat) -> None:
        live = bookings.live_booking(session, seat.id)
        expected = {"accepted": "held", "confirmed": "committed"}.get(seat.state)
        # What was held may have run out since; a commitment never does.
        assert live is None or live.state == expected
        assert live is not None or expected != "committed"
        if seat.state == "confirmed":
            assert seat.release_given_at is not None, "nobody consented"
            declared = interests.declarations_of(session, [seat.id])[seat.id]
            said = {one.party: rules.Declaration(one.stance, one.verdict) for one in declared}
            assert rules.are_interests_clear(said, is_named_expert=seat.is_named_expert)
        before = self.ended.get(seat.id)
        assert before in {None, seat.state}, "a seat left its end"
        if seat.state in rules.SEAT_ENDS:
            self.ended[seat.id] = seat.state


@pytest.fixture
def course(database: Database) -> Iterator[type[Course]]:
    """Give the machine its database."""
    Course.database = database
    yield Course
    del Course.database


def test_whatever_people_do_the_lives_hold(course: type[Course]) -> None:
    """No course of moves, answers and time exceeds capacity or confirms a seat that lacks a consent."""
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        course,
        settings=settings(
            max_examples=8, stateful_step_count=14, deadline=None, suppress_health_check=checks
        ),
    )
