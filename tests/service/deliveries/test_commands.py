"""What commands do to the track record."""

import csv
from importlib import resources

from service.caller import OPERATOR
from service.database.engines import Database
from service.deliveries import commands, queries
from service.web.paging import PageAsked


def test_the_documented_cases_are_taken_once(database: Database) -> None:
    """Every real case in which help was given goes in as a row, and a second run adds nothing."""
    file = resources.files("service.reference") / "data" / "real_cases.csv"
    with file.open(encoding="utf-8") as text:
        rows = [row for row in csv.DictReader(text) if row["status"] not in {"requested", "agreed"}]
    for _ in range(2):
        with database.writing() as session:
            for row in rows:
                commands.import_delivery(session, OPERATOR, row, demonstration=True)
    with database.reading() as session:
        wanted = queries.DeliveryFilter()
        page = queries.list_deliveries(session, OPERATOR, wanted, PageAsked(limit=200))
    assert len(page.items) == len(rows) > 70
