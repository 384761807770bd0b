"""What those who ask for a need, and its desk, can do with it on pages: one move a page, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import ASKING, Caller
from service.desks import choosing
from service.desks.drafting import CHOOSE, is_own
from service.desks.unmet_pages import CONSENT, showing_options
from service.dialogues.commands import notify_dialogue
from service.dialogues.schemas import EngagementConsent
from service.errors import NotFound
from service.matches.proposal_commands import asking_for
from service.needs import commands, moves
from service.needs.queries import find_handled_need, find_own_need, get_need
from service.needs.rules import UNDECIDED
from service.needs.schemas import Answer, DeskChange, NeedSummaryView, NeedView
from service.texts import N_
from service.unmet.commands import escalate, show_unmet
from service.unmet.schemas import EscalationRequest, UnmetShowing
from service.web.acts import REASON, WHY, Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.fields import Field, Options
from service.web.origins import require_own_origin
from service.web.rendering import page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]


def _answer(session: Session, caller: Caller, need_id: str, said: Mapping[str, Any]) -> None:
    answer = Answer.model_validate(said)
    moves.answer_clarification(session, caller, need_id, answer.reason)


def _change_desk(session: Session, caller: Caller, need_id: str, said: Mapping[str, Any]) -> None:
    wanted = DeskChange.model_validate({**said, "desk": said["desk"] or ""})
    commands.change_desk(session, caller, need_id, wanted)


def _notify(session: Session, caller: Caller, need_id: str, said: Mapping[str, Any]) -> None:
    need = find_own_need(session, caller, need_id)
    consent = EngagementConsent.model_validate({**said, "dialogue": said["dialogue"] or ""})
    stakeholder_id = min(asking_for(session, caller, need))
    notify_dialogue(session, caller, f"need:{need_id}", stakeholder_id, consent)


def _escalate(session: Session, caller: Caller, need_id: str, said: Mapping[str, Any]) -> None:
    escalate(session, caller, need_id, EscalationRequest.model_validate({**said, "to": said["to"] or ""}))


def _show_unmet(session: Session, caller: Caller, need_id: str, said: Mapping[str, Any]) -> None:
    show_unmet(session, caller, need_id, UnmetShowing.model_validate({"level": said["level"] or ""}))


TO = Field("to", "choice", N_("To whom"), N_("The secretariat of a dialogue, or a fund."), CHOOSE)
WORDS_TO_THEM = Field(
    "message", "text", N_("What to tell them"), N_("In your own words; or leave it empty."), is_none=True
)


def _with_reason(command: Any) -> Any:
    def run(session: Session, caller: Caller, need_id: str, said: Mapping[str, Any]) -> None:
        command(session, caller, need_id, Move.model_validate(said).reason)

    return run


ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "answer-clarification": Act(
            N_("Answer the desk's question"),
            N_("The desk goes on with screening. Change the text first, where that is part of the answer."),
            _answer,
            (WHY._replace(label=N_("Answer")),),
        ),
        "expedite": Act(
            N_("Let this emergency go ahead"),
            N_(
                "The desk takes it up at once. Everybody who asks has 48 hours after circulation to endorse "
                "it; otherwise it is hidden again."
            ),
            _with_reason(moves.expedite_need),
        ),
        "suspend": Act(
            N_("Interrupt the work"),
            N_("The work rests until one of the two sides lets it go on."),
            _with_reason(moves.suspend_need),
        ),
        "resume": Act(
            N_("Let the work go on"),
            N_("The work that was interrupted goes on."),
            _with_reason(moves.resume_need),
        ),
        "close": Act(
            N_("Close the need"),
            N_("What was agreed has been delivered and reported. Nothing more happens to the need."),
            _with_reason(moves.close_need),
        ),
        "allow-matching": Act(
            N_("Let the desk take it into rounds"),
            N_("The desk's next round looks for a team for it. What comes out is shown to you and the desk."),
            _with_reason(commands.allow_matching),
        ),
        "disallow-matching": Act(
            N_("Keep it out of rounds"),
            N_("No round looks for a team for it any more, until you allow that again."),
            _with_reason(commands.disallow_matching),
        ),
        "change-desk": Act(
            N_("Let another desk handle it"),
            N_("The desk that handled it sees it no more; the new one gives it a file number of its own."),
            _change_desk,
            (
                Field("desk", "choice", N_("Desk"), "", CHOOSE),
                Field("matching_allowed", "tick", N_("The new desk may take it into rounds")),
                REASON,
            ),
        ),
        "notify-dialogue": Act(
            N_("Tell a dialogue of it"),
            N_("Its secretariat is told of this need with your words, and can offer to host the work."),
            _notify,
            (
                Field("dialogue", "choice", N_("Dialogue"), "", CHOOSE),
                Field(
                    "message",
                    "text",
                    N_("What to tell it"),
                    N_("In your own words; or leave it empty."),
                    is_none=True,
                ),
                Field(
                    "consents",
                    "tick",
                    N_("We agree that this dialogue is told of the need"),
                    N_("You can take this back at any time. From then on the dialogue sees nothing of it."),
                ),
            ),
        ),
        "escalate": Act(
            N_("Pass it on to a dialogue or a fund"),
            N_(
                "Whom you choose is told of the need and answers: it takes the need up, or not. With a no, "
                "the need is unmet again."
            ),
            _escalate,
            (TO, WORDS_TO_THEM, CONSENT, REASON),
        ),
        "suggest-escalation": Act(
            N_("Suggest to pass it on to a dialogue or a fund"),
            N_("Nobody is told of the need before those who ask have agreed."),
            _escalate,
            (TO, WORDS_TO_THEM, REASON),
        ),
        "show-unmet": Act(
            N_("Choose what the public may know if it stays unmet"),
            N_("It counts while the need is unmet. You can change it at any time; at first it is nothing."),
            _show_unmet,
            (Field("level", "radio", N_("What the public may know")),),
        ),
        "withdraw": Act(
            N_("Withdraw the need"),
            N_("It ends here, and what was offered for it is free again. What happened stays on record."),
            _with_reason(moves.withdraw_need),
        ),
    }
)
"""Moves of a need, in the order in which its page shows them."""


def acts_open(caller: Caller, need: NeedView | NeedSummaryView) -> dict[str, Act]:
    """Return what the reader can do with a need now."""
    if isinstance(need, NeedSummaryView) or need.handling is None:
        return {}
    verbs = {verb.replace("_", "-") for verb in need.handling.moves}
    if is_own(caller, need) and not need.handling.awaits_confirmation:
        verbs |= _own_verbs(caller, need, is_allowed=need.handling.matching_allowed)
    elif need.status == "unmet" and need.desk in caller.desks():
        verbs.add("suggest-escalation")
    return {verb: act for verb, act in ACTS.items() if verb in verbs}


SHOWN_IN = frozenset({"circulated", "partially_matched", "unmet", "escalated"})
"""States in which it can matter what the public may know of an unmet need."""


def _own_verbs(caller: Caller, need: NeedView, *, is_allowed: bool) -> set[str]:
    if need.status not in UNDECIDED or need.status == "draft":
        return set()
    leads = any(party.is_lead and caller.acts_for(party.stakeholder, *ASKING) for party in need.requesters)
    showing = {"show-unmet"} if need.status in SHOWN_IN else set()
    matching = "disallow-matching" if is_allowed else "allow-matching"
    return {matching, "notify-dialogue"} | showing | ({"change-desk"} if leads else set())


@router.get("/needs/{need_id}/moves/{verb}")
def show_need_act(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str, verb: str
) -> HTMLResponse:
    """Show a move of a need with what follows from it."""
    asked = Asked(request, session, caller, language)
    act, place = _act(asked, need_id, verb)
    return show_act(asked, act, place, _options(asked))


@router.post("/needs/{need_id}/moves/{verb}", dependencies=OWN_ORIGIN)
def do_need_act(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    need_id: str,
    verb: str,
) -> Response:
    """Make a move of a need, or show what is wrong with it."""
    asked = Asked(request, session, caller, language)
    act, place = _act(asked, need_id, verb)
    return do_act(asked, act, need_id, place, form, _options(asked))


def _act(asked: Asked, need_id: str, verb: str) -> tuple[Act, Place]:
    find_handled_need(asked.session, asked.caller, need_id)
    need = get_need(asked.session, asked.caller, need_id)
    act = ACTS.get(verb)
    if act is None or isinstance(need, NeedSummaryView):
        raise NotFound
    places = [("/", asked.say(N_("Home"))), (f"/needs/{need_id}", need.title)]
    # Whoever hands a need on may see less of it afterwards, but asks for it still.
    return act, Place(places, need.title, f"/needs/{need_id}/moves/{verb}", f"/needs/{need_id}")


def _options(asked: Asked) -> Options:
    return {
        **showing_options(asked),
        "to": choosing.addressees(asked.session, asked.caller),
        "desk": choosing.desks(asked.session, asked.caller),
        "dialogue": choosing.dialogues(asked.session, asked.language),
    }
