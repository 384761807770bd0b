"""``client.needs``: what help is asked for."""

from collections.abc import Sequence

from clients.calls import Call, get, listing, patch, post
from clients.doors import Way, ask, paged
from clients.models import (
    Candidates,
    Journal,
    Move,
    Need,
    NeedFacets,
    NeedLine,
    NeedRegistration,
    NeedRevision,
    NeedSummary,
    Page,
    Pin,
    PinDecision,
    WhyNot,
)
from clients.rooms.need_moves import NeedMoves


class Needs(NeedMoves[Way]):
    """What help is asked for: reading and changing it, its candidates, its locks and vetoes."""

    @ask
    def register(self, registration: NeedRegistration) -> Call[Need]:
        """Register a need as a draft, in the name of its requesters.

        >>> client.needs.register(
        ...     NeedRegistration(
        ...         requesters=[ministry_id],
        ...         desk=desk_id,
        ...         title="Train analysts of migration data",
        ...         commitments=["T4-01"],
        ...         components=[ComponentEntry(area="EXP-DATA", modality="MOD-TRAIN")],
        ...     )
        ... )
        """
        return post("/needs", registration)

    @ask
    def get(self, need_id: str) -> Call[Need | NeedSummary]:
        """Read a need, or its public summary where that is all you may see.

        >>> client.needs.get(need_id)
        """
        return get("/needs/{need_id}", need_id=need_id)

    @ask
    def revise(self, need_id: str, revision: NeedRevision, *, etag: str) -> Call[Need]:
        """Change what a need says, as you read it: ``etag`` is that of the need. What is left out stays.

        >>> client.needs.revise(need_id, NeedRevision(urgency="urgent", ends_on=None), etag=etag)
        """
        return patch("/needs/{need_id}", revision, etag, need_id=need_id)

    @ask
    def facets(  # noqa: PLR0913 - one parameter for each filter of the list
        self,
        *,
        status: str | None = None,
        commitment: str | None = None,
        theme: str | None = None,
        state: str | None = None,
        dialogue: str | None = None,
        urgency: str | None = None,
        language: str | None = None,
        desk: str | None = None,
        requester: str | None = None,
        q: str | None = None,
        delivery_mode: str | None = None,
    ) -> Call[NeedFacets]:
        """Count the needs that you may see, by what they can be narrowed to.

        >>> client.needs.facets(theme="T2")
        """
        return get(
            "/needs/facets",
            status=status,
            commitment=commitment,
            theme=theme,
            state=state,
            dialogue=dialogue,
            urgency=urgency,
            language=language,
            desk=desk,
            requester=requester,
            q=q,
            delivery_mode=delivery_mode,
        )

    @ask
    def journal(self, need_id: str) -> Call[Journal]:
        """Read what happened to a need. For its requesters and its desk.

        >>> client.needs.journal(need_id)
        """
        return get("/needs/{need_id}/journal", need_id=need_id)

    @ask
    def private_journal(self, need_id: str) -> Call[Journal]:
        """Read when what is private to the requester was changed. For requesters.

        >>> client.needs.private_journal(need_id)
        """
        return get("/needs/{need_id}/private-journal", need_id=need_id)

    @ask
    def candidates(self, need_id: str, *, limit: int | None = None) -> Call[Candidates]:
        """Rank one need's candidates now, each explained. For its requesters and its desk.

        >>> client.needs.candidates(need_id, limit=5)
        """
        return get("/needs/{need_id}/candidates", need_id=need_id, limit=limit)

    @ask
    def why_not(self, need_id: str, component: str, offer: str, *, round_: str | None = None) -> Call[WhyNot]:
        """Ask why an offer was not chosen for a component, in the need's last round or in a given one.

        >>> client.needs.why_not(need_id, component_id, offer_id)
        """
        asked = {"component": component, "offer": offer, "round": round_}
        return get("/needs/{need_id}/why-not", need_id=need_id, **asked)

    @ask
    def pins(self, need_id: str) -> Call[Sequence[Pin]]:
        """List the locks and vetoes of a need. For its requesters and its desk.

        >>> client.needs.pins(need_id)
        """
        return get("/needs/{need_id}/pins", need_id=need_id)

    @ask
    def pins_journal(self, need_id: str) -> Call[Journal]:
        """Read what the desk decided about a need for itself: its locks and vetoes. For the desk.

        >>> client.needs.pins_journal(need_id)
        """
        return get("/needs/{need_id}/pins/journal", need_id=need_id)

    @ask
    def pin(self, need_id: str, decision: PinDecision) -> Call[Pin]:
        """Lock or veto a pair for all rounds to come, with a reason.

        >>> client.needs.pin(
        ...     need_id,
        ...     PinDecision(component=component_id, offer=offer_id, decision="veto", reason="Asked not to"),
        ... )
        """
        return post("/needs/{need_id}/pins", decision, need_id=need_id)

    @ask
    def lift_pin(self, pin_id: str, *, reason: str | None = None) -> Call[Pin]:
        """Take a lock or veto back.

        >>> client.needs.lift_pin(pin_id)
        """
        return post("/pins/{pin_id}/lift", Move(reason=reason), pin_id=pin_id)

    @paged
    def list(  # noqa: PLR0913 - one parameter for each filter of the list
        self,
        *,
        status: str | None = None,
        commitment: str | None = None,
        theme: str | None = None,
        state: str | None = None,
        dialogue: str | None = None,
        urgency: str | None = None,
        language: str | None = None,
        desk: str | None = None,
        requester: str | None = None,
        q: str | None = None,
        delivery_mode: str | None = None,
        sort: str | None = None,
    ) -> Call[Page[NeedLine | NeedSummary]]:
        """List the needs that you may see, newest first. Of some you may see the public summary only.

        >>> for need in client.needs.list(state="GHA", status="circulated"):
        ...     print(need.id)
        """
        return listing(
            "/needs",
            status=status,
            commitment=commitment,
            theme=theme,
            state=state,
            dialogue=dialogue,
            urgency=urgency,
            language=language,
            desk=desk,
            requester=requester,
            q=q,
            delivery_mode=delivery_mode,
            sort=sort,
        )
