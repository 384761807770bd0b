"""The calendar of a pool: who is free, asked for, held or booked, and who is to be reconfirmed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from service import clock
from service.database.engines import Database
from service.errors import NotFound
from service.matches import bookings
from service.matches.tables import Seat
from service.offers.tables import Offer
from service.pools import rules
from service.pools.queries import get_calendar, is_due_by
from service.pools.schemas import CalendarFilter, CalendarView
from service.pools.tables import PoolReference
from service.web.paging import PageAsked
from tests.service import people
from tests.service.desks.reading import check, get
from tests.service.desks.test_drafting_pages import send
from tests.service.matches.cases import a_team
from tests.service.offers.cases import an_offer, brought_to
from tests.service.people import Person
from tests.service.statements import statements_of_all

GIVEN = rules.Given("active", 2, [3, 4, 5], date(2027, 4, 10), date(2027, 6, 1))


def calendar(session: Session, who: Person, limit: int = 50, **wanted: Any) -> CalendarView:
    """Read the calendar of a person's own pool."""
    asked = CalendarFilter(**{"months": 6, **wanted})
    return get_calendar(session, who.caller, who.stakeholder_id, asked, PageAsked(limit))


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2027-03", "closed"), ("2027-04", "free"), ("2027-05", "free"), ("2027-06", "closed")],
)
def test_an_offer_can_be_had_in_its_own_months(month: str, expected: str) -> None:
    """The months that it names count, and the days from which and until which it stands."""
    assert rules.month_of(GIVEN, rules.Taken({}, {}, {}), month).state == expected


def test_what_is_taken_goes_before_what_is_said() -> None:
    """A booking shows in a month that was closed since; what is only asked for leaves all of it."""
    taken = rules.Taken({"2027-04": 1}, {"2027-05": 2}, {"2027-03": 1})
    months = [rules.month_of(GIVEN, taken, month) for month in ("2027-03", "2027-04", "2027-05")]
    assert [(one.state, one.left) for one in months] == [("booked", 1), ("asked", 2), ("held", 0)]
    assert rules.is_free(months, {"2027-04"})
    assert not rules.is_free(months, {"2027-04", "2027-05"})


def test_seats_show_from_the_question_to_the_booking(database: Database, moment: datetime) -> None:
    """A seat that nobody was asked for is not there; asked for, held and booked follow its life."""
    team = a_team(database, offer={"capacity": 2, "months": [4, 5]})
    manager, seat_id = team.pools[0], team.seats[0]

    def states(session: Session) -> list[str]:
        return [one.state for one in calendar(session, manager).items[0].months]

    with clock.set_to(moment), database.writing() as session:
        seat = session.get_one(Seat, seat_id)
        assert states(session) == ["closed", "free", "free", "closed", "closed", "closed"]
        seat.state, seat.offered_at = "offered", moment
        session.add(seat)
        session.flush()
        assert states(session) == ["closed", "asked", "asked", "closed", "closed", "closed"]
        seat.state = "accepted"
        session.add(seat)
        bookings.hold_capacity(session, seat, 2, ["2027-05"])
        assert states(session) == ["closed", "free", "held", "closed", "closed", "closed"]
        seat.state = "confirmed"
        session.add(seat)
        bookings.commit_booking(session, seat)
        row = calendar(session, manager).items[0]
        assert [one.state for one in row.months][:3] == ["closed", "free", "booked"]
        assert (row.months[2].left, row.months[2].seats, row.months[1].seats) == (1, [seat_id], [])


def test_a_calendar_is_narrowed_and_comes_in_pages(database: Database, moment: datetime) -> None:
    """By words, by the pool's own reference, by area and language, by a free period; in a fixed order."""
    manager = people.pool(database)
    with clock.set_to(moment), database.writing() as session:
        first = brought_to(session, "active", manager, title="Analysis of data", months=[4])
        second = brought_to(
            session, "active", manager, title="Border review", expertise=[{"area": "EXP-DATA"}],
            languages=[{"code": "fr"}],
        )  # fmt: skip
        brought_to(session, "withdrawn", manager, title="Gone")
        session.add(PoolReference(stakeholder_id=manager.stakeholder_id, reference="B-2", offer_id=second.id))
        session.flush()

        def found(**wanted: Any) -> list[str]:
            return [row.title for row in calendar(session, manager, **wanted).items]

        assert found() == [first.title, second.title]
        assert found(q="border") == found(q="B-2") == found(area="EXP-DATA") == [second.title]
        assert found(language="fr") == [second.title]
        assert found(free_from="2027-04") == [first.title, second.title]
        assert found(free_from="2027-04", free_until="2027-05") == [second.title]
        page = calendar(session, manager, limit=1)
        assert (page.offers, [row.title for row in page.items]) == (2, [first.title])
        rest = get_calendar(
            session, manager.caller, manager.stakeholder_id, CalendarFilter(), PageAsked(1, page.next)
        )
        assert [(row.title, row.reference) for row in rest.items] == [(second.title, "B-2")]


def test_only_the_pools_own_people_see_it(database: Database, web: TestClient) -> None:
    """To another pool, a colleague without that duty, a desk and an administrator there is none."""
    manager = people.pool(database)
    an_offer(database, "active", manager)
    strangers = [
        people.pool(database, "MAR"), people.colleague(database, manager, "observer"), people.desk(database),
        people.administrator(database),
    ]  # fmt: skip
    path = f"/api/v1/pools/{manager.stakeholder_id}/calendar"
    assert web.get(path, headers=manager.headers).json()["offers"] == 1
    absent = web.get(path.replace(manager.stakeholder_id, "stakeholder_" + "0" * 32), headers=manager.headers)
    for stranger in strangers:
        answer = web.get(path, headers=stranger.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, absent.json()["code"])
        assert get(web, f"/pools/{manager.stakeholder_id}", stranger).status_code == 404
    with database.reading() as session, pytest.raises(NotFound):
        calendar(session, Person("", manager.stakeholder_id, "", "", strangers[0].caller))


def test_what_is_due_is_the_same_in_the_rule_and_in_the_query(database: Database, moment: datetime) -> None:
    """From a month before it goes stale on, an offer waits for a word; imported ones by their own day."""
    manager = people.pool(database)
    with clock.set_to(moment):
        offer_id = an_offer(database, "active", manager)
    with database.writing() as session:
        for days, expected in ((330, False), (336, True), (366, True)):
            with clock.set_to(moment + timedelta(days=days)):
                row = calendar(session, manager).items[0]
                by_query = session.exec(
                    Offer.__table__.select().with_only_columns(Offer.id).where(is_due_by(clock.now()))  # type: ignore[attr-defined]
                ).all()
                assert (row.is_due, bool(by_query)) == (expected, expected), days
        assert row.offer == offer_id


def test_a_large_pool_takes_no_more_statements(database: Database, web: TestClient) -> None:
    """The page of a pool asks the database as often for many offers as for two."""
    manager = people.pool(database)
    with database.writing() as session:
        for number in range(2):
            brought_to(session, "active", manager, title=f"Offer {number}")
    get(web, f"/pools/{manager.stakeholder_id}", manager)
    with statements_of_all(database) as few:
        check(get(web, f"/pools/{manager.stakeholder_id}", manager))
    with database.writing() as session:
        for number in range(2, 12):
            brought_to(session, "active", manager, title=f"Offer {number}")
    with statements_of_all(database) as many:
        answer = get(web, f"/pools/{manager.stakeholder_id}", manager)
    assert answer.text.count('name="offers"') == 12
    assert len(many) == len(few)


def test_several_offers_are_moved_at_once(database: Database, web: TestClient) -> None:
    """One for which there is no such move stays as it is and says why; others' offers are refused."""
    manager = people.pool(database)
    active, draft = an_offer(database, "active", manager), an_offer(database, "draft", manager)
    foreign = an_offer(database, "active", people.pool(database, "MAR"))
    path = f"/api/v1/pools/{manager.stakeholder_id}/move-offers"
    answer = web.post(path, headers=manager.headers, json={"move": "hold", "offers": [active, draft]})
    assert [(one["offer"], one["is_done"], one["code"]) for one in answer.json()["items"]] == [
        (active, True, None), (draft, False, "wrong_move"),
    ]  # fmt: skip
    refused = web.post(path, headers=manager.headers, json={"move": "hold", "offers": [active, foreign]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "offers")
    page = f"/pools/{manager.stakeholder_id}"
    assert get(web, "/pool", manager).url.path == page
    sent = send(web, manager, f"{page}/move-offers", {"move": "resume", "offers": [active]})
    assert (sent.status_code, sent.headers["location"]) == (303, page)
    assert send(web, manager, f"{page}/move-offers", {"move": "resume"}).status_code == 422
    with database.reading() as session:
        assert session.get_one(Offer, active).state == "active"
