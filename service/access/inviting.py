"""Invitations: from a letter to a duty.

The same letter goes out whether the address has an account or not. Nobody gets a duty before accepting it.
"""

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select, true, update
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.access import passwords, rules
from service.access.commands import check_place, give_duty
from service.access.errors import (
    AlreadyInvited,
    InvitationForAnother,
    InvitationSettled,
    InvitationSpent,
    SignInToAccept,
    TooManyAttempts,
)
from service.access.people_schemas import InvitationAcceptance, InvitationSending
from service.access.queries import account_duties, caller_of, own_duties
from service.access.sessions import Opened, open_session
from service.access.signing_in import Gate
from service.access.tables import Account, AccountPassword, Invitation
from service.access.words import ROLE_NAMES
from service.caller import Caller, Role
from service.database.columns import new_id
from service.errors import InvalidInput, NotAllowed, NotFound
from service.journal.commands import record
from service.mail.commands import post
from service.settings import Settings
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate


def invite(session: Session, caller: Caller, sending: InvitationSending, settings: Settings) -> Invitation:
    """Invite an address to a duty, by a letter with a link that works once, within seven days."""
    duties = own_duties(session, caller)
    if not rules.may_invite(duties, sending.role, sending.stakeholder):
        raise NotAllowed
    check_place(session, sending.role, sending.stakeholder)
    if session.exec(_open().where(*_same_as(sending))).first():
        raise AlreadyInvited
    secret, now = rules.new_invitation_secret(), clock.now()
    row = Invitation(
        id=new_id("invitation"),
        email=sending.email,
        role=sending.role,
        stakeholder_id=sending.stakeholder,
        language=sending.language,
        digest=rules.digest_of(secret),
        invited_by=caller.account_id or "",
        invited_at=now,
        sent_at=now,
        expires_at=now + rules.INVITATION_LASTS,
    )
    session.add(row)
    session.flush()
    _write(session, caller, row, secret, settings)
    details = {"role": row.role, "stakeholder": row.stakeholder_id}
    record(session, caller, "invitation.sent", f"invitation:{row.id}", details)
    return row


def send_again(session: Session, caller: Caller, invitation_id: str, settings: Settings) -> Invitation:
    """Send the letter again with a new link, good for seven days; the link before works no more."""
    row = find_invitation(session, caller, invitation_id)
    _check_unsettled(row)
    now = clock.now()
    wait = (row.sent_at + rules.RESEND_AFTER - now).total_seconds()
    if wait > 0:
        raise TooManyAttempts(seconds=int(wait) + 1)
    secret = rules.new_invitation_secret()
    row.digest, row.sent_at, row.expires_at = rules.digest_of(secret), now, now + rules.INVITATION_LASTS
    # Whoever sends it again answers for it from now on.
    row.invited_by = caller.account_id or ""
    session.add(row)
    session.flush()
    _write(session, caller, row, secret, settings)
    record(session, caller, "invitation.sent_again", f"invitation:{row.id}")
    return row


def withdraw(session: Session, caller: Caller, invitation_id: str, reason: str | None = None) -> Invitation:
    """Withdraw an invitation; its link works no more."""
    row = find_invitation(session, caller, invitation_id)
    _check_unsettled(row)
    row.withdrawn_at = clock.now()
    session.add(row)
    record(session, caller, "invitation.withdrawn", f"invitation:{row.id}", reason=reason)
    return row


def find_invitation(session: Session, caller: Caller, invitation_id: str) -> Invitation:
    """Return an invitation that the caller may look after, held until the end of the transaction."""
    query = select(Invitation).where(Invitation.id == invitation_id, looked_after_by(session, caller))
    row = session.exec(query.with_for_update()).first()
    if row is None:
        raise NotFound
    return row


def looked_after_by(session: Session, caller: Caller) -> ColumnElement[bool]:
    """Return which invitations a caller may look after: those to what it may invite to."""
    duties = own_duties(session, caller)
    if any(duty.role == "administrator" for duty in duties):
        return true()
    return or_(
        # Of nothing there is no choice; this holds of none.
        col(Invitation.id).in_([]),
        *(
            and_(
                col(Invitation.stakeholder_id) == duty.stakeholder_id,
                col(Invitation.role).in_(rules.INVITES[duty.role]),
            )
            for duty in duties
            if duty.role in rules.INVITES
        ),
    )


def opened_with(session: Session, secret: str) -> Invitation:
    """Return the open invitation that a letter's secret belongs to, while whoever invited still may."""
    row = session.exec(_open().where(Invitation.digest == rules.digest_of(secret))).first()
    if row is None or not _stands(session, row):
        raise InvitationSpent
    return row


def still_open(session: Session, row: Invitation) -> Invitation:
    """Return an invitation while it is open and whoever invited still may."""
    found = session.exec(_open().where(Invitation.id == row.id)).first()
    if found is None or not _stands(session, found):
        raise InvitationSpent
    return found


def has_account(session: Session, row: Invitation) -> bool:
    """Tell whether the invited address has an account."""
    return _account_with(session, row.email) is not None


def email_of(session: Session, account_id: str | None) -> str | None:
    """Return the address of an account, to compare an invitation with."""
    account = session.get(Account, account_id) if account_id else None
    return account.email if account else None


def accept_with_password(gate: Gate, acceptance: InvitationAcceptance) -> Opened:
    """Make the account that the invitation is for, give the duty, and sign its owner in."""
    with gate.database.reading() as session:
        row = opened_with(session, acceptance.token)
        if has_account(session, row):
            raise SignInToAccept
        faults = passwords.faults_of(acceptance.password, row.email)
    if faults:
        raise InvalidInput(*faults)
    digest = passwords.digest_of_password(acceptance.password, gate.settings)
    with gate.database.writing() as session:
        row = opened_with(session, acceptance.token)
        account = _new_account(session, row, acceptance.name, acceptance.language)
        session.add(AccountPassword(account_id=account.id, digest=digest, set_at=clock.now()))
        session.flush()
        record(session, Caller(account.id), "password.set", f"account:{account.id}")
        settle(session, row, account)
        return open_session(session, account, gate.settings, means="password", device=gate.visitor.device)


def accept_from_elsewhere(session: Session, row: Invitation, name: str) -> Account:
    """Accept for somebody whom a provider of sign-ins knows by the invited address, new or not."""
    account = _account_with(session, row.email) or _new_account(session, row, name, row.language)
    if account.disabled_at is not None:
        raise InvitationSpent
    settle(session, row, account)
    return account


def accept_signed_in(session: Session, caller: Caller, secret: str) -> Account:
    """Add the duty to the account of whoever asks, if the invitation was sent to its address."""
    row = opened_with(session, secret)
    account = session.get(Account, caller.account_id)
    if account is None or account.email != row.email:
        raise InvitationForAnother
    settle(session, row, account)
    return account


def settle(session: Session, row: Invitation, account: Account) -> None:
    """Note that an invitation was accepted, once, and give the duty."""
    taken = session.exec(
        update(Invitation)
        .where(
            col(Invitation.id) == row.id,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.withdrawn_at).is_(None),
        )
        .values(accepted_at=clock.now(), account_id=account.id)
    )
    if taken.rowcount != 1:
        raise InvitationSpent
    caller = caller_of(session, account)
    record(session, caller, "invitation.accepted", f"invitation:{row.id}", {"account": account.id})
    held = {(duty.role, duty.stakeholder_id) for duty in account_duties(session, account.id)}
    if (row.role, row.stakeholder_id) not in held:
        came = {"invitation": row.id, "invited_by": row.invited_by}
        give_duty(session, caller, account, row.role, row.stakeholder_id, came)


def open_for(session: Session, email: str) -> bool:
    """Tell whether an invitation is open for an address; for those who proved that it is theirs."""
    return session.exec(_open().where(Invitation.email == email)).first() is not None


def _open() -> SelectOfScalar[Invitation]:
    return select(Invitation).where(
        col(Invitation.accepted_at).is_(None),
        col(Invitation.withdrawn_at).is_(None),
        col(Invitation.expires_at) > clock.now(),
    )


def _same_as(sending: InvitationSending) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Invitation.email) == sending.email,
        col(Invitation.role) == sending.role,
        col(Invitation.stakeholder_id).is_(None)
        if sending.stakeholder is None
        else col(Invitation.stakeholder_id) == sending.stakeholder,
    )


def _check_unsettled(row: Invitation) -> None:
    if row.accepted_at is not None or row.withdrawn_at is not None:
        raise InvitationSettled


def _stands(session: Session, row: Invitation) -> bool:
    inviter = session.get(Account, row.invited_by)
    if inviter is None:
        return True  # the operator of the machine has no account
    duties = caller_of(session, inviter).duties
    return inviter.disabled_at is None and rules.may_invite(duties, row.role, row.stakeholder_id)


def _account_with(session: Session, email: str) -> Account | None:
    return session.exec(select(Account).where(Account.email == email)).first()


def _new_account(session: Session, row: Invitation, name: str, language: str) -> Account:
    if has_account(session, row):
        raise SignInToAccept
    account = Account(
        id=new_id("account"), email=row.email, name=name, language=language, added_at=clock.now()
    )
    session.add(account)
    session.flush()
    details = {"invitation": row.id, "invited_by": row.invited_by}
    record(session, Caller(account.id), "account.added", f"account:{account.id}", details)
    return account


def _write(session: Session, caller: Caller, row: Invitation, secret: str, settings: Settings) -> None:
    role: Role = row.role  # type: ignore[assignment] # the table checks it
    found = find_stakeholders(session, [row.stakeholder_id]) if row.stakeholder_id else {}
    place = found[row.stakeholder_id].name if row.stakeholder_id else "Homologue"
    text = N_(
        "{name} invites you to Homologue, where states ask for help in migration governance and find peers "
        "who have done it before.\n\nYour duty would be: {role}, {place}.\n\nThis link works once, within "
        "seven days:\n\n{link}\n\nIf you do not expect this, do nothing: nothing happens without you."
    )
    post(
        session,
        to=row.email,
        subject=translate(N_("You are invited to Homologue"), row.language),
        text=translate(
            text,
            row.language,
            name=caller.name,
            role=translate(ROLE_NAMES[role], row.language),
            place=place,
            link=f"{settings.public_address()}/invitation?token={secret}",
        ),
        about=f"invitation:{row.id}",
        key=new_id("invitation"),
    )
