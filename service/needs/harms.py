"""The harms that help may do: asked of the requester, judged by the desk, asked again at the end."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import Field
from sqlmodel import Session, select

from service import clock
from service.caller import Caller
from service.errors import FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.needs import rules
from service.needs.changes import change, subject_of
from service.needs.errors import (
    HarmNotAcceptable,
    HarmsNotJudged,
    HarmsUnanswered,
    NotChangeableNow,
)
from service.needs.queries import find_need, parties_of
from service.needs.reads import note_text
from service.needs.rules import HarmMoment, HarmReply, Judgement
from service.needs.tables import Need, NeedHarmAnswer
from service.texts import N_, translate
from service.web.schemas import CodeText, Input, LongText, View

Explanation = Annotated[LongText, Field(max_length=2_000)]


class Harm(NamedTuple):
    """A harm that the source names, and how it is asked about."""

    code: str
    source: str
    name: str
    question: str
    help: str


class HarmAnswer(Input):
    """What the requester says about one harm. A "no" needs no explanation, the others do."""

    harm: CodeText = Field(examples=["redirected_flows"])
    answer: HarmReply
    explanation: Explanation = ""


class HarmAnswers(Input):
    """What the requester says about some of the harms, or all of them."""

    answers: list[HarmAnswer] = Field(
        min_length=1,
        max_length=20,
        examples=[
            [
                {"harm": "redirected_flows", "answer": "no"},
                {
                    "harm": "limited_rights",
                    "answer": "prevented",
                    "explanation": "Every person is heard by an asylum officer first.",
                },
            ]
        ],
    )


class HarmJudgement(Input):
    """What the desk thinks of one answer. A condition is stated where there is one, or what is wrong."""

    harm: CodeText = Field(examples=["redirected_flows"])
    judgement: Judgement
    condition: Explanation = ""


class HarmJudgements(Input):
    """What the desk thinks of some of the answers, or all of them."""

    judgements: list[HarmJudgement] = Field(
        min_length=1,
        max_length=20,
        examples=[[{"harm": "redirected_flows", "judgement": "acceptable"}]],
    )


class HarmView(View):
    """A harm, what the requester said about it and how the desk judged that."""

    harm: str
    name: str
    question: str
    help: str
    source: str
    """The words of the source."""
    answer: HarmReply | None
    explanation: str
    answered_at: datetime | None
    text_version: int | None
    """The version of the need's text that was answered to."""
    judgement: Judgement | None
    condition: str
    judged_at: datetime | None


class HarmCheckView(View):
    """The check whether a need may do harm, before the work and after it."""

    source: str
    before: list[HarmView]
    after: list[HarmView]
    """Empty until the work is done."""
    may_answer: HarmMoment | None
    """Which of the two you can answer now."""
    may_judge: HarmMoment | None
    """Which of the two you can judge now."""


@lru_cache(maxsize=1)
def harms() -> tuple[Harm, ...]:
    """Return the harms that the source names, in its order."""
    return tuple(Harm(**one) for one in _data()["harms"])


def words_of_harms() -> list[str]:
    """Return what is said of the harms, for the translators."""
    return [_data()["source"], *(text for harm in harms() for text in (harm.name, harm.question, harm.help))]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    read = yaml.safe_load((files("service.needs") / "data" / "harms.yaml").read_text(encoding="utf-8"))
    return dict(read)


# Commands


def answer_harms(session: Session, caller: Caller, need_id: str, said: HarmAnswers) -> Need:
    """Say of each harm whether the help could do it, and how that is prevented.

    Requesters answer while the text can be changed, and once more when the work is done; a desk that
    registered a draft for them answers in it. A new answer has to be judged anew.
    """
    row = find_need(session, caller, need_id)
    moment = _moment_to_answer(rules.actors_of(caller, parties_of(session, row)), row)
    if moment is None:
        raise NotChangeableNow
    _check_answers(said.answers)
    # First, so that of two who answer at once one is told.
    change(session, row)
    there = _answers_of(session, row.id, moment)
    for one in said.answers:
        answer = there.get(one.harm) or _new(row, one.harm, moment)
        answer.answer, answer.explanation = one.answer, one.explanation
        answer.answered_by, answer.answered_at = caller.account_id, clock.now()
        answer.text_version = row.text_version
        answer.judgement, answer.condition, answer.judged_by, answer.judged_at = None, "", None, None
        session.add(answer)
    session.flush()
    details = {"moment": moment, "harms": sorted(one.harm for one in said.answers)}
    record(session, caller, "need.harms-answered", subject_of(row), details)
    return row


def judge_harms(session: Session, caller: Caller, need_id: str, said: HarmJudgements) -> Need:
    """Say what the desk thinks of the answers: while it screens a need, and when the work is done."""
    row = find_need(session, caller, need_id)
    if "desk" not in rules.actors_of(caller, parties_of(session, row)):
        raise NotAllowed
    moment = _moment_to_judge(row)
    if moment is None:
        raise NotChangeableNow
    there = _answers_of(session, row.id, moment)
    _check_judgements(said.judgements, set(there))
    change(session, row)
    for one in said.judgements:
        answer = there[one.harm]
        answer.judgement, answer.condition = one.judgement, one.condition
        answer.judged_by, answer.judged_at = caller.account_id, clock.now()
        session.add(answer)
    session.flush()
    details = {"moment": moment, "judgements": {one.harm: one.judgement for one in said.judgements}}
    record(session, caller, "need.harms-judged", subject_of(row), details)
    return row


def check_answered(session: Session, row: Need) -> None:
    """Refuse a need of which not every question about harm is answered.

    Demonstrations come from public pages; nobody was there to ask.
    """
    if not row.is_demonstration and len(_answers_of(session, row.id, "before")) < len(harms()):
        raise HarmsUnanswered


def check_judged(session: Session, row: Need) -> None:
    """Refuse a need whose answers about harm the desk has not judged, or found not acceptable."""
    answers = _answers_of(session, row.id, "before").values()
    if any(one.judgement == "not_acceptable" for one in answers):
        raise HarmNotAcceptable
    if not row.is_demonstration and sum(1 for one in answers if one.judgement) < len(harms()):
        raise HarmsNotJudged


# Queries


def get_harm_check(session: Session, caller: Caller, need_id: str, language: str) -> HarmCheckView:
    """Return the check of a need to those who may read its text."""
    row = find_need(session, caller, need_id)
    note_text(session, caller, [row])
    return harm_check_of(session, caller, row, language)


def harm_check_of(session: Session, caller: Caller, row: Need, language: str) -> HarmCheckView:
    """Return the check of a need that the caller was found to be allowed to read."""
    actors = rules.actors_of(caller, parties_of(session, row))
    is_over = row.state in rules.ASKED_AT_THE_END
    return HarmCheckView(
        source=translate(_data()["source"], language),
        before=list(_told(_answers_of(session, row.id, "before"), language)),
        after=list(_told(_answers_of(session, row.id, "after"), language)) if is_over else [],
        may_answer=_moment_to_answer(actors, row, is_asking=False),
        may_judge=_moment_to_judge(row) if "desk" in actors else None,
    )


def _told(answers: dict[str, NeedHarmAnswer], language: str) -> Iterator[HarmView]:
    for harm in harms():
        found = answers.get(harm.code)
        yield HarmView(
            harm=harm.code,
            name=translate(harm.name, language),
            question=translate(harm.question, language),
            help=translate(harm.help, language),
            source=harm.source,
            answer=found.answer if found else None,
            explanation=found.explanation if found else "",
            answered_at=found.answered_at if found else None,
            text_version=found.text_version if found else None,
            judgement=found.judgement if found else None,
            condition=found.condition if found else "",
            judged_at=found.judged_at if found else None,
        )


def _answers_of(session: Session, need_id: str, moment: HarmMoment) -> dict[str, NeedHarmAnswer]:
    rows = session.exec(
        select(NeedHarmAnswer).where(NeedHarmAnswer.need_id == need_id, NeedHarmAnswer.moment == moment)
    )
    known = {harm.code for harm in harms()}
    return {row.harm: row for row in rows if row.harm in known}


def _new(row: Need, harm: str, moment: HarmMoment) -> NeedHarmAnswer:
    return NeedHarmAnswer(
        need_id=row.id,
        harm=harm,
        moment=moment,
        answer="no",
        answered_at=clock.now(),
        text_version=row.text_version,
    )


def _moment_to_answer(
    actors: frozenset[rules.Actor], row: Need, *, is_asking: bool = True
) -> HarmMoment | None:
    """Tell which round of answers is open to the caller; refuse those who may never answer, if they ask."""
    is_registrar = "registrar" in actors and row.state == "draft"
    if "requester" not in actors and not is_registrar:
        if is_asking:
            raise NotAllowed
        return None
    if row.state in rules.REVISABLE:
        return "before"
    return "after" if row.state in rules.ASKED_AT_THE_END else None


def _moment_to_judge(row: Need) -> HarmMoment | None:
    if row.state == "screening":
        return "before"
    return "after" if row.state in rules.ASKED_AT_THE_END else None


def _check_answers(said: Sequence[HarmAnswer]) -> None:
    faults = list(_name_faults("answers", [one.harm for one in said], {harm.code for harm in harms()}))
    message = N_("Say how it is prevented, or why the question does not apply.")
    faults += [
        FieldFault(f"answers[{number}].explanation", "missing", message)
        for number, one in enumerate(said)
        if one.answer != "no" and not one.explanation
    ]
    if faults:
        raise InvalidInput(*faults)


def _check_judgements(said: Sequence[HarmJudgement], answered: set[str]) -> None:
    faults = list(_name_faults("judgements", [one.harm for one in said], answered))
    message = N_("Say what the condition is, or what is not acceptable.")
    faults += [
        FieldFault(f"judgements[{number}].condition", "missing", message)
        for number, one in enumerate(said)
        if one.judgement != "acceptable" and not one.condition
    ]
    if faults:
        raise InvalidInput(*faults)


def _name_faults(field: str, named: Sequence[str], known: set[str]) -> Iterator[FieldFault]:
    for number, code in enumerate(named):
        if code not in known:
            yield FieldFault(f"{field}[{number}].harm", "unknown", N_("No such harm is asked about here."))
        elif code in named[:number]:
            yield FieldFault(f"{field}[{number}].harm", "twice", N_("This one was named before."))
