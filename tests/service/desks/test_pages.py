"""The pages over HTTP: who sees which, how they are made, and that they betray nothing."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from service.access.queries import COOKIE
from service.database.engines import Database
from service.desks.round_sides import get_round_sides, group_bars
from service.matches.commands import begin_round, fail_round, note_progress
from service.matches.reasons import Teller
from tests.service import people
from tests.service.desks.reading import BROWSER, check, get
from tests.service.matches.worlds import World, a_world, an_offer, computed, proposals, request
from tests.service.needs.cases import a_need
from tests.service.people import Person

CANARY = "Canary quietly yellow"
HOSTILE = "</title><script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"


@dataclass(frozen=True)
class Shown:
    """A world after a round."""

    world: World
    round: str
    proposal: str
    need: str
    officer: Person
    other: Person

    def pages(self) -> list[str]:
        """Return the addresses of what was found for one need."""
        return [f"/rounds/{self.round}", f"/proposals/{self.proposal}", f"/needs/{self.need}"]


@pytest.fixture
def shown(web: TestClient, database: Database) -> Shown:
    """Give a world after a round, computed here."""
    world = a_world(database)
    row = computed(web, database, world.desk)
    assert row["state"] == "finished", row["failure"]
    found = {item["need"]: item["id"] for item in proposals(web, world.desk)}
    need = world.needs["GHA"]
    return Shown(world, row["id"], found[need], need, world.officers["GHA"], world.officers["NER"])


def test_the_desk_sees_its_round_each_proposal_and_each_need(web: TestClient, shown: Shown) -> None:
    """Every page answers those whose it is, well made; a round has three pictures, a proposal two."""
    for path in shown.pages():
        made = check(get(web, path, shown.world.desk))
        assert made.counts["svg"] >= 1, path
    for path, pictures in zip(shown.pages(), (3, 2), strict=False):
        made = check(get(web, path, shown.world.desk))
        assert sum(svg.get("role") == "img" for svg in made.of("svg")) == pictures, path
    assert "Train analysts of migration data" in get(web, f"/rounds/{shown.round}", shown.world.desk).text


def test_the_requester_sees_its_need_and_why_a_team_but_no_round(web: TestClient, shown: Shown) -> None:
    """A round is its desk's; the proposal for one's own need is explained to the requester too."""
    check(get(web, f"/needs/{shown.need}", shown.officer))
    made = check(get(web, f"/proposals/{shown.proposal}", shown.officer))
    assert "Topic" in made.texts["th"]
    check(get(web, f"/rounds/{shown.round}", shown.officer), 404)


def test_others_find_nothing(web: TestClient, shown: Shown) -> None:
    """Another ministry, every provider and another desk get the same page as for what does not exist."""
    absent = get(web, "/needs/need_" + "0" * 32, shown.other).text
    for who in (shown.other, *shown.world.pools.values()):
        for path in shown.pages():
            assert get(web, path, who).text == absent
            check(get(web, path, who), 404)


def test_whoever_is_not_signed_in_is_told_so(web: TestClient, shown: Shown) -> None:
    """Rounds and proposals ask for sign-in; a confidential need looks absent."""
    round_page, proposal_page, need_page = shown.pages()
    check(get(web, round_page), 401)
    check(get(web, proposal_page), 401)
    check(get(web, need_page), 404)


def test_a_provider_is_shown_its_offers_and_no_proposal_before_a_seat_is_offered(
    web: TestClient, shown: Shown
) -> None:
    """A pool's home lists its own offers; of the round it learns nothing."""
    for iso3, pool in shown.world.pools.items():
        made = check(get(web, "/", pool))
        listed = [text for text in made.texts["a"] if text.startswith("Experts in")]
        assert len(listed) == 1
        assert iso3 in listed[0]
        assert "Train analysts" not in get(web, "/", pool).text
        assert "/proposals/" not in get(web, "/", pool).text


def test_a_provider_is_shown_a_seat_once_it_is_offered(web: TestClient, shown: Shown) -> None:
    """After the desk proposes the team, the provider's home says what for; its need stays unnamed."""
    consent = web.post(
        f"/api/v1/proposals/{shown.proposal}/agree", json={"names_need": True}, headers=shown.officer.headers
    )
    assert consent.status_code == 200, consent.text
    answer = web.post(
        f"/api/v1/proposals/{shown.proposal}/propose", json={}, headers=shown.world.desk.headers
    )
    assert answer.status_code == 200, answer.text
    seated = [seat["provider"]["id"] for seat in answer.json()["seats"]]
    pool = next(pool for pool in shown.world.pools.values() if pool.stakeholder_id in seated)
    text = get(web, "/", pool).text
    assert "Waits for an answer" in text
    assert "Train analysts" not in text


def test_homes_show_what_is_ones_own(web: TestClient, shown: Shown) -> None:
    """A ministry sees its need with the best team, a desk its round, whoever has no duty a way on."""
    home = get(web, "/", shown.officer)
    check(home)
    assert f"/proposals/{shown.proposal}" in home.text
    assert "Train the trainers" not in home.text
    desk = get(web, "/", shown.world.desk)
    check(desk)
    assert f"/rounds/{shown.round}" in desk.text


def test_a_person_without_a_duty_is_told_what_to_do(web: TestClient, database: Database) -> None:
    """An administrator is led to the administration, and sees no need here; others ask one."""
    made = check(get(web, "/", people.administrator(database)))
    assert any(link["href"] == "/administration" for link in made.of("a"))
    observer = people.ministry(database, "GHA", "observer")
    assert any("Ask your administrator" in text for text in check(get(web, "/", observer)).texts["p"])


def test_a_confidential_need_is_on_nobody_elses_page(
    web: TestClient, database: Database, shown: Shown
) -> None:
    """The text of a need of another desk is on no page of anybody else, and its address leads nowhere."""
    owner, desk = people.ministry(database, "GHA"), people.desk(database)
    need = a_need(database, "circulated", owner, desk, title=CANARY, context=CANARY)
    computed(web, database, desk)
    assert CANARY in get(web, f"/needs/{need}", owner).text
    everybody = [shown.world.desk, shown.officer, shown.other, *shown.world.pools.values(), None]
    for who in everybody:
        check(get(web, f"/needs/{need}", who), 404)
        for path in ("/", f"/needs/{need}", *shown.pages()):
            assert CANARY not in get(web, path, who).text


def test_hostile_texts_stay_texts(web: TestClient, database: Database) -> None:
    """Titles and names that look like markup are shown as they were written, on every page."""
    desk = people.desk(database)
    with database.writing() as session:
        ministry = people.stakeholder(session, "ministry_or_agency", "GHA", name=HOSTILE[:200])
        officer = people.person(session, "requester_officer", ministry)
    need = a_need(
        database, "circulated", officer, desk, title=HOSTILE, context=HOSTILE, expected_result=HOSTILE
    )
    pool = people.pool(database, "NLD")
    an_offer(database, pool, "NLD", title=HOSTILE, confidentiality="all_states")
    row = computed(web, database, desk)
    proposal = proposals(web, desk)[0]["id"]
    for path in ("/", f"/rounds/{row['id']}", f"/proposals/{proposal}", f"/needs/{need}"):
        answer = get(web, path, desk)
        check(answer)
        assert "&lt;script&gt;" in answer.text
        assert "{{ 7*7 }}" in answer.text
    check(get(web, "/", pool))


def test_a_public_need_is_shown_to_everybody_without_its_proposals(
    web: TestClient, database: Database
) -> None:
    """Whoever may read a need reads its text; what was proposed stays with those who ask and the desk."""
    world = a_world(database, confidentiality="public")
    computed(web, database, world.desk)
    for who in (None, world.officers["NER"], world.pools["NLD"]):
        answer = get(web, f"/needs/{world.needs['GHA']}", who)
        check(answer)
        assert "/proposals/" not in answer.text
        assert "proposal</h2>" not in answer.text


def test_a_public_summary_is_all_that_others_read(web: TestClient, database: Database) -> None:
    """Of a need with a public summary others see the summary, never its title."""
    said = {"confidentiality": "public_summary", "public_summary": "Help with data wanted.", "title": CANARY}
    need = a_need(database, "circulated", people.ministry(database), people.desk(database), **said)
    answer = get(web, f"/needs/{need}")
    check(answer)
    assert "Help with data wanted." in answer.text
    assert CANARY not in answer.text


def test_a_round_under_way_tells_how_far_it_is_and_looks_again(web: TestClient, database: Database) -> None:
    """While a round is computed its page says the stage and looks again, with scripts and without."""
    world = a_world(database)
    round_id = request(web, world.desk)
    with database.writing() as session:
        begin_round(session, round_id, timedelta(minutes=5))
        note_progress(session, round_id, "allocation", 1, 4)
    answer = get(web, f"/rounds/{round_id}", world.desk)
    made = check(answer)
    assert {"http-equiv": "refresh", "content": "3"} in made.of("meta")
    assert made.of("progress")[0]["max"] == "4"
    assert "finding the best allocation" in answer.text
    assert answer.headers["content-security-policy"].endswith("; script-src 'self'; connect-src 'self'")
    asked = web.get(f"/rounds/{round_id}", headers=BROWSER | world.desk.headers | {"HX-Request": "true"})
    assert asked.text.lstrip().startswith('<div id="progress"')
    assert "HX-Request" in asked.headers["vary"]
    assert "HX-Refresh" not in asked.headers


def test_a_round_that_is_done_is_shown_whole_and_from_all_sides(web: TestClient, database: Database) -> None:
    """What asked how far it is gets the page anew; its sides add up to what was found."""
    world = a_world(database)
    row = computed(web, database, world.desk)
    asked = web.get(f"/rounds/{row['id']}", headers=BROWSER | world.desk.headers | {"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"
    answer = get(web, f"/rounds/{row['id']}", world.desk)
    assert not check(answer).counts["script"]
    with database.reading() as session:
        teller = Teller(session, "en")
        found = get_round_sides(session, world.desk.caller, row["id"], row["figures"], teller, "en")
    assert sum(side.filled for side in found.needs) == row["figures"]["filled"]
    assert sum(side.wanted for side in found.needs) == row["figures"]["slots"]
    assert sum(side.experts for side in found.providers) == row["figures"]["filled"]
    assert all(side.filled <= side.wanted for side in found.dialogues)
    assert all(side.name in answer.text for side in found.dialogues)


def test_bars_are_as_long_as_the_part_that_they_tell() -> None:
    """A group without needs has no bar; what is not known of South and South has none either."""
    groups = [{"group": "ldc", "needs": 4, "served": 3}, {"group": "sids", "needs": 0, "served": 0}]
    bars = group_bars({"groups": groups, "south_south": {"seats": 0, "known": 0, "share": None}}, "en")
    assert [(bar.done, bar.total, bar.share) for bar in bars] == [(3, 4, 0.75)]


def test_a_failed_round_says_why(web: TestClient, database: Database) -> None:
    """The reason why a round failed is told in a sentence, and the page rests."""
    world = a_world(database)
    round_id = request(web, world.desk)
    with database.writing() as session:
        fail_round(session, round_id, "deadline_exceeded")
    answer = get(web, f"/rounds/{round_id}", world.desk)
    made = check(answer)
    assert "longer than this instance allows" in answer.text
    assert not [meta for meta in made.of("meta") if "http-equiv" in meta]


def test_unmet_components_are_told_with_reason_and_proof(web: TestClient, database: Database) -> None:
    """What nobody can serve is named on the round's page and on the need's, with its proof for the desk."""
    world = a_world(database)
    component = {"area": "EXP-DATA", "modality": "MOD-TRAIN", "experts": 3}
    greedy = a_need(
        database, "circulated", people.ministry(database, "TJK"), world.desk, components=[component]
    )
    row = computed(web, database, world.desk)
    for path in (f"/rounds/{row['id']}", f"/needs/{greedy}"):
        answer = get(web, path, world.desk)
        check(answer)
        assert "Details and proof" in answer.text
        assert "However the round is arranged, at least" in answer.text


def test_an_older_round_still_tells_what_it_found(web: TestClient, database: Database, shown: Shown) -> None:
    """A later round replaces the proposals of an earlier one; its page keeps them, and says so."""
    computed(web, database, shown.world.desk)
    answer = get(web, f"/rounds/{shown.round}", shown.world.desk)
    check(answer)
    assert "Replaced by a later round" in answer.text


def test_every_answer_carries_the_policy_and_the_pages_are_not_kept(web: TestClient, shown: Shown) -> None:
    """No script, frame or foreign thing is ever allowed; pages vary on who asks and are not stored."""
    answers = [get(web, path, shown.world.desk) for path in ("/", *shown.pages(), "/nothing-here")]
    answers += [get(web, "/"), get(web, "/static/homologue.css"), get(web, "/api/v1/openapi.json")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        for rule in ("default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'"):
            assert rule in policy
        assert "base-uri 'none'; frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    for answer in answers[:6]:
        assert {"Cookie", "Accept-Language", "Accept"} <= set(answer.headers["vary"].split(", "))
        assert answer.headers["cache-control"] == "private, no-store"


def test_a_refusal_is_a_page_for_browsers_and_a_problem_for_programs(web: TestClient, shown: Shown) -> None:
    """Outside ``/api/`` the asked form decides; under ``/api/`` it is always a problem. Both say the same."""
    path = f"/proposals/{'x' * 20}"
    seen = get(web, path, shown.officer)
    made = check(seen, 404)
    told = web.get(path, headers={"Accept": "application/json"} | shown.officer.headers)
    assert told.headers["content-type"] == "application/problem+json"
    assert made.texts["h1"] == [told.json()["title"]]
    assert told.json()["detail"] in seen.text
    under = get(web, f"/api/v1{path}", shown.officer)
    assert under.status_code == 404
    assert under.headers["content-type"] == "application/problem+json"


def test_a_bad_page_number_is_a_refusal_with_the_field(web: TestClient, shown: Shown) -> None:
    """A cursor that belongs to no list is refused with a page that names it."""
    made = check(get(web, f"/rounds/{shown.round}?cursor=nonsense", shown.world.desk), 422)
    assert "cursor" in made.texts["code"]


def test_a_cookie_reads_and_its_loss_shows_the_front_page(web: TestClient, shown: Shown) -> None:
    """The session cookie opens one's own pages; a token that is not valid shows what everybody sees."""
    web.cookies.set(COOKIE, shown.officer.cookie)
    assert f"/needs/{shown.need}" in web.get("/", headers=BROWSER).text
    web.cookies.set(COOKIE, "hml_not_a_token")
    front = web.get("/", headers=BROWSER)
    check(front)
    assert "who has done it before" in front.text
    web.cookies.clear()
