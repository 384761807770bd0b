"""The JSON door to offers."""

from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service.people import pool


def test_an_offer_is_registered_and_shown(web: TestClient, database: Database) -> None:
    """A pool's manager registers an offer and reads it back as a draft."""
    manager = pool(database)
    body = {
        "provider": manager.stakeholder_id,
        "title": "Peer review of return",
        "expertise": [{"area": "EXP-RET"}],
    }
    made = web.post("/api/v1/offers", json=body, headers=manager.headers)
    assert made.status_code == 201, made.text
    assert web.get(f"/api/v1/offers/{made.json()['id']}", headers=manager.headers).json() == made.json()
    assert web.get("/api/v1/offers").json() == {"items": [], "next": None}
