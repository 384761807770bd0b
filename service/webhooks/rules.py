"""Rules of webhooks: which events there are, who may register, when a sending is tried again. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, get_args

from service.caller import Caller, Duty
from service.needs.rules import MOVES as NEED_MOVES
from service.offers.rules import MOVES as OFFER_MOVES
from service.texts import N_

Topic = Literal["needs", "offers", "teams", "rounds"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
Ending = Literal["by_hand", "failing", "gone"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
Standing = Literal["waiting", "delivered", "given_up"]

TOPIC_TEXTS: Mapping[Topic, str] = MappingProxyType(
    {
        "needs": N_("Requests: each step of their lives"),
        "offers": N_("Offers: each step of their lives"),
        "teams": N_("Teams: proposed, answered, agreed, confirmed"),
        "rounds": N_("Rounds: finished or failed"),
    }
)
EVENTS: Mapping[Topic, frozenset[str]] = MappingProxyType(
    {
        "needs": frozenset(
            {move.event for move in NEED_MOVES.values()}
            | {"need.endorsed", "need.desk-changed", "need.level-changed"}
        ),
        "offers": frozenset({move.event for move in OFFER_MOVES.values()} | {"offer.assessed"}),
        "teams": frozenset(
            f"proposal.{event}"
            for event in (
                "shortlisted",
                "proposed",
                "agreed",
                "agreement-revoked",
                "reopened",
                "partly-accepted",
                "accepted",
                "declined",
                "lapsed",
                "given-up",
                "news-released",
                "seat-refilled",
                "dissolved",
                "confirmed",
                "withdrawn",
            )
        ),
        "rounds": frozenset({"round.finished", "round.failed"}),
    }
)
TEST_EVENT = "webhook.test"

LEASE = timedelta(minutes=2)
"""As long as a worker may take over one sending before another worker tries it."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=12)
JITTER = 0.2
"""Share by which a pause is longer or shorter by lot, so that many do not come back at once."""
GIVEN_UP_AFTER = timedelta(days=5)
GONE = 410
"""With this answer the other side says that nobody listens there any more."""


def topic_of(event: str) -> Topic | None:
    """Return under which topic an event is sent."""
    return next((topic for topic, events in EVENTS.items() if event in events), None)


def pause_after(attempts: int, lot: float) -> timedelta:
    """Return how long a sending waits after it failed a number of times; ``lot`` lies between 0 and 1.

    Examples
    --------
    >>> [int(pause_after(number, 0.5).total_seconds()) for number in (1, 2, 3, 30)]
    [30, 60, 120, 43200]
    """
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE) * (1 - JITTER + 2 * JITTER * lot)


def is_given_up(first_tried_at: datetime, now: datetime) -> bool:
    """Tell whether a sending that just failed was tried long enough."""
    return now - first_tried_at >= GIVEN_UP_AFTER


def owners_for(caller: Caller) -> list[str | None]:
    """Return for whom the caller may register: its desks, and as administrator the instance (none)."""
    return [*sorted(caller.desks()), *([None] if caller.is_administrator else [])]


def viewer_for(owner_id: str | None) -> Caller:
    """Return as whom a webhook looks at things: as its desk does, or as an administrator."""
    duty = Duty("case_officer", owner_id) if owner_id else Duty("administrator")
    return Caller(account_id="webhook", name="Webhook", duties=frozenset({duty}))
