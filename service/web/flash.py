"""What was done, said on the page that comes next: a sentence carried there in a signed cookie.

It lives for two minutes and is gone once it was shown. It says no more than a sentence of ours.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from service.keys import key_for
from service.web.visitors import is_by_https

COOKIE = "homologue_said"
PURPOSE = "what was done"
LIVES_SECONDS = 120
LONGEST = 500


def say_next(answer: Response, request: Request, text: str) -> None:
    """Have a sentence said on the page that an answer leads to."""
    words = text[:LONGEST].encode()
    packed = urlsafe_b64encode(_signature(request, words) + words).decode("ascii")
    answer.set_cookie(
        COOKIE,
        packed,
        max_age=LIVES_SECONDS,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_by_https(request),
    )


def told_before(request: Request) -> tuple[str, ...]:
    """Return what the page before had to say, if it really was one of ours."""
    try:
        packed = urlsafe_b64decode(request.cookies.get(COOKIE, "").encode("ascii"))
        signature, words = packed[: sha256().digest_size], packed[sha256().digest_size :]
        if words and hmac.compare_digest(signature, _signature(request, words)):
            return (words.decode(),)
    except (Error, UnicodeError, ValueError):
        pass
    return ()


def forget_told(answer: Response, request: Request) -> None:
    """Have a browser forget what was said."""
    if COOKIE in request.cookies:
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_by_https(request))


def _signature(request: Request, words: bytes) -> bytes:
    key = key_for(PURPOSE, request.app.state.settings)
    return hmac.digest(key, words, sha256)
