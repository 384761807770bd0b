"""The client's calls are the doors of the service: none is missing or left over, and both sides agree."""

from collections import Counter
from typing import Any

import pytest
from pydantic import TypeAdapter

from clients.calls import Call
from service.attachments.rules import SUFFIXES
from tests.clients.schemas import Side, fields_in, unreadable
from tests.clients.surface import Offered, calls, sample
from tests.description import api

CALLS = calls()
Operation = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Give the description of the API, from the doors themselves."""
    return api()


def operation_of(document: dict[str, Any], call: Call[Any]) -> Operation:
    """Give the operation that a call asks for."""
    operation: Operation = document["paths"][call.path][call.method.lower()]
    return operation


def test_every_operation_has_exactly_one_call(document: dict[str, Any]) -> None:
    """A door without a call fails here, as does a call without a door."""
    doors = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    asked = Counter(f"{call.method} {call.path}" for call in map(sample, CALLS))
    assert {door: asked[door] for door in doors | set(asked)} == dict.fromkeys(doors, 1)


@pytest.mark.parametrize("one", CALLS, ids=str)
def test_a_call_asks_with_the_parameters_of_its_door(document: dict[str, Any], one: Offered) -> None:
    """Query parameters have the same names on both sides, and the path the same places."""
    call = sample(one)
    parameters = operation_of(document, call).get("parameters", [])
    assert set(call.query) == {entry["name"] for entry in parameters if entry["in"] == "query"}
    assert set(call.places) == {entry["name"] for entry in parameters if entry["in"] == "path"}


@pytest.mark.parametrize("one", CALLS, ids=str)
def test_the_service_takes_what_the_client_sends(document: dict[str, Any], one: Offered) -> None:
    """Every field that the client can send is known, and no needed one can be left out; none is missing."""
    call = sample(one)
    content = operation_of(document, call).get("requestBody", {}).get("content", {})
    if call.files:
        form = content["multipart/form-data"]["schema"]
        assert {*call.files, *call.form} == set(form["properties"]) == set(form["required"])
        return
    assert (call.body is None) == (not content)
    if call.body is not None:
        schema = TypeAdapter(type(call.body)).json_schema(mode="validation")
        sent, taken = Side(schema, schema), Side(content["application/json"]["schema"], document)
        assert unreadable(sent, taken, knows_all=True) == []
        assert fields_in(taken) <= fields_in(sent)


@pytest.mark.parametrize("one", CALLS, ids=str)
def test_the_client_reads_what_the_service_answers(document: dict[str, Any], one: Offered) -> None:
    """Every field that the client reads is there, in a form that it can read."""
    call = sample(one)
    answers = operation_of(document, call)["responses"]
    (good,) = [answer for status, answer in answers.items() if status.startswith("2")]
    if call.gives_file:
        assert set(good["content"]) in ({"application/octet-stream"}, set(SUFFIXES))
        return
    schema = call.answer.json_schema(mode="validation")
    read, told = Side(schema, schema), Side(good["content"]["application/json"]["schema"], document)
    assert unreadable(told, read, knows_all=False) == []
    assert fields_in(read) <= fields_in(told)


TEXT = {"type": "string"}
TOLD = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": TEXT | {"enum": ["x"]}}}


@pytest.mark.parametrize(
    ("fields", "needed", "knows_all", "is_readable"),
    [
        ({"a": TEXT, "b": TEXT}, ["a"], True, True),
        ({"a": TEXT}, [], False, True),
        ({"a": TEXT}, [], True, False),
        ({"b": TEXT}, ["b"], False, False),
        ({"a": {"type": "integer"}}, [], False, False),
        ({"b": TEXT | {"enum": ["x", "y"]}}, [], False, True),
        ({"b": TEXT | {"enum": ["y"]}}, [], False, False),
        ({"a": TEXT | {"format": "date"}}, [], False, False),
        ({"a": {"anyOf": [TEXT, {"type": "null"}]}}, [], False, True),
    ],
)
def test_a_difference_is_noticed(
    fields: dict[str, Any], needed: list[str], *, knows_all: bool, is_readable: bool
) -> None:
    """The comparison itself finds what is missing, unknown, of another type, another value, another form."""
    read = {"type": "object", "properties": fields, "required": needed}
    assert (unreadable(Side(TOLD, TOLD), Side(read, read), knows_all=knows_all) == []) == is_readable
