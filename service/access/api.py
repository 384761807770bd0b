"""The JSON door to accounts, duties and tokens."""

from fastapi import Request

from service.access import commands, queries
from service.access.people_doors import router as people
from service.access.rules import roles_named
from service.access.schemas import (
    AccountAddition,
    AccountView,
    DutyGrant,
    IssuedToken,
    TokenRequest,
    TokenView,
)
from service.access.security_doors import router as security
from service.access.sign_in_doors import router as sign_in
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move, Page

router = Doors(tags=["access"])
router.include_router(sign_in)
router.include_router(security)
router.include_router(people)


@router.get("/me")
def get_own_account(session: Reading, caller: SignedIn) -> AccountView:
    """Show your account and the duties that you have now."""
    return queries.get_own_account(session, caller)


@router.get("/me/tokens")
def list_own_tokens(session: Reading, caller: SignedIn) -> list[TokenView]:
    """List your live tokens."""
    return queries.list_own_tokens(session, caller)


@router.post("/me/tokens", status_code=201)
def issue_own_token(session: Writing, caller: SignedIn, asked: Request, request: TokenRequest) -> IssuedToken:
    """Issue a token for yourself, in a session that you signed in to. It is shown this once."""
    row, token = commands.issue_own_token(session, caller, request, _demanding(asked))
    return IssuedToken(token=token, **queries.token_view(row).model_dump())


@router.post("/me/tokens/{token_id}/revoke")
def revoke_token(session: Writing, caller: SignedIn, token_id: str) -> TokenView:
    """Revoke a token; it stops at once."""
    return queries.token_view(commands.revoke_token(session, caller, token_id))


@router.get("/accounts")
def list_accounts(session: Reading, caller: SignedIn, page: Paging) -> Page[AccountView]:
    """List all accounts. Administrators may."""
    return queries.list_accounts(session, caller, page)


@router.post("/accounts", status_code=201)
def add_account(session: Writing, caller: SignedIn, addition: AccountAddition) -> AccountView:
    """Add an account. Administrators may."""
    return queries.account_view(session, commands.add_account(session, caller, addition))


@router.post("/accounts/{account_id}/disable")
def disable_account(session: Writing, caller: SignedIn, account_id: str, move: Move) -> AccountView:
    """Close an account. Administrators may; the last one stays."""
    return queries.account_view(session, commands.disable_account(session, caller, account_id, move.reason))


@router.post("/accounts/{account_id}/duties", status_code=201)
def grant_duty(session: Writing, caller: SignedIn, account_id: str, grant: DutyGrant) -> AccountView:
    """Give an account a duty. Administrators may."""
    commands.grant_duty(session, caller, account_id, grant)
    return queries.account_view(session, queries.find_account(session, caller, account_id))


@router.post("/duties/{duty_id}/end")
def end_duty(session: Writing, caller: SignedIn, duty_id: str, move: Move) -> AccountView:
    """End a duty. Administrators may; the last one stays."""
    row = commands.end_duty(session, caller, duty_id, move.reason)
    return queries.account_view(session, queries.find_account(session, caller, row.account_id))


def _demanding(request: Request) -> frozenset[str]:
    return roles_named(request.app.state.settings.second_factor_roles)
