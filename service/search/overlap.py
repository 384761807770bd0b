"""Whether two things ask for, or did, the same: how alike they are, and why. Pure.

Whoever compares gives only what the reader may see. So a likeness tells of nothing else: no point and no
reason of it depends on what is hidden.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from service.search.rules import fold
from service.texts import N_

Degree = Literal["same", "near", "similar"]

SHOWN_FROM = 55
"""Points out of 100 from which a likeness is worth a look: topic and state alone do not reach it."""
MOST_SHOWN = 10
NOT_ALIKE = 0.3
"""Nearness of two texts that have nothing to do with each other."""
VERY_ALIKE = 0.8
"""Nearness from which two texts say the same in other words, or nearly the same words."""
TEXT_POINTS, COMMITMENT_POINTS, AREA_POINTS, STATE_POINTS = 50, 20, 20, 10

REASON_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "same_title": N_("It has the same title."),
        "near_text": N_("Its text says nearly the same ({points} of 100)."),
        "related_text": N_("Its text is about related things ({points} of 100)."),
        "same_commitments": N_("It serves the same commitments: {names}."),
        "same_areas": N_("It asks for the same expertise: {names}."),
        "same_states": N_("It is for the same state: {names}."),
    }
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What is compared: a need, a delivery."""

    kind: str
    id: str
    title: str
    language: str
    text: str
    commitments: frozenset[str]
    areas: frozenset[str]
    states: frozenset[str]
    """Of those who ask, or who were helped."""
    requesters: frozenset[str] = frozenset()
    source: str | None = None


class Reason(NamedTuple):
    """Why two things are alike: a code, with codes that are the same or with points."""

    code: str
    codes: tuple[str, ...] = ()
    points: int | None = None


class Likeness(NamedTuple):
    """How alike a thing is to the one that was asked about."""

    thing: Thing
    points: int
    """Out of 100."""
    degree: Degree
    reasons: tuple[Reason, ...]


def likeness(one: Thing, other: Thing, near: float) -> Likeness:
    """Return how alike two things are, given how near their texts are in meaning."""
    text = max(0.0, min(1.0, (near - NOT_ALIKE) / (VERY_ALIKE - NOT_ALIKE)))
    points = (
        TEXT_POINTS * text
        + COMMITMENT_POINTS * _shared(one.commitments, other.commitments)
        + AREA_POINTS * _shared(one.areas, other.areas)
        + STATE_POINTS * bool(one.states & other.states)
    )
    is_same = fold(one.title).strip() == fold(other.title).strip()
    if is_same and (one.states & other.states):
        points = 100
    return Likeness(
        other, round(points), _degree(one, other, text, is_same=is_same), _reasons(one, other, text)
    )


def alike(one: Thing, others: Iterable[tuple[Thing, float]]) -> list[Likeness]:
    """Return the things that are worth a look, the most alike first."""
    found = [likeness(one, other, near) for other, near in others]
    worth = [like for like in found if like.points >= SHOWN_FROM]
    return sorted(worth, key=lambda like: (-like.points, like.thing.kind, like.thing.id))[:MOST_SHOWN]


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _degree(one: Thing, other: Thing, text: float, *, is_same: bool) -> Degree:
    if is_same and one.states & other.states:
        return "same"
    return "near" if text >= 1 and one.states & other.states else "similar"


def _reasons(one: Thing, other: Thing, text: float) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if fold(one.title).strip() == fold(other.title).strip():
        found.append(Reason("same_title"))
    if text > 0:
        found.append(Reason("near_text" if text >= 1 else "related_text", points=round(100 * text)))
    for code, mine, theirs in (
        ("same_commitments", one.commitments, other.commitments),
        ("same_areas", one.areas, other.areas),
        ("same_states", one.states, other.states),
    ):
        if mine & theirs:
            found.append(Reason(code, tuple(sorted(mine & theirs))))
    return tuple(found)
