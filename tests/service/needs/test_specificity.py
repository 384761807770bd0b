"""How specific a need is: points that follow what was said, and advice that tells what to add."""

from dataclasses import replace
from datetime import date

import pytest

from service.needs.specificity import (
    ADVICE_TEXTS,
    QUESTION_TEXTS,
    VALIDATED_WITHOUT_REASON_FROM,
    Part,
    Said,
    specificity_of,
)
from service.search.signals import signals_of, words_of
from service.texts import LANGUAGES

WHOLE = Part(has_area=True, has_form=True, has_days=True)
EMPTY = Part(has_area=False, has_form=False, has_days=False)
VAGUE = Said("en", "Improve effective border management", "", "", "", "", "", None, None, [EMPTY])
FULL = Said(
    language="en",
    title="Train 12 officers of the Immigration Service in document checks",
    context="The Immigration Service opened three posts in 2026.",
    expected_result="Twelve officers of the Immigration Service can tell forged passports from genuine ones.",
    what_exists="A manual of 2021 and one laboratory at the airport.",
    done_when="12 officers pass the test of the Immigration Academy by June 2027.",
    notes="",
    starts_on=date(2027, 3, 1),
    ends_on=date(2027, 6, 30),
    parts=[WHOLE],
)


def test_a_full_need_has_all_points_and_a_vague_one_few() -> None:
    """Who, what, by when, what exists and what counts as done: all said is 100, nothing said is near 0."""
    assert specificity_of(FULL).points == 100
    assert [one.advice for one in specificity_of(FULL).answers] == [()] * 5
    vague = specificity_of(VAGUE)
    assert vague.points < 10 < VALIDATED_WITHOUT_REASON_FROM
    assert all(one.advice for one in vague.answers)


@pytest.mark.parametrize(
    ("field", "question", "codes"),
    [
        ("what_exists", "what_exists", {"describe_what_exists", "name_what_exists"}),
        ("done_when", "done_when", {"describe_done", "measure_done", "prove_done"}),
        ("expected_result", "what", {"describe_result"}),
        ("starts_on", "by_when", {"set_start"}),
    ],
)
def test_what_is_left_out_costs_its_question_and_says_so(field: str, question: str, codes: set[str]) -> None:
    """Taking one field away lowers the question that it answers and no other, and the advice names it."""
    empty = None if field.endswith("_on") else ""
    poorer = {one.question: one for one in specificity_of(replace(FULL, **{field: empty})).answers}
    assert {one.question for one in poorer.values() if one.points < 100} == {question}
    assert {advice.code for advice in poorer[question].advice} == codes


def test_each_part_is_asked_about_by_its_number() -> None:
    """Of several parts the advice names those where something is missing, and each has its share."""
    parts = [WHOLE, Part(has_area=False, has_form=True, has_days=True)]
    what = specificity_of(replace(FULL, parts=parts)).answers[1]
    assert [(advice.code, advice.params) for advice in what.advice] == [("choose_area", {"part": 2})]
    assert 80 <= what.points < 100


@pytest.mark.parametrize(
    ("language", "vague", "plain"),
    [
        ("en", "Strengthen relevant capacities", "Train 12 clerks of the Registry Office in 2027"),
        ("fr", "Renforcer les services", "Former 12 agents de la Direction des visas en 2027"),
        ("es", "Fortalecer y mejorar la gestión", "Formar a 12 agentes del Ministerio del Interior en 2027"),
        ("pt", "Fortalecer e melhorar a gestão", "Formar 12 agentes do Ministério do Interior em 2027"),
        ("ar", "تعزيز القدرات", "تدريب 12 موظفا في وزارة الداخلية عام 2027"),
        (
            "ru",
            "Улучшение и укрепление потенциала",
            "Обучить 12 служащих Министерства юстиции в 2027 году",
        ),
        ("zh", "加强能力建设", "2027年3月前为移民局培训12名官员"),
    ],
)
def test_every_language_has_its_signs(language: str, vague: str, plain: str) -> None:
    """Vague words are found in each language, and so are a number, a date and a body that is named."""
    found = signals_of(plain, language)
    assert (found.numbers > 0, found.dates > 0, found.names > 0, found.vague) == (True, True, True, ())
    assert signals_of(vague, language).vague
    assert signals_of(vague, language).numbers == 0


def test_there_are_words_for_all_languages_and_texts_for_all_advice() -> None:
    """No language of the service is without words, no code of advice without a sentence."""
    assert all(all(words_of(language)) for language in LANGUAGES)
    answers = [one for said in (VAGUE, FULL) for one in specificity_of(said).answers]
    codes = {advice.code for one in answers for advice in one.advice}
    assert codes <= ADVICE_TEXTS.keys()
    assert {one.question for one in specificity_of(FULL).answers} == QUESTION_TEXTS.keys()
