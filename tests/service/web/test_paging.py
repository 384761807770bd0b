"""Lists in pages."""

import base64
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from service.database.engines import Database
from service.errors import InvalidInput
from service.journal.tables import JournalEntry
from service.settings import Settings
from service.web.paging import SETTINGS, Key, PageAsked, page_of

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


def test_a_cursor_tells_nothing_and_is_of_one_list(database: Database, moment: datetime) -> None:
    """A cursor shows no key, is always the same, and opens neither another list nor when it was changed."""
    _fill(database, [moment, moment])
    query = select(JournalEntry)
    with database.reading() as session:
        made = {page_of(session, query, NEWEST_FIRST, PageAsked(1))[1] for _ in range(2)}
    (cursor,) = made
    assert cursor is not None
    assert b"entry_" not in base64.urlsafe_b64decode(cursor + "==")
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for order, sent in ((NEWEST_FIRST[1:], cursor), (NEWEST_FIRST, changed)):
        with database.reading() as session, pytest.raises(InvalidInput):
            page_of(session, query, order, PageAsked(1, sent))


def test_processes_that_share_a_secret_share_cursors(
    database: Database, app_settings: Settings, moment: datetime
) -> None:
    """A page can be asked of one process and the next one of another."""
    _fill(database, [moment, moment])
    cursors = []
    for folder in ("one", "other"):
        settings = app_settings.model_copy(update={"secret": "s" * 32, "data_dir": Path(folder)})
        with database.reading() as session:
            session.info[SETTINGS] = settings
            cursors.append(page_of(session, select(JournalEntry), NEWEST_FIRST, PageAsked(1))[1])
    assert cursors[0] == cursors[1]
