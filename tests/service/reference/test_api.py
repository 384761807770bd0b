"""The JSON door to the reference data, as its callers meet it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from service.database.engines import Database
from tests.service import people

LISTS = {
    "/themes": 5,
    "/commitments": 38,
    "/frameworks": 50,
    "/objectives": 23,
    "/states": 216,
    "/dialogues": 22,
    "/regional-bodies": 19,
    "/code-lists/language": 114,
    "/code-lists/expertise_area": 38,
}
ONES = {
    "/commitments/T1-01a": "T1-01a",
    "/states/GHA": "GHA",
    "/dialogues/RABAT": "RABAT",
    "/regional-bodies/ECOWAS": "ECOWAS",
}
CORRECTION = {
    "kind": "dialogue_membership",
    "code": "PRAGUE/AZE",
    "field": "role",
    "value": "observer",
    "source": "https://example.org/minutes",
}


def name_of(item: dict[str, Any]) -> str:
    """Give what an item is named by."""
    return str(item.get("iso3") or item.get("code") or item["number"])


def read_through(web: TestClient, path: str, limit: int) -> list[str]:
    """Read a list page by page to its end."""
    names: list[str] = []
    params: dict[str, Any] = {"limit": limit}
    while True:
        answer = web.get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200
        page = answer.json()
        assert 0 < len(page["items"]) <= limit
        names += [name_of(item) for item in page["items"]]
        if page["next"] is None:
            return names
        params["cursor"] = page["next"]


@settings(max_examples=25)
@given(st.sampled_from(sorted(LISTS)), st.integers(1, 200))
def test_a_list_read_through_in_pages_is_whole(web: TestClient, path: str, limit: int) -> None:
    """Whatever the size of a page, every entry comes once and none is lost."""
    names = read_through(web, path, max(limit, LISTS[path] // 20))
    assert len(names) == LISTS[path]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", sorted(ONES))
def test_one_fact_can_be_read_by_anybody(web: TestClient, path: str) -> None:
    """Reference data is public; it is needed to fill in the first form."""
    answer = web.get(f"/api/v1{path}")
    assert answer.status_code == 200
    assert name_of(answer.json()) == ONES[path]


@pytest.mark.parametrize(
    "path",
    [
        "/commitments/T9-99",
        "/states/XXX",
        "/states/gha",
        "/dialogues/NOWHERE",
        "/regional-bodies/NOWHERE",
        "/code-lists/nothing",
        "/states/%F0%9F%98%80",
    ],
)
def test_an_unknown_code_is_told_as_a_problem(web: TestClient, path: str) -> None:
    """404 with a code and a sentence, as everywhere."""
    answer = web.get(f"/api/v1{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/states?ldc=perhaps", "ldc"),
        ("/states?limit=0", "limit"),
        ("/states?limit=201", "limit"),
        ("/states?cursor=nonsense", "cursor"),
        ("/states?language=%20", "language"),
        ("/commitments?objective=24", "objective"),
        ("/commitments?theme=%20", "theme"),
        ("/dialogues?state=ghana", "state"),
        ("/dialogues?q=" + "q" * 201, "q"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(web: TestClient, path: str, field: str) -> None:
    """422 with the parameter at fault."""
    answer = web.get(f"/api/v1{path}")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_filters_reach_the_list(web: TestClient) -> None:
    """Every parameter of the address narrows the list down."""
    answer = web.get("/api/v1/states", params={"subregion": "Sub-Saharan Africa", "ldc": "true", "q": "burk"})
    assert [item["iso3"] for item in answer.json()["items"]] == ["BFA"]
    answer = web.get("/api/v1/commitments", params={"theme": "T1", "objective": 13})
    assert [item["code"] for item in answer.json()["items"]] == ["T1-02"]
    answer = web.get("/api/v1/dialogues", params={"state": "AZE", "q": "prague"})
    assert [item["code"] for item in answer.json()["items"]] == ["PRAGUE"]
    answer = web.get("/api/v1/regional-bodies", params={"state": "GHA", "dialogue": "MIDWA"})
    assert [item["code"] for item in answer.json()["items"]] == ["ECOWAS"]
    answer = web.get("/api/v1/frameworks", params={"theme": "T2", "kind": "treaty_set"})
    assert "UNTOC" in {item["code"] for item in answer.json()["items"]}


def test_names_come_in_the_language_asked_for(web: TestClient) -> None:
    """By parameter or by header; what is not translated yet stays English."""
    spanish = web.get("/api/v1/states/CHE", params={"lang": "es"}).json()
    assert spanish["name"] == "Suiza"
    russian = web.get("/api/v1/states/CHE", headers={"Accept-Language": "ru, en;q=0.5"}).json()
    assert russian["name"] == "Швейцария"
    members = web.get("/api/v1/dialogues/PRAGUE", params={"lang": "ar"}).json()["members"]
    assert {row["code"]: row["name"] for row in members}["CHE"] == "سويسرا"


def test_code_lists_are_listed_with_their_size(web: TestClient) -> None:
    """A client can find out which lists there are."""
    lists = {row["name"]: row["codes"] for row in web.get("/api/v1/code-lists").json()["items"]}
    assert lists["modality"] == 19
    assert lists["language"] == LISTS["/code-lists/language"]
    assert {"stakeholder_type", "need_kind", "beneficiary", "cefr", "cost_bearer"} <= set(lists)


def test_the_sync_can_be_followed_by_anybody(web: TestClient) -> None:
    """When the facts were last taken in is no secret; chain figures are."""
    journal = web.get("/api/v1/reference/journal").json()
    assert [(entry["event"], entry["hash"]) for entry in journal["entries"]] == [("reference.synced", None)]


def test_an_administrator_corrects_and_withdraws(web: TestClient, database: Database) -> None:
    """The correction is seen at once by everybody, and gone when it is withdrawn."""
    headers = people.administrator(database).headers
    made = web.post("/api/v1/reference/corrections", json=CORRECTION, headers=headers)
    assert made.status_code == 201
    correction = made.json()
    assert correction["value"] == "observer"
    members = web.get("/api/v1/dialogues/PRAGUE").json()["members"]
    assert {row["code"]: row["role"] for row in members}["AZE"] == "observer"
    listed = web.get("/api/v1/reference/corrections", headers=headers).json()["items"]
    assert [row["id"] for row in listed] == [correction["id"]]
    path = f"/api/v1/reference/corrections/{correction['id']}/withdraw"
    assert web.post(path, json={"reason": "A mistake"}, headers=headers).json()["withdrawn_at"] is not None
    members = web.get("/api/v1/dialogues/PRAGUE").json()["members"]
    assert {row["code"]: row["role"] for row in members}["AZE"] == "member"
    again = web.post(path, json={}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_withdrawn")


def test_nobody_else_corrects_or_lists_corrections(web: TestClient, database: Database) -> None:
    """401 without a sign-in, 403 for every other duty, and nothing is changed."""
    officer = people.desk(database, "PRAGUE").headers
    path = "/api/v1/reference/corrections"
    for headers, status in (({}, 401), (officer, 403)):
        assert web.post(path, json=CORRECTION, headers=headers).status_code == status
        assert (
            web.post(f"{path}/correction_{0:032x}/withdraw", json={}, headers=headers).status_code == status
        )
        assert web.get(path, headers=headers).status_code == status
    members = web.get("/api/v1/dialogues/PRAGUE").json()["members"]
    assert {row["code"]: row["role"] for row in members}["AZE"] == "member"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"value": "chief"}, 422, "value"),
        ({"kind": "theme"}, 422, "kind"),
        ({"source": ""}, 422, "source"),
        ({"author": "somebody"}, 422, "author"),
        ({"code": "PRAGUE/XXX"}, 404, None),
        ({"field": "as_of"}, 409, None),
        ({"value": "member"}, 409, None),
    ],
)
def test_a_correction_that_cannot_stand_is_refused(
    web: TestClient, database: Database, change: dict[str, Any], status: int, field: str | None
) -> None:
    """Input is closed, the value meets the files' rules, and keys are not for correcting."""
    headers = people.administrator(database).headers
    answer = web.post("/api/v1/reference/corrections", json=CORRECTION | change, headers=headers)
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json().get("errors", [])] == ([field] if field else [])


def test_withdrawing_what_never_was_is_not_found(web: TestClient, database: Database) -> None:
    """An invented id is told as such."""
    headers = people.administrator(database).headers
    path = f"/api/v1/reference/corrections/correction_{0:032x}/withdraw"
    assert web.post(path, json={}, headers=headers).status_code == 404
