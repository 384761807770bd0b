"""Text that people read. Every sentence passes through gettext, marked where it stands.

``N_("...")`` marks a sentence for the translators; ``translate`` renders it in a language, ``translate_fact``
a title or label of the reference data, whose translations are our own and unreviewed.
"""

import gettext
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh", "pt")
DEFAULT_LANGUAGE = "en"
CATALOGUES = Path(__file__).parent / "web" / "locale"
SENTENCES, FACTS = "homologue", "reference"
"""The two catalogues of each language: what the service says, and the labels of what it knows."""


def N_(message: str) -> str:  # noqa: N802 - the name that every gettext tool looks for
    """Mark a sentence for translation and return it unchanged."""
    return message


def translate(message: str, language: str = DEFAULT_LANGUAGE, /, **params: object) -> str:
    """Return the sentence in a language, with its ``{parameters}`` filled in."""
    text = _catalogue(language).gettext(message)
    return text.format(**params) if params else text


def translate_fact(text: str, language: str = DEFAULT_LANGUAGE, /) -> str:
    """Return a title or label of the reference data in a language; one not translated stays as it is."""
    return _catalogue(language, FACTS).gettext(text)


def counted(one: str, many: str, number: int, language: str = DEFAULT_LANGUAGE) -> str:
    """Return the form of a sentence that goes with a number in a language."""
    return _catalogue(language).ngettext(one, many, number)


def has_catalogue(language: str) -> bool:
    """Tell whether the sentences are translated into a language; they are written in the default one."""
    return language == DEFAULT_LANGUAGE or type(_catalogue(language)) is not gettext.NullTranslations


@lru_cache(maxsize=2 * len(LANGUAGES))
def _catalogue(language: str, domain: str = SENTENCES) -> gettext.NullTranslations:
    return gettext.translation(domain, CATALOGUES, [language], fallback=True)
