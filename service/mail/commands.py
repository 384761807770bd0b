"""Queueing letters, taking them in hand, noting what became of them."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, or_, select, update

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.errors import InvalidInput, NotAllowed
from service.journal.commands import record
from service.mail import rules
from service.mail.tables import Letter


def post(
    session: Session,
    *,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    about: str,
    key: str,
    stop_link: str | None = None,
) -> None:
    """Queue a letter in the caller's transaction; a letter with the same key is queued once.

    ``about`` is the subject that erasure finds it by (``account:account_…``). ``key`` must hold no secret.
    A worker sends it after the commit.
    """
    faults = rules.letter_faults(to, subject, stop_link)
    if faults:
        raise InvalidInput(*faults)
    now = clock.now()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.exec(
        dialect.insert(Letter)
        .values(
            id=new_id("letter"),
            key=key,
            about=about,
            recipient=to,
            subject=subject,
            text=text,
            html=html,
            stop_link=stop_link,
            queued_at=now,
            due_at=now,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


def claim_letter(session: Session) -> Letter | None:
    """Take the letter in hand that is due longest, so that no other worker sends it meanwhile."""
    now = clock.now()
    is_free = or_(col(Letter.claimed_until).is_(None), col(Letter.claimed_until) <= now)
    letter = session.exec(
        select(Letter)
        .where(col(Letter.due_at) <= now, is_free)
        .order_by(col(Letter.due_at), col(Letter.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if letter is None:
        return None
    claimed = session.exec(
        update(Letter)
        .where(col(Letter.id) == letter.id, col(Letter.due_at).is_not(None), is_free)
        .values(
            claimed_until=now + rules.LEASE,
            attempts=Letter.attempts + 1,
            first_tried_at=letter.first_tried_at or now,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(letter)
    return letter if claimed.rowcount == 1 else None


def note_sent(session: Session, letter_id: str) -> None:
    """Note that a mail server took the letter, and wipe what it said."""
    _settle(session, letter_id, sent_at=clock.now(), failure=None)


def note_failure(session: Session, letter: Letter, kind: str, code: int | None = None) -> None:
    """Note that a letter could not be sent: it is tried again after a pause, or given up."""
    now = clock.now()
    failure = f"{kind} {code}" if code else kind
    if rules.is_given_up(letter.first_tried_at or now, now, code):
        _settle(session, letter.id, given_up_at=now, failure=failure)
        record(session, SYSTEM, "letter.given-up", f"letter:{letter.id}", {"failure": failure})
        return
    session.exec(
        update(Letter)
        .where(col(Letter.id) == letter.id, col(Letter.due_at).is_not(None))
        .values(due_at=now + rules.pause_after(letter.attempts), claimed_until=None, failure=failure)
        .execution_options(synchronize_session=False)
    )


def hold_back(session: Session, attempts: int) -> None:
    """Let every letter that is due wait for a pause: the mail server is away, whichever letter goes first."""
    now = clock.now()
    session.exec(
        update(Letter)
        .where(col(Letter.due_at) <= now)
        .values(due_at=now + rules.pause_after(attempts))
        .execution_options(synchronize_session=False)
    )


def try_letters_now(session: Session, caller: Caller) -> int:
    """Let every waiting letter be tried at once, and return how many there are; administrators may."""
    if not rules.may_look_after_mail(caller):
        raise NotAllowed
    hurried = session.exec(
        update(Letter).where(col(Letter.due_at).is_not(None)).values(due_at=clock.now())
    ).rowcount
    record(session, caller, "letters.tried-again", "mail:letters", {"letters": hurried})
    return hurried


def forget_letters(session: Session, about: str) -> int:
    """Erase every letter about a subject, waiting ones included, and return how many there were."""
    return session.exec(delete(Letter).where(col(Letter.about) == about)).rowcount


def _settle(
    session: Session,
    letter_id: str,
    *,
    sent_at: datetime | None = None,
    given_up_at: datetime | None = None,
    failure: str | None,
) -> None:
    session.exec(
        update(Letter)
        .where(col(Letter.id) == letter_id)
        .values(
            sent_at=sent_at,
            given_up_at=given_up_at,
            failure=failure,
            text=None,
            html=None,
            stop_link=None,
            due_at=None,
            claimed_until=None,
        )
        .execution_options(synchronize_session=False)
    )
