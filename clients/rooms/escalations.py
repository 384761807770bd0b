"""``client.escalations``: unmet needs that were passed on to a dialogue or a fund."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import Escalation, EscalationAnswer, EscalationConsent, Journal, Move, Page


class Escalations(Room[Way]):
    """Unmet needs passed on, and the answers. One begins with ``client.needs.escalate``."""

    @paged
    def list(self, *, need: str | None = None, status: str | None = None) -> Call[Page[Escalation]]:
        """List the needs that were passed on, as far as you are a side of it, newest first.

        >>> for escalation in client.escalations.list(status="asked"):
        ...     print(escalation.need_title, escalation.to_name)
        """
        return listing("/escalations", need=need, status=status)

    @ask
    def get(self, escalation_id: str) -> Call[Escalation]:
        """Read one.

        >>> client.escalations.get(escalation_id)
        """
        return get("/escalations/{escalation_id}", escalation_id=escalation_id)

    @ask
    def agree(self, escalation_id: str, *, reason: str | None = None) -> Call[Escalation]:
        """Agree, as a requester, that the one whom your desk suggested is told of the need.

        >>> client.escalations.agree(escalation_id)
        """
        consent = EscalationConsent(consents=True, reason=reason)
        return post("/escalations/{escalation_id}/agree", consent, escalation_id=escalation_id)

    @ask
    def refuse(self, escalation_id: str, *, reason: str | None = None) -> Call[Escalation]:
        """Refuse what your desk suggested; nobody is told of the need.

        >>> client.escalations.refuse(escalation_id)
        """
        return post("/escalations/{escalation_id}/refuse", Move(reason=reason), escalation_id=escalation_id)

    @ask
    def answer(self, escalation_id: str, answer: EscalationAnswer) -> Call[Escalation]:
        """Answer for the dialogue or fund that was asked.

        >>> client.escalations.answer(
        ...     escalation_id, EscalationAnswer(outcome="taken_up", answer="It is on the agenda in May.")
        ... )
        """
        return post("/escalations/{escalation_id}/answer", answer, escalation_id=escalation_id)

    @ask
    def withdraw(self, escalation_id: str, *, reason: str | None = None) -> Call[Escalation]:
        """Take it back; whoever was asked sees nothing of the need any more.

        >>> client.escalations.withdraw(escalation_id)
        """
        move = Move(reason=reason)
        return post("/escalations/{escalation_id}/withdraw", move, escalation_id=escalation_id)

    @ask
    def journal(self, escalation_id: str) -> Call[Journal]:
        """Read who suggested, agreed and answered, and when.

        >>> client.escalations.journal(escalation_id)
        """
        return get("/escalations/{escalation_id}/journal", escalation_id=escalation_id)
