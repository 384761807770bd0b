"""What goes over the wire: packed where that helps, and kept by browsers while it is what it was."""

from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from service.web.carried import CarriedFiles, PackedAnswers, version_of
from service.web.rendering import STATIC, static_address

SAID = "Who could help with this? " * 100
SEALED = bytes(range(256)) * 10


def _client() -> TestClient:
    routes = [
        Mount("/static", CarriedFiles(directory=STATIC)),
        Route("/said", lambda _request: PlainTextResponse(SAID)),
        Route("/sealed", lambda _request: Response(SEALED, media_type="application/octet-stream")),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(PackedAnswers)
    return TestClient(app)


def test_a_file_is_kept_for_as_long_as_its_address_means_it() -> None:
    """The address on pages names the content and is kept for a year; any other address is asked again."""
    web = _client()
    kept = web.get(static_address("homologue.css")).headers
    assert kept["cache-control"] == "public, max-age=31536000, immutable"
    for other in ("/static/homologue.css", "/static/homologue.css?v=000000000000"):
        assert web.get(other).headers["cache-control"] == "public, no-cache"
    assert version_of(STATIC / "mark.svg") != version_of(STATIC / "homologue.css")


def test_a_file_is_packed_for_who_takes_it() -> None:
    """Style sheets travel packed, hold the same, and say that this depends on what was asked."""
    web = _client()
    packed = web.get("/static/homologue.css", headers={"Accept-Encoding": "gzip"})
    plain = web.get("/static/homologue.css", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(plain.content) / 5
    assert packed.content == plain.content == (STATIC / "homologue.css").read_bytes()


def test_a_file_that_is_there_is_not_sent_again() -> None:
    """Who has a file and asks again is told that it is still the same."""
    web = _client()
    etag = web.get("/static/homologue.css").headers["etag"]
    again = web.get("/static/homologue.css", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_answers_are_packed_and_sealed_ones_left_alone() -> None:
    """Words are packed; what is sealed or packed by itself passes as it is."""
    web = _client()
    assert web.get("/said", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert web.get("/said").text == SAID
    sealed = web.get("/sealed", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in sealed.headers
    assert sealed.content == SEALED
