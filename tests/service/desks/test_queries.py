"""What the pages ask of the database does not grow with what they show."""

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


def _asked(session: Session, world: World, round_id: str, proposal: str) -> dict[str, int]:
    desk, officer, need = world.desk.caller, world.officers["GHA"].caller, world.needs["GHA"]
    shown = {
        "home of a desk": lambda: get_home(session, desk, HomeAsked(), "en"),
        "home of a ministry": lambda: get_home(session, officer, HomeAsked(), "en"),
        "need": lambda: get_need_page(session, desk, need, "en"),
        "proposal": lambda: get_proposal_page(session, desk, proposal, "en"),
        "round": lambda: get_round_page(session, desk, round_id, None, "en"),
    }
    counts = {}
    for name, show in shown.items():
        session.expunge_all()
        with statements_of(session) as sent:
            show()
        counts[name] = len(sent)
    return counts


def _counts(web: TestClient, database: Database, world: World) -> dict[str, int]:
    round_id = computed(web, database, world.desk)["id"]
    found = {item["need"]: item["id"] for item in proposals(web, world.desk) if item["round"] == round_id}
    with database.reading() as session:
        return _asked(session, world, round_id, found[world.needs["GHA"]])


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
