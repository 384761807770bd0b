"""The JSON door to webhooks."""

from fastapi import Request

from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move, Page
from service.webhooks import commands, queries
from service.webhooks.schemas import DeliveryView, RegisteredWebhook, WebhookRegistration, WebhookView

router = Doors(tags=["webhooks"])


@router.get("/webhooks")
def list_webhooks(session: Reading, caller: SignedIn, page: Paging) -> Page[WebhookView]:
    """List the webhooks of your desks, and as administrator those of the instance."""
    return queries.list_webhooks(session, caller, page)


@router.post("/webhooks", status_code=201)
def register_webhook(
    session: Writing, caller: SignedIn, request: Request, registration: WebhookRegistration
) -> RegisteredWebhook:
    """Register a webhook. Its secret is shown this once. Desks may, and administrators for the instance."""
    settings = request.app.state.settings
    row, secret = commands.register_webhook(session, caller, registration, settings)
    (view,) = queries.views_of(session, [row])
    return RegisteredWebhook(secret=secret, **view.model_dump())


@router.get("/webhooks/{webhook_id}")
def get_webhook(session: Reading, caller: SignedIn, webhook_id: str) -> WebhookView:
    """Show a webhook, without its secret."""
    return queries.get_webhook(session, caller, webhook_id)


@router.get("/webhooks/{webhook_id}/deliveries")
def list_deliveries_of_webhook(
    session: Reading, caller: SignedIn, webhook_id: str, page: Paging
) -> Page[DeliveryView]:
    """List what was sent to a webhook, newest first, with the status of each answer."""
    return queries.list_deliveries(session, caller, webhook_id, page)


@router.post("/webhooks/{webhook_id}/send-test")
def send_test_event(session: Writing, caller: SignedIn, webhook_id: str) -> DeliveryView:
    """Send a test to a webhook."""
    return queries.delivery_view(commands.send_test(session, caller, webhook_id))


@router.post("/webhooks/{webhook_id}/switch-off")
def switch_webhook_off(session: Writing, caller: SignedIn, webhook_id: str, move: Move) -> WebhookView:
    """Send nothing to a webhook any more."""
    return queries.views_of(session, [commands.switch_off(session, caller, webhook_id, move.reason)])[0]


@router.post("/webhooks/{webhook_id}/switch-on")
def switch_webhook_on(session: Writing, caller: SignedIn, webhook_id: str, move: Move) -> WebhookView:
    """Send to a webhook again, from now on."""
    return queries.views_of(session, [commands.switch_on(session, caller, webhook_id, move.reason)])[0]
