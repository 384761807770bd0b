"""The pages on which people look after their own account: who they are, how they sign in, their tokens."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.access import commands, linking, own_security, passkeys, queries, second_factors, sessions
from service.access.cookies import hand_over
from service.access.errors import PasskeyRefused, ProofNeeded
from service.access.forms import Faults, Sent, checked, faults_in
from service.access.providers import providers_of
from service.access.rules import roles_named
from service.access.schemas import (
    CodeEntry,
    PasskeyRegistration,
    PasswordChange,
    ProfileRevision,
    TokenRequest,
)
from service.access.sessions import Opened
from service.access.sign_in_pages import REFUSED, go_to, passkey_page
from service.access.signing_in import Gate, gate_of
from service.access.words import role_names
from service.caller import Caller
from service.errors import InvalidInput, Refusal
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate
from service.web.doors import Pages
from service.web.languages import OWN_NAMES, keep_language
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing

router = Pages()
Own = Depends(require_own_origin)


@dataclass(frozen=True)
class Form:
    """A form of a page that holds several: what was typed, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """With which status the page is shown."""
        if self.refusal is not None:
            return self.refusal.status
        return REFUSED if self.faults else 200


@router.get("/account")
def show_account(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show who one is here, and with which duties."""
    return _account_page(request, session, caller, Form())


@router.post("/account", dependencies=[Own])
def send_profile(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Change one's name or language, or show what is wrong."""
    revision = checked(ProfileRevision, sent, page_language(request), "name", "language")
    if isinstance(revision, ProfileRevision) and not sent.get("name", "").strip():
        revision = {"name": translate(N_("This is needed."), page_language(request))}
    with gate_of(request).database.writing() as session:
        if not isinstance(revision, ProfileRevision):
            return _account_page(request, session, caller, Form(sent, revision))
        own_security.revise_profile(session, caller, revision)
    answer = go_to("/account")
    keep_language(answer, request, revision.language or caller.language)
    return answer


@router.get("/account/security")
def show_security(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show how one signs in, and where one is signed in."""
    return _security_page(request, session, caller, Form())


@router.post("/account/security/password", dependencies=[Own])
def send_password(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Set a new password, or show what is wrong; no password is ever shown again."""
    change = checked(PasswordChange, sent, page_language(request), "current", "new")
    if not isinstance(change, PasswordChange):
        return _security_again(request, caller, Form(faults=change))

    def act(session: Session, gate: Gate) -> Response:
        return _went_on(request, own_security.change_password(session, gate, caller, change))

    return _done(request, caller, act)


@router.post("/account/security/app", dependencies=[Own])
def start_app_on_page(request: Request, caller: SignedIn) -> Response:
    """Start setting up an authenticator app."""

    def act(session: Session, gate: Gate) -> Response:
        own_security.start_app(session, caller, gate.settings)
        return go_to("/account/security/app")

    return _done(request, caller, act)


@router.get("/account/security/app")
def show_app(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show what to scan or type into the app, until a code confirms it."""
    return _app_page(request, session, caller, {})


@router.get("/account/security/app.svg")
def draw_app(request: Request, session: Reading, caller: SignedIn) -> Response:
    """Draw what the app scans."""
    made = second_factors.get_started_app(session, caller, request.app.state.settings)
    headers = {"Cache-Control": "private, no-store"}
    return Response(made.picture(), media_type="image/svg+xml", headers=headers)


@router.post("/account/security/app/confirm", dependencies=[Own])
def confirm_app_on_page(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Let the app count, or show what is wrong with the code."""
    gate = gate_of(request)
    entry = checked(CodeEntry, sent, page_language(request), "code")
    refusal: Refusal | None = None
    if isinstance(entry, CodeEntry):
        try:
            own_security.require_session(caller)
            guess = gate.guess(f"code:{caller.account_id}")
            with gate.database.writing() as session:
                opened, codes = own_security.confirm_app(session, gate, caller, guess, entry.code)
            return _added(request, caller, opened, codes)
        except ProofNeeded:
            return go_to("/account/security/proof")
        except Refusal as error:
            refusal = error
    faults = faults_in(refusal, page_language(request)) if refusal else entry
    with gate.database.reading() as session:
        shown = _app_page(request, session, caller, faults, refusal.status if refusal else REFUSED)  # type: ignore[arg-type] # faults or an entry, told apart above
    shown.headers.update(refusal.headers() if refusal else {})
    return shown


@router.post("/account/security/app/remove", dependencies=[Own])
def remove_app_on_page(request: Request, caller: SignedIn) -> Response:
    """Remove the app."""

    def act(session: Session, gate: Gate) -> Response:
        own_security.remove_app(session, caller, gate.settings)
        return go_to("/account/security")

    return _done(request, caller, act)


@router.post("/account/security/passkeys", dependencies=[Own])
def ask_to_register_on_page(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Let the browser make a passkey under the name that was given."""
    label = sent.get("label", "").strip()[:100] or translate(N_("Passkey"), page_language(request))

    def act(session: Session, gate: Gate) -> Response:
        own_security.require_settled(session, caller)
        options = passkeys.ask_to_register(session, caller, gate.settings)
        action = "/account/security/passkeys/answer"
        return passkey_page(request, options, action, back="/account/security", label=label)

    return _done(request, caller, act)


@router.post("/account/security/passkeys/answer", dependencies=[Own])
def add_passkey_on_page(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Keep the passkey that the browser made."""
    names = ("label", "credential_id", "client_data", "attestation")
    registration = checked(PasskeyRegistration, sent, page_language(request), *names)

    def act(session: Session, gate: Gate) -> Response:
        if not isinstance(registration, PasskeyRegistration):
            raise PasskeyRefused
        opened, codes = own_security.add_passkey(session, caller, gate.settings, registration)
        return _added(request, caller, opened, codes)

    return _done(request, caller, act)


@router.post("/account/security/passkeys/{passkey_id}/remove", dependencies=[Own])
def remove_passkey_on_page(request: Request, caller: SignedIn, passkey_id: str) -> Response:
    """Remove a passkey."""

    def act(session: Session, gate: Gate) -> Response:
        own_security.remove_passkey(session, caller, gate.settings, passkey_id)
        return go_to("/account/security")

    return _done(request, caller, act)


@router.post("/account/security/recovery-codes", dependencies=[Own])
def renew_recovery_codes_on_page(request: Request, caller: SignedIn) -> Response:
    """Show new recovery codes, this once."""

    def act(session: Session, gate: Gate) -> Response:
        del gate
        codes = own_security.renew_recovery_codes(session, caller)
        return page(request, "access/recovery_codes.html", caller, codes=codes)

    return _done(request, caller, act)


@router.post("/account/security/sessions/end-others", dependencies=[Own])
def end_other_sessions_on_page(request: Request, caller: SignedIn) -> Response:
    """Sign out everywhere but here."""

    def act(session: Session, gate: Gate) -> Response:
        del gate
        own_security.require_session(caller)
        sessions.end_all_sessions(session, caller, caller.account_id or "", but=caller.session_id)
        return go_to("/account/security")

    return _done(request, caller, act)


@router.post("/account/security/sessions/{session_id}/end", dependencies=[Own])
def end_session_on_page(request: Request, caller: SignedIn, session_id: str) -> Response:
    """Sign out on one device."""

    def act(session: Session, gate: Gate) -> Response:
        del gate
        sessions.end_session(session, caller, session_id)
        return go_to("/account/security")

    return _done(request, caller, act)


@router.get("/account/tokens")
def show_tokens(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show one's tokens, and the form to issue one."""
    return _tokens_page(request, session, caller, Form())


@router.post("/account/tokens", dependencies=[Own])
def send_token(request: Request, session: Writing, caller: SignedIn, sent: Sent) -> Response:
    """Issue a token and show it, this once; or show what is wrong."""
    language = page_language(request)
    asked = checked(TokenRequest, sent, language, "label", "days", "scope", "stakeholder")
    form = Form(sent, asked) if isinstance(asked, dict) else Form()
    if isinstance(asked, TokenRequest):
        demanding = roles_named(request.app.state.settings.second_factor_roles)
        try:
            row, token = commands.issue_own_token(session, caller, asked, demanding)
            return page(request, "access/token_issued.html", caller, token=token, row=row)
        except Refusal as refusal:
            form = Form(sent, faults_in(refusal, language), refusal)
    return _tokens_page(request, session, caller, form)


@router.post("/account/tokens/{token_id}/revoke", dependencies=[Own])
def revoke_token_on_page(request: Request, caller: SignedIn, token_id: str) -> Response:
    """Revoke a token."""
    with gate_of(request).database.writing() as session:
        commands.revoke_token(session, caller, token_id)
    return go_to("/account/tokens")


def _done(request: Request, caller: Caller, act: Callable[[Session, Gate], Response]) -> Response:
    """Do something in one transaction; a refusal undoes it whole and is told on the page of security."""
    gate = gate_of(request)
    try:
        with gate.database.writing() as session:
            return act(session, gate)
    except ProofNeeded:
        return go_to("/account/security/proof")
    except (InvalidInput, PasskeyRefused) as refusal:
        return _security_again(request, caller, _form_of(request, refusal))
    except Refusal as refusal:
        if refusal.status in {401, 409, 429}:
            return _security_again(request, caller, _form_of(request, refusal))
        raise


def _form_of(request: Request, refusal: Refusal) -> Form:
    return Form(faults=faults_in(refusal, page_language(request)), refusal=refusal)


def _security_again(request: Request, caller: Caller, form: Form) -> HTMLResponse:
    with gate_of(request).database.reading() as session:
        shown = _security_page(request, session, caller, form)
    shown.headers.update(form.refusal.headers() if form.refusal else {})
    return shown


def _went_on(request: Request, opened: Opened) -> Response:
    answer = go_to("/account/security")
    hand_over(answer, opened, request)
    return answer


def _added(request: Request, caller: Caller, opened: Opened, codes: list[str]) -> Response:
    answer = (
        page(request, "access/recovery_codes.html", caller, codes=codes)
        if codes
        else go_to("/account/security")
    )
    hand_over(answer, opened, request)
    return answer


def _account_page(request: Request, session: Session, caller: Caller, form: Form) -> HTMLResponse:
    account = queries.get_own_account(session, caller)
    ids = {duty.stakeholder for duty in account.duties if duty.stakeholder}
    return page(
        request,
        "access/account.html",
        caller,
        status=form.status,
        account=account,
        role_names=role_names(page_language(request)),
        names={row.id: row.name for row in find_stakeholders(session, ids).values()},
        languages=list(OWN_NAMES.items()),
        form=form,
    )


def _security_page(request: Request, session: Session, caller: Caller, form: Form) -> HTMLResponse:
    settings = request.app.state.settings
    return page(
        request,
        "access/security.html",
        caller,
        status=form.status,
        found=queries.get_security(session, caller, settings),
        sessions=queries.list_own_sessions(session, caller, settings),
        links=linking.list_links(session, caller, settings),
        providers=providers_of(settings),
        form=form,
    )


def _app_page(
    request: Request, session: Session, caller: Caller, faults: Faults, status: int = 200
) -> HTMLResponse:
    made = second_factors.get_started_app(session, caller, request.app.state.settings)
    groups = " ".join(made.secret[place : place + 4] for place in range(0, len(made.secret), 4))
    return page(
        request, "access/app.html", caller, status=status, secret=groups, address=made.address, faults=faults
    )


def _tokens_page(request: Request, session: Session, caller: Caller, form: Form) -> HTMLResponse:
    found = find_stakeholders(session, caller.stakeholders())
    return page(
        request,
        "access/tokens.html",
        caller,
        status=form.status,
        tokens=queries.list_own_tokens(session, caller),
        names={row.id: row.name for row in found.values()},
        form=form,
    )
