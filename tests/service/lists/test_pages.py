"""The pages of lists: counted, narrowed, in order, and with few questions to the database."""

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service.desks.reading import check, get
from tests.service.needs.cases import a_need
from tests.service.offers.cases import an_offer
from tests.service.people import desk, ministry, pool
from tests.service.statements import statements_of_all

LISTS = ("/needs", "/offers", "/proposals", "/deliveries", "/stakeholders")
MOST_STATEMENTS = 35


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_well_made_and_tells_its_twin(web: TestClient, database: Database, path: str) -> None:
    """Each list answers, empty too, and keeps what it was narrowed to in the address for programs."""
    officer, handler = ministry(database, "GHA"), desk(database)
    a_need(database, "screening", officer, handler)
    an_offer(database, "active", pool(database), confidentiality="public")
    made = check(get(web, path, officer))
    twins = [one["value"] for one in made.of("input") if one.get("id") == "twin"]
    assert all(web.get(twin, headers=officer.headers).status_code == 200 for twin in twins)
    check(get(web, f"{path}?q=nothinglikeit&dialogue=RABAT&status=unheard", officer))
    assert get(web, f"{path}?cursor=x", officer).status_code == 422


def test_counts_tell_what_else_could_be_chosen(web: TestClient, database: Database) -> None:
    """A menu counts as if nothing were chosen in it, out of what its reader sees; a choice can be removed."""
    officer, handler = ministry(database, "GHA"), desk(database)
    a_need(database, "screening", officer, handler, urgency="urgent", title="Alpha")
    a_need(database, "draft", officer, handler, title="Beta")
    page = get(web, "/needs?status=draft&urgency=routine", officer)
    made = check(page)
    assert "Beta" in page.text
    assert "Alpha" not in page.text
    options = made.texts["option"]
    assert "Draft (1)" in options
    assert not [one for one in options if one.startswith("Being screened")]
    links = [one["href"] for one in made.of("a")]
    assert {"/needs?urgency=routine", "/needs?status=draft"} <= set(links)
    assert "Being screened (1)" in check(get(web, "/needs?status=draft", officer)).texts["option"]


def test_a_list_can_be_turned_round(web: TestClient, database: Database) -> None:
    """Oldest first is newest first turned round; what is no order is the usual one."""
    officer, handler = ministry(database, "GHA"), desk(database)
    for title in ("First", "Second", "Third"):
        a_need(database, "draft", officer, handler, title=title)

    def shown(query: str) -> list[str]:
        found = web.get(f"/api/v1/needs{query}", headers=officer.headers).json()["items"]
        return [one["title"] for one in found]

    assert shown("?sort=oldest") == shown("")[::-1]
    assert web.get("/api/v1/needs?sort=title").status_code == 422
    text = get(web, "/needs?sort=oldest", officer).text
    places = [text.index(title) for title in shown("?sort=oldest")]
    assert places == sorted(places)


def test_offers_are_counted_by_what_they_are(web: TestClient, database: Database) -> None:
    """The counts of offers are those of what the reader sees: drafts are their provider's."""
    manager = pool(database, "NLD")
    an_offer(database, "active", manager, confidentiality="public")
    an_offer(database, "draft", manager)
    mine = web.get("/api/v1/offers/facets", headers=manager.headers).json()
    others = web.get("/api/v1/offers/facets").json()
    assert (mine["total"], others["total"]) == (2, 1)
    assert mine["status"] == {"active": 1, "draft": 1}
    assert others["state"] == {"NLD": 1}
    assert web.get("/api/v1/offers/facets?status=draft").json()["status"] == {"active": 1}


def test_a_list_asks_as_much_for_one_line_as_for_many(web: TestClient, database: Database) -> None:
    """The number of statements does not grow with the list, and is small."""
    officer, handler = ministry(database, "GHA"), desk(database)
    counts = []
    for number in (1, 6):
        for place in range(number):
            a_need(database, "screening", officer, handler, title=f"Need {number} {place}")
        get(web, "/needs", officer)  # what is remembered between requests is read by now
        with statements_of_all(database) as sent:
            get(web, "/needs", officer)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= MOST_STATEMENTS, counts
