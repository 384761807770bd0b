"""Reading letters: for administrators, and never what they say."""

from sqlmodel import Session, col, func, select

from service.caller import Caller
from service.errors import NotAllowed
from service.mail import rules
from service.mail.schemas import LetterView, MailView
from service.mail.tables import Letter
from service.settings import Settings
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


def list_letters(
    session: Session, caller: Caller, page: PageAsked, standing: rules.Standing | None = None
) -> Page[LetterView]:
    """Return a page of the letters, newest first."""
    _check_may_look(caller)
    query = select(Letter)
    if standing is not None:
        query = query.where(_STANDINGS[standing])
    order = [Key(col(Letter.queued_at), "queued_at", descending=True), Key(col(Letter.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=[_view(row) for row in rows], next=following)


def get_mail(session: Session, caller: Caller, settings: Settings) -> MailView:
    """Return how many letters wait, went, or were given up, and whether a mail server is set."""
    _check_may_look(caller)
    return MailView(
        has_server=bool(settings.smtp_host),
        waiting=count_waiting(session),
        given_up=_count(session, "given_up"),
        sent=_count(session, "sent"),
    )


def count_waiting(session: Session) -> int:
    """Return how many letters wait to be sent."""
    return _count(session, "waiting")


_STANDINGS = {
    "waiting": col(Letter.due_at).is_not(None),
    "sent": col(Letter.sent_at).is_not(None),
    "given_up": col(Letter.given_up_at).is_not(None),
}


def _count(session: Session, standing: rules.Standing) -> int:
    return session.exec(select(func.count()).select_from(Letter).where(_STANDINGS[standing])).one()


def _check_may_look(caller: Caller) -> None:
    if not rules.may_look_after_mail(caller):
        raise NotAllowed


def _view(row: Letter) -> LetterView:
    standing: rules.Standing = "sent" if row.sent_at else "given_up" if row.given_up_at else "waiting"
    return LetterView(
        id=row.id,
        recipient=row.recipient,
        subject=row.subject,
        standing=standing,
        queued_at=row.queued_at,
        due_at=row.due_at,
        attempts=row.attempts,
        sent_at=row.sent_at,
        failure=row.failure,
    )
