"""What the pages ask of the database does not grow with what they show."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import Session

from service.database.engines import Database
from service.desks.explanation_queries import get_proposal_page
from service.desks.queries import HomeAsked, get_home, get_need_page
from service.desks.round_queries import get_round_page
from tests.service import people
from tests.service.matches.worlds import World, a_world, an_offer, computed, proposals
from tests.service.needs.cases import a_need
from tests.service.statements import statements_of

MOST = 70


def _asked(database: Database, world: World, round_id: str, proposal: str) -> dict[str, int]:
    desk, officer, need = world.desk.caller, world.officers["GHA"].caller, world.needs["GHA"]
    shown: dict[str, Callable[[Session], object]] = {
        "home of a desk": lambda session: get_home(session, desk, HomeAsked(), "en"),
        "home of a ministry": lambda session: get_home(session, officer, HomeAsked(), "en"),
        "need": lambda session: get_need_page(session, desk, need, "en"),
        "proposal": lambda session: get_proposal_page(session, desk, proposal, "en"),
        "round": lambda session: get_round_page(session, desk, round_id, None, "en"),
    }
    return {name: _number_of(database, show) for name, show in shown.items()}


def _number_of(database: Database, show: Callable[[Session], object]) -> int:
    """Count the statements of a page, once facts that all pages share are at hand."""
    for _ in range(2):
        with database.reading() as session, statements_of(session) as sent:
            show(session)
    return len(sent)


def _counts(web: TestClient, database: Database, world: World) -> dict[str, int]:
    round_id = computed(web, database, world.desk)["id"]
    found = {item["need"]: item["id"] for item in proposals(web, world.desk) if item["round"] == round_id}
    return _asked(database, world, round_id, found[world.needs["GHA"]])


def test_pages_take_as_many_statements_for_many_proposals_as_for_few(
    web: TestClient, database: Database
) -> None:
    """Three times the needs, offers and proposals cost no statement more."""
    world = a_world(database)
    few = _counts(web, database, world)
    for iso3 in ("TGO", "BEN", "KEN", "UGA"):
        component = {"area": "EXP-DATA", "modality": "MOD-TRAIN"}
        a_need(database, "circulated", people.ministry(database, iso3), world.desk, components=[component])
        an_offer(database, people.pool(database, iso3), iso3)
    many = _counts(web, database, world)
    assert many == few
    assert max(many.values()) <= MOST, many
