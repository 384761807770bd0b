"""Which event is news for whom: the one table that says it. Pure.

Each line: who is told, under which kind of news, in which sentence, about which thing. The first line that
fits a person counts, so that nobody is told twice of one event. A sentence says what happened and never why:
reasons stand on the page of the thing, for those who may read them there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from service.notifications.rules import Kind, Thing
from service.texts import N_

Circle = Literal[
    "requesters",
    "endorsers",
    "desk",
    "desk_alone",
    "named_providers",
    "message_sides",
    "message_providers",
    "message_seats",
    "seat_provider",
    "seat_expert",
    "offer_owner",
    "offer_authorisers",
    "offer_desk",
    "pool_managers",
    "round_desk",
    "round_requesters",
    "person",
    "administrators",
    "webhook_keepers",
    "clock_requesters",
    "clock_endorsers",
    "clock_desk",
    "clock_escalation",
    "clock_team",
    "clock_seat",
    "clock_offer",
    "clock_engagement",
    "clock_passed_on",
    "engagement_keepers",
    "engagement_requesters",
    "passed_on_to",
]


class News(NamedTuple):
    """What one circle of people is told of an event."""

    circle: Circle
    kind: Kind
    sentence: str
    thing: Thing
    page: str = ""
    """The page that it is read on, where the thing is a page."""
    tells_actor: bool = False
    """Whether whoever did it is told too, because somebody else may have used the account."""


def _requests(sentence: str) -> News:
    return News("requesters", "requests", sentence, "need")


def _desk(sentence: str) -> News:
    return News("desk", "desk", sentence, "need")


def _circular(sentence: str) -> News:
    return News("named_providers", "circulars", sentence, "need")


def _team(sentence: str) -> tuple[News, News]:
    return (
        News("requesters", "teams", sentence, "proposal"),
        News("desk", "teams", sentence, "proposal"),
    )


def _seat(sentence: str) -> News:
    return News("seat_provider", "seats", sentence, "seat")


def _offer(sentence: str) -> News:
    return News("offer_owner", "offers", sentence, "offer")


def _both(sentence: str) -> tuple[News, News]:
    return _requests(sentence), _desk(sentence)


def _message(sentence: str, thing: Thing, providers: Circle, shown_by: Thing) -> tuple[News, News]:
    return News("message_sides", "messages", sentence, thing), News(providers, "messages", sentence, shown_by)


def _dialogue(sentence: str) -> tuple[News]:
    return (News("engagement_requesters", "requests", sentence, "page", "/engagements"),)


def _passed_on(circle: Circle, kind: Kind, sentence: str) -> News:
    return News(circle, kind, sentence, "page", "/escalations")


def _clock(sentence: str) -> tuple[News, ...]:
    return (
        News("clock_requesters", "requests", sentence, "need"),
        News("clock_endorsers", "endorsements", sentence, "need"),
        News("clock_desk", "desk", sentence, "need"),
        News("clock_team", "teams", sentence, "proposal"),
        News("clock_seat", "seats", sentence, "seat"),
        News("clock_offer", "offers", sentence, "offer"),
        News("clock_engagement", "desk", sentence, "page", "/engagements"),
        _passed_on("clock_passed_on", "desk", sentence),
    )


_WRITTEN = N_("There is a new message for you.")
_SEAT_OPEN = N_("A seat of the team is open again.")

TOLD: Mapping[str, tuple[News, ...]] = MappingProxyType(
    {
        # A need's way to its desk. Of registrations only those on somebody else's behalf are told.
        "need.registered": (
            _requests(N_("A desk registered a request for you. Please confirm it or refuse.")),
        ),
        "need.registration-confirmed": (_desk(N_("The request that your desk registered was confirmed.")),),
        "need.registration-refused": (_desk(N_("The request that your desk registered was refused.")),),
        "need.set-back": _both(N_("The emergency was set back, because nobody endorsed it in time.")),
        "need.brought-back": _both(N_("The emergency is endorsed and goes on.")),
        "need.widening-asked": (
            News(
                "requesters",
                "endorsements",
                N_("Somebody of your side asks to let more people see the request."),
                "need",
            ),
        ),
        "need.widening-ended": (_requests(N_("The wish to let more people see the request has ended.")),),
        "need.submitted": (
            News("endorsers", "endorsements", N_("A request waits for your endorsement."), "need"),
            _desk(N_("A request was submitted. It waits for its endorsement.")),
        ),
        "need.endorsed": (_requests(N_("The request was endorsed.")),),
        "need.fully-endorsed": (_desk(N_("A request is endorsed and waits for your screening.")),),
        "need.expedited": (
            News(
                "endorsers",
                "endorsements",
                N_("An emergency goes ahead. It still waits for your endorsement."),
                "need",
            ),
            _desk(N_("An emergency waits for your screening, ahead of its endorsement.")),
        ),
        "need.desk-changed": (_desk(N_("A request was addressed to your desk.")),),
        "need.level-changed": (_requests(N_("Who may see the request was changed.")),),
        "need.screening-started": (_requests(N_("The desk has taken the request up.")),),
        "need.clarification-requested": (
            _requests(N_("The desk asks a question. It waits for your answer.")),
        ),
        "need.clarification-answered": (_desk(N_("Your question was answered.")),),
        "need.found-ineligible": (_requests(N_("The desk cannot handle the request, and says why.")),),
        "need.validated": (_requests(N_("The desk has validated the request.")),),
        "need.circulated": (
            _requests(N_("The request was circulated.")),
            _circular(N_("A request was circulated to you.")),
        ),
        # A need's further life
        "need.partially-matched": _both(N_("A part of the request has its team.")),
        "need.matched": _both(N_("The request has a team for every part that must be covered.")),
        "need.match-lost": _both(N_("The team that the request had is gone.")),
        "need.match-lost-in-part": _both(N_("The request has lost a part of its team.")),
        "need.action-started": _both(N_("The work on the request has begun.")),
        "need.marked-unmet": _both(N_("Nobody could be found for the request for now.")),
        "need.recirculated": (
            _requests(N_("The request was circulated again.")),
            _circular(N_("A request was circulated to you again.")),
        ),
        "need.escalated": _both(N_("The request was passed on to a dialogue or a fund.")),
        "need.escalation-ended": _both(
            N_("The request is no longer passed on to others. It is unmet again.")
        ),
        "escalation.suggested": (
            _passed_on("requesters", "requests", N_("The desk suggests to pass a request of yours on.")),
        ),
        "escalation.asked": (
            _passed_on("passed_on_to", "desk", N_("A request that is unmet was passed on to you.")),
        ),
        "escalation.refused": (
            _passed_on("desk", "desk", N_("The requester did not agree to passing its request on.")),
        ),
        "escalation.answered": (
            _passed_on("requesters", "requests", N_("There is an answer to a request that was passed on.")),
            _passed_on("desk", "desk", N_("There is an answer to a request that was passed on.")),
        ),
        # What dialogues are told of, and what they say
        "engagement.notified": (
            News(
                "engagement_keepers",
                "desk",
                N_("A requester tells your dialogue of a need."),
                "page",
                "/engagements",
            ),
        ),
        "engagement.welcomed": _dialogue(N_("A dialogue is interested in your need.")),
        "engagement.hosted": _dialogue(N_("A dialogue hosts the work on your need.")),
        "engagement.observed": _dialogue(N_("A dialogue follows the work on your need.")),
        "engagement.reported": _dialogue(N_("A dialogue reported your need to its senior officials.")),
        "engagement.closed": _dialogue(N_("A dialogue has closed its part in your need.")),
        "engagement.declined": _dialogue(N_("A dialogue takes no part in your need.")),
        "need.suspended": _both(N_("The work on the request was interrupted.")),
        "need.resumed": _both(N_("The work on the request goes on.")),
        "need.fulfilled": _both(N_("What was agreed has been delivered.")),
        "need.closed": _both(N_("The request was closed.")),
        "need.withdrawn": _both(N_("The request was withdrawn.")),
        # Rounds
        "round.finished": (
            News("round_desk", "rounds", N_("A round has finished."), "round"),
            News(
                "round_requesters", "teams", N_("Teams were proposed for your requests."), "page", "/#needs"
            ),
        ),
        "round.failed": (News("round_desk", "rounds", N_("A round has failed."), "round"),),
        # Teams. These events tell what the asking side knows, at the moment at which it is to know.
        "proposal.shortlisted": _team(N_("A team was shortlisted.")),
        "proposal.proposed": _team(N_("A team was asked to take part.")),
        "proposal.agreed": _team(N_("A requester agreed to a team.")),
        "proposal.agreement-revoked": _team(N_("A requester took its agreement to a team back.")),
        "proposal.partly-accepted": _team(N_("A part of the team has said yes.")),
        "proposal.accepted": _team(N_("Both sides have agreed. The team can be confirmed.")),
        "proposal.news-released": (News("requesters", "teams", _SEAT_OPEN, "proposal"),),
        "proposal.refill-suggested": _team(N_("Somebody was found who could take an open seat.")),
        "proposal.seat-refilled": _team(N_("An open seat has a new candidate.")),
        "proposal.seat-offered": _team(N_("A further seat of the team was offered.")),
        "proposal.objected": _team(N_("A requester objects to filling a seat again.")),
        "proposal.dissolved": _team(N_("A confirmed team was given up before its work began.")),
        "proposal.confirmed": _team(N_("The team is confirmed.")),
        "proposal.withdrawn": _team(N_("A team was given up.")),
        # Seats
        "seat.offered": (_seat(N_("A seat in a team is offered to you. It waits for your answer.")),),
        "seat.accepted": _team(N_("A provider said yes to its seat.")),
        # Of a no, the asking side is told by the proposal's events, at one moment whatever the cause.
        "seat.declined": (News("desk", "teams", _SEAT_OPEN, "proposal"),),
        "seat.given-back": (News("desk", "teams", _SEAT_OPEN, "proposal"),),
        "seat.lapsed": (
            _seat(N_("The time to answer for a seat ran out.")),
            News("desk", "teams", _SEAT_OPEN, "proposal"),
        ),
        "seat.interest-declared": (
            News("desk_alone", "teams", N_("A conflict of interest was declared or denied."), "proposal"),
        ),
        "seat.interest-judged": (_seat(N_("The desk has judged what you declared of your interests.")),),
        "seat.release-given": (
            News("seat_expert", "seats", N_("You are released for a seat. Your own yes is missing."), "seat"),
        ),
        "seat.expert-accepted": (_seat(N_("The expert said yes to a seat.")),),
        "seat.withdrawn": (_seat(N_("A seat that was offered to you is no longer needed.")),),
        "seat.confirmed": (_seat(N_("Your seat in a team is confirmed.")),),
        "seat.released": (_seat(N_("Your seat in a team has ended.")),),
        # Messages
        "need.message-written": _message(_WRITTEN, "need", "message_providers", "need"),
        "proposal.message-written": _message(_WRITTEN, "proposal", "message_seats", "seat"),
        # Offers
        "offer.submitted": (
            News("offer_authorisers", "offers", N_("An offer waits for your authorisation."), "offer"),
        ),
        "offer.authorised": (
            _offer(N_("The offer was authorised.")),
            News("offer_desk", "desk", N_("An offer was addressed to your desk."), "offer"),
        ),
        "offer.assessed": (_offer(N_("The desk assessed what the offer says of its expertise.")),),
        "offer.marked-stale": (
            _offer(N_("Nobody has confirmed the offer for a year. Does it still stand?")),
        ),
        "offer.expired": (_offer(N_("The offer has expired, because nobody confirmed it.")),),
        "pool.reconfirmation-due": (
            News(
                "pool_managers",
                "offers",
                N_("Some of your offers wait for a word that they still stand."),
                "page",
                "/pool",
            ),
        ),
        # Clocks: whoever must act is told, and of what is overdue the desk too
        "clock.reminded": _clock(N_("A step of yours is due soon.")),
        "clock.lapsed": (
            *_clock(N_("A step of yours is overdue.")),
            News("clock_escalation", "desk", N_("A step of somebody else is overdue."), "need"),
        ),
        "clock.asked": (
            _requests(N_("What became of the help? Please say so on the page of the request.")),
            _desk(N_("What became of the help? The requester is asked now.")),
        ),
        # Accounts and the instance
        "duty.granted": (
            News("person", "account", N_("You were given a duty."), "account", tells_actor=True),
        ),
        "duty.ended": (
            News("person", "account", N_("A duty of yours was ended."), "account", tells_actor=True),
        ),
        "token.issued": (
            News(
                "person",
                "account",
                N_("An API token was issued for your account."),
                "account",
                tells_actor=True,
            ),
        ),
        "letter.given-up": (
            News("administrators", "instance", N_("A letter could not be sent."), "page", "/mail"),
        ),
        "webhook.given-up": (
            News(
                "webhook_keepers",
                "instance",
                N_("A webhook was switched off, because its address failed for days."),
                "page",
                "/webhooks",
            ),
        ),
    }
)

ON_BEHALF_ONLY = frozenset({"need.registered"})
"""Events that are news only where somebody acted on a requester's behalf."""

NUMBERED_SUBJECT = N_("There is news about request {number}")
SUBJECT = N_("There is news: {kind}")
DIGEST_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {"daily": N_("Your daily news from Homologue"), "weekly": N_("Your weekly news from Homologue")}
)


def sentence_of(event: str, kind: str) -> str:
    """Return the sentence of a notice, by the event and the kind of news under which it was told."""
    found = [news.sentence for news in TOLD.get(event, ()) if news.kind == kind]
    return found[0] if found else N_("Something has changed.")
