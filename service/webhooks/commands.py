"""Registering webhooks, queueing what is sent to them, noting what came of it."""

import base64
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, or_, select, update

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.errors import InvalidInput, NotAllowed
from service.journal.commands import record
from service.journal.tables import JournalEntry
from service.keys import key_for, seal, unseal
from service.settings import Settings
from service.webhooks import rules
from service.webhooks.addresses import url_faults
from service.webhooks.errors import SwitchedOff
from service.webhooks.posting import Answer
from service.webhooks.queries import find_webhook
from service.webhooks.schemas import WebhookRegistration
from service.webhooks.sights import may_be_sent
from service.webhooks.tables import Webhook, WebhookDelivery

PURPOSE = "secrets of webhooks"
SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks marks a secret, not a secret
SECRET_BYTES = 32


def register_webhook(
    session: Session, caller: Caller, registration: WebhookRegistration, settings: Settings
) -> tuple[Webhook, str]:
    """Register a webhook and return it with the only readable copy of its secret.

    Those who work at a desk may for their desk, administrators for the instance.
    """
    if registration.owner not in rules.owners_for(caller):
        raise NotAllowed
    faults = url_faults(registration.url, allows_loopback=settings.webhooks_allow_loopback)
    if faults:
        raise InvalidInput(*faults)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    id_ = new_id("webhook")
    row = Webhook(
        id=id_,
        owner_id=registration.owner,
        label=registration.label,
        url=registration.url,
        topics=sorted(set(registration.topics)),
        secret=seal(key_for(PURPOSE, settings), secret.encode(), id_),
        registered_at=clock.now(),
        registered_by=caller.account_id or "",
    )
    session.add(row)
    session.flush()
    record(session, caller, "webhook.registered", _subject(row), _details(row, topics=row.topics))
    return row, secret


def secret_of(row: Webhook, settings: Settings) -> str | None:
    """Return the secret of a webhook, to sign with; none if it was sealed with a secret that is lost."""
    plain = unseal(key_for(PURPOSE, settings), row.secret, row.id)
    return plain.decode() if plain else None


def switch_off(session: Session, caller: Caller, webhook_id: str, reason: str | None = None) -> Webhook:
    """Send nothing to a webhook any more; what waits is given up."""
    row = find_webhook(session, caller, webhook_id)
    if row.switched_off_at is None:
        _switch_off(session, caller, row, "by_hand", reason)
    return row


def switch_on(session: Session, caller: Caller, webhook_id: str, reason: str | None = None) -> Webhook:
    """Send to a webhook again, from now on."""
    row = find_webhook(session, caller, webhook_id)
    if row.switched_off_at is not None:
        row.switched_off_at, row.switched_off_because = None, None
        session.add(row)
        record(session, caller, "webhook.switched-on", _subject(row), _details(row), reason)
    return row


def send_test(session: Session, caller: Caller, webhook_id: str) -> WebhookDelivery:
    """Queue a test, so that the other side can be tried without waiting for an event."""
    row = find_webhook(session, caller, webhook_id)
    if row.switched_off_at is not None:
        raise SwitchedOff
    now = clock.now()
    delivery = WebhookDelivery(
        id=new_id("delivery"),
        webhook_id=row.id,
        event=rules.TEST_EVENT,
        thing_kind="webhook",
        thing_id=row.id,
        payload=_payload(rules.TEST_EVENT, now, "webhook", row.id),
        queued_at=now,
        due_at=now,
    )
    session.add(delivery)
    session.flush()
    record(session, caller, "webhook.tested", _subject(row), _details(row))
    return delivery


def queue_event(session: Session, entry: JournalEntry) -> int:
    """Queue an event for every webhook whose owner may see its thing, each once, and return how many."""
    topic = rules.topic_of(entry.event)
    kind, _, id_ = entry.subject.partition(":")
    rows = session.exec(select(Webhook).where(col(Webhook.switched_off_at).is_(None))).all()
    wanted = [row for row in rows if topic in row.topics]
    return sum(
        _queue(session, row, entry, kind, id_)
        for row in wanted
        if may_be_sent(session, row.owner_id, kind, id_)
    )


def claim_delivery(session: Session) -> WebhookDelivery | None:
    """Take the sending in hand that is due longest, so that no other worker sends it meanwhile."""
    now = clock.now()
    is_free = or_(col(WebhookDelivery.claimed_until).is_(None), col(WebhookDelivery.claimed_until) <= now)
    found = session.exec(
        select(WebhookDelivery)
        .where(col(WebhookDelivery.due_at) <= now, is_free)
        .order_by(col(WebhookDelivery.due_at), col(WebhookDelivery.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if found is None:
        return None
    claimed = session.exec(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.id) == found.id, col(WebhookDelivery.due_at).is_not(None), is_free)
        .values(
            claimed_until=now + rules.LEASE,
            attempts=WebhookDelivery.attempts + 1,
            first_tried_at=found.first_tried_at or now,
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(found)
    return found if claimed.rowcount == 1 else None


def note_answer(session: Session, delivery: WebhookDelivery, answer: Answer) -> None:
    """Note what came of a sending: it is delivered, tried again, or given up with its webhook."""
    now = clock.now()
    if answer.is_taken:
        _settle(session, delivery.id, delivered_at=now, status_code=answer.status, failure=None)
        return
    is_gone = answer.status == rules.GONE
    if is_gone or rules.is_given_up(delivery.first_tried_at or now, now):
        _settle(session, delivery.id, given_up_at=now, status_code=answer.status, failure=answer.failure)
        row = session.get_one(Webhook, delivery.webhook_id)
        if row.switched_off_at is None:
            _switch_off(session, SYSTEM, row, "gone" if is_gone else "failing")
        return
    lot = secrets.randbelow(1001) / 1000
    session.exec(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.id) == delivery.id, col(WebhookDelivery.due_at).is_not(None))
        .values(
            due_at=now + rules.pause_after(delivery.attempts, lot),
            claimed_until=None,
            status_code=answer.status,
            failure=answer.failure,
        )
        .execution_options(synchronize_session=False)
    )


def drop_delivery(session: Session, delivery: WebhookDelivery, code: str) -> None:
    """Give one sending up for a reason of ours; the webhook stays as it is."""
    _settle(session, delivery.id, given_up_at=clock.now(), status_code=None, failure=code)


def _queue(session: Session, row: Webhook, entry: JournalEntry, kind: str, id_: str) -> bool:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    now = clock.now()
    queued = session.exec(
        dialect.insert(WebhookDelivery)
        .values(
            id=new_id("delivery"),
            webhook_id=row.id,
            entry_id=entry.id,
            event=entry.event,
            thing_kind=kind,
            thing_id=id_,
            payload=_payload(entry.event, entry.occurred_at, kind, id_),
            queued_at=now,
            due_at=now,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["webhook_id", "entry_id"])
    )
    return bool(queued.rowcount)


def _switch_off(
    session: Session, caller: Caller, row: Webhook, because: rules.Ending, reason: str | None = None
) -> None:
    now = clock.now()
    row.switched_off_at, row.switched_off_because = now, because
    session.add(row)
    session.exec(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.webhook_id) == row.id, col(WebhookDelivery.due_at).is_not(None))
        .values(due_at=None, claimed_until=None, given_up_at=now, failure="switched_off")
        .execution_options(synchronize_session=False)
    )
    event = "webhook.switched-off" if because == "by_hand" else "webhook.given-up"
    record(session, caller, event, _subject(row), _details(row, because=because), reason)


def _settle(session: Session, delivery_id: str, **values: Any) -> None:
    session.exec(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.id) == delivery_id)
        .values(due_at=None, claimed_until=None, **values)
        .execution_options(synchronize_session=False)
    )


def _payload(event: str, occurred_at: datetime, kind: str, id_: str) -> str:
    said = {"type": event, "timestamp": occurred_at.isoformat(), "data": {"thing": kind, "id": id_}}
    return json.dumps(said, separators=(",", ":"))


def _subject(row: Webhook) -> str:
    return f"webhook:{row.id}"


def _details(row: Webhook, **more: object) -> dict[str, Any]:
    return {"owner": row.owner_id, **more}
