"""The moves in the life of a need, from draft to closing; part of ``client.needs``."""

from clients.calls import Call, get, post, upload
from clients.doors import Way, ask
from clients.models import (
    Clarification,
    DeskChange,
    Endorsement,
    Engagement,
    EngagementConsent,
    Escalation,
    EscalationRequest,
    IneligibleFinding,
    Move,
    Need,
    NeedLevelChange,
    NeedRegistration,
    NeedUnmet,
    Question,
    RegistrationRefusal,
    UnmetFinding,
    UnmetShowing,
    Upload,
)
from clients.rooms.screening import NeedScreening


class NeedMoves(NeedScreening[Way]):
    """The moves in the life of a need."""

    # On a state's behalf

    @ask
    def register_on_behalf(self, need: NeedRegistration, letter: Upload) -> Call[Need]:
        """Register a need for a state, from its official letter; inert until that confirms it. For desks.

        >>> client.needs.register_on_behalf(need, Upload.of("letter.pdf"))
        """
        return upload("/needs/on-behalf", {"letter": letter}, {"need": need})

    @ask
    def confirm_registration(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Stand behind what a desk registered for you. For the lead requester.

        >>> client.needs.confirm_registration(need_id)
        """
        return post("/needs/{need_id}/confirm-registration", Move(reason=reason), need_id=need_id)

    @ask
    def refuse_registration(self, need_id: str, reason: str) -> Call[Need]:
        """Refuse what a desk registered for you, and say why.

        >>> client.needs.refuse_registration(need_id, "The letter is not ours.")
        """
        path = "/needs/{need_id}/refuse-registration"
        return post(path, RegistrationRefusal(reason=reason), need_id=need_id)

    # Moves of those who ask

    @ask
    def submit(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Send a draft to its desk; it waits for the endorsement of every requester.

        >>> client.needs.submit(need_id)
        """
        return post("/needs/{need_id}/submit", Move(reason=reason), need_id=need_id)

    @ask
    def endorse(
        self, need_id: str, *, text_version: int | None = None, reason: str | None = None
    ) -> Call[Need]:
        """Endorse a need for your institution, in the version that you read. For national focal points.

        >>> client.needs.endorse(need_id, text_version=2)
        """
        endorsement = Endorsement(reason=reason, text_version=text_version)
        return post("/needs/{need_id}/endorse", endorsement, need_id=need_id)

    @ask
    def expedite(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Let an emergency go ahead of its endorsement.

        >>> client.needs.expedite(need_id, reason="Floods at the border")
        """
        return post("/needs/{need_id}/expedite", Move(reason=reason), need_id=need_id)

    @ask
    def answer_clarification(self, need_id: str, answer: str) -> Call[Need]:
        """Answer the desk's question. Change the text itself before, with ``revise``.

        >>> client.needs.answer_clarification(need_id, "Twelve analysts of the statistics unit")
        """
        return post("/needs/{need_id}/answer-clarification", Clarification(reason=answer), need_id=need_id)

    @ask
    def withdraw(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Withdraw a need that is still open.

        >>> client.needs.withdraw(need_id, reason="Funded otherwise")
        """
        return post("/needs/{need_id}/withdraw", Move(reason=reason), need_id=need_id)

    @ask
    def change_confidentiality(self, need_id: str, change: NeedLevelChange) -> Call[Need]:
        """Change who may see a need. What lets more people see it waits until a second person agrees.

        >>> client.needs.change_confidentiality(need_id, NeedLevelChange(confidentiality="all_states"))
        """
        return post("/needs/{need_id}/change-confidentiality", change, need_id=need_id)

    @ask
    def allow_matching(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Let the desk take the need into its rounds.

        >>> client.needs.allow_matching(need_id)
        """
        return post("/needs/{need_id}/allow-matching", Move(reason=reason), need_id=need_id)

    @ask
    def disallow_matching(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Keep the need out of rounds from now on.

        >>> client.needs.disallow_matching(need_id, reason="Under review at home")
        """
        return post("/needs/{need_id}/disallow-matching", Move(reason=reason), need_id=need_id)

    @ask
    def change_desk(
        self, need_id: str, desk: str, *, matching_allowed: bool = True, reason: str | None = None
    ) -> Call[Need]:
        """Let another desk handle the need. For the lead requester.

        >>> client.needs.change_desk(need_id, desk_id)
        """
        change = DeskChange(desk=desk, matching_allowed=matching_allowed, reason=reason)
        return post("/needs/{need_id}/change-desk", change, need_id=need_id)

    @ask
    def engage_dialogue(self, need_id: str, consent: EngagementConsent) -> Call[Engagement]:
        """Tell a dialogue of your need. Only the requester can, for it takes its consent.

        >>> client.needs.engage_dialogue(need_id, EngagementConsent(dialogue="RABAT", consents=True))
        """
        return post("/needs/{need_id}/engagements", consent, need_id=need_id)

    # Moves of the desk

    @ask
    def start_screening(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Take a submitted need up at the desk.

        >>> client.needs.start_screening(need_id)
        """
        return post("/needs/{need_id}/start-screening", Move(reason=reason), need_id=need_id)

    @ask
    def request_clarification(self, need_id: str, question: str) -> Call[Need]:
        """Ask the requester what the text leaves open.

        >>> client.needs.request_clarification(need_id, "Which staff should be trained, and how many?")
        """
        return post("/needs/{need_id}/request-clarification", Question(reason=question), need_id=need_id)

    @ask
    def find_ineligible(self, need_id: str, finding: IneligibleFinding) -> Call[Need]:
        """End a need that cannot be handled, with a coded reason.

        >>> client.needs.find_ineligible(need_id, IneligibleFinding(code="out_of_scope"))
        """
        return post("/needs/{need_id}/find-ineligible", finding, need_id=need_id)

    @ask
    def validate(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Find a need fit to be matched.

        >>> client.needs.validate(need_id)
        """
        return post("/needs/{need_id}/validate", Move(reason=reason), need_id=need_id)

    @ask
    def circulate(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Circulate a need to those whom its level lets see it.

        >>> client.needs.circulate(need_id)
        """
        return post("/needs/{need_id}/circulate", Move(reason=reason), need_id=need_id)

    @ask
    def mark_unmet(self, need_id: str, finding: UnmetFinding) -> Call[Need]:
        """Say that nobody could be found for now, with a coded reason.

        >>> client.needs.mark_unmet(need_id, UnmetFinding(code="no_expertise"))
        """
        return post("/needs/{need_id}/mark-unmet", finding, need_id=need_id)

    @ask
    def recirculate(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Circulate an unmet need again.

        >>> client.needs.recirculate(need_id)
        """
        return post("/needs/{need_id}/recirculate", Move(reason=reason), need_id=need_id)

    @ask
    def escalate(self, need_id: str, request: EscalationRequest) -> Call[Escalation]:
        """Pass an unmet need on to a dialogue or a fund: as its requester. Its desk can suggest it.

        >>> client.needs.escalate(need_id, EscalationRequest(to=secretariat_id, consents=True))
        """
        return post("/needs/{need_id}/escalate", request, need_id=need_id)

    @ask
    def show_unmet(self, need_id: str, showing: UnmetShowing) -> Call[NeedUnmet]:
        """Choose what the public may be shown of a need while it is unmet. At first it is nothing.

        >>> client.needs.show_unmet(need_id, UnmetShowing(level="theme_and_region"))
        """
        return post("/needs/{need_id}/show-unmet", showing, need_id=need_id)

    @ask
    def unmet(self, need_id: str) -> Call[NeedUnmet]:
        """Read what stays unmet of a need, since when, what would help, and to whom it was passed on.

        >>> client.needs.unmet(need_id)
        """
        return get("/needs/{need_id}/unmet", need_id=need_id)

    # Moves of both, once work has begun

    @ask
    def suspend(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Interrupt the work on a need.

        >>> client.needs.suspend(need_id, reason="Elections")
        """
        return post("/needs/{need_id}/suspend", Move(reason=reason), need_id=need_id)

    @ask
    def resume(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Go on with the work on a need.

        >>> client.needs.resume(need_id)
        """
        return post("/needs/{need_id}/resume", Move(reason=reason), need_id=need_id)

    @ask
    def close(self, need_id: str, *, reason: str | None = None) -> Call[Need]:
        """Close a fulfilled need. For its desk.

        >>> client.needs.close(need_id)
        """
        return post("/needs/{need_id}/close", Move(reason=reason), need_id=need_id)
