"""What goes out about attachments; what comes in is a form with a file."""

from datetime import datetime

from service.attachments.rules import Purpose
from service.web.schemas import View


class AttachmentView(View):
    """A file that belongs to a thing."""

    id: str
    purpose: Purpose
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    added_at: datetime
    may_withdraw: bool
    """Whether you can withdraw it now."""


class AttachmentsView(View):
    """The files of a thing, in the order in which they came."""

    items: list[AttachmentView]
    may_add: bool
    """Whether you can add one now."""
