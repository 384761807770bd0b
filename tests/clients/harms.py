"""What the asking side and its desk say about harm, through the client, before a need goes on."""

from clients import Homologue
from clients.models import HarmAnswer, HarmAnswers, HarmJudgement, HarmJudgements


def see_no_harm(client: Homologue, need_id: str) -> None:
    """Answer every question for those who ask: there is none."""
    asked = client.needs.harms(need_id).before
    client.needs.answer_harms(
        need_id, HarmAnswers(answers=[HarmAnswer(harm=one.harm, answer="no") for one in asked])
    )


def find_acceptable(client: Homologue, need_id: str) -> None:
    """Judge every answer for the desk: it is acceptable."""
    answered = client.needs.harms(need_id).before
    client.needs.judge_harms(
        need_id,
        HarmJudgements(judgements=[HarmJudgement(harm=one.harm, judgement="acceptable") for one in answered]),
    )
