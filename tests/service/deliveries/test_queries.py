"""How the track record is narrowed, and what a round takes of it."""

from datetime import date

import pytest

from service.caller import ANYBODY, OPERATOR
from service.database.engines import Database
from service.deliveries import commands, queries
from service.deliveries.schemas import DeliveryFilter
from service.web.paging import PageAsked
from tests.service import people
from tests.service.deliveries.test_commands import registration
from tests.service.statements import statements_of


@pytest.mark.parametrize(
    ("wanted", "finds"),
    [
        ({"requester": "SEN"}, "first"),
        ({"requester": "FRA"}, ""),
        ({"provider": "FRA"}, "first second"),
        ({"provider": "GEO"}, "second"),
        ({"requester": "SEN", "provider": "GEO"}, ""),
        ({"commitment": "T1-01"}, "second"),
        ({"commitment": "T1-01a"}, "second"),
        ({"theme": "T2"}, "first"),
        ({"dialogue": "PRAGUE"}, "second"),
        ({"year": 2009}, ""),
        ({"year": 2010}, "first"),
        ({"year": 2011}, ""),
        ({"year": 2016}, "second"),
        ({"year": 2018}, "second"),
        ({"status": "in_delivery"}, "second"),
        ({"q": "fraud"}, "first"),
        ({"q": "asyl"}, "second"),
        ({"q": "invented programme"}, "second"),
    ],
)
def test_the_record_is_narrowed(database: Database, wanted: dict[str, object], finds: str) -> None:
    """Each filter finds what it names; a single year is that year, a span holds the years between."""
    with database.writing() as session:
        made = {
            "first": commands.register_delivery(session, OPERATOR, registration()).id,
            "second": commands.register_delivery(
                session,
                OPERATOR,
                registration(
                    topic="Quality control in asylum",
                    requesters=["MDA"],
                    providers=["FRA", "GEO"],
                    commitments=["T1-01a"],
                    year_from=2015,
                    year_to=2018,
                    dialogue="PRAGUE",
                    programme="Invented programme",
                    status="in_delivery",
                ),
            ).id,
        }
        page = queries.list_deliveries(session, ANYBODY, DeliveryFilter(**wanted), PageAsked())  # type: ignore[arg-type]  # a case of the table
        assert {item.id for item in page.items} == {made[name] for name in finds.split()}


def test_who_helped_is_found_by_stakeholder_and_named(database: Database) -> None:
    """Where a stakeholder here is known to have helped, it is named and can be asked for."""
    pool = people.pool(database)
    with database.writing() as session:
        row = commands.register_delivery(session, OPERATOR, registration(parties=[pool.stakeholder_id]))
        commands.register_delivery(session, OPERATOR, registration())
        wanted = DeliveryFilter(party=pool.stakeholder_id)
        (found,) = queries.list_deliveries(session, ANYBODY, wanted, PageAsked()).items
        assert found.id == row.id
        assert [party.id for party in found.parties] == [pool.stakeholder_id]
        assert found.parties[0].name.startswith("Invented")


def test_the_record_asks_as_much_for_many_as_for_one(database: Database) -> None:
    """The number of queries does not grow with the number of entries."""
    pool = people.pool(database)

    def asked() -> tuple[int, int]:
        with database.reading() as session:
            with statements_of(session) as sent:
                queries.list_deliveries(session, ANYBODY, DeliveryFilter(), PageAsked(200))
            with statements_of(session) as taken:
                queries.deliveries_for_round(session)
        return len(sent), len(taken)

    def add(number: int) -> None:
        with database.writing() as session:
            for _ in range(number):
                commands.register_delivery(session, OPERATOR, registration(parties=[pool.stakeholder_id]))

    add(1)
    before = asked()
    add(12)
    assert asked() == before
    assert before[0] <= 7
    assert before[1] <= 6


def test_a_round_takes_what_was_really_given_by_its_day(database: Database) -> None:
    """Cancelled work and what began after the day of the round teach it nothing; what has no year counts."""
    with database.writing() as session:
        for more in (
            {"topic": "Long ago"},
            {"topic": "Without a year", "year_from": None},
            {"topic": "Under way", "status": "in_delivery", "year_from": 2020},
            {"topic": "Called off", "status": "cancelled"},
            {"topic": "Later", "year_from": 2021},
        ):
            commands.register_delivery(session, OPERATOR, registration(**more), rating=0.5)
        taken = queries.deliveries_for_round(session, date(2020, 1, 1))
    assert {item.text for item in taken} == {"Long ago", "Without a year", "Under way"}
    told = next(item for item in taken if item.text == "Long ago")
    assert (told.requesters, told.providers, told.commitments) == (("MLI", "SEN"), ("FRA",), ("T2-01",))
    assert (told.areas, told.modalities, told.parties) == ((), (), ())
    assert (told.year_from, told.year_to, told.rating) == (2010, None, 0.5)
