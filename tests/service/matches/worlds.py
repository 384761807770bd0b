"""A small world for rounds: a desk, ministries that ask, pools that offer; invented, but of real states."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from service.database.engines import Database
from service.matches.commands import begin_round
from service.matches.computing import run_to_end
from tests.service import people
from tests.service.needs.cases import a_need
from tests.service.offers.cases import brought_to as offer_brought_to
from tests.service.people import Person

TRAINING = {"area": "EXP-DATA", "modality": "MOD-TRAIN"}


@dataclass(frozen=True)
class World:
    """Who is there, and what they ask and offer."""

    desk: Person
    officers: dict[str, Person]
    pools: dict[str, Person]
    needs: dict[str, str]
    offers: dict[str, str]


def a_world(database: Database, *, order: int = 1, **need: Any) -> World:
    """Keep two circulated needs and three active offers; ``order=-1`` registers them in reverse."""
    desk = people.desk(database)
    officers = {iso3: people.ministry(database, iso3) for iso3 in ("GHA", "NER")[::order]}
    pools = {iso3: people.pool(database, iso3) for iso3 in ("NLD", "MAR", "PHL")[::order]}
    titles = {"GHA": "Train analysts of migration data", "NER": "Train the trainers of border staff"}
    areas = {"GHA": ("EXP-DATA", "T4-01"), "NER": ("EXP-IBM", "T2-06")}
    needs = {}
    for iso3, officer in officers.items():
        area, commitment = areas[iso3]
        said = {"title": titles[iso3], "commitments": [commitment], "components": [TRAINING | {"area": area}]}
        needs[iso3] = a_need(database, "circulated", officer, desk, **said | need)
    offers = {iso3: an_offer(database, pool, iso3) for iso3, pool in pools.items()}
    return World(desk, officers, pools, needs, offers)


def an_offer(database: Database, pool: Person, iso3: str, **more: Any) -> str:
    """Keep an active offer of migration data or border training."""
    area, commitment = ("EXP-IBM", "T2-06") if iso3 == "MAR" else ("EXP-DATA", "T4-01")
    said = {
        "title": f"Experts in {area} from {iso3}",
        "expertise": [{"area": area}],
        "commitments": [commitment],
        "modalities": ["MOD-TRAIN"],
        "capacity": 1,
    }
    with database.writing() as session:
        return offer_brought_to(session, "active", pool, **said | more).id


def request(web: TestClient, desk: Person, **more: Any) -> str:
    """Ask for a round through the door and return its id."""
    body = {"desk": desk.stakeholder_id, "policy": {"text_model": "character-ngrams"}, **more}
    answer = web.post("/api/v1/rounds", json=body, headers=desk.headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def computed(web: TestClient, database: Database, desk: Person, **more: Any) -> dict[str, Any]:
    """Ask for a round, compute it here, and return how it ended."""
    round_id = request(web, desk, **more)
    with database.writing() as session:
        assert begin_round(session, round_id, timedelta(minutes=5))
    run_to_end(database, round_id)
    seen: dict[str, Any] = web.get(f"/api/v1/rounds/{round_id}", headers=desk.headers).json()
    return seen


def proposals(web: TestClient, who: Person, **query: str) -> list[dict[str, Any]]:
    """Return the proposals that somebody sees, whole."""
    lines = web.get("/api/v1/proposals", params=query, headers=who.headers).json()["items"]
    return [web.get(f"/api/v1/proposals/{line['id']}", headers=who.headers).json() for line in lines]
