"""The pages of clocks: what is due, what desks choose, what became of a need, the published figures."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.deadlines import choosing, commands, figures, queries
from service.deadlines.policies import INSTANCE
from service.deadlines.policy_form import PolicyForm, change_from, policy_form, states_to_choose, tried
from service.deadlines.schemas import AfterCareReply
from service.deadlines.words import IN_USE_WORDS, UNIT_WORDS, URGENCY_WORDS
from service.errors import NotAllowed
from service.stakeholders.queries import find_stakeholders
from service.web.doors import Pages
from service.web.forms import Fields
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import IdText

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]


def _gone_to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))


@router.get("/clocks")
def show_clocks(request: Request, session: Reading, caller: SignedIn, language: PageLanguage) -> HTMLResponse:
    """Show what is due in all that the reader is a party to."""
    clocks = queries.list_running(session, caller, language)
    return page(request, "deadlines/clocks.html", caller, clocks=clocks)


@router.post("/clocks/{clock_id}/mark-done", dependencies=OWN_ORIGIN)
def mark_done(session: Writing, caller: SignedIn, clock_id: str) -> Response:
    """Say that something was done, and show its thing."""
    commands.mark_done(session, caller, clock_id)
    _, sight = queries.find_clock(session, caller, clock_id)
    return _gone_to(f"{sight.address}#clocks")


@router.get("/desk/clocks")
def list_policies(request: Request, session: Reading, caller: SignedIn) -> Response:
    """Lead to the durations and calendar of the reader's desk, or let it choose among several."""
    owners = sorted(caller.desks()) + ([INSTANCE] if caller.is_administrator else [])
    if not owners:
        raise NotAllowed
    if len(owners) == 1:
        return _gone_to(f"/clock-policies/{owners[0]}")
    names = {id_: row.name for id_, row in find_stakeholders(session, owners).items()}
    return page(request, "deadlines/policies.html", caller, owners=owners, names=names)


@router.get("/clock-policies/{owner}")
def show_policy(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    owner: str,
    saved: Annotated[str | None, Query(max_length=8)] = None,
) -> HTMLResponse:
    """Show the durations and the calendar in force; whoever chooses them sees a form."""
    form = policy_form(choosing.get_clock_policy(session, caller, owner, language))
    return _policy(request, session, caller, form, is_saved=saved is not None)


@router.post("/clock-policies/{owner}", dependencies=OWN_ORIGIN)
def change_policy(
    request: Request, session: Writing, caller: SignedIn, language: PageLanguage, owner: str, fields: Fields
) -> Response:
    """Keep what was chosen; or show the form again, with what is wrong at each field."""
    view = choosing.get_clock_policy(session, caller, owner, language)

    def act() -> None:
        choosing.change_clock_policy(session, caller, owner, change_from(view, fields))

    status, faults = tried(session, act, language)
    if not faults:
        return _gone_to(f"/clock-policies/{owner}?saved=true")
    return _policy(request, session, caller, policy_form(view, fields, faults), status=status)


def _policy(
    request: Request,
    session: Session,
    caller: Caller,
    form: PolicyForm,
    *,
    status: int = 200,
    is_saved: bool = False,
) -> HTMLResponse:
    found = find_stakeholders(session, [form.view.owner]).get(form.view.owner)
    states = states_to_choose(session, page_language(request))
    words = {"units": UNIT_WORDS, "urgencies": URGENCY_WORDS}
    return page(
        request,
        "deadlines/policy.html",
        caller,
        status=status,
        form=form,
        desk_name=found.name if found else None,
        states=states,
        is_saved=is_saved,
        **words,
    )


@router.get("/things/{subject}/after-care")
def show_after_care(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, subject: str
) -> HTMLResponse:
    """Show what became of a need, and the form with which its sides say so."""
    return _after_care(request, session, caller, language, subject)


@router.post("/things/{subject}/after-care", dependencies=OWN_ORIGIN)
def answer_after_care(
    request: Request, session: Writing, caller: SignedIn, language: PageLanguage, subject: str, fields: Fields
) -> Response:
    """Keep the answer; or show the form again, with what is wrong at each field."""

    def act() -> None:
        said = {name: fields[name] for name in ("stage", "in_use", "text") if fields.get(name)}
        commands.answer_after_care(session, caller, subject, AfterCareReply.model_validate(said))

    status, faults = tried(session, act, language)
    if not faults:
        return _gone_to(f"/things/{subject}/after-care")
    return _after_care(request, session, caller, language, subject, fields, faults, status)


def _after_care(
    request: Request,
    session: Session,
    caller: Caller,
    language: str,
    subject: str,
    values: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    _, _, sight = queries.find_thing(session, caller, subject)
    return page(
        request,
        "deadlines/after_care.html",
        caller,
        status=status,
        found=queries.get_after_care(session, caller, subject, language),
        sight=sight,
        values=values or {},
        faults=faults or {},
        in_use_words=IN_USE_WORDS,
    )


@router.get("/statistics/clocks")
def show_figures(
    request: Request,
    session: Reading,
    caller: Asking,
    language: PageLanguage,
    desk: Annotated[IdText | None, Query()] = None,
) -> HTMLResponse:
    """Show how long each stage took, out of what the reader may see; or at the reader's own desk."""
    found = figures.get_figures(session, caller, desk, language)
    names = {id_: row.name for id_, row in find_stakeholders(session, caller.desks()).items()}
    return page(
        request,
        "deadlines/figures.html",
        caller,
        found=found,
        desk=desk,
        desks=names,
        urgencies=URGENCY_WORDS,
    )
