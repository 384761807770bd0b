"""How well a need or an offer answers the questions that it has to answer, and what to add."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from service.texts import translate
from service.web.schemas import View


class Advice(NamedTuple):
    """What to add, as a code with parameters."""

    code: str
    params: Mapping[str, str | int]


class Answered(NamedTuple):
    """How well a question is answered."""

    question: str
    points: int
    """Out of 100."""
    advice: tuple[Advice, ...]


class Specificity(NamedTuple):
    """How specific a thing is, by question and altogether."""

    points: int
    """Out of 100: the mean over the questions."""
    answers: tuple[Answered, ...]


Check = tuple[int, bool, Advice]
"""The points of a check, whether it holds, and what to do if it does not."""


class AdviceView(View):
    """What to add."""

    code: str
    params: dict[str, str | int]
    text: str


class AnsweredView(View):
    """How well a question is answered, out of 100 points, and what to add."""

    question: str
    text: str
    points: int
    advice: list[AdviceView]


class SpecificityView(View):
    """How specific a thing is, out of 100 points."""

    points: int
    is_enough: bool
    """Whether it says enough, as far as a rule can tell; a person decides."""
    answers: list[AnsweredView]


def advice(code: str, **params: str | int) -> Advice:
    """Return advice."""
    return Advice(code, params)


def answered(question: str, checks: Iterable[Check]) -> Answered:
    """Return how well a question is answered: the points of the checks that hold, advice for the others."""
    rows = list(checks)
    points = sum(points for points, holds, _ in rows if holds)
    return Answered(question, min(points, 100), tuple(missing for _, holds, missing in rows if not holds))


def together(answers: Iterable[Answered]) -> Specificity:
    """Return the answers with their mean."""
    rows = tuple(answers)
    return Specificity(sum(one.points for one in rows) // len(rows), rows)


def told(
    found: Specificity,
    enough: int,
    questions: Mapping[str, str],
    advices: Mapping[str, str],
    language: str,
) -> SpecificityView:
    """Return what was found in words, in a language."""
    return SpecificityView(
        points=found.points,
        is_enough=found.points >= enough,
        answers=[
            AnsweredView(
                question=one.question,
                text=translate(questions[one.question], language),
                points=one.points,
                advice=[_advice(advices, missing, language) for missing in one.advice],
            )
            for one in found.answers
        ],
    )


def _advice(advices: Mapping[str, str], missing: Advice, language: str) -> AdviceView:
    text = translate(advices[missing.code], language, **missing.params)
    return AdviceView(code=missing.code, params=dict(missing.params), text=text)
