"""Handing letters to a mail server: one connection for all that are due, each one noted right after it went.

A crash between the two sends the letter again when the claim has run out, with the same Message-ID.
"""

import asyncio
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib
import structlog

from service.database.engines import Database
from service.jobs.durable import Workplace
from service.mail.commands import claim_letter, hold_back, note_failure, note_sent
from service.mail.tables import Letter
from service.settings import Settings

log = structlog.get_logger()

MOST_AT_ONCE = 200
"""Letters that one connection takes before it is opened anew."""
TIMEOUT_SECONDS = 15


def send_due_letters(place: Workplace) -> int:
    """Send the letters that are due and return how many a mail server took."""
    with place.database.writing() as session:
        first = claim_letter(session)
    return asyncio.run(_send_from(place, first)) if first else 0


async def _send_from(place: Workplace, first: Letter) -> int:
    sent = 0
    letter: Letter | None = first
    try:
        async with _server(place.settings) as server:
            while letter is not None:
                sent += await _send(place, server, letter)
                letter = None
                if sent < MOST_AT_ONCE and not place.stopping.is_set() and server.is_connected:
                    with place.database.writing() as session:
                        letter = claim_letter(session)
    except (aiosmtplib.SMTPException, OSError) as error:
        if letter is not None:
            # The server is to blame, not the letter: it may say 500 to everything while it is set up wrongly.
            _note(place.database, letter, error, None)
            with place.database.writing() as session:
                hold_back(session, letter.attempts)
    return sent


async def _send(place: Workplace, server: aiosmtplib.SMTP, letter: Letter) -> bool:
    """Send one letter, note what became of it, and tell whether it went; a lost connection is raised."""
    try:
        await server.send_message(message_of(letter, place.settings))
    except aiosmtplib.SMTPRecipientsRefused as error:
        _note(place.database, letter, error, error.recipients[0].code)
        return False
    except (aiosmtplib.SMTPResponseException, UnicodeError, ValueError) as error:
        code = error.code if isinstance(error, aiosmtplib.SMTPDataError) else None
        _note(place.database, letter, error, code)
        return False
    with place.database.writing() as session:
        note_sent(session, letter.id)
    return True


def _note(database: Database, letter: Letter, error: Exception, code: int | None) -> None:
    log.warning("letter not sent", letter=letter.id, error=type(error).__name__, code=code)
    with database.writing() as session:
        note_failure(session, letter, type(error).__name__, code)


def _server(settings: Settings) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password or None,
        use_tls=settings.smtp_tls == "implicit",
        start_tls=settings.smtp_tls == "starttls",
        timeout=TIMEOUT_SECONDS,
    )


def message_of(letter: Letter, settings: Settings) -> EmailMessage:
    """Return a letter as it goes over the wire. The same letter always has the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.queued_at)
    message["Message-ID"] = f"<{letter.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_link:
        message["List-Unsubscribe"] = f"<{letter.stop_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text or "")
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message
