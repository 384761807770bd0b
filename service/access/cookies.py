"""The cookie in which a browser holds its session."""

from starlette.requests import Request
from starlette.responses import Response

from service.access.sessions import Opened
from service.web.visitors import is_by_https

COOKIE = "homologue_session"


def hand_over(answer: Response, opened: Opened, request: Request) -> None:
    """Give a browser its session. No script reads it, no other site sends it with a form of its own."""
    answer.set_cookie(
        COOKIE, opened.secret, httponly=True, samesite="lax", path="/", secure=is_by_https(request)
    )


def take_back(answer: Response, request: Request) -> None:
    """Let a browser forget its session."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", path="/", secure=is_by_https(request))
