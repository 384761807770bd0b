"""Every sentence is there in seven languages, and nothing but what is said."""

import pytest
from babel.messages import Message

from service.catalogues import DOMAINS, TRANSLATED, catalogue, compiled, faults, file_of, message_faults, said


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_says_everything_and_nothing_else(language: str, domain: str) -> None:
    """Each text has its translation in the right script, with its placeholders; none is left over."""
    assert list(faults(language, domain)) == []


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_read_at_run_time_is_what_the_catalogue_says(language: str, domain: str) -> None:
    """The compiled file is that of the catalogue beside it."""
    assert file_of(language, domain, ".mo").read_bytes() == compiled(catalogue(language, domain))


def test_sentences_of_code_and_templates_and_facts_are_gathered() -> None:
    """What is gathered holds sentences of both, plural forms, and titles of the reference data."""
    sentences = said("homologue")
    assert "Skip to the main content" in sentences
    assert any(isinstance(ids, tuple) for ids in sentences)
    assert "There is no such stakeholder." in sentences
    assert "Uphold the rights in international frameworks" in said("reference")


@pytest.mark.parametrize(
    ("ids", "strings", "language"),
    [
        ("Send it", "", "fr"),
        ("Send it", "Send it", "fr"),
        ("Send it", "Send it", "ru"),
        ("Send it", "Envoyer", "ar"),
        ("{name} was here", "{nom} était là", "fr"),
        ("%(name)s was here", "Il était là", "fr"),
        ("Read <strong>this</strong>", "Lisez ceci", "fr"),
        ("Send it", "Envoyer ", "fr"),
        (("%(number)s need", "%(number)s needs"), ("%(number)s besoin",), "fr"),
        (("%(who)s: %(number)s need", "%(who)s: %(number)s needs"), ("%(number)s besoin", "besoins"), "fr"),
    ],
)
def test_a_faulty_translation_is_noticed(ids: str, strings: str, language: str) -> None:
    """Nothing untranslated, in the wrong script, or without its placeholders passes."""
    assert list(message_faults(Message(ids, strings), language, 2))


def test_a_good_translation_passes() -> None:
    """What is right is not complained about."""
    good = Message(("%(number)s need", "%(number)s needs"), ("Un besoin", "%(number)s besoins"))
    assert list(message_faults(good, "fr", 2)) == []
