"""What stands around a need: screening, endorsement, harm, wider levels, reads; part of ``client.needs``."""

from clients.calls import Call, get, post
from clients.doors import Room, Way, ask
from clients.models import (
    EndorsementQueue,
    HarmAnswers,
    HarmCheck,
    HarmJudgements,
    Move,
    Need,
    NeedReads,
    Overlap,
    ScreeningQueue,
    Specificity,
    Suggestions,
    Timeline,
    Widenings,
)


class NeedScreening(Room[Way]):
    """What stands around a need."""

    @ask
    def to_screen(self) -> Call[ScreeningQueue]:
        """List what waits at your desks, what is due first at the top, and what is missing.

        >>> client.needs.to_screen()
        """
        return get("/screening")

    @ask
    def to_endorse(self) -> Call[EndorsementQueue]:
        """List the needs that wait for your endorsement, with the version that you would endorse.

        >>> client.needs.to_endorse()
        """
        return get("/endorsements")

    @ask
    def timeline(self, need_id: str) -> Call[Timeline]:
        """Read what happened to a need, in words, and what comes next, as far as you may know.

        >>> client.needs.timeline(need_id)
        """
        return get("/needs/{need_id}/timeline", need_id=need_id)

    @ask
    def commitment_suggestions(self, need_id: str) -> Call[Suggestions]:
        """Read which commitments a need's text comes near to. For its requesters and its desk.

        >>> client.needs.commitment_suggestions(need_id)
        """
        return get("/needs/{need_id}/commitment-suggestions", need_id=need_id)

    @ask
    def specificity(self, need_id: str) -> Call[Specificity]:
        """Read how specific a need is, and what to add. For requesters and the handling desk.

        >>> client.needs.specificity(need_id)
        """
        return get("/needs/{need_id}/specificity", need_id=need_id)

    @ask
    def overlaps(self, need_id: str) -> Call[Overlap]:
        """Read what is like a need, out of what you may see: other needs, and help given before.

        >>> client.needs.overlaps(need_id)
        """
        return get("/needs/{need_id}/overlaps", need_id=need_id)

    @ask
    def harms(self, need_id: str) -> Call[HarmCheck]:
        """Read what harm the help could do, what the requester says about it and how the desk judged that.

        >>> client.needs.harms(need_id)
        """
        return get("/needs/{need_id}/harms", need_id=need_id)

    @ask
    def answer_harms(self, need_id: str, answers: HarmAnswers) -> Call[Need]:
        """Answer the questions about harm: before submission, and once more when the work is done.

        >>> client.needs.answer_harms(
        ...     need_id, HarmAnswers(answers=[HarmAnswer(harm="redirected_flows", answer="no")])
        ... )
        """
        return post("/needs/{need_id}/answer-harms", answers, need_id=need_id)

    @ask
    def judge_harms(self, need_id: str, judgements: HarmJudgements) -> Call[Need]:
        """Judge the answers about harm. For the handling desk.

        >>> client.needs.judge_harms(
        ...     need_id,
        ...     HarmJudgements(judgements=[HarmJudgement(harm="redirected_flows", judgement="acceptable")]),
        ... )
        """
        return post("/needs/{need_id}/judge-harms", judgements, need_id=need_id)

    @ask
    def widenings(self, need_id: str) -> Call[Widenings]:
        """List what was asked for so that more people see a need. For requesters.

        >>> client.needs.widenings(need_id)
        """
        return get("/needs/{need_id}/widenings", need_id=need_id)

    @ask
    def agree_to_widening(self, need_id: str, widening_id: str, *, reason: str | None = None) -> Call[Need]:
        """Agree, as a second person of the state, that more people see this text.

        >>> client.needs.agree_to_widening(need_id, widening_id)
        """
        path = "/needs/{need_id}/widenings/{widening_id}/agree"
        return post(path, Move(reason=reason), need_id=need_id, widening_id=widening_id)

    @ask
    def revoke_widening(self, need_id: str, widening_id: str, *, reason: str | None = None) -> Call[Need]:
        """Take back, or stop, what was asked for so that more people see a need. For requesters.

        >>> client.needs.revoke_widening(need_id, widening_id)
        """
        path = "/needs/{need_id}/widenings/{widening_id}/revoke"
        return post(path, Move(reason=reason), need_id=need_id, widening_id=widening_id)

    @ask
    def reads(self, need_id: str) -> Call[NeedReads]:
        """List who read a need that not every state may read, latest first. For requesters.

        >>> client.needs.reads(need_id)
        """
        return get("/needs/{need_id}/reads", need_id=need_id)
