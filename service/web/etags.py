"""ETags: what a reader saw, as a digest of the very bytes, so that it changes with all that they see."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from starlette.responses import Response

from service.errors import Refusal
from service.texts import N_

ANY = "*"
_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class PreconditionMissing(Refusal):
    """A change that does not say which version of the thing it is about."""

    code = "precondition_missing"
    status = 428
    title = N_("Say which version you have seen")
    sentence = N_(
        "Read it first, and send the ETag of that answer as If-Match, so that nobody's change is overwritten."
    )


class ChangedSince(Refusal):
    """The thing is no longer what the caller has seen."""

    code = "changed_since"
    status = 412
    title = N_("Changed since you read it")
    sentence = N_("This has changed since you read it. Look at it again, then repeat your change.")


def etag_of(body: bytes) -> str:
    """Return the strong ETag of what was answered."""
    return f'"{urlsafe_b64encode(sha256(body).digest()[:18]).decode()}"'


def require_seen(condition: str | None, body: bytes) -> None:
    """Refuse a change of what is no longer as its sender has seen it; ``condition`` is its If-Match."""
    # "Whatever is there" (*) names no version: somebody's change would be overwritten unseen.
    if condition is None or condition.strip() == ANY:
        raise PreconditionMissing
    # Compared strongly: a weak tag says that two answers are much alike, and that is not enough here.
    if etag_of(body) not in {tag for weak, tag in _TAG.findall(condition) if not weak}:
        raise ChangedSince


def or_not_modified(answer: Response, condition: str | None) -> Response:
    """Return an answer, or 304 in its place if its reader has it already; ``condition`` is If-None-Match."""
    if condition is None or not is_seen(condition, answer.headers["etag"]):
        return answer
    kept: Mapping[str, str] = {
        name: value for name, value in answer.headers.items() if name in {"etag", "cache-control", "vary"}
    }
    return Response(status_code=304, headers=kept)


def is_seen(condition: str, etag: str) -> bool:
    """Tell whether an answer is among those that its reader has."""
    return condition.strip() == ANY or etag in {tag for _, tag in _TAG.findall(condition)}
