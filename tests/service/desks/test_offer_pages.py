"""Registering an offer on pages and all that can be done with it; wishes and names stay with its side."""

from fastapi.testclient import TestClient
from sqlmodel import select

from service.database.engines import Database
from service.offers.links import links_of
from service.offers.tables import Offer, OfferPerson, OfferWish
from tests.service.desks.reading import check, get
from tests.service.desks.test_drafting_pages import Fields, as_shown, send, step_of
from tests.service.people import Person, administrator, colleague, desk, ministry, pool


def begun(web: TestClient, manager: Person, **more: str) -> str:
    """Register an offer on the first page and return its id."""
    form = step_of(web, manager, "/offers/new") | {"title": "Peer review of a return system"} | more
    return send(web, manager, "/offers/new", form).headers["location"].split("/")[2]


def kept(web: TestClient, who: Person, address: str, **fields: str | list[str]) -> int:
    """Open a form, fill it in as a browser would, send it, and return the status."""
    form: Fields = step_of(web, who, address) | fields
    return send(web, who, address, form).status_code


def row_of(database: Database, offer: str) -> Offer:
    """Give the row of an offer."""
    with database.reading() as session:
        return session.get_one(Offer, offer)


def test_a_pool_registers_an_offer_and_leads_it_through_its_life(database: Database, web: TestClient) -> None:
    """Every step keeps what it says; then handing in, authorising, hold, resume, reconfirm, withdraw."""
    manager = pool(database)
    assert '<a href="/offers/new">' in get(web, "/", manager).text
    offer = begun(web, manager)
    edit, moves = f"/offers/{offer}/edit", f"/offers/{offer}/moves"
    assert (
        kept(web, manager, f"{edit}/text", description="Seven years of it.", modalities=["MOD-PEER"]) == 303
    )
    area = {
        "area-1": "EXP-RET",
        "proficiency-1": "advanced",
        "evidence-1": "self_declared",
        "area-3": "EXP-DATA",
    }
    assert kept(web, manager, f"{edit}/expertise", **area) == 303
    assert kept(web, manager, f"{edit}/languages", **{"language-1": "fr", "level-1": "C1"}) == 303
    assert kept(web, manager, f"{edit}/capacity", capacity="2", months=["3", "11"]) == 303
    assert kept(web, manager, f"{edit}/conditions", cost_per_day="350.5", cost_currency="EUR") == 303
    assert kept(web, manager, f"{edit}/where", targets=["GHA"]) == 303
    assert kept(web, manager, f"{edit}/readers", confidentiality="all_states") == 303
    row = row_of(database, offer)
    assert (row.capacity, row.months, row.cost_per_day, row.confidentiality) == (
        2,
        [3, 11],
        350.5,
        "all_states",
    )
    with database.reading() as session:
        links = links_of(session, [offer])[offer]
    assert [(one.area, one.evidence) for one in links.expertise] == [
        ("EXP-DATA", None),
        ("EXP-RET", "self_declared"),
    ]
    check(get(web, f"/offers/{offer}", manager))
    for verb in ("submit", "authorise", "hold", "resume", "reconfirm"):
        assert f"{moves}/{verb}" in get(web, f"/offers/{offer}", manager).text
        assert kept(web, manager, f"{moves}/{verb}") == 303
    assert row_of(database, offer).state == "active"
    listed = get(web, "/offers?area=EXP-RET&q=peer", ministry(database, "KEN"))
    check(listed)
    assert offer in listed.text
    assert kept(web, manager, f"{moves}/withdraw", reason="No staff any more.") == 303
    assert kept(web, manager, f"{moves}/hold") == 409


def test_faults_stand_in_their_row_and_two_editors_see_each_other(
    database: Database, web: TestClient
) -> None:
    """A wrong number, an area named twice, a late editor are told in their place; what was typed stays."""
    manager = pool(database)
    offer = begun(web, manager)
    first = step_of(web, manager, f"/offers/{offer}/edit/expertise")
    late = first | {"area-1": "EXP-DATA"}
    twice = first | {"area-1": "EXP-RET", "area-3": "EXP-RET"}
    answer = send(web, manager, f"/offers/{offer}/edit/expertise", twice)
    assert "area-3-fault" in check(answer, 422).all("id")
    assert (
        send(web, manager, f"/offers/{offer}/edit/expertise", first | {"area-1": "EXP-RET"}).status_code
        == 303
    )
    assert "area-1-standing" in check(send(web, manager, f"/offers/{offer}/edit/expertise", late), 409).all(
        "id"
    )
    address = f"/offers/{offer}/edit/conditions"
    wrong = step_of(web, manager, address) | {"cost_per_day": "dear", "cost_currency": "euro"}
    answer = send(web, manager, address, wrong)
    assert {"cost_per_day-fault", "cost_currency-fault"} <= set(check(answer, 422).all("id"))
    assert 'value="dear"' in answer.text


def test_who_a_named_expert_is_and_wishes_stay_with_the_provider(database: Database, web: TestClient) -> None:
    """They are recorded, shown, declared and erased by its own people; to the desk nothing shows."""
    manager, handler, unwanted = pool(database), desk(database), ministry(database, "KEN")
    offer = begun(web, manager, kind="named_expert")
    moves = f"/offers/{offer}/moves"
    assert kept(web, manager, f"/offers/{offer}/edit/expertise", **{"area-1": "EXP-RET"}) == 303
    assert kept(web, manager, f"/offers/{offer}/edit/readers", desk=handler.stakeholder_id) == 303
    assert kept(web, manager, f"{moves}/record-person", name="Example Person") == 303
    assert "Example Person" in send(web, manager, f"/offers/{offer}/person", {}).text
    address = f"{moves}/declare-wishes"
    looked = send(
        web,
        manager,
        address,
        step_of(web, manager, address) | {"find-refuses": "Invented", "look": "refuses"},
    )
    chosen = as_shown(looked.text, address) | {"refuses": [unwanted.stakeholder_id]}
    assert send(web, manager, address, chosen).status_code == 303
    with database.reading() as session:
        assert [one.stakeholder_id for one in session.exec(select(OfferWish))] == [unwanted.stakeholder_id]
    assert kept(web, manager, f"{moves}/submit") == 303
    seen = get(web, f"/offers/{offer}", handler)
    check(seen)
    assert "Example Person" not in seen.text
    assert "declare-wishes" not in seen.text
    assert get(web, address, handler).status_code == 403
    assert send(web, handler, f"/offers/{offer}/person", {}).status_code == 403
    assert (
        kept(web, handler, f"{moves}/assess-expertise", area="EXP-RET", evidence="document_verified") == 303
    )
    chief = colleague(database, manager, "provider_focal_point")
    assert kept(web, manager, f"{moves}/authorise") == 403
    assert kept(web, chief, f"{moves}/authorise") == 303
    assert kept(web, chief, f"{moves}/erase-person") == 303
    with database.reading() as session:
        assert not session.exec(select(OfferPerson)).all()


def test_offers_look_absent_to_others(database: Database, web: TestClient) -> None:
    """A draft has no page and no form for anybody else; who offers nothing cannot begin."""
    manager, other = pool(database), ministry(database, "KEN")
    offer = begun(web, manager)
    pages = [f"/offers/{offer}{page}" for page in ("", "/edit/text", "/moves/withdraw")]
    assert [get(web, page, other).status_code for page in pages] == [404] * len(pages)
    assert send(web, other, pages[1], {"title": "Taken over"}).status_code == 404
    assert send(web, other, pages[2], {}).status_code == 404
    assert get(web, "/offers/new", other).status_code == 403
    assert offer not in get(web, "/offers", other).text


def test_an_administrator_enters_what_was_offered_in_public(database: Database, web: TestClient) -> None:
    """Found by name, ticked, entered with its source; others have no such page."""
    keeper, provider = administrator(database), pool(database)
    form = step_of(web, keeper, "/offers/import") | {
        "find-provider": "pool",
        "title": "Study visit",
        "source": "no",
    }
    looked = send(web, keeper, "/offers/import", form | {"look": "provider"})
    form = as_shown(looked.text, "/offers/import") | {"provider": [provider.stakeholder_id]}
    answer = send(web, keeper, "/offers/import", form)
    assert "source-fault" in check(answer, 422).all("id")
    form |= {"source": "https://pool.example/visit"}
    assert send(web, keeper, "/offers/import", form).status_code == 303
    assert "Study visit" in get(web, "/offers").text
    assert get(web, "/offers/import", provider).status_code == 403
