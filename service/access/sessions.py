"""Sessions: one for each time that somebody signs in. Only a digest of what the browser holds is kept."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select, update

from service import clock
from service.access import rules
from service.access.rules import Means
from service.access.tables import Account, SignInSession
from service.caller import Caller
from service.database.columns import new_id
from service.database.engines import Database
from service.errors import NotFound
from service.journal.commands import record
from service.settings import Settings

SEEN_EVERY = timedelta(minutes=5)
"""That somebody is still there is noted at most so often."""


class Opened(NamedTuple):
    """A session that was just opened, with the only readable copy of what its owner holds."""

    row: SignInSession
    secret: str


def open_session(
    session: Session,
    account: Account,
    settings: Settings,
    *,
    means: Means,
    device: str,
    has_second_factor: bool = False,
    awaits_second_factor: bool = False,
) -> Opened:
    """Open a session. What its owner holds is new each time, so nobody can have planted it."""
    secret, now = rules.new_session_secret(), clock.now()
    row = SignInSession(
        id=new_id("session"),
        account_id=account.id,
        digest=rules.digest_of(secret),
        means=means,
        device=device,
        opened_at=now,
        seen_at=now,
        expires_at=now + (rules.CHALLENGE_LASTS if awaits_second_factor else _lasts(settings)),
        has_second_factor=has_second_factor,
        awaits_second_factor=awaits_second_factor,
    )
    session.add(row)
    session.flush()
    record(session, Caller(account.id), "session.opened", f"session:{row.id}", {"means": means})
    return Opened(row, secret)


def replace_session(session: Session, row: SignInSession, account: Account, settings: Settings) -> Opened:
    """Go on in a new session that proved a second factor; a copy of the one before is worth nothing now."""
    end_rows(session, Caller(account.id), [row])
    return open_session(
        session,
        account,
        settings,
        means=row.means,  # type: ignore[arg-type] # the table checks it
        device=row.device,
        has_second_factor=True,
    )


def find_session(session: Session, secret: str, settings: Settings) -> tuple[SignInSession, Account] | None:
    """Return the live session that somebody holds, with its account; None if there is none."""
    found = session.exec(
        select(SignInSession, Account)
        .join(Account, col(Account.id) == col(SignInSession.account_id))
        .where(
            SignInSession.digest == rules.digest_of(secret),
            col(SignInSession.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
        )
    ).first()
    if found is None:
        return None
    row, account = found
    return (row, account) if _is_live(row, settings) else None


def live_sessions(session: Session, account_id: str, settings: Settings) -> list[SignInSession]:
    """Return the live sessions of an account, newest first."""
    rows = session.exec(
        select(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            col(SignInSession.ended_at).is_(None),
            col(SignInSession.awaits_second_factor).is_(False),
            col(SignInSession.expires_at) > clock.now(),
        )
        .order_by(col(SignInSession.opened_at).desc(), col(SignInSession.id))
    )
    return [row for row in rows if _is_live(row, settings)]


def end_session(session: Session, caller: Caller, session_id: str) -> SignInSession:
    """End one of one's own sessions; it opens nothing from the next request on."""
    row = session.get(SignInSession, session_id)
    if row is None or row.account_id != caller.account_id:
        raise NotFound
    end_rows(session, caller, [row])
    return row


def end_all_sessions(session: Session, caller: Caller, account_id: str, *, but: str | None = None) -> int:
    """End every session of an account, except one if it is named; return how many."""
    rows = session.exec(
        select(SignInSession).where(
            SignInSession.account_id == account_id,
            col(SignInSession.ended_at).is_(None),
            SignInSession.id != (but or ""),
        )
    ).all()
    end_rows(session, caller, rows)
    return len(rows)


def end_rows(session: Session, caller: Caller, rows: Sequence[SignInSession]) -> None:
    """End these sessions; those that ended before stay as they are."""
    for row in rows:
        if row.ended_at is None:
            row.ended_at = clock.now()
            session.add(row)
            record(session, caller, "session.ended", f"session:{row.id}")
    session.flush()


def note_seen(database: Database, row: SignInSession, settings: Settings) -> None:
    """Note now and then that somebody is still there, in a transaction of its own."""
    now = clock.now()
    if now - row.seen_at < min(SEEN_EVERY, _idle(settings) / 5):
        return
    # A request that reads is not held up or failed for this; the next one notes it.
    with suppress(OperationalError), database.writing() as session:
        session.exec(
            update(SignInSession)
            .where(col(SignInSession.id) == row.id, col(SignInSession.seen_at) < now)
            .values(seen_at=now)
        )


def _is_live(row: SignInSession, settings: Settings) -> bool:
    return rules.is_live(row.seen_at, row.expires_at, clock.now(), _idle(settings))


def _lasts(settings: Settings) -> timedelta:
    return timedelta(hours=settings.session_hours)


def _idle(settings: Settings) -> timedelta:
    return timedelta(minutes=settings.session_idle_minutes)
