"""``client.attachments``: files of needs, offers and messages."""

from clients.calls import Call, download, get, post, upload
from clients.doors import Room, Way, ask
from clients.models import Attachment, Attachments, Move, Upload


class Files(Room[Way]):
    """Files. A thing is named with its kind: ``need:need_…``, ``offer:offer_…``, ``message:msg_…``."""

    @ask
    def list(self, subject: str) -> Call[Attachments]:
        """List the files of a thing whose text you may read.

        >>> client.attachments.list(f"need:{need_id}")
        """
        return get("/things/{subject}/attachments", subject=subject)

    @ask
    def add(self, subject: str, file: Upload) -> Call[Attachment]:
        """Add a file: PDF, DOCX, PNG, JPEG or WebP. One on disk is sent piece by piece.

        >>> client.attachments.add(f"need:{need_id}", Upload.of("letter.pdf"))
        """
        return upload("/things/{subject}/attachments", {"file": file}, subject=subject)

    @ask
    def read(self, attachment_id: str) -> Call[bytes]:
        """Give what a file holds.

        >>> client.attachments.read(attachment_id)
        """
        return download("/attachments/{attachment_id}/content", attachment_id=attachment_id)

    @ask
    def withdraw(self, attachment_id: str, *, reason: str | None = None) -> Call[Attachment]:
        """Withdraw a file, as long as its thing can be changed.

        >>> client.attachments.withdraw(attachment_id, reason="The wrong one")
        """
        path = "/attachments/{attachment_id}/withdraw"
        return post(path, Move(reason=reason), attachment_id=attachment_id)
