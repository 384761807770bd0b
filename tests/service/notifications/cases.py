"""News for tests: everything that waits is told, and letters are written and read."""

from datetime import datetime

from sqlmodel import col, select

from service import clock
from service.database.engines import Database
from service.jobs.dispatcher import dispatch_one
from service.jobs.rooms import gather_reactions
from service.mail.tables import Letter
from service.notifications import commands
from service.notifications.mailing import write_due_letters
from service.notifications.queries import list_notices
from service.notifications.schemas import NewsChoice, NoticeView
from service.settings import Settings
from service.web.paging import PageAsked
from tests.service.people import Person

gather_reactions()


def all_told(database: Database) -> None:
    """Let everything be told that waits to be."""
    while dispatch_one(database):
        pass


def inbox_of(database: Database, person: Person) -> list[NoticeView]:
    """Give what a person finds in the inbox, the newest first."""
    with database.reading() as session:
        return list_notices(session, person.caller, PageAsked(), "en").items


def told(database: Database, person: Person) -> list[str]:
    """Give the events of which a person is told, sorted by name."""
    return sorted(notice.event for notice in inbox_of(database, person))


def choose(database: Database, person: Person, kind: str, way: str) -> None:
    """Let a person choose how a kind of news comes."""
    with database.writing() as session:
        choice = NewsChoice.model_validate({"kind": kind, "way": way})
        commands.choose_way(session, person.caller, choice)


def letters_to(database: Database, settings: Settings, person: Person, at: datetime) -> list[Letter]:
    """Write what is due at a moment, and give all letters to a person."""
    with clock.set_to(at):
        write_due_letters(database, settings)
    with database.reading() as session:
        query = select(Letter).where(Letter.about == f"account:{person.account_id}")
        return list(session.exec(query.order_by(col(Letter.queued_at), col(Letter.id))))
