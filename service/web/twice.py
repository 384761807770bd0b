"""A request with a key that is sent twice: done once, and answered the same both times."""

import json
from collections.abc import Callable

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from service.answers.commands import alone, keep_answer, lock_key
from service.answers.errors import KeyUnfit
from service.answers.queries import recall_answer
from service.answers.rules import PURPOSE, asked_with, is_fit
from service.caller import Caller
from service.keys import key_for
from service.web.requests import writing
from service.web.sent import Sent

REFUSALS_BEGIN_AT = 400


def answered_once(
    request: Request, caller: Caller, sent: Sent, done: Callable[[Session], Response]
) -> Response:
    """Do what is asked and keep the answer in the same transaction; or give the answer that was kept."""
    key = sent.key or ""
    if not is_fit(key, caller):
        raise KeyUnfit
    secret = key_for(PURPOSE, request.app.state.settings)
    asked = asked_with(secret, caller, key, sent.content, is_form=sent.is_form)
    with alone(asked, waits=sent.is_form), writing(request) as session:
        lock_key(session, asked, waits=sent.is_form)
        kept = recall_answer(session, asked)
        if kept is not None:
            return _unpacked(kept)
        answer = done(session)
        if answer.status_code < REFUSALS_BEGIN_AT and isinstance(answer.body, bytes):
            keep_answer(session, asked, _packed(answer))
        return answer


def _packed(answer: Response) -> bytes:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers]
    return json.dumps([answer.status_code, headers]).encode() + b"\n" + bytes(answer.body)


def _unpacked(kept: bytes) -> Response:
    head, _, body = kept.partition(b"\n")
    status, headers = json.loads(head)
    answer = Response(body, status_code=status)
    answer.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return answer
