"""One line in the log for each request, and an id by which it is found again.

A line holds the id, the template of the address, status, time and account; never a body, a query, an id of
a thing or the text of an error: each of these may be confidential.
"""

import logging
import re
import secrets
import sys
import time
import traceback
from pathlib import Path

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import service
from service.web.metrics import Measures
from service.web.problems import failure_problem

HEADER = "X-Request-Id"
API = "/api/v1"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_FOLDER = str(Path(service.__file__).parent.parent)
_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

# Through the standard logger: it is silent until a process of the service says where lines go.
log = structlog.wrap_logger(
    logging.getLogger("homologue.requests"),
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.processors.JSONRenderer()],
)


class AnswerCutShort(Exception):
    """An answer failed after its beginning had left. What went wrong stands in the log."""


def write_logs() -> None:
    """Write the lines of this process to its standard error, as JSON."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s", force=True)
    logging.getLogger("homologue").setLevel(logging.INFO)
    structlog.configure(
        processors=[*_SHARED, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


class RequestLog:
    """ASGI middleware that names each request, times it, counts it, and tells a failure as a problem."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self.app = app
        self.measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        noted = _Noted(send, _id_of(scope))
        scope.setdefault("state", {})["request_id"] = noted.request_id
        try:
            await self.app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text must not get into the log
            self._note_failure(noted, error)
            if noted.status:
                raise AnswerCutShort from None
            await failure_problem(Request(scope), error)(scope, receive, noted)
        finally:
            self._note(scope, noted, time.perf_counter() - began)

    def _note_failure(self, noted: "_Noted", error: Exception) -> None:
        log.error("failed", id=noted.request_id, error=type(error).__name__, at=_places(error))

    def _note(self, scope: Scope, noted: "_Noted", seconds: float) -> None:
        route = _template_of(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        status = noted.status or 499  # whoever asked went away before there was an answer
        self.measures.note_request(method, route, status, seconds)
        log.info(
            "request",
            id=noted.request_id,
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            account=scope["state"].get("account_id"),
        )


class _Noted:
    """Sends on, with the request's id, and remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Send one message on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[HEADER] = self.request_id
        await self._send(message)


def _template_of(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", "")
    # The template of a door of the API does not hold the prefix under which all of them hang.
    prefix = API if scope["path"].startswith(f"{API}/") and not path.startswith(API) else ""
    return prefix + path if path else "unmatched"


def _id_of(scope: Scope) -> str:
    # A server in front may have given one; it is taken over if it can do no harm in a log.
    given = Headers(scope=scope).get(HEADER, "")
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(16)


def _places(error: BaseException) -> list[str]:
    """Return where in our own code an error came from: files and lines, never values."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_FOLDER) and ".venv" not in frame.filename]
    return [f"{frame.filename.removeprefix(_FOLDER)}:{frame.lineno}" for frame in (ours or frames)[-5:]]
