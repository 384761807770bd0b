"""The pages of who has which duty, of invitations, and of accepting one."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.access import deputies, inviting, people
from service.access.account_pages import Form
from service.access.cookies import hand_over
from service.access.errors import InvitationSpent
from service.access.forms import Faults, Sent, checked, faults_in
from service.access.people_forms import invitations_page, people_page
from service.access.people_schemas import DeputyNaming, InvitationAcceptance, InvitationSending
from service.access.providers import providers_of
from service.access.rules import may_manage_accounts
from service.access.sign_in_pages import go_to
from service.access.signing_in import gate_of
from service.access.words import role_names
from service.caller import Caller
from service.errors import NotAllowed, Refusal
from service.web.doors import Pages
from service.web.languages import OWN_NAMES
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing

router = Pages()
Own = Depends(require_own_origin)
Cursor = Annotated[str | None, Query(max_length=1000)]
Token = Annotated[str, Query(max_length=200)]
SENDING = ("email", "role", "stakeholder", "language")
Shown = Callable[[Request, Session, Caller, Form], HTMLResponse]


@router.get("/people")
def show_people(request: Request, session: Reading, caller: SignedIn, cursor: Cursor = None) -> HTMLResponse:
    """Show who has which duty where one has a duty, who acts for whom, and whom one invited."""
    return people_page(request, session, caller, Form(), cursor)


@router.post("/people/invitations", dependencies=[Own])
def send_invitation(request: Request, session: Writing, caller: SignedIn, sent: Sent) -> Response:
    """Invite somebody, or show what is wrong."""
    return _invited(request, session, caller, sent, people_page, "/people#invitations")


@router.post("/people/deputies", dependencies=[Own])
def send_deputy(request: Request, session: Writing, caller: SignedIn, sent: Sent) -> Response:
    """Name a deputy, or show what is wrong."""
    language = page_language(request)
    naming = checked(DeputyNaming, sent, language, "duty", "account", "begins_on", "ends_on")
    if isinstance(naming, dict):
        return people_page(request, session, caller, Form(sent, naming))
    try:
        deputies.name_deputy(session, caller, naming)
    except Refusal as refusal:
        return people_page(request, session, caller, Form(sent, faults_in(refusal, language), refusal))
    return go_to("/people#deputies")


@router.post("/people/deputies/{deputy_id}/end", dependencies=[Own])
def end_deputy_on_page(request: Request, session: Writing, caller: SignedIn, deputy_id: str) -> Response:
    """End what a deputy may do."""
    return _moved(
        request,
        session,
        caller,
        lambda: deputies.end_deputy(session, caller, deputy_id),
        people_page,
        "/people#deputies",
    )


@router.post("/people/invitations/{invitation_id}/send-again", dependencies=[Own])
def send_invitation_again_on_page(
    request: Request, session: Writing, caller: SignedIn, invitation_id: str
) -> Response:
    """Send an invitation again."""
    settings = request.app.state.settings
    return _moved(
        request,
        session,
        caller,
        lambda: inviting.send_again(session, caller, invitation_id, settings),
        _page_of(caller),
        _address_of(caller),
    )


@router.post("/people/invitations/{invitation_id}/withdraw", dependencies=[Own])
def withdraw_invitation_on_page(
    request: Request, session: Writing, caller: SignedIn, invitation_id: str
) -> Response:
    """Withdraw an invitation."""
    return _moved(
        request,
        session,
        caller,
        lambda: inviting.withdraw(session, caller, invitation_id),
        _page_of(caller),
        _address_of(caller),
    )


@router.get("/administration/invitations")
def show_invitations(
    request: Request, session: Reading, caller: SignedIn, cursor: Cursor = None
) -> HTMLResponse:
    """Show all invitations, and the form to invite anybody to anything. For administrators."""
    if not may_manage_accounts(caller):
        raise NotAllowed
    return invitations_page(request, session, caller, Form(), cursor)


@router.post("/administration/invitations", dependencies=[Own])
def send_invitation_as_administrator(
    request: Request, session: Writing, caller: SignedIn, sent: Sent
) -> Response:
    """Invite somebody, or show what is wrong."""
    if not may_manage_accounts(caller):
        raise NotAllowed
    return _invited(request, session, caller, sent, invitations_page, "/administration/invitations")


@router.get("/invitation")
def show_invitation(request: Request, session: Reading, caller: Asking, token: Token = "") -> HTMLResponse:
    """Show what one is invited to, and ask for a name and a password, or to sign in."""
    return _offer_page(request, session, caller, token, Form())


@router.post("/invitation", dependencies=[Own])
def send_acceptance(request: Request, sent: Sent) -> Response:
    """Accept with a new account and go on signed in, or show what is wrong; no password is shown again."""
    gate, language = gate_of(request), page_language(request)
    acceptance = checked(InvitationAcceptance, sent, language, "token", "name", "language", "password")
    form = Form(sent, acceptance) if isinstance(acceptance, dict) else Form()
    if isinstance(acceptance, InvitationAcceptance):
        try:
            opened = inviting.accept_with_password(gate, acceptance)
        except InvitationSpent:
            raise
        except Refusal as refusal:
            form = Form(sent, faults_in(refusal, language), refusal)
        else:
            answer = go_to("/")
            hand_over(answer, opened, request)
            return answer
    with gate.database.reading() as session:
        return _offer_page(request, session, Caller(), sent.get("token", ""), form)


@router.post("/invitation/accept", dependencies=[Own])
def accept_signed_in_on_page(session: Writing, caller: SignedIn, sent: Sent) -> Response:
    """Add the duty to the account of whoever is signed in."""
    inviting.accept_signed_in(session, caller, sent.get("token", "")[:200])
    return go_to("/account")


def _offer_page(request: Request, session: Session, caller: Caller, token: str, form: Form) -> HTMLResponse:
    row = inviting.opened_with(session, token)
    return page(
        request,
        "access/invitation.html",
        caller,
        status=form.status,
        offer=people.offer_view(session, row),
        is_theirs=_email_of(session, caller) == row.email,
        token=token,
        role_names=role_names(page_language(request)),
        languages=list(OWN_NAMES.items()),
        providers=providers_of(request.app.state.settings),
        form=form,
    )


def _email_of(session: Session, caller: Caller) -> str | None:
    return inviting.email_of(session, caller.account_id) if caller.is_signed_in else None


def _invited(
    request: Request, session: Session, caller: Caller, sent: dict[str, str], shown: Shown, following: str
) -> Response:
    language = page_language(request)
    sending = checked(InvitationSending, sent, language, *SENDING)
    if isinstance(sending, dict):
        return shown(request, session, caller, Form(sent, sending))
    try:
        inviting.invite(session, caller, sending, request.app.state.settings)
    except NotAllowed as refusal:
        form = Form(sent, _not_there(refusal, language), refusal)
        return shown(request, session, caller, form)
    except Refusal as refusal:
        return shown(request, session, caller, Form(sent, faults_in(refusal, language), refusal))
    return go_to(following)


def _not_there(refusal: Refusal, language: str) -> Faults:
    return {"role": refusal.detail(language)}


def _moved(
    request: Request,
    session: Session,
    caller: Caller,
    act: Callable[[], object],
    shown: Shown,
    following: str,
) -> Response:
    try:
        act()
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        form = Form({}, faults_in(refusal, page_language(request)), refusal)
        answer = shown(request, session, caller, form)
        answer.headers.update(refusal.headers())
        return answer
    return go_to(following)


def _page_of(caller: Caller) -> Shown:
    return invitations_page if may_manage_accounts(caller) else people_page


def _address_of(caller: Caller) -> str:
    return "/administration/invitations" if may_manage_accounts(caller) else "/people#invitations"
