"""What is read has an ETag, and a change names it: nobody's change is overwritten unseen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from service.database.engines import Database
from service.web.doors import Door
from service.web.seen import CHANGES, reader_for
from tests.service.needs.cases import a_need
from tests.service.people import Person, colleague, desk, ministry
from tests.service.seen import having_seen

NEEDS = "/api/v1/needs"


@pytest.fixture
def officer(database: Database) -> Person:
    """Give somebody who may change a need."""
    return ministry(database)


@pytest.fixture
def need(database: Database, officer: Person) -> str:
    """Give the address of a need that is being drafted."""
    return f"{NEEDS}/{a_need(database, 'draft', officer, desk(database))}"


def doors_of(web: TestClient) -> list[APIRoute]:
    """Give the JSON doors of all rooms."""
    found = [context.original_route for context in iter_route_contexts(web.app.routes)]  # type: ignore[attr-defined]
    return [route for route in found if isinstance(route, APIRoute) and route.include_in_schema]


def test_every_room_uses_our_doors(web: TestClient) -> None:
    """Keys and ETags are honoured everywhere, for every JSON door is one of ours; health needs neither."""
    odd = {route.path for route in doors_of(web) if not isinstance(route, Door)}
    assert odd == {"/livez", "/readyz"}


def test_every_change_is_about_a_thing_that_can_be_read(web: TestClient) -> None:
    """What is changed at an address can be read there first, or there would be no ETag to send."""
    changes = [route.path for route in doors_of(web) if CHANGES & (route.methods or set())]
    assert changes
    assert [path for path in changes if getattr(reader_for(path), "path", None) != path] == []


def test_what_one_has_read_is_not_sent_again(web: TestClient, need: str, officer: Person) -> None:
    """With the ETag of the last answer there is a short 304, until what this reader sees has changed."""
    first = web.get(need, headers=officer.headers)
    seen = {**officer.headers, "If-None-Match": f'"other", W/{first.headers["etag"]}'}
    second = web.get(need, headers=seen)
    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"]
    web.patch(need, json={"context": "New."}, headers=having_seen(web, need, officer.headers))
    third = web.get(need, headers=seen)
    assert third.status_code == 200
    assert third.headers["etag"] != first.headers["etag"]


def test_lists_have_etags_too(web: TestClient, need: str, officer: Person) -> None:
    """A list that is still the same need not be read again."""
    etag = web.get(NEEDS, headers=officer.headers).headers["etag"]
    again = web.get(NEEDS, headers={**officer.headers, "If-None-Match": etag})
    assert again.status_code == 304


def test_two_readers_who_see_different_things_have_different_etags(
    web: TestClient, database: Database, officer: Person
) -> None:
    """An ETag is of what its reader sees, so that it tells nothing of what others see."""
    need = f"{NEEDS}/{a_need(database, 'circulated', officer, desk(database), confidentiality='public')}"
    assert web.get(need).headers["etag"] != web.get(need, headers=officer.headers).headers["etag"]
    assert web.get(need).headers["etag"] == web.get(need).headers["etag"]


@pytest.mark.parametrize(
    ("condition", "status", "code"),
    [
        (None, 428, "precondition_missing"),
        ("*", 428, "precondition_missing"),
        ('"stale"', 412, "changed_since"),
        ("nonsense", 412, "changed_since"),
    ],
)
def test_a_change_says_what_it_has_seen(
    web: TestClient, need: str, officer: Person, condition: str | None, status: int, code: str
) -> None:
    """Without the ETag of what is there now nothing is changed; "whatever is there" names no version."""
    headers = officer.headers | ({"If-Match": condition} if condition else {})
    answer = web.patch(need, json={"title": "Overwritten"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert web.get(need, headers=officer.headers).json()["title"] != "Overwritten"


def test_a_weak_etag_is_not_enough(web: TestClient, need: str, officer: Person) -> None:
    """A change compares strongly."""
    etag = web.get(need, headers=officer.headers).headers["etag"]
    headers = {**officer.headers, "If-Match": f"W/{etag}"}
    assert web.patch(need, json={"title": "Overwritten"}, headers=headers).status_code == 412


def test_the_answer_to_a_change_goes_on_from_there(web: TestClient, need: str, officer: Person) -> None:
    """A change answers with the ETag of what is there now, so that the next one needs no reading."""
    first = web.patch(need, json={"context": "One."}, headers=having_seen(web, need, officer.headers))
    assert first.headers["etag"] == web.get(need, headers=officer.headers).headers["etag"]
    headers = {**officer.headers, "If-Match": first.headers["etag"]}
    assert web.patch(need, json={"context": "Two."}, headers=headers).status_code == 200


def test_of_editors_at_once_none_is_lost(web: TestClient, need: str, officer: Person) -> None:
    """Of eight who have seen the same version one is heard, and each other one is told to look again."""
    headers = having_seen(web, need, officer.headers)

    def edit(number: int) -> Any:
        return web.patch(need, json={"context": f"Text {number}."}, headers=headers)

    with ThreadPoolExecutor(8) as editors:
        answers = list(editors.map(edit, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (heard,) = [answer.json()["context"] for answer in answers if answer.status_code == 200]
    assert web.get(need, headers=officer.headers).json()["context"] == heard


def test_a_move_may_say_what_it_has_seen(
    web: TestClient, database: Database, need: str, officer: Person
) -> None:
    """A move goes without, but if it names a version, then it is made only on that one."""
    other = colleague(database, officer, "requester_officer")
    seen = having_seen(web, need, officer.headers)
    web.patch(need, json={"context": "New."}, headers=having_seen(web, need, other.headers))
    late = web.post(f"{need}/withdraw", json={}, headers=seen)
    assert (late.status_code, late.json()["code"]) == (412, "changed_since")
    now = web.post(f"{need}/withdraw", json={}, headers=having_seen(web, need, officer.headers))
    assert (now.status_code, now.json()["status"]) == (200, "withdrawn")
    assert now.headers["etag"] == web.get(need, headers=officer.headers).headers["etag"]


def test_who_may_not_see_it_hears_nothing_of_etags(web: TestClient, database: Database, need: str) -> None:
    """Sign-in comes first, then what one may see, then the version."""
    assert web.patch(need, json={"title": "Mine now"}).status_code == 401
    stranger = ministry(database)
    assert web.patch(need, json={"title": "Mine now"}, headers=stranger.headers).status_code == 404


def test_a_misspelt_filter_is_refused(web: TestClient) -> None:
    """A parameter that a door does not know would show more than was asked for; it is named."""
    answer = web.get(f"{NEEDS}?stauts=circulated&lang=fr")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["stauts"]


def test_a_problem_is_short(web: TestClient) -> None:
    """However much is wrong, an error is at most 8 KB and repeats no value."""
    odd = "&".join(f"{chr(0x1F600 + number) * 200}={number}" for number in range(20))
    answer = web.get(f"{NEEDS}?{odd}")
    assert answer.status_code == 422
    assert len(answer.content) <= 8192
