"""What comes in and goes out about letters."""

from datetime import datetime

from service.mail.rules import Standing
from service.web.schemas import View


class LetterView(View):
    """A letter, without what it says."""

    id: str
    recipient: str
    subject: str
    standing: Standing
    queued_at: datetime
    due_at: datetime | None
    """When it is tried next."""
    attempts: int
    sent_at: datetime | None
    failure: str | None
    """Kind of the last failure, with the mail server's code."""


class MailView(View):
    """How mail stands on this instance."""

    has_server: bool
    """Whether a mail server is set; without one letters wait."""
    waiting: int
    given_up: int
    sent: int


class LettersHurried(View):
    """How many letters are tried again now."""

    letters: int
