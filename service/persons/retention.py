"""How long things about persons are kept, and what ends them: one clock each, set by the instance."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, literal, or_, select
from sqlmodel import Session, col

from service import clock
from service.access.tables import Account, ApiToken, PasskeyChallenge, PasswordReset, SignInSession
from service.journal.tables import JournalEntry, JournalText
from service.mail.tables import Letter
from service.needs.tables import Need
from service.notifications.tables import Notification
from service.persons.tables import PersonRequest
from service.settings import Settings
from service.texts import N_

Act = Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: what it ends, after how long, and why then."""

    code: str
    what: str
    why: str
    days: Callable[[Settings], int]
    act: Act | None
    """What ends it, and how many; none: the room whose it is does."""


def apply_clocks(session: Session, settings: Settings) -> dict[str, int]:
    """End everything whose time has come, and return how much, by clock."""
    return {
        one.code: one.act(session, clock.now() - timedelta(days=one.days(settings)))
        for one in CLOCKS
        if one.act is not None
    }


def closed_since(session: Session, before: datetime) -> list[str]:
    """Return the accounts that were closed before a moment and still say whose they were."""
    query = select(col(Account.id)).where(col(Account.disabled_at) < before, col(Account.erased_at).is_(None))
    return list(session.connection().execute(query.order_by(col(Account.id))).scalars())


def _end_sign_ins(session: Session, before: datetime) -> int:
    over = or_(col(SignInSession.ended_at) < before, col(SignInSession.expires_at) < before)
    ended = or_(col(ApiToken.revoked_at) < before, col(ApiToken.expires_at) < before)
    return (
        _gone(session, SignInSession, over)
        + _gone(session, ApiToken, ended)
        + _gone(session, PasswordReset, col(PasswordReset.expires_at) < before)
        + _gone(session, PasskeyChallenge, col(PasskeyChallenge.expires_at) < before)
    )


def _end_letters(session: Session, before: datetime) -> int:
    return _gone(session, Letter, or_(col(Letter.sent_at) < before, col(Letter.given_up_at) < before))


def _end_news(session: Session, before: datetime) -> int:
    return _gone(session, Notification, col(Notification.read_at) < before)


def _end_drafts(session: Session, before: datetime) -> int:
    """Erase what the journal says of drafts that were withdrawn and never sent to a desk."""
    drafts = select(literal("need:") + col(Need.id)).where(
        col(Need.state) == "withdrawn", col(Need.submitted_at).is_(None), col(Need.changed_at) < before
    )
    entries = select(col(JournalEntry.id)).where(col(JournalEntry.subject).in_(drafts))
    return _gone(session, JournalText, col(JournalText.entry_id).in_(entries))


def _end_requests(session: Session, before: datetime) -> int:
    return _gone(session, PersonRequest, col(PersonRequest.settled_at) < before)


def _gone(session: Session, table: Any, over: ColumnElement[bool]) -> int:
    return session.connection().execute(delete(table).where(over)).rowcount


CLOCKS: tuple[Clock, ...] = (
    Clock(
        "closed_accounts",
        N_("Closed accounts: everything that says whose they were"),
        N_("Questions about what somebody did for an institution come within two years."),
        lambda settings: settings.account_retention_days,
        None,
    ),
    Clock(
        "sign_ins",
        N_("Sessions, tokens and links to set a password, once they are over"),
        N_("Long enough to look into a break-in that was noticed late."),
        lambda settings: settings.session_retention_days,
        _end_sign_ins,
    ),
    Clock(
        "letters",
        N_("That a letter went to an address"),
        N_("Long enough to find out why somebody missed a date."),
        lambda settings: settings.letter_retention_days,
        _end_letters,
    ),
    Clock(
        "news",
        N_("News that was read"),
        N_("What happened stands in the journal; the inbox only points there."),
        lambda settings: settings.news_retention_days,
        _end_news,
    ),
    Clock(
        "drafts",
        N_("What the journal says of drafts that were withdrawn and never sent to a desk"),
        N_("Nobody but its author ever acted on it."),
        lambda settings: settings.draft_retention_days,
        _end_drafts,
    ),
    Clock(
        "requests",
        N_("Corrections that were asked for and answered"),
        N_("Long enough to ask again."),
        lambda settings: settings.news_retention_days,
        _end_requests,
    ),
    Clock(
        "files",
        N_("What withdrawn files held"),
        N_("Withdrawn by mistake, a file can still be looked for."),
        lambda settings: settings.attachment_retention_days,
        None,
    ),
)
"""Every clock, in the order in which the page of privacy shows them."""
