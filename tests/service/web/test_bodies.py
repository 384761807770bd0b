"""What is refused before any room sees it."""

import json

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from service.web.bodies import StrictBodies
from service.web.problems import MEDIA_TYPE, install_problems


def _echo() -> TestClient:
    app = FastAPI()
    install_problems(app)

    @app.post("/echo")
    async def echo(request: Request) -> object:
        return await request.json()

    app.add_middleware(StrictBodies, limit_bytes=2_000)
    return TestClient(app, raise_server_exceptions=False)


WEB = _echo()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json_invalid"),
        (b'{"a": NaN}', "json_invalid"),
        (b'{"a": Infinity}', "json_invalid"),
        (b'{"a": 1e999}', "finite_number"),
        (b'{"a": "\\u0000"}', "control_character"),
        (b'{"a": "\\ud800"}', "control_character"),
        (b'{"a": "\x1b"}', "json_invalid"),
        (b"\xff\xfe", "json_invalid"),
        (b"[" * 500 + b"]" * 500, "too_deep"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_field"),
    ],
)
def test_unfit_json_is_refused_with_a_code(body: bytes, code: str) -> None:
    """JSON that a database or an error page could choke on is refused with 422 and a code."""
    answer = WEB.post("/echo", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["errors"][0]["code"] == code


def test_a_body_over_the_limit_is_refused() -> None:
    """A body over the limit is refused with 413, whatever it holds."""
    answer = WEB.post("/echo", content=b'"' + b"x" * 3_000 + b'"')
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
def test_the_api_takes_json_only(kind: str | None) -> None:
    """What is no JSON in UTF-8, or does not say so, is refused with 415 and what is taken instead."""
    headers = {"Content-Type": kind} if kind else {}
    answer = WEB.post("/api/echo", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "other_media_type")
    assert answer.headers["accept"] == "application/json"
    good = WEB.post("/api/echo", content=b"{}", headers={"Content-Type": 'application/json; charset="UTF-8"'})
    assert good.status_code == 404


def test_a_control_character_in_the_address_is_refused() -> None:
    """A control character in the query is refused before it reaches a database."""
    assert WEB.post("/echo?q=%00", content=b"{}").status_code == 422


def test_text_is_brought_to_composed_form() -> None:
    """Text arrives in Unicode's composed form, however it was typed."""
    answer = WEB.post("/echo", content=json.dumps("e\u0301").encode())
    assert answer.json() == "\u00e9"


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(value=_json_values)
def test_every_json_value_is_passed_on_or_refused_cleanly(value: object) -> None:
    """Whatever JSON is sent, the answer is the value itself or a clean 422; never a 500, never half."""
    answer = WEB.post("/echo", content=json.dumps(value).encode())
    assert answer.status_code in {200, 413, 422}
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["code"] == "control_character"
