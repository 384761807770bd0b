"""Lists in pages."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from service.database.engines import Database
from service.errors import InvalidInput
from service.journal.tables import JournalEntry
from service.web.paging import Key, PageAsked, page_of

NEWEST_FIRST = [
    Key(col(JournalEntry.occurred_at), "occurred_at", descending=True),
    Key(col(JournalEntry.id), "id"),
]


def _fill(database: Database, moments: list[datetime]) -> None:
    with database.writing() as session:
        for number, moment in enumerate(moments, start=1):
            session.add(
                JournalEntry(
                    id=f"entry_{number:03}",
                    subject="thing:paged",
                    number=number,
                    event="thing.paged",
                    actor="somebody",
                    occurred_at=moment,
                    text_digest="",
                    previous_hash="",
                    hash="",
                )
            )


def _walk(database: Database, limit: int) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        with database.reading() as session:
            query = select(JournalEntry).where(JournalEntry.subject == "thing:paged")
            rows, cursor = page_of(session, query, NEWEST_FIRST, PageAsked(limit, cursor))
        seen += [row.id for row in rows]
        if cursor is None:
            return seen


@given(
    minutes=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    limit=st.integers(1, 5),
)
def test_pages_hold_every_row_once_in_order(
    database: Database, moment: datetime, minutes: list[int], limit: int
) -> None:
    """Walking the pages shows every row once and in order, also where many share a moment."""
    with database.writing() as session:
        for row in session.exec(select(JournalEntry).where(JournalEntry.subject == "thing:paged")):
            session.delete(row)
    _fill(database, [moment + timedelta(minutes=minute) for minute in minutes])
    with database.reading() as session:
        query = select(JournalEntry.id).where(JournalEntry.subject == "thing:paged")
        whole = list(session.exec(query.order_by(col(JournalEntry.occurred_at).desc(), col(JournalEntry.id))))
    assert _walk(database, limit) == whole


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "bnVsbA", "\u00e9"])
def test_a_cursor_of_something_else_is_refused(database: Database, cursor: str) -> None:
    """A cursor that is not this list's is refused by name, not answered with a wrong page."""
    with database.reading() as session, pytest.raises(InvalidInput) as refusal:
        page_of(session, select(JournalEntry), NEWEST_FIRST, PageAsked(5, cursor))
    assert refusal.value.faults()[0].field == "cursor"
