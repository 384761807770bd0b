"""A form that comes after the session has ended is not lost: it can be sent again as it was."""

from fastapi.testclient import TestClient

OWN = {"Origin": "http://testserver", "Accept": "text/html"}
WRITTEN = {"title": 'Train "analysts" <now>', "password": "never repeated", "form_key": "k" * 24}


def test_what_was_written_is_given_back(web: TestClient) -> None:
    """Who is not signed in any more gets a page with what they wrote, but no secret, to send it again."""
    answer = web.post("/needs/new", data=WRITTEN, headers=OWN)
    assert answer.status_code == 401
    assert '<form method="post" action="/needs/new">' in answer.text
    kept = 'name="title" value="Train &#34;analysts&#34; &lt;now&gt;"'
    assert kept in answer.text
    assert "never repeated" not in answer.text
    assert WRITTEN["form_key"] not in answer.text


def test_nothing_is_given_back_to_another_site(web: TestClient) -> None:
    """What another site made a browser send is refused, and not written into a page of ours."""
    elsewhere = OWN | {"Origin": "https://elsewhere.example"}
    answer = web.post("/needs/new", data=WRITTEN, headers=elsewhere)
    assert answer.status_code in {401, 403}
    assert "analysts" not in answer.text


def test_programs_are_told_as_before(web: TestClient) -> None:
    """A door of the API repeats nothing of what was sent."""
    answer = web.post("/api/v1/needs", json={"title": "analysts"})
    assert answer.status_code == 401
    assert "analysts" not in answer.text
