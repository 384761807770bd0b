"""Reading accounts, and finding out who asks."""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, bindparam, col, select, update
from starlette.requests import Request

from service import clock
from service.access.bearers import held_with
from service.access.cookies import COOKIE
from service.access.deputising import acting_for
from service.access.errors import SecondFactorNeeded, TokenOnlyReads
from service.access.passkeys import list_passkeys
from service.access.rules import (
    SESSION_PREFIX,
    device_in_words,
    is_open_to_enrol,
    may_manage_accounts,
    needs_second_factor,
    roles_named,
)
from service.access.schemas import (
    AccountView,
    DutyView,
    PasskeyView,
    SecurityView,
    SessionView,
    TokenView,
)
from service.access.second_factors import count_recovery_codes, has_app
from service.access.sessions import find_session, live_sessions, note_seen
from service.access.tables import Account, AccountPassword, ApiToken, DutyRow, Passkey, SignInSession
from service.caller import ANYBODY, Caller, Duty
from service.database.engines import Database
from service.database.prepared import Prepared
from service.errors import NotAllowed, NotFound, SignInRequired
from service.settings import Settings
from service.web.origins import is_own_form
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page

_READS = frozenset({"GET", "HEAD"})


def identify(session: Session, request: Request) -> Caller:
    """Return who sends a request: the owner of its bearer token or session, or nobody.

    A cookie counts for reading and for forms of our own pages, so that no other site can make a browser
    change anything.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise SignInRequired
        return _bearer(session, request, token.strip())
    cookie = request.cookies.get(COOKIE)
    if cookie and (request.method in _READS or is_own_form(request)):
        return _in_session(session, request, cookie) or ANYBODY
    return ANYBODY


# Written once: it is asked with each request.
_DUTIES = Prepared(
    select(DutyRow.role, DutyRow.stakeholder_id).where(
        DutyRow.account_id == bindparam("account"), col(DutyRow.ended_at).is_(None)
    )
)


def account_duties(session: Session, account_id: str) -> list[DutyRow]:
    """Return the duties that an account has now, in the order in which they were given."""
    query = select(DutyRow).where(DutyRow.account_id == account_id, col(DutyRow.ended_at).is_(None))
    return list(session.exec(query.order_by(col(DutyRow.granted_at), col(DutyRow.id))))


def own_duties(session: Session, caller: Caller) -> frozenset[Duty]:
    """Return the duties that a caller has in its own name, not as a deputy, and may act with."""
    borrowed = {one.duty for one in caller.stands_in}
    if not borrowed:
        return caller.duties
    return caller.duties & {_duty(row) for row in account_duties(session, caller.account_id or "")}


def roles_held(session: Session, account_id: str) -> set[str]:
    """Return the roles that an account acts with now, those of whom it stands in for included."""
    own = {row.role for row in account_duties(session, account_id)}
    return own | {one.duty.role for one in acting_for(session, account_id)}


def caller_of(session: Session, account: Account) -> Caller:
    """Return an account as a caller, with the duties that it has now."""
    session.flush()
    rows = _DUTIES.rows(session, {"account": account.id})
    duties = frozenset(Duty(role, stakeholder_id) for role, stakeholder_id in rows)
    return Caller(account.id, account.name, duties, account.language)


def caller_with_deputed(session: Session, account: Account) -> Caller:
    """Return an account as a caller, with the duties that it has now and those for which it is deputy now."""
    caller, stands_in = caller_of(session, account), acting_for(session, account.id)
    deputed = frozenset(one.duty for one in stands_in)
    return replace(caller, duties=caller.duties | deputed, stands_in=stands_in)


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
    return AccountView(
        id=row.id,
        email=row.email,
        name=row.name,
        language=row.language,
        duties=[
            DutyView(id=duty.id, role=duty.role, stakeholder=duty.stakeholder_id, granted_at=duty.granted_at)
            for duty in account_duties(session, row.id)
        ],
        disabled_at=row.disabled_at,
    )


def token_view(row: ApiToken) -> TokenView:
    """Return a token as it is shown: never the token itself."""
    return TokenView(
        id=row.id,
        label=row.label,
        hint=row.hint,
        scope=row.scope,
        stakeholder=row.stakeholder_id,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
    )


def get_security(session: Session, caller: Caller, settings: Settings) -> SecurityView:
    """Return how whoever asks signs in."""
    account_id = find_account(session, caller, caller.account_id or "").id
    roles = roles_held(session, account_id)
    return SecurityView(
        has_password=session.get(AccountPassword, account_id) is not None,
        has_authenticator_app=has_app(session, account_id),
        passkeys=[passkey_view(row) for row in list_passkeys(session, account_id)],
        recovery_codes_left=count_recovery_codes(session, account_id),
        needs_second_factor=needs_second_factor(roles, roles_named(settings.second_factor_roles)),
        has_second_factor=caller.has_second_factor,
    )


def list_own_sessions(session: Session, caller: Caller, settings: Settings) -> list[SessionView]:
    """Return where whoever asks is signed in, newest first."""
    return [session_view(row, caller) for row in live_sessions(session, caller.account_id or "", settings)]


def session_view(row: SignInSession, caller: Caller) -> SessionView:
    """Return a session as it is shown to its owner."""
    return SessionView(
        id=row.id,
        means=row.means,
        device=device_in_words(row.device),
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        is_this_one=row.id == caller.session_id,
    )


def passkey_view(row: Passkey) -> PasskeyView:
    """Return a passkey as it is shown to its owner."""
    return PasskeyView(id=row.id, label=row.label, added_at=row.added_at, last_used_on=row.last_used_on)


def _bearer(session: Session, request: Request, secret: str) -> Caller:
    if secret.startswith(SESSION_PREFIX):
        caller = _in_session(session, request, secret)
        if caller is None:
            raise SignInRequired
        return caller
    held = held_with(session, secret)
    if held is None:
        raise SignInRequired
    if held.scope == "read" and request.method not in _READS:
        raise TokenOnlyReads
    if held.last_used_on != clock.today():
        # The connection goes back first: a request must never hold one and wait for another.
        session.close()
        _note_token_used(request.app.state.database, held.token_id)
    return held.caller


def _in_session(session: Session, request: Request, secret: str) -> Caller | None:
    settings: Settings = request.app.state.settings
    found = find_session(session, secret, settings)
    if found is None or found[0].awaits_second_factor:
        return None
    row, account = found
    caller = caller_of(session, account)
    # A deputy signs in: a token was issued for the duties of its owner, not for those of others.
    stands_in = acting_for(session, account.id)
    caller = replace(
        caller,
        session_id=row.id,
        has_second_factor=row.has_second_factor,
        duties=caller.duties | {one.duty for one in stands_in},
        stands_in=stands_in,
    )
    demanding = roles_named(settings.second_factor_roles)
    if not row.has_second_factor and needs_second_factor((duty.role for duty in caller.duties), demanding):
        if not is_open_to_enrol(request.url.path):
            raise SecondFactorNeeded
        caller = replace(caller, duties=frozenset(), stands_in=frozenset())
    session.close()
    note_seen(request.app.state.database, row, settings)
    return caller


def _duty(row: DutyRow) -> Duty:
    return Duty(row.role, row.stakeholder_id)  # type: ignore[arg-type] # the table checks it


def _note_token_used(database: Database, token_id: str) -> None:
    with suppress(OperationalError), database.writing() as session:
        session.exec(update(ApiToken).where(col(ApiToken.id) == token_id).values(last_used_on=clock.today()))
