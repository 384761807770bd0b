"""A round by month: what its seats say of months, through the door and on the page."""

import re
from datetime import timedelta

from fastapi.testclient import TestClient

from service import clock
from service.access.queries import COOKIE
from service.database.engines import Database
from tests.service.desks.reading import BROWSER
from tests.service.matches.worlds import a_world, computed, proposals

BY_MONTH = {"text_model": "character-ngrams", "calendar": "by_month"}


def test_a_round_by_month_names_the_month_of_a_seat(web: TestClient, database: Database) -> None:
    """The month lies in the need's window, and the desk reads it on the page of the proposal."""
    starts_on = (clock.today() + timedelta(days=60)).replace(day=1)
    ends_on = starts_on.replace(day=28)
    world = a_world(database, starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    row = computed(web, database, world.desk, policy=BY_MONTH)
    assert row["state"] == "finished", row["failure"]
    month = starts_on.isoformat()[:7]
    found = proposals(web, world.desk)
    assert found
    web.cookies.set(COOKIE, world.desk.cookie)
    page = web.get(f"/proposals/{found[0]['id']}", headers=BROWSER).text
    web.cookies.clear()
    assert re.search(rf"<dt[^>]*>When</dt><dd[^>]*>{re.escape(month)}</dd>", page)
    assert all(seat["months"] == [month] for proposal in found for seat in proposal["seats"])
