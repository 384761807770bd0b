"""What every answer tells browsers: our own things only, no frames, scripts only where a page says so."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
SAFE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
)
PAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        **SAFE_HEADERS,
        "Vary": "Accept, Accept-Language, Authorization, Cookie",
        # Pages may show what is confidential: no copy stays behind on a shared machine.
        "Cache-Control": "private, no-store",
    }
)


def scripted(answer: HTMLResponse, *also: str) -> HTMLResponse:
    """Let a page run scripts that are carried here; no other page runs any."""
    answer.headers["Content-Security-Policy"] = "; ".join(
        [CONTENT_SECURITY_POLICY, "script-src 'self'", *also]
    )
    return answer


class SafeHeaders:
    """ASGI middleware that adds the headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_safely)
