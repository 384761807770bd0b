"""What goes over the wire: answers packed, files kept by browsers for as long as they are what they are."""

import gzip
import os
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, QueryParams
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

LEVEL = 6
SMALLEST_BYTES = 500
PACKED_ALREADY = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
"""What is packed by itself, or sealed."""
TEXTS = frozenset({".css", ".js", ".svg"})
AS_LONG_AS_IT_IS: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "public, no-cache"
HASH_DIGITS = 12


class PackedAnswers(GZipMiddleware):
    """Packs answers for whoever takes them packed; what is packed by itself or sealed stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, SMALLEST_BYTES, LEVEL, exclude_content_types=PACKED_ALREADY)


class CarriedFiles(StaticFiles):
    """Static files: packed once, and kept for a year where the address says which content is meant."""

    def file_response(
        self,
        full_path: "os.PathLike[str] | str",
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file, packed if that helps and is taken."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        if isinstance(answer, FileResponse) and path.suffix in TEXTS and _takes_packed(scope):
            answer = _packed(path, stat_result, answer)
        answer.headers["Cache-Control"] = _kept_for(path, scope)
        return answer


def version_of(path: Path) -> str:
    """Return what an address says of the content of a file, so that it changes with it."""
    stat = path.stat()
    return _version(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _version(path: Path, _changed_ns: int, _size_bytes: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS]


@lru_cache(maxsize=64)
def _bytes_packed(path: Path, _changed_ns: int, _size_bytes: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _packed(path: Path, stat_result: os.stat_result, answer: Response) -> Response:
    content = _bytes_packed(path, stat_result.st_mtime_ns, stat_result.st_size)
    kept = {name: answer.headers[name] for name in ("etag", "last-modified") if name in answer.headers}
    headers = {**kept, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(content, answer.status_code, headers, answer.media_type)


def _takes_packed(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


def _kept_for(path: Path, scope: Scope) -> str:
    asked = QueryParams(scope["query_string"]).get("v")
    return AS_LONG_AS_IT_IS if asked == version_of(path) else ASK_AGAIN
