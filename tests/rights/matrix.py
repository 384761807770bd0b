"""Every operation, asked by everybody about their own things, others' and none: what is expected, what comes.

``expectations.yaml`` says for each operation who may (``may``) and who is told that this is not for them
(``told_no``, 403) where the thing is of their own side. To everybody else it looks absent (404), and so does
the other side's: byte for byte like one that does not exist.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import yaml
from fastapi.testclient import TestClient
from httpx import Response

from service.access.cookies import COOKIE
from service.caller import ASKING, DESK, OFFERING, ROLES
from tests.rights.world import Side, absent
from tests.service.people import Person

Relation = Literal["own", "other", "absent"]
RELATIONS: tuple[Relation, ...] = ("own", "other", "absent")
WHO: tuple[str | None, ...] = (*ROLES, None)
"""Every role, and nobody."""
GROUPS: Mapping[str, frozenset[str | None]] = {
    "anybody": frozenset(WHO),
    "everybody": frozenset(ROLES),
    "askers": frozenset(ASKING),
    "offerers": frozenset(OFFERING),
    "desk": frozenset(DESK),
    "nobody": frozenset({None}),
}
"""Names for several roles at once; everybody is signed in."""
FILE = Path(__file__).parent / "expectations.yaml"

NAMES = {
    "need_id": "need",
    "offer_id": "offer",
    "delivery_id": "delivery",
    "dialogue": "dialogue",
    "item_id": "item",
    "meeting_id": "meeting",
    "office_id": "office",
    "engagement_id": "engagement",
    "escalation_id": "escalation",
    "account_id": "account",
    "token_id": "token",
    "duty_id": "duty",
    "clock_id": "clock",
    "subject": "subject",
    "invitation_id": "invitation",
    "deputy_id": "deputy",
    "pin_id": "pin",
    "widening_id": "widening",
    "round_id": "round",
    "proposal_id": "proposal",
    "seat_id": "seat",
    "stakeholder_id": "ministry",
    "correction_id": "correction",
    "notification_id": "notification",
    "webhook_id": "webhook",
    "attachment_id": "need_attachment",
    "message_id": "message",
    "session_id": "session",
    "passkey_id": "passkey",
    "person_id": "account",
    "request_id": "request",
    "import_id": "import",
    # What a body asks for by id.
    "requesters": "ministry",
    "stakeholder": "ministry",
    "owner": "desk",
    "named_providers": "pool",
    "provider": "pool",
    "desk": "desk",
    "offer": "offer",
    "component": "component",
}
"""Under which name the world keeps what a path or a body asks for."""
Ids = Mapping[str, str]
FIXED = {"iso3": "GHA", "list_name": "modality", "code": "RABAT", "token": "none"}
"""What everybody may name."""


@dataclass(frozen=True)
class Operation:
    """One operation of the API, and what is expected of it."""

    method: str
    path: str
    described: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Give the name under which the expectation stands."""
        return f"{self.method} {self.path}"

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people rather than a door for programs."""
        return self.method == "PAGE"

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Give the ways in which it can be asked: where no thing is named, there is only one."""
        names_a_thing = set(re.findall(r"\{(\w+)\}", self.path)) - FIXED.keys()
        return RELATIONS if self.expected.get("names_a_thing", names_a_thing) else ("own",)

    def expects(self, role: str | None, relation: Relation) -> str:
        """Give what is expected: ``may``, or the status of the refusal."""
        if relation == "own":
            written = {
                "may": self.expected.get("may", ()),
                "403": self.expected.get("told_no", ()),
                "401": self.expected.get("told_to_sign_in", ()),
            }
            written |= {str(outcome): among for outcome, among in self.expected.get("own", {}).items()}
        else:
            written = {str(outcome): among for outcome, among in self.expected.get(relation, {}).items()}
        for outcome, among in written.items():
            if is_among(role, among):
                return outcome
        return str(self.expected.get("nobody", 401)) if role is None else "404"


def is_among(role: str | None, named: Iterable[str]) -> bool:
    """Tell whether a role, or nobody, is among roles and groups of roles."""
    return any(role in GROUPS.get(name, {name}) for name in named)


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Return all operations of an OpenAPI document, each with what is written of it."""
    written = expectations()
    return [
        Operation(method.upper(), path, described, written.get(f"{method.upper()} {path}", {}))
        for path, methods in sorted(document["paths"].items())
        for method, described in sorted(methods.items())
    ]


@cache
def expectations() -> dict[str, dict[str, Any]]:
    """Read what is expected."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


class Cell(NamedTuple):
    """One question."""

    operation: Operation
    role: str | None
    relation: Relation


class Asked(NamedTuple):
    """How a question was answered."""

    cell: Cell
    answer: Response
    ids: Mapping[str, str]

    @property
    def outcome(self) -> str:
        """Give ``may`` where rights were no obstacle, or the status."""
        status = self.answer.status_code
        if self.answer.headers.get("location", "").startswith("/sign-in"):
            return "401"
        return "may" if status < 400 or status in {409, 412, 413, 415, 422, 428, 429} else str(status)

    @property
    def is_as_expected(self) -> bool:
        """Whether the answer is the expected one."""
        return self.outcome == self.cell.operation.expects(self.cell.role, self.cell.relation)

    @property
    def where(self) -> str:
        """Name the question."""
        return f"{self.cell.operation.name} as {self.cell.role or 'nobody'} about {self.cell.relation}"

    def says(self) -> str:
        """Give all of the answer but the ids that were asked with, and what is drawn anew for each answer."""
        text = f"{self.answer.status_code} {self.answer.headers.get('content-type')} {self.answer.text}"
        for value in sorted(set(self.ids.values()), key=len, reverse=True):
            if "_" in value or value == self.ids["dialogue"]:
                text = text.replace(value, "…").replace(quote(value, safe=""), "…")
        return re.sub(r'"(request|instance)[^,}]*', "", text)


def cells(chosen: Iterable[Operation]) -> Iterator[Cell]:
    """Give every question."""
    for operation in chosen:
        for role in WHO:
            for relation in operation.relations:
                yield Cell(operation, role, relation)


def ask(web: TestClient, cell: Cell, own: Side, other: Side, document: Mapping[str, Any]) -> Asked:
    """Ask a question for one side."""
    side = own if cell.relation != "other" else other
    ids = side.own_ids(cell.role if cell.relation != "other" else None)
    if cell.relation == "absent":
        is_last = cell.operation.path.count("{") == 1
        ids = {**absent(ids), "dialogue": "NOWHERE" if is_last else ids["dialogue"]}
    person = own.people.get(cell.role or "")
    return Asked(cell, send(web, cell.operation, person, ids, _sent(cell.operation, ids, document)), ids)


def send(
    web: TestClient, operation: Operation, person: Person | None, ids: Ids, content: Mapping[str, Any]
) -> Response:
    """Send a request to an operation: for a person or nobody, about the things of the ids."""
    headers = _headers(operation, person)
    address = address_of(operation, ids)
    if operation.method == "PATCH":
        # Who changes something says what they have seen of it; who sees nothing of it says something else.
        headers["If-Match"] = web.get(address, headers=headers).headers.get("etag", '"none"')
    answer: Response = web.request(
        "GET" if operation.is_page else operation.method,
        address,
        headers=headers,
        params={name: filled(value, ids) for name, value in operation.expected.get("query", {}).items()},
        follow_redirects=False,
        **content,
    )
    return answer


def address_of(operation: Operation, ids: Ids) -> str:
    """Return the address of an operation with ids in its places."""
    return re.sub(r"\{(\w+)\}", lambda found: _in_path(found[1], operation, ids), operation.path)


def _headers(operation: Operation, person: Person | None) -> dict[str, str]:
    """Give what a request carries: a token; where a session is asked for, that; from a browser its cookie."""
    accepts = {"Accept": "text/html"} if operation.is_page else {}
    if person is None:
        return accepts
    if operation.is_page:
        return accepts | {"Cookie": f"{COOKIE}={person.cookie}"}
    means = operation.expected.get("means")
    return {"Authorization": f"Bearer {person.cookie}"} if means == "session" else dict(person.headers)


def _in_path(name: str, operation: Operation, ids: Mapping[str, str]) -> str:
    if name in operation.expected.get("path", {}):
        return str(filled(operation.expected["path"][name], ids))
    return FIXED.get(name) or ids[NAMES[name]]


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """Put ids where a value names them."""
    if isinstance(value, str) and value.startswith("$"):
        return ids[value[1:]]
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    if isinstance(value, dict):
        return {name: filled(one, ids) for name, one in value.items()}
    return value


def _sent(operation: Operation, ids: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, Any]:
    if "files" in operation.expected:
        given = filled(operation.expected.get("form", {}), ids)
        sent = operation.expected["files"].items()
        return {
            "data": {name: json.dumps(value) for name, value in given.items()},
            "files": {
                field: (name, text.encode(), "application/octet-stream") for field, (name, text) in sent
            },
        }
    if "body" in operation.expected:
        return {"json": filled(operation.expected["body"], ids)}
    content = operation.described.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return {}
    return {"json": example_of(content["application/json"]["schema"], "", ids, document)}


def example_of(
    schema: Mapping[str, Any],
    name: str,
    ids: Mapping[str, str],
    document: Mapping[str, Any],
    *,
    is_whole: bool = False,
) -> Any:
    """Give the smallest body that a schema takes, or one with every field, from its examples."""
    more: dict[str, Any] = {"ids": ids, "document": document, "is_whole": is_whole}
    if "$ref" in schema:
        found = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return example_of(found, name, **more)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example_of(schema[choice][0], name, **more)
    if name in NAMES and NAMES[name] in ids:
        value = ids[NAMES[name]]
        return [value] if schema.get("type") == "array" else value
    if "properties" in schema or schema.get("type") == "object":
        fields = schema.get("properties", {})
        wanted = fields if is_whole else schema.get("required", ())
        return {one: example_of(fields[one], one, **more) for one in wanted}
    if is_whole and schema.get("type") == "array" and not schema.get("examples"):
        return [example_of(schema["items"], name, **more)]
    return _plain(schema, name, ids, document)


def _plain(schema: Mapping[str, Any], name: str, ids: Mapping[str, str], document: Mapping[str, Any]) -> Any:
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("format") == "date":
        return "2027-05-11"
    if schema.get("type") == "array":
        wanted = range(schema.get("minItems", 0))
        return [example_of(schema["items"], name, ids, document) for _ in wanted]
    return {"boolean": True, "integer": 1, "number": 1, "string": "Some words"}.get(schema.get("type", ""))
