"""The JSON door to threads. A thing is named as the journal names it: ``need:need_…``."""

from service.threads import commands, queries
from service.threads.schemas import MessageView, MessageWriting, ThreadView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Language, Reading, SignedIn, Writing
from service.web.schemas import Move, Page

router = Doors(tags=["threads"])


@router.get("/things/{subject}/thread")
def get_thread(session: Reading, caller: SignedIn, language: Language, subject: str) -> ThreadView:
    """Show how you take part in the thread of a need (`need:…`), a proposal (`proposal:…`) or your seat."""
    return queries.get_thread(session, caller, subject, language)


@router.get("/things/{subject}/messages")
def list_messages(
    session: Reading, caller: SignedIn, language: Language, page: Paging, subject: str
) -> Page[MessageView]:
    """List the messages of a thread that were written to you or by your side, newest first."""
    return queries.list_messages(session, caller, subject, page, language)


@router.post("/things/{subject}/messages", status_code=201)
def write_message(
    session: Writing, caller: SignedIn, language: Language, subject: str, message: MessageWriting
) -> MessageView:
    """Write a message to chosen readers. For an hour you can attach files to it (`message:msg_…`)."""
    row = commands.write_message(session, caller, subject, message)
    return queries.get_message(session, caller, row.id, language)


@router.post("/messages/{message_id}/retract")
def retract_message(
    session: Writing, caller: SignedIn, language: Language, message_id: str, move: Move
) -> MessageView:
    """Take back a message of your side. That there was one stays visible."""
    commands.retract_message(session, caller, message_id, move.reason)
    return queries.get_message(session, caller, message_id, language)


@router.post("/messages/{message_id}/keep-promise")
def keep_promise(
    session: Writing, caller: SignedIn, language: Language, message_id: str, move: Move
) -> MessageView:
    """Say that a promise that was given to you has been kept."""
    commands.keep_promise(session, caller, message_id, move.reason)
    return queries.get_message(session, caller, message_id, language)
