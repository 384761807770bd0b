"""``client.threads``: questions, answers and promises about needs and proposals."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import Message, MessageWriting, Move, Page, Thread


class Threads(Room[Way]):
    """Threads of needs (``need:need_…``), proposals (``proposal:…``) and your seats (``seat:seat_…``)."""

    @ask
    def get(self, subject: str) -> Call[Thread]:
        """Show how you take part in a thread, and to whom you can write.

        >>> client.threads.get(f"need:{need_id}")
        """
        return get("/things/{subject}/thread", subject=subject)

    @paged
    def messages(self, subject: str) -> Call[Page[Message]]:
        """List the messages that were written to you or by your side, newest first.

        >>> for message in client.threads.messages(f"need:{need_id}"):
        ...     print(message.author.name, message.text)
        """
        return listing("/things/{subject}/messages", subject=subject)

    @ask
    def write(self, subject: str, message: MessageWriting) -> Call[Message]:
        """Write a message to chosen readers. For an hour files can be added to it (``message:msg_…``).

        >>> client.threads.write(
        ...     f"need:{need_id}", MessageWriting(text="Which months suit you?", readers=["requester"])
        ... )
        """
        return post("/things/{subject}/messages", message, subject=subject)

    @ask
    def retract(self, message_id: str, *, reason: str | None = None) -> Call[Message]:
        """Take back a message of your side. That there was one stays visible.

        >>> client.threads.retract(message_id)
        """
        return post("/messages/{message_id}/retract", Move(reason=reason), message_id=message_id)

    @ask
    def keep_promise(self, message_id: str, *, reason: str | None = None) -> Call[Message]:
        """Say that a promise that was given to you has been kept.

        >>> client.threads.keep_promise(message_id)
        """
        return post("/messages/{message_id}/keep-promise", Move(reason=reason), message_id=message_id)
