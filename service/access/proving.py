"""Proving again who one is, before one changes how one signs in. It counts for ten minutes."""

from datetime import datetime

from sqlmodel import Session, select

from service import clock
from service.access import passkeys, passwords, rules, second_factors, throttling
from service.access.errors import ProofNeeded, SessionNeeded, WrongCode, WrongCredentials
from service.access.schemas import PasskeyProof, Proof
from service.access.signing_in import Gate
from service.access.tables import Account, AccountPassword, SignInSession
from service.caller import Caller
from service.journal.commands import record


def require_proved(session: Session, caller: Caller) -> None:
    """Refuse a token, and somebody who did not prove lately who it is."""
    if caller.session_id is None:
        raise SessionNeeded
    row = session.get_one(SignInSession, caller.session_id)
    if not rules.is_proved(row.proved_at or row.opened_at, clock.now()):
        raise ProofNeeded


def prove(gate: Gate, caller: Caller, proof: Proof) -> datetime:
    """Prove by the password, or by a code, who one is; return until when that counts."""
    if caller.session_id is None:
        raise SessionNeeded
    if proof.password is None and proof.code is not None:
        return _by_code(gate, caller, proof.code)
    with gate.database.reading() as session:
        account, kept = session.exec(
            select(Account, AccountPassword)
            .outerjoin(AccountPassword, AccountPassword.account_id == Account.id)  # type: ignore[arg-type] # a comparison of columns
            .where(Account.id == caller.account_id)
        ).one()
    guess = gate.guess(f"account:{account.email}")
    # The outer join gives no password where there is none, which the types do not say.
    digest = kept.digest if kept else None
    if not passwords.matches(proof.password or "", digest, gate.settings) or digest is None:
        raise WrongCredentials
    with gate.database.writing() as session:
        throttling.give_back(session, guess)
        return _note(session, caller)


def prove_with_passkey(session: Session, gate: Gate, caller: Caller, proof: PasskeyProof) -> datetime:
    """Prove by a passkey who one is; return until when that counts."""
    if caller.session_id is None:
        raise SessionNeeded
    passkeys.prove_passkey(session, gate.settings, proof, "second_factor", caller.account_id)
    return _note(session, caller)


def _by_code(gate: Gate, caller: Caller, code: str) -> datetime:
    guess = gate.guess(f"code:{caller.account_id}")
    with gate.database.writing() as session:
        if not second_factors.has_app(session, caller.account_id or ""):
            raise WrongCode
        second_factors.use_code(session, caller.account_id or "", code, gate.settings)
        throttling.give_back(session, guess)
        return _note(session, caller)


def _note(session: Session, caller: Caller) -> datetime:
    row = session.get_one(SignInSession, caller.session_id)
    row.proved_at = clock.now()
    session.add(row)
    record(session, caller, "session.proved", f"session:{row.id}")
    return row.proved_at + rules.PROOF_LASTS
