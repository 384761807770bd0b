"""Webhooks from event to receiver: signed, each once, only what their owner may see, and never for ever."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from standardwebhooks import Webhook as Verifier

from service import clock
from service.database.engines import Database
from service.jobs.dispatcher import dispatch_one
from service.jobs.durable import Workplace
from service.jobs.rooms import gather_reactions
from service.journal.reactions import Happening
from service.journal.tables import JournalEntry
from service.needs.commands import change_desk
from service.needs.schemas import DeskChange
from service.needs.tables import Need
from service.notifications.queries import list_notices
from service.settings import Settings
from service.web.paging import PageAsked
from service.webhooks import rules
from service.webhooks.reactions import queue
from service.webhooks.sending import send_due_events
from service.webhooks.tables import Webhook, WebhookDelivery
from tests.service import people
from tests.service.needs.cases import a_need
from tests.service.people import Person
from tests.service.webhooks.receiver import Receiver, receiving

gather_reactions()
HTML = {"Accept": "text/html", "Origin": "http://testserver"}
SECRET_TITLE = "Interpreters for the northern reception centre"


@pytest.fixture(scope="module")
def one_receiver() -> Iterator[Receiver]:
    """Give a receiver that stops with the module."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(one_receiver: Receiver) -> Receiver:
    """Give the receiver as if nothing had come yet."""
    one_receiver.reset()
    return one_receiver


@pytest.fixture
def place(database: Database, app_settings: Settings) -> Workplace:
    """Give a worker's place on which this machine may be sent to."""
    return Workplace(app_settings.model_copy(update={"webhooks_allow_loopback": True}), database)


@pytest.fixture
def on_loopback(web: TestClient, place: Workplace) -> TestClient:
    """Give the application with the same switch."""
    web.app.state.settings = place.settings  # type: ignore[attr-defined]
    return web


def _register(web: TestClient, person: Person, receiver: Receiver, **more: Any) -> dict[str, Any]:
    body = {
        "label": "Case file system",
        "url": f"http://127.0.0.1:{receiver.port}/in",
        "topics": ["needs", "teams"],
        "owner": person.stakeholder_id or None,
        **more,
    }
    answer = web.post("/api/v1/webhooks", json=body, headers=person.headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _told(database: Database) -> None:
    while dispatch_one(database):
        pass


def _deliveries(database: Database) -> list[WebhookDelivery]:
    with database.reading() as session:
        order = col(WebhookDelivery.queued_at), col(WebhookDelivery.id)
        return list(session.exec(select(WebhookDelivery).order_by(*order)))


def test_an_event_reaches_the_receiver_signed_and_without_text(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver
) -> None:
    """The receiver verifies the signature with the secret; the message holds a name and an id, no text."""
    officer, desk = people.ministry(database), people.desk(database)
    hook = _register(on_loopback, desk, receiver)
    need = a_need(database, "pending_endorsement", officer, desk, title=SECRET_TITLE)
    _told(database)
    assert send_due_events(place) == 1
    (taken,) = receiver.taken
    said = Verifier(hook["secret"]).verify(taken.body, taken.headers)
    assert said["type"] == "need.submitted"
    assert said["data"] == {"thing": "need", "id": need}
    assert set(said) == {"type", "timestamp", "data"}
    assert SECRET_TITLE not in taken.body + str(taken.headers)
    assert send_due_events(place) == 0


def test_a_secret_is_shown_once_and_kept_sealed(
    on_loopback: TestClient, database: Database, receiver: Receiver
) -> None:
    """Neither lists nor the database hold a readable secret."""
    desk = people.desk(database)
    hook = _register(on_loopback, desk, receiver)
    for path in ("/api/v1/webhooks", f"/api/v1/webhooks/{hook['id']}"):
        assert hook["secret"] not in on_loopback.get(path, headers=desk.headers).text
    with database.reading() as session:
        kept = session.exec(select(Webhook.secret)).one()
        entries = session.exec(select(JournalEntry.event)).all()
    assert hook["secret"].encode() not in kept
    assert "webhook.registered" in entries


def test_a_desk_is_told_only_of_what_it_may_see(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver
) -> None:
    """Another desk's confidential request sends nothing, not even an id; nor does it to administrators."""
    officer, desk, other = people.ministry(database), people.desk(database), people.desk(database)
    _register(on_loopback, other, receiver)
    _register(on_loopback, people.administrator(database), receiver, owner=None)
    a_need(database, "circulated", officer, desk, confidentiality="secretariat_only")
    _told(database)
    assert send_due_events(place) == 0
    assert _deliveries(database) == []
    public = a_need(database, "circulated", officer, desk, confidentiality="public")
    _told(database)
    send_due_events(place)
    assert {json.loads(one.body)["data"]["id"] for one in receiver.taken} == {public}


def test_a_right_lost_before_the_sending_is_no_right(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver
) -> None:
    """Between event and sending the request may go to another desk: then nothing is sent."""
    officer, desk, other = people.ministry(database), people.desk(database), people.desk(database)
    _register(on_loopback, desk, receiver)
    need = a_need(database, "pending_endorsement", officer, desk)
    _told(database)
    with database.writing() as session:
        change = DeskChange(desk=other.stakeholder_id, reason="They know the region.")
        change_desk(session, officer.caller, need, change)
    assert send_due_events(place) == 0
    assert receiver.taken == []
    assert [one.failure for one in _deliveries(database)] == ["not_visible"]


def test_told_twice_an_event_is_sent_once(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver
) -> None:
    """A listener that hears an event again queues no second sending."""
    officer, desk = people.ministry(database), people.desk(database)
    _register(on_loopback, desk, receiver)
    need = a_need(database, "pending_endorsement", officer, desk)
    with database.writing() as session:
        entry = session.exec(select(JournalEntry).where(JournalEntry.event == "need.submitted")).one()
        for _ in range(2):
            queue(session, Happening(entry.event, f"need:{need}", {}, entry.id))
    _told(database)
    send_due_events(place)
    assert len(receiver.taken) == 1


def test_a_crash_after_sending_gives_one_more_with_the_same_id(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver, moment: datetime
) -> None:
    """Where the note that it went is lost, it goes once more under the same ``webhook-id``."""
    with clock.set_to(moment):
        desk = people.desk(database)
        hook = _register(on_loopback, desk, receiver)
    crashed: list[str] = []

    def crash(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE webhook_delivery SET due_at") and not crashed:
            crashed.append(statement)
            raise OperationalError(statement, {}, Exception("the process is gone"))

    with clock.set_to(moment):
        on_loopback.post(f"/api/v1/webhooks/{hook['id']}/send-test", headers=desk.headers)
        event.listen(database.engine, "before_cursor_execute", crash)
        try:
            with pytest.raises(OperationalError):
                send_due_events(place)
        finally:
            event.remove(database.engine, "before_cursor_execute", crash)
        assert send_due_events(place) == 0
    with clock.set_to(moment + rules.LEASE):
        assert send_due_events(place) == 1
        assert send_due_events(place) == 0
    assert len(crashed) == 1
    assert len(receiver.taken) == 2
    assert len({one.headers["webhook-id"] for one in receiver.taken}) == 1


def test_what_fails_is_tried_for_five_days_and_then_switched_off_with_a_notice(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver, moment: datetime
) -> None:
    """Pauses grow; after five days the webhook is off, what waits is given up, and its keepers hear of it."""
    receiver.status = 500
    with clock.set_to(moment):
        desk = people.desk(database)
        hook = _register(on_loopback, desk, receiver)
        on_loopback.post(f"/api/v1/webhooks/{hook['id']}/send-test", headers=desk.headers)
    now, tried = moment, []
    for _ in range(60):
        with clock.set_to(now):
            send_due_events(place)
        tried.append(now)
        (delivery,) = _deliveries(database)
        if delivery.due_at is None:
            break
        now = delivery.due_at
    assert timedelta(days=5) <= tried[-1] - moment <= timedelta(days=5, hours=15)
    assert delivery.attempts == len(tried) == len(receiver.taken)
    assert (delivery.status_code, delivery.failure) == (500, "refused")
    with clock.set_to(now):
        shown = on_loopback.get(f"/api/v1/webhooks/{hook['id']}", headers=desk.headers).json()
        refused = on_loopback.post(f"/api/v1/webhooks/{hook['id']}/send-test", headers=desk.headers)
    assert shown["switched_off_because"] == "failing"
    assert refused.json()["code"] == "webhook_switched_off"
    _told(database)
    with database.reading() as session:
        notices = list_notices(session, desk.caller, PageAsked(), "en").items
    assert "webhook.given-up" in {notice.event for notice in notices}


def test_gone_is_gone(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver
) -> None:
    """A receiver that answers 410 is not asked again."""
    desk = people.desk(database)
    hook = _register(on_loopback, desk, receiver)
    receiver.status = 410
    on_loopback.post(f"/api/v1/webhooks/{hook['id']}/send-test", headers=desk.headers)
    assert send_due_events(place) == 0
    shown = on_loopback.get(f"/api/v1/webhooks/{hook['id']}", headers=desk.headers).json()
    assert shown["switched_off_because"] == "gone"
    again = on_loopback.post(f"/api/v1/webhooks/{hook['id']}/switch-on", json={}, headers=desk.headers)
    assert again.json()["switched_off_at"] is None


def test_a_webhook_is_its_desks_alone(
    on_loopback: TestClient, database: Database, receiver: Receiver
) -> None:
    """Nobody registers for another desk, and other desks' webhooks look absent; officers have none."""
    desk, other, officer = people.desk(database), people.desk(database), people.ministry(database)
    hook = _register(on_loopback, desk, receiver)
    body = {"label": "Theirs", "url": "https://hooks.example/", "topics": ["needs"]}
    for person, owner in ((other, desk.stakeholder_id), (officer, officer.stakeholder_id), (officer, None)):
        sent = on_loopback.post("/api/v1/webhooks", json=body | {"owner": owner}, headers=person.headers)
        assert sent.status_code == 403
    for person in (other, officer, people.administrator(database)):
        path = f"/api/v1/webhooks/{hook['id']}"
        assert on_loopback.get(path, headers=person.headers).status_code == 404
        assert on_loopback.get(f"{path}/deliveries", headers=person.headers).status_code == 404
        assert on_loopback.post(f"{path}/send-test", headers=person.headers).status_code == 404
        assert on_loopback.post(f"{path}/switch-off", json={}, headers=person.headers).status_code == 404
    assert on_loopback.get("/webhooks", headers=officer.headers | HTML).status_code == 404


def test_pages_register_try_and_switch_off(
    on_loopback: TestClient, database: Database, place: Workplace, receiver: Receiver
) -> None:
    """A desk does all of it in pages: a fault keeps what was typed, the secret is shown once."""
    desk = people.desk(database)
    headers = desk.headers | HTML
    wrong = {"label": "Case files", "url": "https://10.0.0.1/", "owner": desk.stakeholder_id}
    refused = on_loopback.post("/webhooks", data=wrong, headers=headers)
    assert refused.status_code == 422
    assert 'value="https://10.0.0.1/"' in refused.text
    assert "Choose at least one." in refused.text
    refused = on_loopback.post("/webhooks", data=wrong | {"topic-needs": "yes"}, headers=headers)
    assert "Only public addresses can be sent to." in refused.text
    right = wrong | {"url": f"http://127.0.0.1:{receiver.port}/in", "topic-needs": "yes"}
    shown = on_loopback.post("/webhooks", data=right, headers=headers)
    assert "whsec_" in shown.text
    with database.reading() as session:
        hook = session.exec(select(Webhook.id)).one()
    assert on_loopback.post(f"/webhooks/{hook}/send-test", headers=headers).status_code == 200
    assert send_due_events(place) == 1
    page = on_loopback.get(f"/webhooks/{hook}", headers=headers).text
    assert "webhook.test" in page
    assert "204" in page
    assert "whsec_" not in page
    assert "Switch on" in on_loopback.post(f"/webhooks/{hook}/switch-off", headers=headers).text
    elsewhere = desk.headers | {"Origin": "https://elsewhere.example"}
    assert on_loopback.post(f"/webhooks/{hook}/switch-on", headers=elsewhere).status_code == 403


def test_events_for_webhooks_are_events_that_there_are(database: Database) -> None:
    """A need that goes all its way tells of nothing that the topics leave out, but for drafts and wishes."""
    officer, desk = people.ministry(database), people.desk(database)
    a_need(database, "closed", officer, desk)
    with database.reading() as session:
        kept = set(session.exec(select(JournalEntry.event).where(col(JournalEntry.subject).like("need:%"))))
        assert session.exec(select(Need.state)).one() == "closed"
    assert {"need.submitted", "need.closed"} <= kept & rules.EVENTS["needs"]
    assert "need.registered" not in rules.EVENTS["needs"]
