"""``client.dialogues``: the regional dialogues, and what people add to them."""

from datetime import date

from clients.calls import Call, get, listing, patch, post
from clients.doors import Room, Way, ask, paged
from clients.models import (
    AgendaItem,
    AgendaItemAddition,
    AgendaItemRevision,
    Dialogue,
    DialogueLine,
    Journal,
    Meeting,
    MeetingAnnouncement,
    MeetingRevision,
    Move,
    Office,
    OfficeEnd,
    OfficeRecord,
    Page,
    Reach,
)


class Dialogues(Room[Way]):
    """The regional dialogues: facts, agenda, meetings, offices. A dialogue is named by its code."""

    @ask
    def get(self, code: str) -> Call[Dialogue]:
        """Read a dialogue with its members.

        >>> client.dialogues.get("RABAT")
        """
        return get("/dialogues/{code}", code=code)

    @ask
    def journal(self, dialogue: str) -> Call[Journal]:
        """Read what was changed on a dialogue's page.

        >>> client.dialogues.journal("RABAT")
        """
        return get("/dialogues/{dialogue}/journal", dialogue=dialogue)

    @ask
    def reach(self, dialogue: str) -> Call[Reach]:
        """Read how much a dialogue could deliver among its members at most, from what you may see.

        >>> client.dialogues.reach("RABAT")
        """
        return get("/dialogues/{dialogue}/reach", dialogue=dialogue)

    # Agenda

    @paged
    def agenda(
        self,
        dialogue: str,
        *,
        on: date | None = None,
        theme: str | None = None,
        commitment: str | None = None,
        q: str | None = None,
    ) -> Call[Page[AgendaItem]]:
        """List what a dialogue works on, latest first; ``on`` gives what holds on a day.

        >>> for item in client.dialogues.agenda("RABAT", theme="T4"):
        ...     print(item.title)
        """
        path = "/dialogues/{dialogue}/agenda"
        return listing(path, dialogue=dialogue, on=on, theme=theme, commitment=commitment, q=q)

    @ask
    def add_agenda_item(self, dialogue: str, addition: AgendaItemAddition) -> Call[AgendaItem]:
        """Put a theme or a commitment on the agenda. For the dialogue's secretariat.

        >>> client.dialogues.add_agenda_item(
        ...     "RABAT", AgendaItemAddition(title="Return", theme="T4", starts_on=date(2027, 1, 1))
        ... )
        """
        return post("/dialogues/{dialogue}/agenda", addition, dialogue=dialogue)

    @ask
    def agenda_item(self, dialogue: str, item_id: str) -> Call[AgendaItem]:
        """Read an item of the agenda.

        >>> client.dialogues.agenda_item("RABAT", item_id)
        """
        return get("/dialogues/{dialogue}/agenda/{item_id}", dialogue=dialogue, item_id=item_id)

    @ask
    def revise_agenda_item(
        self, dialogue: str, item_id: str, revision: AgendaItemRevision, *, etag: str
    ) -> Call[AgendaItem]:
        """Change an item of the agenda, as you read it: ``etag`` is that of the item. What is left out stays.

        >>> client.dialogues.revise_agenda_item(
        ...     "RABAT", item_id, AgendaItemRevision(ends_on=date(2027, 12, 31)), etag=etag
        ... )
        """
        path = "/dialogues/{dialogue}/agenda/{item_id}"
        return patch(path, revision, etag, dialogue=dialogue, item_id=item_id)

    @ask
    def withdraw_agenda_item(
        self, dialogue: str, item_id: str, *, reason: str | None = None
    ) -> Call[AgendaItem]:
        """Take an item off the agenda.

        >>> client.dialogues.withdraw_agenda_item("RABAT", item_id, reason="Postponed")
        """
        path = "/dialogues/{dialogue}/agenda/{item_id}/withdraw"
        return post(path, Move(reason=reason), dialogue=dialogue, item_id=item_id)

    # Meetings

    @paged
    def meetings(
        self, dialogue: str, *, since: date | None = None, q: str | None = None
    ) -> Call[Page[Meeting]]:
        """List the meetings of a dialogue, latest first; ``since`` leaves out what was held before.

        >>> for meeting in client.dialogues.meetings("RABAT", since=date(2027, 1, 1)):
        ...     print(meeting.title)
        """
        return listing("/dialogues/{dialogue}/meetings", dialogue=dialogue, since=since, q=q)

    @ask
    def announce_meeting(self, dialogue: str, announcement: MeetingAnnouncement) -> Call[Meeting]:
        """Announce a meeting, or record one that was held. For the dialogue's secretariat.

        >>> client.dialogues.announce_meeting(
        ...     "RABAT",
        ...     MeetingAnnouncement(
        ...         title="Labour statistics", kind="technical_meeting", held_on=date(2027, 5, 11)
        ...     ),
        ... )
        """
        return post("/dialogues/{dialogue}/meetings", announcement, dialogue=dialogue)

    @ask
    def meeting(self, dialogue: str, meeting_id: str) -> Call[Meeting]:
        """Read a meeting.

        >>> client.dialogues.meeting("RABAT", meeting_id)
        """
        path = "/dialogues/{dialogue}/meetings/{meeting_id}"
        return get(path, dialogue=dialogue, meeting_id=meeting_id)

    @ask
    def revise_meeting(
        self, dialogue: str, meeting_id: str, revision: MeetingRevision, *, etag: str
    ) -> Call[Meeting]:
        """Change what is said about a meeting, as you read it: ``etag`` is that of the meeting.

        >>> client.dialogues.revise_meeting(
        ...     "RABAT", meeting_id, MeetingRevision(place="Accra"), etag=etag
        ... )
        """
        path = "/dialogues/{dialogue}/meetings/{meeting_id}"
        return patch(path, revision, etag, dialogue=dialogue, meeting_id=meeting_id)

    @ask
    def withdraw_meeting(self, dialogue: str, meeting_id: str, *, reason: str | None = None) -> Call[Meeting]:
        """Take a meeting off the dialogue's page.

        >>> client.dialogues.withdraw_meeting("RABAT", meeting_id, reason="Cancelled")
        """
        path = "/dialogues/{dialogue}/meetings/{meeting_id}/withdraw"
        return post(path, Move(reason=reason), dialogue=dialogue, meeting_id=meeting_id)

    # Offices

    @paged
    def offices(self, dialogue: str, *, on: date | None = None) -> Call[Page[Office]]:
        """List who chairs a dialogue or did, as people recorded it, latest first.

        >>> for office in client.dialogues.offices("RABAT"):
        ...     print(office.office, office.state)
        """
        return listing("/dialogues/{dialogue}/offices", dialogue=dialogue, on=on)

    @ask
    def record_office(self, dialogue: str, office: OfficeRecord) -> Call[Office]:
        """Record a chair or co-chair, with its source. For the dialogue's secretariat.

        >>> client.dialogues.record_office(
        ...     "RABAT",
        ...     OfficeRecord(office="chair", state="GHA", starts_on=date(2027, 1, 1), source=link),
        ... )
        """
        return post("/dialogues/{dialogue}/offices", office, dialogue=dialogue)

    @ask
    def office(self, dialogue: str, office_id: str) -> Call[Office]:
        """Read a chair or co-chair.

        >>> client.dialogues.office("RABAT", office_id)
        """
        return get("/dialogues/{dialogue}/offices/{office_id}", dialogue=dialogue, office_id=office_id)

    @ask
    def end_office(self, dialogue: str, office_id: str, ends_on: date) -> Call[Office]:
        """Say on which day an office ends.

        >>> client.dialogues.end_office("RABAT", office_id, date(2027, 12, 31))
        """
        path = "/dialogues/{dialogue}/offices/{office_id}/end"
        return post(path, OfficeEnd(ends_on=ends_on), dialogue=dialogue, office_id=office_id)

    @ask
    def withdraw_office(self, dialogue: str, office_id: str, *, reason: str | None = None) -> Call[Office]:
        """Take back what was recorded about an office.

        >>> client.dialogues.withdraw_office("RABAT", office_id, reason="Wrong state")
        """
        path = "/dialogues/{dialogue}/offices/{office_id}/withdraw"
        return post(path, Move(reason=reason), dialogue=dialogue, office_id=office_id)

    @paged
    def list(
        self,
        *,
        theme: str | None = None,
        commitment: str | None = None,
        status: str | None = None,
        state: str | None = None,
        q: str | None = None,
    ) -> Call[Page[DialogueLine]]:
        """List the dialogues, by code.

        >>> for dialogue in client.dialogues.list(state="GHA"):
        ...     print(dialogue.code, dialogue.name)
        """
        return listing("/dialogues", theme=theme, commitment=commitment, status=status, state=state, q=q)
