"""Second factors but passkeys: codes of an app (TOTP), and recovery codes for when it is lost."""

import base64
import secrets
from io import BytesIO
from typing import NamedTuple

import pyotp
import segno
from sqlmodel import Session, col, func, select, update

from service import clock
from service.access import rules
from service.access.errors import NothingToConfirm, SecondFactorInPlace, WrongCode
from service.access.tables import Account, AuthenticatorApp, Passkey, RecoveryCode
from service.caller import Caller
from service.journal.commands import record
from service.keys import key_for, seal, unseal
from service.settings import Settings

ISSUER = "Homologue"
_PURPOSE = "second factors"


class SealBroken(Exception):
    """The secret of this instance is not the one that an app's secret was sealed with."""


class AppSecret(NamedTuple):
    """What an app needs to make codes: to type, and to scan."""

    secret: str
    address: str

    def picture(self) -> bytes:
        """Return the code to scan, as an SVG picture."""
        picture = BytesIO()
        segno.make(self.address, error="m").save(picture, kind="svg", scale=5, border=4, xmldecl=False)
        return picture.getvalue()


def has_second_factor(session: Session, account_id: str) -> bool:
    """Tell whether an account has a second factor to ask for."""
    return _has_app(session, account_id) or _counted_passkeys(session, account_id) > 0


def has_app(session: Session, account_id: str) -> bool:
    """Tell whether an app of this account counts."""
    return _has_app(session, account_id)


def start_app(session: Session, caller: Caller, settings: Settings) -> AppSecret:
    """Start setting up an app; it counts once a code of it was entered."""
    account = session.get_one(Account, caller.account_id)
    row = session.get(AuthenticatorApp, account.id)
    if row is not None and row.confirmed_at is not None:
        raise SecondFactorInPlace
    secret = pyotp.random_base32()
    if row is None:
        row = AuthenticatorApp(account_id=account.id, sealed_secret="", added_at=clock.now())
    row.sealed_secret = _sealed(secret, account.id, settings)
    row.added_at = clock.now()
    session.add(row)
    record(session, caller, "authenticator_app.started", f"account:{account.id}")
    return _shown(secret, account)


def get_started_app(session: Session, caller: Caller, settings: Settings) -> AppSecret:
    """Return the secret of an app that waits to be confirmed; it is never shown again afterwards."""
    row = session.get(AuthenticatorApp, caller.account_id or "")
    if row is None or row.confirmed_at is not None:
        raise NothingToConfirm
    account = session.get_one(Account, row.account_id)
    return _shown(_opened(row, settings), account)


def confirm_app(session: Session, caller: Caller, settings: Settings, code: str) -> None:
    """Let the app count, once it made the right code."""
    row = session.get(AuthenticatorApp, caller.account_id or "")
    if row is None or row.confirmed_at is not None:
        raise NothingToConfirm
    _use_step(session, row, code, settings)
    row.confirmed_at = clock.now()
    session.add(row)
    record(session, caller, "authenticator_app.added", f"account:{row.account_id}")


def remove_app(session: Session, caller: Caller, account_id: str) -> None:
    """Remove the app of an account, if there is one."""
    row = session.get(AuthenticatorApp, account_id)
    if row is not None:
        session.delete(row)
        session.flush()
        record(session, caller, "authenticator_app.removed", f"account:{account_id}")


def use_code(session: Session, account_id: str, typed: str, settings: Settings) -> None:
    """Take a code of the app, or a recovery code; either counts once."""
    if len(rules.plain_code(typed)) == len(rules.plain_code(rules.new_recovery_code())):
        _use_recovery_code(session, account_id, typed)
        return
    row = session.get(AuthenticatorApp, account_id)
    if row is None or row.confirmed_at is None:
        raise WrongCode
    _use_step(session, row, typed, settings)


def issue_recovery_codes(session: Session, caller: Caller, account_id: str) -> list[str]:
    """Issue ten recovery codes and return the only readable copy; those before count no more."""
    for old in session.exec(select(RecoveryCode).where(RecoveryCode.account_id == account_id)).all():
        session.delete(old)
    session.flush()
    codes = [rules.new_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    now = clock.now()
    session.add_all(
        RecoveryCode(digest=_digest(account_id, code), account_id=account_id, issued_at=now) for code in codes
    )
    record(session, caller, "recovery_codes.issued", f"account:{account_id}")
    return codes


def count_recovery_codes(session: Session, account_id: str) -> int:
    """Return how many recovery codes are left."""
    query = select(func.count(col(RecoveryCode.digest)))
    return session.exec(
        query.where(RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None))
    ).one()


def forget_recovery_codes(session: Session, account_id: str) -> None:
    """Forget the recovery codes of an account that has no second factor any more."""
    for row in session.exec(select(RecoveryCode).where(RecoveryCode.account_id == account_id)).all():
        session.delete(row)


def _has_app(session: Session, account_id: str) -> bool:
    row = session.get(AuthenticatorApp, account_id)
    return row is not None and row.confirmed_at is not None


def _counted_passkeys(session: Session, account_id: str) -> int:
    return session.exec(select(func.count(col(Passkey.id))).where(Passkey.account_id == account_id)).one()


def _use_step(session: Session, row: AuthenticatorApp, typed: str, settings: Settings) -> None:
    step = _step_of(_opened(row, settings), rules.plain_code(typed))
    if step is None:
        raise WrongCode
    # Compared and set: of two who send the same code at once, one is refused.
    used = session.exec(
        update(AuthenticatorApp)
        .where(col(AuthenticatorApp.account_id) == row.account_id, col(AuthenticatorApp.last_step) < step)
        .values(last_step=step)
    )
    if used.rowcount != 1:
        raise WrongCode
    session.refresh(row)


def _step_of(secret: str, code: str) -> int | None:
    maker = pyotp.TOTP(secret, interval=rules.STEP_SECONDS)
    now = int(clock.now().timestamp()) // rules.STEP_SECONDS
    for step in range(now - rules.STEPS_ASIDE, now + rules.STEPS_ASIDE + 1):
        if secrets.compare_digest(maker.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _use_recovery_code(session: Session, account_id: str, typed: str) -> None:
    used = session.exec(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.digest) == _digest(account_id, typed),
            col(RecoveryCode.account_id) == account_id,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=clock.now())
    )
    if used.rowcount != 1:
        raise WrongCode
    record(session, Caller(account_id), "recovery_code.used", f"account:{account_id}")


def _digest(account_id: str, code: str) -> str:
    return rules.digest_of(f"{account_id}:{rules.plain_code(code)}")


def _shown(secret: str, account: Account) -> AppSecret:
    return AppSecret(secret, pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER))


def _sealed(secret: str, account_id: str, settings: Settings) -> str:
    return base64.b64encode(seal(key_for(_PURPOSE, settings), secret.encode(), account_id)).decode()


def _opened(row: AuthenticatorApp, settings: Settings) -> str:
    plain = unseal(key_for(_PURPOSE, settings), base64.b64decode(row.sealed_secret), row.account_id)
    if plain is None:
        raise SealBroken
    return plain.decode()
