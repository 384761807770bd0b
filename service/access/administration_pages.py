"""The pages on which administrators add accounts, close them, and give and end duties."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from service.access import commands, queries
from service.access.account_pages import Form
from service.access.forms import Faults, Sent, checked, faults_in
from service.access.rules import may_manage_accounts
from service.access.schemas import AccountAddition, DutyGrant
from service.access.sign_in_pages import go_to
from service.access.words import role_names
from service.caller import Caller
from service.errors import NotAllowed, Refusal
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.tables import Stakeholder
from service.web.doors import Pages
from service.web.languages import OWN_NAMES
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing

router = Pages(prefix="/administration")
Own = Depends(require_own_origin)
ACCOUNTS_ON_A_PAGE = 50
MOST_STAKEHOLDERS = 1000
"""So many can be chosen from on a page; beyond that the API takes their ids."""

Cursor = Annotated[str | None, Query(max_length=1000)]


@router.get("/accounts")
def show_accounts(
    request: Request, session: Reading, caller: SignedIn, cursor: Cursor = None
) -> HTMLResponse:
    """Show all accounts, and the form to add one. For administrators."""
    return _accounts_page(request, session, caller, Form(), cursor)


@router.post("/accounts", dependencies=[Own])
def send_account(request: Request, session: Writing, caller: SignedIn, sent: Sent) -> Response:
    """Add an account and show it, or show what is wrong."""
    language = page_language(request)
    addition = checked(AccountAddition, sent, language, "email", "name", "language")
    form = Form(sent, addition) if isinstance(addition, dict) else Form()
    if isinstance(addition, AccountAddition):
        try:
            row = commands.add_account(session, caller, addition)
            return go_to(f"/administration/accounts/{row.id}")
        except Refusal as refusal:
            form = Form(sent, _at(refusal, "email", language), refusal)
    return _accounts_page(request, session, caller, form, None)


@router.get("/accounts/{account_id}")
def show_one_account(request: Request, session: Reading, caller: SignedIn, account_id: str) -> HTMLResponse:
    """Show an account with its duties, and the forms to change them. For administrators."""
    return _account_page(request, session, caller, account_id, Form())


@router.post("/accounts/{account_id}/disable", dependencies=[Own])
def disable_account_on_page(
    request: Request, session: Writing, caller: SignedIn, account_id: str
) -> Response:
    """Close an account, or say why it stays."""
    try:
        commands.disable_account(session, caller, account_id)
    except Refusal as refusal:
        return _account_again(request, session, caller, account_id, {}, refusal)
    return go_to(f"/administration/accounts/{account_id}")


@router.post("/accounts/{account_id}/duties", dependencies=[Own])
def send_duty(request: Request, session: Writing, caller: SignedIn, account_id: str, sent: Sent) -> Response:
    """Give a duty, or show what is wrong."""
    grant = checked(DutyGrant, sent, page_language(request), "role", "stakeholder")
    if isinstance(grant, dict):
        return _account_page(request, session, caller, account_id, Form(sent, grant))
    try:
        commands.grant_duty(session, caller, account_id, grant)
    except Refusal as refusal:
        return _account_again(request, session, caller, account_id, sent, refusal)
    return go_to(f"/administration/accounts/{account_id}")


@router.post("/accounts/{account_id}/duties/{duty_id}/end", dependencies=[Own])
def end_duty_on_page(
    request: Request, session: Writing, caller: SignedIn, account_id: str, duty_id: str
) -> Response:
    """End a duty, or say why it stays."""
    try:
        commands.end_duty(session, caller, duty_id)
    except Refusal as refusal:
        return _account_again(request, session, caller, account_id, {}, refusal)
    return go_to(f"/administration/accounts/{account_id}")


def _account_again(
    request: Request,
    session: Session,
    caller: Caller,
    account_id: str,
    sent: dict[str, str],
    refusal: Refusal,
) -> HTMLResponse:
    if refusal.status in {403, 404}:
        raise refusal
    form = Form(sent, faults_in(refusal, page_language(request)), refusal)
    return _account_page(request, session, caller, account_id, form)


def _at(refusal: Refusal, field: str, language: str) -> Faults:
    if refusal.status == NotAllowed.status:
        raise refusal
    found = faults_in(refusal, language)
    return {field if name == "" else name: text for name, text in found.items()}


def _accounts_page(
    request: Request, session: Session, caller: Caller, form: Form, cursor: str | None
) -> HTMLResponse:
    found = queries.list_accounts(session, caller, PageAsked(ACCOUNTS_ON_A_PAGE, cursor))
    ids = {duty.stakeholder for one in found.items for duty in one.duties if duty.stakeholder}
    return page(
        request,
        "access/accounts.html",
        caller,
        status=form.status,
        found=found,
        role_names=role_names(page_language(request)),
        names={row.id: row.name for row in find_stakeholders(session, ids).values()},
        languages=list(OWN_NAMES.items()),
        form=form,
    )


def _account_page(
    request: Request, session: Session, caller: Caller, account_id: str, form: Form
) -> HTMLResponse:
    if not may_manage_accounts(caller):
        raise NotAllowed
    account = queries.account_view(session, queries.find_account(session, caller, account_id))
    query = select(Stakeholder.id, Stakeholder.name).order_by(col(Stakeholder.name), col(Stakeholder.id))
    choices = [(found[0], found[1]) for found in session.exec(query.limit(MOST_STAKEHOLDERS))]
    ids = {duty.stakeholder for duty in account.duties if duty.stakeholder}
    return page(
        request,
        "access/one_account.html",
        caller,
        status=form.status,
        account=account,
        names={row.id: row.name for row in find_stakeholders(session, ids).values()},
        stakeholders=choices,
        roles=list(role_names(page_language(request)).items()),
        role_names=role_names(page_language(request)),
        form=form,
    )
