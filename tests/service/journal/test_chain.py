"""The journal's chains."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from service import clock
from service.caller import OPERATOR, SYSTEM, Caller
from service.database.engines import Database
from service.journal.commands import record
from service.journal.queries import get_journal
from service.journal.rules import BEGINNING, first_broken, link_hash
from service.journal.tables import JournalEntry, JournalText


def _entry(number: int, before: str, event: str, moment: datetime) -> JournalEntry:
    entry = JournalEntry(
        id=f"entry_{number}",
        subject="need:need_1",
        number=number,
        event=event,
        actor="account_1",
        occurred_at=moment,
        text_digest="d",
        previous_hash=before,
        hash="",
    )
    entry.hash = link_hash(entry)
    return entry


def _chain(events: list[str], moment: datetime) -> list[JournalEntry]:
    chain: list[JournalEntry] = []
    for number, event in enumerate(events, start=1):
        chain.append(_entry(number, chain[-1].hash if chain else BEGINNING, event, moment))
    return chain


FIELDS = ["event", "actor", "subject", "text_digest", "previous_hash", "hash", "number"]


@given(
    events=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=6),
    data=st.data(),
)
def test_a_changed_entry_breaks_its_chain(events: list[str], data: st.DataObject) -> None:
    """A whole chain holds; changing any field of any entry is noticed at that entry or the next."""
    chain = _chain(events, datetime.fromisoformat("2027-03-15T09:30:00+00:00"))
    assert first_broken(chain) is None
    place = data.draw(st.integers(0, len(chain) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    value = getattr(chain[place], field)
    setattr(chain[place], field, value + 1 if isinstance(value, int) else value + "x")
    assert first_broken(chain) in {place + 1, place + 2}


def test_a_removed_entry_breaks_its_chain(moment: datetime) -> None:
    """Taking an entry out of the middle of a chain is noticed."""
    chain = _chain(["a", "b", "c"], moment)
    assert first_broken([chain[0], chain[2]]) == 2


def test_a_record_says_who_what_when_and_why(database: Database, moment: datetime) -> None:
    """An entry holds the event, the actor, the moment, the details and the reason, and its chain holds."""
    with database.writing() as session, clock.set_to(moment):
        record(session, SYSTEM, "thing.changed", "thing:1", {"fields": ["name"]}, "It was wrong.")
        record(session, SYSTEM, "thing.closed", "thing:1")
    with database.reading() as session:
        journal = get_journal(session, Caller("account_1"), "thing:1")
    assert journal.chain_holds
    first = journal.entries[0]
    assert (first.event, first.actor, first.occurred_at) == ("thing.changed", "system", moment)
    assert (first.details, first.reason) == ({"fields": ["name"]}, "It was wrong.")


def test_chain_figures_are_for_administrators(database: Database) -> None:
    """Hashes and numbers, which tell how much happens, are shown to administrators only."""
    with database.writing() as session:
        record(session, SYSTEM, "thing.changed", "thing:1")
        others = get_journal(session, Caller("account_1"), "thing:1").entries[0]
        administrators = get_journal(session, OPERATOR, "thing:1").entries[0]
    assert (others.hash, others.number) == (None, None)
    assert administrators.number == 1
    assert administrators.hash


def test_an_erased_text_leaves_the_chain_whole(database: Database) -> None:
    """Erasing what an entry says keeps the chain verifiable and says that it was erased."""
    with database.writing() as session:
        entry = record(session, SYSTEM, "thing.changed", "thing:1", reason="Personal.")
        session.flush()
        session.delete(session.get_one(JournalText, entry.id))
        session.flush()
        journal = get_journal(session, OPERATOR, "thing:1")
    assert journal.chain_holds
    assert journal.entries[0].erased
    assert journal.entries[0].reason is None


def test_an_altered_text_is_noticed(database: Database) -> None:
    """Changing what an entry says, beside the chain, is noticed too."""
    with database.writing() as session:
        entry = record(session, SYSTEM, "thing.changed", "thing:1", reason="True.")
        text = session.get_one(JournalText, entry.id)
        text.reason = "False."
        session.add(text)
        session.flush()
        assert not get_journal(session, OPERATOR, "thing:1").chain_holds


def test_two_writers_of_one_thing_cannot_both_be_next(database: Database) -> None:
    """Two entries with the same place in a thing's chain cannot both be kept."""
    with database.writing() as session:
        record(session, SYSTEM, "thing.changed", "thing:1")
    with database.reading() as session:
        first = session.exec(select(JournalEntry).where(JournalEntry.subject == "thing:1")).one()
    with database.writing() as session:
        session.add(JournalEntry(**first.model_dump() | {"id": "entry_other"}))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
