"""``client.people``: invitations, deputies, and who has which duty."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import (
    Account,
    Deputy,
    DeputyNaming,
    Invitation,
    InvitationAcceptance,
    InvitationOffer,
    InvitationSending,
    InvitationToken,
    Move,
    Page,
    PersonLine,
    SessionOpened,
)


class People(Room[Way]):
    """Who has which duty where you have one; inviting to duties, and accepting; deputies."""

    @paged
    def invitations(self) -> Call[Page[Invitation]]:
        """List the invitations that you may look after, newest first.

        >>> for invitation in client.people.invitations():
        ...     print(invitation.email)
        """
        return listing("/invitations")

    @ask
    def invite(self, sending: InvitationSending) -> Call[Invitation]:
        """Invite somebody to a duty, by a letter.

        >>> client.people.invite(
        ...     InvitationSending(email="new@ministry.example", role="observer", stakeholder=ministry_id)
        ... )
        """
        return post("/invitations", sending)

    @ask
    def send_again(self, invitation_id: str) -> Call[Invitation]:
        """Send the letter again with a new link; the one before works no more.

        >>> client.people.send_again(invitation_id)
        """
        return post("/invitations/{invitation_id}/send-again", invitation_id=invitation_id)

    @ask
    def withdraw(self, invitation_id: str, *, reason: str | None = None) -> Call[Invitation]:
        """Withdraw an invitation; its link works no more.

        >>> client.people.withdraw(invitation_id)
        """
        return post("/invitations/{invitation_id}/withdraw", Move(reason=reason), invitation_id=invitation_id)

    @ask
    def open_invitation(self, token: str) -> Call[InvitationOffer]:
        """Read what you are invited to, with the end of the link in your letter.

        >>> client.people.open_invitation(token_of_letter)
        """
        return post("/invitation/open", InvitationToken(token=token))

    @ask
    def accept(self, acceptance: InvitationAcceptance) -> Call[SessionOpened]:
        """Accept an invitation with a new account; what comes back is a session.

        >>> client.people.accept(
        ...     InvitationAcceptance(token=token_of_letter, name="New colleague", password=password)
        ... )
        """
        return post("/invitation/accept", acceptance)

    @ask
    def accept_signed_in(self, token: str) -> Call[Account]:
        """Accept an invitation that was sent to the address of your account.

        >>> client.people.accept_signed_in(token_of_letter)
        """
        return post("/me/invitation", InvitationToken(token=token))

    @ask
    def deputies(self) -> Call[list[Deputy]]:
        """List who acts or will act for you, and for whom you do.

        >>> client.people.deputies()
        """
        return get("/me/deputies")

    @ask
    def name_deputy(self, naming: DeputyNaming) -> Call[Deputy]:
        """Let a colleague act with a duty of yours from one day to another.

        >>> client.people.name_deputy(
        ...     DeputyNaming(
        ...         duty=duty_id, account=account_id, begins_on=date(2027, 5, 3), ends_on=date(2027, 5, 14)
        ...     )
        ... )
        """
        return post("/me/deputies", naming)

    @ask
    def end_deputy(self, deputy_id: str, *, reason: str | None = None) -> Call[Deputy]:
        """End what a deputy may do before its last day.

        >>> client.people.end_deputy(deputy_id)
        """
        return post("/deputies/{deputy_id}/end", Move(reason=reason), deputy_id=deputy_id)

    @paged
    def list(self) -> Call[Page[PersonLine]]:
        """List who has which duty where you have one, and who acts for them.

        >>> for person in client.people.list():
        ...     print(person.name)
        """
        return listing("/people")
