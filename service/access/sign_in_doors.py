"""The JSON doors to signing in and out, and to a forgotten password.

They open their transactions themselves: a guess takes its place in one of its own, whatever becomes of it.
"""

from fastapi import Request

from service.access import own_security, passkeys, resetting, signing_in
from service.access.providers import providers_of
from service.access.schemas import (
    CodeEntry,
    PasskeyOptions,
    PasskeyProof,
    PasskeyQuestion,
    PasswordReset,
    PasswordSignIn,
    ProviderView,
    ResetAsked,
    ResetQuestion,
    SessionOpened,
    SignedOut,
)
from service.access.sessions import Opened
from service.access.signing_in import gate_of
from service.errors import SignInRequired
from service.web.doors import Doors

router = Doors(tags=["sign-in"])


@router.post("/sign-in")
def sign_in(request: Request, entry: PasswordSignIn) -> SessionOpened:
    """Sign in with a password; send what comes back as a bearer token. A second factor may be asked first."""
    gate = gate_of(request)
    proved = signing_in.prove_password(gate, entry.email, entry.password)
    with gate.database.writing() as session:
        return opened_view(signing_in.sign_in(session, gate, proved))


@router.post("/sign-in/second-factor")
def enter_second_factor(request: Request, entry: CodeEntry) -> SessionOpened:
    """Enter a code of your app, or a recovery code, with the waiting session as bearer token."""
    gate, secret = gate_of(request), held(request)
    guess = gate.guess(f"code:{signing_in.waiting_account(gate, secret)}")
    with gate.database.writing() as session:
        return opened_view(signing_in.enter_code(session, gate, guess, secret, entry.code))


@router.post("/sign-in/second-factor/passkey-options")
def ask_passkey_as_second_factor(request: Request) -> PasskeyOptions:
    """Ask what a passkey has to sign to be the second factor of the waiting session."""
    gate, secret = gate_of(request), held(request)
    with gate.database.writing() as session:
        _, account = signing_in.find_waiting(session, gate, secret)
        return PasskeyOptions(public_key=passkeys.ask_for_second_factor(session, account.id, gate.settings))


@router.post("/sign-in/second-factor/passkey")
def enter_passkey_as_second_factor(request: Request, proof: PasskeyProof) -> SessionOpened:
    """Let a passkey be the second factor of the waiting session."""
    gate, secret = gate_of(request), held(request)
    guess = gate.guess(f"code:{signing_in.waiting_account(gate, secret)}")
    with gate.database.writing() as session:
        return opened_view(signing_in.enter_passkey(session, gate, guess, secret, proof))


@router.post("/sign-in/passkey-options")
def ask_passkey_to_sign_in(request: Request, question: PasskeyQuestion) -> PasskeyOptions:
    """Ask what a passkey has to sign to sign in without a password."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        return PasskeyOptions(public_key=passkeys.ask_to_sign_in(session, gate.settings, question.email))


@router.post("/sign-in/passkey")
def sign_in_with_passkey(request: Request, proof: PasskeyProof) -> SessionOpened:
    """Sign in with a passkey that made sure who holds it; that counts as two factors."""
    gate = gate_of(request)
    guess = gate.guess(f"passkey:{proof.credential_id}")
    with gate.database.writing() as session:
        return opened_view(signing_in.sign_in_with_passkey(session, gate, guess, proof))


@router.get("/sign-in/providers")
def list_sign_in_providers(request: Request) -> list[ProviderView]:
    """List the services that one can sign in with, in a browser, on the page to sign in."""
    found = providers_of(gate_of(request).settings)
    return [ProviderView(code=one.code, label=one.label) for one in found]


@router.post("/sign-out")
def sign_out(request: Request) -> SignedOut:
    """End the session that you send as bearer token."""
    gate, secret = gate_of(request), held(request)
    with gate.database.writing() as session:
        signing_in.sign_out(session, gate, secret)
    return SignedOut(signed_out=True)


@router.post("/password/forgotten")
def ask_for_password_reset(request: Request, question: ResetQuestion) -> ResetAsked:
    """Ask for a letter with a link to set a new password. The answer is the same for every address."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        resetting.ask_for_reset(session, gate, question.email)
    return ResetAsked(sent=True)


@router.post("/password/reset")
def reset_password(request: Request, reset: PasswordReset) -> ResetAsked:
    """Set a new password with the token of the letter, once. All sessions end; sign in anew."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        own_security.reset_password(session, gate, reset.token, reset.password)
    return ResetAsked(sent=True)


def opened_view(opened: Opened) -> SessionOpened:
    """Return a session that was opened, with the only readable copy of its secret."""
    row, secret = opened
    return SessionOpened(
        session=secret, expires_at=row.expires_at, awaits_second_factor=row.awaits_second_factor
    )


def held(request: Request) -> str:
    """Return what a program sends as its bearer token."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise SignInRequired
    return secret.strip()
