"""From one page an administrator reaches everything from which an instance is looked after; others do not."""

import pytest
from fastapi.testclient import TestClient

from service.administration.correcting import value_of
from service.administration.queries import get_administration
from service.administration.standing import get_service_standing
from service.database.engines import Database
from service.mail.commands import post
from service.settings import Settings
from tests.service import people
from tests.service.desks.reading import BROWSER, check, get
from tests.service.matches.worlds import a_world, computed
from tests.service.statements import statements_of

API = "/api/v1/administration"
PAGES = (
    "",
    "/duties",
    "/dialogues",
    "/reference",
    "/reference/modality",
    "/corrections",
    "/policies",
    "/health",
)


@pytest.mark.parametrize("place", PAGES)
def test_pages_are_for_administrators_alone(web: TestClient, database: Database, place: str) -> None:
    """An administrator is shown each page; a desk is told that it is not for it, strangers sign in first."""
    address = f"/administration{place}"
    check(get(web, address, people.administrator(database)))
    check(get(web, address, people.desk(database)), 403)
    check(get(web, address), 401)


def test_everything_is_reached_from_one_page(web: TestClient, database: Database) -> None:
    """The landing page leads to accounts, rules, mail, webhooks, journal; each of these is there."""
    administrator = people.administrator(database)
    made = check(get(web, "/administration", administrator))
    wanted = {
        "accounts",
        "duties",
        "invitations",
        "dialogues",
        "reference",
        "corrections",
        "policies",
        "health",
    }
    wanted = {f"/administration/{one}" for one in wanted} | {"/mail", "/webhooks", "/clock-policies/instance"}
    assert wanted <= set(made.all("href"))
    for address in wanted:
        check(get(web, address, administrator))


def test_a_fact_is_corrected_on_a_page_and_the_correction_taken_back(
    web: TestClient, database: Database
) -> None:
    """What is wrong with it is said beside the field; then it counts on the state's page until taken back."""
    administrator = people.administrator(database)
    headers = (
        BROWSER | administrator.headers | {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    )
    form = {"kind": "state", "code": "GHA", "field": "note", "value": "Put right.", "source": ""}
    address = "/administration/corrections/new"
    refused = web.post(address, data=form, headers=headers)
    assert refused.status_code == 422
    assert "Put right." in refused.text
    sent = web.post(
        address, data=form | {"source": "A published report"}, headers=headers, follow_redirects=False
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/administration/corrections")
    assert "Put right." in get(web, "/states/GHA").text
    made = check(get(web, "/administration/corrections", administrator))
    (back,) = [link for link in made.all("href") if link.endswith("/withdraw")]
    check(get(web, back, administrator))
    assert web.post(back, data={"reason": ""}, headers=headers, follow_redirects=False).status_code == 303
    assert "Put right." not in get(web, "/states/GHA").text


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("ldc", "no", False),
        ("languages_official", "en, fr", ["en", "fr"]),
        ("capital", "Accra", "Accra"),
        ("capital", "", None),
    ],
)
def test_what_is_typed_becomes_what_the_field_takes(field: str, text: str, value: object) -> None:
    """Yes and no, several codes, a text, nothing: each is taken as its field keeps it."""
    assert value_of("state", field, text) == value


def test_the_doors_say_what_the_pages_show(web: TestClient, database: Database) -> None:
    """Duties, dialogues with their desks, policies in use and reference data can be read by programs."""
    administrator = people.administrator(database)
    desk = people.desk(database, "RABAT")
    world = a_world(database)
    computed(web, database, world.desk)
    read = {
        place: web.get(f"{API}/{place}", headers=administrator.headers).json()
        for place in ("duties", "dialogues", "policies", "reference")
    }
    duty = next(one for one in read["duties"]["items"] if one["account"] == desk.account_id)
    assert (duty["role"], duty["stakeholder"]) == ("case_officer", desk.stakeholder_id)
    rabat = next(one for one in read["dialogues"]["dialogues"] if one["code"] == "RABAT")
    assert [(one["id"], one["people"]) for one in rabat["desks"]] == [(desk.stakeholder_id, 1)]
    assert [one["desk"] for one in read["policies"]["in_use"]] == [world.desk.stakeholder_id]
    assert read["policies"]["published"]["fairness"] in {one["code"] for one in read["policies"]["fairness"]}
    assert next(one for one in read["reference"]["kinds"] if one["kind"] == "theme")["in_use"] == 5


def test_what_needs_a_hand_is_said_in_plain_words(database: Database, app_settings: Settings) -> None:
    """Without a mail server letters that wait are no good sign; the figures cost few questions."""
    administrator = people.administrator(database).caller
    with database.writing() as session:
        post(session, to="a@b.example", subject="S", text="T", about="account:account_1", key="k")
    with_server = app_settings.model_copy(update={"smtp_host": "localhost"})
    with database.reading() as session, statements_of(session) as sent:
        found = [
            {one.code: one for one in get_service_standing(session, administrator, chosen, "en").checks}
            for chosen in (app_settings, with_server)
        ]
        assert [one["letters_waiting"].is_fine for one in found] == [False, True]
        assert found[0]["letters_waiting"].advice
        assert not found[1]["letters_waiting"].advice
        get_administration(session, administrator)
    assert len(sent) <= 33
