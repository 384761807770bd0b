"""Whole stories through the doors alone, by people with the public client; nothing is reached behind them."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from clients import Homologue, NotFound
from clients.models import (
    ComponentEntry,
    ExpertiseStatement,
    InterestStatement,
    NeedRegistration,
    OfferRegistration,
    RoundRequest,
    SeatAcceptance,
)
from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database
from service.settings import Settings
from service.worker import working
from tests.clients.harms import find_acceptable, see_no_harm
from tests.service import people
from tests.serving import served


@pytest.fixture
def address(app_settings: Settings, database: Database) -> Iterator[str]:
    """Serve an instance with its worker on a port of this machine."""
    with served(create_app(app_settings, database, identify)) as url, working(app_settings, database):
        yield url


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Give a stack that closes what a story opens, however it ends."""
    with ExitStack() as opened:
        yield opened


def test_a_need_becomes_a_confirmed_team(address: str, database: Database, stack: ExitStack) -> None:
    """A ministry asks, its desk screens and runs a round, a pool says yes, and the team is confirmed.

    Until both sides agree the pool learns neither who asks nor what the need is called, and a stranger
    learns nothing at any time.
    """
    officer = people.ministry(database, "GHA")
    focal = people.colleague(database, officer, "national_focal_point")
    desk = people.desk(database)
    manager = people.pool(database, "NLD")
    releasing = people.colleague(database, manager, "provider_focal_point")
    stranger = people.ministry(database, "NER")
    ministry, endorser, secretariat, pool, releaser, outsider = (
        stack.enter_context(Homologue(address, token=who.token))
        for who in (officer, focal, desk, manager, releasing, stranger)
    )

    need = ministry.needs.register(
        NeedRegistration(
            requesters=[officer.stakeholder_id],
            desk=desk.stakeholder_id,
            title="Train analysts of migration data",
            expected_result="Twelve analysts publish the yearly profile on their own.",
            commitments=["T4-01"],
            components=[ComponentEntry(area="EXP-DATA", modality="MOD-TRAIN")],
        )
    )
    see_no_harm(ministry, need.id)
    ministry.needs.submit(need.id)
    endorser.needs.endorse(need.id)
    secretariat.needs.start_screening(need.id)
    find_acceptable(secretariat, need.id)
    secretariat.needs.validate(need.id, reason="The desk knows the ministry's plan")
    secretariat.needs.circulate(need.id)

    offer = pool.offers.register(
        OfferRegistration(
            provider=manager.stakeholder_id,
            title="Trainers in migration statistics",
            expertise=[ExpertiseStatement(area="EXP-DATA", proficiency="advanced")],
            commitments=["T4-01"],
            modalities=["MOD-TRAIN"],
            capacity=1,
        )
    )
    pool.offers.submit(offer.id)
    releaser.offers.authorise(offer.id)

    policy = {"text_model": "character-ngrams"}
    round_ = secretariat.rounds.request(RoundRequest(desk=desk.stakeholder_id, policy=policy))
    ended = secretariat.rounds.wait(round_.id)
    assert ended.state == "finished"

    (line,) = ministry.proposals.list(need=need.id)
    proposal = ministry.proposals.get(line.id)
    assert [seat.offer for seat in proposal.seats] == [offer.id]
    assert proposal.reasons
    assert list(pool.seats.list()) == []
    with pytest.raises(NotFound):
        outsider.proposals.get(line.id)

    ministry.proposals.propose(line.id, names_need=True)
    (seat,) = pool.seats.list()
    assert "Train analysts" not in seat.model_dump_json()
    assert officer.stakeholder_id not in seat.model_dump_json()
    releaser.seats.accept(seat.id, SeatAcceptance(interest=InterestStatement(stance="none")))
    assert "Train analysts" in pool.seats.get(seat.id).model_dump_json()
    ministry.proposals.confirm(line.id)

    assert ministry.proposals.get(line.id).status == "confirmed"
    assert ministry.needs.get(need.id).status == "matched"
    journal = ministry.proposals.journal(line.id)
    assert journal.chain_holds
    with pytest.raises(NotFound):
        outsider.needs.get(need.id)
    assert list(outsider.needs.list()) == []


def test_two_desks_share_an_instance_and_no_secret(address: str, database: Database) -> None:
    """What one desk handles at the default level appears nowhere for the other: lists, counts, rounds."""
    officer, desk, other = people.ministry(database, "GHA"), people.desk(database), people.desk(database)
    focal = people.colleague(database, officer, "national_focal_point")
    with (
        Homologue(address, token=officer.token) as ministry,
        Homologue(address, token=focal.token) as endorser,
        Homologue(address, token=desk.token) as own,
        Homologue(address, token=other.token) as neighbour,
    ):
        need = ministry.needs.register(
            NeedRegistration(
                requesters=[officer.stakeholder_id],
                desk=desk.stakeholder_id,
                title="A canary sings in confidence",
                components=[ComponentEntry(area="EXP-RET")],
                commitments=["T4-06"],
            )
        )
        see_no_harm(ministry, need.id)
        ministry.needs.submit(need.id)
        endorser.needs.endorse(need.id)
        own.needs.start_screening(need.id)
        find_acceptable(own, need.id)
        own.needs.validate(need.id, reason="The desk knows the ministry's plan")
        own.needs.circulate(need.id)
        policy = {"text_model": "character-ngrams"}
        mine = own.rounds.wait(own.rounds.request(RoundRequest(desk=desk.stakeholder_id, policy=policy)).id)
        theirs = neighbour.rounds.wait(
            neighbour.rounds.request(RoundRequest(desk=other.stakeholder_id, policy=policy)).id
        )
        assert (mine.figures or {})["needs"] == 1
        assert (theirs.figures or {})["needs"] == 0
        assert [item.need for item in own.unmet.list()] == [need.id]
        assert list(neighbour.unmet.list()) == []
        assert list(neighbour.needs.list(q="canary")) == []
        for look in (neighbour.needs.get, neighbour.needs.journal, neighbour.needs.candidates):
            with pytest.raises(NotFound):
                look(need.id)
        with pytest.raises(NotFound):
            neighbour.rounds.get(mine.id)
