"""The JSON doors to invitations, deputies, and who has which duty."""

from fastapi import Request

from service.access import deputies, inviting, people, queries
from service.access.people_schemas import (
    DeputyNaming,
    DeputyView,
    InvitationAcceptance,
    InvitationOffer,
    InvitationSending,
    InvitationToken,
    InvitationView,
    PersonLine,
)
from service.access.schemas import AccountView, SessionOpened
from service.access.sign_in_doors import opened_view
from service.access.signing_in import gate_of
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move, Page

router = Doors(tags=["people"])


@router.get("/invitations")
def list_invitations(session: Reading, caller: SignedIn, page: Paging) -> Page[InvitationView]:
    """List the invitations that you may look after, newest first."""
    return people.list_invitations(session, caller, page)


@router.post("/invitations", status_code=201)
def invite_person(
    session: Writing, caller: SignedIn, request: Request, sending: InvitationSending
) -> InvitationView:
    """Invite somebody to a duty, by a letter. The answer is the same whether the address has an account."""
    row = inviting.invite(session, caller, sending, request.app.state.settings)
    return people.invitation_view(row)


@router.post("/invitations/{invitation_id}/send-again")
def send_invitation_again(
    session: Writing, caller: SignedIn, request: Request, invitation_id: str
) -> InvitationView:
    """Send the letter again with a new link; the one before works no more."""
    row = inviting.send_again(session, caller, invitation_id, request.app.state.settings)
    return people.invitation_view(row)


@router.post("/invitations/{invitation_id}/withdraw")
def withdraw_invitation(session: Writing, caller: SignedIn, invitation_id: str, move: Move) -> InvitationView:
    """Withdraw an invitation; its link works no more."""
    return people.invitation_view(inviting.withdraw(session, caller, invitation_id, move.reason))


@router.post("/invitation/open")
def open_invitation(request: Request, held: InvitationToken) -> InvitationOffer:
    """Show what you are invited to, with the end of the link in your letter."""
    with gate_of(request).database.reading() as session:
        return people.offer_view(session, inviting.opened_with(session, held.token))


@router.post("/invitation/accept")
def accept_invitation(request: Request, acceptance: InvitationAcceptance) -> SessionOpened:
    """Accept an invitation with a new account, and go on with the session that comes back."""
    return opened_view(inviting.accept_with_password(gate_of(request), acceptance))


@router.post("/me/invitation")
def accept_invitation_signed_in(session: Writing, caller: SignedIn, held: InvitationToken) -> AccountView:
    """Accept an invitation that was sent to the address of your account."""
    return queries.account_view(session, inviting.accept_signed_in(session, caller, held.token))


@router.get("/people")
def list_people(session: Reading, caller: SignedIn, page: Paging) -> Page[PersonLine]:
    """List who has which duty where you have one, and who acts for them."""
    return people.list_people(session, caller, page)


@router.get("/me/deputies")
def list_deputies(session: Reading, caller: SignedIn) -> list[DeputyView]:
    """List who acts or will act for you, and for whom you do."""
    return people.list_deputies(session, caller)


@router.post("/me/deputies", status_code=201)
def name_deputy(session: Writing, caller: SignedIn, naming: DeputyNaming) -> DeputyView:
    """Let a colleague act with a duty of yours from one day to another."""
    return people.deputy_view(session, deputies.name_deputy(session, caller, naming))


@router.post("/deputies/{deputy_id}/end")
def end_deputy(session: Writing, caller: SignedIn, deputy_id: str, move: Move) -> DeputyView:
    """End what a deputy may do before its last day: yours, or your own for somebody else."""
    return people.deputy_view(session, deputies.end_deputy(session, caller, deputy_id, move.reason))
