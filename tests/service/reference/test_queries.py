"""Reading the reference data: filters, days, names, and how many statements that takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from service.caller import ANYBODY, OPERATOR
from service.database.engines import Database
from service.errors import NotFound
from service.reference import queries
from service.reference.commands import correct_fact
from service.reference.schemas import CommitmentFilter, Correction, DialogueFilter, StateFilter
from service.texts import LANGUAGES
from service.web.paging import PageAsked

ALL = PageAsked(200)
Ask = Callable[[Session], Any]


def states(session: Session, **wanted: Any) -> set[str]:
    """Give the ISO codes of the states that a filter lets through."""
    page = queries.list_states(session, ANYBODY, ALL, "en", StateFilter(**wanted))
    return {row.iso3 for row in page.items}


def dialogues(session: Session, **wanted: Any) -> set[str]:
    """Give the codes of the dialogues that a filter lets through."""
    page = queries.list_dialogues(session, ANYBODY, ALL, "en", DialogueFilter(**wanted))
    return {row.code for row in page.items}


def commitments(session: Session, **wanted: Any) -> set[str]:
    """Give the codes of the commitments that a filter lets through."""
    page = queries.list_commitments(session, ANYBODY, ALL, "en", CommitmentFilter(**wanted))
    return {row.code for row in page.items}


def test_filters_of_states_mean_what_the_facts_say(database: Database) -> None:
    """Each filter lets through exactly the states whose facts hold, and they combine."""
    with database.reading() as session:
        facts = queries.state_facts(session)
        for name in ("ldc", "lldc", "sids"):
            assert states(session, **{name: True}) == {row.code for row in facts if getattr(row, name)}
        oceania = {row.code for row in facts if row.region == "Oceania"}
        assert states(session, region="Oceania", ldc=False) == {
            row.code for row in facts if row.code in oceania and not row.ldc
        }
        assert states(session, language="uz") == {
            row.code for row in facts if any(tag.split("-")[0] == "uz" for tag in row.languages)
        }
        low = {row.code for row in facts if row.income == "low"}
        assert states(session, income="low", region="Africa") == {
            row.code for row in facts if row.code in low and row.region == "Africa"
        }


def test_states_are_found_by_their_groups_and_their_names(database: Database) -> None:
    """By dialogue, by regional body, and by the beginning of a name in any of the languages."""
    with database.reading() as session:
        assert {"GHA", "FRA"} <= states(session, dialogue="RABAT")
        assert "GHA" in states(session, regional_body="ECOWAS")
        assert "MLI" not in states(session, regional_body="ECOWAS")
        assert states(session, dialogue="NOWHERE") == set()
        for words in ("Azerb", "azerbaïd", "Азерб", "أذربيجان", "阿塞拜疆", "AZE"):
            assert states(session, q=words) == {"AZE"}
        assert states(session, q="...") == set()


def test_a_code_is_unique_only_with_its_kind(database: Database) -> None:
    """CAN is Canada among states and the Andean Community among regional bodies."""
    with database.reading() as session:
        assert queries.get_state(session, ANYBODY, "CAN", "en").name == "Canada"
        assert queries.get_regional_body(session, ANYBODY, "CAN", "en").name == "Andean Community"


def test_filters_of_commitments_and_dialogues_combine(database: Database) -> None:
    """What two filters let through is what each of them lets through."""
    with database.reading() as session:
        assert commitments(session, theme="T1", framework="CRC") == commitments(
            session, theme="T1"
        ) & commitments(session, framework="CRC")
        assert commitments(session, objective=13, theme="T1") == {
            code
            for code in commitments(session, theme="T1")
            if 13 in queries.get_commitment(session, ANYBODY, code, "en").objectives
        }
        assert "T1-02" in commitments(session, q="detention alternatives")
        assert dialogues(session, theme="T2", state="GHA") == dialogues(session, theme="T2") & dialogues(
            session, state="GHA"
        )
        assert dialogues(session, commitment="T2-03") <= dialogues(session, theme="T2")
        assert "PRAGUE" in dialogues(session, q="prague")
        assert dialogues(session, status="concluded") == {
            group.code for group in queries.group_facts(session) if group.status == "concluded"
        }


def test_frameworks_and_bodies_can_be_narrowed_down(database: Database) -> None:
    """By theme and kind, by state and linked dialogue."""
    with database.reading() as session:
        treaties = queries.list_frameworks(session, ANYBODY, ALL, "en", theme="T1", kind="treaty").items
        assert "CRC" in {row.code for row in treaties}
        assert all(row.kind == "treaty" and "T1" in row.themes for row in treaties)
        bodies = queries.list_regional_bodies(
            session, ANYBODY, ALL, "en", state="GHA", dialogue="RABAT"
        ).items
        assert {row.code for row in bodies} == {"AU", "ECOWAS"}


def test_a_commitment_comes_with_what_it_rests_on(database: Database) -> None:
    """Its sub-points, frameworks and objectives are those that the lists give too."""
    with database.reading() as session:
        shown = queries.get_commitment(session, ANYBODY, "T1-01", "en")
        assert shown.parts == ["T1-01a", "T1-01b"]
        assert "T1-01" in commitments(session, framework=shown.frameworks[0].code)
        objectives = queries.list_objectives(session, ANYBODY, ALL, "en").items
        assert {row.number for row in objectives if "T1-01" in row.commitments} == set(shown.objectives)
        themes = queries.list_themes(session, ANYBODY, ALL, "en").items
        assert {row.code for row in shown.frameworks} <= set(themes[0].frameworks)


def test_a_state_is_named_in_every_language(database: Database) -> None:
    """Names are the United Nations' in six languages, and Portuguese beside them."""
    with database.reading() as session:
        names = {language: queries.state_names(session, language)["CIV"] for language in LANGUAGES}
        assert names["en"] == "Côte d'Ivoire"
        assert len({*names.values()}) >= 5
        shown = queries.get_state(session, ANYBODY, "CIV", "ru")
        assert shown.name == names["ru"] == shown.names["ru"]
        assert shown.names == names


@pytest.mark.parametrize(("day", "role"), [(date(2025, 1, 28), "member"), (date(2025, 1, 30), "withdrawn")])
def test_memberships_are_read_as_of_a_day(database: Database, day: date, role: str) -> None:
    """Three states left ECOWAS on 29 January 2025; a round of the day before still counts them."""
    with database.reading() as session:
        roles = {
            place.state: place.role
            for place in queries.list_memberships(session, day)
            if (place.kind, place.group) == ("regional_body", "ECOWAS")
        }
    assert {roles[iso3] for iso3 in ("MLI", "BFA", "NER")} == {role}


def test_who_joined_later_was_no_member_before(database: Database) -> None:
    """Timor-Leste joined ASEAN on 26 October 2025."""
    with database.reading() as session:
        for day, is_member in ((date(2025, 10, 25), False), (date(2025, 10, 26), True)):
            places = queries.list_memberships(session, day)
            assert (("ASEAN", "TLS") in {(row.group, row.state) for row in places}) is is_member


def test_a_place_without_a_capital_has_its_middle(database: Database) -> None:
    """Distances can be taken to every state, also where no capital is named."""
    with database.reading() as session:
        facts = {row.code: row for row in queries.state_facts(session)}
        shown = queries.get_state(session, ANYBODY, "PSE", "en")
    assert shown.capital is None
    assert (facts["PSE"].latitude, facts["PSE"].longitude) == (shown.centroid_lat, shown.centroid_lon)


def test_facts_for_rounds_close_over_each_other(database: Database) -> None:
    """Whatever code one fact names, another fact declares."""
    with database.reading() as session:
        known = queries.known_codes(session, "commitment")
        assert {row.code for row in queries.commitment_facts(session)} == known
        assert all(set(area.commitments) <= known for area in queries.area_facts(session))
        groups = {(group.kind, group.code) for group in queries.group_facts(session)}
        iso3 = {row.code for row in queries.state_facts(session)}
        for place in queries.list_memberships(session, date(2027, 1, 1)):
            assert (place.kind, place.group) in groups
            assert place.state in iso3


def test_known_codes_are_those_of_one_list_or_kind(database: Database) -> None:
    """Other rooms check what is entered against them; an unknown list has no codes."""
    with database.reading() as session:
        assert queries.known_codes(session, "urgency") == {"emergency", "urgent", "priority", "routine"}
        assert queries.known_codes(session, "theme") == {"T1", "T2", "T3", "T4", "T5"}
        assert len(queries.known_codes(session, "dialogue")) == 22
        assert queries.known_codes(session, "nothing") == set()
        assert next(iter(queries.code_labels(session, "proficiency", "en"))) == "awareness"


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: queries.get_state(session, ANYBODY, "XXX", "en"),
        lambda session: queries.get_commitment(session, ANYBODY, "T9-99", "en"),
        lambda session: queries.get_dialogue(session, ANYBODY, "NOWHERE", "en"),
        lambda session: queries.get_regional_body(session, ANYBODY, "NOWHERE", "en"),
        lambda session: queries.list_codes(session, ANYBODY, "nothing", ALL, "en"),
    ],
)
def test_what_is_not_there_is_not_found(database: Database, ask: Ask) -> None:
    """An unknown code is told as such."""
    with database.reading() as session, pytest.raises(NotFound):
        ask(session)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements that a session sends."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


EVERYTHING = StateFilter(
    "Africa", "Sub-Saharan Africa", "un_member", "low", language="fr", dialogue="RABAT", q="b"
)


@pytest.mark.parametrize(
    ("ask", "bound"),
    [
        (lambda session: queries.list_themes(session, ANYBODY, ALL, "en"), 2),
        (lambda session: queries.list_commitments(session, ANYBODY, ALL, "en", CommitmentFilter(q="a")), 2),
        (lambda session: queries.get_commitment(session, ANYBODY, "T1-01", "en"), 6),
        (lambda session: queries.list_frameworks(session, ANYBODY, ALL, "en"), 3),
        (lambda session: queries.list_objectives(session, ANYBODY, ALL, "en"), 2),
        (lambda session: queries.list_states(session, ANYBODY, ALL, "en", StateFilter()), 2),
        (lambda session: queries.list_states(session, ANYBODY, ALL, "en", EVERYTHING), 6),
        (lambda session: queries.get_state(session, ANYBODY, "GHA", "en"), 10),
        (lambda session: queries.list_dialogues(session, ANYBODY, ALL, "en", DialogueFilter()), 2),
        (lambda session: queries.get_dialogue(session, ANYBODY, "RABAT", "en"), 6),
        (lambda session: queries.list_regional_bodies(session, ANYBODY, ALL, "en"), 2),
        (lambda session: queries.get_regional_body(session, ANYBODY, "AU", "en"), 6),
        (lambda session: queries.list_codes(session, ANYBODY, "language", ALL, "en"), 3),
        (lambda session: queries.list_code_lists(session, ANYBODY), 1),
        (lambda session: queries.list_memberships(session, date(2027, 1, 1)), 4),
        (queries.state_facts, 2),
        (queries.group_facts, 4),
    ],
)
def test_the_number_of_statements_does_not_grow_with_the_answer(
    database: Database, ask: Ask, bound: int
) -> None:
    """A whole list takes as many statements as its first row, corrections or not."""
    with database.writing() as session:
        for iso3 in ("GHA", "AZE", "MDA", "FRA"):
            said = Correction(kind="state", code=iso3, field="capital", value="Elsewhere", source="A letter")
            correct_fact(session, OPERATOR, said)
    with database.reading() as session, counted(session) as sent:
        ask(session)
    assert len(sent) <= bound, "\n".join(sent)
