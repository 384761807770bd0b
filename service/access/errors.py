"""Refusals of the access room.

Refusal (409)
- EmailTaken, LastAdministrator
- NotProved (401)            wrong password, wrong code: one class for each, none says which part was wrong
  - WrongCredentials, WrongCode, PasskeyRefused
- TooManyAttempts (429)      with Retry-After
- ResetLinkSpent (409)
- SessionNeeded (403)        a token cannot do this
- TokenOnlyReads (403)
- SecondFactorNeeded (403)   the duties of the caller ask for it
- SecondFactorKept (409)     the last one cannot go while the duties ask for it
- SecondFactorInPlace, NothingToConfirm (409)
- ProofNeeded (403)          who one is has to be proved again first
- AlreadyInvited, InvitationSettled, InvitationSpent, InvitationForAnother, SignInToAccept (409)
- NotOwnDuty (403), DeputyEnded (409)
- ProviderUnreachable (503)  with Retry-After
- ProviderRefused, AddressUnproved, NobodyByThisAddress (403)
- LinkedAlready (409)
"""

from service.errors import Refusal, SignInRequired
from service.texts import N_


class EmailTaken(Refusal):
    """Another account has this address."""

    code = "email_taken"
    sentence = N_("There is an account with this e-mail address already.")


class LastAdministrator(Refusal):
    """The last administrator cannot go."""

    code = "last_administrator"
    sentence = N_("This is the last administrator who can sign in. Make somebody else administrator first.")


class WrongCredentials(SignInRequired):
    """The address or the password is wrong; which of them is not said."""

    code = "wrong_credentials"
    title = N_("E-mail address or password is wrong")
    sentence = N_("We do not know this e-mail address with this password. Check both, or set a new password.")


class WrongCode(SignInRequired):
    """The code of the second factor is wrong, too old, or was used before."""

    code = "wrong_code"
    title = N_("The code is wrong")
    sentence = N_("This code is wrong, too old, or was used already. Wait for the next one and enter that.")


class PasskeyRefused(SignInRequired):
    """What the passkey signed is not what was asked, or by none that we know."""

    code = "passkey_refused"
    title = N_("The passkey was not accepted")
    sentence = N_("This passkey could not be checked. Start again, or sign in another way.")


class TooManyAttempts(Refusal):
    """Too many guesses failed, of this account or from this address."""

    code = "too_many_attempts"
    status = 429
    title = N_("Too many attempts")
    sentence = N_("Too many attempts failed. Wait {seconds} seconds, then try again.")

    def __init__(self, *, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds)

    def headers(self) -> dict[str, str]:
        """Say when to come back."""
        return {"Retry-After": str(self.seconds)}


class ResetLinkSpent(Refusal):
    """The link to set a password was used, is too old, or never was one."""

    code = "reset_link_spent"
    title = N_("This link works no more")
    sentence = N_("The link was used already or is older than an hour. Ask for a new one.")


class SessionNeeded(Refusal):
    """What was asked takes somebody who signed in; a token cannot do it."""

    code = "session_needed"
    status = 403
    title = N_("Sign in for this")
    sentence = N_("An API token cannot do this. Sign in, and do it yourself.")


class TokenOnlyReads(Refusal):
    """The token may read and nothing else."""

    code = "token_only_reads"
    status = 403
    title = N_("This token only reads")
    sentence = N_("This token may only read. Use one that was issued to write as well.")


class SecondFactorNeeded(Refusal):
    """One of the caller's duties asks for a second factor, and there is none in this session."""

    code = "second_factor_needed"
    status = 403
    title = N_("A second factor is needed")
    sentence = N_(
        "Your duties ask for a second factor. Set one up under Account, Security; until then they rest."
    )


class SecondFactorKept(Refusal):
    """The only second factor of somebody whose duties ask for one."""

    code = "second_factor_kept"
    title = N_("You need a second factor")
    sentence = N_("Your duties ask for a second factor, and this is your only one. Add another one first.")


class NothingToConfirm(Refusal):
    """No authenticator app waits to be confirmed."""

    code = "nothing_to_confirm"
    sentence = N_("No authenticator app waits to be confirmed. Start setting one up again.")


class SecondFactorInPlace(Refusal):
    """There is an authenticator app already."""

    code = "second_factor_in_place"
    sentence = N_("You have an authenticator app already. Remove it before you set up another one.")


class ProofNeeded(Refusal):
    """It is too long ago that the caller proved who it is."""

    code = "proof_needed"
    status = 403
    title = N_("Show again that it is you")
    sentence = N_("Before you change how you sign in, enter your password or a code again.")


class AlreadyInvited(Refusal):
    """The same address is invited to the same already."""

    code = "already_invited"
    sentence = N_("This address is invited to the same duty already. Send that invitation again instead.")


class InvitationSettled(Refusal):
    """The invitation was accepted or withdrawn."""

    code = "invitation_settled"
    sentence = N_("This invitation was accepted or withdrawn already.")


class InvitationSpent(Refusal):
    """The link of the letter was used, is too old, was withdrawn, or never was one."""

    code = "invitation_spent"
    title = N_("This link works no more")
    sentence = N_(
        "The invitation was accepted or withdrawn, or is older than seven days. Ask whoever invited you "
        "to send it again."
    )


class InvitationForAnother(Refusal):
    """The invitation was sent to another address than that of the caller."""

    code = "invitation_for_another"
    sentence = N_("This invitation was sent to another address. Sign in with the account of that address.")


class SignInToAccept(Refusal):
    """The invited address has an account; only its owner accepts for it."""

    code = "sign_in_to_accept"
    sentence = N_("There is an account with this address already. Sign in with it to accept.")


class NotOwnDuty(Refusal):
    """Only the holder of a duty names a deputy for it."""

    code = "not_own_duty"
    status = 403
    title = N_("This is not your own duty")
    sentence = N_("You act with this duty for somebody else. Only its holder can name a deputy.")


class DeputyEnded(Refusal):
    """What the deputy might do ended already."""

    code = "deputy_ended"
    sentence = N_("This has ended already.")


class ProviderUnreachable(Refusal):
    """The provider of sign-ins does not answer, or not as it should."""

    code = "provider_unreachable"
    status = 503
    title = N_("The other service does not answer")
    sentence = N_(
        "The service that you wanted to sign in with cannot be reached. Try again in a minute, or sign in "
        "another way."
    )

    def headers(self) -> dict[str, str]:
        """Say when to come back."""
        return {"Retry-After": "60"}


class ProviderRefused(Refusal):
    """What came back from the provider does not fit what was asked."""

    code = "provider_refused"
    status = 403
    title = N_("The sign-in could not be checked")
    sentence = N_("What came back from the other service could not be checked. Start signing in again.")


class AddressUnproved(Refusal):
    """The provider does not vouch for the address."""

    code = "address_unproved"
    status = 403
    title = N_("Your address is not confirmed")
    sentence = N_(
        "The other service does not confirm that the e-mail address is yours. Confirm it there, or sign in "
        "another way."
    )


class NobodyByThisAddress(Refusal):
    """No account has the address that the provider vouches for."""

    code = "nobody_by_this_address"
    status = 403
    title = N_("There is no account for you yet")
    sentence = N_(
        "Nobody here has the e-mail address that the other service gave. If you were invited, open the link "
        "in the letter and accept there. Otherwise ask whoever looks after this instance to invite you."
    )


class LinkedAlready(Refusal):
    """The provider's name for somebody is linked to another account."""

    code = "linked_already"
    sentence = N_("This sign-in is linked to another account already. Remove it there first.")
