"""How a file leaves: piece by piece, as what it was found to be, to be kept and never to be run."""

from collections.abc import Iterator
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse

from service.attachments.queries import chunk_of
from service.attachments.rules import Limits
from service.attachments.tables import Attachment
from service.database.engines import Database
from service.web.headers import SAFE_HEADERS


def limits_of(request: Request) -> Limits:
    """Return how large files may be here."""
    settings = request.app.state.settings
    return Limits(settings.attachment_limit_bytes, settings.attachments_total_bytes)


def file_answer(request: Request, row: Attachment) -> StreamingResponse:
    """Return a file that was opened. It is offered to be kept, and nothing of ours is within its reach."""
    return StreamingResponse(
        _pieces(request.app.state.database, row.id),
        media_type=row.media_type,
        headers={
            **SAFE_HEADERS,
            "Content-Length": str(row.size_bytes),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cache-Control": "private, no-store",
            "Vary": "Authorization, Cookie",
        },
    )


def _pieces(database: Database, attachment_id: str) -> Iterator[bytes]:
    # A transaction for each piece: a slow reader holds none, and pieces never change.
    number = 0
    while True:
        with database.reading() as session:
            piece = chunk_of(session, attachment_id, number)
        if piece is None:
            return
        yield piece
        number += 1
