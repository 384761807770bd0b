"""The harms that help may do: answered and judged before it begins, asked about again at the end."""

import pytest

from service.caller import Caller
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound
from service.journal.queries import get_journal
from service.needs import moves
from service.needs.errors import (
    HarmNotAcceptable,
    HarmsNotJudged,
    HarmsUnanswered,
    NotChangeableNow,
    ReasonNeeded,
)
from service.needs.harms import (
    HarmAnswers,
    HarmJudgements,
    answer_harms,
    get_harm_check,
    harms,
    judge_harms,
)
from tests.service.needs.cases import all_acceptable, brought_to, no_harm, registered
from tests.service.people import desk, ministry, pool


def test_the_harms_are_those_of_the_source() -> None:
    """Five harms, in the order of the source, each with its words, a question and help."""
    assert [harm.code for harm in harms()] == [
        "redirected_flows",
        "prosecuted_migrants",
        "limited_rights",
        "greater_vulnerability",
        "more_smuggling",
    ]
    assert all(harm.source and harm.question.endswith("?") and harm.help for harm in harms())


def test_a_draft_is_handed_in_only_with_every_answer(database: Database) -> None:
    """One question without an answer holds the need back."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = registered(session, officer, handler)
        some = HarmAnswers(answers=no_harm().answers[:4])
        answer_harms(session, officer.caller, row.id, some)
        with pytest.raises(HarmsUnanswered):
            moves.submit_need(session, officer.caller, row.id)
        answer_harms(session, officer.caller, row.id, HarmAnswers(answers=no_harm().answers[4:]))
        moves.submit_need(session, officer.caller, row.id)
        with pytest.raises(NotChangeableNow):
            answer_harms(session, officer.caller, row.id, no_harm())
        with pytest.raises(NotAllowed):
            answer_harms(session, handler.caller, row.id, no_harm())


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([{"harm": "limited_rights", "answer": "prevented"}], ("answers[0].explanation", "missing")),
        ([{"harm": "limited_rights", "answer": "not_applicable"}], ("answers[0].explanation", "missing")),
        ([{"harm": "no_such_harm", "answer": "no"}], ("answers[0].harm", "unknown")),
        ([{"harm": "limited_rights", "answer": "no"}] * 2, ("answers[1].harm", "twice")),
    ],
)
def test_a_yes_needs_its_how(
    database: Database, answers: list[dict[str, str]], fault: tuple[str, str]
) -> None:
    """Only a "no" stands alone; the other answers say how or why, of a harm that is asked about, once."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = registered(session, officer, handler)
        with pytest.raises(InvalidInput) as refused:
            answer_harms(session, officer.caller, row.id, HarmAnswers.model_validate({"answers": answers}))
    assert [(one.field, one.code) for one in refused.value.found] == [fault]


def test_the_desk_judges_before_it_validates(database: Database) -> None:
    """Every answer is judged, none found not acceptable, and a new one judged anew, before validation."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = brought_to(session, "screening", officer, handler)
        with pytest.raises(HarmsNotJudged):
            moves.validate_need(session, handler.caller, row.id, "Known.")
        with pytest.raises(NotAllowed):
            judge_harms(session, officer.caller, row.id, all_acceptable())
        judge_harms(session, handler.caller, row.id, all_acceptable())
        _judge(session, handler.caller, row.id, "limited_rights", "not_acceptable", "No lawyer is foreseen.")
        with pytest.raises(HarmNotAcceptable):
            moves.validate_need(session, handler.caller, row.id, "Known.")
        moves.request_clarification(session, handler.caller, row.id, "Who gives advice?")
        answer = [{"harm": "limited_rights", "answer": "prevented", "explanation": "A lawyer comes."}]
        answer_harms(session, officer.caller, row.id, HarmAnswers.model_validate({"answers": answer}))
        moves.answer_clarification(session, officer.caller, row.id, "See the answer.")
        with pytest.raises(HarmsNotJudged):
            moves.validate_need(session, handler.caller, row.id, "Known.")
        _judge(session, handler.caller, row.id, "limited_rights", "with_conditions", "From the first day.")
        moves.validate_need(session, handler.caller, row.id, "Known.")


def test_a_need_that_says_little_is_validated_with_a_reason_only(database: Database) -> None:
    """Below the threshold of specificity the desk says why, and the points are kept."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = brought_to(session, "screening", officer, handler)
        judge_harms(session, handler.caller, row.id, all_acceptable())
        with pytest.raises(ReasonNeeded):
            moves.validate_need(session, handler.caller, row.id)
        moves.validate_need(session, handler.caller, row.id, "The desk knows the case.")
        entry = get_journal(session, handler.caller, f"need:{row.id}").entries[-1]
        assert entry.details["specificity"] < 50


def test_harm_is_asked_about_again_at_the_end(database: Database) -> None:
    """When the work is done, the requester answers anew and the desk judges anew; the first answers stand."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = brought_to(session, "fulfilled", officer, handler)
        answers = [{"harm": "more_smuggling", "answer": "prevented", "explanation": "Visas were eased."}]
        answer_harms(session, officer.caller, row.id, HarmAnswers.model_validate({"answers": answers}))
        _judge(session, handler.caller, row.id, "more_smuggling", "acceptable")
        check = get_harm_check(session, officer.caller, row.id, "en")
        assert (check.may_answer, check.may_judge) == ("after", None)
        assert {harm.answer for harm in check.before} == {"no"}
        assert [(harm.answer, harm.judgement) for harm in check.after][-1] == ("prevented", "acceptable")


def test_answers_are_for_those_who_may_read_the_need(database: Database) -> None:
    """What is said about harm is as confidential as the need; the journal holds codes only."""
    officer, handler, outsider = ministry(database, "GHA"), desk(database), pool(database)
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        with pytest.raises(NotFound):
            get_harm_check(session, outsider.caller, row.id, "en")
        told = get_journal(session, officer.caller, f"need:{row.id}").model_dump_json()
        assert "explanation" not in told


def _judge(
    session: object, caller: Caller, need: str, harm: str, judgement: str, condition: str = ""
) -> None:
    said = {"judgements": [{"harm": harm, "judgement": judgement, "condition": condition}]}
    judge_harms(session, caller, need, HarmJudgements.model_validate(said))
