"""The JSON doors to how one signs in: password, second factors, recovery codes, sessions."""

from fastapi import Request

from service.access import linking, own_security, passkeys, proving, queries, second_factors, sessions
from service.access.schemas import (
    AccountView,
    AppSecretView,
    CodeEntry,
    LinkedSignInView,
    PasskeyOptions,
    PasskeyProof,
    PasskeyRegistration,
    PasskeyView,
    PasswordChange,
    ProfileRevision,
    Proof,
    Proved,
    RecoveryCodes,
    SecondFactorAdded,
    SecurityView,
    SessionOpened,
    SessionView,
    SignedOut,
)
from service.access.sessions import Opened
from service.access.sign_in_doors import opened_view
from service.access.signing_in import gate_of
from service.caller import Caller
from service.settings import Settings
from service.web.doors import Doors
from service.web.requests import Reading, SignedIn, Writing

router = Doors(tags=["sign-in"])


@router.post("/me/profile")
def revise_own_profile(session: Writing, caller: SignedIn, revision: ProfileRevision) -> AccountView:
    """Change your name or language."""
    return queries.account_view(session, own_security.revise_profile(session, caller, revision))


@router.get("/me/security")
def get_own_security(session: Reading, caller: SignedIn, request: Request) -> SecurityView:
    """Show how you sign in, and whether your duties ask for a second factor."""
    return queries.get_security(session, caller, _settings(request))


@router.post("/me/password")
def change_own_password(request: Request, caller: SignedIn, change: PasswordChange) -> SessionOpened:
    """Set a new password. All sessions end; go on with the one that comes back."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        return opened_view(own_security.change_password(session, gate, caller, change))


@router.get("/me/sessions")
def list_own_sessions(session: Reading, caller: SignedIn, request: Request) -> list[SessionView]:
    """List where you are signed in."""
    return queries.list_own_sessions(session, caller, _settings(request))


@router.post("/me/sessions/{session_id}/end")
def end_own_session(session: Writing, caller: SignedIn, session_id: str) -> SessionView:
    """End one of your sessions; it opens nothing from the next request on."""
    return queries.session_view(sessions.end_session(session, caller, session_id), caller)


@router.post("/me/sessions/end-others")
def end_other_sessions(session: Writing, caller: SignedIn) -> SignedOut:
    """End all of your sessions but this one."""
    own_security.require_session(caller)
    sessions.end_all_sessions(session, caller, caller.account_id or "", but=caller.session_id)
    return SignedOut(signed_out=True)


@router.post("/me/authenticator-app")
def start_authenticator_app(session: Writing, caller: SignedIn, request: Request) -> AppSecretView:
    """Start setting up an app that makes codes. Its secret is shown until a code confirms it."""
    return _app_view(own_security.start_app(session, caller, _settings(request)))


@router.post("/me/authenticator-app/confirm")
def confirm_authenticator_app(request: Request, caller: SignedIn, entry: CodeEntry) -> SecondFactorAdded:
    """Let the app count by a code that it made. Other sessions end; go on with the one that comes back."""
    gate = gate_of(request)
    own_security.require_session(caller)
    guess = gate.guess(f"code:{caller.account_id}")
    with gate.database.writing() as session:
        return _added(*own_security.confirm_app(session, gate, caller, guess, entry.code))


@router.post("/me/authenticator-app/remove")
def remove_authenticator_app(session: Writing, caller: SignedIn, request: Request) -> SecurityView:
    """Remove your app; your only second factor stays while your duties ask for one."""
    own_security.remove_app(session, caller, _settings(request))
    return queries.get_security(session, caller, _settings(request))


@router.post("/me/passkeys/options")
def ask_to_register_passkey(session: Writing, caller: SignedIn, request: Request) -> PasskeyOptions:
    """Ask what a browser needs to make a passkey for you."""
    return _registering(session, caller, _settings(request))


@router.post("/me/passkeys", status_code=201)
def add_passkey(
    session: Writing, caller: SignedIn, request: Request, registration: PasskeyRegistration
) -> SecondFactorAdded:
    """Add the passkey that the browser made. Other sessions end; go on with the one that comes back."""
    return _added(*own_security.add_passkey(session, caller, _settings(request), registration))


@router.post("/me/passkeys/{passkey_id}/remove")
def remove_passkey(session: Writing, caller: SignedIn, request: Request, passkey_id: str) -> PasskeyView:
    """Remove a passkey; your only second factor stays while your duties ask for one."""
    row = own_security.remove_passkey(session, caller, _settings(request), passkey_id)
    return queries.passkey_view(row)


@router.post("/me/recovery-codes")
def renew_recovery_codes(session: Writing, caller: SignedIn) -> RecoveryCodes:
    """Get ten new recovery codes, shown this once; those before count no more."""
    return RecoveryCodes(codes=own_security.renew_recovery_codes(session, caller))


@router.post("/me/proof")
def prove_again(request: Request, caller: SignedIn, proof: Proof) -> Proved:
    """Prove by your password, or a code of your app, that it is you, before you change how you sign in."""
    return Proved(until=proving.prove(gate_of(request), caller, proof))


@router.post("/me/proof/passkey-options")
def ask_passkey_for_proof(session: Writing, caller: SignedIn, request: Request) -> PasskeyOptions:
    """Ask what a passkey has to sign to prove that it is you."""
    own_security.require_session(caller)
    options = passkeys.ask_for_second_factor(session, caller.account_id or "", _settings(request))
    return PasskeyOptions(public_key=options)


@router.post("/me/proof/passkey")
def prove_again_with_passkey(
    session: Writing, caller: SignedIn, request: Request, proof: PasskeyProof
) -> Proved:
    """Prove by a passkey that it is you."""
    return Proved(until=proving.prove_with_passkey(session, gate_of(request), caller, proof))


@router.get("/me/linked-sign-ins")
def list_linked_sign_ins(session: Reading, caller: SignedIn, request: Request) -> list[LinkedSignInView]:
    """List the services that you can sign in with. Linking one takes a browser: see the page Security."""
    return linking.list_links(session, caller, _settings(request))


@router.post("/me/linked-sign-ins/{link_id}/remove")
def remove_linked_sign_in(
    session: Writing, caller: SignedIn, request: Request, link_id: str
) -> LinkedSignInView:
    """Sign in with a service no more."""
    own_security.require_settled(session, caller)
    return linking.link_view(linking.unlink(session, caller, link_id), _settings(request))


def _registering(session: Writing, caller: Caller, settings: Settings) -> PasskeyOptions:
    own_security.require_settled(session, caller)
    return PasskeyOptions(public_key=passkeys.ask_to_register(session, caller, settings))


def _app_view(made: second_factors.AppSecret) -> AppSecretView:
    return AppSecretView(secret=made.secret, address=made.address)


def _added(opened: Opened, codes: list[str]) -> SecondFactorAdded:
    return SecondFactorAdded(session=opened_view(opened), recovery_codes=codes)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
