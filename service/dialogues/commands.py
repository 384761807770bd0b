"""Changing what people add to dialogues. A dialogue's page is kept by the staff of its secretariat."""

from datetime import date
from typing import TypeVar

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import ASKING, Caller
from service.database.columns import new_id
from service.dialogues import rules
from service.dialogues.errors import AlreadyNotified, ConsentRevoked
from service.dialogues.queries import check_dialogue, find_engagement, find_entry, kept_dialogues
from service.dialogues.schemas import (
    AgendaItemAddition,
    AgendaItemRevision,
    EngagementConsent,
    MeetingAnnouncement,
    MeetingRevision,
    OfficeRecord,
)
from service.dialogues.tables import (
    DialogueAgendaItem,
    DialogueEngagement,
    DialogueMeeting,
    DialogueOffice,
    Kept,
)
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.reference.queries import known_codes
from service.search.commands import index_text
from service.texts import N_
from service.web.schemas import Revision

Entry = TypeVar("Entry", bound=Kept)


def add_agenda_item(
    session: Session, caller: Caller, dialogue: str, addition: AgendaItemAddition
) -> DialogueAgendaItem:
    """Put a theme or a commitment on a dialogue's agenda, from one day to another or without an end."""
    _check_keeps(session, caller, dialogue)
    _check_agenda(session, addition)
    row = DialogueAgendaItem(
        id=new_id("agenda"),
        dialogue_code=dialogue,
        title=addition.title,
        theme_code=addition.theme,
        commitment_code=addition.commitment,
        starts_on=addition.starts_on,
        ends_on=addition.ends_on,
        source=addition.source,
        added_by=caller.account_id or "",
        added_at=clock.now(),
    )
    session.add(row)
    session.flush()
    index_text(session, "agenda-item", row.id, row.title)
    _record(session, caller, "agenda-item.added", row)
    return row


def revise_agenda_item(
    session: Session, caller: Caller, dialogue: str, item_id: str, revision: AgendaItemRevision
) -> DialogueAgendaItem:
    """Change an item of the agenda. What it is about stays; for another subject there is another item."""
    row = _kept_entry(session, caller, DialogueAgendaItem, dialogue, item_id)
    _apply(row, revision)
    _refuse(rules.window_faults(row.starts_on, row.ends_on))
    session.add(row)
    index_text(session, "agenda-item", row.id, row.title)
    _record(session, caller, "agenda-item.revised", row, fields=sorted(revision.model_fields_set))
    return row


def withdraw_agenda_item(
    session: Session, caller: Caller, dialogue: str, item_id: str, reason: str | None = None
) -> DialogueAgendaItem:
    """Take an item off the agenda, as if it had never been on it."""
    return _withdraw(session, caller, DialogueAgendaItem, dialogue, item_id, "agenda-item.withdrawn", reason)


def announce_meeting(
    session: Session, caller: Caller, dialogue: str, announcement: MeetingAnnouncement
) -> DialogueMeeting:
    """Announce a meeting of a dialogue, or record one that was held."""
    _check_keeps(session, caller, dialogue)
    _refuse(rules.window_faults(announcement.held_on, announcement.ends_on))
    row = DialogueMeeting(
        id=new_id("meeting"),
        dialogue_code=dialogue,
        added_by=caller.account_id or "",
        added_at=clock.now(),
        **announcement.model_dump(),
    )
    session.add(row)
    session.flush()
    _index_meeting(session, row)
    _record(session, caller, "meeting.announced", row)
    return row


def revise_meeting(
    session: Session, caller: Caller, dialogue: str, meeting_id: str, revision: MeetingRevision
) -> DialogueMeeting:
    """Change what is said about a meeting."""
    row = _kept_entry(session, caller, DialogueMeeting, dialogue, meeting_id)
    _apply(row, revision)
    _refuse(rules.window_faults(row.held_on, row.ends_on))
    session.add(row)
    _index_meeting(session, row)
    _record(session, caller, "meeting.revised", row, fields=sorted(revision.model_fields_set))
    return row


def withdraw_meeting(
    session: Session, caller: Caller, dialogue: str, meeting_id: str, reason: str | None = None
) -> DialogueMeeting:
    """Take a meeting off a dialogue's page."""
    return _withdraw(session, caller, DialogueMeeting, dialogue, meeting_id, "meeting.withdrawn", reason)


def record_office(session: Session, caller: Caller, dialogue: str, office: OfficeRecord) -> DialogueOffice:
    """Record which state chairs or co-chairs a dialogue, since when, and who says so."""
    _check_keeps(session, caller, dialogue)
    faults = rules.window_faults(office.starts_on, office.ends_on)
    if office.state not in known_codes(session, "state"):
        faults.append(FieldFault("state", "unknown", N_("There is no state with this code.")))
    _refuse(faults)
    row = DialogueOffice(
        id=new_id("office"),
        dialogue_code=dialogue,
        office=office.office,
        iso3=office.state,
        starts_on=office.starts_on,
        ends_on=office.ends_on,
        source=office.source,
        added_by=caller.account_id or "",
        added_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _record(session, caller, "office.recorded", row)
    return row


def end_office(
    session: Session, caller: Caller, dialogue: str, office_id: str, ends_on: date
) -> DialogueOffice:
    """Say on which day a chair or co-chair ended, or will end."""
    row = _kept_entry(session, caller, DialogueOffice, dialogue, office_id)
    _refuse(rules.window_faults(row.starts_on, ends_on))
    row.ends_on = ends_on
    session.add(row)
    _record(session, caller, "office.ended", row)
    return row


def withdraw_office(
    session: Session, caller: Caller, dialogue: str, office_id: str, reason: str | None = None
) -> DialogueOffice:
    """Take back what was recorded about a chair: it was wrong."""
    return _withdraw(session, caller, DialogueOffice, dialogue, office_id, "office.withdrawn", reason)


def notify_dialogue(
    session: Session, caller: Caller, subject: str, stakeholder_id: str, consent: EngagementConsent
) -> DialogueEngagement:
    """Tell a dialogue of something, by the consent of the requester for which the caller acts.

    Whether the subject is the requester's own is for the room to check that calls this.
    """
    check_dialogue(session, consent.dialogue)
    if not caller.acts_for(stakeholder_id, *ASKING):
        raise NotAllowed
    _check_none_open(session, consent.dialogue, subject)
    now = clock.now()
    row = DialogueEngagement(
        id=new_id("engagement"),
        dialogue_code=consent.dialogue,
        subject=subject,
        stakeholder_id=stakeholder_id,
        message=consent.message,
        state=rules.next_state(rules.NONE, "notify"),
        consented_by=caller.account_id or "",
        consented_at=now,
        consent_text=rules.CONSENT_TEXT,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    details = {"dialogue": row.dialogue_code, "subject": subject, "consent_text": rules.CONSENT_TEXT}
    record(session, caller, rules.MOVES["notify"].event, f"engagement:{row.id}", details)
    return row


def move_engagement(
    session: Session, caller: Caller, engagement_id: str, verb: str, reason: str | None = None
) -> DialogueEngagement:
    """Make one of a dialogue's own moves: welcome, host, observe, report, close or decline."""
    row = find_engagement(session, caller, engagement_id)
    if row.dialogue_code not in kept_dialogues(session, caller):
        raise NotAllowed
    if row.consent_revoked_at is not None:
        raise ConsentRevoked
    before, after = row.state, rules.next_state(row.state, verb)
    changed = session.exec(
        update(DialogueEngagement)
        .where(
            col(DialogueEngagement.id) == row.id,
            col(DialogueEngagement.state) == before,
            col(DialogueEngagement.consent_revoked_at).is_(None),
        )
        .values(state=after, changed_at=clock.now())
    )
    if changed.rowcount == 0:
        raise ChangedMeanwhile
    details = {"from": before, "to": after}
    record(session, caller, rules.MOVES[verb].event, f"engagement:{row.id}", details, reason)
    return row


def revoke_consent(
    session: Session, caller: Caller, engagement_id: str, reason: str | None = None
) -> DialogueEngagement:
    """Take the requester's consent back: the dialogue sees nothing of it any more, and nothing goes on."""
    row = find_engagement(session, caller, engagement_id)
    if not caller.acts_for(row.stakeholder_id, *ASKING):
        raise NotAllowed
    if row.consent_revoked_at is None:
        row.consent_revoked_at = row.changed_at = clock.now()
        session.add(row)
        record(session, caller, "engagement.consent-revoked", f"engagement:{row.id}", reason=reason)
    return row


def _check_keeps(session: Session, caller: Caller, dialogue: str) -> None:
    check_dialogue(session, dialogue)
    if dialogue not in kept_dialogues(session, caller):
        raise NotAllowed


def _kept_entry(session: Session, caller: Caller, kind: type[Entry], dialogue: str, entry_id: str) -> Entry:
    row = find_entry(session, kind, dialogue, entry_id)
    _check_keeps(session, caller, dialogue)
    return row


def _check_agenda(session: Session, addition: AgendaItemAddition) -> None:
    faults = rules.window_faults(addition.starts_on, addition.ends_on)
    if (addition.theme is None) == (addition.commitment is None):
        faults.append(FieldFault("theme", "one_of_two", N_("Name a theme or a commitment, one of the two.")))
    for name, code in (("theme", addition.theme), ("commitment", addition.commitment)):
        if code is not None and code not in known_codes(session, name):
            faults.append(FieldFault(name, "unknown", N_("There is no such code in this list.")))
    _refuse(faults)


def _check_none_open(session: Session, dialogue: str, subject: str) -> None:
    open_now = select(DialogueEngagement).where(
        DialogueEngagement.dialogue_code == dialogue,
        DialogueEngagement.subject == subject,
        col(DialogueEngagement.consent_revoked_at).is_(None),
        col(DialogueEngagement.state).not_in(rules.ENGAGEMENT_ENDS),
    )
    if session.exec(open_now).first() is not None:
        raise AlreadyNotified


def _refuse(faults: list[FieldFault]) -> None:
    if faults:
        raise InvalidInput(*faults)


def _apply(row: Kept, revision: Revision) -> None:
    for field, value in revision.model_dump(exclude_unset=True).items():
        setattr(row, field, value)


def _withdraw(
    session: Session,
    caller: Caller,
    kind: type[Entry],
    dialogue: str,
    entry_id: str,
    event: str,
    reason: str | None,
) -> Entry:
    row = _kept_entry(session, caller, kind, dialogue, entry_id)
    row.withdrawn_at = clock.now()
    session.add(row)
    _record(session, caller, event, row, reason=reason)
    return row


def _index_meeting(session: Session, row: DialogueMeeting) -> None:
    index_text(session, "meeting", row.id, row.title, row.place or "", row.note or "")


def _record(
    session: Session,
    caller: Caller,
    event: str,
    row: Kept,
    *,
    fields: list[str] | None = None,
    reason: str | None = None,
) -> None:
    details = {"entry": row.id} | ({"fields": fields} if fields is not None else {})
    record(session, caller, event, f"dialogue:{row.dialogue_code}", details, reason)
