"""What is like a need, out of what the reader may see: other needs, and help that was given before.

Nothing else is compared, so no point, no reason and no number tells of what is hidden.
"""

from collections.abc import Mapping
from typing import Literal

from sqlmodel import Session

from service.caller import Caller
from service.deliveries import overlaps as deliveries
from service.needs import overlaps as needs
from service.reference.facts import code_labels, commitment_titles, state_names
from service.search.meaning import nearness
from service.search.overlap import REASON_TEXTS, Degree, Likeness, Reason, alike
from service.texts import translate
from service.web.schemas import View


class LikenessReason(View):
    """Why two things are alike."""

    code: str
    codes: list[str]
    points: int | None
    text: str


class LikenessView(View):
    """Something that may be the same, or may have been done before."""

    kind: Literal["need", "delivery"]
    id: str
    title: str
    language: str
    states: list[str]
    degree: Degree
    points: int
    """Out of 100."""
    reasons: list[LikenessReason]
    source: str | None
    """Page on which a past delivery is documented."""


class OverlapView(View):
    """What is like a need, out of what you may see, the most alike first."""

    items: list[LikenessView]


def get_overlap(session: Session, caller: Caller, need_id: str, model: str, language: str) -> OverlapView:
    """Return what is like a need, to those who ask for it and its desk: at entry, and at screening."""
    one = needs.find_comparable(session, caller, need_id)
    others = [*needs.find_like(session, caller, one), *deliveries.find_like(session, caller, one)]
    near = nearness(one.text, [other.text for other in others], model)
    found = alike(one, zip(others, near, strict=True))
    needs.note_shown(session, caller, [like.thing.id for like in found if like.thing.kind == "need"])
    names = _names(session, language)
    return OverlapView(items=[_view(like, names, language) for like in found])


def _names(session: Session, language: str) -> dict[str, Mapping[str, str]]:
    return {
        "same_commitments": commitment_titles(session, language),
        "same_areas": code_labels(session, "expertise_area", language),
        "same_states": state_names(session, language),
    }


def _view(like: Likeness, names: dict[str, Mapping[str, str]], language: str) -> LikenessView:
    return LikenessView(
        kind=like.thing.kind,
        id=like.thing.id,
        title=like.thing.title,
        language=like.thing.language,
        states=sorted(like.thing.states),
        degree=like.degree,
        points=like.points,
        reasons=[_reason(one, names.get(one.code, {}), language) for one in like.reasons],
        source=like.thing.source,
    )


def _reason(one: Reason, names: Mapping[str, str], language: str) -> LikenessReason:
    said = {"names": "; ".join(names.get(code, code) for code in one.codes), "points": one.points}
    text = translate(REASON_TEXTS[one.code], language, **said)
    return LikenessReason(code=one.code, codes=list(one.codes), points=one.points, text=text)
