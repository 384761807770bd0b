"""Refusals of the deadlines room."""

from service.errors import Refusal
from service.texts import N_


class ClockEnded(Refusal):
    """The stage is over already."""

    code = "clock_ended"
    title = N_("This stage is over")
    sentence = N_("This clock no longer runs. Open the page again to see how it stands.")


class NotMarkedByHand(Refusal):
    """The stage ends with what is done about its thing."""

    code = "not_marked_by_hand"
    title = N_("This stage ends by itself")
    sentence = N_("This clock stops as soon as the step itself is taken. Take it on the page of its thing.")


class NotAskedYet(Refusal):
    """The question what became of something is put later, or not at all."""

    code = "not_asked_yet"
    title = N_("It is too early to say")
    sentence = N_("This is asked half a year and a year after the help was delivered. Come back then.")
