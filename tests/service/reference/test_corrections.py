"""Correcting facts: who may, what is accepted, and how a correction lies over the files."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from service import clock
from service.caller import ANYBODY, OPERATOR, Caller, Duty
from service.database.columns import new_id
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound
from service.journal.queries import get_journal
from service.reference.commands import correct_fact, withdraw_correction
from service.reference.errors import AlreadyWithdrawn, NotCorrectable, NothingToCorrect
from service.reference.facts import code_labels, group_facts, list_memberships, state_facts
from service.reference.queries import (
    get_commitment,
    get_dialogue,
    get_regional_body,
    get_state,
    list_commitments,
    list_corrections,
    list_dialogues,
    list_states,
)
from service.reference.schemas import CommitmentFilter, Correction, DialogueFilter, StateFilter
from service.reference.tables import ReferenceCorrection
from service.web.paging import PageAsked

FIRST = PageAsked()


def correct(database: Database, kind: str, code: str, field: str, value: Any) -> str:
    """Let the operator correct a fact and return the correction's id."""
    said = Correction.model_validate(
        {"kind": kind, "code": code, "field": field, "value": value, "source": "A note verbale"}
    )
    with database.writing() as session:
        return correct_fact(session, OPERATOR, said).id


def withdraw(database: Database, correction_id: str) -> None:
    """Let the operator withdraw a correction."""
    with database.writing() as session:
        withdraw_correction(session, OPERATOR, correction_id, "It was right after all")


def test_a_correction_is_what_everybody_reads_with_what_the_files_say_beside_it(database: Database) -> None:
    """The fact, the list, the filter and the facts for rounds all follow; the ground is shown."""
    correct(database, "state", "GHA", "income", "upper_middle")
    with database.reading() as session:
        shown = get_state(session, ANYBODY, "GHA", "en")
        assert shown.income == "upper_middle"
        assert [(note.field, note.instead_of, note.source) for note in shown.corrections] == [
            ("income", "lower_middle", "A note verbale")
        ]
        for income, is_there in (("upper_middle", True), ("lower_middle", False)):
            wanted = StateFilter(income=income, subregion="Sub-Saharan Africa")
            listed = {row.iso3 for row in list_states(session, ANYBODY, PageAsked(200), "en", wanted).items}
            assert ("GHA" in listed) is is_there
        facts = {state.code: state.income for state in state_facts(session)}
        assert facts["GHA"] == "upper_middle"


def test_a_withdrawn_correction_leaves_what_the_files_say(database: Database) -> None:
    """Nothing of it stays but the record that it was there."""
    correction = correct(database, "state", "GHA", "name_en", "Zubrowka")
    with database.reading() as session:
        found = list_states(session, ANYBODY, FIRST, "en", StateFilter(q="zubrowka"))
        assert [row.name for row in found.items] == ["Zubrowka"]
    withdraw(database, correction)
    with database.reading() as session:
        shown = get_state(session, ANYBODY, "GHA", "en")
        assert (shown.name, shown.corrections) == ("Ghana", [])
        assert list_states(session, ANYBODY, FIRST, "en", StateFilter(q="zubrowka")).items == []
        events = [entry.event for entry in get_journal(session, OPERATOR, "reference:state/GHA").entries]
        assert events == ["reference.corrected", "reference.correction-withdrawn"]
    with pytest.raises(AlreadyWithdrawn):
        withdraw(database, correction)


def test_a_later_correction_takes_the_place_of_the_earlier(database: Database) -> None:
    """One correction of a field stands at a time, and both stay on record."""
    earlier = correct(database, "state", "GHA", "capital", "Kumasi")
    later = correct(database, "state", "GHA", "capital", "Tamale")
    with database.reading() as session:
        assert get_state(session, ANYBODY, "GHA", "en").capital == "Tamale"
        standing = {row.id: row.withdrawn_at for row in list_corrections(session, OPERATOR, FIRST).items}
        assert standing[earlier] is not None
        assert standing[later] is None


def test_the_database_itself_lets_one_correction_of_a_field_stand(database: Database) -> None:
    """Two administrators at the same moment: one of them is refused, whatever the code does."""
    correct(database, "state", "GHA", "capital", "Kumasi")
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(
            ReferenceCorrection(
                id=new_id("correction"),
                kind="state",
                code="GHA",
                field="capital",
                value="Tamale",
                author="operator",
                source="Another note",
                recorded_at=clock.now(),
            )
        )


def test_a_value_can_be_corrected_to_unknown(database: Database) -> None:
    """Null says that nobody knows, where that may be."""
    correct(database, "state", "GHA", "capital", None)
    with database.reading() as session:
        shown = get_state(session, ANYBODY, "GHA", "en")
        assert shown.capital is None
        assert shown.corrections[0].instead_of == "Accra"


@pytest.mark.parametrize(
    ("kind", "code", "field", "value"),
    [
        ("state", "GHA", "income", "rich"),
        ("state", "GHA", "name_en", None),
        ("state", "GHA", "name_en", "G" * 201),
        ("state", "GHA", "name_en", " Ghana "),
        ("state", "GHA", "languages_official", ["xx"]),
        ("state", "GHA", "languages_official", []),
        ("state", "GHA", "languages_official", ["en", "en"]),
        ("state", "GHA", "ldc", "perhaps"),
        ("state", "GHA", "capital", {"name": "Accra"}),
        ("state", "GHA", "timezone", "Africa/Nowhere"),
        ("dialogue", "RABAT", "chairs", ["XXX"]),
        ("dialogue", "RABAT", "commitments", ["T9-01"]),
        ("dialogue", "RABAT", "status", "asleep"),
        ("commitment", "T1-01", "crs_purposes", ["1"]),
        ("dialogue_membership", "RABAT/GHA", "role", "chief"),
        ("dialogue_membership", "RABAT/GHA", "since", "2024-13"),
        ("code_entry", "modality/MOD-PEER", "labels", {"xx": "Peer"}),
    ],
)
def test_a_value_that_the_files_could_not_hold_is_refused(
    database: Database, kind: str, code: str, field: str, value: Any
) -> None:
    """A correction meets the same rules as the files, so that no list breaks over it later."""
    with pytest.raises(InvalidInput) as refused:
        correct(database, kind, code, field, value)
    assert [fault.field for fault in refused.value.found] == ["value"]


@pytest.mark.parametrize(
    ("kind", "code", "field", "refusal"),
    [
        ("state", "XXX", "capital", NotFound),
        ("state", "GHA/RABAT", "capital", NotFound),
        ("state", "GHA", "iso2", NotCorrectable),
        ("state", "GHA", "retired_on", NotCorrectable),
        ("state", "GHA", "nothing", NotCorrectable),
        ("dialogue_membership", "RABAT/XXX", "role", NotFound),
        ("dialogue_membership", "NOWHERE/GHA", "role", NotFound),
        ("dialogue_membership", "PRAGUE/GHA", "note", NotFound),
        ("dialogue_membership", "RABAT", "role", NotFound),
        ("code_entry", "modality/MOD-NONE", "label", NotFound),
    ],
)
def test_what_is_not_there_or_not_to_be_corrected_is_refused(
    database: Database, kind: str, code: str, field: str, refusal: type[Exception]
) -> None:
    """Keys stay as they are, and nothing is corrected that nobody knows."""
    with pytest.raises(refusal):
        correct(database, kind, code, field, "observer")


def test_saying_the_same_is_no_correction(database: Database) -> None:
    """Neither what the files say nor what stands already is recorded twice."""
    with pytest.raises(NothingToCorrect):
        correct(database, "state", "GHA", "capital", "Accra")
    correct(database, "state", "GHA", "capital", "Kumasi")
    with pytest.raises(NothingToCorrect):
        correct(database, "state", "GHA", "capital", "Kumasi")


def test_only_administrators_correct_withdraw_and_list(database: Database) -> None:
    """Others see the facts, and that they were corrected."""
    officer = Caller("account_1", duties=frozenset({Duty("dialogue_secretariat", "stakeholder_1")}))
    correction = correct(database, "state", "GHA", "capital", "Kumasi")
    said = Correction(kind="state", code="GHA", field="capital", value="Tamale", source="A letter")
    with database.writing() as session:
        for caller in (officer, ANYBODY):
            with pytest.raises(NotAllowed):
                correct_fact(session, caller, said)
            with pytest.raises(NotAllowed):
                withdraw_correction(session, caller, correction)
            with pytest.raises(NotAllowed):
                list_corrections(session, caller, FIRST)


def test_a_role_in_a_dialogue_can_be_corrected(database: Database) -> None:
    """The member's page, the dialogue's page and the rounds read the corrected role."""
    correct(database, "dialogue_membership", "PRAGUE/AZE", "role", "observer")
    with database.reading() as session:
        member = next(
            row for row in get_dialogue(session, ANYBODY, "PRAGUE", "en").members if row.code == "AZE"
        )
        assert (member.role, member.corrected) == ("observer", True)
        dialogues = get_state(session, ANYBODY, "AZE", "en").dialogues
        assert {row.code: row.role for row in dialogues}["PRAGUE"] == "observer"
        roles = {
            (place.kind, place.group, place.state): place.role
            for place in list_memberships(session, clock.today())
        }
        assert roles["dialogue", "PRAGUE", "AZE"] == "observer"


def test_a_membership_that_the_files_lack_can_be_added(database: Database) -> None:
    """A state that joined yesterday need not wait for a release; its source is the person's."""
    role = correct(database, "dialogue_membership", "PRAGUE/GHA", "role", "observer")
    correct(database, "dialogue_membership", "PRAGUE/GHA", "since", "2026-05")
    with database.reading() as session:
        row = next(row for row in get_dialogue(session, ANYBODY, "PRAGUE", "en").members if row.code == "GHA")
        assert (row.role, row.since, row.source) == ("observer", "2026-05", "A note verbale")
        listed = list_dialogues(session, ANYBODY, FIRST, "en", DialogueFilter(state="GHA"))
        assert "PRAGUE" in {dialogue.code for dialogue in listed.items}
        states = list_states(session, ANYBODY, PageAsked(200), "en", StateFilter(dialogue="PRAGUE"))
        assert "GHA" in {state.iso3 for state in states.items}
    withdraw(database, role)
    with database.reading() as session:
        members = get_dialogue(session, ANYBODY, "PRAGUE", "en").members
        assert "GHA" not in {row.code for row in members}


def test_a_membership_of_a_regional_body_can_be_ended(database: Database) -> None:
    """It was a member until then; lists of today no longer count it."""
    correct(database, "regional_body_membership", "ECOWAS/GHA", "role", "withdrawn")
    with database.reading() as session:
        row = next(
            row for row in get_regional_body(session, ANYBODY, "ECOWAS", "en").members if row.code == "GHA"
        )
        assert row.role == "withdrawn"
        states = list_states(session, ANYBODY, PageAsked(200), "en", StateFilter(regional_body="ECOWAS"))
        assert "GHA" not in {state.iso3 for state in states.items}


def test_a_dialogue_can_take_up_a_theme(database: Database) -> None:
    """Filters and rounds follow what the secretariat says about its own focus."""
    with database.reading() as session:
        themes = next(group.themes for group in group_facts(session) if group.code == "GFMD")
    correct(database, "dialogue", "GFMD", "themes", ["T5"] if "T1" in themes else ["T1"])
    with database.reading() as session:
        listed = list_dialogues(session, ANYBODY, FIRST, "en", DialogueFilter(theme="T1"))
        assert ("GFMD" in {row.code for row in listed.items}) is ("T1" not in themes)
        assert get_dialogue(session, ANYBODY, "GFMD", "en").corrections[0].instead_of == list(themes)


def test_words_of_a_commitment_and_of_a_code_can_be_corrected(database: Database) -> None:
    """A commitment is found by its new words, and a code is labelled in a language."""
    correct(database, "commitment", "T1-01", "title", "Uphold the rights of everybody on the move")
    correct(database, "code_entry", "modality/MOD-PEER", "labels", {"fr": "Examen par les pairs"})
    with database.reading() as session:
        assert get_commitment(session, ANYBODY, "T1-01", "en").title.endswith("on the move")
        found = list_commitments(session, ANYBODY, FIRST, "en", CommitmentFilter(q="everybody move"))
        assert [row.code for row in found.items] == ["T1-01"]
        assert code_labels(session, "modality", "fr")["MOD-PEER"] == "Examen par les pairs"
        assert code_labels(session, "modality", "en")["MOD-PEER"] == "Peer review"


def test_the_journal_says_who_corrected_what(database: Database) -> None:
    """The entry names the correction and the field; the value stands in the correction itself."""
    first = correct(database, "dialogue_membership", "PRAGUE/AZE", "role", "observer")
    second = correct(database, "dialogue_membership", "PRAGUE/AZE", "role", "participant")
    with database.reading() as session:
        journal = get_journal(session, OPERATOR, "reference:dialogue_membership/PRAGUE/AZE")
    assert [entry.details for entry in journal.entries] == [
        {"correction": first, "field": "role"},
        {"correction": second, "field": "role", "replaces": first},
    ]
    assert {entry.actor for entry in journal.entries} == {"operator"}
