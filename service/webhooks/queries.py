"""Reading webhooks: those of one's own desks, and for administrators those of the instance."""

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.errors import NotFound
from service.stakeholders.queries import find_stakeholders
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page
from service.webhooks import rules
from service.webhooks.schemas import DeliveryView, WebhookView
from service.webhooks.tables import Webhook, WebhookDelivery


def list_webhooks(session: Session, caller: Caller, page: PageAsked) -> Page[WebhookView]:
    """Return a page of the webhooks that the caller looks after, newest first."""
    order = [
        Key(col(Webhook.registered_at), "registered_at", descending=True),
        Key(col(Webhook.id), "id"),
    ]
    rows, following = page_of(session, _visible(caller), order, page)
    return Page(items=views_of(session, rows), next=following)


def get_webhook(session: Session, caller: Caller, webhook_id: str) -> WebhookView:
    """Return one webhook that the caller looks after."""
    return views_of(session, [find_webhook(session, caller, webhook_id)])[0]


def find_webhook(session: Session, caller: Caller, webhook_id: str) -> Webhook:
    """Return the row of a webhook that the caller looks after."""
    row = session.exec(_visible(caller).where(Webhook.id == webhook_id)).first()
    if row is None:
        raise NotFound
    return row


def list_deliveries(session: Session, caller: Caller, webhook_id: str, page: PageAsked) -> Page[DeliveryView]:
    """Return a page of what was sent to a webhook, newest first."""
    row = find_webhook(session, caller, webhook_id)
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id)
    order = [
        Key(col(WebhookDelivery.queued_at), "queued_at", descending=True),
        Key(col(WebhookDelivery.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=[delivery_view(one) for one in rows], next=following)


def views_of(session: Session, rows: list[Webhook]) -> list[WebhookView]:
    """Return webhooks as they are shown: never the secret."""
    owners = find_stakeholders(session, {row.owner_id for row in rows if row.owner_id})
    return [
        WebhookView.model_validate(
            {
                **row.model_dump(include=_PLAIN),
                "owner": row.owner_id,
                "owner_name": owners[row.owner_id].name if row.owner_id in owners else None,
            }
        )
        for row in rows
    ]


def delivery_view(row: WebhookDelivery) -> DeliveryView:
    """Return a sending as it is shown."""
    standing: rules.Standing = (
        "delivered" if row.delivered_at else "given_up" if row.given_up_at else "waiting"
    )
    return DeliveryView(standing=standing, **row.model_dump(include=_PLAIN_DELIVERY))


_PLAIN = set(WebhookView.model_fields) - {"owner", "owner_name"}
_PLAIN_DELIVERY = set(DeliveryView.model_fields) - {"standing"}


def _visible(caller: Caller) -> SelectOfScalar[Webhook]:
    owned = col(Webhook.owner_id).in_(caller.desks())
    whole = col(Webhook.owner_id).is_(None)
    return select(Webhook).where(or_(owned, whole) if caller.is_administrator else owned)
