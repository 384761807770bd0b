"""What is like a need: found out of what its reader may see, with why, and telling nothing of the rest."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.caller import OPERATOR
from service.database.engines import Database
from service.deliveries.commands import register_delivery
from service.deliveries.schemas import DeliveryRegistration
from service.search.overlap import REASON_TEXTS, SHOWN_FROM, Thing, likeness
from tests.service.needs.cases import a_need
from tests.service.people import Person, colleague, desk, ministry

SAME = {
    "title": "Train border officers in detecting forged passports",
    "context": "Ten officers at two posts.",
}
ONE = Thing(
    kind="need",
    id="a",
    title="Forged passports",
    language="en",
    text="",
    commitments=frozenset({"T2-01"}),
    areas=frozenset({"EXP-DOC"}),
    states=frozenset({"GHA"}),
)


def overlaps(web: TestClient, who: Person, need: str) -> list[dict[str, Any]]:
    """Give what is like a need."""
    answer = web.get(f"/api/v1/needs/{need}/overlaps", headers=who.headers)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    ("changes", "near", "degree", "codes"),
    [
        ({}, 1.0, "same", {"same_title", "near_text", "same_commitments", "same_areas", "same_states"}),
        ({"title": "Other"}, 0.9, "near", {"near_text", "same_commitments", "same_areas", "same_states"}),
        ({"states": frozenset({"NER"})}, 0.2, "similar", {"same_title", "same_commitments", "same_areas"}),
    ],
)
def test_alike_says_why(changes: dict[str, Any], near: float, degree: str, codes: set[str]) -> None:
    """The same title of the same state is the same; near texts are near; each reason has a sentence."""
    other = Thing(**{field: getattr(ONE, field) for field in ONE.__slots__} | {"id": "b"} | changes)
    found = likeness(ONE, other, near)
    assert (found.degree, {reason.code for reason in found.reasons}) == (degree, codes)
    assert codes <= REASON_TEXTS.keys()


def test_topic_and_state_alone_are_not_alike() -> None:
    """Two needs of one state on one topic that say different things are not shown as doubles."""
    other = Thing("need", "b", "Visa desks", "en", "", ONE.commitments, ONE.areas, ONE.states)
    assert likeness(ONE, other, 0.25).points < SHOWN_FROM <= likeness(ONE, other, 0.5).points


def test_doubles_are_found_at_entry_and_at_screening(database: Database, web: TestClient) -> None:
    """The requester meets its own earlier need while it drafts, the desk meets both when it screens."""
    officer, handler = ministry(database, "GHA"), desk(database)
    aide = colleague(database, officer, "requester_officer")
    earlier = a_need(database, "circulated", officer, handler, **SAME)
    draft = a_need(database, "draft", officer, handler, **SAME)
    (found,) = overlaps(web, aide, draft)
    assert (found["id"], found["degree"], found["points"]) == (earlier, "same", 100)
    assert {reason["code"] for reason in found["reasons"]} >= {"same_title", "same_states"}
    assert all(reason["text"] for reason in found["reasons"])
    later = a_need(database, "screening", officer, handler, **SAME)
    assert [one["id"] for one in overlaps(web, handler, later)] == [earlier]


def test_what_one_may_not_see_changes_nothing(database: Database, web: TestClient) -> None:
    """Another state's and another desk's confidential double moves no byte of the answer."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "screening", officer, handler, **SAME)
    a_need(database, "circulated", ministry(database, "NER"), handler, confidentiality="all_states", **SAME)
    paths = [f"/api/v1/needs/{need}/overlaps", f"/needs/{need}/advice"]

    def answers() -> list[str]:
        texts = [web.get(path, headers=officer.headers).text for path in paths]
        return [re.sub(r'name="form_key" value="[^"]*"', "", text) for text in texts]

    before = answers()
    assert overlaps(web, officer, need)
    for _ in range(3):
        a_need(database, "circulated", ministry(database, "GHA"), desk(database), **SAME)
        a_need(database, "draft", ministry(database, "GHA"), handler, **SAME)
    assert answers() == before
    outsider = ministry(database, "GHA")
    assert web.get(paths[0], headers=outsider.headers).status_code == 404


def test_help_that_was_given_before_is_found(database: Database, web: TestClient) -> None:
    """The track record is public: a delivery on the same topic to the same state is shown with its source."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "draft", officer, handler, **SAME)
    told = {
        "topic": "Train border officers in detecting forged passports, ten officers at two posts",
        "status": "completed",
        "requesters": ["GHA"],
        "providers": ["NLD"],
        "commitments": ["T4-01"],
        "areas": ["EXP-DATA"],
        "source": "https://example.org/cases/1",
    }
    with database.writing() as session:
        register_delivery(session, OPERATOR, DeliveryRegistration.model_validate(told))
    (found,) = overlaps(web, officer, need)
    assert (found["kind"], found["source"]) == ("delivery", "https://example.org/cases/1")
