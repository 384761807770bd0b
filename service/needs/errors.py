"""Refusals of the needs room."""

from service.errors import Refusal
from service.texts import N_


class StillBeingDrafted(Refusal):
    """The level is ``draft``: no desk can handle what it may not see."""

    code = "still_being_drafted"
    title = N_("Choose first who may see it")
    sentence = N_("Only you can see this need. Widen it at least to the handling desk, then submit it.")


class LetterMissing(Refusal):
    """A desk registers on a state's behalf from an official letter only."""

    code = "letter_missing"
    status = 422
    title = N_("Attach the official letter")
    sentence = N_("A need is registered on behalf of a state from its official letter: attach the letter.")


class NotConfirmedYet(Refusal):
    """A desk registered it on a state's behalf, and the state has not confirmed it."""

    code = "not_confirmed_yet"
    title = N_("The state has not confirmed this need yet")
    sentence = N_(
        "A desk registered this need on behalf of a state. Nothing happens to it until the state confirms it."
    )


class RegistrationNotWaiting(Refusal):
    """The need was confirmed or refused already, or its requester registered it itself."""

    code = "registration_not_waiting"
    sentence = N_("This need does not wait for a confirmation. Open the page again to see how it stands.")


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


class TextChangedMeanwhile(Refusal):
    """The endorsement was meant for another version of the text than the one that stands now."""

    code = "text_changed_meanwhile"
    title = N_("The text was changed meanwhile")
    sentence = N_("The text is no longer the one that you read. Read it again, then endorse it.")


class HarmsUnanswered(Refusal):
    """A question about harm is not answered yet."""

    code = "harms_unanswered"
    title = N_("Answer the questions about harm first")
    sentence = N_("Say of each harm whether the help could do it and how that is prevented, then submit.")


class HarmsNotJudged(Refusal):
    """The desk has not judged every answer about harm."""

    code = "harms_not_judged"
    title = N_("Judge the answers about harm first")
    sentence = N_("Say of each answer about harm whether it is acceptable, then validate the need.")


class HarmNotAcceptable(Refusal):
    """The desk found an answer about harm not acceptable."""

    code = "harm_not_acceptable"
    title = N_("A harm is not acceptable")
    sentence = N_(
        "An answer about harm was found not acceptable. Ask for clarification, or find it ineligible."
    )


class ReasonNeeded(Refusal):
    """The need says little; whoever validates it all the same says why."""

    code = "reason_needed"
    status = 422
    title = N_("Say why")
    sentence = N_(
        "This need scores {points} of 100 for being specific. Say why it can be matched all the same."
    )


class SecondPersonNeeded(Refusal):
    """Whoever asked for a wider level cannot be the one who agrees to it."""

    code = "second_person_needed"
    status = 403
    title = N_("Somebody else has to agree")
    sentence = N_("Two persons of the same state let more people see a need: somebody else has to agree.")


class SecondFactorToWiden(Refusal):
    """Who acts alone for a state proves a second factor before letting more people see a need."""

    code = "second_factor_to_widen"
    status = 403
    title = N_("A second factor is needed")
    sentence = N_(
        "Nobody else acts for your state who could agree. Sign in with your second factor, then ask again."
    )


class WideningOvertaken(Refusal):
    """The text, the level or the wish itself changed since somebody asked for a wider level."""

    code = "widening_overtaken"
    title = N_("This no longer stands as it was asked")
    sentence = N_(
        "The text or the level was changed, or this was ended, since it was asked. Ask for it anew."
    )


class WideLevelWaits(Refusal):
    """One person alone chose a wide level and endorsed it; it waits for a second one, or for a day."""

    code = "wide_level_waits"
    title = N_("The level waits for a second person")
    sentence = N_(
        "One person chose who may see this need and endorsed it. Circulate it a day after the endorsement, "
        "or once a second person of the state has endorsed it."
    )
