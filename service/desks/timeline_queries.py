"""What happened to a need or an offer, in plain words, and what comes next."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from sqlmodel import Session

from service.caller import Caller
from service.desks.happenings import event_in_words
from service.journal.queries import get_journal
from service.journal.schemas import JournalLine
from service.needs.queries import get_need
from service.needs.schemas import NeedSummaryView, NeedView
from service.offers import rules as offer_rules
from service.offers.queries import find_offer
from service.offers.tables import Offer
from service.texts import N_, translate
from service.web.schemas import View

QUIET = frozenset({"need.message-written", "offer.person-read", "offer.person-recorded"})
"""What stands elsewhere on the page, or is for the record alone."""
NEXT: Mapping[str, str] = MappingProxyType(
    {
        "need.draft": N_("Say what is still open, check your answers and hand it in."),
        "need.pending_endorsement": N_("Everybody who asks endorses it; then the desk takes it up."),
        "need.submitted": N_("The desk takes it up and screens it."),
        "need.screening": N_("The desk validates it, or asks a question."),
        "need.clarification_requested": N_("Those who ask answer the question of the desk."),
        "need.validated": N_("The desk opens it for matching."),
        "need.circulated": N_("A round, or the desk, proposes a team; then both sides say yes or no."),
        "need.partially_matched": N_(
            "The open seats are filled, or the work begins with a part of the team."
        ),
        "need.matched": N_("The work begins."),
        "need.in_action": N_("The work ends, and both sides say what came of it."),
        "need.suspended": N_("The work goes on when both sides can."),
        "need.fulfilled": N_("The desk closes it; half a year later it asks what is still in use."),
        "need.unmet": N_("The desk looks again when something changes, or passes it on."),
        "need.escalated": N_("The dialogue or fund that was asked answers."),
        "offer.draft": N_("Say what is still open and hand it in for authorisation."),
        "offer.pending_authorisation": N_("The focal point of the institution authorises it."),
        "offer.active": N_("Rounds propose it where it fits; once a year you confirm that it still stands."),
        "offer.on_hold": N_("Take it up again when it can be used."),
        "offer.stale": N_("Confirm that it still stands; until then rounds count it as not confirmed."),
    }
)


class Happening(View):
    """Something that happened, in words."""

    event: str
    text: str
    at: datetime


class TimelineView(View):
    """What happened to a thing, the earliest first, and what comes next; none: nothing does."""

    items: list[Happening]
    next: str | None


def get_need_timeline(session: Session, caller: Caller, need_id: str, language: str) -> TimelineView:
    """Return what happened to a need: to those who ask and the desk all, to others what all may know."""
    return timeline_of_need(session, caller, get_need(session, caller, need_id), language)


def timeline_of_need(
    session: Session, caller: Caller, need: NeedView | NeedSummaryView, language: str
) -> TimelineView:
    """Return what happened to a need that was shown to the caller."""
    if isinstance(need, NeedView) and need.handling is not None:
        lines = get_journal(session, caller, f"need:{need.id}").entries
        return _told(_of_journal(lines), f"need.{need.status}", language)
    moments = [("need.registered", need.registered_at)]
    if isinstance(need, NeedView):
        moments += [("need.circulated", need.circulated_at)] if need.circulated_at else []
    return _told(moments, None, language)


def get_offer_timeline(session: Session, caller: Caller, offer_id: str, language: str) -> TimelineView:
    """Return what happened to an offer: everything to its provider and desk, to others what all may know."""
    return timeline_of_offer(session, caller, find_offer(session, caller, offer_id), language)


def timeline_of_offer(session: Session, caller: Caller, row: Offer, language: str) -> TimelineView:
    """Return what happened to an offer that the caller may see."""
    if offer_rules.may_read_journal(caller, row):
        lines = get_journal(session, caller, f"offer:{row.id}").entries
        return _told(_of_journal(lines), f"offer.{row.state}", language)
    moments = [("offer.registered", row.registered_at)]
    moments += [("offer.reconfirmed", row.confirmed_at)] if row.confirmed_at else []
    return _told(moments, None, language)


def _of_journal(lines: Iterable[JournalLine]) -> list[tuple[str, datetime]]:
    # What was done several times on a day stands there once.
    told = [line for line in lines if line.event not in QUIET]
    days = groupby(told, key=lambda line: (line.event, line.occurred_at.date()))
    return [(event, list(found)[-1].occurred_at) for (event, _), found in days]


def _told(moments: Iterable[tuple[str, datetime]], now: str | None, language: str) -> TimelineView:
    following = NEXT.get(now) if now else None
    return TimelineView(
        items=[Happening(event=event, text=event_in_words(event, language), at=at) for event, at in moments],
        next=translate(following, language) if following else None,
    )
