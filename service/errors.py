"""Refusals: part of the product. A named class with a code, a status and a sentence to act on.

Refusal (409)
- SignInRequired (401)
- NotAllowed (403)      only where the caller may see the thing but not do this
- NotFound (404)        also for what the caller may not see
- InvalidInput (422)    with the fields at fault, never their values
- WrongMove (409)       not from this state
- ChangedMeanwhile (409)

Rooms add their own. They are rendered once: as problem+json under ``/api/``, as a page elsewhere.
A bug is never dressed as a refusal.
"""

from typing import ClassVar, NamedTuple

from service.texts import DEFAULT_LANGUAGE, N_, translate


class FieldFault(NamedTuple):
    """What is wrong with one field: its place, a code and a sentence. Never the value."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """Something that was asked for is not done, for a reason that a person can act on.

    Subclasses set ``code``, ``status``, ``title`` and ``sentence``; parameters of the sentence are given when
    it is raised and must be fit to be seen by the caller.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = N_("This cannot be done")
    sentence: ClassVar[str] = N_("The request was refused.")

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.code)

    def detail(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Return the sentence in a language."""
        return translate(self.sentence, language, **self.params)

    def faults(self) -> tuple[FieldFault, ...]:
        """Return the fields at fault, if the refusal is about fields."""
        return ()

    def headers(self) -> dict[str, str]:
        """Return the headers that go with the answer."""
        return {}


class SignInRequired(Refusal):
    """The caller is not signed in, or the token is not valid (any more)."""

    code = "sign_in_required"
    status = 401
    title = N_("Sign in first")
    sentence = N_("You need to sign in, or your token is not valid.")

    def headers(self) -> dict[str, str]:
        """Say how a program signs in."""
        return {"WWW-Authenticate": "Bearer"}


class NotAllowed(Refusal):
    """The caller may see this but has no duty that allows the action."""

    code = "not_allowed"
    status = 403
    title = N_("Your duties do not allow this")
    sentence = N_("None of your duties allows this. Ask your administrator if you think that it should.")


class NotFound(Refusal):
    """There is no such thing, or it is not for the caller to see; the two look the same."""

    code = "not_found"
    status = 404
    title = N_("Not found")
    sentence = N_("There is nothing here that you may see.")


class InvalidInput(Refusal):
    """What was sent breaks a rule; every field at fault is named."""

    code = "invalid_input"
    status = 422
    title = N_("Please check what you entered")
    sentence = N_("Some of what was sent cannot be accepted.")

    def __init__(self, *faults: FieldFault) -> None:
        self.found = faults
        super().__init__()

    def faults(self) -> tuple[FieldFault, ...]:
        """Return the fields at fault."""
        return self.found


class WrongMove(Refusal):
    """The thing is not in a state from which this move exists."""

    code = "wrong_move"
    status = 409
    title = N_("Not possible at this stage")
    sentence = N_("{move} is not possible while this is {state}.")


class ChangedMeanwhile(Refusal):
    """Somebody else changed the same thing at the same moment."""

    code = "changed_meanwhile"
    status = 409
    title = N_("Changed meanwhile")
    sentence = N_("Somebody else changed this at the same moment. Look at it again, then repeat your change.")
