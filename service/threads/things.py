"""Messages hold files: their readers open them, and their author adds some while nobody can rely on them."""

from sqlmodel import Session

from service import clock
from service.attachments.holders import Holder, Holding, hold, holder_of
from service.caller import Caller
from service.errors import NotAllowed, NotFound
from service.threads import rules
from service.threads.errors import FilesSettled
from service.threads.queries import find_message
from service.threads.tables import ThreadMessage


def _look_at(session: Session, caller: Caller, message_id: str) -> Holding:
    row, circle = find_message(session, caller, message_id)
    if row.retracted_at is not None:
        raise NotFound
    may_change = rules.may_change_files(caller.account_id, row, clock.now())
    return Holding(circle.title, circle.address, may_add=may_change, may_withdraw=may_change)


def _change(session: Session, caller: Caller, message_id: str) -> None:
    row, _circle = find_message(session, caller, message_id)
    if row.author_account != caller.account_id:
        raise NotAllowed
    if not rules.may_change_files(caller.account_id, row, clock.now()):
        raise FilesSettled


def _note_opened(session: Session, caller: Caller, message_id: str, attachment_id: str) -> None:
    """Let the room whose thing the message is about note it, where that keeps files itself."""
    subject = session.get_one(ThreadMessage, message_id).subject
    try:
        holder, thing_id = holder_of(subject)
    except NotFound:
        return
    holder.note_opened(session, caller, thing_id, attachment_id)


hold("message", Holder(_look_at, _change, _note_opened))
