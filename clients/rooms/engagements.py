"""``client.engagements``: how far dialogues take part in something."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import Engagement, Journal, Move, Page


class Engagements(Room[Way]):
    """How far dialogues take part. One begins with ``client.needs.engage_dialogue``."""

    @ask
    def get(self, engagement_id: str) -> Call[Engagement]:
        """Read an engagement.

        >>> client.engagements.get(engagement_id)
        """
        return get("/engagements/{engagement_id}", engagement_id=engagement_id)

    @ask
    def welcome(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Say that the dialogue is interested. For its secretariat, as the next five.

        >>> client.engagements.welcome(engagement_id)
        """
        return _move("welcome", engagement_id, reason)

    @ask
    def host(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Say that the dialogue hosts the work.

        >>> client.engagements.host(engagement_id)
        """
        return _move("host", engagement_id, reason)

    @ask
    def observe(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Say that the dialogue follows the work as an observer.

        >>> client.engagements.observe(engagement_id)
        """
        return _move("observe", engagement_id, reason)

    @ask
    def report(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Say that the work was reported to the dialogue's senior officials.

        >>> client.engagements.report(engagement_id)
        """
        return _move("report", engagement_id, reason)

    @ask
    def close(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Close an engagement after it was reported.

        >>> client.engagements.close(engagement_id)
        """
        return _move("close", engagement_id, reason)

    @ask
    def decline(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Say that the dialogue does not take part.

        >>> client.engagements.decline(engagement_id, reason="Outside our themes")
        """
        return _move("decline", engagement_id, reason)

    @ask
    def revoke_consent(self, engagement_id: str, *, reason: str | None = None) -> Call[Engagement]:
        """Take your consent back; the dialogue sees nothing of it any more. For the requester.

        >>> client.engagements.revoke_consent(engagement_id)
        """
        return _move("revoke-consent", engagement_id, reason)

    @ask
    def journal(self, engagement_id: str) -> Call[Journal]:
        """Read what happened to an engagement.

        >>> client.engagements.journal(engagement_id)
        """
        return get("/engagements/{engagement_id}/journal", engagement_id=engagement_id)

    @paged
    def list(
        self, *, dialogue: str | None = None, state: str | None = None, subject: str | None = None
    ) -> Call[Page[Engagement]]:
        """List the engagements of dialogues that you are a side of, newest first.

        >>> for engagement in client.engagements.list(dialogue="RABAT"):
        ...     print(engagement.subject, engagement.state)
        """
        return listing("/engagements", dialogue=dialogue, state=state, subject=subject)


def _move(verb: str, engagement_id: str, reason: str | None) -> Call[Engagement]:
    path = f"/engagements/{{engagement_id}}/{verb}"
    return post(path, Move(reason=reason), engagement_id=engagement_id)
