"""What the log and the figures say of requests, and what they never say."""

import json
import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import generate_latest
from sqlmodel import Session

from service.database.engines import Database
from service.web.metrics import Measures, gauge
from service.web.requests import Reading
from tests.service import people

SECRET = "quinceseed"


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(record.message) for record in caplog.records if record.name == "homologue.requests"]


def _shown(app: FastAPI) -> str:
    measures: Measures = app.state.measures
    return generate_latest(measures.registry).decode()


def test_a_request_is_one_line(web: TestClient, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A line says who asked for what kind of thing and how it went, by the id that the answer carries."""
    officer = people.ministry(database)
    with caplog.at_level(logging.INFO, logger="homologue.requests"):
        answer = web.get(f"/api/v1/needs/need_{SECRET}?lang={SECRET}", headers=officer.headers)
    (line,) = _lines(caplog)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/needs/{need_id}", 404)
    assert line["account"] == officer.account_id
    assert line["id"] == answer.headers["X-Request-Id"] == answer.json()["request_id"]
    assert SECRET not in json.dumps(line)


def test_what_was_sent_is_in_no_line(
    web: TestClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Bodies, queries and addresses stay out of the log and of the figures."""
    officer = people.ministry(database)
    with caplog.at_level(logging.DEBUG):
        web.post("/api/v1/needs", json={SECRET: SECRET}, headers=officer.headers)
        web.get(f"/{SECRET}", headers={"Authorization": f"Bearer {SECRET}"})
        web.request(SECRET.upper(), "/api/v1/needs")
    assert len(_lines(caplog)) == 3
    # The client of the tests writes lines too.
    ours = [record.getMessage() for record in caplog.records if record.name not in {"httpx", "httpcore"}]
    assert SECRET not in " ".join(ours).lower()
    assert SECRET not in _shown(web.app).lower()  # type: ignore[arg-type]


def test_an_id_from_in_front_is_taken_over(web: TestClient) -> None:
    """A server in front may name the request, in characters that do no harm in a log."""
    assert web.get("/livez", headers={"X-Request-Id": "front-0123"}).headers["X-Request-Id"] == "front-0123"
    forged = web.get("/livez", headers={"X-Request-Id": 'a"} {"status": 200'}).headers["X-Request-Id"]
    assert len(forged) == 32


def test_a_failure_is_told_without_its_text(
    web: TestClient, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug answers 500 as a problem; the log says where it is, and not what it held."""

    @app.get("/api/v1/test-of-a-failure")
    def fail(session: Reading) -> None:
        raise ValueError(SECRET)

    with caplog.at_level(logging.INFO):
        answer = web.get("/api/v1/test-of-a-failure")
    assert (answer.status_code, answer.json()["code"]) == (500, "failure")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    failed, _ = _lines(caplog)
    assert failed["error"] == "ValueError"
    assert SECRET not in json.dumps(failed) + answer.text


def test_figures_count_by_the_template_of_the_address(web: TestClient, app: FastAPI) -> None:
    """Figures know kinds of requests, connections and turns; they are not to be had at the public port."""
    web.get("/api/v1/needs/need_1")
    web.get("/api/v1/needs/need_2")
    shown = _shown(app)
    assert 'route="/api/v1/needs/{need_id}",status="404"}' in shown
    assert "need_1" not in shown
    assert "homologue_database_up 1.0" in shown
    assert "homologue_pool_connections 10.0" in shown
    assert web.get("/metrics").status_code == 404


def test_a_room_adds_a_figure(app: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a room registers is asked for when somebody looks, with its labels."""
    monkeypatch.setattr("service.web.metrics._gauges", {})

    @gauge("homologue_bells", "Bells, by tone.", "tone")
    def bells(_session: Session) -> list[tuple[tuple[str, ...], float]]:
        return [(("low",), 2)]

    assert 'homologue_bells{tone="low"} 2.0' in _shown(app)
