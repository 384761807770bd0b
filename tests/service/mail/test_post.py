"""Queueing letters: with the change that they are about, each once, and never with a broken head."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from service import clock
from service.database.engines import Database
from service.errors import InvalidInput
from service.mail import rules
from service.mail.commands import claim_letter, forget_letters, note_failure, note_sent, post
from service.mail.tables import Letter


def _post(database: Database, key: str = "reset:1", about: str = "account:account_1", **parts: str) -> None:
    with database.writing() as session:
        said = {"to": "officer@ministry.example", "subject": "Your password", "text": "Secret link"} | parts
        post(session, **said, about=about, key=key)


def _letters(database: Database) -> list[Letter]:
    with database.reading() as session:
        return list(session.exec(select(Letter)))


def test_a_letter_with_the_same_key_is_queued_once(database: Database) -> None:
    """Whoever repeats a change after a crash does not write to a person twice."""
    _post(database)
    _post(database, text="Another text")
    assert [letter.text for letter in _letters(database)] == ["Secret link"]


def test_a_letter_falls_with_its_change(database: Database) -> None:
    """Without the change there is no letter about it."""
    with database.writing() as session:
        post(session, to="a@b.example", subject="S", text="T", about="account:account_1", key="k")
        session.rollback()
    assert _letters(database) == []


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_no_head_takes_a_line_end(database: Database, sign: str) -> None:
    """A line end in address or subject would add lines to the head; it is refused and nothing is queued."""
    for parts in (
        {"subject": f"Hello{sign}Bcc: others@example.org"},
        {"to": f"a@b.example{sign}Bcc: c@d.example"},
        {"stop_link": f"https://example.org/{sign}x"},
    ):
        with pytest.raises(InvalidInput):
            _post(database, **parts)
    assert _letters(database) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a b@c.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        f"{'x' * 250}@b.example",
    ],
)
def test_an_address_must_be_one_address(address: str) -> None:
    """Mail goes to exactly one address, in its plain form."""
    assert [fault.field for fault in rules.letter_faults(address, "S", None)] == ["to"]


def test_two_workers_never_hold_the_same_letter(database: Database, moment: datetime) -> None:
    """A letter in hand is nobody else's, until the claim runs out because its worker died."""
    with clock.set_to(moment):
        _post(database)
        with database.writing() as session:
            assert claim_letter(session) is not None
        with database.writing() as session:
            assert claim_letter(session) is None
    with clock.set_to(moment + rules.LEASE), database.writing() as session:
        again = claim_letter(session)
        assert again is not None
        assert again.attempts == 2


def test_what_a_letter_said_is_wiped_once_it_is_sent(database: Database, moment: datetime) -> None:
    """A secret link does not stay in the database."""
    with clock.set_to(moment):
        _post(database, html="<p>Secret link</p>", stop_link="https://example.org/stop")
        with database.writing() as session:
            letter = claim_letter(session)
            assert letter is not None
            note_sent(session, letter.id)
    (kept,) = _letters(database)
    assert (kept.text, kept.html, kept.stop_link, kept.due_at, kept.sent_at) == (
        None,
        None,
        None,
        None,
        moment,
    )


def test_a_failed_letter_is_tried_again_with_growing_pauses_and_given_up(
    database: Database, moment: datetime
) -> None:
    """A letter that fails waits longer each time; after three days it is given up, and that is noted."""
    with clock.set_to(moment):
        _post(database)
    now, tried = moment, []
    while now < moment + timedelta(days=10):
        with clock.set_to(now), database.writing() as session:
            letter = claim_letter(session)
            if letter is None:
                break
            tried.append(now)
            note_failure(session, letter, "SMTPDataError", 451)
        (kept,) = _letters(database)
        if kept.due_at is None:
            break
        now = kept.due_at
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert pauses[-1] == timedelta(hours=6)
    assert tried[-1] >= moment + timedelta(days=3)
    assert (kept.given_up_at, kept.failure, kept.text) == (tried[-1], "SMTPDataError 451", None)


def test_letters_about_a_person_can_be_erased(database: Database) -> None:
    """Erasure finds the letters about somebody, waiting or sent, and leaves the others."""
    _post(database, "one")
    _post(database, "two", about="account:account_2")
    with database.writing() as session:
        assert forget_letters(session, "account:account_1") == 1
    assert [letter.key for letter in _letters(database)] == ["two"]
