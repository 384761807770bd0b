"""``client.offers``: what help is offered."""

from clients.calls import Call, get, listing, patch, post
from clients.doors import Room, Way, ask, paged
from clients.models import (
    Assessment,
    Journal,
    Move,
    Offer,
    OfferFacets,
    OfferImport,
    OfferLevelChange,
    OfferLine,
    OfferRegistration,
    OfferRevision,
    Page,
    Person,
    PersonDetails,
    Specificity,
    Timeline,
    WishDeclaration,
    Wishes,
)


class Offers(Room[Way]):
    """What help is offered."""

    @ask
    def register(self, registration: OfferRegistration) -> Call[Offer]:
        """Register an offer as a draft, in the name of a stakeholder that you offer help for.

        >>> client.offers.register(
        ...     OfferRegistration(
        ...         provider=pool_id,
        ...         title="Peer review of a return and reintegration system",
        ...         expertise=[ExpertiseStatement(area="EXP-RET", proficiency="advanced")],
        ...         commitments=["T4-06"],
        ...     )
        ... )
        """
        return post("/offers", registration)

    @ask
    def enter_public(self, said: OfferImport) -> Call[Offer]:
        """Enter an offer that its provider made in public elsewhere. For administrators.

        >>> client.offers.enter_public(
        ...     OfferImport(provider=pool_id, title="Training on forged documents", source=link)
        ... )
        """
        return post("/offers/import", said)

    @ask
    def get(self, offer_id: str) -> Call[Offer]:
        """Read an offer.

        >>> client.offers.get(offer_id)
        """
        return get("/offers/{offer_id}", offer_id=offer_id)

    @ask
    def revise(self, offer_id: str, revision: OfferRevision, *, etag: str) -> Call[Offer]:
        """Change what an offer says, as you read it: ``etag`` is that of the offer. What is left out stays.

        >>> client.offers.revise(offer_id, OfferRevision(capacity=2), etag=etag)
        """
        return patch("/offers/{offer_id}", revision, etag, offer_id=offer_id)

    @ask
    def facets(  # noqa: PLR0913 - one parameter for each filter of the list
        self,
        *,
        provider: str | None = None,
        state: str | None = None,
        commitment: str | None = None,
        theme: str | None = None,
        area: str | None = None,
        modality: str | None = None,
        language: str | None = None,
        status: str | None = None,
        kind: str | None = None,
        q: str | None = None,
    ) -> Call[OfferFacets]:
        """Count the offers that you may see, by what they can be narrowed to.

        >>> client.offers.facets(theme="T4")
        """
        return get(
            "/offers/facets",
            provider=provider,
            state=state,
            commitment=commitment,
            theme=theme,
            area=area,
            modality=modality,
            language=language,
            status=status,
            kind=kind,
            q=q,
        )

    @ask
    def timeline(self, offer_id: str) -> Call[Timeline]:
        """Read what happened to an offer, in words, and what comes next, as far as you may know.

        >>> client.offers.timeline(offer_id)
        """
        return get("/offers/{offer_id}/timeline", offer_id=offer_id)

    @ask
    def specificity(self, offer_id: str) -> Call[Specificity]:
        """Read how specific an offer is, and what to add. For its provider and its desk.

        >>> client.offers.specificity(offer_id)
        """
        return get("/offers/{offer_id}/specificity", offer_id=offer_id)

    @ask
    def submit(self, offer_id: str, *, reason: str | None = None) -> Call[Offer]:
        """Hand a draft in for authorisation.

        >>> client.offers.submit(offer_id)
        """
        return post("/offers/{offer_id}/submit", Move(reason=reason), offer_id=offer_id)

    @ask
    def authorise(self, offer_id: str, *, reason: str | None = None) -> Call[Offer]:
        """Let an offer become active. For a named expert the institution's focal point does.

        >>> client.offers.authorise(offer_id)
        """
        return post("/offers/{offer_id}/authorise", Move(reason=reason), offer_id=offer_id)

    @ask
    def hold(self, offer_id: str, *, reason: str | None = None) -> Call[Offer]:
        """Keep an offer out of rounds for a while.

        >>> client.offers.hold(offer_id, reason="On mission until June")
        """
        return post("/offers/{offer_id}/hold", Move(reason=reason), offer_id=offer_id)

    @ask
    def resume(self, offer_id: str, *, reason: str | None = None) -> Call[Offer]:
        """Take a held offer up again.

        >>> client.offers.resume(offer_id)
        """
        return post("/offers/{offer_id}/resume", Move(reason=reason), offer_id=offer_id)

    @ask
    def reconfirm(self, offer_id: str, *, reason: str | None = None) -> Call[Offer]:
        """Say that an offer still stands.

        >>> client.offers.reconfirm(offer_id)
        """
        return post("/offers/{offer_id}/reconfirm", Move(reason=reason), offer_id=offer_id)

    @ask
    def withdraw(self, offer_id: str, *, reason: str | None = None) -> Call[Offer]:
        """Take an offer back, for good.

        >>> client.offers.withdraw(offer_id, reason="The unit was dissolved")
        """
        return post("/offers/{offer_id}/withdraw", Move(reason=reason), offer_id=offer_id)

    @ask
    def change_confidentiality(self, offer_id: str, change: OfferLevelChange) -> Call[Offer]:
        """Choose who is shown an offer.

        >>> client.offers.change_confidentiality(offer_id, OfferLevelChange(confidentiality="all_states"))
        """
        return post("/offers/{offer_id}/change-confidentiality", change, offer_id=offer_id)

    @ask
    def assess_expertise(self, offer_id: str, assessment: Assessment) -> Call[Offer]:
        """Say what evidence there is for an area. For the desk that the offer is addressed to.

        >>> client.offers.assess_expertise(
        ...     offer_id, Assessment(area="EXP-RET", evidence="document_verified")
        ... )
        """
        return post("/offers/{offer_id}/assess-expertise", assessment, offer_id=offer_id)

    @ask
    def wishes(self, offer_id: str) -> Call[Wishes]:
        """Read with whom the provider would rather, or would not, work. For its own people.

        >>> client.offers.wishes(offer_id)
        """
        return get("/offers/{offer_id}/wishes", offer_id=offer_id)

    @ask
    def declare_wishes(self, offer_id: str, wishes: WishDeclaration) -> Call[Wishes]:
        """Put new wishes in place of those before. Nothing that others can see changes.

        >>> client.offers.declare_wishes(offer_id, WishDeclaration(prefers=[ministry_id]))
        """
        return post("/offers/{offer_id}/declare-wishes", wishes, offer_id=offer_id)

    @ask
    def wishes_journal(self, offer_id: str) -> Call[Journal]:
        """Read when the wishes changed. For the provider's own people.

        >>> client.offers.wishes_journal(offer_id)
        """
        return get("/offers/{offer_id}/wishes/journal", offer_id=offer_id)

    @ask
    def look_up_person(self, offer_id: str) -> Call[Person]:
        """Read who a named expert is. For the provider's own people; each look stands in the journal.

        >>> client.offers.look_up_person(offer_id)
        """
        return get("/offers/{offer_id}/person", offer_id=offer_id)

    @ask
    def record_person(self, offer_id: str, details: PersonDetails) -> Call[Person]:
        """Say, or correct, who a named expert is.

        >>> client.offers.record_person(offer_id, PersonDetails(name="Example Person"))
        """
        return post("/offers/{offer_id}/record-person", details, offer_id=offer_id)

    @ask
    def erase_person(self, offer_id: str) -> Call[Offer]:
        """Forget who a named expert is; an open offer is withdrawn with it.

        >>> client.offers.erase_person(offer_id)
        """
        return post("/offers/{offer_id}/erase-person", offer_id=offer_id)

    @ask
    def journal(self, offer_id: str) -> Call[Journal]:
        """Read what happened to an offer. For its provider and its desk.

        >>> client.offers.journal(offer_id)
        """
        return get("/offers/{offer_id}/journal", offer_id=offer_id)

    @paged
    def list(  # noqa: PLR0913 - one parameter for each filter of the list
        self,
        *,
        provider: str | None = None,
        state: str | None = None,
        commitment: str | None = None,
        theme: str | None = None,
        area: str | None = None,
        modality: str | None = None,
        language: str | None = None,
        status: str | None = None,
        kind: str | None = None,
        q: str | None = None,
        sort: str | None = None,
    ) -> Call[Page[OfferLine]]:
        """List the offers that you may see, newest first.

        >>> for offer in client.offers.list(area="EXP-RET", language="fr"):
        ...     print(offer.title)
        """
        return listing(
            "/offers",
            provider=provider,
            state=state,
            commitment=commitment,
            theme=theme,
            area=area,
            modality=modality,
            language=language,
            status=status,
            kind=kind,
            q=q,
            sort=sort,
        )
