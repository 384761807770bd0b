"""``client.clocks``: what is due when, by whom; what desks choose about it; how long it usually takes."""

from clients.calls import Call, get, post
from clients.doors import Room, Way, ask
from clients.models import (
    AfterCare,
    AfterCareReply,
    Clock,
    ClockList,
    ClockPolicy,
    ClockPolicyChange,
    Journal,
    Move,
    StageFigures,
)


class Clocks(Room[Way]):
    """Clocks of needs (``need:need_…``), proposals (``proposal:…``), your seats and your offers."""

    @ask
    def list(self, subject: str | None = None) -> Call[ClockList]:
        """List what is due in all that you are a party to, or all clocks of one thing.

        >>> due = client.clocks.list()
        """
        return get("/clocks", subject=subject)

    @ask
    def get(self, clock_id: str) -> Call[Clock]:
        """Show one clock.

        >>> client.clocks.get(clock_id)
        """
        return get("/clocks/{clock_id}", clock_id=clock_id)

    @ask
    def journal(self, clock_id: str) -> Call[Journal]:
        """Show which reminders a clock sent, and who marked it as done.

        >>> client.clocks.journal(clock_id)
        """
        return get("/clocks/{clock_id}/journal", clock_id=clock_id)

    @ask
    def mark_done(self, clock_id: str, *, reason: str | None = None) -> Call[Clock]:
        """Say that something was done which nothing else tells: that a first call was held.

        >>> client.clocks.mark_done(clock_id)
        """
        return post("/clocks/{clock_id}/mark-done", Move(reason=reason), clock_id=clock_id)

    @ask
    def policy(self, owner: str = "instance") -> Call[ClockPolicy]:
        """Show the calendar and durations in force at a desk, or on the whole instance.

        >>> client.clocks.policy(desk_id)
        """
        return get("/clock-policies/{owner}", owner=owner)

    @ask
    def policy_journal(self, owner: str = "instance") -> Call[Journal]:
        """Show who changed the calendar and durations, for those who may.

        >>> client.clocks.policy_journal(desk_id)
        """
        return get("/clock-policies/{owner}/journal", owner=owner)

    @ask
    def change_policy(self, owner: str, change: ClockPolicyChange) -> Call[ClockPolicy]:
        """Choose the calendar and durations of your desk, for clocks that start from now on.

        >>> client.clocks.change_policy(desk_id, ClockPolicyChange(time_zone="Africa/Accra", country="GHA"))
        """
        return post("/clock-policies/{owner}/change", change, owner=owner)

    @ask
    def after_care(self, subject: str) -> Call[AfterCare]:
        """Show what became of a need half a year and a year after it was fulfilled.

        >>> client.clocks.after_care(f"need:{need_id}")
        """
        return get("/things/{subject}/after-care", subject=subject)

    @ask
    def after_care_journal(self, subject: str) -> Call[Journal]:
        """Show who said when what became of a need.

        >>> client.clocks.after_care_journal(f"need:{need_id}")
        """
        return get("/things/{subject}/after-care/journal", subject=subject)

    @ask
    def answer_after_care(self, subject: str, reply: AfterCareReply) -> Call[AfterCare]:
        """Say what became of a need half a year, or a year, after it was fulfilled.

        >>> client.clocks.answer_after_care(
        ...     f"need:{need_id}",
        ...     AfterCareReply(stage="after_care_6", in_use="partly", text="Two offices use it."),
        ... )
        """
        return post("/things/{subject}/answer-after-care", reply, subject=subject)

    @ask
    def figures(self, desk: str | None = None) -> Call[StageFigures]:
        """Show how long each stage took in the last two years, out of what you may see.

        >>> client.clocks.figures()
        """
        return get("/statistics/clocks", desk=desk)
