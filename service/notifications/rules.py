"""Which kinds of news there are, how they may reach a person, and when. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from service.texts import N_

Kind = Literal[
    "endorsements",
    "seats",
    "requests",
    "teams",
    "messages",
    "desk",
    "rounds",
    "offers",
    "circulars",
    "account",
    "instance",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Way = Literal["at_once", "daily", "weekly", "inbox", "off"]
WAYS: tuple[Way, ...] = get_args(Way)
MAILED: tuple[Way, ...] = ("at_once", "daily", "weekly")
"""Ways that write a letter."""

Thing = Literal["need", "offer", "proposal", "seat", "round", "account", "page"]
THINGS: tuple[Thing, ...] = get_args(Thing)
"""What a notice is about. ``page`` is a page of the service that says nothing confidential by itself."""


class KindOfNews(NamedTuple):
    """A kind of news as people choose about it."""

    title: str
    effect: str
    default: Way
    may_be_off: bool = True


KINDS_OF_NEWS: Mapping[Kind, KindOfNews] = MappingProxyType(
    {
        "endorsements": KindOfNews(
            N_("Requests to endorse"),
            N_("A request of your institution waits for your endorsement."),
            "at_once",
            may_be_off=False,
        ),
        "seats": KindOfNews(
            N_("Seats offered to you"),
            N_("A seat in a team waits for your answer, or something about it changed."),
            "at_once",
            may_be_off=False,
        ),
        "requests": KindOfNews(
            N_("Your requests"),
            N_("The desk asks a question, or a request of yours has come a step further."),
            "at_once",
        ),
        "teams": KindOfNews(
            N_("Teams"), N_("A team was proposed, or somebody in it has answered."), "at_once"
        ),
        "messages": KindOfNews(
            N_("Messages"), N_("Somebody wrote to your side about a request or a team."), "at_once"
        ),
        "desk": KindOfNews(
            N_("Work at your desk"), N_("A request reaches your desk, or waits for it."), "daily"
        ),
        "rounds": KindOfNews(N_("Rounds"), N_("A round of your desk has ended."), "inbox"),
        "offers": KindOfNews(
            N_("Your offers"),
            N_("An offer waits for authorisation, was assessed, or nobody has confirmed it for a year."),
            "at_once",
        ),
        "circulars": KindOfNews(
            N_("Requests circulated to you"), N_("A requester named you as somebody who could help."), "daily"
        ),
        "account": KindOfNews(
            N_("Your account"),
            N_("A duty or an access to your account was given or ended."),
            "at_once",
            may_be_off=False,
        ),
        "instance": KindOfNews(
            N_("This instance"), N_("A letter could not be sent, or a webhook was switched off."), "inbox"
        ),
    }
)

DIGEST_HOUR = time(6)
"""When digests are written, in UTC; the weekly one on Mondays."""
MONDAY = 0


def ways_of(kind: Kind) -> list[Way]:
    """Return how news of a kind may reach a person."""
    return [way for way in WAYS if way != "off" or KINDS_OF_NEWS[kind].may_be_off]


def mail_due(way: str, now: datetime) -> datetime | None:
    """Return when a letter with news of this moment is due; none where the way writes no letter.

    Examples
    --------
    >>> wednesday = datetime(2027, 3, 17, 9, 30)
    >>> mail_due("daily", wednesday).isoformat(), mail_due("weekly", wednesday).isoformat()
    ('2027-03-18T06:00:00', '2027-03-22T06:00:00')
    """
    if way not in MAILED:
        return None
    if way == "at_once":
        return now
    due = datetime.combine(now.date(), DIGEST_HOUR, now.tzinfo)
    while due <= now or (way == "weekly" and due.weekday() != MONDAY):
        due += timedelta(days=1)
    return due
