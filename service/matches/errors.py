"""Refusals of the matches room."""

from datetime import datetime
from typing import cast

from babel.dates import format_datetime

from service.errors import Refusal
from service.texts import DEFAULT_LANGUAGE, N_, translate


class StillToBeAgreed(Refusal):
    """Somebody whose yes is needed has not given it."""

    code = "still_to_be_agreed"
    title = N_("Not agreed yet")
    sentence = N_("Every mandatory seat has to be accepted, and every requester has to agree, before this.")


class NamingNotAllowed(Refusal):
    """The need may not be named to providers without its requester's consent."""

    code = "naming_not_allowed"
    title = N_("The requester has not agreed to be named")
    sentence = N_(
        "This need is for its handling desk only. Its requester can agree to name it to these providers."
    )


class OfferFullyBooked(Refusal):
    """The offer has no room left in the months that count."""

    code = "offer_fully_booked"
    title = N_("No capacity left")
    sentence = N_("This offer has no capacity left in the months in which the work could fall.")


class NoMonthLeft(Refusal):
    """The need's window and the months of the offer do not meet (any more)."""

    code = "no_month_left"
    title = N_("No month fits")
    sentence = N_("No month is left in which both the need's window and the offer allow the work.")


class ProposalStale(Refusal):
    """What the proposal was computed from has changed since."""

    code = "proposal_stale"
    title = N_("Overtaken by changes")
    sentence = N_("The need or an offer changed after this was computed. Run a new round, or withdraw it.")


class SeatLapsed(Refusal):
    """The time to answer is over."""

    code = "seat_lapsed"
    title = N_("The time to answer is over")
    sentence = N_("The time to answer this is over. Ask the desk to offer the seat again.")


class RoundUnderWay(Refusal):
    """The desk runs a round over the same scope already."""

    code = "round_under_way"
    title = N_("A round is under way")
    sentence = N_("This desk runs a round already. Wait until it is finished, or cancel it.")


class PolicyNotValid(Refusal):
    """A setting of the policy is unknown or out of range."""

    code = "policy_not_valid"
    status = 422
    title = N_("This policy cannot be used")
    sentence = N_("The policy's setting {setting} cannot be used: {fault}.")


class AlreadyProposed(Refusal):
    """Another team is being agreed on for the same part of the need."""

    code = "already_proposed"
    title = N_("Another team is being asked")
    sentence = N_("Another team is being asked for a part of this need. Withdraw that proposal first.")


class NotCirculated(Refusal):
    """The need is not in circulation, so that nobody can be asked."""

    code = "not_circulated"
    title = N_("The need is not in circulation")
    sentence = N_("Seats are offered only while the need is circulated. Its desk can circulate it.")


class ExpertToBeNamed(Refusal):
    """A named expert's seat needs the account of the expert, who has to say yes as well."""

    code = "expert_to_be_named"
    status = 422
    title = N_("Name the expert's account")
    sentence = N_("This seat is for a named expert. Name the account of the expert within your institution.")


class SaidAlready(Refusal):
    """The caller's side has said this already."""

    code = "said_already"
    sentence = N_("You have said this already.")


class OfferNotStanding(Refusal):
    """The seat's offer was withdrawn, or has ended."""

    code = "offer_not_standing"
    title = N_("The offer has ended")
    sentence = N_("The offer behind this seat was withdrawn or has ended. Fill the seat with another one.")


class InterestsOpen(Refusal):
    """A party of a seat has not declared interests, or the desk has not judged a declared one."""

    code = "interests_open"
    title = N_("Conflicts of interest are not settled")
    sentence = N_(
        "Before a team is confirmed every provider and named expert says whether there is a conflict of "
        "interest, and the desk looks at what was declared. Something is still missing; the desk knows what."
    )


class ObjectionOpen(Refusal):
    """A requester may still object to a seat that was filled again."""

    code = "objection_open"
    title = N_("The time to object runs still")
    sentence = N_(
        "A seat of this team was filled again, and requesters may object until {until}. The team can be "
        "confirmed after that, or by the requesters themselves."
    )

    def detail(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Return the sentence with the moment as it is written in a language."""
        until = cast("datetime", self.params["until"])
        moment = format_datetime(until, "d MMMM y, HH:mm 'UTC'", locale=language)
        return translate(self.sentence, language, until=moment)


class NothingDeclared(Refusal):
    """There is no conflict of interest to judge."""

    code = "nothing_declared"
    title = N_("Nothing to judge")
    sentence = N_("This party has declared no conflict of interest, or it was judged already.")


class NotLost(Refusal):
    """The seat does not have to be filled again, or not yet."""

    code = "seat_not_lost"
    title = N_("This seat cannot be filled again")
    sentence = N_(
        "Only a seat that is not available, and that nobody took over yet, is filled again; and only once "
        "those who ask have been told of it."
    )


class NotACandidate(Refusal):
    """The offer that was chosen for a seat cannot take it."""

    code = "not_a_candidate"
    status = 422
    title = N_("This offer cannot take the seat")
    sentence = N_("Choose an offer from the list of those that could take this seat; it may have changed.")


class NobodyLeft(Refusal):
    """No offer is left that could take a seat."""

    code = "nobody_left"
    title = N_("Nobody is left for this seat")
    sentence = N_(
        "No offer is left that could take this seat and was not asked already. Run a new round, or have the "
        "need marked as unmet."
    )
