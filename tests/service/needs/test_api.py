"""The JSON door to needs, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from service.needs.rules import LEVELS
from tests.service.needs.cases import COMPONENT, a_need, all_acceptable, body, no_harm
from tests.service.people import Person, administrator, colleague, desk, ministry, pool
from tests.service.seen import having_seen

NEEDS = "/api/v1/needs"
ABSENT = "need_" + "0" * 32
SAME_REQUEST = {"X-Request-Id": "the-same-request"}


def post(web: TestClient, person: Person, path: str, **said: Any) -> Any:
    """Send a move and return the answer."""
    return web.post(f"{NEEDS}/{path}", json=said, headers=person.headers)


def done(web: TestClient, person: Person, path: str, **said: Any) -> dict[str, Any]:
    """Send a move that succeeds and return the need."""
    answer = post(web, person, path, **said)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_need_lives_through_the_doors(database: Database, web: TestClient) -> None:
    """From registration over clarification and circulation to withdrawal, each move has a door."""
    officer, handler = ministry(database, "NER"), desk(database, "RABAT")
    focal = colleague(database, officer, "national_focal_point")
    answer = web.post(NEEDS, json=body(officer, handler), headers=officer.headers)
    assert answer.status_code == 201
    need = answer.json()["id"]
    revised = web.patch(
        f"{NEEDS}/{need}",
        json={"context": "Four analysts.", "ends_on": "2027-09-30"},
        headers=having_seen(web, f"{NEEDS}/{need}", officer.headers),
    )
    assert (revised.status_code, revised.json()["ends_on"]) == (200, "2027-09-30")
    states = [
        done(web, person, f"{need}/{verb}", **said)["status"]
        for person, verb, said in (
            (officer, "answer-harms", no_harm().model_dump()),
            (officer, "submit", {}),
            (focal, "endorse", {}),
            (handler, "start-screening", {"reason": "Taken up today."}),
            (handler, "request-clarification", {"reason": "Which staff?"}),
            (officer, "answer-clarification", {"reason": "Analysts of the registry."}),
            (handler, "judge-harms", all_acceptable().model_dump()),
            (handler, "validate", {"reason": "Known to the desk."}),
            (handler, "circulate", {}),
            (handler, "mark-unmet", {"code": "no_expertise"}),
            (handler, "recirculate", {}),
            (officer, "change-confidentiality", {"confidentiality": "public"}),
            (officer, "disallow-matching", {}),
            (officer, "allow-matching", {}),
            (officer, "withdraw", {"reason": "No longer needed."}),
        )
    ]
    assert states[:8] == [
        "draft",
        "pending_endorsement",
        "submitted",
        "screening",
        "clarification_requested",
        "screening",
        "screening",
        "validated",
    ]
    assert states[8:] == [
        "circulated",
        "unmet",
        "circulated",
        "circulated",
        "circulated",
        "circulated",
        "withdrawn",
    ]
    journal = web.get(f"{NEEDS}/{need}/journal", headers=officer.headers).json()
    assert journal["chain_holds"]
    assert journal["entries"][-1]["event"] == "need.withdrawn"
    assert len(journal["entries"]) == 18
    assert web.get(f"{NEEDS}/{need}").status_code == 404
    (asked,) = web.get(f"{NEEDS}/{need}/widenings", headers=focal.headers).json()["items"]
    assert (asked["to_level"], asked["may_agree"]) == ("public", True)
    done(web, focal, f"{need}/widenings/{asked['id']}/agree")
    shown = web.get(f"{NEEDS}/{need}").json()
    assert (shown["shows"], shown["handling"]) == ("text", None)


def test_the_other_moves_have_doors(database: Database, web: TestClient) -> None:
    """Expediting, finding ineligible, suspending, closing and a new desk have doors too."""
    officer, handler, second = ministry(database, "NER"), desk(database), desk(database)
    for start, person, verb, said, after in (
        ("screening", handler, "find-ineligible", {"code": "too_generic"}, "ineligible"),
        ("in_action", officer, "suspend", {}, "suspended"),
        ("suspended", handler, "resume", {}, "in_action"),
        ("fulfilled", handler, "close", {}, "closed"),
        ("circulated", officer, "change-desk", {"desk": second.stakeholder_id}, "circulated"),
    ):
        need = a_need(database, start, officer, handler)
        assert done(web, person, f"{need}/{verb}", **said)["status"] == after
    need = a_need(database, "pending_endorsement", officer, handler, urgency="emergency")
    assert done(web, officer, f"{need}/expedite")["handling"]["is_expedited"]


def test_what_one_may_not_see_looks_absent(database: Database, web: TestClient) -> None:
    """For outsiders a confidential need answers like one that does not exist, but for its id."""
    officer, handler = ministry(database, "NER"), desk(database, "RABAT")
    need = a_need(database, "circulated", officer, handler, title="Zanzibar canary")
    for person in (desk(database), ministry(database, "NER"), pool(database), administrator(database)):
        for method, path, said in (
            ("GET", "", None),
            ("GET", "/journal", None),
            ("GET", "/private-journal", None),
            ("PATCH", "", {"title": "Mine now"}),
            ("POST", "/withdraw", {}),
            ("POST", "/circulate", {}),
            ("POST", "/change-confidentiality", {"confidentiality": "public"}),
        ):
            hidden, absent = (
                web.request(method, f"{NEEDS}/{id_}{path}", json=said, headers=person.headers | SAME_REQUEST)
                for id_ in (need, ABSENT)
            )
            assert hidden.status_code == absent.status_code == 404, (method, path)
            assert hidden.text.replace(need, ABSENT) == absent.text
        for query in ("", "?q=zanzibar", "?state=NER", "?theme=T4", "?status=circulated"):
            assert web.get(f"{NEEDS}{query}", headers=person.headers).json() == {"items": [], "next": None}
            facets = web.get(f"{NEEDS}/facets{query}", headers=person.headers).json()
            assert facets.pop("total") == 0
            assert not any(facets.values()), facets
    assert web.get(NEEDS).json()["items"] == []
    assert web.get(f"{NEEDS}?q=zanzibar", headers=officer.headers).json()["items"][0]["id"] == need


def test_nobody_writes_without_signing_in(database: Database, web: TestClient) -> None:
    """Without a token every change is refused with 401, whatever the need's level."""
    officer, handler = ministry(database, "NER"), desk(database)
    need = a_need(database, "circulated", officer, handler, confidentiality="public")
    assert web.post(NEEDS, json=body(officer, handler)).status_code == 401
    assert web.patch(f"{NEEDS}/{need}", json={"title": "Anything"}).status_code == 401
    assert web.post(f"{NEEDS}/{need}/withdraw", json={}).status_code == 401
    assert web.get(f"{NEEDS}/{need}/journal").status_code == 401
    assert web.get(f"{NEEDS}/{need}").status_code == 200


def test_readers_may_not_look_behind_a_need(database: Database, web: TestClient) -> None:
    """Who may read a need but neither asks for it nor handles it gets 403 for its journal and moves."""
    officer, handler, reader = ministry(database, "NER"), desk(database), pool(database)
    need = a_need(database, "circulated", officer, handler, confidentiality="all_states")
    assert web.get(f"{NEEDS}/{need}", headers=reader.headers).status_code == 200
    assert web.get(f"{NEEDS}/{need}/journal", headers=reader.headers).status_code == 403
    assert web.get(f"{NEEDS}/{need}/private-journal", headers=handler.headers).status_code == 404
    for verb in ("withdraw", "start-screening", "allow-matching", "suspend"):
        assert post(web, reader, f"{need}/{verb}").status_code == 403


def test_moves_at_the_wrong_stage_say_so(database: Database, web: TestClient) -> None:
    """A move that does not exist at this stage is a 409 that names move and state."""
    officer, handler = ministry(database, "NER"), desk(database)
    need = a_need(database, "circulated", officer, handler)
    answer = post(web, handler, f"{need}/validate")
    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_move"
    assert answer.headers["content-type"] == "application/problem+json"


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("no title", {"title": None}, "title"),
    ("long title", {"title": "x" * 10_000}, "title"),
    ("blank title", {"title": "   "}, "title"),
    ("number as title", {"title": 7}, "title"),
    ("control character", {"title": "Bell \x07 rings"}, "title"),
    ("long text", {"context": "x" * 10_001}, "context"),
    ("unknown field", {"state": "circulated"}, "state"),
    ("mass assignment", {"version": 9}, "version"),
    ("no components", {"components": []}, "components"),
    ("components as text", {"components": "EXP-DATA"}, "components"),
    ("unknown area", {"components": [COMPONENT, {"area": "EXP-NONE"}]}, "components[1].area"),
    ("unknown modality", {"components": [{"modality": "MOD-NONE"}]}, "components[0].modality"),
    ("area of another list", {"components": [{"area": "MOD-TRAIN"}]}, "components[0].area"),
    (
        "unknown language",
        {"components": [{"languages": [{"code": "fr"}, {"code": "qqq"}]}]},
        "components[0].languages[1].code",
    ),
    (
        "unknown level",
        {"components": [{"languages": [{"code": "fr", "level": "Z9"}]}]},
        "components[0].languages[0].level",
    ),
    ("no experts", {"components": [{"experts": 0}]}, "components[0].experts"),
    ("too many experts", {"components": [{"experts": 1001}]}, "components[0].experts"),
    ("half an expert", {"components": [{"experts": 1.5}]}, "components[0].experts"),
    ("experts as text", {"components": [{"experts": "2"}]}, "components[0].experts"),
    ("experts as yes", {"components": [{"experts": True}]}, "components[0].experts"),
    ("negative days", {"components": [{"days": -1}]}, "components[0].days"),
    ("unknown in component", {"components": [{"aera": "EXP-DATA"}]}, "components[0].aera"),
    ("nothing mandatory", {"components": [{"is_mandatory": False}]}, "components"),
    ("unknown commitment", {"commitments": ["T4-01", "T9-99"]}, "commitments[1]"),
    ("unknown kind", {"kind": "wish"}, "kind"),
    ("unknown text language", {"language": "qqq"}, "language"),
    ("unknown beneficiary", {"beneficiaries": ["martians"]}, "beneficiaries[0]"),
    ("unknown dialogue", {"dialogues": ["NOWHERE"]}, "dialogues[0]"),
    ("unknown cost bearer", {"cost_bearer": "nobody"}, "cost_bearer"),
    ("unknown urgency", {"urgency": "yesterday"}, "urgency"),
    ("unknown mode", {"delivery_mode": "by post"}, "delivery_mode"),
    ("unknown level of sight", {"confidentiality": "secret"}, "confidentiality"),
    ("summary missing", {"confidentiality": "public_summary"}, "public_summary"),
    ("window backwards", {"starts_on": "2027-05-01", "ends_on": "2027-04-30"}, "ends_on"),
    ("number as date", {"starts_on": 0}, "starts_on"),
    ("no such date", {"starts_on": "2027-02-30"}, "starts_on"),
    ("far date", {"ends_on": "9999-12-31"}, "ends_on"),
    ("no requester", {"requesters": []}, "requesters"),
    ("preferred nobody", {"preferred": ["stakeholder_" + "0" * 32]}, "preferred[0]"),
    ("do-not-pair text", {"do_not_pair": ["x"]}, "do_not_pair[0]"),
    ("script as source", {"source": "javascript:alert(1)"}, "source"),
    ("negative cost", {"max_cost_per_day_usd": -1}, "max_cost_per_day_usd"),
]


def test_bad_input_is_refused_by_field(database: Database, web: TestClient) -> None:
    """Whatever is wrong, the answer is 422 and names the field, never the value; nothing is kept."""
    officer, handler = ministry(database, "NER"), desk(database)
    for name, wrong, field in BAD:
        answer = web.post(NEEDS, json=body(officer, handler, **wrong), headers=officer.headers)
        assert answer.status_code == 422, (name, answer.text)
        assert field in [fault["field"] for fault in answer.json()["errors"]], (name, answer.text)
        assert len(answer.content) < 8_000
        for value in wrong.values():
            assert not (isinstance(value, str) and len(value) > 20 and value in answer.text), name
    assert web.get(NEEDS, headers=officer.headers).json()["items"] == []


def test_all_faults_are_named_at_once(database: Database, web: TestClient) -> None:
    """Faults of codes, providers and window are told together, so that one correction is enough."""
    officer = ministry(database, "NER")
    wrong = {
        "commitments": ["T9-99"],
        "components": [{"area": "EXP-NONE"}, {"modality": "MOD-NONE"}],
        "starts_on": "2027-05-01",
        "ends_on": "2027-04-30",
    }
    answer = web.post(NEEDS, json=body(officer, officer, **wrong), headers=officer.headers)
    assert {fault["field"] for fault in answer.json()["errors"]} == {
        "commitments[0]",
        "components[0].area",
        "components[1].modality",
        "desk",
        "ends_on",
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"text"',
        b'{"title": NaN}',
        b'{"title": "\\ud800"}',
        b'{"max_days": 1e999}',
        b"\xff\xfe",
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_what_is_no_need_at_all_is_refused(database: Database, web: TestClient, raw: bytes) -> None:
    """Bodies that are no JSON, or JSON of another shape, are 422 and never a failure of ours."""
    officer = ministry(database, "NER")
    need = a_need(database, "draft", officer, desk(database))
    headers = {**officer.headers, "content-type": "application/json"}
    for method, path in (("POST", NEEDS), ("PATCH", f"{NEEDS}/{need}"), ("POST", f"{NEEDS}/{need}/submit")):
        answer = web.request(method, path, content=raw, headers=headers)
        assert answer.status_code == 422, (path, answer.text)
    assert web.get(f"{NEEDS}/{need}", headers=officer.headers).json()["status"] == "draft"


def test_a_revision_clears_only_what_may_be_empty(database: Database, web: TestClient) -> None:
    """Null empties a window; it is refused for a title, a list or a flag."""
    officer, handler = ministry(database, "NER"), desk(database)
    need = a_need(database, "draft", officer, handler, ends_on="2027-04-30", context="Kept.")
    answer = web.patch(
        f"{NEEDS}/{need}",
        json={"ends_on": None},
        headers=having_seen(web, f"{NEEDS}/{need}", officer.headers),
    )
    assert (answer.json()["ends_on"], answer.json()["context"]) == (None, "Kept.")
    for field in (
        "title",
        "context",
        "components",
        "commitments",
        "public_bodies_only",
        "preferred",
        "urgency",
    ):
        refused = web.patch(
            f"{NEEDS}/{need}",
            json={field: None},
            headers=having_seen(web, f"{NEEDS}/{need}", officer.headers),
        )
        assert refused.status_code == 422, field
    late = web.patch(
        f"{NEEDS}/{need}",
        json={"ends_on": "2027-04-30"},
        headers=having_seen(web, f"{NEEDS}/{need}", officer.headers),
    )
    assert late.status_code == 200
    wrong = web.patch(
        f"{NEEDS}/{need}",
        json={"starts_on": "2027-05-01"},
        headers=having_seen(web, f"{NEEDS}/{need}", officer.headers),
    )
    assert [fault["field"] for fault in wrong.json()["errors"]] == ["ends_on"]


def test_bad_questions_to_the_list_are_refused(database: Database, web: TestClient) -> None:
    """Unknown states, urgencies, cursors and limits are 422; unknown but well-formed codes find nothing."""
    officer = ministry(database, "NER")
    for query in ("status=lost", "urgency=now", "limit=0", "limit=201", "cursor=!!", "state=ner", "desk=x"):
        assert web.get(f"{NEEDS}?{query}", headers=officer.headers).status_code == 422, query
    for query in ("theme=T9", "commitment=X", "dialogue=NOWHERE", "language=qqq", "q=%F0%9F%98%80"):
        answer = web.get(f"{NEEDS}?{query}", headers=officer.headers)
        assert (answer.status_code, answer.json()["items"]) == (200, []), query


def test_a_team_larger_than_the_world_is_taken(database: Database, web: TestClient) -> None:
    """More experts than exist, and a do-not-pair list with every provider, are needs like any other."""
    officer, handler = ministry(database, "NER"), desk(database)
    everybody = [pool(database).stakeholder_id for _ in range(3)]
    wide = body(officer, handler, components=[{"area": "EXP-DATA", "experts": 1000}], do_not_pair=everybody)
    answer = web.post(NEEDS, json=wide, headers=officer.headers)
    assert answer.status_code == 201
    assert sorted(answer.json()["handling"]["do_not_pair"]) == sorted(everybody)


def test_two_last_endorsements_at_once_lose_nothing(database: Database, web: TestClient) -> None:
    """Of two focal points who endorse at the same moment each is heard or told to repeat; none is lost."""
    lead, second, handler = ministry(database, "NER"), ministry(database, "MLI"), desk(database)
    people = [colleague(database, officer, "national_focal_point") for officer in (lead, second)]
    both = [lead.stakeholder_id, second.stakeholder_id]
    for _ in range(5):
        need = a_need(database, "pending_endorsement", lead, handler, requesters=both)
        with ThreadPoolExecutor(2) as pool_of_threads:
            answers = list(pool_of_threads.map(lambda person: post(web, person, f"{need}/endorse"), people))  # noqa: B023 - used within the loop
        assert {answer.status_code for answer in answers} <= {200, 409}
        for person, answer in zip(people, answers, strict=True):
            if answer.status_code == 409:
                done(web, person, f"{need}/endorse")
        assert web.get(f"{NEEDS}/{need}", headers=lead.headers).json()["status"] == "submitted"


def test_the_door_is_documented(web: TestClient) -> None:
    """The description names every level and gives an example of a registration."""
    schemas = web.get("/api/v1/openapi.json").json()["components"]["schemas"]
    levels = schemas["NeedRegistration"]["properties"]["confidentiality"]
    assert levels["enum"] == list(LEVELS)
    assert schemas["NeedRegistration"]["properties"]["title"]["examples"]
