"""Which provider of sign-ins knows an account, and by which name of its own."""

from sqlmodel import Session, col, select

from service import clock
from service.access.errors import LinkedAlready
from service.access.providers import Said, providers_of
from service.access.schemas import LinkedSignInView
from service.access.tables import Account, LinkedSignIn
from service.caller import Caller
from service.database.columns import new_id
from service.errors import NotFound
from service.journal.commands import record
from service.settings import Settings


def account_of(session: Session, said: Said) -> Account | None:
    """Return the account that the provider's own name for somebody is linked to, whatever its address now."""
    row = _row(session, said)
    return session.get_one(Account, row.account_id) if row else None


def link(session: Session, caller: Caller, account_id: str, said: Said) -> LinkedSignIn:
    """Link an account with the provider's own name for its owner."""
    row = _row(session, said)
    if row is not None:
        if row.account_id != account_id:
            raise LinkedAlready
        return row
    row = LinkedSignIn(
        id=new_id("link"),
        account_id=account_id,
        issuer=said.issuer,
        subject=said.subject,
        linked_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, caller, "sign_in.linked", f"account:{account_id}", {"link": row.id})
    return row


def unlink(session: Session, caller: Caller, link_id: str) -> LinkedSignIn:
    """Remove one's own link with a provider; one signs in with it no more."""
    row = session.get(LinkedSignIn, link_id)
    if row is None or row.account_id != caller.account_id:
        raise NotFound
    session.delete(row)
    record(session, caller, "sign_in.unlinked", f"account:{row.account_id}", {"link": row.id})
    return row


def note_used(session: Session, said: Said) -> None:
    """Note the day on which somebody signed in with a provider."""
    row = _row(session, said)
    if row is not None and row.last_used_on != clock.today():
        row.last_used_on = clock.today()
        session.add(row)


def list_links(session: Session, caller: Caller, settings: Settings) -> list[LinkedSignInView]:
    """Return which providers know the account of whoever asks, oldest first."""
    rows = session.exec(
        select(LinkedSignIn)
        .where(LinkedSignIn.account_id == caller.account_id)
        .order_by(col(LinkedSignIn.linked_at), col(LinkedSignIn.id))
    )
    return [link_view(row, settings) for row in rows]


def link_view(row: LinkedSignIn, settings: Settings) -> LinkedSignInView:
    """Return a link as it is shown to its owner."""
    labels = {one.issuer: one.label for one in providers_of(settings)}
    return LinkedSignInView(
        id=row.id,
        provider=labels.get(row.issuer, row.issuer),
        linked_at=row.linked_at,
        last_used_on=row.last_used_on,
    )


def _row(session: Session, said: Said) -> LinkedSignIn | None:
    return session.exec(
        select(LinkedSignIn).where(LinkedSignIn.issuer == said.issuer, LinkedSignIn.subject == said.subject)
    ).first()
