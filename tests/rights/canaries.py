"""Where secret words could come out beside the answers: letters, what webhooks send, figures, the log."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple
from unittest.mock import patch

import structlog
from prometheus_client import generate_latest
from sqlmodel import Session, col, select

from service import clock
from service.jobs.dispatcher import dispatch_one
from service.mail.tables import Letter
from service.notifications.mailing import write_due_letters
from service.notifications.tables import Notification
from service.web.request_log import write_logs
from service.webhooks.tables import WebhookDelivery
from tests.rights.house import House
from tests.rights.world import Side


class Leak(NamedTuple):
    """A secret word, and where it came out."""

    where: str
    word: str


@contextmanager
def lines_of_log() -> Iterator[io.StringIO]:
    """Collect all that a process of the service would write to its log."""
    lines = io.StringIO()
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    with patch("sys.stderr", lines):
        write_logs()
        try:
            yield lines
        finally:
            structlog.configure(**before)
            root.handlers[:] = handlers
            root.setLevel(level)


def sent_out(there: House) -> list[Leak]:
    """Let everything happen that follows from what was done, and return the secret words that were sent."""
    words = [*there.own.canaries, *there.other.canaries]
    with there.as_at_first():
        while dispatch_one(there.database):
            pass
        with clock.set_to(clock.now() + timedelta(days=8)):
            write_due_letters(there.database, there.app.state.settings)
        with there.database.reading() as session:
            texts = list(_texts(session))
            astray = [*_astray(session, there.own, there.other), *_astray(session, there.other, there.own)]
        texts.append(("the figures", generate_latest(there.app.state.measures.registry).decode()))
    assert {"a letter", "a webhook"} <= {where for where, _ in texts}, "nothing was sent"
    return astray + [Leak(where, word) for where, text in texts for word in words if word in text]


def _texts(session: Session) -> Iterator[tuple[str, str]]:
    """Give all that leaves: not even one's own letters and webhooks hold what was said."""
    for letter in session.exec(select(Letter)):
        yield "a letter", f"{letter.subject} {letter.text} {letter.html}"
    for sending in session.exec(select(WebhookDelivery)):
        yield "a webhook", f"{sending.event} {sending.thing_id} {sending.payload}"


def _astray(session: Session, told: Side, about: Side) -> Iterator[Leak]:
    """Give every notice to somebody of one side that is about a need, an offer or a seat of the other."""
    accounts = {person.account_id for person in told.people.values()}
    secret = {about.ids[name] for name in ("need", "asked_need", "letter_need", "offer", "seat", "proposal")}
    for notice in session.exec(select(Notification).where(col(Notification.account_id).in_(accounts))):
        if notice.thing_id in secret:
            yield Leak(f"a notice of {notice.event}", notice.thing_id)
