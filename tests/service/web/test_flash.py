"""What was done is said once, on the next page, and only if it really was said here."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from service.settings import Settings
from service.web.flash import COOKIE, forget_told, say_next, told_before


def _request(settings: Settings, cookie: str = "") -> Request:
    app = Starlette()
    app.state.settings = settings
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else []
    return Request(
        {"type": "http", "app": app, "headers": headers, "scheme": "http", "path": "/", "query_string": b""}
    )


def _carried(settings: Settings, text: str) -> str:
    answer = Response()
    say_next(answer, _request(settings), text)
    return answer.headers["set-cookie"].partition(f"{COOKIE}=")[2].partition(";")[0].strip('"')


def test_a_sentence_arrives_on_the_next_page() -> None:
    """What one answer says is told by the next request, in any script, and forgotten with its answer."""
    settings = Settings(secret="0" * 64)
    request = _request(settings, _carried(settings, "سُلِّم الطلب."))
    assert told_before(request) == ("سُلِّم الطلب.",)
    answer = Response()
    forget_told(answer, request)
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_a_sentence_of_somebody_else_is_not_told() -> None:
    """A cookie that was changed, cut, or sealed by another instance says nothing."""
    settings, other = Settings(secret="0" * 64), Settings(secret="1" * 64)
    carried = _carried(settings, "The need was handed in.")
    for forged in (carried[:-4] + "AAA=", carried[:20], "%%%", _carried(other, "The need was handed in.")):
        assert told_before(_request(settings, forged)) == ()
    assert told_before(_request(settings)) == ()
