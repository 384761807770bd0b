"""The pages of webhooks: those there are, the form to register one, and what was sent to one."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from service.caller import Caller
from service.errors import InvalidInput, NotFound
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate
from service.web.doors import Pages
from service.web.forms import Fields
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.webhooks import commands, queries, rules
from service.webhooks.schemas import WebhookRegistration

router = Pages()
Own = Depends(require_own_origin)

INSTANCE = "instance"
"""How the form names the instance as owner."""


@router.get("/webhooks")
def show_webhooks(
    request: Request,
    session: Reading,
    caller: SignedIn,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Show the webhooks that you look after, and the form to register one."""
    return _list_page(request, session, caller, cursor=cursor)


@router.post("/webhooks", dependencies=[Own])
def send_registration(request: Request, session: Writing, caller: SignedIn, values: Fields) -> HTMLResponse:
    """Register a webhook and show its secret this once; or show the form again, with what is wrong."""
    try:
        row, secret = commands.register_webhook(
            session, caller, _registration(values), request.app.state.settings
        )
    except (ValidationError, InvalidInput) as error:
        faults = _faults(error, page_language(request))
        return _list_page(request, session, caller, status=422, values=values, faults=faults)
    (webhook,) = queries.views_of(session, [row])
    return page(request, "webhooks/secret.html", caller, webhook=webhook, secret=secret)


@router.get("/webhooks/{webhook_id}")
def show_webhook(
    request: Request,
    session: Reading,
    caller: SignedIn,
    webhook_id: str,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Show a webhook and what was sent to it."""
    webhook = queries.get_webhook(session, caller, webhook_id)
    deliveries = queries.list_deliveries(session, caller, webhook_id, PageAsked(cursor=cursor))
    return page(
        request,
        "webhooks/webhook.html",
        caller,
        webhook=webhook,
        deliveries=deliveries,
        topics=_topics(request),
    )


@router.post("/webhooks/{webhook_id}/send-test", dependencies=[Own])
def send_test(session: Writing, caller: SignedIn, webhook_id: str) -> Response:
    """Send a test and show the webhook."""
    commands.send_test(session, caller, webhook_id)
    return _to(webhook_id)


@router.post("/webhooks/{webhook_id}/switch-off", dependencies=[Own])
def send_switch_off(session: Writing, caller: SignedIn, webhook_id: str) -> Response:
    """Switch a webhook off and show it."""
    commands.switch_off(session, caller, webhook_id)
    return _to(webhook_id)


@router.post("/webhooks/{webhook_id}/switch-on", dependencies=[Own])
def send_switch_on(session: Writing, caller: SignedIn, webhook_id: str) -> Response:
    """Switch a webhook on and show it."""
    commands.switch_on(session, caller, webhook_id)
    return _to(webhook_id)


def _list_page(
    request: Request,
    session: Session,
    caller: Caller,
    *,
    cursor: str | None = None,
    status: int = 200,
    values: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    owners = rules.owners_for(caller)
    if not owners:
        raise NotFound
    return page(
        request,
        "webhooks/webhooks.html",
        caller,
        status=status,
        webhooks=queries.list_webhooks(session, caller, PageAsked(cursor=cursor)),
        owners=_named(session, owners, page_language(request)),
        topics=_topics(request),
        values=values or {},
        faults=faults or {},
    )


def _named(session: Session, owners: list[str | None], language: str) -> list[tuple[str, str]]:
    names = find_stakeholders(session, [owner for owner in owners if owner])
    return [
        (owner, names[owner].name) if owner else (INSTANCE, translate(N_("This instance"), language))
        for owner in owners
        if owner is None or owner in names
    ]


def _topics(request: Request) -> dict[str, str]:
    language = page_language(request)
    return {topic: translate(text, language) for topic, text in rules.TOPIC_TEXTS.items()}


def _registration(values: dict[str, str]) -> WebhookRegistration:
    said: dict[str, Any] = {name: values.get(name, "") for name in ("label", "url")}
    owner = values.get("owner", INSTANCE)
    said["owner"] = None if owner == INSTANCE else owner
    said["topics"] = [topic for topic in rules.TOPICS if f"topic-{topic}" in values]
    return WebhookRegistration.model_validate(said)


_SENTENCES = {
    "label": N_("Give it a name of at least three letters."),
    "url": N_("Give the whole address, beginning with https://."),
    "topics": N_("Choose at least one."),
    "owner": N_("Choose one of these."),
}


def _faults(error: ValidationError | InvalidInput, language: str) -> dict[str, str]:
    if isinstance(error, InvalidInput):
        return {fault.field: translate(fault.message, language) for fault in error.found}
    fields = [str(item["loc"][0]) for item in error.errors()]
    return {field: translate(_SENTENCES[field], language) for field in fields}


def _to(webhook_id: str) -> Response:
    return RedirectResponse(f"/webhooks/{webhook_id}", status_code=303, headers=dict(PAGE_HEADERS))
