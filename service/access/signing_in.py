"""Signing in and out: a password or a passkey, then a second factor where the account has one.

Checking a password takes long by design. It is done between two transactions, so that nobody waits for it who
only wants to write.
"""

from dataclasses import dataclass

from sqlmodel import Session, select
from starlette.requests import Request

from service.access import passkeys, passwords, rules, second_factors, sessions, throttling
from service.access.errors import WrongCredentials
from service.access.queries import roles_held
from service.access.schemas import PasskeyProof
from service.access.sessions import Opened
from service.access.tables import Account, AccountPassword, SignInSession
from service.access.throttling import Guess
from service.caller import Caller
from service.database.engines import Database
from service.errors import SignInRequired
from service.settings import Settings
from service.web.visitors import Visitor, visitor_of


@dataclass(frozen=True, slots=True)
class Gate:
    """Where somebody knocks: who it is, and what it takes to let somebody in."""

    database: Database
    settings: Settings
    visitor: Visitor

    def guess(self, name: str) -> Guess:
        """Take the place of a guess, for a name and for the address that it comes from."""
        return throttling.take_places(self.database, name, f"address:{self.visitor.address}")


def gate_of(request: Request) -> Gate:
    """Return the gate that a request knocks at."""
    return Gate(request.app.state.database, request.app.state.settings, visitor_of(request))


@dataclass(frozen=True, slots=True)
class ProvedPassword:
    """That somebody knows the password of an account."""

    account_id: str
    guess: Guess
    new_digest: str | None
    """What to keep of it from now on, where it was kept with weaker settings."""


def prove_password(gate: Gate, email: str, password: str) -> ProvedPassword:
    """Check a password. A wrong address and a wrong password look the same and take the same time."""
    guess = gate.guess(f"account:{email}")
    with gate.database.reading() as session:
        found = session.exec(
            select(Account, AccountPassword)
            .join(AccountPassword, AccountPassword.account_id == Account.id)  # type: ignore[arg-type]
            .where(Account.email == email)
        ).first()
    account, kept = found or (None, None)
    is_right = passwords.matches(password, kept.digest if kept else None, gate.settings)
    if not is_right or account is None or kept is None or account.disabled_at is not None:
        raise WrongCredentials
    is_old = passwords.is_outdated(kept.digest, gate.settings)
    new = passwords.digest_of_password(password, gate.settings) if is_old else None
    return ProvedPassword(account.id, guess, new)


def sign_in(session: Session, gate: Gate, proved: ProvedPassword) -> Opened:
    """Open a session for somebody who knows the password; a second factor is waited for, if there is one."""
    throttling.give_back(session, proved.guess)
    throttling.forget_old_failures(session)
    account = session.get_one(Account, proved.account_id)
    if proved.new_digest:
        kept = session.get_one(AccountPassword, account.id)
        kept.digest = proved.new_digest
        session.add(kept)
    return sessions.open_session(
        session,
        account,
        gate.settings,
        means="password",
        device=gate.visitor.device,
        awaits_second_factor=second_factors.has_second_factor(session, account.id),
    )


def sign_in_with_passkey(session: Session, gate: Gate, guess: Guess, proof: PasskeyProof) -> Opened:
    """Open a session for somebody whose passkey made sure who holds it; that counts as two factors."""
    proved = passkeys.prove_passkey(session, gate.settings, proof, "sign_in")
    account = session.get_one(Account, proved.row.account_id)
    if account.disabled_at is not None:
        raise WrongCredentials
    throttling.give_back(session, guess)
    return sessions.open_session(
        session,
        account,
        gate.settings,
        means="passkey",
        device=gate.visitor.device,
        has_second_factor=True,
    )


def must_enrol(session: Session, gate: Gate, opened: Opened) -> bool:
    """Tell whether a session opens nothing but the setting up of a second factor."""
    demanding = rules.roles_named(gate.settings.second_factor_roles)
    roles = roles_held(session, opened.row.account_id)
    return not opened.row.has_second_factor and rules.needs_second_factor(roles, demanding)


def find_waiting(session: Session, gate: Gate, secret: str) -> tuple[SignInSession, Account]:
    """Return the session that waits for its second factor, with its account."""
    found = sessions.find_session(session, secret, gate.settings)
    if found is None or not found[0].awaits_second_factor:
        raise SignInRequired
    return found


def waiting_account(gate: Gate, secret: str) -> str:
    """Return whose session waits for its second factor."""
    with gate.database.reading() as session:
        return find_waiting(session, gate, secret)[1].id


def enter_code(session: Session, gate: Gate, guess: Guess, secret: str, code: str) -> Opened:
    """Go on signing in with a code of the app, or a recovery code."""
    row, account = find_waiting(session, gate, secret)
    second_factors.use_code(session, account.id, code, gate.settings)
    throttling.give_back(session, guess)
    return sessions.replace_session(session, row, account, gate.settings)


def enter_passkey(session: Session, gate: Gate, guess: Guess, secret: str, proof: PasskeyProof) -> Opened:
    """Go on signing in with a passkey as the second factor."""
    row, account = find_waiting(session, gate, secret)
    passkeys.prove_passkey(session, gate.settings, proof, "second_factor", account.id)
    throttling.give_back(session, guess)
    return sessions.replace_session(session, row, account, gate.settings)


def sign_out(session: Session, gate: Gate, secret: str) -> None:
    """End the session that somebody holds; what is no live session changes nothing."""
    found = sessions.find_session(session, secret, gate.settings)
    if found is not None:
        row, account = found
        sessions.end_rows(session, Caller(account.id), [row])
