"""Words: every state has one, and right-to-left pages say so."""

import pytest

from service.caller import ANYBODY
from service.desks.words import WORDS, tag
from service.matches.rules import NOT_AVAILABLE, PROPOSAL_STATES, ROUND_STATES, SEAT_STATES
from service.needs import rules as needs
from service.offers import rules as offers
from service.web.rendering import render

STATES = {
    "need": needs.STATES,
    "offer": offers.STATES,
    "seat": SEAT_STATES,
    "proposal": PROPOSAL_STATES,
    "round": ROUND_STATES,
}


@pytest.mark.parametrize("kind", STATES)
def test_every_state_has_a_word(kind: str) -> None:
    """The pages can say each state of each life, and no state that does not exist."""
    told = {NOT_AVAILABLE} if kind == "seat" else set()
    assert set(WORDS[kind]) == set(STATES[kind]) | told  # type: ignore[index]
    assert all(tag(kind, state, "en").text for state in STATES[kind])  # type: ignore[arg-type]


def test_an_arabic_page_runs_from_right_to_left() -> None:
    """The direction of a page follows its language."""
    text = render("desks/front.html", "ar", caller=ANYBODY, is_demonstration=False, shows_sign_ins=False)
    assert '<html lang="ar" dir="rtl"' in text
