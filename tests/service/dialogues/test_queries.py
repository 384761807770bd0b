"""What is shown to whom."""

import pytest

from service.caller import ANYBODY
from service.database.engines import Database
from service.dialogues import commands, queries
from service.dialogues.schemas import AgendaItemAddition, EngagementConsent
from service.errors import NotFound
from service.web.paging import PageAsked
from tests.service import people
from tests.service.statements import statements_of

NEED = "need:need_" + "b" * 32
ALL = queries.EngagementFilter()


def test_an_engagement_is_its_two_sides_own(database: Database) -> None:
    """The requester that consented and the dialogue's secretariat see an engagement; nobody else does."""
    ghana, niger = people.ministry(database), people.ministry(database, "NER")
    prague = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    others = [
        niger,
        people.desk(database, "RABAT", role="dialogue_secretariat"),
        people.desk(database, "PRAGUE"),
        people.colleague(database, ghana, "observer"),
        people.administrator(database),
    ]
    with database.writing() as session:
        consent = EngagementConsent(dialogue="PRAGUE", consents=True)
        row = commands.notify_dialogue(session, ghana.caller, NEED, ghana.stakeholder_id, consent)
        for side in (ghana, prague):
            assert queries.get_engagement(session, side.caller, row.id).subject == NEED
            assert [
                line.id for line in queries.list_engagements(session, side.caller, ALL, PageAsked()).items
            ] == [row.id]
        for caller in (*(other.caller for other in others), ANYBODY):
            assert queries.list_engagements(session, caller, ALL, PageAsked()).items == []
            with pytest.raises(NotFound):
                queries.get_engagement(session, caller, row.id)


def test_a_public_list_takes_two_queries_however_long_it_is(database: Database) -> None:
    """The agenda is public, and its list asks the database as often for 30 items as for one."""
    prague = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    counts = []
    for added in (1, 29):
        with database.writing() as session:
            for number in range(added):
                commands.add_agenda_item(
                    session,
                    prague.caller,
                    "PRAGUE",
                    AgendaItemAddition.model_validate(
                        {"title": f"Item {number}", "theme": "T1", "starts_on": "2027-01-01"}
                    ),
                )
        with database.reading() as session, statements_of(session) as statements:
            page = queries.list_agenda(session, ANYBODY, "PRAGUE", queries.AgendaFilter(), PageAsked())
        counts.append((len(page.items), len(statements)))
    assert counts == [(1, 2), (30, 2)]


def test_an_agenda_is_read_page_by_page_and_narrowed(database: Database) -> None:
    """Pages follow one another without gap or repetition; theme, commitment and words narrow."""
    prague = people.desk(database, "PRAGUE", role="dialogue_secretariat")
    with database.writing() as session:
        for number in range(5):
            topic = {"theme": "T1"} if number % 2 else {"commitment": "T2-01"}
            said = {"title": f"Cycle {number}", "starts_on": f"2027-0{number + 1}-01", **topic}
            commands.add_agenda_item(
                session, prague.caller, "PRAGUE", AgendaItemAddition.model_validate(said)
            )

        def titles(wanted: queries.AgendaFilter) -> list[str]:
            found, cursor = [], None
            while True:
                page = queries.list_agenda(session, ANYBODY, "PRAGUE", wanted, PageAsked(2, cursor))
                found += [line.title for line in page.items]
                if page.next is None:
                    return found
                cursor = page.next

        assert titles(queries.AgendaFilter()) == [f"Cycle {number}" for number in (4, 3, 2, 1, 0)]
        assert titles(queries.AgendaFilter(theme="T1")) == ["Cycle 3", "Cycle 1"]
        assert titles(queries.AgendaFilter(commitment="T2-01", words="cycle 2")) == ["Cycle 2"]
