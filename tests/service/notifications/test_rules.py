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
    """What a team's seats lead to is news, but for losses: those are told by one event, at one moment."""
    losses = {"proposal.reopened", "proposal.declined", "proposal.lapsed", "proposal.given-up"}
    assert set(FOLLOWS.values()) - set(TOLD) == losses


def test_every_no_reaches_those_who_ask_in_one_way() -> None:
    """Whether somebody declined, was late, left or was taken away: only the fixed moment tells of it."""
    for event in ("seat.declined", "seat.given-back", "seat.lapsed", "seat.withdrawn"):
        assert "requesters" not in {news.circle for news in TOLD[event]}
    assert [news.circle for news in TOLD["proposal.news-released"]] == ["requesters"]


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
