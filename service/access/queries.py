"""Reading accounts, and finding out who asks."""

from sqlmodel import Session, col, or_, select
from starlette.requests import Request

from service import clock
from service.access.rules import digest_of, may_manage_accounts
from service.access.schemas import AccountView, DutyView, TokenView
from service.access.tables import Account, ApiToken, DutyRow
from service.caller import ANYBODY, Caller, Duty
from service.errors import NotAllowed, NotFound, SignInRequired
from service.web.origins import is_own_form
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page

COOKIE = "homologue_session"
_READS = frozenset({"GET", "HEAD"})


def identify(session: Session, request: Request) -> Caller:
    """Return who sends a request: the owner of its bearer token, or nobody.

    A cookie counts for reading and for forms of our own pages, so that no other site can make a browser
    change anything.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise SignInRequired
        return _owner(session, token.strip())
    cookie = request.cookies.get(COOKIE)
    if cookie and (request.method in _READS or is_own_form(request)):
        try:
            return _owner(session, cookie)
        except SignInRequired:
            return ANYBODY
    return ANYBODY


def caller_of(session: Session, account: Account) -> Caller:
    """Return an account as a caller, with the duties that it has now."""
    rows = session.exec(
        select(DutyRow).where(DutyRow.account_id == account.id, col(DutyRow.ended_at).is_(None))
    )
    duties = frozenset(Duty(row.role, row.stakeholder_id) for row in rows)  # type: ignore[arg-type]
    return Caller(account.id, account.name, duties, account.language)


def get_own_account(session: Session, caller: Caller) -> AccountView:
    """Return the account of whoever asks."""
    return account_view(session, find_account(session, caller, caller.account_id or ""))


def find_account(session: Session, caller: Caller, account_id: str) -> Account:
    """Return an account: one's own, or any for those who manage accounts."""
    row = session.get(Account, account_id)
    if row is None or not (account_id == caller.account_id or may_manage_accounts(caller)):
        raise NotFound
    return row


def find_account_by_email(session: Session, caller: Caller, email: str) -> Account:
    """Return the account with an address, for those who manage accounts."""
    row = session.exec(select(Account).where(Account.email == email.lower())).first()
    if row is None or not may_manage_accounts(caller):
        raise NotFound
    return row


def list_accounts(session: Session, caller: Caller, page: PageAsked) -> Page[AccountView]:
    """Return a page of all accounts, for those who manage them."""
    if not may_manage_accounts(caller):
        raise NotAllowed
    order = [Key(col(Account.email), "email"), Key(col(Account.id), "id")]
    rows, following = page_of(session, select(Account), order, page)
    return Page(items=[account_view(session, row) for row in rows], next=following)


def list_own_tokens(session: Session, caller: Caller) -> list[TokenView]:
    """Return the live tokens of whoever asks, newest first."""
    rows = session.exec(
        select(ApiToken)
        .where(ApiToken.account_id == caller.account_id, col(ApiToken.revoked_at).is_(None))
        .order_by(col(ApiToken.issued_at).desc(), col(ApiToken.id))
    )
    return [token_view(row) for row in rows]


def account_view(session: Session, row: Account) -> AccountView:
    """Return an account as it is shown."""
    duties = session.exec(
        select(DutyRow)
        .where(DutyRow.account_id == row.id, col(DutyRow.ended_at).is_(None))
        .order_by(col(DutyRow.granted_at), col(DutyRow.id))
    )
    return AccountView(
        id=row.id,
        email=row.email,
        name=row.name,
        language=row.language,
        duties=[
            DutyView(id=duty.id, role=duty.role, stakeholder=duty.stakeholder_id, granted_at=duty.granted_at)
            for duty in duties
        ],
        disabled_at=row.disabled_at,
    )


def token_view(row: ApiToken) -> TokenView:
    """Return a token as it is shown: never the token itself."""
    return TokenView(
        id=row.id, label=row.label, hint=row.hint, issued_at=row.issued_at, expires_at=row.expires_at
    )


def _owner(session: Session, token: str) -> Caller:
    now = clock.now()
    account = session.exec(
        select(Account)
        .join(ApiToken, col(ApiToken.account_id) == col(Account.id))
        .where(
            ApiToken.digest == digest_of(token),
            col(ApiToken.revoked_at).is_(None),
            or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > now),
            col(Account.disabled_at).is_(None),
        )
    ).first()
    if account is None:
        raise SignInRequired
    return caller_of(session, account)
