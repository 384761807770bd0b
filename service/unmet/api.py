"""The JSON door to what stays unmet, and where it goes next."""

from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.unmet import commands, queries
from service.unmet.register import get_public_register
from service.unmet.schemas import (
    EscalationAnswer,
    EscalationConsent,
    EscalationRequest,
    EscalationView,
    NeedUnmetView,
    PublicUnmet,
    UnmetShowing,
)
from service.unmet.tables import NeedEscalation
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Language, Reading, SignedIn, Writing
from service.web.schemas import CodeText, IdText, Move, Page

router = Doors(tags=["unmet"])


@router.get("/unmet/public")
def get_public_unmet(session: Reading, caller: Asking, language: Language) -> PublicUnmet:
    """Show what everybody may know of what stays unmet, as each requester chose."""
    return get_public_register(session, caller, language)


@router.get("/unmet/needs")
def list_unmet_needs(
    session: Reading, caller: SignedIn, language: Language, page: Paging
) -> Page[NeedUnmetView]:
    """List those of the needs that you ask for or handle that stay unmet, with age and reasons."""
    return queries.list_unmet_needs(session, caller, page, language)


@router.get("/needs/{need_id}/unmet")
def get_need_unmet(session: Reading, caller: SignedIn, language: Language, need_id: str) -> NeedUnmetView:
    """Show what stays unmet of a need, since when, what would help, and to whom it was passed on."""
    return queries.get_need_unmet(session, caller, need_id, language)


@router.post("/needs/{need_id}/show-unmet")
def show_unmet(
    session: Writing, caller: SignedIn, language: Language, need_id: str, showing: UnmetShowing
) -> NeedUnmetView:
    """Choose what the public may be shown of a need while it is unmet. Its requesters may."""
    commands.show_unmet(session, caller, need_id, showing)
    return queries.get_need_unmet(session, caller, need_id, language)


@router.post("/needs/{need_id}/escalate")
def escalate_need(
    session: Writing, caller: SignedIn, need_id: str, wanted: EscalationRequest
) -> EscalationView:
    """Pass an unmet need on to a dialogue or a fund: as its requester. Its desk can suggest it."""
    return _shown(session, caller, commands.escalate(session, caller, need_id, wanted))


@router.get("/escalations")
def list_escalations(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    need: IdText | None = None,
    status: CodeText | None = None,
) -> Page[EscalationView]:
    """List the needs that were passed on, as far as you are a side of it, newest first."""
    return queries.list_escalations(session, caller, queries.EscalationFilter(need, status), page)


@router.get("/escalations/{escalation_id}")
def get_escalation(session: Reading, caller: SignedIn, escalation_id: str) -> EscalationView:
    """Show a need that was passed on, and the answer."""
    return queries.get_escalation(session, caller, escalation_id)


@router.get("/escalations/{escalation_id}/journal")
def get_escalation_journal(session: Reading, caller: SignedIn, escalation_id: str) -> JournalView:
    """Show who suggested, agreed and answered, and when."""
    queries.find_escalation(session, caller, escalation_id)
    return get_journal(session, caller, f"escalation:{escalation_id}")


@router.post("/escalations/{escalation_id}/agree")
def agree_to_escalation(
    session: Writing, caller: SignedIn, escalation_id: str, consent: EscalationConsent
) -> EscalationView:
    """Agree that the one whom your desk suggested is told of the need. A requester may."""
    return _shown(session, caller, commands.agree(session, caller, escalation_id, consent))


@router.post("/escalations/{escalation_id}/refuse")
def refuse_escalation(session: Writing, caller: SignedIn, escalation_id: str, move: Move) -> EscalationView:
    """Refuse what your desk suggested; nobody is told of the need. A requester may."""
    return _shown(session, caller, commands.refuse(session, caller, escalation_id, move.reason))


@router.post("/escalations/{escalation_id}/answer")
def answer_escalation(
    session: Writing, caller: SignedIn, escalation_id: str, said: EscalationAnswer
) -> EscalationView:
    """Answer for the dialogue or fund that was asked: it takes the need up, or not."""
    return _shown(session, caller, commands.answer(session, caller, escalation_id, said))


@router.post("/escalations/{escalation_id}/withdraw")
def withdraw_escalation(session: Writing, caller: SignedIn, escalation_id: str, move: Move) -> EscalationView:
    """Take it back; whoever was asked sees nothing of the need any more. Requester and desk may."""
    return _shown(session, caller, commands.withdraw(session, caller, escalation_id, move.reason))


def _shown(session: Writing, caller: SignedIn, row: NeedEscalation) -> EscalationView:
    return queries.shown(session, caller, [row])[0]
