"""The pages on which people sign in and out, and set a forgotten password."""

import json
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.access import own_security, passkeys, resetting, second_factors, signing_in
from service.access.cookies import COOKIE, hand_over, take_back
from service.access.errors import PasskeyRefused, ResetLinkSpent
from service.access.forms import Faults, Sent, checked, faults_in, own_path
from service.access.providers import providers_of
from service.access.schemas import CodeEntry, PasskeyProof, PasswordReset, PasswordSignIn, ResetQuestion
from service.access.sessions import Opened
from service.access.signing_in import Gate, gate_of
from service.access.tables import Account
from service.errors import Refusal, SignInRequired
from service.texts import DEFAULT_LANGUAGE, N_, translate
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS, scripted
from service.web.languages import LANGUAGE_COOKIE, keep_language
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking

router = Pages()

Following = Annotated[str, Query(alias="next", max_length=1000)]
Own = Depends(require_own_origin)
PROOF = ("credential_id", "client_data", "authenticator_data", "signature")
REFUSED = 422


@router.get("/sign-in")
def show_sign_in(request: Request, caller: Asking, following: Following = "/") -> Response:
    """Ask for address and password, or a passkey."""
    if caller.is_signed_in:
        return go_to(own_path(following))
    return _sign_in_page(request, {"next": own_path(following)})


@router.post("/sign-in", dependencies=[Own])
def send_sign_in(request: Request, sent: Sent) -> Response:
    """Sign in with a password, or show what is wrong; the address is kept, the password never."""
    gate = gate_of(request)
    entry = checked(PasswordSignIn, sent, page_language(request), "email", "password")
    if not isinstance(entry, PasswordSignIn):
        return _sign_in_page(request, sent, entry, REFUSED)
    try:
        proved = signing_in.prove_password(gate, entry.email, entry.password)
        with gate.database.writing() as session:
            opened = signing_in.sign_in(session, gate, proved)
            signing_in.sign_out(session, gate, request.cookies.get(COOKIE, ""))
    except Refusal as refusal:
        return _refused(_sign_in_page(request, sent, _told(request, refusal), refusal.status), refusal)
    return signed_in(request, gate, opened, sent.get("next", "/"))


@router.post("/sign-in/passkey", dependencies=[Own])
def ask_passkey_to_sign_in_on_page(request: Request, sent: Sent) -> Response:
    """Let the browser ask for a passkey."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        options = passkeys.ask_to_sign_in(session, gate.settings)
    return passkey_page(
        request, options, "/sign-in/passkey/answer", back="/sign-in", following=sent.get("next", "/")
    )


@router.post("/sign-in/passkey/answer", dependencies=[Own])
def sign_in_with_passkey_on_page(request: Request, sent: Sent) -> Response:
    """Sign in with what the passkey signed."""
    gate = gate_of(request)
    try:
        proof = checked(PasskeyProof, sent, page_language(request), *PROOF)
        if not isinstance(proof, PasskeyProof):
            raise PasskeyRefused
        guess = gate.guess(f"passkey:{proof.credential_id}")
        with gate.database.writing() as session:
            opened = signing_in.sign_in_with_passkey(session, gate, guess, proof)
    except Refusal as refusal:
        return _refused(_sign_in_page(request, sent, _told(request, refusal), refusal.status), refusal)
    return signed_in(request, gate, opened, sent.get("next", "/"))


@router.get("/sign-in/second-factor")
def show_second_factor(request: Request, following: Following = "/") -> Response:
    """Ask for the second factor of a session that waits for it."""
    return _second_factor_page(request, {"next": own_path(following)})


@router.post("/sign-in/second-factor", dependencies=[Own])
def send_second_factor(request: Request, sent: Sent) -> Response:
    """Go on signing in with a code, or show what is wrong."""
    gate, secret = gate_of(request), request.cookies.get(COOKIE, "")
    entry = checked(CodeEntry, sent, page_language(request), "code")
    if not isinstance(entry, CodeEntry):
        return _second_factor_page(request, sent, entry, REFUSED)
    try:
        guess = gate.guess(f"code:{signing_in.waiting_account(gate, secret)}")
        with gate.database.writing() as session:
            opened = signing_in.enter_code(session, gate, guess, secret, entry.code)
    except Refusal as refusal:
        return _second_factor_refused(request, sent, refusal)
    return signed_in(request, gate, opened, sent.get("next", "/"))


@router.post("/sign-in/second-factor/passkey", dependencies=[Own])
def ask_passkey_as_second_factor_on_page(request: Request, sent: Sent) -> Response:
    """Let the browser ask for a passkey of whoever is signing in."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        _, account = signing_in.find_waiting(session, gate, request.cookies.get(COOKIE, ""))
        options = passkeys.ask_for_second_factor(session, account.id, gate.settings)
    return passkey_page(
        request,
        options,
        "/sign-in/second-factor/passkey/answer",
        back="/sign-in/second-factor",
        following=sent.get("next", "/"),
    )


@router.post("/sign-in/second-factor/passkey/answer", dependencies=[Own])
def send_passkey_as_second_factor(request: Request, sent: Sent) -> Response:
    """Go on signing in with what the passkey signed."""
    gate, secret = gate_of(request), request.cookies.get(COOKIE, "")
    try:
        guess = gate.guess(f"code:{signing_in.waiting_account(gate, secret)}")
        proof = checked(PasskeyProof, sent, page_language(request), *PROOF)
        if not isinstance(proof, PasskeyProof):
            raise PasskeyRefused
        with gate.database.writing() as session:
            opened = signing_in.enter_passkey(session, gate, guess, secret, proof)
    except Refusal as refusal:
        return _second_factor_refused(request, sent, refusal)
    return signed_in(request, gate, opened, sent.get("next", "/"))


@router.post("/sign-out", dependencies=[Own])
def send_sign_out(request: Request) -> Response:
    """End the session, and let the browser forget it."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        signing_in.sign_out(session, gate, request.cookies.get(COOKIE, ""))
    answer = go_to("/")
    take_back(answer, request)
    return answer


@router.get("/password/forgotten")
def show_forgotten(request: Request) -> HTMLResponse:
    """Ask for the address that a letter goes to."""
    return page(request, "access/forgotten.html", values={}, faults={}, is_sent=False)


@router.post("/password/forgotten", dependencies=[Own])
def send_forgotten(request: Request, sent: Sent) -> Response:
    """Say that a letter is on its way, whether there is an account or not."""
    gate = gate_of(request)
    question = checked(ResetQuestion, sent, page_language(request), "email")
    if not isinstance(question, ResetQuestion):
        return page(
            request, "access/forgotten.html", status=REFUSED, values=sent, faults=question, is_sent=False
        )
    try:
        with gate.database.writing() as session:
            resetting.ask_for_reset(session, gate, question.email)
    except Refusal as refusal:
        faults = _told(request, refusal)
        shown = page(
            request,
            "access/forgotten.html",
            status=refusal.status,
            values=sent,
            faults=faults,
            is_sent=False,
        )
        return _refused(shown, refusal)
    return page(request, "access/forgotten.html", values={}, faults={}, is_sent=True)


@router.get("/password/reset")
def show_reset(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Ask for the new password, if the link still works."""
    own_security.account_of_reset(gate_of(request), token)
    return page(request, "access/reset.html", token=token, faults={})


@router.post("/password/reset", dependencies=[Own])
def send_reset(request: Request, sent: Sent) -> Response:
    """Set the new password and lead to signing in with it."""
    gate, language = gate_of(request), page_language(request)
    faults: Faults
    reset = checked(PasswordReset, sent, language, "token", "password")
    if isinstance(reset, PasswordReset):
        try:
            with gate.database.writing() as session:
                own_security.reset_password(session, gate, reset.token, reset.password)
            return page(request, "access/reset_done.html")
        except ResetLinkSpent:
            raise
        except Refusal as refusal:
            faults, status = _told(request, refusal), refusal.status
    else:
        faults, status = reset, REFUSED
    return page(request, "access/reset.html", status=status, token=sent.get("token", ""), faults=faults)


def passkey_page(
    request: Request,
    options: dict[str, Any],
    action: str,
    *,
    back: str,
    following: str = "/",
    label: str | None = None,
) -> HTMLResponse:
    """Return the page whose script asks the browser for a passkey."""
    shown = page(
        request,
        "access/passkey.html",
        options=json.dumps(options),
        action=action,
        back=back,
        following=own_path(following),
        label=label,
    )
    return scripted(shown)


def signed_in(request: Request, gate: Gate, opened: Opened, following: str) -> Response:
    """Give the browser its session, and lead to what comes next."""
    with gate.database.reading() as session:
        must_enrol = not opened.row.awaits_second_factor and signing_in.must_enrol(session, gate, opened)
        language = session.get_one(Account, opened.row.account_id).language
    target = own_path(following)
    if opened.row.awaits_second_factor:
        target = f"/sign-in/second-factor?next={target}" if target != "/" else "/sign-in/second-factor"
    elif must_enrol:
        target = "/account/security"
    answer = go_to(target)
    hand_over(answer, opened, request)
    if language != DEFAULT_LANGUAGE and LANGUAGE_COOKIE not in request.cookies:
        keep_language(answer, request, language)
    return answer


def go_to(path: str) -> RedirectResponse:
    """Lead a browser on after a form."""
    return RedirectResponse(path, status_code=303, headers=dict(PAGE_HEADERS))


def _sign_in_page(
    request: Request, values: dict[str, str], faults: Faults | None = None, status: int = 200
) -> HTMLResponse:
    return page(
        request,
        "access/sign_in.html",
        status=status,
        values=values,
        faults=faults or {},
        providers=providers_of(request.app.state.settings),
    )


def _second_factor_page(
    request: Request, values: dict[str, str], faults: Faults | None = None, status: int = 200
) -> HTMLResponse:
    gate = gate_of(request)
    with gate.database.reading() as session:
        _, account = signing_in.find_waiting(session, gate, request.cookies.get(COOKIE, ""))
        has_passkey = bool(passkeys.list_passkeys(session, account.id))
        has_app = second_factors.has_app(session, account.id)
    return page(
        request,
        "access/second_factor.html",
        status=status,
        values=values,
        faults=faults or {},
        has_passkey=has_passkey,
        has_app=has_app,
    )


def _second_factor_refused(request: Request, sent: dict[str, str], refusal: Refusal) -> Response:
    if type(refusal) is SignInRequired:
        message = translate(N_("That took too long. Sign in again."), page_language(request))
        return _sign_in_page(request, {"next": sent.get("next", "/")}, {"": message}, refusal.status)
    return _refused(_second_factor_page(request, sent, _told(request, refusal), refusal.status), refusal)


def _told(request: Request, refusal: Refusal) -> Faults:
    return faults_in(refusal, page_language(request))


def _refused(answer: HTMLResponse, refusal: Refusal) -> HTMLResponse:
    answer.headers.update(refusal.headers())
    return answer
