"""Consent in full: what is told when, interests, a seat filled again, the way back, protected data."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select, update

from service import clock
from service.database.engines import Database
from service.errors import NotAllowed, NotFound, WrongMove
from service.journal.tables import JournalEntry
from service.matches import bookings, commands, contacts, interests, lapsing, refilling
from service.matches import proposal_commands as proposals
from service.matches import seat_commands as seats
from service.matches.consents import CONSENT_TEXT, COVERS_SUCCESSORS, TEXTS
from service.matches.errors import (
    InterestsOpen,
    NamingNotAllowed,
    NotACandidate,
    NothingDeclared,
    NotLost,
    ObjectionOpen,
    OfferNotStanding,
    StillToBeAgreed,
)
from service.matches.proposal_schemas import (
    InterestStatement,
    InterestVerdict,
    Proposing,
    Refilling,
    SeatAcceptance,
    SeatRefusal,
)
from service.matches.schemas import PinDecision
from service.matches.tables import Consent, Proposal, Seat
from service.needs.tables import Need
from service.offers.commands import withdraw_offer
from tests.service import people
from tests.service.matches.cases import Team, a_team, an_offer

NO_CONFLICT = InterestStatement(stance="none")
YES = SeatAcceptance(interest=NO_CONFLICT)
NAMED = Proposing(names_need=True)
CANARY = "Zugvogel"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _propose(session: Session, team: Team) -> Proposal:
    return proposals.propose_proposal(session, team.officer.caller, team.proposal, NAMED)


def _accept(session: Session, team: Team, place: int = 0, said: SeatAcceptance = YES) -> Seat:
    return seats.accept_seat(session, team.pools[place].caller, team.seats[place], said)


def _decline(session: Session, team: Team, place: int = 0, code: str = "capacity") -> Seat:
    said = SeatRefusal(code=code, note=f"{CANARY} is away")
    return seats.decline_seat(session, team.pools[place].caller, team.seats[place], said)


def _told(session: Session) -> int:
    """Let the next fixed moment come."""
    with clock.set_to(clock.now() + HOUR):
        return lapsing.release_news(session)


# What is told, and when


def _veto(session: Session, team: Team) -> None:
    seat = session.get_one(Seat, team.seats[0])
    pin = PinDecision(component=seat.component_id, offer=seat.offer_id, decision="veto", reason="Not fit")
    commands.decide_pin(session, team.desk.caller, team.need, pin)


def _conflict(session: Session, team: Team) -> None:
    said = InterestStatement(stance="declared", text=f"{CANARY} is a cousin")
    interests.declare_interest(session, team.pools[0].caller, team.seats[0], said)
    verdict = InterestVerdict(party="institution", verdict="stands")
    interests.judge_interest(session, team.desk.caller, team.proposal, team.seats[0], verdict)


def _busy(session: Session, team: Team) -> None:
    _decline(session, team)


def _gives_back(session: Session, team: Team) -> None:
    said = SeatRefusal(code="capacity")
    seats.give_back_seat(session, team.pools[0].caller, team.seats[0], said)


def _everything_read(web: TestClient, team: Team, *, is_accepted: bool) -> dict[str, str]:
    """Return all that the requester can read of the team, with ids made the same in every world."""
    api, proposal = "/api/v1", f"/proposals/{team.proposal}"
    paths = (
        f"{api}{proposal}",
        f"{api}{proposal}/journal",
        f"{api}/proposals",
        f"{api}/proposals?status=partly_accepted",
        f"{api}/proposals?status=declined",
        f"{api}/needs/{team.need}",
        f"{api}/needs/{team.need}/journal",
        f"{api}/needs/{team.need}/pins",
        f"{api}/needs/{team.need}/candidates",
        *(() if is_accepted else (proposal, f"/needs/{team.need}", f"/needs/{team.need}/decisions")),
    )
    known = [team.proposal, team.need, team.round, team.officer.account_id, team.officer.stakeholder_id]
    known += [*team.seats, *team.offers, *(pool.stakeholder_id for pool in team.pools)]
    known += [team.desk.stakeholder_id, team.desk.account_id]
    read = {}
    for path in paths:
        answer = web.get(path, headers=team.officer.headers)
        text = answer.text
        for number, one in enumerate(known):
            text = text.replace(one, f"#{number}")
        read[path.replace(team.proposal, "#0").replace(team.need, "#1")] = _without_chance(text)
        assert answer.status_code == 200, path
    return read


def _without_chance(text: str) -> str:
    """Make ids, counters of tests and hashes the same, which differ from world to world by chance."""
    text = re.sub(r"\b[a-z]+_[0-9a-f]{32}\b", "#", text)
    text = re.sub(r"Invented ([a-z ]+) \d+", r"Invented \1", text)
    # Seats are locked in the order of their offers' ids.
    text = text.replace('["#6","#5"]', '["#5","#6"]')
    text = re.sub(r'name="form_key" value="[^"]+"', "", text)
    return re.sub(r"Expert [0-9A-F]{6}", "Expert", text)


@pytest.mark.parametrize("is_accepted", [False, True])
def test_veto_conflict_and_busy_are_told_alike(
    web: TestClient, database: Database, moment: datetime, *, is_accepted: bool
) -> None:
    """In three worlds the requester reads the same bytes at every moment, and news at the same one.

    The cause comes at another minute in each world; nothing changes before the hour, the same at it.
    """
    causes: list[tuple[Callable[[Session, Team], None], int]] = [(_veto, 5), (_conflict, 17)]
    causes.append((_gives_back if is_accepted else _busy, 29))
    worlds = []
    for cause, minute in causes:
        seen = []
        with clock.set_to(moment):
            team = a_team(database, mandatory=(True, True))
            with database.writing() as session:
                # Seats are listed by score, and by chance where that is the same.
                session.get_one(Seat, team.seats[0]).score = 9000
                _propose(session, team)
                if is_accepted:
                    _accept(session, team)
        seen.append(_at(web, team, moment, is_accepted=is_accepted))
        with clock.set_to(moment + timedelta(minutes=minute)), database.writing() as session:
            cause(session, team)
        for later in (timedelta(minutes=29, seconds=59), timedelta(minutes=30)):
            with clock.set_to(moment + later), database.writing() as session:
                lapsing.release_news(session)
            seen.append(_at(web, team, moment + later, is_accepted=is_accepted))
        worlds.append(seen)
    for other in worlds[1:]:
        for one, same in zip(worlds[0], other, strict=True):
            assert _difference(one, same) == ""
    before, still, told = worlds[0]
    assert before == still
    assert still != told
    assert '"not_available"' in told["/api/v1/proposals/#0"]


def _difference(one: dict[str, str], other: dict[str, str]) -> str:
    """Return where two worlds differ first, empty if nowhere."""
    assert one.keys() == other.keys()
    for path, text in one.items():
        for place, (here, there) in enumerate(zip_longest(text, other[path])):
            if here != there:
                return f"{path}: {text[place - 90 : place + 60]} / {other[path][place - 90 : place + 60]}"
    return ""


def _at(web: TestClient, team: Team, now: datetime, *, is_accepted: bool) -> dict[str, str]:
    # Read at one and the same moment by the clock, so that no age of a thing differs.
    with clock.set_to(now.replace(hour=23)):
        return _everything_read(web, team, is_accepted=is_accepted)


def test_the_desk_and_the_provider_know_at_once(web: TestClient, database: Database) -> None:
    """The desk reads state, code and words as soon as a seat is declined; the requester reads no byte."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        _propose(session, team)
        _decline(session, team)
    address = f"/api/v1/proposals/{team.proposal}"
    to_desk = web.get(address, headers=team.desk.headers).json()
    [declined] = [seat for seat in to_desk["seats"] if seat["id"] == team.seats[0]]
    assert (declined["status"], declined["answer_reason"]) == ("declined", "capacity")
    assert CANARY in declined["answer_note"]
    assert CANARY in web.get(f"/api/v1/seats/{team.seats[0]}", headers=team.pools[0].headers).text
    assert "declined" not in web.get(address, headers=team.officer.headers).text
    with database.writing() as session:
        assert _told(session) == 1
        assert _told(session) == 0
    told = web.get(address, headers=team.officer.headers).text
    assert "not_available" in told
    assert CANARY not in told
    assert '"capacity"' not in told
    journals = [
        web.get(f"{address}/{name}", headers=team.desk.headers) for name in ("journal", "desk-journal")
    ]
    assert "proposal.news-released" in journals[0].text
    assert web.get(f"{address}/desk-journal", headers=team.officer.headers).status_code == 403


def test_a_desks_veto_is_its_own(database: Database) -> None:
    """Those who ask neither list nor lift the desk's veto; their own they do, and it acts at once."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        _propose(session, team)
        seat = session.get_one(Seat, team.seats[0])
        pin = PinDecision(component=seat.component_id, offer=seat.offer_id, decision="veto", reason="Not fit")
        made = commands.decide_pin(session, team.desk.caller, team.need, pin)
        with pytest.raises(NotFound):
            commands.lift_pin(session, team.officer.caller, made.id)
        assert (seat.state, seat.shown_state) == ("withdrawn", "offered")
        subjects = session.exec(select(JournalEntry.subject).where(JournalEntry.event == "pin.decided")).all()
        assert subjects == [f"need-desk:{team.need}"]


def test_a_vetoed_suggestion_is_nobodys_seat(database: Database) -> None:
    """A seat that a veto takes before anybody was asked never shows to its provider."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        _veto(session, team)
        _told(session)
        _propose(session, team)
        assert session.get_one(Seat, team.seats[1]).state == "offered"
        with pytest.raises(NotFound):
            _accept(session, team)


# Conflicts of interest


def test_nobody_is_confirmed_without_a_word_on_interests(database: Database) -> None:
    """A seat whose party has not declared, or whose conflict nobody judged, holds the confirmation up."""
    team = a_team(database)
    officer, pool, desk = team.officer.caller, team.pools[0].caller, team.desk.caller
    cleared = InterestVerdict(party="institution", verdict="cleared", measures="Stays out of tenders")
    with database.writing() as session:
        row = _propose(session, team)
        _accept(session, team, said=SeatAcceptance())
        with pytest.raises(InterestsOpen):
            proposals.confirm_proposal(session, officer, team.proposal)
        with pytest.raises(NothingDeclared):
            interests.judge_interest(session, desk, team.proposal, team.seats[0], cleared)
        said = InterestStatement(stance="declared", text=f"{CANARY} is a cousin")
        interests.declare_interest(session, pool, team.seats[0], said)
        with pytest.raises(InterestsOpen):
            proposals.confirm_proposal(session, officer, team.proposal)
        with pytest.raises(NotAllowed):
            interests.judge_interest(session, officer, team.proposal, team.seats[0], cleared)
        interests.judge_interest(session, desk, team.proposal, team.seats[0], cleared)
        assert proposals.confirm_proposal(session, officer, team.proposal) is row
        with pytest.raises(WrongMove):
            interests.declare_interest(session, pool, team.seats[0], NO_CONFLICT)


def test_the_named_expert_declares_in_person(database: Database) -> None:
    """For a named expert's seat the institution and the expert declare; each reads its own words only."""
    team = a_team(database, named_experts=True)
    focal = people.colleague(database, team.pools[0], "provider_focal_point")
    expert = people.colleague(database, team.pools[0], "expert")
    with database.writing() as session:
        _propose(session, team)
        released = SeatAcceptance(expert=expert.account_id, interest=NO_CONFLICT)
        seats.accept_seat(session, focal.caller, team.seats[0], released)
        seats.accept_seat(session, expert.caller, team.seats[0], SeatAcceptance())
        with pytest.raises(InterestsOpen):
            proposals.confirm_proposal(session, team.officer.caller, team.proposal)
        interests.declare_interest(session, expert.caller, team.seats[0], NO_CONFLICT)
        proposals.confirm_proposal(session, team.officer.caller, team.proposal)


# Protected data


def test_contacts_show_once_both_sides_agree(web: TestClient, database: Database) -> None:
    """Names and addresses of both sides are nowhere before mutual acceptance; then each look is recorded."""
    team = a_team(database, mandatory=(True, True), named_experts=True)
    focals = [people.colleague(database, pool, "provider_focal_point") for pool in team.pools]
    experts = [people.colleague(database, pool, "expert") for pool in team.pools]
    with database.writing() as session:
        _propose(session, team)
    asked, offered = f"/api/v1/proposals/{team.proposal}", f"/api/v1/seats/{team.seats[0]}"
    secrets = ["Example Person", "@example.org", team.pools[0].account_id, experts[0].account_id]
    for path, who in ((asked, team.officer), (offered, team.pools[0])):
        assert web.post(f"{path}/contacts", headers=who.headers).status_code == 409
    for path in (asked, f"{asked}/journal", "/api/v1/proposals", f"/proposals/{team.proposal}"):
        text = web.get(path, headers=team.officer.headers).text
        assert [secret for secret in secrets if secret in text] == []
    for path in (offered, f"{offered}/journal", "/api/v1/seats", f"/seats/{team.seats[0]}"):
        text = web.get(path, headers=team.pools[0].headers).text
        hidden = (team.officer.account_id, team.need, team.officer.stakeholder_id)
        assert [secret for secret in hidden if secret in text] == []
    with database.writing() as session:
        for focal, expert, seat in zip(focals, experts, team.seats, strict=True):
            released = SeatAcceptance(expert=expert.account_id)
            seats.accept_seat(session, focal.caller, seat, released)
            seats.accept_seat(session, expert.caller, seat, YES)
    found = web.post(f"{asked}/contacts", headers=team.officer.headers).json()["contacts"]
    assert "Example Person" in {one["name"] for one in found}
    found = web.post(f"{offered}/contacts", headers=team.pools[0].headers).json()["contacts"]
    assert [one["stakeholder"] for one in found] == [team.officer.stakeholder_id]
    assert "proposal.contacts-read" in web.get(f"{asked}/journal", headers=team.officer.headers).text
    with database.writing() as session:
        seats.give_back_seat(session, focals[0].caller, team.seats[0], SeatRefusal(code="capacity"))
    assert web.post(f"{asked}/contacts", headers=team.officer.headers).status_code == 409


# A seat filled again


@pytest.fixture
def lost(database: Database) -> tuple[Team, str]:
    """Give a team of two of which one accepted and one was told to be lost, and an offer nobody asked."""
    team = a_team(database, mandatory=(True, True))
    spare = people.pool(database, "PHL")
    with database.writing() as session:
        _propose(session, team)
        _accept(session, team)
        _decline(session, team, place=1)
        _told(session)
        said = {"expertise": [{"area": "EXP-DATA"}], "commitments": ["T4-01"], "modalities": ["MOD-TRAIN"]}
        return team, an_offer(session, spare, **said)


def test_a_lost_seat_is_filled_again_alone(database: Database, lost: tuple[Team, str]) -> None:
    """The best who was never asked takes the place, is asked at once, and the other's yes stands."""
    team, spare = lost
    with database.writing() as session:
        row = refilling.refill_seat(
            session, team.officer.caller, team.proposal, team.seats[1], Refilling(reason="Next in line")
        )
        old = session.get_one(Seat, team.seats[1])
        new = session.get_one(Seat, old.replaced_by)
        assert (new.offer_id, new.state, new.component_id) == (spare, "offered", old.component_id)
        assert new.score > 0
        assert session.get_one(Seat, team.seats[0]).state == "accepted"
        assert bookings.live_booking(session, team.seats[0]) is not None
        assert row.state == row.shown_state == "partly_accepted"
        with pytest.raises(NotLost):
            refilling.refill_seat(session, team.officer.caller, team.proposal, old.id, Refilling())
        manager = people.person(session, "pool_manager", new.provider_id)
        seats.accept_seat(session, manager.caller, new.id, YES)
        assert row.state == "mutually_accepted"
        proposals.confirm_proposal(session, team.officer.caller, team.proposal)
        assert (row.state, new.state, old.state) == ("confirmed", "confirmed", "declined")


def test_an_older_consent_does_not_name_the_need_to_others(
    database: Database, lost: tuple[Team, str]
) -> None:
    """Whoever agreed to earlier words named the need to the first team only: the new seat waits for a yes."""
    assert CONSENT_TEXT in COVERS_SUCCESSORS
    assert set(TEXTS) - COVERS_SUCCESSORS == {"proposal-1"}
    team, _ = lost
    with database.writing() as session:
        naming = update(Consent).where(col(Consent.kind) == "name_need")
        session.exec(naming.values(text_version="proposal-1"))
        refilling.refill_seat(session, team.desk.caller, team.proposal, team.seats[1], Refilling())
        new = session.get_one(Seat, session.get_one(Seat, team.seats[1]).replaced_by)
        assert new.state == "suggested"
        with pytest.raises(NamingNotAllowed):
            refilling.offer_seat(session, team.desk.caller, team.proposal, new.id, Proposing())
        session.exec(naming.values(revoked_at=clock.now()))
        refilling.offer_seat(session, team.officer.caller, team.proposal, new.id, NAMED)
        assert new.state == "offered"


def test_the_best_is_suggested_by_itself(database: Database, lost: tuple[Team, str]) -> None:
    """Once the loss is told, the best candidate is put forward without being asked, and only once."""
    team, spare = lost
    with database.writing() as session:
        best = refilling.best_candidate(session, team.seats[1])
        assert best is not None
        assert best.offer == spare
        new = refilling.suggest_refill(session, team.seats[1], best)
        assert new is not None
        assert new.state == "suggested"
        assert refilling.suggest_refill(session, team.seats[1], best) is None
        assert refilling.best_candidate(session, team.seats[1]) is None
        assert refilling.best_candidate(session, team.seats[0]) is None


def test_only_who_was_never_asked_is_asked_next(database: Database, lost: tuple[Team, str]) -> None:
    """Who declined, who is in the team and who was vetoed does not come into question."""
    team, spare = lost
    with database.writing() as session:
        seat = session.get_one(Seat, team.seats[1])
        for offer in team.offers:
            with pytest.raises(NotACandidate):
                refilling.refill_seat(
                    session, team.desk.caller, team.proposal, seat.id, Refilling(offer=offer)
                )
        pin = PinDecision(component=seat.component_id, offer=spare, decision="veto", reason="Not fit")
        commands.decide_pin(session, team.desk.caller, team.need, pin)
        assert refilling.best_candidate(session, seat.id) is None


def test_a_requester_objects_to_filling_again(database: Database, lost: tuple[Team, str]) -> None:
    """Who asks may object; then the whole team is given up and what was held is free. The desk cannot."""
    team, _ = lost
    with database.writing() as session:
        with pytest.raises(NotAllowed):
            proposals.object_to_refilling(session, team.desk.caller, team.proposal)
        row = proposals.object_to_refilling(session, team.officer.caller, team.proposal, "Another team")
        assert (row.state, session.get_one(Seat, team.seats[0]).state) == ("withdrawn", "withdrawn")
        assert bookings.booked_months(session) == {}


def test_a_refilled_team_waits_until_nobody_may_object(database: Database, lost: tuple[Team, str]) -> None:
    """For five working days of its calendar the desk cannot confirm it; who asks can."""
    team, _ = lost
    monday = datetime(2027, 3, 15, 9, tzinfo=UTC)
    with database.writing() as session:
        with clock.set_to(monday):
            row = refilling.refill_seat(session, team.desk.caller, team.proposal, team.seats[1], Refilling())
            new = session.get_one(Seat, session.get_one(Seat, team.seats[1]).replaced_by)
            manager = people.person(session, "pool_manager", new.provider_id)
            seats.accept_seat(session, manager.caller, new.id, YES)
            assert row.state == "mutually_accepted"
        for late in (monday, monday + 6 * DAY):
            with clock.set_to(late), pytest.raises(ObjectionOpen) as refused:
                proposals.confirm_proposal(session, team.desk.caller, team.proposal)
        assert "22 March 2027, 23:59" in refused.value.detail("en")
        with clock.set_to(monday), session.begin_nested() as trial:
            proposals.confirm_proposal(session, team.officer.caller, team.proposal)
            trial.rollback()
        session.expire_all()
        with clock.set_to(monday + 9 * DAY):
            assert proposals.confirm_proposal(session, team.desk.caller, team.proposal).confirmed_at


def test_there_is_nothing_to_object_to_while_nobody_was_lost(database: Database) -> None:
    """Without a seat that is told to be lost there is no objection, and nothing to fill."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        _propose(session, team)
        _decline(session, team)
        for caller in (team.officer.caller, team.desk.caller):
            with pytest.raises(NotLost):
                refilling.refill_seat(session, caller, team.proposal, team.seats[0], Refilling())
        with pytest.raises(WrongMove) as refused:
            proposals.object_to_refilling(session, team.officer.caller, team.proposal)
        assert refused.value.params["state"] == "proposed"


# The way back


def test_a_need_goes_back_when_its_team_is_lost(database: Database) -> None:
    """A matched need is open again once its requester is told that the team is lost, not before."""
    team = a_team(database)
    with database.writing() as session:
        _propose(session, team)
        _accept(session, team)
        need = session.get_one(Need, team.need)
        assert need.state == "matched"
        _gives_back(session, team)
        session.refresh(need)
        assert need.state == "matched"
        with pytest.raises(StillToBeAgreed):
            proposals.confirm_proposal(session, team.officer.caller, team.proposal)
        _told(session)
        session.refresh(need)
        assert need.state == "circulated"


def test_a_dissolved_team_frees_the_need_and_the_capacity(database: Database) -> None:
    """A confirmed team can be dissolved before its work begins; the need looks again."""
    team = a_team(database)
    with database.writing() as session:
        row = _propose(session, team)
        with pytest.raises(WrongMove):
            proposals.dissolve_proposal(session, team.officer.caller, team.proposal)
        _accept(session, team)
        proposals.confirm_proposal(session, team.officer.caller, team.proposal)
        proposals.dissolve_proposal(session, team.desk.caller, team.proposal, "The project was cut")
        need = session.get_one(Need, team.need)
        session.refresh(need)
        assert (row.state, session.get_one(Seat, team.seats[0]).state) == ("withdrawn", "released")
        assert need.state == "circulated"
        assert bookings.booked_months(session) == {}


# Offers that end


def test_a_withdrawn_offer_leaves_its_seats(database: Database) -> None:
    """When an offer is withdrawn nobody accepts or confirms its seats any more; they are lost like others."""
    team = a_team(database, mandatory=(True, True))
    with database.writing() as session:
        row = _propose(session, team)
        _accept(session, team)
        for pool, offer in zip(team.pools, team.offers, strict=True):
            withdraw_offer(session, pool.caller, offer)
        with pytest.raises(OfferNotStanding):
            _accept(session, team, place=1)
        lapsing.drop_offer(session, team.offers[0])
        lapsing.drop_offer(session, team.offers[1])
        assert [session.get_one(Seat, seat).state for seat in team.seats] == ["withdrawn", "withdrawn"]
        assert bookings.booked_months(session) == {}
        assert (row.state, row.shown_state) == ("withdrawn", "partly_accepted")


def test_a_confirmed_seat_outlives_its_offer(database: Database) -> None:
    """What was confirmed stands when the offer is withdrawn; what was only accepted cannot be confirmed."""
    first, second = a_team(database), a_team(database)
    with database.writing() as session:
        for team in (first, second):
            _propose(session, team)
            _accept(session, team)
        proposals.confirm_proposal(session, first.officer.caller, first.proposal)
        for team in (first, second):
            withdraw_offer(session, team.pools[0].caller, team.offers[0])
        with pytest.raises(OfferNotStanding):
            proposals.confirm_proposal(session, second.officer.caller, second.proposal)
        lapsing.drop_offer(session, first.offers[0])
        assert session.get_one(Seat, first.seats[0]).state == "confirmed"


# Time


def test_a_lapsed_seat_is_told_at_the_fixed_moment(database: Database, moment: datetime) -> None:
    """A seat that nobody answered lapses by the clock; those who ask are told at the next full hour."""
    team = a_team(database, urgency="emergency")
    with database.writing() as session:
        with clock.set_to(moment):
            _propose(session, team)
        with clock.set_to(moment + timedelta(hours=48)):
            lapsing.let_lapse(session)
            seat = session.get_one(Seat, team.seats[0])
            assert (seat.state, seat.shown_state) == ("lapsed", "offered")
            assert lapsing.release_news(session) == 0
        with clock.set_to(moment + timedelta(hours=48, minutes=30)):
            assert lapsing.release_news(session) == 1
            assert session.get_one(Proposal, team.proposal).shown_state == "lapsed"


def test_what_is_held_says_until_when(web: TestClient, database: Database, moment: datetime) -> None:
    """Both sides read until when capacity is held; once it ran out, nothing is held any more."""
    with clock.set_to(moment):
        team = a_team(database)
        with database.writing() as session:
            _propose(session, team)
            _accept(session, team)

    def held(who: Any, path: str) -> tuple[str | None, list[str]]:
        shown = web.get(path, headers=who.headers).json()
        shown = shown.get("seats", [shown])[0]
        return shown["held_until"], shown["months"]

    own, whole = f"/api/v1/seats/{team.seats[0]}", f"/api/v1/proposals/{team.proposal}"
    with clock.set_to(moment + timedelta(days=29)):
        assert held(team.pools[0], own) == held(team.officer, whole)
        assert held(team.pools[0], own)[0] == "2027-04-14T09:30:00Z"
    with clock.set_to(moment + timedelta(days=30)):
        assert held(team.pools[0], own) == (None, [])


def test_looking_up_contacts_takes_a_seat_of_ones_own(database: Database) -> None:
    """Nobody outside a team looks its contacts up, agreed or not."""
    team = a_team(database)
    with database.writing() as session:
        _propose(session, team)
        _accept(session, team)
        for stranger in (people.person(session, "pool_manager", team.desk.stakeholder_id),):
            with pytest.raises(NotFound):
                contacts.look_up_team(session, stranger.caller, team.proposal)
            with pytest.raises(NotFound):
                contacts.look_up_requesters(session, stranger.caller, team.seats[0])
