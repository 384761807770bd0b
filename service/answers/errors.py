"""Refusals of keys."""

from service.errors import Refusal
from service.texts import N_


class KeyUnfit(Refusal):
    """The key is too short, too long, or holds characters that no key has."""

    code = "key_unfit"
    status = 422
    title = N_("This key cannot be used")
    sentence = N_(
        "An Idempotency-Key has 8 to 200 visible ASCII characters, and at least 22 if you are not signed in. "
        "A random UUID will do."
    )


class KeyReused(Refusal):
    """The key was used before, for something else."""

    code = "key_reused"
    status = 422
    title = N_("This key was used for something else")
    sentence = N_("You have used this Idempotency-Key for another request. Send this one with a new key.")


class StillRunning(Refusal):
    """The same request, with the same key, is being worked on."""

    code = "still_running"
    status = 409
    title = N_("Still being worked on")
    sentence = N_("Your first request with this key is still being worked on. Send it again shortly.")

    def headers(self) -> dict[str, str]:
        """Say when to come back."""
        return {"Retry-After": "1"}


class AnsweredToOtherDuties(Refusal):
    """It was done, but the caller's duties have changed since, so the answer is not shown again."""

    code = "answered_to_other_duties"
    status = 409
    title = N_("Done already, when your duties were others")
    sentence = N_("This was done when you first sent it. Your duties have changed since: look at it again.")
