"""The JSON door to what stands around a need: specificity, harm, who may read it and who did."""

from service.needs import harms, queries, screening, widening
from service.needs.harms import HarmAnswers, HarmCheckView, HarmJudgements
from service.needs.reads import ReadsView
from service.needs.schemas import NeedView, WideningsView
from service.needs.screening import EndorsementQueue, ScreeningQueue
from service.search.specificity import SpecificityView
from service.web.doors import Doors
from service.web.requests import Language, Reading, SignedIn, Writing
from service.web.schemas import Move

router = Doors()


@router.get("/screening")
def list_screening(session: Reading, caller: SignedIn) -> ScreeningQueue:
    """List what waits at your desks, what is due first at the top, and what is missing."""
    return screening.list_screening(session, caller)


@router.get("/endorsements")
def list_endorsements(session: Reading, caller: SignedIn) -> EndorsementQueue:
    """List the needs that wait for your endorsement, with the version of the text that you would endorse."""
    return screening.list_endorsements(session, caller)


@router.get("/needs/{need_id}/specificity")
def get_need_specificity(
    session: Reading, caller: SignedIn, language: Language, need_id: str
) -> SpecificityView:
    """Show how specific a need is, and what to add. Requesters and the handling desk may."""
    return screening.get_specificity(session, caller, need_id, language)


@router.get("/needs/{need_id}/harms")
def get_need_harms(session: Reading, caller: SignedIn, language: Language, need_id: str) -> HarmCheckView:
    """Show what harm the help might do, what the requester says about it and how the desk judged that."""
    return harms.get_harm_check(session, caller, need_id, language)


@router.post("/needs/{need_id}/answer-harms")
def answer_harms(session: Writing, caller: SignedIn, need_id: str, said: HarmAnswers) -> NeedView:
    """Answer the questions about harm: before submission, and once more when the work is done."""
    return queries.view_for(session, caller, harms.answer_harms(session, caller, need_id, said))


@router.post("/needs/{need_id}/judge-harms")
def judge_harms(session: Writing, caller: SignedIn, need_id: str, said: HarmJudgements) -> NeedView:
    """Judge the answers about harm. The handling desk may, while it screens and when the work is done."""
    return queries.view_for(session, caller, harms.judge_harms(session, caller, need_id, said))


@router.get("/needs/{need_id}/widenings")
def list_widenings(session: Reading, caller: SignedIn, need_id: str) -> WideningsView:
    """List what was asked for so that more people see a need. Requesters may."""
    return widening.list_widenings(session, caller, need_id)


@router.post("/needs/{need_id}/widenings/{widening_id}/agree")
def agree_to_widening(
    session: Writing, caller: SignedIn, need_id: str, widening_id: str, move: Move
) -> NeedView:
    """Agree, as a second person of the state, that more people see this text."""
    row = widening.agree_to_widening(session, caller, need_id, widening_id, move.reason)
    return queries.view_for(session, caller, row)


@router.post("/needs/{need_id}/widenings/{widening_id}/revoke")
def revoke_widening(
    session: Writing, caller: SignedIn, need_id: str, widening_id: str, move: Move
) -> NeedView:
    """Take back, or stop, what was asked for so that more people see a need. Requesters may."""
    row = widening.revoke_widening(session, caller, need_id, widening_id, move.reason)
    return queries.view_for(session, caller, row)


@router.get("/needs/{need_id}/reads")
def list_need_reads(session: Reading, caller: SignedIn, need_id: str) -> ReadsView:
    """List who read a need that not every state may read, latest first. Requesters may."""
    return queries.get_reads(session, caller, need_id)
