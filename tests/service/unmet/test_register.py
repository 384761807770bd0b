"""The public register: exactly what each requester allows, nothing about anybody else."""

import csv
import io
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from service import clock
from service.database.engines import Database
from service.matches.tables import UnmetComponent
from service.needs.views import components_of
from service.unmet.queries import get_need_unmet
from tests.service import people
from tests.service.matches.cases import a_round
from tests.service.needs.cases import a_need

API = "/api/v1"
SECRET = "Interpreters for the northern reception centre"


def test_nothing_is_told_unless_a_requester_allows_it(database: Database, web: TestClient) -> None:
    """An unmet need changes no byte of the register until its requester chooses, and again not afterwards."""
    officer, desk = people.ministry(database), people.desk(database)
    before = [web.get(f"{API}/unmet/public").text, web.get("/unmet.csv").text]
    need = a_need(database, "unmet", officer, desk, title=SECRET, confidentiality="secretariat_only")
    assert [web.get(f"{API}/unmet/public").text, web.get("/unmet.csv").text] == before
    door = f"{API}/needs/{need}/show-unmet"
    assert web.post(door, json={"level": "details"}, headers=desk.headers).status_code == 403
    chosen = web.post(door, json={"level": "details"}, headers=officer.headers).json()
    assert (chosen["shown"], chosen["unmet_reason"]) == ("details", "no_expertise")
    (line,) = web.get(f"{API}/unmet/public").json()["needs"]
    assert (line["areas"], line["regions"], line["reason"]) == (["EXP-DATA"], ["Africa"], "no_expertise")
    for text in (web.get(f"{API}/unmet/public").text, web.get("/unmet.csv").text, web.get("/unmet").text):
        assert not any(word in text for word in (SECRET, need, "GHA", "Ghana", "Invented"))
    web.post(door, json={"level": "theme_and_region"}, headers=officer.headers)
    assert [web.get(f"{API}/unmet/public").text, web.get("/unmet.csv").text] == before


def test_large_groups_are_counted(database: Database, web: TestClient) -> None:
    """Five needs of three states of a region make a group with a number; a table says the same."""
    desk = people.desk(database)
    officers = [people.ministry(database, iso3) for iso3 in ("GHA", "NER", "KEN")]
    for place in range(5):
        officer = officers[place % 3]
        need = a_need(database, "unmet", officer, desk)
        said = {"level": "theme_and_region"}
        web.post(f"{API}/needs/{need}/show-unmet", json=said, headers=officer.headers)
        found = web.get(f"{API}/unmet/public").json()
        assert (found["needs"], len(found["groups"])) == ([], 0 if place < 4 else 1)
    (group,) = found["groups"]
    assert (group["theme"], group["region"], group["needs"]) == ("T4", "Africa", 5)
    table = list(csv.reader(io.StringIO(web.get("/unmet.csv").text.lstrip("\ufeff"))))
    assert table[1][:3] == ["5", group["theme_title"], "Africa"]
    assert "Africa" in web.get("/unmet").text


def test_the_sides_read_age_reasons_and_what_would_help(database: Database, web: TestClient) -> None:
    """The desk reads since when, why, and what the engine tried out; the requester what is for its eyes."""
    officer, desk = people.ministry(database), people.desk(database)
    start = datetime(2027, 3, 15, 9, tzinfo=UTC)
    with clock.set_to(start):
        need = a_need(database, "unmet", officer, desk)
    helps = {"rule": "not_endorsed", "here": 1, "slots": 1, "offers": 4, "displaced": 0}
    with database.writing() as session:
        session.add(
            UnmetComponent(
                id="unmet_1",
                round_id=a_round(session, desk),
                need_id=need,
                component_id=components_of(session, [need])[need][0].id,
                missing=1,
                reason="language_gap",
                reasons=[{"code": "relaxation_fills", "params": helps, "evidence": []}],
                exclusions=[],
                certificate={},
                found_at=start,
            )
        )
    told = {}
    for name, person in (("desk", desk), ("officer", officer)):
        with clock.set_to(start + timedelta(days=12)), database.reading() as session:
            told[name] = get_need_unmet(session, person.caller, need, "en")
    assert {(one.days, one.unmet_reason) for one in told.values()} == {(12, "no_expertise")}
    assert [reason.code for reason in told["desk"].parts[0].reasons] == ["relaxation_fills"]
    assert told["officer"].parts[0].reasons == []
    page = web.get("/unmet", headers=desk.headers).text
    assert "What would help:" in page
    assert "What would help:" not in web.get("/unmet", headers=officer.headers).text
