"""Proposals and seats: who may say what, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from service import clock
from service.caller import Caller
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound, Refusal, WrongMove
from service.jobs.dispatcher import dispatch_one
from service.journal.queries import get_journal
from service.matches import bookings, lapsing, rules
from service.matches import proposal_commands as commands
from service.matches import seat_commands as seats
from service.matches.consents import CONSENT_TEXT
from service.matches.errors import (
    AlreadyProposed,
    ExpertToBeNamed,
    NamingNotAllowed,
    NotCirculated,
    OfferFullyBooked,
    ProposalStale,
    SaidAlready,
    SeatLapsed,
    StillToBeAgreed,
)
from service.matches.proposal_schemas import (
    Agreement,
    InterestStatement,
    Proposing,
    SeatAcceptance,
    SeatRefusal,
)
from service.matches.tables import Booking, Consent, OfferMonthLoad, Proposal, Seat
from service.needs.moves import withdraw_need
from service.needs.tables import Need
from service.offers.tables import Offer
from service.worker import gather_reactions
from tests.service import people
from tests.service.matches.cases import Team, a_proposal, a_team
from tests.service.needs.cases import a_need, brought_to

NO_CONFLICT = InterestStatement(stance="none")
YES = SeatAcceptance(interest=NO_CONFLICT)
NAMED = Proposing(names_need=True)


def _proposed(session: Session, team: Team) -> Proposal:
    return commands.propose_proposal(session, team.officer.caller, team.proposal, NAMED)


def _states(session: Session, team: Team) -> list[str]:
    return [session.get_one(Seat, seat).state for seat in team.seats]


def test_a_team_is_agreed_seat_by_seat_and_confirmed(database: Database) -> None:
    """From suggestion to confirmation: capacity is held, then committed, and the need follows."""
    team = a_team(database, mandatory=(True, True))
    officer, (first, second) = team.officer.caller, team.pools
    with database.writing() as session:
        row = commands.shortlist_proposal(session, officer, team.proposal, "Looks right")
        assert row.state == "shortlisted"
        assert _proposed(session, team).state == "proposed"
        with pytest.raises(StillToBeAgreed):
            commands.confirm_proposal(session, officer, team.proposal)
        seats.accept_seat(session, first.caller, team.seats[0], YES)
        assert row.state == "partly_accepted"
        assert session.get_one(Need, team.need).state == "circulated"
        seats.accept_seat(session, second.caller, team.seats[1], YES)
        assert row.state == "mutually_accepted"
        assert session.get_one(Need, team.need).state == "matched"
        assert {booking.state for booking in session.exec(select(Booking))} == {"held"}
        commands.confirm_proposal(session, officer, team.proposal)
        assert row.state == "confirmed"
        assert _states(session, team) == ["confirmed", "confirmed"]
        assert {booking.state for booking in session.exec(select(Booking))} == {"committed"}
        journal = get_journal(session, officer, f"proposal:{team.proposal}")
    assert journal.chain_holds
    assert [line.event for line in journal.entries] == [
        "proposal.shortlisted",
        "proposal.proposed",
        "proposal.partly-accepted",
        "proposal.accepted",
        "proposal.confirmed",
    ]


def test_only_those_who_ask_and_the_desk_move_a_proposal(database: Database) -> None:
    """To anybody else, its own providers included, a proposal does not exist."""
    team = a_team(database)
    strangers = [team.pools[0], people.ministry(database, "NER"), people.desk(database)]
    strangers += [people.administrator(database), people.colleague(database, team.officer, "observer")]
    with database.writing() as session:
        for stranger in strangers:
            with pytest.raises(NotFound):
                commands.shortlist_proposal(session, stranger.caller, team.proposal)
        assert commands.shortlist_proposal(session, team.desk.caller, team.proposal).state == "shortlisted"


def test_a_provider_reaches_its_own_seats_once_offered(database: Database) -> None:
    """Before a seat is offered its provider cannot know of it; another provider never can."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        with pytest.raises(NotFound):
            seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
        _proposed(session, team)
        with pytest.raises(NotFound):
            seats.accept_seat(session, team.pools[1].caller, team.seats[0], YES)
        with pytest.raises(NotFound):
            seats.decline_seat(session, team.officer.caller, team.seats[0], SeatRefusal(code="capacity"))
        assert seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES).state == "accepted"


def test_naming_a_need_takes_its_requesters_consent(database: Database) -> None:
    """A need for its desk only is not proposed by the desk until its requester agrees to name it."""
    team = a_team(database)
    with database.writing() as session:
        for proposing, refusal in ((Proposing(), NamingNotAllowed), (NAMED, NotAllowed)):
            with pytest.raises(refusal):
                commands.propose_proposal(session, team.desk.caller, team.proposal, proposing)
        assert _states(session, team) == ["suggested"]
        commands.agree_to_proposal(
            session, team.officer.caller, team.proposal, Agreement(names_need=True, reason="Go ahead")
        )
        row = commands.propose_proposal(session, team.desk.caller, team.proposal, Proposing())
        assert row.state == "proposed"
        consents = {consent.kind: consent for consent in session.exec(select(Consent))}
        assert consents.keys() == {"name_need", "take_part"}
        assert {consent.account_id for consent in consents.values()} == {team.officer.account_id}
        assert {consent.text_version for consent in consents.values()} == {CONSENT_TEXT}


def test_a_wide_need_is_proposed_by_the_desk_but_agreed_by_its_requester(database: Database) -> None:
    """Where all states may see the need no consent to naming is missing; the requester's yes still is."""
    team = a_team(database, confidentiality="all_states")
    with database.writing() as session:
        commands.propose_proposal(session, team.desk.caller, team.proposal, Proposing())
        seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
        row = session.get_one(Proposal, team.proposal)
        assert row.state == "partly_accepted"
        with pytest.raises(NotAllowed):
            commands.agree_to_proposal(session, team.desk.caller, team.proposal, Agreement())
        commands.agree_to_proposal(session, team.officer.caller, team.proposal, Agreement())
        assert row.state == "mutually_accepted"
        with pytest.raises(SaidAlready):
            commands.agree_to_proposal(session, team.officer.caller, team.proposal, Agreement())


def test_each_requester_of_a_joint_need_agrees(database: Database) -> None:
    """A joint need is agreed when every requester said yes; only the lead lets it be named."""
    other = people.ministry(database, "TGO")
    team = a_team(database)
    with database.writing() as session:
        requesters = [team.officer.stakeholder_id, other.stakeholder_id]
        need = brought_to(session, "circulated", team.officer, team.desk, requesters=requesters)
        proposal, [seat] = a_proposal(session, need.id, team.round, team.offers)
        with pytest.raises(NotAllowed):
            commands.propose_proposal(session, other.caller, proposal, NAMED)
        row = commands.propose_proposal(session, team.officer.caller, proposal, NAMED)
        seats.accept_seat(session, team.pools[0].caller, seat, YES)
        assert row.state == "partly_accepted"
        commands.agree_to_proposal(session, other.caller, proposal, Agreement())
        assert row.state == "mutually_accepted"


def test_what_was_overtaken_is_not_proposed(database: Database) -> None:
    """What a change overtook, an offer withdrawn, or a need out of circulation is not proposed."""
    team = a_team(database)
    with database.writing() as session:
        row = session.get_one(Proposal, team.proposal)
        row.stale_because = [{"code": "need_changed_meanwhile", "params": {}, "evidence": []}]
        with pytest.raises(ProposalStale):
            _proposed(session, team)
        row.stale_because = []
        offer = session.get_one(Offer, team.offers[0])
        offer.state = "withdrawn"
        session.flush()
        with pytest.raises(ProposalStale):
            _proposed(session, team)
        offer.state = "active"
        session.get_one(Need, team.need).state = "withdrawn"
        session.flush()
        with pytest.raises(NotCirculated):
            _proposed(session, team)


def test_two_teams_are_not_asked_for_the_same_part(database: Database) -> None:
    """While a team is asked no other is asked for the same component; once it is withdrawn, it can be."""
    team = a_team(database)
    with database.writing() as session:
        second, _ = a_proposal(session, team.need, team.round, team.offers)
        _proposed(session, team)
        with pytest.raises(AlreadyProposed):
            commands.propose_proposal(session, team.officer.caller, second, NAMED)
        commands.withdraw_proposal(session, team.officer.caller, team.proposal)
        assert commands.propose_proposal(session, team.officer.caller, second, NAMED).state == "proposed"


def test_a_declined_seat_leaves_the_others_standing(database: Database) -> None:
    """When one provider declines, the other's yes and what it holds stay; the team is partly accepted."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        row = _proposed(session, team)
        seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
        with pytest.raises(InvalidInput):
            seats.decline_seat(
                session, team.pools[1].caller, team.seats[1], SeatRefusal(code="no_such_reason")
            )
        seats.decline_seat(
            session, team.pools[1].caller, team.seats[1], SeatRefusal(code="conflict_of_interest")
        )
        assert (row.state, _states(session, team)) == ("partly_accepted", ["accepted", "declined"])
        assert bookings.live_booking(session, team.seats[0]) is not None
        with pytest.raises(WrongMove):
            seats.accept_seat(session, team.pools[1].caller, team.seats[1], YES)


def test_an_optional_seat_does_not_hold_the_team_up(database: Database) -> None:
    """The team is agreed without its optional seat; at confirmation what is unanswered is withdrawn."""
    team = a_team(database, mandatory=(True, False))
    with database.writing() as session:
        row = _proposed(session, team)
        seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
        assert row.state == "mutually_accepted"
        commands.confirm_proposal(session, team.desk.caller, team.proposal)
        assert (row.state, _states(session, team)) == ("confirmed", ["confirmed", "withdrawn"])


def test_consent_is_revocable_until_confirmed(database: Database) -> None:
    """Either side takes its yes back before confirmation, and frees what was held; after it neither can."""
    team = a_team(database, offer={"capacity": 1})
    officer, pool = team.officer.caller, team.pools[0].caller
    with database.writing() as session:
        row = _proposed(session, team)
        seats.accept_seat(session, pool, team.seats[0], YES)
        commands.revoke_agreement(session, officer, team.proposal, "The minister has doubts")
        assert (row.state, _states(session, team)) == ("withdrawn", ["withdrawn"])
        assert bookings.booked_months(session) == {}
        second, [seat] = a_proposal(session, team.need, team.round, team.offers)
        commands.propose_proposal(session, officer, second, NAMED)
        seats.accept_seat(session, pool, seat, YES)
        seats.give_back_seat(session, pool, seat, SeatRefusal(code="capacity"))
        assert session.get_one(Proposal, second).state == "withdrawn"
        assert bookings.booked_months(session) == {}
        with clock.set_to(clock.now() + timedelta(hours=1)):
            lapsing.release_news(session)
        third, [seat] = a_proposal(session, team.need, team.round, team.offers)
        commands.propose_proposal(session, officer, third, NAMED)
        seats.accept_seat(session, pool, seat, YES)
        commands.confirm_proposal(session, officer, third)
        for late in (
            lambda: commands.revoke_agreement(session, officer, third),
            lambda: commands.withdraw_proposal(session, officer, third),
            lambda: seats.give_back_seat(session, pool, seat, SeatRefusal(code="capacity")),
        ):
            with pytest.raises(WrongMove):
                late()


def test_a_need_that_may_be_named_anyway_keeps_its_seats(database: Database) -> None:
    """Where the level lets all states see the need, a revoked yes leaves the providers' answers standing."""
    team = a_team(database, confidentiality="all_states")
    with database.writing() as session:
        row = commands.propose_proposal(session, team.officer.caller, team.proposal, Proposing())
        seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
        commands.revoke_agreement(session, team.officer.caller, team.proposal)
        assert (row.state, _states(session, team)) == ("partly_accepted", ["accepted"])
        commands.agree_to_proposal(session, team.officer.caller, team.proposal, Agreement())
        assert row.state == "mutually_accepted"


def test_a_named_expert_says_yes_in_person(database: Database) -> None:
    """The institution's focal point releases the expert; the expert's own account says yes; no one else."""
    team = a_team(database, named_experts=True)
    pool = team.pools[0]
    focal = people.colleague(database, pool, "provider_focal_point")
    expert, other = (people.colleague(database, pool, "expert") for _ in range(2))
    with database.writing() as session:
        row = _proposed(session, team)
        seat = team.seats[0]
        with pytest.raises(NotFound):
            seats.accept_seat(session, expert.caller, seat, YES)
        with pytest.raises(NotAllowed):
            seats.accept_seat(session, pool.caller, seat, SeatAcceptance(expert=expert.account_id))
        for wrong in (None, team.officer.account_id, pool.account_id):
            with pytest.raises(ExpertToBeNamed):
                seats.accept_seat(session, focal.caller, seat, SeatAcceptance(expert=wrong))
        seats.accept_seat(
            session, focal.caller, seat, SeatAcceptance(expert=expert.account_id, interest=NO_CONFLICT)
        )
        assert (row.state, _states(session, team)) == ("proposed", ["offered"])
        with pytest.raises(SaidAlready):
            seats.accept_seat(session, focal.caller, seat, SeatAcceptance(expert=other.account_id))
        with pytest.raises(NotFound):
            seats.accept_seat(session, other.caller, seat, YES)
        seats.accept_seat(session, expert.caller, seat, YES)
        assert (row.state, _states(session, team)) == ("mutually_accepted", ["accepted"])
        kinds = {consent.kind for consent in session.exec(select(Consent).where(Consent.seat_id == seat))}
        assert kinds == {"release", "expert"}


def test_the_time_to_answer_runs_out(database: Database, moment: datetime) -> None:
    """An emergency's seat lapses after 48 hours; from then on nobody can say yes to it."""
    team = a_team(database, urgency="emergency")
    pool = team.pools[0].caller
    with database.writing() as session:
        with clock.set_to(moment):
            row = _proposed(session, team)
        with clock.set_to(moment + timedelta(hours=48) - timedelta(seconds=1)):
            assert lapsing.let_lapse(session) == 0
        with clock.set_to(moment + timedelta(hours=48)):
            with pytest.raises(SeatLapsed):
                seats.accept_seat(session, pool, team.seats[0], YES)
            assert lapsing.let_lapse(session) == 1
            assert (row.state, _states(session, team)) == ("lapsed", ["lapsed"])
            assert lapsing.let_lapse(session) == 0


def test_a_full_offer_is_not_accepted_twice(database: Database, moment: datetime) -> None:
    """An offer that is booked in every month of the window refuses the next yes, and nothing is half done."""
    window = {"starts_on": "2027-04-01", "ends_on": "2027-04-30"}
    with clock.set_to(moment):
        team = a_team(database, **window)
        other = a_need(database, "circulated", team.officer, team.desk, **window)
        with database.writing() as session:
            second, [seat] = a_proposal(session, other, team.round, team.offers)
            _proposed(session, team)
            commands.propose_proposal(session, team.officer.caller, second, NAMED)
            seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
        with pytest.raises(OfferFullyBooked), database.writing() as session:
            seats.accept_seat(session, team.pools[0].caller, seat, YES)
        with database.reading() as session:
            assert session.get_one(Seat, seat).state == "offered"
            assert bookings.booked_months(session) == {team.offers[0]: {"2027-04": 1}}


def test_a_provider_chooses_its_months(database: Database, moment: datetime) -> None:
    """A provider may keep months free of its own choice, within the window and what its offer names."""
    with clock.set_to(moment):
        team = a_team(database, offer={"months": [4, 5, 6]}, starts_on="2027-03-01", ends_on="2027-05-31")
        pool = team.pools[0].caller
        with database.writing() as session:
            _proposed(session, team)
        for month in ("2027-03", "2027-06", "2028-04"):
            with pytest.raises(InvalidInput), database.writing() as session:
                seats.accept_seat(session, pool, team.seats[0], SeatAcceptance(months=[month]))
        with database.writing() as session:
            chosen = SeatAcceptance(months=["2027-05", "2027-04"])
            seats.accept_seat(session, pool, team.seats[0], chosen)
            assert bookings.months_of(session, team.seats) == {team.seats[0]: ["2027-04", "2027-05"]}


def test_a_hold_that_ran_out_is_taken_again_if_there_is_room(database: Database, moment: datetime) -> None:
    """Confirming late takes capacity anew; where it is gone, the confirmation is refused."""
    window = {"starts_on": "2027-06-01", "ends_on": "2027-06-30"}
    with clock.set_to(moment):
        team = a_team(database, **window)
        other = a_need(database, "circulated", team.officer, team.desk, **window)
        with database.writing() as session:
            second, [seat] = a_proposal(session, other, team.round, team.offers)
            _proposed(session, team)
            commands.propose_proposal(session, team.officer.caller, second, NAMED)
            seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
    with clock.set_to(moment + rules.HOLD_FOR):
        with database.writing() as session:
            seats.accept_seat(session, team.pools[0].caller, seat, YES)
        with pytest.raises(OfferFullyBooked), database.writing() as session:
            commands.confirm_proposal(session, team.officer.caller, team.proposal)
        with database.writing() as session:
            commands.withdraw_proposal(session, team.officer.caller, second)
            row = commands.confirm_proposal(session, team.officer.caller, team.proposal)
            assert row.state == "confirmed"
            assert bookings.booked_months(session) == {team.offers[0]: {"2027-06": 1}}


def test_two_who_answer_at_once_both_count(database: Database) -> None:
    """When the last two seats are accepted at the same moment the team is mutually accepted, not stuck."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        _proposed(session, team)
    together = Barrier(2)

    def accept(place: int) -> None:
        together.wait(timeout=30)
        with database.writing() as session:
            seats.accept_seat(session, team.pools[place].caller, team.seats[place], YES)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(accept, range(2)))
    with database.reading() as session:
        assert session.get_one(Proposal, team.proposal).state == "mutually_accepted"
        assert session.get_one(Need, team.need).state == "matched"


def test_many_who_accept_at_once_never_exceed_the_offer(database: Database, moment: datetime) -> None:
    """Of five needs' seats on one offer with two places in the only month exactly two are accepted."""
    window = {"starts_on": "2027-04-01", "ends_on": "2027-04-30"}
    with clock.set_to(moment):
        team = a_team(database, offer={"capacity": 2}, **window)
        with database.writing() as session:
            _proposed(session, team)
        asked = list(team.seats)
        for _ in range(4):
            need = a_need(database, "circulated", team.officer, team.desk, **window)
            with database.writing() as session:
                proposal, more = a_proposal(session, need, team.round, team.offers)
                commands.propose_proposal(session, team.officer.caller, proposal, NAMED)
                asked += more
        together = Barrier(len(asked))

        def accept(seat: str) -> bool:
            together.wait(timeout=30)
            try:
                with database.writing() as session:
                    seats.accept_seat(session, team.pools[0].caller, seat, YES)
            except OfferFullyBooked:
                return False
            return True

        with ThreadPoolExecutor(len(asked)) as threads:
            assert sum(threads.map(accept, asked)) == 2
        with database.reading() as session:
            assert [row.assignments for row in session.exec(select(OfferMonthLoad))] == [2]


VERBS = (
    "shortlist",
    "propose",
    "agree",
    "revoke",
    "withdraw",
    "confirm",
    "accept_0",
    "accept_1",
    "decline_0",
    "decline_1",
    "give_back_0",
    "give_back_1",
    "lapse",
)


@settings(max_examples=12)
@given(verbs=st.lists(st.sampled_from(VERBS), max_size=14), is_second_mandatory=st.booleans())
def test_whatever_people_try_what_is_kept_is_consistent(
    database: Database, *, verbs: list[str], is_second_mandatory: bool
) -> None:
    """After any sequence of moves the kept state is the derived one and bookings stand for agreed seats only.

    Refused moves change nothing; no seat leaves an end; a proposal that was withdrawn stays so.
    """
    team = a_team(database, mandatory=(True, is_second_mandatory))
    for verb in verbs:
        with database.reading() as session:
            before = _states(session, team)
        try:
            with database.writing() as session:
                _try(session, team, verb)
        except Refusal:
            with database.reading() as session:
                assert _states(session, team) == before
        with database.reading() as session:
            _check_consistent(session, team, before)


def _try(session: Session, team: Team, verb: str) -> None:
    officer = team.officer.caller
    name, _, place = verb.rpartition("_")
    if verb == "lapse":
        with clock.set_to(clock.now() + timedelta(days=90)):
            lapsing.let_lapse(session)
    elif place.isdigit():
        pool, seat = team.pools[int(place)].caller, team.seats[int(place)]
        answers = {
            "accept": lambda: seats.accept_seat(session, pool, seat, YES),
            "decline": lambda: seats.decline_seat(session, pool, seat, SeatRefusal(code="preference")),
            "give_back": lambda: seats.give_back_seat(session, pool, seat, SeatRefusal(code="capacity")),
        }
        answers[name]()
    else:
        moves = {
            "shortlist": lambda: commands.shortlist_proposal(session, officer, team.proposal),
            "propose": lambda: commands.propose_proposal(session, officer, team.proposal, NAMED),
            "agree": lambda: commands.agree_to_proposal(session, officer, team.proposal, Agreement()),
            "revoke": lambda: commands.revoke_agreement(session, officer, team.proposal),
            "withdraw": lambda: commands.withdraw_proposal(session, officer, team.proposal),
            "confirm": lambda: commands.confirm_proposal(session, officer, team.proposal),
        }
        moves[verb]()


def _check_consistent(session: Session, team: Team, before: list[str]) -> None:
    row = session.get_one(Proposal, team.proposal)
    team_seats = [session.get_one(Seat, seat) for seat in team.seats]
    agreed = session.exec(
        select(Consent).where(Consent.proposal_id == row.id, Consent.kind == "take_part")
    ).all()
    derived = rules.proposal_state(
        [rules.SeatStanding(seat.state, seat.is_mandatory) for seat in team_seats],
        is_shortlisted=row.shortlisted_at is not None,
        requesters_agree=any(consent.revoked_at is None for consent in agreed),
        is_withdrawn=row.withdrawn_at is not None,
    )
    assert row.state == derived
    for seat, old in zip(team_seats, before, strict=True):
        live = bookings.live_booking(session, seat.id)
        if seat.state in {"accepted", "confirmed"}:
            expected = "held" if seat.state == "accepted" else "committed"
            # What was held may have run out since; a commitment never does.
            assert (live is None and expected == "held") or (live is not None and live.state == expected)
        else:
            assert live is None
        assert old == seat.state or old not in rules.SEAT_ENDS


def test_a_withdrawn_need_takes_its_proposals_with_it(database: Database) -> None:
    """When a need is withdrawn nobody can say yes to it any more, and what was booked is free again."""
    team, confirmed = a_team(database), a_team(database)
    gather_reactions()
    with database.writing() as session:
        row = _proposed(session, team)
        _proposed(session, confirmed)
        seats.accept_seat(session, confirmed.pools[0].caller, confirmed.seats[0], YES)
        commands.confirm_proposal(session, confirmed.officer.caller, confirmed.proposal)
        for each in (team, confirmed):
            withdraw_need(session, each.officer.caller, each.need)
        with pytest.raises(NotCirculated):
            seats.accept_seat(session, team.pools[0].caller, team.seats[0], YES)
    while dispatch_one(database):
        pass
    with database.reading() as session:
        row = session.get_one(Proposal, team.proposal)
        assert (row.state, _states(session, team)) == ("withdrawn", ["withdrawn"])
        assert _states(session, confirmed) == ["released"]
        assert bookings.booked_months(session) == {}


def test_two_teams_proposed_at_once_do_not_both_go_out(database: Database) -> None:
    """Of two proposals for the same part of a need that are proposed at the same moment only one goes out."""
    team = a_team(database)
    with database.writing() as session:
        second, _ = a_proposal(session, team.need, team.round, team.offers)
    together = Barrier(2)

    def propose(proposal: str) -> bool:
        together.wait(timeout=30)
        try:
            with database.writing() as session:
                commands.propose_proposal(session, team.officer.caller, proposal, NAMED)
        except AlreadyProposed:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(propose, (team.proposal, second))) == [False, True]


def test_nobody_acts_without_signing_in(database: Database) -> None:
    """Somebody without an account finds no proposal and no seat, though its expert has no account either."""
    team = a_team(database, named_experts=True)
    with database.writing() as session:
        _proposed(session, team)
        with pytest.raises(NotFound):
            seats.accept_seat(session, Caller(), team.seats[0], YES)
        with pytest.raises(NotFound):
            commands.shortlist_proposal(session, Caller(), team.proposal)
