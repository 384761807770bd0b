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
