"""``client.persons`` and ``client.person_requests``: what is kept of somebody, and what they may ask for."""

from clients.calls import Call, download, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import (
    CorrectionAsked,
    Erased,
    Erasing,
    Limit,
    Page,
    PersonData,
    PersonRequest,
    Privacy,
    RequestAnswer,
)


class Persons(Room[Way]):
    """What is kept of persons: of an account, or of the named expert behind an offer."""

    @ask
    def privacy(self) -> Call[Privacy]:
        """Read what an instance keeps of persons: what for, for whom, how long.

        >>> client.persons.privacy()
        """
        return get("/privacy")

    @ask
    def data(self, person_id: str) -> Call[PersonData]:
        """Read all that is kept of yourself, of an account you look after, or of an expert of your pool.

        >>> client.persons.data(account_id)
        """
        return get("/persons/{person_id}/data", person_id=person_id)

    @ask
    def archive(self, person_id: str) -> Call[bytes]:
        """Give the same as one ZIP file, with what the person's files hold.

        >>> client.persons.archive(account_id)
        """
        return download("/persons/{person_id}/archive", person_id=person_id)

    @ask
    def restrict(self, person_id: str) -> Call[Limit]:
        """Stop all processing: kept, but not taken into rounds and not shown to others.

        >>> client.persons.restrict(account_id)
        """
        return post("/persons/{person_id}/restrict", person_id=person_id)

    @ask
    def lift_restriction(self, person_id: str) -> Call[Limit]:
        """Let processing go on.

        >>> client.persons.lift_restriction(account_id)
        """
        return post("/persons/{person_id}/lift-restriction", person_id=person_id)

    @ask
    def object_to_matching(self, person_id: str) -> Call[Limit]:
        """Object to being matched: taken out of rounds and rankings.

        >>> client.persons.object_to_matching(account_id)
        """
        return post("/persons/{person_id}/object", person_id=person_id)

    @ask
    def withdraw_objection(self, person_id: str) -> Call[Limit]:
        """Agree to being matched again.

        >>> client.persons.withdraw_objection(account_id)
        """
        return post("/persons/{person_id}/withdraw-objection", person_id=person_id)

    @ask
    def erase(self, person_id: str, erasing: Erasing) -> Call[Erased]:
        """Erase all that is kept of a person, for good. Decisions stay under an id that leads to nobody.

        >>> client.persons.erase(account_id, Erasing(confirmed=True, reason="Asked for it by letter"))
        """
        return post("/persons/{person_id}/erase", erasing, person_id=person_id)

    @ask
    def ask_for_correction(self, person_id: str, asked: CorrectionAsked) -> Call[PersonRequest]:
        """Ask others to put right what they keep about you.

        >>> client.persons.ask_for_correction(account_id, CorrectionAsked(field="Name", text="One l"))
        """
        return post("/persons/{person_id}/requests", asked, person_id=person_id)


class PersonRequests(Room[Way]):
    """Corrections that people ask for."""

    @paged
    def list(self) -> Call[Page[PersonRequest]]:
        """List the corrections that you asked for, or that you are asked for, newest first.

        >>> for request in client.person_requests.list():
        ...     print(request.field, request.state)
        """
        return listing("/person-requests")

    @ask
    def get(self, request_id: str) -> Call[PersonRequest]:
        """Read a correction that was asked for.

        >>> client.person_requests.get(request_id)
        """
        return get("/person-requests/{request_id}", request_id=request_id)

    @ask
    def settle(self, request_id: str, answer: RequestAnswer) -> Call[PersonRequest]:
        """Say that something was put right, or why not. The owner of the record may.

        >>> client.person_requests.settle(request_id, RequestAnswer(outcome="corrected", answer="Done"))
        """
        return post("/person-requests/{request_id}/settle", answer, request_id=request_id)
