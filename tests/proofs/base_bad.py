"""base.bad: whatever is sent, a clear refusal names the field; nothing fails and nothing is lost."""

import copy
import random
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from service.access.queries import identify
from service.app import create_app
from service.database.engines import Database, open_database
from service.journal.tables import JournalEntry, JournalText
from service.settings import Settings
from tests.databases import sqlite_template
from tests.proofs.proof import Figure
from tests.service import people
from tests.service.people import Person

LONG = "x" * 10_000
NASTY: tuple[Any, ...] = (
    None,
    "",
    " ",
    LONG,
    "\u0000",
    "\u001b[31m",
    "\u202e",
    "'; DROP TABLE need; --",
    "<script>alert(1)</script>",
    0,
    -1,
    2**63,
    1e308,
    1.5,
    True,
    [],
    {},
    [[]],
    ["x"] * 1_000,
    {"a": {"b": {"c": {}}}},
    "2027-02-30",
    "QQQ",
)
QUERIES = ("%00", "%ff", "x" * 3_000, "-1", "0", "1e9", "NaN", "null", "'", "%25", "\u202e", "[]")
MOST_BYTES = 8_192


@dataclass
class Tally:
    """What came back."""

    asked: int = 0
    failures: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    promised: set[str] = field(default_factory=set)
    """Ids of what was answered to be kept."""

    def take(self, what: str, answer: Any) -> None:
        """Count an answer, and keep what is wrong with it."""
        self.asked += 1
        if answer.status_code in {201, 202}:
            self.promised.add(answer.json()["id"])
        if answer.status_code >= 500:
            self.failures.append(f"{what}: {answer.status_code}")
        elif answer.status_code >= 400 and not is_clear(answer):
            self.unclear.append(f"{what}: {answer.status_code} {answer.text[:200]}")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Send the corpus to every door; ``size`` limits the bodies sent to each."""
    draw = random.Random(seed)  # noqa: S311 - a proof
    with (
        tempfile.TemporaryDirectory() as folder,
        sqlite_template(Path(folder)) as template,
        template.copy(Path(folder)) as address,
    ):
        database = open_database(address, pool_size=5)
        app = create_app(Settings(data_dir=Path(folder)), database, identify)
        with TestClient(app, raise_server_exceptions=False) as web:
            tally, lost = _send(web, database, draw, size)
        database.close()
    for line in (*tally.failures[:20], *tally.unclear[:20]):
        print(line)
    yield Figure("base.bad", f"5xx={len(tally.failures)}", "0", not tally.failures, tally.asked)
    yield Figure("base.bad", f"unclear={len(tally.unclear)}", "0", not tally.unclear, tally.asked)
    yield Figure("base.bad", f"lost={lost}", "0", lost == 0, tally.asked)


def _send(web: TestClient, database: Database, draw: random.Random, size: int | None) -> tuple[Tally, int]:
    tally = Tally()
    people_there = {
        "desk": people.desk(database),
        "officer": people.ministry(database),
        "manager": people.pool(database),
        "chief": people.administrator(database),
    }
    # Issuing a token takes a session, which a program may send in the place of a token.
    people_there["signed_in"] = replace(people_there["desk"], token=people_there["desk"].cookie)
    for who, address, body in _bodies(people_there):
        spoilt = list(_spoilt(body))
        for changed in spoilt if size is None else draw.sample(spoilt, min(size, len(spoilt))):
            answer = web.post(f"/api/v1{address}", json=changed, headers=people_there[who].headers)
            tally.take(f"POST {address} {str(changed)[:150]}", answer)
        for raw in (b"", b"[]", b"null", b'"text"', b"{", b"\xff", b'{"title": NaN}', b"1e999"):
            answer = web.post(f"/api/v1{address}", content=raw, headers=people_there[who].headers)
            tally.take(f"POST {address} {raw!r}", answer)
    for method, path, parameters in _operations(web):
        for value in QUERIES:
            address = "/".join(value if part.startswith("{") else part for part in path.split("/"))
            for who in ("desk", "chief"):
                asked = dict.fromkeys(parameters, value) if "%" not in value else {}
                suffix = f"?{'&'.join(f'{name}={value}' for name in parameters)}" if "%" in value else ""
                answer = web.request(
                    method,
                    address + suffix,
                    params=asked,
                    headers=people_there[who].headers,
                    **({"json": {}} if method in {"POST", "PATCH"} else {}),
                )
                tally.take(f"{method} {address[:80]} {value[:20]}", answer)
    return tally, len(tally.promised - _journalled(database))


def _bodies(there: dict[str, Person]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give for every door that creates something who may, where, and a body that is accepted."""
    asking, desk = there["officer"].stakeholder_id, there["desk"].stakeholder_id
    offering = there["manager"].stakeholder_id
    yield (
        "desk",
        "/stakeholders",
        {"type": "expert_pool", "name": "A pool", "states": ["NLD"], "website": None},
    )
    yield (
        "officer",
        "/needs",
        {
            "requesters": [asking],
            "desk": desk,
            "title": "Train analysts",
            "context": "Text",
            "commitments": ["T4-01"],
            "components": [
                {
                    "area": "EXP-DATA",
                    "modality": "MOD-TRAIN",
                    "languages": [{"code": "fr", "level": "B2"}],
                    "experts": 2,
                    "days": 5,
                    "is_mandatory": True,
                }
            ],
            "urgency": "routine",
            "delivery_mode": "remote",
            "starts_on": "2027-03-01",
            "ends_on": "2027-06-30",
            "beneficiaries": [],
            "preferred": [offering],
            "do_not_pair": [],
            "confidentiality": "secretariat_only",
            "max_days": 10,
        },
    )
    yield (
        "manager",
        "/offers",
        {
            "provider": offering,
            "title": "Peer review",
            "description": "Text",
            "expertise": [{"area": "EXP-RET", "proficiency": "advanced", "evidence": "self_declared"}],
            "commitments": ["T4-06"],
            "modalities": ["MOD-PEER"],
            "languages": [{"code": "nl", "level": "C2"}],
            "capacity": 2,
            "months": [1, 2],
            "targets": ["GHA"],
            "cost_per_day": 100.0,
            "available_from": "2027-01-01",
        },
    )
    yield (
        "desk",
        "/deliveries",
        {
            "topic": "Travel documents",
            "requesters": ["GHA"],
            "providers": ["NLD"],
            "commitments": ["T2-01"],
            "year_from": 2020,
            "source": "https://programme.example/1",
        },
    )
    yield (
        "desk",
        "/rounds",
        {"desk": desk, "scope": {"theme": "T1"}, "policy": {"alternatives": 1}, "seed": 1},
    )
    yield "chief", "/accounts", {"email": "a@example.org", "name": "A person", "language": "en"}
    yield "signed_in", "/me/tokens", {"label": "A token", "days": 3}


def _spoilt(body: Any) -> Iterator[Any]:
    """Give the body with each of its places taken by each nasty value in turn, and with unknown fields."""
    for place in list(_places(body, ())):
        for value in NASTY:
            changed = copy.deepcopy(body)
            _put(changed, place, value)
            yield changed
    yield {**body, "is_administrator": True}
    yield {**body, "id": "need_" + "0" * 32, "state": "closed"}
    for name in body:
        yield {key: value for key, value in body.items() if key != name}


def _places(value: Any, place: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _places(inner, (*place, number))


def _put(value: Any, place: tuple[Any, ...], new: Any) -> None:
    for step in place[:-1]:
        value = value[step]
    value[place[-1]] = new


def _operations(web: TestClient) -> list[tuple[str, str, list[str]]]:
    paths = web.get("/api/v1/openapi.json").json()["paths"]
    return [
        (
            method.upper(),
            path,
            [item["name"] for item in facts.get("parameters", []) if item["in"] == "query"],
        )
        for path, operations in paths.items()
        for method, facts in operations.items()
    ]


def is_clear(answer: Any) -> bool:
    """Tell whether a refusal is a problem, names the field, and does not repeat what was long."""
    if answer.headers.get("content-type") != "application/problem+json" or len(answer.content) > MOST_BYTES:
        return False
    told = answer.json()
    named = told["status"] != 422 or told.get("errors") or told["code"] == "policy_not_valid"
    return bool(told["title"] and named) and LONG[:500] not in answer.text


def _journalled(database: Database) -> set[str]:
    """Return the ids of everything that the journal speaks of; of tokens it does so in the details."""
    with database.reading() as session:
        subjects = {subject.partition(":")[2] for subject in session.exec(select(JournalEntry.subject))}
        tokens = {str(text.details.get("token")) for text in session.exec(select(JournalText))}
    return subjects | tokens
