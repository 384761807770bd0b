"""How text becomes terms. Pure, and done in Python so that both databases find the same.

Words are folded (NFKC, case, accents, Arabic marks, letter forms and articles); Chinese, which has no spaces,
becomes pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_TERM = 64
MOST_TERMS = 2_000

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['\u2019][^\W_{_HAN}]+)*")
# "And" and the article are written as one word with what follows; at least three letters stay.
_ARABIC_BEGINNINGS = re.compile(r"^(?:و(?=[ء-ي]{4}))?(?:(?:ال|بال|كال|فال|لل)(?=[ء-ي]{3}))?")
_ARABIC_FORMS = str.maketrans("أإآٱىةؤئ", "اااايهوي", "ـ")


def terms_of(text: str) -> set[str]:
    """Return the distinct terms of a text.

    Examples
    --------
    >>> sorted(terms_of("Réadmission and return"))
    ['and', 'readmission', 'return']
    >>> sorted(terms_of("移民政策"))
    ['政策', '民政', '移民']
    """
    found: set[str] = set()
    for term in _terms(text):
        found.add(term[:LONGEST_TERM])
        if len(found) >= MOST_TERMS:
            break
    return found


def _terms(text: str) -> Iterator[str]:
    for piece in dict.fromkeys(_PIECE.findall(fold(text))):
        if piece.isascii():
            yield piece
        elif re.match(rf"[{_HAN}]", piece) and len(piece) > 1:
            yield from (piece[place : place + 2] for place in range(len(piece) - 1))
        else:
            yield _ARABIC_BEGINNINGS.sub("", piece)


def fold(text: str) -> str:
    """Return a text without case, accents, Arabic marks and variant letter forms, to compare words by."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", bare).translate(_ARABIC_FORMS)
