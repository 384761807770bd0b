"""Refusals of the needs room."""

from service.errors import Refusal
from service.texts import N_


class StillBeingDrafted(Refusal):
    """The level is ``draft``: no desk can handle what it may not see."""

    code = "still_being_drafted"
    title = N_("Choose first who may see it")
    sentence = N_("Only you can see this need. Widen it at least to the handling desk, then submit it.")


class NotAnEmergency(Refusal):
    """Only an emergency goes ahead of its endorsement."""

    code = "not_an_emergency"
    sentence = N_("Only an emergency may go ahead before every requester has endorsed it.")


class NotEndorsed(Refusal):
    """A requester has not endorsed it yet."""

    code = "not_endorsed"
    title = N_("An endorsement is missing")
    sentence = N_("Every requester has to endorse this need first.")


class EndorsedAlready(Refusal):
    """The caller's requesters have endorsed this version of the text."""

    code = "endorsed_already"
    sentence = N_("You have endorsed this text already.")


class NotChangeableNow(Refusal):
    """The text is fixed while it is being handled."""

    code = "not_changeable_now"
    title = N_("Not changeable at this stage")
    sentence = N_(
        "What the need says can be changed in a draft, or while the desk waits for clarification. "
        "Ask the desk for clarification, or withdraw the need."
    )


class OnlyTheLeadWidens(Refusal):
    """Any requester may narrow a joint request; only the lead may widen it."""

    code = "only_the_lead_widens"
    status = 403
    title = N_("Only the lead requester may do this")
    sentence = N_("Only the lead requester may let more people see a joint need.")


class SummaryMissing(Refusal):
    """A public summary needs a text that was written to be public."""

    code = "summary_missing"
    status = 422
    title = N_("Write the public summary first")
    sentence = N_("Write a summary that everybody may read. Nothing of the need's own text will be shown.")
