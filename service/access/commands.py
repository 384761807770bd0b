"""Changing accounts, duties and tokens."""

from datetime import timedelta

from sqlmodel import Session, col, or_, select

from service import clock
from service.access import rules
from service.access.deputising import end_deputies_of
from service.access.errors import EmailTaken, LastAdministrator, SecondFactorNeeded, SessionNeeded
from service.access.queries import account_duties, find_account, roles_held
from service.access.schemas import AccountAddition, DutyGrant, TokenRequest
from service.access.sessions import end_all_sessions
from service.access.tables import Account, AccountPassword, ApiToken, DutyRow, Passkey
from service.caller import Caller, Role
from service.database.columns import new_id
from service.errors import FieldFault, InvalidInput, NotAllowed, NotFound
from service.journal.commands import record
from service.stakeholders.queries import find_stakeholders
from service.texts import N_


def add_account(session: Session, caller: Caller, addition: AccountAddition) -> Account:
    """Add an account; administrators may. One address, one account."""
    _check_may_manage(caller)
    if session.exec(select(Account).where(Account.email == addition.email)).first():
        raise EmailTaken
    row = Account(
        id=new_id("account"),
        email=addition.email,
        name=addition.name,
        language=addition.language,
        added_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, caller, "account.added", f"account:{row.id}")
    return row


def disable_account(session: Session, caller: Caller, account_id: str, reason: str | None = None) -> Account:
    """Close an account: its sessions and tokens stop at once. The last administrator cannot be closed."""
    _check_may_manage(caller)
    row = find_account(session, caller, account_id)
    if row.disabled_at is None:
        _check_administrator_remains(session, without_account=account_id)
        row.disabled_at = clock.now()
        session.add(row)
        end_all_sessions(session, caller, row.id)
        record(session, caller, "account.disabled", f"account:{row.id}", reason=reason)
    return row


def grant_duty(session: Session, caller: Caller, account_id: str, grant: DutyGrant) -> DutyRow:
    """Give an account a duty, within a stakeholder except for administrators of the instance."""
    _check_may_manage(caller)
    account = find_account(session, caller, account_id)
    check_place(session, grant.role, grant.stakeholder)
    return give_duty(session, caller, account, grant.role, grant.stakeholder, {})


def check_place(session: Session, role: Role, stakeholder_id: str | None) -> None:
    """Refuse a role without the stakeholder that it is for, or with one where it has none."""
    if rules.needs_stakeholder(role) != (stakeholder_id is not None):
        raise InvalidInput(
            FieldFault(
                "stakeholder", "role_mismatch", N_("Every role but administrator is for a stakeholder.")
            )
        )
    if stakeholder_id and not find_stakeholders(session, [stakeholder_id]):
        raise InvalidInput(FieldFault("stakeholder", "unknown", N_("There is no such stakeholder.")))


def give_duty(
    session: Session,
    caller: Caller,
    account: Account,
    role: str,
    stakeholder_id: str | None,
    more: dict[str, str],
) -> DutyRow:
    """Give a duty that was decided on; ``more`` says how it came about."""
    row = DutyRow(
        id=new_id("duty"),
        account_id=account.id,
        role=role,
        stakeholder_id=stakeholder_id,
        granted_at=clock.now(),
    )
    session.add(row)
    session.flush()
    details = {"role": role, "stakeholder": stakeholder_id, **more}
    record(session, caller, "duty.granted", f"account:{account.id}", details)
    return row


def end_duty(session: Session, caller: Caller, duty_id: str, reason: str | None = None) -> DutyRow:
    """End a duty; it counts no more from the next request on. The last administrator stays."""
    _check_may_manage(caller)
    row = session.get(DutyRow, duty_id)
    if row is None:
        raise NotFound
    if row.ended_at is None:
        if row.role == "administrator":
            _check_administrator_remains(session, without_duty=duty_id)
        row.ended_at = clock.now()
        session.add(row)
        details = {"role": row.role, "stakeholder": row.stakeholder_id}
        record(session, caller, "duty.ended", f"account:{row.account_id}", details, reason)
        end_deputies_of(session, caller, row.id)
    return row


def issue_own_token(
    session: Session, caller: Caller, request: TokenRequest, demanding: frozenset[str] = frozenset()
) -> tuple[ApiToken, str]:
    """Issue a token for oneself: in a session, with a second factor where the duties ask for one."""
    if caller.session_id is None:
        raise SessionNeeded
    roles = roles_held(session, caller.account_id or "")
    if rules.needs_second_factor(roles, demanding) and not caller.has_second_factor:
        raise SecondFactorNeeded
    return issue_token(session, caller, caller.account_id or "", request)


def issue_token(
    session: Session, caller: Caller, account_id: str, request: TokenRequest
) -> tuple[ApiToken, str]:
    """Issue an API token and return it with the only readable copy."""
    account = find_account(session, caller, account_id)
    _check_stakeholder_of(session, account, request.stakeholder)
    token = rules.new_token()
    now = clock.now()
    row = ApiToken(
        id=new_id("token"),
        account_id=account.id,
        label=request.label,
        digest=rules.digest_of(token),
        hint=token[: len(rules.TOKEN_PREFIX) + 4],
        issued_at=now,
        expires_at=now + timedelta(days=request.days),
        scope=request.scope,
        stakeholder_id=request.stakeholder,
    )
    session.add(row)
    session.flush()
    details = {"token": row.id, "scope": row.scope, "stakeholder": row.stakeholder_id}
    record(session, caller, "token.issued", f"account:{account.id}", details)
    return row, token


def revoke_token(session: Session, caller: Caller, token_id: str) -> ApiToken:
    """Revoke one's own token, or anybody's for administrators; it stops at once."""
    row = session.get(ApiToken, token_id)
    if row is None or not (row.account_id == caller.account_id or rules.may_manage_accounts(caller)):
        raise NotFound
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        session.add(row)
        record(session, caller, "token.revoked", f"account:{row.account_id}", {"token": row.id})
    return row


def _check_may_manage(caller: Caller) -> None:
    if not rules.may_manage_accounts(caller):
        raise NotAllowed


def _check_stakeholder_of(session: Session, account: Account, stakeholder_id: str | None) -> None:
    duties = account_duties(session, account.id)
    if stakeholder_id is not None and stakeholder_id not in {duty.stakeholder_id for duty in duties}:
        message = N_("The account has no duty there.")
        raise InvalidInput(FieldFault("stakeholder", "without_duty", message))


def _check_administrator_remains(
    session: Session, *, without_account: str = "", without_duty: str = ""
) -> None:
    # The rows are held until the end: of two administrators who end each other at once, one stays.
    administrators = session.exec(
        select(DutyRow)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .where(
            DutyRow.role == "administrator",
            col(DutyRow.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
        )
        .order_by(col(DutyRow.id))
        .with_for_update(of=DutyRow)
        .execution_options(populate_existing=True)
    ).all()
    stay = [
        row
        for row in administrators
        if row.account_id != without_account
        and row.id != without_duty
        and _can_come_in(session, row.account_id)
    ]
    if administrators and not stay:
        raise LastAdministrator


def _can_come_in(session: Session, account_id: str) -> bool:
    """Tell whether an account has a password, a passkey, or a token that may write."""
    live_token = select(ApiToken.id).where(
        ApiToken.account_id == account_id,
        ApiToken.scope == "write",
        col(ApiToken.stakeholder_id).is_(None),
        col(ApiToken.revoked_at).is_(None),
        or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > clock.now()),
    )
    return any(
        session.exec(query.limit(1)).first()
        for query in (
            live_token,
            select(AccountPassword.account_id).where(AccountPassword.account_id == account_id),
            select(Passkey.id).where(Passkey.account_id == account_id),
        )
    )
