"""The JSON door to offers, through real tokens."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from service.database.engines import Database
from tests.service import people
from tests.service.offers.cases import an_offer, body
from tests.service.seen import having_seen

OFFERS = "/api/v1/offers"
ABSENT = f"{OFFERS}/offer_{'0' * 32}"
SAME_REQUEST = {"X-Request-Id": "the-same-request"}
PERSON = {"name": "Zephyrine Quillfeather", "contact": "zephyrine@pool.example"}


def places(answer: Response) -> set[str]:
    """Give the fields at fault, having made sure that the answer is a proper problem."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) <= 8_192
    return {fault["field"] for fault in answer.json()["errors"]}


def test_an_offer_goes_its_way_through_the_door(web: TestClient, database: Database) -> None:
    """From registration to withdrawal, each move is a POST by the command's verb and shows in the journal."""
    manager = people.pool(database)
    focal = people.colleague(database, manager, "provider_focal_point")
    made = web.post(OFFERS, json=body(manager.stakeholder_id, kind="named_expert"), headers=manager.headers)
    assert made.status_code == 201, made.text
    offer = f"{OFFERS}/{made.json()['id']}"
    assert web.get(offer, headers=manager.headers).json() == made.json()
    assert web.get(offer).status_code == 404
    moves = [
        ("submit", manager, "pending_authorisation"),
        ("authorise", focal, "active"),
        ("hold", manager, "on_hold"),
        ("resume", manager, "active"),
        ("reconfirm", manager, "active"),
        ("withdraw", manager, "withdrawn"),
    ]
    for verb, who, state in moves:
        answer = web.post(f"{offer}/{verb}", json={"reason": "As agreed"}, headers=who.headers)
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    refused = web.post(f"{offer}/hold", json={}, headers=manager.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_move")
    journal = web.get(f"{offer}/journal", headers=manager.headers).json()
    assert journal["chain_holds"]
    assert [entry["event"].partition(".")[2] for entry in journal["entries"]] == [
        "registered",
        "submitted",
        "authorised",
        "held",
        "resumed",
        "reconfirmed",
        "withdrawn",
    ]
    assert {entry["reason"] for entry in journal["entries"][1:]} == {"As agreed"}


def test_a_list_is_read_page_by_page_and_narrowed(web: TestClient, database: Database) -> None:
    """The cursor of a page gives the next one, and filters are taken from the query."""
    manager = people.pool(database)
    made = {an_offer(database, "active", manager, confidentiality="public") for _ in range(3)}
    first = web.get(OFFERS, params={"limit": 2}).json()
    second = web.get(OFFERS, params={"limit": 2, "cursor": first["next"]}).json()
    assert {item["id"] for item in first["items"] + second["items"]} == made
    assert second["next"] is None
    for wanted in ({"q": "reintegration"}, {"theme": "T4"}, {"state": "NLD"}, {"status": "active"}):
        assert len(web.get(OFFERS, params=wanted).json()["items"]) == 3
    assert web.get(OFFERS, params={"status": "on_hold"}).json()["items"] == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"status": "gone"},
        {"kind": "robot"},
        {"state": "ghana"},
        {"limit": "0"},
        {"limit": "201"},
        {"cursor": "***"},
        {"cursor": "WzEsMl0"},
        {"theme": "T 4"},
        {"provider": "42"},
        {"q": "x" * 201},
    ],
)
def test_a_wrong_filter_is_named(web: TestClient, wanted: dict[str, str]) -> None:
    """A filter that cannot be right is refused by its name."""
    assert places(web.get(OFFERS, params=wanted)) == set(wanted)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"title": "x" * 10_000}, "title"),
        ({"title": "ab"}, "title"),
        ({"title": 7}, "title"),
        ({"title": None}, "title"),
        ({"title": "A\u0000B title"}, "title"),
        ({"description": "x" * 10_001}, "description"),
        ({"description": "bell \u0007"}, "description"),
        ({"provider": "stakeholder_1"}, "provider"),
        ({"provider": "stakeholder_" + "0" * 32}, "provider"),
        ({"kind": "robot"}, "kind"),
        ({"confidentiality": "public_summary"}, "confidentiality"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": "3"}, "capacity"),
        ({"capacity": True}, "capacity"),
        ({"capacity": 1.5}, "capacity"),
        ({"capacity": 10**30}, "capacity"),
        ({"months": []}, "months"),
        ({"months": [13]}, "months[0]"),
        ({"months": "March"}, "months"),
        ({"available_from": "soon"}, "available_from"),
        ({"available_from": 0}, "available_from"),
        ({"available_from": "0"}, "available_from"),
        ({"available_until": "2027-02-30"}, "available_until"),
        ({"cost_per_day": -1}, "cost_per_day"),
        ({"cost_per_day": "12"}, "cost_per_day"),
        ({"commitments": ["T9-99"]}, "commitments[0]"),
        ({"commitments": ["T4-06", "T4-06"]}, "commitments[1]"),
        ({"commitments": {"T4-06": 1}}, "commitments"),
        ({"expertise": [{"area": "EXP-RET"}, {"area": "EXP-NONE"}]}, "expertise[1].area"),
        ({"expertise": [{"area": "EXP-RET", "proficiency": "genius"}]}, "expertise[0].proficiency"),
        ({"expertise": [{"area": "EXP-RET", "evidence": "peer_reviewed"}]}, "expertise[0].evidence"),
        ({"expertise": [{"area": "EXP-RET", "grade": 1}]}, "expertise[0].grade"),
        ({"modalities": ["MOD-NONE"]}, "modalities[0]"),
        ({"modes": ["by_dream"]}, "modes[0]"),
        ({"languages": [{"code": "fr", "level": "D1"}]}, "languages[0].level"),
        ({"languages": [{"code": "tlh"}]}, "languages[0].code"),
        ({"targets": ["ZZZ"]}, "targets[0]"),
        ({"targets": ["gh"]}, "targets[0]"),
        ({"cost_bearer": "the_moon"}, "cost_bearer"),
        ({"source": "javascript:alert(1)"}, "source"),
        ({"person": PERSON}, "person"),
        ({"wishes": {"refuses": ["stakeholder_" + "0" * 32]}}, "wishes.refuses[0]"),
        ({"state": "active"}, "state"),
        ({"authorised_at": "2027-01-01"}, "authorised_at"),
        ({"is_imported": True}, "is_imported"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(
    web: TestClient, database: Database, wrong: dict[str, Any], place: str
) -> None:
    """What cannot be is refused with the place of the fault, and nothing is kept of it."""
    manager = people.pool(database)
    answer = web.post(OFFERS, json={**body(manager.stakeholder_id), **wrong}, headers=manager.headers)
    assert places(answer) == {place}
    assert web.get(OFFERS, headers=manager.headers).json()["items"] == []


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[]", b"{", b'{"title": NaN}', b'{"title": "\\ud800"}', b"\xff"]
)
def test_a_body_that_is_none_is_refused(web: TestClient, database: Database, raw: bytes) -> None:
    """Empty, broken or odd bodies are told apart from a failure."""
    manager = people.pool(database)
    headers = {**manager.headers, "content-type": "application/json"}
    assert places(web.post(OFFERS, content=raw, headers=headers))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"title": None}, "title"),
        ({"commitments": None}, "commitments"),
        ({"commitments": ["T9-99"]}, "commitments[0]"),
        ({"kind": "named_expert"}, "kind"),
        ({"confidentiality": "public"}, "confidentiality"),
        ({"wishes": {}}, "wishes"),
        ({"available_until": "2020-01-01"}, "available_until"),
    ],
)
def test_a_bad_revision_is_refused_and_changes_nothing(
    web: TestClient, database: Database, wrong: dict[str, Any], place: str
) -> None:
    """A revision obeys the same rules, together with what the offer says already."""
    manager = people.pool(database)
    offer = f"{OFFERS}/{an_offer(database, 'draft', manager, available_from='2027-01-01')}"
    before = web.get(offer, headers=manager.headers).json()
    assert places(web.patch(offer, json=wrong, headers=having_seen(web, offer, manager.headers))) == {place}
    assert web.get(offer, headers=manager.headers).json() == before


VERBS = ("submit", "authorise", "hold", "resume", "reconfirm", "withdraw")
DOORS = [
    ("GET", "", None),
    ("PATCH", "", {}),
    *(
        ("POST", f"/{verb}", {})
        for verb in ("submit", "authorise", "hold", "resume", "reconfirm", "withdraw")
    ),
    ("POST", "/change-confidentiality", {"confidentiality": "public"}),
    ("POST", "/assess-expertise", {"area": "EXP-RET", "evidence": "peer_reviewed"}),
    ("GET", "/wishes", None),
    ("GET", "/wishes/journal", None),
    ("POST", "/declare-wishes", {}),
    ("GET", "/person", None),
    ("POST", "/record-person", PERSON),
    ("POST", "/erase-person", None),
    ("GET", "/journal", None),
]


@pytest.mark.parametrize(("method", "path", "sent"), DOORS)
def test_what_one_may_not_see_looks_absent_at_every_door(
    web: TestClient, database: Database, method: str, path: str, sent: Any
) -> None:
    """For an outsider a hidden offer and none at all give the same answer, byte for byte but the address."""
    hidden = f"{OFFERS}/{an_offer(database, 'active', people.pool(database), kind='named_expert')}"
    for outsider in (people.pool(database), people.ministry(database), people.administrator(database)):
        answers = [
            web.request(method, f"{offer}{path}", json=sent, headers=outsider.headers | SAME_REQUEST)
            for offer in (hidden, ABSENT)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text.replace(hidden, ABSENT) == answers[1].text


@pytest.mark.parametrize(("method", "path", "sent"), DOORS[1:])
def test_who_may_see_an_offer_but_not_act_is_told_so(
    web: TestClient, database: Database, method: str, path: str, sent: Any
) -> None:
    """Every door but the view itself answers 403 to a reader without the duty, and 401 to nobody."""
    manager = people.pool(database)
    offer_id = an_offer(database, "active", manager, kind="named_expert", confidentiality="public")
    reader = people.ministry(database)
    door = f"{OFFERS}/{offer_id}{path}"
    seen = having_seen(web, f"{OFFERS}/{offer_id}", reader.headers)
    assert web.request(method, door, json=sent, headers=seen).status_code == 403
    assert web.request(method, door, json=sent).status_code == 401
    assert web.request(method, door, json=sent, headers={"Authorization": "Bearer hml_x"}).status_code == 401


def test_private_matters_have_their_own_doors(web: TestClient, database: Database) -> None:
    """The provider's people declare wishes and name, read and erase the person behind an offer."""
    manager, other = people.pool(database), people.ministry(database, "NER")
    offer = f"{OFFERS}/{an_offer(database, 'active', manager, kind='named_expert')}"
    headers = manager.headers
    wishes = {"refuses": [other.stakeholder_id], "prefers": [], "conflicts": []}
    assert web.post(f"{offer}/declare-wishes", json=wishes, headers=headers).json() == wishes
    assert web.get(f"{offer}/wishes", headers=headers).json() == wishes
    events = web.get(f"{offer}/wishes/journal", headers=headers).json()["entries"]
    assert {entry["event"] for entry in events} == {"offer-wishes.declared"}
    assert web.get(f"{offer}/person", headers=headers).json()["code"] == "no_person"
    assert web.post(f"{offer}/record-person", json=PERSON, headers=headers).status_code == 200
    assert web.get(f"{offer}/person", headers=headers).json()["name"] == PERSON["name"]
    assert PERSON["name"] not in web.get(offer, headers=headers).text + web.get(OFFERS, headers=headers).text
    assert web.post(f"{offer}/erase-person", headers=headers).json()["state"] == "withdrawn"
    assert web.get(f"{offer}/person", headers=headers).status_code == 404


def test_the_desk_and_the_importer_have_their_doors(web: TestClient, database: Database) -> None:
    """A desk adds evidence to an offer addressed to it; an administrator enters a public one, once."""
    manager, officer = people.pool(database), people.desk(database)
    offer = f"{OFFERS}/{an_offer(database, 'active', manager, desk=officer.stakeholder_id)}"
    said = {"area": "EXP-RET", "evidence": "document_verified"}
    seen = web.post(f"{offer}/assess-expertise", json=said, headers=officer.headers).json()
    assert seen["expertise"] == [{**said, "proficiency": "advanced"}]
    admin = people.administrator(database)
    public = body(manager.stakeholder_id, source="https://pool.example/offer", source_code="RO900")
    assert web.post(f"{OFFERS}/import", json=public, headers=manager.headers).status_code == 403
    made = web.post(f"{OFFERS}/import", json=public, headers=admin.headers)
    assert (made.status_code, made.json()["state"]) == (201, "active")
    again = web.post(f"{OFFERS}/import", json=public, headers=admin.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_imported")
    del public["source"]
    assert places(web.post(f"{OFFERS}/import", json=public, headers=admin.headers)) == {"source"}


def test_a_right_that_ended_does_nothing_more(web: TestClient, database: Database) -> None:
    """The request after a duty ended finds the provider's offers hidden again."""
    manager, admin = people.pool(database), people.administrator(database)
    offer = f"{OFFERS}/{an_offer(database, 'active', manager)}"
    assert web.get(offer, headers=manager.headers).status_code == 200
    duty = web.get("/api/v1/me", headers=manager.headers).json()["duties"][0]["id"]
    assert web.post(f"/api/v1/duties/{duty}/end", json={}, headers=admin.headers).status_code == 200
    assert web.get(offer, headers=manager.headers).status_code == 404
    assert web.post(f"{offer}/hold", json={}, headers=manager.headers).status_code == 404
