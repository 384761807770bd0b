"""The pages of the network, of dialogues, of needs that go together, and of why an offer was not chosen."""

import json
from urllib.parse import urlencode

from fastapi.testclient import TestClient

from service.database.engines import Database
from service.desks.pictures import Circle, Sitting, communities_drawing
from tests.service import people
from tests.service.desks.reading import check, get
from tests.service.matches.worlds import TRAINING, World, a_world, an_offer, computed, proposals
from tests.service.needs.cases import a_need

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_the_network_is_drawn_told_in_a_table_and_asked_by_forms(web: TestClient, database: Database) -> None:
    """Everybody who is signed in finds it from home; two dialogues and two states can be chosen by name."""
    world = a_world(database)
    made = check(get(web, "/network", world.officers["GHA"]))
    assert sum(svg.get("role") == "img" for svg in made.of("svg")) == 1
    assert {"dialogue", "other", "start", "end"} <= set(made.all("for"))
    assert {"Rabat Process", "Khartoum Process"} <= set(made.texts["option"])
    assert any(text.startswith("GFMD (") for text in made.texts["text"])
    assert {"/network", "/dialogues"} <= {link["href"] for link in check(get(web, "/", world.desk)).of("a")}
    between = get(web, "/network?dialogue=RABAT&other=KHARTOUM", world.desk)
    check(between)
    assert "Between Rabat Process and Khartoum Process" in between.text
    for address in ("/network?dialogue=RABAT&other=", "/network?dialogue=RABAT&other=RABAT"):
        assert "Choose two different dialogues" in get(web, address, world.desk).text
    for code in ("NOWHERE", "NER", "A B"):
        check(get(web, "/network?" + urlencode({"dialogue": code, "other": "RABAT"}), world.desk), 404)


def test_what_the_script_draws_is_what_the_picture_shows(web: TestClient, database: Database) -> None:
    """As many marks, each line between two of them, addresses of pages; only this page runs scripts."""
    answer = get(web, "/network", a_world(database).officers["GHA"])
    made = check(answer)
    told = json.loads(next(found["data-network"] for found in made.of("div") if "data-network" in found))
    ids = [node["id"] for node in told["nodes"]]
    assert (
        len(told["nodes"])
        == len([shape for shape in made.all("class") if shape.startswith("mark-shape")]) - 5
    )
    assert len(told["edges"]) == made.all("class").count("line line-link")
    assert {end for edge in told["edges"] for end in edge} <= set(ids)
    dialogue = next(node for node in told["nodes"] if node["name"] == "Rabat Process")
    assert dialogue["address"] == "/dialogues/RABAT"
    assert answer.headers["content-security-policy"].endswith("; script-src 'self'")
    assert len(made.of("script")) == 2
    assert not check(get(web, "/dialogues", people.desk(database))).counts["script"]


def test_a_path_of_introductions_can_be_asked_for_again(web: TestClient, database: Database) -> None:
    """The page says the steps in words and keeps both states chosen; one state twice is told so."""
    desk = people.desk(database)
    answer = get(web, "/network/introductions?start=NER&end=NLD", desk)
    made = check(answer)
    chosen = [option["value"] for option in made.of("option") if "selected" in option]
    assert chosen == ["NER", "NLD"]
    assert "takes part" in answer.text
    assert "the same state" in get(web, "/network/introductions?start=NER&end=NER", desk).text


def test_a_dialogue_shows_only_what_its_reader_may_see(web: TestClient, database: Database) -> None:
    """Members with how sure that is for all; a confidential need for its desk alone; hosting for desks."""
    world = a_world(database, confidentiality="all_states")
    an_offer(database, people.pool(database, "NLD"), "NLD", title=HOSTILE, confidentiality="public")
    secret = a_need(
        database,
        "circulated",
        people.ministry(database, "NGA"),
        world.desk,
        title="Canary in confidence",
        confidentiality="secretariat_only",
        components=[TRAINING],
    )
    assert "/dialogues/RABAT" in get(web, "/dialogues", world.officers["GHA"]).text
    to_desk, to_reader = (get(web, "/dialogues/RABAT", who) for who in (world.desk, world.officers["GHA"]))
    for answer in (to_desk, to_reader):
        made = check(answer)
        assert {"Documented", "From an old list"} & set(made.texts["td"])
        assert f"/needs/{world.needs['GHA']}" in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "{{ 7*7 }}" in answer.text
    assert secret in to_desk.text
    assert "Canary" not in to_reader.text
    assert "What it could host" in to_desk.text
    assert "What it could host" not in to_reader.text
    check(get(web, "/dialogues/NOWHERE", world.desk), 404)
    check(get(web, "/dialogues/RABAT"), 401)
    check(get(web, "/dialogues"), 401)


def test_a_desk_finds_what_a_dialogue_could_host_and_what_goes_together(
    web: TestClient, database: Database
) -> None:
    """From the round to the one team for two needs, from there to its host, and from the host back."""
    world = a_world(database, confidentiality="all_states")
    said = {"title": HOSTILE, "commitments": ["T4-01"], "components": [TRAINING]}
    a_need(
        database,
        "circulated",
        people.ministry(database, "TGO"),
        world.desk,
        confidentiality="all_states",
        **said,
    )
    row = computed(web, database, world.desk)
    address = f"/rounds/{row['id']}/together"
    assert address in get(web, f"/rounds/{row['id']}", world.desk).text
    answer = get(web, address, world.desk)
    made = check(answer)
    assert "&lt;script&gt;" in answer.text
    assert "One team for all" in answer.text
    assert "An offer whose title you may not see" in answer.text
    assert "Experts in EXP-DATA" not in answer.text
    hosts = [link["href"] for link in made.of("a") if link["href"].startswith("/dialogues/")]
    assert address in get(web, hosts[0], world.desk).text
    assert address not in get(web, hosts[0], people.desk(database)).text
    check(get(web, address, world.officers["GHA"]), 404)
    lonely = people.desk(database)
    empty = get(web, f"/rounds/{computed(web, database, lonely)['id']}/together", lonely)
    check(empty)
    assert "They do when two states at least ask" in empty.text


def _why_not(web: TestClient, database: Database, world: World) -> str:
    computed(web, database, world.desk)
    need = world.needs["GHA"]
    (proposal,) = [item for item in proposals(web, world.desk) if item["need"] == need]
    page = check(get(web, f"/proposals/{proposal['id']}", world.desk))
    (address,) = {link["href"] for link in page.of("a") if "/why-not?" in link["href"]}
    return str(address)


def test_why_not_this_one_is_told_to_the_desk_in_full_and_to_a_requester_in_part(
    web: TestClient, database: Database
) -> None:
    """The link beside who stood next leads to the score it lacks, drawn and in a table, and who gives way."""
    world = a_world(database)
    address = _why_not(web, database, world)
    answer = get(web, address, world.desk)
    made = check(answer)
    assert sum(svg.get("role") == "img" for svg in made.of("svg")) == 1
    assert "would have been chosen" in answer.text
    assert {"would get 1 place", "would lose 1 place"} <= set(made.texts["td"])
    assert f"/needs/{world.needs['GHA']}" in answer.text
    asker = get(web, address, world.officers["GHA"])
    made = check(asker)
    assert not [svg for svg in made.of("svg") if svg.get("role") == "img"]
    for told in ("would have been chosen", "would lose", "Experts in EXP-DATA"):
        assert told not in asker.text
    assert "say so to your desk" in asker.text
    for stranger in (world.officers["NER"], world.pools["NLD"]):
        check(get(web, address, stranger), 404)
    check(get(web, address), 401)


def test_a_round_tells_the_desk_what_one_more_expert_would_be_worth(
    web: TestClient, database: Database
) -> None:
    """Where a kind of expert is short the page of the round says what one more would add."""
    world = a_world(database)
    component = {"area": "EXP-DATA", "modality": "MOD-TRAIN", "experts": 5}
    a_need(database, "circulated", people.ministry(database, "TJK"), world.desk, components=[component])
    row = computed(web, database, world.desk)
    answer = get(web, f"/rounds/{row['id']}", world.desk)
    check(answer)
    assert "What one more expert would be worth" in answer.text
    assert "one more place filled" in answer.text


def test_communities_are_told_by_letter_and_shape_and_brokers_are_diamonds() -> None:
    """Colour only repeats what letter and shape say; the same network is always drawn the same."""
    circles = [
        Circle("dialogue:ONE", "One", "A"),
        Circle("dialogue:TWO", "Two", "B"),
        Circle("dialogue:THREE", "Three", "C"),
        Circle("regional_body:FOUR", "Four"),
    ]
    states = {"state:NER": "Niger"}
    sittings = [Sitting("state:NER", "dialogue:ONE"), Sitting("state:NER", "dialogue:TWO")]
    drawing = communities_drawing(circles, states, sittings)
    assert [(mark.title, mark.shape) for mark in drawing.marks] == [
        ("Niger", "diamond"),
        ("One (A)", "square"),
        ("Two (B)", "triangle"),
        ("Three (C)", "circle"),
        ("Four", "circle"),
    ]
    assert len({mark.kind for mark in drawing.marks}) == 5
    assert len(drawing.lines) == 2
    assert communities_drawing(circles, states, sittings[::-1]) == drawing
