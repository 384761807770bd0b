"""Hourly roots over the heads of the journal's chains, and the check of all that it holds."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select, update

from service import clock
from service.caller import SYSTEM
from service.database.engines import Database
from service.journal.commands import record
from service.journal.roots import make_root, verify
from service.journal.rules import BEGINNING, link_hash
from service.journal.tables import JournalEntry, JournalRoot, JournalRootHead, JournalText

HOUR = timedelta(hours=1)


def _filled(session: Session, moment: datetime) -> None:
    """Write two chains, with a root after each of two hours."""
    for hour in range(2):
        with clock.set_to(moment + hour * HOUR):
            for thing in ("thing:1", "thing:2"):
                record(session, SYSTEM, "thing.changed", thing, {"hour": hour})
                record(session, SYSTEM, "thing.looked_at", thing)
            assert make_root(session)


def test_a_root_stands_for_what_grew_since_the_last_one(database: Database, moment: datetime) -> None:
    """An hourly root stands for the heads of the chains that grew, and is chained to the one before."""
    with database.writing() as session:
        with clock.set_to(moment):
            assert verify(session).last_root == BEGINNING
        _filled(session, moment)
        with clock.set_to(moment + 1.5 * HOUR):
            record(session, SYSTEM, "thing.changed", "thing:2")
            assert make_root(session) is None, "an hour has not passed"
        with clock.set_to(moment + 2 * HOUR):
            root = make_root(session)
            assert root
        with clock.set_to(moment + 5 * HOUR):
            assert make_root(session) is None, "nothing grew"
        heads = session.exec(
            select(JournalRootHead.subject, JournalRootHead.number).where(JournalRootHead.root == 3)
        ).all()
        assert heads == [("thing:2", 5)]
        found = verify(session)
        assert (found.holds, found.roots, found.last_root) == (True, 3, root.hash)


def test_a_chain_that_was_written_anew_is_noticed(database: Database, moment: datetime) -> None:
    """Who rewrites a whole chain, hashes and all, leaves it whole but not what its root was made from."""
    with database.writing() as session:
        _filled(session, moment)
        before = BEGINNING
        for entry in session.exec(
            select(JournalEntry).where(JournalEntry.subject == "thing:1").order_by(col(JournalEntry.number))
        ):
            entry.actor, entry.previous_hash = "somebody_else", before
            entry.hash = before = link_hash(entry)
        session.flush()
        assert verify(session).broken == ["root 1", "root 2"]


def test_an_end_that_was_cut_off_is_noticed(database: Database, moment: datetime) -> None:
    """A chain without its last entries still holds in itself, and no longer what a root stands for."""
    with database.writing() as session:
        _filled(session, moment)
        gone = select(JournalEntry.id).where(JournalEntry.subject == "thing:1", JournalEntry.number > 2)
        session.exec(delete(JournalText).where(col(JournalText.entry_id).in_(gone)))
        session.exec(
            delete(JournalEntry).where(col(JournalEntry.subject) == "thing:1", col(JournalEntry.number) > 2)
        )
        assert verify(session).broken == ["root 2"]


def test_a_changed_entry_a_changed_text_and_a_changed_root_are_noticed(
    database: Database, moment: datetime
) -> None:
    """The check names each thing whose chain or text was changed, and each root that was."""
    with database.writing() as session:
        _filled(session, moment)
        session.exec(
            update(JournalEntry)
            .where(col(JournalEntry.subject) == "thing:1", col(JournalEntry.number) == 1)
            .values(event="thing.invented")
        )
        assert verify(session).broken == ["thing:1"]
        session.exec(
            update(JournalText)
            .where(
                col(JournalText.entry_id).in_(
                    select(JournalEntry.id).where(JournalEntry.subject == "thing:2")
                )
            )
            .values(reason="Invented.")
        )
        assert verify(session).broken == ["thing:1", "thing:2"]
        session.exec(update(JournalRoot).where(col(JournalRoot.number) == 2).values(made_at=moment))
        assert verify(session).broken[-1] == "root 2"
