"""Events in words: in those of the news where there are such, for nobody in particular."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from service.notifications.news import TOLD
from service.texts import N_, translate

_TO_SOMEBODY = re.compile(r"\byou(rs?)?\b", re.IGNORECASE)

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "need.registered": N_("The request was written down."),
        "need.revised": N_("The request was changed."),
        "need.submitted": N_("The request was submitted."),
        "need.expedited": N_("The request went ahead as an emergency."),
        "need.fully-endorsed": N_("The request is endorsed by all who ask."),
        "need.desk-changed": N_("The request was addressed to another desk."),
        "need.clarification-requested": N_("The desk asked a question."),
        "need.clarification-answered": N_("The question was answered."),
        "need.registration-confirmed": N_("What the desk had written down was confirmed."),
        "need.registration-refused": N_("What the desk had written down was refused."),
        "need.harms-answered": N_("What harm the help may do was answered."),
        "need.harms-judged": N_("What was said of possible harm was judged."),
        "need.private-wishes-revised": N_("Private wishes were changed."),
        "need.matching-allowed": N_("Rounds may use the request."),
        "need.matching-disallowed": N_("Rounds may not use the request."),
        "need.message-written": N_("A message was written."),
        "proposal.message-written": N_("A message was written."),
        "offer.registered": N_("The offer was written down."),
        "offer.revised": N_("The offer was changed."),
        "offer.imported": N_("The offer was imported."),
        "offer.submitted": N_("The offer was sent for authorisation."),
        "offer.reconfirmed": N_("The provider said that the offer still stands."),
        "offer.marked-stale": N_("Nobody had confirmed the offer for a year."),
        "offer.held": N_("The offer was put on hold."),
        "offer.resumed": N_("The offer stands again."),
        "offer.withdrawn": N_("The offer was withdrawn."),
        "offer.confidentiality-changed": N_("Who may see the offer was changed."),
        "offer.person-recorded": N_("Who the named expert is was written down."),
        "offer.person-read": N_("Somebody read who the named expert is."),
        "offer-wishes.declared": N_("Private wishes were changed."),
        "proposal.suggested": N_("A round proposed the team."),
        "proposal.given-up": N_("The team was given up."),
        "proposal.lapsed": N_("The time to answer ran out."),
        "proposal.declined": N_("The team was declined."),
        "proposal.reopened": N_("A seat of the team is open again."),
        "proposal.contacts-read": N_("Somebody read whom to write to."),
        "seat.offered": N_("A seat was offered."),
        "seat.declined": N_("A seat was declined."),
        "seat.given-back": N_("A seat was given back."),
        "seat.lapsed": N_("The time to answer for a seat ran out."),
        "seat.confirmed": N_("A seat was confirmed."),
        "seat.withdrawn": N_("A seat was taken back."),
        "seat.released": N_("A seat has ended."),
        "seat.release-given": N_("The pool released its expert for a seat."),
        "seat.interest-judged": N_("The desk judged what was declared of interests."),
        "round.requested": N_("A round was asked for."),
        "round.cancelled": N_("The round was stopped."),
        "stakeholder.registered": N_("The institution was registered."),
        "stakeholder.revised": N_("The institution's details were changed."),
        "stakeholder.retired": N_("The institution was taken out of lists."),
        "delivery.registered": N_("Past help was written down."),
        "delivery.revised": N_("What is known of past help was changed."),
        "delivery.retired": N_("The entry was taken out of lists."),
        "pin.decided": N_("A desk decided on a pair: to keep it, or to keep it apart."),
        "pin.lifted": N_("A decision on a pair was lifted."),
        "engagement.notified": N_("A dialogue was told of the need."),
        "engagement.welcomed": N_("The dialogue is interested in the need."),
        "engagement.hosted": N_("The dialogue hosts the work on the need."),
        "engagement.observed": N_("The dialogue follows the work on the need."),
        "engagement.reported": N_("The dialogue reported the need to its senior officials."),
        "engagement.closed": N_("The dialogue has closed its part in the need."),
        "engagement.declined": N_("The dialogue takes no part in the need."),
        "engagement.consent-revoked": N_("The requester took its consent back."),
        "reference.synced": N_("The data files were taken in."),
        "reference.corrected": N_("A fact was corrected."),
        "reference.correction-withdrawn": N_("A correction was taken back."),
    }
)
"""What the news do not say, or say to somebody."""
OTHERWISE = N_("Something was changed: {event}.")


def event_in_words(event: str, language: str) -> str:
    """Return what happened, in words."""
    said = EVENTS.get(event) or next(
        (one.sentence for one in TOLD.get(event, ()) if not _TO_SOMEBODY.search(one.sentence)), None
    )
    return translate(said, language) if said else translate(OTHERWISE, language, event=event)
