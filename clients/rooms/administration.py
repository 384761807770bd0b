"""``client.administration``: what those who look after an instance look at. For administrators."""

from clients.calls import Call, get, listing
from clients.doors import Room, Way, ask, paged
from clients.models import (
    Administration,
    DutyLine,
    HostedDialogues,
    Page,
    Policies,
    ReferenceStanding,
    ServiceStanding,
)


class AdministrationRoom(Room[Way]):
    """What there is to look after on an instance, and how it is doing."""

    @ask
    def get(self) -> Call[Administration]:
        """Read what there is to look after, in figures.

        >>> client.administration.get()
        """
        return get("/administration")

    @paged
    def duties(self, *, role: str | None = None) -> Call[Page[DutyLine]]:
        """List the duties that there are now, those given last first.

        >>> for duty in client.administration.duties(role="case_officer"):
        ...     print(duty.account_name, duty.stakeholder_name)
        """
        return listing("/administration/duties", role=role)

    @ask
    def dialogues(self) -> Call[HostedDialogues]:
        """Read all dialogues with the desks that host them here.

        >>> client.administration.dialogues()
        """
        return get("/administration/dialogues")

    @ask
    def reference(self) -> Call[ReferenceStanding]:
        """Read how the reference data stand and when the files were taken in.

        >>> client.administration.reference()
        """
        return get("/administration/reference")

    @ask
    def policies(self) -> Call[Policies]:
        """Read what rounds can be asked for with, and what each desk used last.

        >>> client.administration.policies()
        """
        return get("/administration/policies")

    @ask
    def health(self) -> Call[ServiceStanding]:
        """Read how the service is doing, in plain words.

        >>> client.administration.health()
        """
        return get("/administration/health")
