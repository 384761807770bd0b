"""Words and looks: every state has a word, every colour enough contrast, and right-to-left pages say so."""

import re

import pytest

from service.caller import ANYBODY
from service.desks.words import WORDS, tag
from service.matches.rules import NOT_AVAILABLE, PROPOSAL_STATES, ROUND_STATES, SEAT_STATES
from service.needs import rules as needs
from service.offers import rules as offers
from service.web.rendering import STATIC, render

STATES = {
    "need": needs.STATES,
    "offer": offers.STATES,
    "seat": SEAT_STATES,
    "proposal": PROPOSAL_STATES,
    "round": ROUND_STATES,
}
AA = 4.5


@pytest.mark.parametrize("kind", STATES)
def test_every_state_has_a_word(kind: str) -> None:
    """The pages can say each state of each life, and no state that does not exist."""
    told = {NOT_AVAILABLE} if kind == "seat" else set()
    assert set(WORDS[kind]) == set(STATES[kind]) | told  # type: ignore[index]
    assert all(tag(kind, state, "en").text for state in STATES[kind])  # type: ignore[arg-type]


def test_an_arabic_page_runs_from_right_to_left() -> None:
    """The direction of a page follows its language."""
    text = render("desks/front.html", "ar", caller=ANYBODY, is_demonstration=False, shows_sign_ins=False)
    assert '<html lang="ar" dir="rtl">' in text


def test_styles_know_no_left_and_right() -> None:
    """Sides are named by the direction of reading, so that one style sheet serves both."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "homologue.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(
        r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|text-align:\s*(?:left|right)",
        css,
    )
    assert not re.findall(r"url\(|@import|expression", css)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("--ink", "--paper"),
        ("--ink", "--shade"),
        ("--muted", "--paper"),
        ("--muted", "--shade"),
        ("--link", "--paper"),
        ("--link", "--shade"),
        ("#fff", "--deep"),
        ("#fff", "--go"),
        ("#0b3b57", "#dbe7ef"),
        ("#0a4a2f", "#cfe6da"),
        ("#574300", "#fdf0b8"),
        ("#7a1712", "#f6dcd9"),
    ],
)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    """Every pair of text and ground of the style sheet has the contrast that level AA asks for."""
    css = (STATIC / "homologue.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"(--[a-z]+): (#[0-9a-f]{3,6});", css))
    assert named.get(text, text) in css
    assert named.get(ground, ground) in css
    light, dark = sorted(
        (_luminance(named.get(text, text)), _luminance(named.get(ground, ground))), reverse=True
    )
    assert (light + 0.05) / (dark + 0.05) >= AA


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
