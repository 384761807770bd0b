"""The JSON door to attachments. Files come in as a form, in the field ``file``."""

from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse

from service.attachments import commands, queries
from service.attachments.answers import file_answer, limits_of
from service.attachments.rules import SUFFIXES
from service.attachments.schemas import AttachmentsView, AttachmentView
from service.errors import FieldFault, InvalidInput
from service.texts import N_
from service.web.doors import Doors
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFile, SentForm, SentFormBody

router = Doors(tags=["attachments"])


def form_with(**fields: dict[str, Any]) -> dict[str, Any]:
    """Return how a form with files is described; every field is needed."""
    schema = {"type": "object", "required": sorted(fields), "properties": fields}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


A_FILE = {"type": "string", "format": "binary"}
FILE_GIVEN: dict[int | str, dict[str, Any]] = {
    200: {"content": {one: {"schema": A_FILE} for one in SUFFIXES}, "description": "The file"}
}


def sent_file(form: SentForm, name: str) -> SentFile:
    """Return the file of a field, or refuse a form without it."""
    sent = form.file(name)
    if sent is None:
        raise InvalidInput(FieldFault(name, "missing", N_("Choose a file.")))
    return sent


@router.get("/things/{subject}/attachments")
def list_attachments(session: Reading, caller: Asking, subject: str) -> AttachmentsView:
    """List the files of a need, an offer or a message (`need:need_…`) whose text you may read."""
    return queries.list_attachments(session, caller, subject)


@router.post("/things/{subject}/attachments", status_code=201, openapi_extra=form_with(file=A_FILE))
def attach_file(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, subject: str
) -> AttachmentView:
    """Add a file: PDF, DOCX, PNG, JPEG or WebP, by what it holds. Its name is cleaned."""
    sent = sent_file(form, "file")
    row = commands.attach_file(session, caller, subject, sent, limits_of(request))
    return queries.view_of(row, may_withdraw=True)


@router.get("/attachments/{attachment_id}/content", response_class=StreamingResponse, responses=FILE_GIVEN)
def open_attachment(
    request: Request, session: Reading, caller: Asking, attachment_id: str
) -> StreamingResponse:
    """Give what a file holds."""
    return file_answer(request, queries.open_attachment(session, caller, attachment_id))


@router.post("/attachments/{attachment_id}/withdraw")
def withdraw_attachment(session: Writing, caller: SignedIn, attachment_id: str, move: Move) -> AttachmentView:
    """Withdraw a file, as long as the thing can be changed. Nobody is shown it any more."""
    row = commands.withdraw_attachment(session, caller, attachment_id, move.reason)
    return queries.view_of(row, may_withdraw=False)
