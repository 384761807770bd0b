"""Sending what is due, each one noted right after it went.

A crash between the two sends it again when the claim has run out, with the same ``webhook-id``, by which the
other side knows that it has it already.
"""

import structlog
from standardwebhooks import Webhook as Signer

from service import clock
from service.jobs.durable import Workplace
from service.settings import Settings
from service.webhooks.commands import claim_delivery, drop_delivery, note_answer, secret_of
from service.webhooks.posting import Answer, post_event
from service.webhooks.sights import may_be_sent
from service.webhooks.tables import Webhook, WebhookDelivery

log = structlog.get_logger()

MOST_AT_ONCE = 100


def send_due_events(place: Workplace) -> int:
    """Send the events that are due and return how many were taken."""
    taken = 0
    for _ in range(MOST_AT_ONCE):
        if place.stopping.is_set():
            break
        with place.database.writing() as session:
            delivery = claim_delivery(session)
        if delivery is None:
            break
        taken += _send(place, delivery)
    return taken


def _send(place: Workplace, delivery: WebhookDelivery) -> bool:
    with place.database.writing() as session:
        row = session.get_one(Webhook, delivery.webhook_id)
        secret = secret_of(row, place.settings)
        if secret is None or not may_be_sent(session, row.owner_id, delivery.thing_kind, delivery.thing_id):
            drop_delivery(session, delivery, "not_visible" if secret else "secret_lost")
            return False
    answer = _posted(row.url, secret, delivery, place.settings)
    if not answer.is_taken:
        log.warning("webhook not taken", webhook=row.id, status=answer.status, failure=answer.failure)
    with place.database.writing() as session:
        note_answer(session, delivery, answer)
    return answer.is_taken


def _posted(url: str, secret: str, delivery: WebhookDelivery, settings: Settings) -> Answer:
    now = clock.now()
    headers = {
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(delivery.id, now, delivery.payload),
    }
    return post_event(url, delivery.payload, headers, allows_loopback=settings.webhooks_allow_loopback)
