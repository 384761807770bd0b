"""What is made out of facts is remembered between transactions, and never shown when facts have changed."""

from sqlmodel import Session

from service.caller import OPERATOR
from service.database.engines import Database, once
from service.reference.commands import correct_fact, withdraw_correction
from service.reference.facts import state_names
from service.reference.schemas import Correction
from tests.service.statements import statements_of

SAID = Correction(kind="state", code="GHA", field="name_en", value="Elsewhere", source="A letter")


def _name(session: Session) -> str:
    return state_names(session, "en")["GHA"]


def test_what_was_corrected_is_seen_by_the_next_transaction(database: Database) -> None:
    """A correction and its withdrawal are seen at once, and not by those who began to read before."""
    with database.reading() as before:
        name = _name(before)
        with database.writing() as session:
            correction = correct_fact(session, OPERATOR, SAID).id
            assert _name(session) == "Elsewhere"
        assert _name(before) == name
    with database.reading() as session:
        assert _name(session) == "Elsewhere"
    with database.writing() as session:
        withdraw_correction(session, OPERATOR, correction)
    with database.reading() as session:
        assert _name(session) == name


def test_facts_are_read_once_while_they_stay_the_same(database: Database) -> None:
    """A later transaction asks only whether anything changed, and what it is given is its own to change."""
    with database.reading() as session:
        state_names(session, "en").clear()
    with database.reading() as session, statements_of(session) as sent:
        assert _name(session)
        assert _name(session)
    assert len(sent) == 1


def test_what_is_read_once_ends_with_its_transaction(database: Database) -> None:
    """A reader reads a thing once, again in its next transaction; who writes reads it each time."""
    read: list[int] = []

    def look() -> int:
        read.append(1)
        return len(read)

    with database.reading() as session:
        assert [once(session, "it", look), once(session, "it", look)] == [1, 1]
        session.rollback()
        assert once(session, "it", look) == 2
    with database.writing() as session:
        assert [once(session, "it", look), once(session, "it", look)] == [3, 4]
