"""Passwords: which are good enough, what is kept of one, and how one is checked."""

import re
import secrets
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import FieldFault
from service.settings import Settings
from service.texts import N_

SHORTEST = 12
LONGEST = 256
_MOST_AT_ONCE = 4
_FEWEST_DIFFERENT = 5
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "0123456789",
)
_LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
_COMMON = Path(__file__).parent / "data" / "common_passwords.txt"

# Each check takes much memory by design; more of them at once would take the machine down with it.
_room = threading.BoundedSemaphore(_MOST_AT_ONCE)


def faults_of(password: str, email: str, field: str = "password") -> list[FieldFault]:
    """Return what keeps a password from being good enough, for the field that it was entered in."""
    text = _plain(password)
    if len(text) < SHORTEST:
        return [
            FieldFault(field, "too_short", N_("Use at least 12 characters. Several words make a good one."))
        ]
    if len(text) > LONGEST:
        return [FieldFault(field, "too_long", N_("Use at most 256 characters."))]
    if _holds_name(text, email):
        return [
            FieldFault(field, "holds_name", N_("This holds the name of your e-mail address. Leave it out."))
        ]
    if is_common(text):
        return [
            FieldFault(field, "too_common", N_("Many people use this or one like it. Choose another one."))
        ]
    return []


def is_common(password: str) -> bool:
    """Tell whether a password is among those that are tried first.

    Counted in are common words with digits and signs around them or written twice, what repeats a few
    characters, and walks along the alphabet or the keyboard.
    """
    text = _plain(password).casefold()
    if len(set(text)) < _FEWEST_DIFFERENT or _is_walk(text):
        return True
    words = {
        re.sub(r"[\W\d_]+", "", text),
        re.sub(r"[\W\d_]+", "", re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text).translate(_LOOKALIKES)),
        text,
    }
    return any(_is_made_of_common(word) for word in words)


def digest_of_password(password: str, settings: Settings) -> str:
    """Return what is kept of a password."""
    with _room:
        return _hasher(settings.password_memory_kib, settings.password_passes).hash(_plain(password))


def matches(password: str, digest: str | None, settings: Settings) -> bool:
    """Tell whether a password is the one of which this was kept; without one it takes just as long."""
    hasher = _hasher(settings.password_memory_kib, settings.password_passes)
    known = digest or _nobodys(settings.password_memory_kib, settings.password_passes)
    with _room:
        is_right = hasher.verify(_plain(password)[: LONGEST + 1], known)
    return is_right and digest is not None


def is_outdated(digest: str, settings: Settings) -> bool:
    """Tell whether what is kept was made with other settings than now."""
    hasher = _hasher(settings.password_memory_kib, settings.password_passes)
    return hasher.current_hasher.check_needs_rehash(digest)


@lru_cache(maxsize=8)
def _hasher(memory_kib: int, passes: int) -> PasswordHash:
    return PasswordHash([Argon2Hasher(time_cost=passes, memory_cost=memory_kib)])


@lru_cache(maxsize=8)
def _nobodys(memory_kib: int, passes: int) -> str:
    return _hasher(memory_kib, passes).hash(secrets.token_hex(16))


def _plain(password: str) -> str:
    # The same characters, whichever keyboard composed them.
    return unicodedata.normalize("NFKC", password)


def _holds_name(text: str, email: str) -> bool:
    name = email.partition("@")[0].casefold()
    return len(name) >= 3 and name in text.casefold()  # noqa: PLR2004 - two letters are in many words


def _is_walk(text: str) -> bool:
    half = text[: len(text) // 2 + 1]
    return any(half in row * 3 or half in row[::-1] * 3 for row in _ROWS)


def _is_made_of_common(word: str) -> bool:
    if not word:
        return False
    common = _common()
    return any(
        word == part * (len(word) // len(part)) and part in common
        for part in (word[:length] for length in range(3, len(word) + 1))
        if len(word) % len(part) == 0
    )


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
