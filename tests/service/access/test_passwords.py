"""Which passwords are good enough, and what is kept of one."""

import pytest

from service.access.passwords import digest_of_password, faults_of, is_outdated, matches
from service.settings import Settings

EMAIL = "leonor@ministry.example"
QUICK = Settings(password_memory_kib=64, password_passes=1)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short pass", "too_short"),
        ("", "too_short"),
        ("x1" * 129, "too_long"),
        ("my name is Leonor, hello", "holds_name"),
        ("password123456", "too_common"),
        ("P4ssw0rd!2027", "too_common"),
        ("passwordpassword", "too_common"),
        ("123456789012", "too_common"),
        ("aaaaaaaaaaaaaa", "too_common"),
        ("qwertyuiopas", "too_common"),
        ("abcdefghijklm", "too_common"),
        ("2027 Welcome! 2027", "too_common"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, code: str) -> None:
    """Short, very long, one's own name, and what everybody uses are refused, each with its reason."""
    assert [(fault.field, fault.code) for fault in faults_of(password, EMAIL, "new")] == [("new", code)]


@pytest.mark.parametrize("password", ["calm river under a paper moon", "Ünïcode pässwörter", "kz7qwmfh2xbd"])
def test_no_signs_or_capitals_are_demanded(password: str) -> None:
    """Length is what counts; no recipe of capitals, digits and signs."""
    assert faults_of(password, EMAIL) == []


def test_a_password_is_checked_and_never_kept() -> None:
    """What is kept is argon2id, differs each time, and matches the password in either way of composing it."""
    first, second = (
        digest_of_password("Zürich im Winter", QUICK),
        digest_of_password("Zürich im Winter", QUICK),
    )
    assert first.startswith("$argon2id$")
    assert first != second
    assert matches("Zu\u0308rich im Winter", first, QUICK)
    assert not matches("Zürich im Sommer", first, QUICK)
    assert not matches("Zürich im Winter", None, QUICK)


def test_the_default_is_strong_and_a_weaker_digest_is_noticed() -> None:
    """Without a setting a check takes 64 MiB three times over, and what was kept with less is renewed."""
    assert (Settings().password_memory_kib, Settings().password_passes) == (65_536, 3)
    digest = digest_of_password("calm river under a paper moon", QUICK)
    assert not is_outdated(digest, QUICK)
    assert is_outdated(digest, QUICK.model_copy(update={"password_passes": 2}))
