"""``client.stakeholders``: states' institutions, pools, organisations and desks."""

from clients.calls import Call, get, listing, patch, post
from clients.doors import Room, Way, ask, paged
from clients.models import Journal, Move, Page, Stakeholder, StakeholderRegistration, StakeholderRevision


class Stakeholders(Room[Way]):
    """States' institutions, pools, organisations and desks."""

    @ask
    def register(self, registration: StakeholderRegistration) -> Call[Stakeholder]:
        """Register a stakeholder. For administrators and the staff of desks.

        >>> client.stakeholders.register(
        ...     StakeholderRegistration(
        ...         type="ministry_or_agency", name="Ministry of the Interior", states=["GHA"]
        ...     )
        ... )
        """
        return post("/stakeholders", registration)

    @ask
    def get(self, stakeholder_id: str) -> Call[Stakeholder]:
        """Read a stakeholder.

        >>> client.stakeholders.get(stakeholder_id)
        """
        return get("/stakeholders/{stakeholder_id}", stakeholder_id=stakeholder_id)

    @ask
    def revise(self, stakeholder_id: str, revision: StakeholderRevision, *, etag: str) -> Call[Stakeholder]:
        """Change what is said about a stakeholder, as you read it: ``etag`` is that of the stakeholder.

        >>> client.stakeholders.revise(stakeholder_id, StakeholderRevision(website=None), etag=etag)
        """
        return patch("/stakeholders/{stakeholder_id}", revision, etag, stakeholder_id=stakeholder_id)

    @ask
    def retire(self, stakeholder_id: str, *, reason: str | None = None) -> Call[Stakeholder]:
        """Take a stakeholder out of lists. For administrators.

        >>> client.stakeholders.retire(stakeholder_id, reason="Merged")
        """
        path = "/stakeholders/{stakeholder_id}/retire"
        return post(path, Move(reason=reason), stakeholder_id=stakeholder_id)

    @ask
    def journal(self, stakeholder_id: str) -> Call[Journal]:
        """Read what happened to a stakeholder.

        >>> client.stakeholders.journal(stakeholder_id)
        """
        return get("/stakeholders/{stakeholder_id}/journal", stakeholder_id=stakeholder_id)

    @paged
    def list(
        self,
        *,
        type_: str | None = None,
        state: str | None = None,
        dialogue: str | None = None,
        desks: bool | None = None,
        q: str | None = None,
    ) -> Call[Page[Stakeholder]]:
        """List the stakeholders that you may see, by name; with ``desks`` those that handle needs.

        >>> for desk in client.stakeholders.list(desks=True):
        ...     print(desk.id, desk.name)
        """
        return listing("/stakeholders", type_=type_, state=state, dialogue=dialogue, desks=desks, q=q)
