"""Which event is news for whom, and when letters are due: pure tables."""

from datetime import UTC, datetime, timedelta

import pytest

from service.matches.following import FOLLOWS
from service.needs.rules import MOVES
from service.notifications import rules
from service.notifications.audiences import _CIRCLES
from service.notifications.news import TOLD
from service.notifications.sights import IN_SIGHT
from service.offers.rules import MOVES as OFFER_MOVES

NOBODY_IS_TOLD = {
    "offer.held",
    "offer.resumed",
    "offer.reconfirmed",
    "offer.withdrawn",
}
"""Moves that only their own makers look at."""


def test_no_move_of_a_need_or_offer_is_forgotten() -> None:
    """Whoever adds a move decides whom it is news for, or says here that it is nobody's."""
    events = {move.event for move in MOVES.values()} | {move.event for move in OFFER_MOVES.values()}
    assert events - set(TOLD) - NOBODY_IS_TOLD == set()


def test_no_state_of_a_team_is_forgotten() -> None:
    """Whatever a team's seats lead to is news for those who ask and the desk."""
    assert set(FOLLOWS.values()) - set(TOLD) == set()


def test_every_no_reads_alike_to_those_who_ask() -> None:
    """A team that lost a seat is told in one sentence, whether somebody declined, was late or left."""
    ends = ("proposal.declined", "proposal.lapsed", "proposal.given-up", "proposal.reopened", "seat.lapsed")
    told = {news.sentence for event in ends for news in TOLD[event] if news.circle == "requesters"}
    assert len(told) == 1
    for event in ("seat.declined", "seat.given-back"):
        assert "requesters" not in {news.circle for news in TOLD[event]}


def test_the_table_names_only_what_there_is() -> None:
    """Every circle can be looked up, and every confidential thing is asked of its own room."""
    lines = [news for lines in TOLD.values() for news in lines]
    assert {news.circle for news in lines} == set(_CIRCLES)
    assert {news.thing for news in lines} - set(IN_SIGHT) == {"account", "page"}
    assert all(news.page.startswith("/") == (news.thing == "page") for news in lines)
    assert {news.kind for news in lines} == set(rules.KINDS)


@pytest.mark.parametrize("way", ["daily", "weekly"])
def test_a_digest_is_due_at_its_hour(way: str) -> None:
    """A digest is due at six, after now and within its rhythm; the weekly one on a Monday."""
    longest = timedelta(days=1 if way == "daily" else 7)
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    for hours in range(0, 24 * 15, 5):
        now = moment + timedelta(hours=hours)
        due = rules.mail_due(way, now)
        assert due is not None
        assert now < due <= now + longest
        assert (due.hour, due.minute) == (6, 0)
        assert way == "daily" or due.weekday() == 0


def test_what_only_the_person_can_do_cannot_be_switched_off() -> None:
    """Nobody can miss an endorsement, a seat or a change of the account altogether."""
    fixed = {kind for kind in rules.KINDS if "off" not in rules.ways_of(kind)}
    assert fixed == {"endorsements", "seats", "account"}
