"""``client.webhooks``: where this instance tells other systems that something happened."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import Move, Page, RegisteredWebhook, Webhook, WebhookDelivery, WebhookRegistration


class Webhooks(Room[Way]):
    """Where this instance tells other systems that something happened. For desks and administrators."""

    @ask
    def register(self, registration: WebhookRegistration) -> Call[RegisteredWebhook]:
        """Register a webhook. Its secret is shown this once; messages are signed with it.

        >>> client.webhooks.register(
        ...     WebhookRegistration(
        ...         label="Case file system",
        ...         url="https://cases.secretariat.example/homologue",
        ...         topics=["needs", "teams"],
        ...         owner=desk_id,
        ...     )
        ... )
        """
        return post("/webhooks", registration)

    @ask
    def get(self, webhook_id: str) -> Call[Webhook]:
        """Read a webhook, without its secret.

        >>> client.webhooks.get(webhook_id)
        """
        return get("/webhooks/{webhook_id}", webhook_id=webhook_id)

    @ask
    def send_test(self, webhook_id: str) -> Call[WebhookDelivery]:
        """Send a test to a webhook.

        >>> client.webhooks.send_test(webhook_id)
        """
        return post("/webhooks/{webhook_id}/send-test", webhook_id=webhook_id)

    @ask
    def switch_off(self, webhook_id: str, *, reason: str | None = None) -> Call[Webhook]:
        """Send nothing to a webhook any more.

        >>> client.webhooks.switch_off(webhook_id, reason="The other system is gone")
        """
        return post("/webhooks/{webhook_id}/switch-off", Move(reason=reason), webhook_id=webhook_id)

    @ask
    def switch_on(self, webhook_id: str, *, reason: str | None = None) -> Call[Webhook]:
        """Send to a webhook again, from now on.

        >>> client.webhooks.switch_on(webhook_id)
        """
        return post("/webhooks/{webhook_id}/switch-on", Move(reason=reason), webhook_id=webhook_id)

    @paged
    def deliveries(self, webhook_id: str) -> Call[Page[WebhookDelivery]]:
        """List what was sent to a webhook, newest first, with the status of each answer.

        >>> for delivery in client.webhooks.deliveries(webhook_id):
        ...     print(delivery.event, delivery.standing, delivery.status_code)
        """
        return listing("/webhooks/{webhook_id}/deliveries", webhook_id=webhook_id)

    @paged
    def list(self) -> Call[Page[Webhook]]:
        """List the webhooks of your desks, and as administrator those of the instance.

        >>> for webhook in client.webhooks.list():
        ...     print(webhook.label, webhook.switched_off_at)
        """
        return listing("/webhooks")
