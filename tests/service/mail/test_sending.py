"""Handing letters to a real mail server on loopback: each letter once, or again with the same Message-ID."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
import structlog.testing
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Conversation
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from service import clock
from service.database.engines import Database
from service.jobs.durable import Workplace
from service.mail import rules
from service.mail.commands import post
from service.mail.jobs import send_letters, warn_of_waiting_letters
from service.mail.sending import message_of, send_due_letters
from service.mail.tables import Letter
from service.settings import Settings
from tests.service.people import administrator, ministry


class Postbox:
    """What a mail server took. It refuses ``gone@`` for good and ``later@`` for now."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the server asks for this name
        self, _server: SMTP, _talk: Conversation, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Say whether there is such a mailbox."""
        if address.startswith("gone@"):
            return "550 no such mailbox"
        if address.startswith("later@"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _talk: Conversation, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Take a letter."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(BytesParser(policy=default).parsebytes(content))
        return "250 OK"


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    """Give a mail server on loopback that stops with the module."""
    controller = Controller(Postbox(), hostname="127.0.0.1", port=_free_port(), data_size_limit=100_000)
    controller.start()
    yield controller
    controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def postbox(server: Controller) -> list[EmailMessage]:
    """Give what the server takes during the test."""
    taken: list[EmailMessage] = []
    server.handler.taken = taken
    return taken


@pytest.fixture
def place(server: Controller, database: Database, app_settings: Settings) -> Workplace:
    """Give a worker's place with the mail server set."""
    values = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"}
    return Workplace(app_settings.model_copy(update=values), database)


def _post(database: Database, key: str = "k", to: str = "officer@ministry.example", **parts: Any) -> None:
    with database.writing() as session:
        said = {"subject": "Nouvelles de votre demande, été", "text": "Bonjour.\n\nhttps://x.example/été\n"}
        post(session, **{"to": to, **said, **parts}, about="account:account_1", key=key)


def _letters(database: Database) -> dict[str, Letter]:
    with database.reading() as session:
        return {letter.key: letter for letter in session.exec(select(Letter))}


def test_a_letter_reaches_its_reader_whole(place: Workplace, postbox: list[EmailMessage]) -> None:
    """Both parts, all letters of all scripts, and the head that mail programs ask for arrive as written."""
    stop = "https://matches.example/stop/abc"
    _post(place.database, html="<p>Bonjour.</p>", stop_link=stop)
    assert send_due_letters(place) == 1
    (mail,) = postbox
    letter = _letters(place.database)["k"]
    assert mail["Subject"] == "Nouvelles de votre demande, été"
    assert (mail["To"], mail["From"]) == ("officer@ministry.example", "homologue@localhost")
    assert mail["Message-ID"] == f"<{letter.id}@localhost>"
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == "Bonjour.\n\nhttps://x.example/été\n"
    assert html.get_content().strip() == "<p>Bonjour.</p>"


def test_each_letter_is_sent_once(place: Workplace, postbox: list[EmailMessage]) -> None:
    """All that is due goes over one connection, and nothing goes a second time."""
    for number in range(5):
        _post(place.database, str(number), f"person{number}@example.org")
    send_letters(place)
    send_letters(place)
    assert sorted(mail["To"] for mail in postbox) == [f"person{number}@example.org" for number in range(5)]


def test_one_refused_letter_holds_up_no_other(place: Workplace, postbox: list[EmailMessage]) -> None:
    """A mailbox that is gone is given up, one that is busy waits, and the others get their letters."""
    for name in ("gone", "later", "officer"):
        _post(place.database, name, f"{name}@example.org")
    assert send_due_letters(place) == 1
    assert [mail["To"] for mail in postbox] == ["officer@example.org"]
    letters = _letters(place.database)
    assert letters["gone"].given_up_at is not None
    assert letters["gone"].failure == "SMTPRecipientsRefused 550"
    assert letters["gone"].text is None
    assert letters["later"].due_at is not None
    assert letters["later"].text is not None


def test_a_crash_after_sending_gives_one_copy_with_the_same_message_id(
    place: Workplace, postbox: list[EmailMessage], moment: datetime
) -> None:
    """Where the note that a letter went is lost, it goes once more, recognisable as the same letter."""
    crashed: list[str] = []

    def crash(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE letter SET text") and not crashed:
            crashed.append(statement)
            raise OperationalError(statement, {}, Exception("the process is gone"))

    with clock.set_to(moment):
        _post(place.database)
        event.listen(place.database.engine, "before_cursor_execute", crash)
        try:
            with pytest.raises(OperationalError):
                send_due_letters(place)
        finally:
            event.remove(place.database.engine, "before_cursor_execute", crash)
        assert send_due_letters(place) == 0
    with clock.set_to(moment + rules.LEASE):
        assert send_due_letters(place) == 1
        assert send_due_letters(place) == 0
    assert len(crashed) == 1
    assert len(postbox) == 2
    assert len({mail["Message-ID"] for mail in postbox}) == 1


def test_without_a_server_letters_wait(database: Database, app_settings: Settings) -> None:
    """With no mail server set, nothing is dropped, and the log says that letters wait."""
    _post(database)
    place = Workplace(app_settings, database)
    with structlog.testing.capture_logs() as logs:
        send_letters(place)
        warn_of_waiting_letters(place)
    assert _letters(database)["k"].due_at is not None
    assert [entry["letters"] for entry in logs] == [1]


def test_a_server_that_is_away_costs_a_pause(place: Workplace, moment: datetime) -> None:
    """Where nobody answers, the letter waits and is tried again; the others are not even tried."""
    away = Workplace(place.settings.model_copy(update={"smtp_port": _free_port()}), place.database)
    with clock.set_to(moment):
        _post(place.database, "one")
        _post(place.database, "two")
        assert send_due_letters(away) == 0
        assert send_due_letters(away) == 0
    letters = _letters(place.database).values()
    assert sorted(letter.attempts for letter in letters) == [0, 1]
    assert all(letter.due_at is not None for letter in letters)


def test_nothing_goes_unencrypted_where_encryption_is_asked_for(
    place: Workplace, postbox: list[EmailMessage]
) -> None:
    """A server that cannot encrypt gets neither the password nor the letter."""
    values = {"smtp_tls": "starttls", "smtp_user": "homologue", "smtp_password": "secret"}
    _post(place.database)
    assert send_due_letters(Workplace(place.settings.model_copy(update=values), place.database)) == 0
    assert postbox == []
    assert _letters(place.database)["k"].due_at is not None


def test_a_head_is_never_broken_by_what_was_queued(place: Workplace) -> None:
    """Even a row that bypassed the checks cannot add a line to the head."""
    now = clock.now()
    letter = Letter(
        id="letter_1",
        key="k",
        about="a",
        recipient="a@b.example",
        subject="S\r\nBcc: c@d.example",
        text="T",
        queued_at=now,
    )
    with pytest.raises(ValueError, match="linefeed"):
        message_of(letter, place.settings)


def test_only_administrators_look_after_mail(web: TestClient, database: Database) -> None:
    """Others learn nothing of letters; administrators see them without what they say, and hurry them."""
    admin, officer = administrator(database), ministry(database)
    _post(database)
    for method, path in (("GET", "/mail"), ("GET", "/mail/letters"), ("POST", "/mail/try-now")):
        assert web.request(method, f"/api/v1{path}", headers=officer.headers).status_code == 403
    found = web.get("/api/v1/mail", headers=admin.headers).json()
    assert found == {"has_server": False, "waiting": 1, "given_up": 0, "sent": 0}
    (letter,) = web.get("/api/v1/mail/letters?standing=waiting", headers=admin.headers).json()["items"]
    assert letter["recipient"] == "officer@ministry.example"
    assert "Bonjour" not in str(letter)
    assert web.post("/api/v1/mail/try-now", headers=admin.headers).json() == {"letters": 1}
    shown = web.get("/mail", headers=admin.headers | {"Accept": "text/html"})
    assert "No mail server is set." in shown.text
    assert "officer@ministry.example" in shown.text
    assert "Bonjour" not in shown.text


def test_two_workers_send_each_letter_once(place: Workplace, postbox: list[EmailMessage]) -> None:
    """Workers that send at the same time share the letters; none goes twice."""
    for number in range(6):
        _post(place.database, str(number), f"person{number}@example.org")

    async def both() -> None:
        await asyncio.gather(*(asyncio.to_thread(send_due_letters, place) for _ in range(2)))

    asyncio.run(both())
    assert sorted(mail["To"] for mail in postbox) == [f"person{number}@example.org" for number in range(6)]
