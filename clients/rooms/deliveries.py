"""``client.deliveries``: help that was given before."""

from clients.calls import Call, get, listing, patch, post
from clients.doors import Room, Way, ask, paged
from clients.models import Delivery, DeliveryRegistration, DeliveryRevision, Journal, Move, Page


class Deliveries(Room[Way]):
    """Help that was given before."""

    @ask
    def register(self, registration: DeliveryRegistration) -> Call[Delivery]:
        """Register help that was given, with its source. For administrators and the staff of desks.

        >>> client.deliveries.register(
        ...     DeliveryRegistration(
        ...         topic="Identify travel-document fraud",
        ...         requesters=["SEN", "MLI"],
        ...         providers=["FRA"],
        ...         source="https://programme.example/actions/41",
        ...     )
        ... )
        """
        return post("/deliveries", registration)

    @ask
    def get(self, delivery_id: str) -> Call[Delivery]:
        """Read a delivery; a retired one too.

        >>> client.deliveries.get(delivery_id)
        """
        return get("/deliveries/{delivery_id}", delivery_id=delivery_id)

    @ask
    def revise(self, delivery_id: str, revision: DeliveryRevision, *, etag: str) -> Call[Delivery]:
        """Correct what is said about a delivery, as you read it: ``etag`` is that of the delivery.

        >>> client.deliveries.revise(delivery_id, DeliveryRevision(year_to=2012), etag=etag)
        """
        return patch("/deliveries/{delivery_id}", revision, etag, delivery_id=delivery_id)

    @ask
    def retire(self, delivery_id: str, *, reason: str | None = None) -> Call[Delivery]:
        """Take an entry out of the track record.

        >>> client.deliveries.retire(delivery_id, reason="Entered twice")
        """
        return post("/deliveries/{delivery_id}/retire", Move(reason=reason), delivery_id=delivery_id)

    @ask
    def journal(self, delivery_id: str) -> Call[Journal]:
        """Read what happened to an entry.

        >>> client.deliveries.journal(delivery_id)
        """
        return get("/deliveries/{delivery_id}/journal", delivery_id=delivery_id)

    @paged
    def list(  # noqa: PLR0913 - one parameter for each filter of the list
        self,
        *,
        requester: str | None = None,
        provider: str | None = None,
        party: str | None = None,
        commitment: str | None = None,
        theme: str | None = None,
        dialogue: str | None = None,
        year: int | None = None,
        status: str | None = None,
        q: str | None = None,
    ) -> Call[Page[Delivery]]:
        """List help that was given before, what was entered last first.

        >>> for delivery in client.deliveries.list(provider="FRA", year=2011):
        ...     print(delivery.topic)
        """
        return listing(
            "/deliveries",
            requester=requester,
            provider=provider,
            party=party,
            commitment=commitment,
            theme=theme,
            dialogue=dialogue,
            year=year,
            status=status,
            q=q,
        )
