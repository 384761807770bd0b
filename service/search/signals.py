"""What makes a text concrete: numbers, dates, names; and what makes it vague. Pure, for any of the languages.

The words stand in ``data/signals.yaml``. A language without words of its own is judged by the signs that all
share: digits, capitals, the calendar.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from service.search.rules import fold

_NUMBER = re.compile(r"\d+")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\d{1,4}\s*[年月]"
    r"|\b[1-4](?:st|nd|rd|th)? quarter\b|\bQ[1-4]\b",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CAPITALS = re.compile(r"(?<![^\W\d_])(?:[A-Z\u0410-\u042f]{2,}|[A-Z][a-z]*[A-Z]\w*)(?![^\W\d_])")
_CAPITALISED = re.compile(r"(?<=[^\W\d_] )[A-Z\u00c0-\u00de\u0410-\u042f][^\W\d_]{2,}")
SIGNS_PER_WORD = 2
"""In Chinese, how many signs count as one word."""


class Words(NamedTuple):
    """The words of a language that count, folded."""

    vague: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


class Signals(NamedTuple):
    """What a text holds."""

    words: int
    numbers: int
    dates: int
    names: int
    """Bodies, offices, laws and documents that it names."""
    vague: tuple[str, ...]
    """Vague words, in order, as the text writes them."""


@lru_cache(maxsize=512)
def signals_of(text: str, language: str) -> Signals:
    """Return what makes a text concrete and what makes it vague.

    Examples
    --------
    >>> signals_of("Train 12 analysts of the Statistics Office by March 2027", "en")
    Signals(words=8, numbers=1, dates=2, names=3, vague=())
    >>> signals_of("Improve effective border management", "en").vague
    ('improve', 'effective')
    """
    words = words_of(language)
    pieces = [fold(word) for word in _WORD.findall(text)]
    folded = " ".join(pieces)
    is_han = _HAN.search(text) is not None
    found = {
        name: [word for word in getattr(words, name) if _holds(word, pieces, folded, text, is_han=is_han)]
        for name in Words._fields
    }
    return Signals(
        words=_length(text, pieces),
        numbers=len(_NUMBER.findall(_DATE.sub(" ", text))) + len(found["numbers"]),
        dates=len(_DATE.findall(text)) + len(found["months"]),
        names=len(_CAPITALS.findall(text)) + _named(text, words.months) + len(found["bodies"]),
        vague=tuple(sorted(found["vague"], key=lambda word: _place(word, folded, text))),
    )


def _named(text: str, months: tuple[str, ...]) -> int:
    names = (fold(word) for word in _CAPITALISED.findall(text))
    return sum(1 for name in names if not name.startswith(months or (" ",)))


def words_of(language: str) -> Words:
    """Return the words that count in a language; of a tag with a script, the language decides."""
    return _lists().get(language.split("-", maxsplit=1)[0], Words())


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, Words]:
    read = yaml.safe_load((files("service.search") / "data" / "signals.yaml").read_text(encoding="utf-8"))
    return {
        language: Words(**{name: tuple(fold(word) for word in words) for name, words in lists.items()})
        for language, lists in read.items()
    }


def _holds(word: str, pieces: Iterable[str], folded: str, text: str, *, is_han: bool) -> bool:
    if is_han and _HAN.search(word):
        return word in text
    if " " in word or "." in word:
        return word in folded
    if len(word) <= SHORT:
        return word in pieces
    return any(_bare(piece).startswith(word) or piece.startswith(word) for piece in pieces)


SHORT = 4
"""Words up to this length count whole only: their beginning is that of many others."""


def _bare(piece: str) -> str:
    # Arabic writes the article, and what stands before it, as one word with the noun.
    return re.sub(r"^و?(?:ال|بال|لل|ب|ل)", "", piece)


def _length(text: str, pieces: list[str]) -> int:
    han = len(_HAN.findall(text))
    return han // SIGNS_PER_WORD + sum(1 for piece in pieces if not _HAN.search(piece))


def _place(word: str, folded: str, text: str) -> int:
    found = folded.find(word)
    return found if found >= 0 else text.find(word)
