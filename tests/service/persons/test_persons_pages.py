"""The pages on which people look after what is kept of them."""

import pytest
from fastapi.testclient import TestClient

from service.access.cookies import COOKIE
from service.access.tables import Account
from service.database.engines import Database
from tests.service import people
from tests.service.people import Person

OWN = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}


def signed_in(web: TestClient, who: Person) -> None:
    """Let a browser hold what this person signed in with."""
    web.cookies.set(COOKIE, who.cookie)


def sent(web: TestClient, address: str, **values: str) -> tuple[int, str]:
    """Send a form and give what comes back."""
    answer = web.post(address, data=values, headers=OWN, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_person_pauses_and_goes_on_without_scripts(web: TestClient, database: Database) -> None:
    """The page shows what is kept, gives all of it as a file, pauses and goes on."""
    officer = people.ministry(database)
    signed_in(web, officer)
    own = f"/persons/{officer.account_id}"
    assert "Download everything" in web.get("/account/data").text
    assert web.get(f"{own}/archive").headers["content-type"] == "application/zip"
    status, text = sent(web, f"{own}/limits/restrict")
    assert (status, "Let it go on" in text) == (200, True)
    status, text = sent(web, f"{own}/limits/lift-restriction")
    assert (status, "Pause all use" in text) == (200, True)


def test_a_correction_is_asked_and_answered_on_pages(web: TestClient, database: Database) -> None:
    """A form without its words keeps what was typed; the owner answers, and who asked reads it."""
    officer, administrator = people.ministry(database), people.administrator(database)
    signed_in(web, officer)
    address = f"/persons/{officer.account_id}/requests"
    status, text = sent(web, address, field="My address", text="")
    assert (status, "Please check" in text, "My address" in text) == (422, True, True)
    assert sent(web, address, field="My address", text="It ends with .example")[0] == 200
    signed_in(web, administrator)
    page = web.get("/person-requests").text
    request_id = page.partition("/person-requests/request_")[2].partition("/")[0]
    settle = f"/person-requests/request_{request_id}/settle"
    assert sent(web, settle, outcome="corrected", answer="")[0] == 422
    assert sent(web, settle, outcome="corrected", answer="Done now")[0] == 200
    signed_in(web, officer)
    assert "Done now" in web.get("/person-requests").text


def test_erasing_oneself_needs_a_tick_and_signs_out(web: TestClient, database: Database) -> None:
    """Without the tick nothing is erased; with it the account is gone and the browser signed out."""
    officer = people.ministry(database)
    signed_in(web, officer)
    address = f"/persons/{officer.account_id}/erase"
    status, text = sent(web, address)
    assert (status, "cannot be brought back" in text) == (422, True)
    status, text = sent(web, address, confirmed="yes")
    assert (status, "is gone" in text) == (200, True)
    assert web.get("/account/data").status_code == 401
    with database.reading() as session:
        assert session.get_one(Account, officer.account_id).name == "[erased]"


@pytest.mark.parametrize("path", ["", "/archive"])
def test_what_is_kept_of_others_looks_absent(web: TestClient, database: Database, path: str) -> None:
    """The page of somebody else is no page; administrators see it."""
    officer, other, administrator = (
        people.ministry(database),
        people.pool(database),
        people.administrator(database),
    )
    signed_in(web, officer)
    assert web.get(f"/persons/{other.account_id}{path}").status_code == 404
    signed_in(web, administrator)
    assert web.get(f"/persons/{other.account_id}{path}").status_code == 200


def test_the_page_of_privacy_is_for_everybody(web: TestClient) -> None:
    """Without signing in one reads what is kept, what for and how long; every page leads there."""
    text = web.get("/privacy").text
    assert "Decisions" in text or "decisions" in text
    assert 'href="/privacy"' in web.get("/sign-in").text
