"""What the main pages ask of the database does not grow with what they show, and is little."""

import pytest
from fastapi.testclient import TestClient

from service.database.engines import Database
from tests.service.desks.reading import get
from tests.service.matches.cases import Team, a_team
from tests.service.needs.cases import brought_to
from tests.service.statements import statements_of_all

MOST = {"/needs": 15, "/needs/{need}": 41, "/proposals/{proposal}": 32}
"""Statements of one answer, the sign-in and what stands on every page included."""


def _asked(web: TestClient, database: Database, team: Team, path: str) -> int:
    address = path.format(need=team.need, proposal=team.proposal)
    get(web, address, team.officer)  # what is remembered from one answer to the next is there by then
    with statements_of_all(database) as sent:
        assert get(web, address, team.officer).status_code == 200
    return len(sent)


@pytest.mark.parametrize("path", MOST)
def test_a_page_asks_little(path: str, web: TestClient, database: Database) -> None:
    """A list, a need and a match each keep to their number of statements."""
    assert _asked(web, database, a_team(database), path) <= MOST[path]


def test_a_longer_list_asks_no_more(web: TestClient, database: Database) -> None:
    """Ten needs more in the list take as many statements as one."""
    team = a_team(database)
    before = _asked(web, database, team, "/needs")
    with database.writing() as session:
        for number in range(10):
            brought_to(session, "circulated", team.officer, team.desk, title=f"Another {number}")
    assert _asked(web, database, team, "/needs") <= before


def test_a_larger_team_asks_no_more(web: TestClient, database: Database) -> None:
    """A match of three seats takes as many statements as one of one seat."""
    counts = [
        _asked(web, database, a_team(database, mandatory=(True,) * seats), "/proposals/{proposal}")
        for seats in (1, 3)
    ]
    assert counts[1] <= counts[0]
