"""The demonstration: real cases and offers, loaded through the commands, matched and told."""

from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console
from sqlmodel import col, func, select

from service.database.engines import Database
from service.deliveries.tables import Delivery
from service.demonstration import people, show
from service.demonstration.cases import read_cases, read_offers
from service.demonstration.loading import Loaded, find_desk, load
from service.demonstration.report import print_report
from service.matches.commands import begin_round, request_round
from service.matches.computing import run_to_end
from service.matches.schemas import RoundRequest
from service.matches.tables import MatchRound, Proposal, UnmetComponent
from service.needs.tables import Need
from service.offers.tables import Offer
from service.settings import get_settings


def _load(database: Database) -> Loaded:
    with database.writing() as session:
        return load(session, lambda _what, _done, _total: None)


def test_the_published_rows_read_as_cases_and_offers() -> None:
    """Every row of both files is read, with a requester and a topic, or a provider."""
    cases, offers = read_cases(), read_offers()
    assert (len(cases), len(offers)) == (85, 130)
    assert all(case.requesters and case.topic and case.area for case in cases)
    assert all(offer.provider.name for offer in offers)


def test_the_demonstration_from_loading_to_the_report(database: Database) -> None:
    """Loading twice is harmless; the round answers every need; the report tells it in words."""
    first = _load(database)
    assert (first.needs, first.offers, first.refused) == (85, 130, [])
    again = _load(database)
    assert (again.needs, again.offers, again.deliveries) == (0, 0, 0)
    with database.reading() as session:
        assert session.exec(select(func.count(col(Need.id)))).one() == 85
        assert session.exec(select(func.count(col(Delivery.id)))).one() == first.deliveries
        stated = session.exec(select(Offer.capacity).where(col(Offer.capacity).is_not(None))).all()
        assert stated == [], "capacity that nobody stated stays unknown"
        assert all(row.is_demonstration and row.confirmed_at is None for row in session.exec(select(Offer)))
    round_id = _computed(database)
    with database.writing() as session:
        row = session.get_one(MatchRound, round_id)
        assert row.state == "finished", row.failure_code
        proposed = set(session.exec(select(Proposal.need_id)))
        unmet = set(session.exec(select(UnmetComponent.need_id)))
        assert proposed | unmet == set(session.exec(select(Need.id)))
        console = Console(record=True, width=140, file=StringIO())
        print_report(session, people.caller_for(session, "secretariat"), row, console)
        told = console.export_text()
        assert {part.who for part in people.parts(session)} == {"ministry", "pool", "secretariat"}
    for heading in (
        "Proposals for",
        "Unmet:",
        "Most wanted expertise",
        "States that bridge groups",
        "Fingerprint",
    ):
        assert heading in told
    assert "not reconfirmed" in told
    assert "could be hosted by" in told


def _computed(database: Database) -> str:
    with database.writing() as session:
        caller = people.caller_for(session, "secretariat")
        policy = {"text_model": "character-ngrams"}
        request = RoundRequest(desk=find_desk(session) or "", policy=policy)
        round_id = request_round(session, caller, request, demonstration=True).id
        begin_round(session, round_id, timedelta(minutes=10))
    run_to_end(database, round_id)
    return round_id


def test_the_demonstration_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an address that others could reach, the demonstration refuses to start."""
    monkeypatch.setenv("HOMOLOGUE_HOST", "0.0.0.0")  # noqa: S104 - it is refused
    get_settings.cache_clear()
    with pytest.raises(SystemExit, match="this machine only"):
        show.run(serve=True)
    get_settings.cache_clear()
