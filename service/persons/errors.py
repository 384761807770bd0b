"""Refusals of persons' data."""

from service.errors import Refusal
from service.texts import N_


class ErasedAlready(Refusal):
    """The person was erased; nothing is left to show or change."""

    code = "erased_already"
    title = N_("Erased already")
    sentence = N_("What was kept of this person was erased. It cannot be brought back.")


class ReasonNeeded(Refusal):
    """Whoever erases somebody else says why."""

    code = "erasing_reason_needed"
    title = N_("Say why")
    sentence = N_("Say why this person is erased, for the record, without naming the person.")


class SettledAlready(Refusal):
    """The request was answered before."""

    code = "request_settled"
    sentence = N_("This request was answered already. Whoever asked can ask again.")
