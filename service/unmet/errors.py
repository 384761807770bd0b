"""Refusals about what stays unmet."""

from service.errors import Refusal
from service.texts import N_


class NotUnmet(Refusal):
    """The need is not marked as unmet, so that there is nothing to pass on."""

    code = "not_unmet"
    title = N_("This need is not unmet")
    sentence = N_("Only a need that its desk has marked as unmet is passed on to a dialogue or a fund.")


class PassedOnAlready(Refusal):
    """A need is passed on to one at a time."""

    code = "passed_on_already"
    title = N_("Passed on already")
    sentence = N_("This need is being passed on to somebody. Wait for the answer, or take it back first.")
