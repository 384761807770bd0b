"""The pages of signing in with a provider, of linking one, and of proving again who one is."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from service.access import linking, own_security, passkeys, provider_sign_in, proving, queries, signing_in
from service.access.cookies import COOKIE
from service.access.errors import PasskeyRefused, ProofNeeded, ProviderRefused
from service.access.forms import Faults, Sent, checked, faults_in, own_path
from service.access.provider_sign_in import Begun
from service.access.providers import provider_of
from service.access.schemas import PasskeyProof, Proof
from service.access.sign_in_pages import PROOF, REFUSED, go_to, passkey_page, signed_in
from service.access.signing_in import gate_of
from service.caller import Caller
from service.errors import Refusal
from service.web.doors import Pages
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn
from service.web.visitors import is_by_https

router = Pages()
Own = Depends(require_own_origin)
PROVIDER_COOKIE = "homologue_provider"
_PATH = "/sign-in/provider"
Answer = Annotated[str, Query(max_length=4000)]


@router.post("/sign-in/provider/{code}", dependencies=[Own])
def begin_with_provider(request: Request, code: str, sent: Sent) -> Response:
    """Lead the browser to a provider, to sign in or to accept an invitation."""
    begun = provider_sign_in.begin(
        gate_of(request),
        code,
        following=own_path(sent.get("next", "/")),
        invitation_secret=sent.get("invitation", "")[:200],
    )
    return _sent_away(request, code, begun)


@router.get("/sign-in/provider/{code}/back")
def come_back_from_provider(
    request: Request,
    caller: Asking,
    code: str,
    state: Answer = "",
    answer: Annotated[str, Query(alias="code", max_length=4000)] = "",
) -> Response:
    """Go on with what the provider said."""
    gate, secret = gate_of(request), request.cookies.get(PROVIDER_COOKIE, "")
    if not secret:
        raise ProviderRefused
    ended = provider_sign_in.finish(gate, code, secret, state, answer, caller)
    left: Response
    if ended.opened is None:
        left = go_to(ended.following)
    else:
        with gate.database.writing() as session:
            signing_in.sign_out(session, gate, request.cookies.get(COOKIE, ""))
        left = signed_in(request, gate, ended.opened, ended.following)
    left.delete_cookie(PROVIDER_COOKIE, path=_PATH, httponly=True, samesite="lax")
    return left


@router.post("/account/security/providers/{code}", dependencies=[Own])
def link_provider(request: Request, caller: SignedIn, code: str) -> Response:
    """Lead the browser to a provider, to link it with one's account."""
    gate = gate_of(request)
    try:
        with gate.database.reading() as session:
            own_security.require_settled(session, caller)
    except ProofNeeded:
        return go_to("/account/security/proof")
    begun = provider_sign_in.begin(gate, code, following="/account/security", caller=caller)
    return _sent_away(request, code, begun)


@router.post("/account/security/links/{link_id}/remove", dependencies=[Own])
def unlink_provider(request: Request, caller: SignedIn, link_id: str) -> Response:
    """Remove the link of one's account with a provider."""
    try:
        with gate_of(request).database.writing() as session:
            own_security.require_settled(session, caller)
            linking.unlink(session, caller, link_id)
    except ProofNeeded:
        return go_to("/account/security/proof")
    return go_to("/account/security")


@router.get("/account/security/proof")
def show_proof(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Ask again who one is, before one changes how one signs in."""
    del session
    return _proof_page(request, caller, {})


@router.post("/account/security/proof", dependencies=[Own])
def send_proof(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Prove it by password or code, or show what is wrong."""
    language = page_language(request)
    proof = checked(Proof, sent, language, "password", "code")
    if not isinstance(proof, Proof):
        return _proof_page(request, caller, proof, REFUSED)
    try:
        proving.prove(gate_of(request), caller, proof)
    except Refusal as refusal:
        shown = _proof_page(request, caller, faults_in(refusal, language), refusal.status)
        shown.headers.update(refusal.headers())
        return shown
    return go_to("/account/security")


@router.post("/account/security/proof/passkey", dependencies=[Own])
def ask_passkey_for_proof(request: Request, caller: SignedIn) -> Response:
    """Let the browser ask for a passkey."""
    gate = gate_of(request)
    with gate.database.writing() as session:
        options = passkeys.ask_for_second_factor(session, caller.account_id or "", gate.settings)
    return passkey_page(
        request, options, "/account/security/proof/passkey/answer", back="/account/security/proof"
    )


@router.post("/account/security/proof/passkey/answer", dependencies=[Own])
def send_passkey_for_proof(request: Request, caller: SignedIn, sent: Sent) -> Response:
    """Prove it by what the passkey signed."""
    gate, language = gate_of(request), page_language(request)
    try:
        proof = checked(PasskeyProof, sent, language, *PROOF)
        if not isinstance(proof, PasskeyProof):
            raise PasskeyRefused
        with gate.database.writing() as session:
            proving.prove_with_passkey(session, gate, caller, proof)
    except Refusal as refusal:
        return _proof_page(request, caller, faults_in(refusal, language), refusal.status)
    return go_to("/account/security")


def _proof_page(request: Request, caller: Caller, faults: Faults, status: int = 200) -> HTMLResponse:
    gate = gate_of(request)
    with gate.database.reading() as session:
        found = queries.get_security(session, caller, gate.settings)
    return page(request, "access/proof.html", caller, status=status, found=found, faults=faults)


def _sent_away(request: Request, code: str, begun: Begun) -> Response:
    # A form may lead to our own addresses only, so a page stands between; it goes on by itself.
    provider = provider_of(request.app.state.settings, code)
    answer = page(request, "access/provider.html", label=provider.label, address=begun.address)
    answer.headers["Refresh"] = f"0; url={begun.address}"
    answer.set_cookie(
        PROVIDER_COOKIE,
        begun.secret,
        max_age=int(provider_sign_in.QUESTION_LASTS.total_seconds()),
        path=_PATH,
        httponly=True,
        samesite="lax",
        secure=is_by_https(request),
    )
    return answer
