"""How text becomes terms, and how terms find things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from service.database.engines import Database
from service.search.commands import index_text
from service.search.queries import things_with
from service.search.rules import LONGEST_TERM, terms_of
from service.search.tables import SearchTerm

TEXTS = {
    "en": ("Return and readmission of migrants", "readmission"),
    "fr": ("Réadmission et réintégration", "readmission"),
    "es": ("Gestión de fronteras", "gestion"),
    "ar": ("حماية المهاجرين وإعادة الإدماج", "اعادة"),
    "ru": ("Защита мигрантов", "защита"),
    "zh": ("移民政策和边境管理", "边境"),
    "pt": ("Proteção e migração", "migracao"),
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_found_by_a_word_of_it(database: Database, language: str) -> None:
    """A text in each of the seven languages is found by one of its words, accents and marks apart."""
    _, word = TEXTS[language]
    with database.writing() as session:
        for code, (other, _) in TEXTS.items():
            index_text(session, "note", f"note_{code}", other)
        found = set(session.exec(things_with("note", word)))
    assert f"note_{language}" in found


def test_every_word_must_be_found_and_beginnings_count(database: Database) -> None:
    """A search finds what holds all of its words, each of which may be the beginning of a longer one."""
    with database.writing() as session:
        index_text(session, "note", "note_1", "Border management training")
        index_text(session, "note", "note_2", "Border economics")
        assert list(session.exec(things_with("note", "bord manag"))) == ["note_1"]
        assert set(session.exec(things_with("note", "border"))) == {"note_1", "note_2"}
        assert list(session.exec(things_with("note", "?!"))) == []


def test_a_changed_text_is_not_found_by_its_former_words(database: Database) -> None:
    """Indexing a thing again forgets the words that it had before."""
    with database.writing() as session:
        index_text(session, "note", "note_1", "Detention")
        index_text(session, "note", "note_1", "Alternatives")
        terms = session.exec(select(SearchTerm.term).where(col(SearchTerm.thing_id) == "note_1"))
        assert list(terms) == ["alternatives"]


def test_a_wildcard_is_a_letter_like_any_other(database: Database) -> None:
    """Characters that mean something to SQL find nothing but themselves."""
    with database.writing() as session:
        index_text(session, "note", "note_1", "Anything")
        assert list(session.exec(things_with("note", "%"))) == []
        assert list(session.exec(things_with("note", "_nything"))) == []


@given(text=st.text(max_size=300))
def test_terms_are_short_folded_and_stable(text: str) -> None:
    """Whatever the text, its terms are short, without capitals, and the same whatever surrounds the text."""
    terms = terms_of(text)
    assert all(0 < len(term) <= LONGEST_TERM for term in terms)
    assert terms == terms_of(f"  {text}\n")
    assert terms == terms_of(text.swapcase().swapcase()) or not text.isascii()
