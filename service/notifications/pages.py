"""The pages: inbox, what comes how, and the page that stops letters."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.errors import NotFound
from service.notifications import commands, queries, rules
from service.notifications.schemas import NewsChoice
from service.notifications.stopping import Stop, read_stop
from service.texts import N_, translate
from service.web.doors import Pages
from service.web.forms import Fields
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_FORM = [Depends(require_own_origin)]


@router.get("/inbox")
def show_inbox(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    unread: Annotated[str | None, Query(max_length=1000)] = None,
    read: Annotated[str | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Show your news: what you have not read first, then what you have."""
    fresh = queries.list_notices(session, caller, PageAsked(cursor=unread), language, unread=True)
    former = queries.list_notices(session, caller, PageAsked(20, read), language, unread=False)
    return page(request, "notifications/inbox.html", caller, fresh=fresh, former=former)


@router.post("/inbox/read-all", dependencies=OWN_FORM)
def send_read_all(session: Writing, caller: SignedIn) -> Response:
    """Mark all as read and show the inbox."""
    commands.mark_all_read(session, caller)
    return _to("/inbox")


@router.post("/inbox/{notification_id}/read", dependencies=OWN_FORM)
def send_read(session: Writing, caller: SignedIn, notification_id: str) -> Response:
    """Mark one notice as read and show the inbox."""
    commands.mark_read(session, caller, notification_id)
    return _to("/inbox")


@router.get("/inbox/settings")
def show_choices(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    saved: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> HTMLResponse:
    """Show how each kind of news reaches you."""
    choices = queries.list_choices(session, caller, language)
    return page(request, "notifications/choices.html", caller, choices=choices, faults={}, is_saved=saved)


@router.post("/inbox/settings", dependencies=OWN_FORM)
def send_choices(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    values: Fields,
) -> Response:
    """Keep the choices; or show the form again with what is wrong at each field."""
    chosen = {kind: values[kind] for kind in rules.KINDS if kind in values}
    message = translate(N_("Choose one of these."), language)
    faults = {kind: message for kind, way in chosen.items() if way not in rules.ways_of(kind)}
    if not faults:
        for kind, way in chosen.items():
            commands.choose_way(session, caller, NewsChoice.model_validate({"kind": kind, "way": way}))
        return _to("/inbox/settings?saved=true")
    choices = queries.list_choices(session, caller, language)
    return page(
        request,
        "notifications/choices.html",
        caller,
        status=422,
        choices=choices,
        faults=faults,
        is_saved=False,
    )


@router.get("/stop-mail/{token}")
def show_stop(request: Request, token: str, language: PageLanguage) -> HTMLResponse:
    """Ask whether letters of a kind are to stop. Looking stops nothing: mail programs look too."""
    return _stop_page(request, _stop(request, token), language, is_done=False)


@router.post("/stop-mail/{token}")
def send_stop(request: Request, session: Writing, token: str, language: PageLanguage) -> HTMLResponse:
    """Stop letters of a kind. Mail programs send this by themselves: no sign-in, no origin is asked for."""
    stop = _stop(request, token)
    commands.stop_mail(session, stop)
    return _stop_page(request, stop, language, is_done=True)


def _stop(request: Request, token: str) -> Stop:
    stop = read_stop(token, request.app.state.settings)
    if stop is None:
        raise NotFound
    return stop


def _stop_page(request: Request, stop: Stop, language: str, *, is_done: bool) -> HTMLResponse:
    kinds = rules.KINDS_OF_NEWS.items()
    titles: dict[str, str] = {kind: translate(about.title, language) for kind, about in kinds}
    titles |= {
        "daily": translate(N_("Daily news"), language),
        "weekly": translate(N_("Weekly news"), language),
    }
    title = next(title for kind, title in titles.items() if kind == stop.scope)
    return page(request, "notifications/stop.html", title=title, is_done=is_done)


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))
