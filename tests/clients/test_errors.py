"""Answers that are no answer become errors of one tree."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clients
from clients import Answered, Failed, Fault, HomologueError, InvalidInput, Refused, errors
from clients.errors import error_of, failure_of

PROBLEM = {
    "type": "/problems/invalid_input",
    "title": "Please check what you entered",
    "status": 422,
    "code": "invalid_input",
    "detail": "Some of what was sent cannot be accepted.",
    "errors": [{"field": "components[0].area", "code": "unknown", "message": "There is no such area."}],
    "hint": "a field that a newer service may add",
}


def test_a_problem_is_told_whole() -> None:
    """Code, status, sentences and fields at fault are all there, and the text names the field."""
    error = error_of(httpx.Response(422, json=PROBLEM))
    assert isinstance(error, InvalidInput)
    assert (error.status, error.code, error.title) == (422, "invalid_input", PROBLEM["title"])
    assert error.faults == (Fault("components[0].area", "unknown", "There is no such area."),)
    assert "components[0].area: There is no such area." in str(error)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "Refused"),
        (401, "SignInRequired"),
        (403, "NotAllowed"),
        (404, "NotFound"),
        (405, "Refused"),
        (409, "Conflict"),
        (412, "Outdated"),
        (413, "TooLarge"),
        (422, "InvalidInput"),
        (428, "Outdated"),
        (429, "TooMany"),
        (500, "Failed"),
        (502, "Failed"),
        (503, "NotAvailable"),
    ],
)
def test_a_status_has_its_error(status: int, name: str) -> None:
    """Each status is its own class, under the right branch of the tree."""
    error = error_of(httpx.Response(status))
    assert type(error).__name__ == name
    assert isinstance(error, Failed if status >= 500 else Refused)


@given(st.integers(400, 599), st.binary(max_size=200), st.text(st.characters(codec="ascii"), max_size=20))
def test_any_answer_becomes_an_error(status: int, body: bytes, retry_after: str) -> None:
    """Whatever a proxy in between may answer, the error has a status, a code and a sentence."""
    headers = {"Retry-After": retry_after} if retry_after.isprintable() else {}
    error = error_of(httpx.Response(status, content=body, headers=headers))
    assert isinstance(error, Answered)
    assert error.status == status
    assert error.code
    assert str(status) in str(error)


def test_failures_on_the_way_are_told_apart() -> None:
    """Running out of time, having no connection and an unreadable answer are three things."""
    kinds = [httpx.ReadTimeout("slow"), httpx.ConnectError("refused"), httpx.DecodingError("broken")]
    assert [type(failure_of(kind)).__name__ for kind in kinds] == ["TimedOut", "Unreachable", "NotUnderstood"]


def test_the_drawn_tree_is_the_tree() -> None:
    """Every error is drawn at the top of its file, under its parent, and is on the face of the library."""
    depths = {}
    for line in (errors.__doc__ or "").splitlines():
        place = next((number for number, sign in enumerate(line) if sign.isalpha()), None)
        if place is not None:
            depths[line[place:].split()[0]] = place // 4
    drawn = {name: depth for name, depth in depths.items() if hasattr(errors, name)}
    found = {
        name: kind.__mro__.index(HomologueError)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, HomologueError)
    }
    assert drawn == found
    assert set(found) <= set(clients.__all__)
