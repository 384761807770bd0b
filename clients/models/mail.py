"""Letters, without what they say."""

from datetime import datetime

from clients.models.parts import Answer


class Letter(Answer):
    """A letter, without what it says."""

    id: str
    recipient: str
    subject: str
    standing: str
    """``waiting``, ``sent`` or ``given_up``."""
    queued_at: datetime
    due_at: datetime | None
    """When it is tried next."""
    attempts: int
    sent_at: datetime | None
    failure: str | None
    """Kind of the last failure, with the mail server's code."""


class Mail(Answer):
    """How mail stands on an instance."""

    has_server: bool
    """Whether a mail server is set; without one letters wait."""
    waiting: int
    given_up: int
    sent: int


class LettersHurried(Answer):
    """How many letters are tried again now."""

    letters: int
