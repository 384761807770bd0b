"""Building calls, without sending any."""

import json
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clients import NotUnderstood
from clients.calls import after, reading
from clients.connection import TOKEN_VARIABLE, URL_VARIABLE, connection_to
from clients.models import (
    ComponentEntry,
    NeedLine,
    NeedRegistration,
    NeedRevision,
    NeedSummary,
    Page,
    StateLine,
)
from clients.rooms import Dialogues, Needs, Reference, Stakeholders

SHARED = {
    "id": "need_1",
    "status": "circulated",
    "commitments": [],
    "themes": [],
    "requester_states": [],
    "registered_at": "2027-01-01T00:00:00Z",
    "is_demonstration": False,
}


def test_a_call_says_what_is_asked() -> None:
    """A call holds method, address, parameters and body, and leaves out what was not given."""
    call = Needs.list.call(state="GHA", status=None)
    assert (call.method, call.address(), call.parameters()) == ("GET", "/api/v1/needs", {"state": "GHA"})
    assert call.content() is None


def test_parameters_are_written_as_the_service_reads_them() -> None:
    """Yes and no, days and numbers become the text that the service expects; a trailing underscore goes."""
    assert Stakeholders.list.call(desks=True, type_="city").parameters() == {"desks": "true", "type": "city"}
    assert Dialogues.agenda.call("RABAT", on=date(2027, 1, 31)).parameters() == {"on": "2027-01-31"}
    assert Reference.commitments.call(objective=21).parameters() == {"objective": "21"}


def test_a_registration_sends_what_was_set() -> None:
    """Fields that were left out are not sent, so that the service's own defaults hold."""
    registration = NeedRegistration(
        requesters=["stk_1"],
        desk="stk_2",
        title="Train analysts",
        components=[ComponentEntry(area="EXP-DATA")],
    )
    assert json.loads(Needs.register.call(registration).content() or b"") == {
        "requesters": ["stk_1"],
        "desk": "stk_2",
        "title": "Train analysts",
        "components": [{"area": "EXP-DATA"}],
    }


def test_a_revision_tells_clearing_from_leaving() -> None:
    """None in a revision is sent and clears; what is left out is not sent and stays."""
    content = Needs.revise.call(
        "need_1", NeedRevision(ends_on=None, starts_on=date(2027, 3, 1)), etag="e"
    ).content()
    assert json.loads(content or b"") == {"ends_on": None, "starts_on": "2027-03-01"}


def test_a_misspelt_field_is_an_error_at_once() -> None:
    """What the service would refuse as unknown does not leave the machine."""
    with pytest.raises(ValidationError, match="titel"):
        NeedRevision.model_validate({"titel": "Train analysts"})


@given(st.text(min_size=1).filter(lambda text: text not in {".", ".."}))
def test_an_id_stays_in_its_place(text: str) -> None:
    """Whatever an id holds, it stays one segment of the path and is read back as it was."""
    try:
        address = Needs.get.call(text).address()
    except UnicodeEncodeError:
        return  # halves of surrogate pairs are no text
    before, segment = address.rsplit("/", 1)
    assert before == "/api/v1/needs"
    assert not set(segment) & set("?#/ ")
    assert unquote(segment) == text


@pytest.mark.parametrize("nothing", ["", ".", ".."])
def test_an_id_that_names_nothing_is_refused(nothing: str) -> None:
    """An empty id, or one that climbs up the path, never becomes another address."""
    with pytest.raises(ValueError, match="need_id"):
        Needs.get.call(nothing).address()


@pytest.mark.parametrize(
    "written", ["needs?state=GHA&limit=2", "/needs?limit=2&state=GHA", "/api/v1/needs?limit=2&state=GHA"]
)
def test_an_address_is_taken_as_people_write_it(written: str) -> None:
    """The prefix of the API may be left out."""
    call = reading(written)
    assert call.address() == "/api/v1/needs"
    assert call.parameters() == {"state": "GHA", "limit": "2"}


def test_the_next_page_is_asked_for_with_its_cursor() -> None:
    """The call of the next page differs in its cursor only; after the last page there is none."""
    call = Reference.states.call(region="Africa")
    following = after(call, Page[StateLine](items=[], next="c1"))
    assert following == call.asking(cursor="c1")
    assert following is not None
    assert after(following, Page[StateLine](items=[])) is None


def test_a_page_that_leads_back_to_itself_ends_the_list() -> None:
    """A list never turns in a circle."""
    call = Reference.states.call().asking(cursor="c1")
    with pytest.raises(NotUnderstood, match="itself"):
        after(call, Page[StateLine](items=[], next="c1"))


def test_a_need_or_its_summary_is_told_apart() -> None:
    """A list mixes needs and summaries; each entry is read as what it is."""
    told = dict.fromkeys(NeedLine.model_fields) | SHARED
    line = told | dict.fromkeys(("title", "language", "kind", "confidentiality", "urgency", "desk"), "x")
    line |= {"shows": "text", "requesters": []}
    summary = SHARED | {"shows": "summary", "public_summary": "x"}
    page = Needs.list.call().read(json.dumps({"items": [summary, line]}).encode())
    assert [type(entry) for entry in page.items] == [NeedSummary, NeedLine]


def test_a_newer_service_is_read() -> None:
    """Fields that this client does not know are kept, and codes that it does not know are read."""
    page = Reference.code_lists.call().read(b'{"items":[{"name":"n","codes":1,"colour":"blue"}],"total":9}')
    assert page.items[0].model_extra == {"colour": "blue"}
    assert page.model_extra == {"total": 9}


def test_an_answer_of_another_kind_is_not_understood() -> None:
    """What cannot be read is named by its place, without its value."""
    with pytest.raises(NotUnderstood, match=r"items\.0\.codes") as caught:
        Reference.code_lists.call().read(b'{"items":[{"name":"n","codes":"secret"}]}')
    assert "secret" not in str(caught.value)


def test_a_connection_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Address and token come from the arguments, else from the environment, else from the defaults."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    assert (connection_to(None, None).base_url, connection_to(None, None).token) == (
        "http://127.0.0.1:8000",
        None,
    )
    monkeypatch.setenv(URL_VARIABLE, "https://homologue.example/")
    monkeypatch.setenv(TOKEN_VARIABLE, "from-environment")
    assert connection_to(None, None).base_url == "https://homologue.example"
    assert connection_to(None, None).headers()["Authorization"] == "Bearer from-environment"
    assert connection_to(None, "given").headers()["Authorization"] == "Bearer given"


def test_a_request_introduces_itself_and_hides_its_token() -> None:
    """The request names the client and its language; the token shows in no text of the connection."""
    connection = connection_to("https://homologue.example", "secret", language="fr")
    request = connection.request(Needs.submit.call("need_1"))
    assert request.headers["User-Agent"].startswith("homologue/")
    assert request.headers["Accept-Language"] == "fr"
    assert request.headers["Content-Type"] == "application/json"
    assert str(request.url) == "https://homologue.example/api/v1/needs/need_1/submit"
    assert "secret" not in repr(connection)


@pytest.mark.parametrize(("address", "token"), [("homologue.example", None), (None, "a b"), (None, "a\nb")])
def test_a_connection_that_cannot_work_is_refused_at_once(address: str | None, token: str | None) -> None:
    """An address without its scheme, or a token that would break a header, is named at the opening."""
    with pytest.raises(ValueError, match=r"address|token"):
        connection_to(address, token)
