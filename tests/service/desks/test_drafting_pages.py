"""Registering a need on pages: kept step by step, nothing overwritten unseen, for its own side alone."""

import re

from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from service.database.engines import Database
from service.needs.commands import revise_need
from service.needs.harms import harms
from service.needs.schemas import NeedRevision
from service.needs.tables import Need, NeedComponent
from service.reference.facts import known_codes
from service.web.fields import Field, Form
from service.web.rendering import _environment
from tests.service.desks.reading import BROWSER, Made, check, get
from tests.service.needs.cases import a_need
from tests.service.people import Person, colleague, desk, ministry, pool

OURS = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
Fields = dict[str, str | list[str]]


def send(web: TestClient, who: Person, path: str, fields: Fields) -> Response:
    """Send a form as a browser does from our own page."""
    return web.post(path, data=fields, headers=BROWSER | who.headers | OURS, follow_redirects=False)


def as_shown(page: str, action: str) -> Fields:
    """Return what a browser would send of a form as it stands, with its hidden fields."""
    form = page[page.index(f'action="{action}"') :]
    form = form[: form.index("</form>")]
    made = Made(form[form.index(">") + 1 :])
    found: Fields = {
        str(one["name"]): str(one.get("value", ""))
        for one in made.of("input")
        if one["type"] in {"text", "hidden"}
    }
    for one in made.of("input"):
        if "checked" in one:
            found.setdefault(str(one["name"]), [])
            found[str(one["name"])] = [*found[str(one["name"])], str(one["value"])]
    for name, text in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = text
    for name, inside in re.findall(r'<select [^>]*name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return found


def step_of(web: TestClient, who: Person, address: str) -> Fields:
    """Open a step and return its form as it stands."""
    answer = get(web, address, who)
    check(answer)
    return as_shown(answer.text, address)


def begun(web: TestClient, officer: Person, handler: Person) -> str:
    """Register a need on the first page and return its id."""
    form = step_of(web, officer, "/needs/new")
    form |= {"desk": handler.stakeholder_id, "title": "Train analysts of migration data"}
    return send(web, officer, "/needs/new", form).headers["location"].split("/")[2]


def row_of(database: Database, need: str) -> Need:
    """Give the row of a need."""
    with database.reading() as session:
        return session.get_one(Need, need)


def test_a_state_registers_a_need_on_pages_alone(database: Database, web: TestClient) -> None:
    """From the first page to handing in, without scripts: every step keeps what it says."""
    officer, handler, provider = ministry(database, "GHA"), desk(database), pool(database)
    assert '<a href="/needs/new">' in get(web, "/", officer).text
    need = begun(web, officer, handler)
    edit = f"/needs/{need}/edit"
    text = step_of(web, officer, f"{edit}/text") | {"context": "The statistics office, 40 analysts."}
    assert send(web, officer, f"{edit}/text", text).headers["location"] == edit
    chosen = step_of(web, officer, f"{edit}/commitments") | {"commitments": ["T4-01", "T1-01"]}
    assert send(web, officer, f"{edit}/commitments", chosen).status_code == 303
    when = step_of(web, officer, f"{edit}/when")
    when |= {"starts_on": "2027-03-01", "ends_on": "2027-06-30", "urgency": "urgent", "max_days": "40"}
    assert send(web, officer, f"{edit}/when", when).status_code == 303
    part = step_of(web, officer, f"/needs/{need}/parts/1")
    part |= {"area": "EXP-DATA", "experts": "2", "days": "5", "language-1": "fr", "level-1": "B2"}
    assert send(web, officer, f"/needs/{need}/parts/1", part).status_code == 303
    wishes = step_of(web, officer, f"{edit}/wishes") | {"do_not_pair": [provider.stakeholder_id]}
    assert send(web, officer, f"{edit}/wishes", wishes).status_code == 303
    answers: Fields = {f"answer-{harm.code}": "no" for harm in harms()}
    assert send(web, officer, f"/needs/{need}/harms", answers).status_code == 303
    for page in (edit, f"/needs/{need}/check", f"{edit}/asking", f"{edit}/readers", f"/needs/{need}/parts"):
        check(get(web, page, officer))
    ready = get(web, f"/needs/{need}/check", officer).text
    assert all(text in ready for text in ("40 analysts", "30", "fr B2", "Hand it in"))
    assert (
        send(web, officer, f"/needs/{need}/submit", as_shown(ready, f"/needs/{need}/submit")).status_code
        == 303
    )
    kept = row_of(database, need)
    assert (kept.state, kept.urgency, kept.max_days) == ("pending_endorsement", "urgent", 40)
    with database.reading() as session:
        parts = session.exec(select(NeedComponent).where(NeedComponent.need_id == need)).all()
    assert [(one.area, one.experts, one.languages) for one in parts] == [
        ("EXP-DATA", 2, [{"code": "fr", "level": "B2"}])
    ]


def test_faults_stand_at_their_field_and_what_was_typed_stays(database: Database, web: TestClient) -> None:
    """A date that is none and an end before the start are named where they stand; nothing typed is lost."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "draft", officer, handler)
    address = f"/needs/{need}/edit/when"
    form = step_of(web, officer, address) | {"starts_on": "soon", "max_days": "many", "funding_note": "Typed"}
    answer = send(web, officer, address, form)
    made = check(answer, 422)
    assert {"starts_on-fault", "max_days-fault"} <= set(made.all("id"))
    assert all(text in answer.text for text in ('value="soon"', 'value="many"', "Typed"))
    form |= {"starts_on": "2027-06-01", "ends_on": "2027-05-01", "max_days": ""}
    assert "ends_on-fault" in check(send(web, officer, address, form), 422).all("id")
    part = step_of(web, officer, f"/needs/{need}/parts/new") | {
        "experts": "x",
        "level-2": "B2",
        "note": "Typed",
    }
    answer = send(web, officer, f"/needs/{need}/parts/new", part)
    assert "experts-fault" in check(answer, 422).all("id")
    assert "Typed" in answer.text
    first = step_of(web, officer, "/needs/new") | {"title": "x"}
    assert {"title-fault", "desk-fault"} <= set(check(send(web, officer, "/needs/new", first), 422).all("id"))


def test_two_editors_do_not_overwrite_each_other(database: Database, web: TestClient) -> None:
    """The later one is shown both texts, saves again knowingly; other steps are not held up."""
    officer, handler = ministry(database, "GHA"), desk(database)
    aide = colleague(database, officer, "requester_officer")
    need = a_need(database, "draft", officer, handler)
    address = f"/needs/{need}/edit/text"
    mine, theirs = step_of(web, officer, address), step_of(web, aide, address)
    when = step_of(web, aide, f"/needs/{need}/edit/when") | {"ends_on": "2027-05-01"}
    assert send(web, aide, address, theirs | {"context": "Theirs first"}).status_code == 303
    assert send(web, aide, f"/needs/{need}/edit/when", when).status_code == 303
    answer = send(web, officer, address, mine | {"context": "Mine later"})
    check(answer, 409)
    assert "Mine later" in answer.text
    assert "context-standing" in answer.text
    assert "Theirs first" in answer.text
    assert row_of(database, need).context == "Theirs first"
    assert send(web, officer, address, as_shown(answer.text, address)).status_code == 303
    assert row_of(database, need).context == "Mine later"
    first, second = (step_of(web, who, f"/needs/{need}/parts/1") for who in (officer, aide))
    assert send(web, officer, f"/needs/{need}/parts/1", first | {"days": "7"}).status_code == 303
    assert send(web, aide, f"/needs/{need}/parts/1", second | {"days": "9"}).status_code == 409
    gone = {"form_seen": str(second["form_seen"])}
    assert send(web, aide, f"/needs/{need}/parts/1/remove", gone).status_code == 409


def test_a_form_sent_twice_is_one_need(database: Database, web: TestClient) -> None:
    """A double click on the first page makes one draft, and saving a step again as it is changes nothing."""
    officer, handler = ministry(database, "GHA"), desk(database)
    form = step_of(web, officer, "/needs/new") | {"desk": handler.stakeholder_id, "title": "Once and for all"}
    first, second = (send(web, officer, "/needs/new", form).headers["location"] for _ in range(2))
    assert first == second
    need = first.split("/")[2]
    step = step_of(web, officer, f"{first}/text")
    assert send(web, officer, f"{first}/text", step).status_code == 303
    assert row_of(database, need).text_version == 1


def test_searching_keeps_what_was_typed_and_saves_nothing(database: Database, web: TestClient) -> None:
    """Providers are found by name with a button; what was chosen and typed so far is still there."""
    officer, handler, provider = ministry(database, "GHA"), desk(database), pool(database)
    need = a_need(database, "draft", officer, handler)
    address = f"/needs/{need}/edit/readers"
    form = step_of(web, officer, address) | {"find-named_providers": "Invented", "public_summary": "Typed"}
    answer = send(web, officer, address, form | {"look": "named_providers"})
    check(answer)
    assert provider.stakeholder_id in answer.text
    assert "Typed" in answer.text
    assert row_of(database, need).version == 1
    chosen = as_shown(answer.text, address) | {"named_providers": [provider.stakeholder_id]}
    assert send(web, officer, address, chosen | {"public_summary": ""}).status_code == 303
    assert provider.stakeholder_id in get(web, address, officer).text


def test_drafts_look_absent_to_others(database: Database, web: TestClient) -> None:
    """Neither the desk nor another ministry finds a page of a draft; a provider has no first page either."""
    officer, handler, other = ministry(database, "GHA"), desk(database), ministry(database, "KEN")
    need = a_need(database, "draft", officer, handler)
    pages = [f"/needs/{need}/{page}" for page in ("edit", "edit/text", "parts", "parts/1", "check")]
    for who in (handler, other):
        assert [get(web, page, who).status_code for page in pages] == [404] * len(pages)
        assert send(web, who, f"/needs/{need}/edit/text", {"title": "Taken over"}).status_code == 404
    assert get(web, "/needs/new", pool(database)).status_code == 403
    assert get(web, pages[0]).status_code == 401


def test_later_only_what_may_change_can_be_changed(database: Database, web: TestClient) -> None:
    """While the desk waits for an answer the text can be changed; once it is validated, wishes alone."""
    officer, handler = ministry(database, "GHA"), desk(database)
    asked = a_need(database, "clarification_requested", officer, handler)
    assert "edit/text" in get(web, f"/needs/{asked}/edit", officer).text
    assert get(web, f"/needs/{asked}/edit/asking", officer).status_code == 403
    need = a_need(database, "validated", officer, handler)
    assert get(web, f"/needs/{need}/edit/text", officer).status_code == 403
    assert get(web, f"/needs/{need}/edit/wishes", officer).status_code == 200
    assert get(web, f"/needs/{need}/edit", handler).status_code == 403


def test_a_text_with_signs_of_markup_stays_a_text(database: Database, web: TestClient) -> None:
    """What one person typed never becomes part of another one's page, in a conflict either."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "draft", officer, handler)
    form = step_of(web, officer, f"/needs/{need}/edit/text")
    with database.writing() as session:
        said = NeedRevision(context="<script>alert(1)</script>")
        revise_need(session, officer.caller, need, said)
    answer = send(web, officer, f"/needs/{need}/edit/text", form | {"title": "Another title"})
    check(answer, 409)
    assert "<script>" not in answer.text


def test_what_is_chosen_stays_chosen_when_a_step_is_saved(database: Database, web: TestClient) -> None:
    """Every list of the steps has something to choose from, and saving a step elsewhere loses no choice."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.reading() as session:
        group = min(known_codes(session, "beneficiary"))
    need = a_need(database, "draft", officer, handler, beneficiaries=[group], dialogues=["RABAT"])
    address = f"/needs/{need}/edit/when"
    page = get(web, address, officer).text
    assert f'value="{group}" checked' in page
    assert send(web, officer, address, as_shown(page, address) | {"max_days": "9"}).status_code == 303
    assert (row_of(database, need).beneficiaries, row_of(database, need).max_days) == ([group], 9)
    kept = Form([Field("area", "many", "Area")], {"area": ["GONE"]})
    shown = _environment().from_string(
        '{% from "web/fields.html" import fields_of with context %}{{ fields_of(form) }}'
    )
    assert 'value="GONE" checked' in shown.render(form=kept, language="en")
