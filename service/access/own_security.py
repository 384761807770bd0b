"""What people do about how they sign in: passwords, second factors, recovery codes, sessions."""

from contextlib import suppress

from sqlmodel import Session, col, select, update

from service import clock
from service.access import passkeys, passwords, proving, rules, second_factors, sessions, throttling
from service.access.errors import (
    ResetLinkSpent,
    SecondFactorKept,
    SecondFactorNeeded,
    SessionNeeded,
    WrongCredentials,
)
from service.access.queries import find_account, find_account_by_email, roles_held
from service.access.schemas import (
    PasskeyRegistration,
    PasswordChange,
    ProfileRevision,
)
from service.access.sessions import Opened
from service.access.signing_in import Gate
from service.access.tables import Account, AccountPassword, Passkey, PasswordReset, SignInSession
from service.access.throttling import Guess
from service.caller import Caller
from service.database.columns import new_id
from service.errors import FieldFault, InvalidInput
from service.journal.commands import record
from service.mail.commands import post
from service.settings import Settings
from service.texts import N_, translate


def revise_profile(session: Session, caller: Caller, revision: ProfileRevision) -> Account:
    """Change one's own name or language."""
    row = find_account(session, caller, caller.account_id or "")
    changed = sorted(
        name for name in revision.model_fields_set if getattr(revision, name) != getattr(row, name)
    )
    for name in changed:
        setattr(row, name, getattr(revision, name))
    if changed:
        session.add(row)
        record(session, caller, "account.revised", f"account:{row.id}", {"fields": changed})
    return row


def change_password(session: Session, gate: Gate, caller: Caller, change: PasswordChange) -> Opened:
    """Set a new password, given the one before. All sessions end; this one goes on as a new one."""
    require_session(caller)
    guess = _proved_current(gate, caller, change.current)
    account = _own_account(gate, caller)
    _check_new_password(change.new, account.email, "new")
    digest = passwords.digest_of_password(change.new, gate.settings)
    if guess is not None:
        throttling.give_back(session, guess)
    keep_password(session, caller, account, digest)
    return _go_on(session, gate.settings, caller)


def set_password(session: Session, caller: Caller, email: str, password: str, settings: Settings) -> None:
    """Set the password of an account; for those who manage accounts from the machine itself."""
    account = find_account_by_email(session, caller, email)
    _check_new_password(password, account.email, "password")
    keep_password(session, caller, account, passwords.digest_of_password(password, settings))


def keep_password(session: Session, caller: Caller, account: Account, digest: str) -> None:
    """Keep a new password: all sessions end, links to set one work no more, and its owner is told."""
    row = session.get(AccountPassword, account.id)
    if row is None:
        row = AccountPassword(account_id=account.id, digest=digest, set_at=clock.now())
    row.digest, row.set_at = digest, clock.now()
    session.add(row)
    _spend_reset_links(session, account.id)
    sessions.end_all_sessions(session, caller, account.id)
    record(session, caller, "password.set", f"account:{account.id}")
    write_to(
        session,
        account,
        N_("Your password was changed"),
        N_(
            "The password of your account at Homologue was changed, and you were signed out everywhere. "
            "If that was not you, set a new password at once and tell your administrator."
        ),
    )


def reset_password(session: Session, gate: Gate, token: str, password: str) -> None:
    """Set a new password with the token of a letter, once. All sessions end."""
    guess = throttling.take_places(gate.database, f"reset-with:{gate.visitor.address}")
    account = account_of_reset(gate, token)
    _check_new_password(password, account.email, "password")
    digest = passwords.digest_of_password(password, gate.settings)
    used = session.exec(
        update(PasswordReset)
        .where(
            col(PasswordReset.digest) == rules.digest_of(token),
            col(PasswordReset.account_id) == account.id,
            col(PasswordReset.used_at).is_(None),
        )
        .values(used_at=clock.now())
    )
    if used.rowcount != 1:
        raise ResetLinkSpent
    throttling.give_back(session, guess)
    keep_password(session, Caller(account.id), account, digest)


def account_of_reset(gate: Gate, token: str) -> Account:
    """Return whose password a token may set."""
    with gate.database.reading() as session:
        account = session.exec(
            select(Account)
            .join(PasswordReset, col(PasswordReset.account_id) == col(Account.id))
            .where(
                PasswordReset.digest == rules.digest_of(token),
                col(PasswordReset.used_at).is_(None),
                col(PasswordReset.expires_at) > clock.now(),
                col(Account.disabled_at).is_(None),
            )
        ).first()
    if account is None:
        raise ResetLinkSpent
    return account


def start_app(session: Session, caller: Caller, settings: Settings) -> second_factors.AppSecret:
    """Start setting up an authenticator app."""
    require_settled(session, caller)
    return second_factors.start_app(session, caller, settings)


def confirm_app(
    session: Session, gate: Gate, caller: Caller, guess: Guess, code: str
) -> tuple[Opened, list[str]]:
    """Let the app count; with the first second factor come recovery codes. All other sessions end."""
    require_settled(session, caller)
    is_first = not second_factors.has_second_factor(session, caller.account_id or "")
    second_factors.confirm_app(session, caller, gate.settings, code)
    throttling.give_back(session, guess)
    return _go_on_stronger(session, gate.settings, caller, is_first=is_first)


def add_passkey(
    session: Session, caller: Caller, settings: Settings, registration: PasskeyRegistration
) -> tuple[Opened, list[str]]:
    """Add a passkey; with the first second factor come recovery codes. All other sessions end."""
    require_settled(session, caller)
    is_first = not second_factors.has_second_factor(session, caller.account_id or "")
    passkeys.add_passkey(session, caller, settings, registration)
    return _go_on_stronger(session, settings, caller, is_first=is_first)


def remove_app(session: Session, caller: Caller, settings: Settings) -> None:
    """Remove one's own authenticator app; the only second factor stays while the duties ask for one."""
    require_settled(session, caller)
    second_factors.remove_app(session, caller, caller.account_id or "")
    _check_still_enough(session, caller, settings)


def remove_passkey(session: Session, caller: Caller, settings: Settings, passkey_id: str) -> Passkey:
    """Remove one of one's own passkeys; the only second factor stays while the duties ask for one."""
    require_settled(session, caller)
    row = passkeys.find_passkey(session, caller, passkey_id)
    passkeys.remove_passkey(session, caller, row)
    _check_still_enough(session, caller, settings)
    return row


def renew_recovery_codes(session: Session, caller: Caller) -> list[str]:
    """Issue new recovery codes to somebody who has a second factor; those before count no more."""
    require_settled(session, caller)
    if not caller.has_second_factor:
        raise SecondFactorNeeded
    return second_factors.issue_recovery_codes(session, caller, caller.account_id or "")


def forget_second_factors(session: Session, caller: Caller, account: Account) -> None:
    """Take every second factor from an account whose owner lost them; the operator of the machine may."""
    second_factors.remove_app(session, caller, account.id)
    for row in passkeys.list_passkeys(session, account.id):
        passkeys.remove_passkey(session, caller, row)
    second_factors.forget_recovery_codes(session, account.id)
    sessions.end_all_sessions(session, caller, account.id)


def require_session(caller: Caller) -> None:
    """Refuse what a token must not do."""
    if caller.session_id is None:
        raise SessionNeeded


def require_settled(session: Session, caller: Caller) -> None:
    """Refuse a token, and a session that did not prove lately who it is, with the factor that it has."""
    proving.require_proved(session, caller)
    has_one = second_factors.has_second_factor(session, caller.account_id or "")
    if has_one and not caller.has_second_factor:
        raise SecondFactorNeeded


def write_to(session: Session, account: Account, subject: str, text: str, **values: str) -> None:
    """Write to the owner of an account about its security."""
    # An address that mail cannot go to must not tell who asks that it has an account.
    with suppress(InvalidInput):
        post(
            session,
            to=account.email,
            subject=translate(subject, account.language),
            text=translate(text, account.language, **values),
            about=f"account:{account.id}",
            key=new_id("security"),
        )


def _proved_current(gate: Gate, caller: Caller, current: str | None) -> Guess | None:
    account = _own_account(gate, caller)
    with gate.database.reading() as session:
        kept = session.get(AccountPassword, account.id)
        if kept is None:
            require_settled(session, caller)
            return None
    guess = gate.guess(f"account:{account.email}")
    if not passwords.matches(current or "", kept.digest, gate.settings):
        raise WrongCredentials
    return guess


def _own_account(gate: Gate, caller: Caller) -> Account:
    with gate.database.reading() as session:
        return find_account(session, caller, caller.account_id or "")


def _check_new_password(password: str, email: str, field: str) -> None:
    faults: list[FieldFault] = passwords.faults_of(password, email, field)
    if faults:
        raise InvalidInput(*faults)


def _check_still_enough(session: Session, caller: Caller, settings: Settings) -> None:
    if second_factors.has_second_factor(session, caller.account_id or ""):
        return
    roles = roles_held(session, caller.account_id or "")
    if rules.needs_second_factor(roles, rules.roles_named(settings.second_factor_roles)):
        raise SecondFactorKept
    second_factors.forget_recovery_codes(session, caller.account_id or "")


def _go_on_stronger(
    session: Session, settings: Settings, caller: Caller, *, is_first: bool
) -> tuple[Opened, list[str]]:
    sessions.end_all_sessions(session, caller, caller.account_id or "", but=caller.session_id)
    row = session.get_one(SignInSession, caller.session_id)
    account = session.get_one(Account, caller.account_id)
    opened = sessions.replace_session(session, row, account, settings)
    codes = second_factors.issue_recovery_codes(session, caller, account.id) if is_first else []
    return opened, codes


def _go_on(session: Session, settings: Settings, caller: Caller) -> Opened:
    row = session.get_one(SignInSession, caller.session_id)
    account = session.get_one(Account, caller.account_id)
    return sessions.open_session(
        session,
        account,
        settings,
        means=row.means,  # type: ignore[arg-type] # the table checks it
        device=row.device,
        has_second_factor=row.has_second_factor,
    )


def _spend_reset_links(session: Session, account_id: str) -> None:
    session.exec(
        update(PasswordReset)
        .where(col(PasswordReset.account_id) == account_id, col(PasswordReset.used_at).is_(None))
        .values(used_at=clock.now())
    )
