"""Whoever knows one room knows them all: the same files, the same sizes, one name for one thing."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.documents import ROOT, Document
from tests.architecture.rooms import ROOMS, Room
from tests.description import api, operations

SERVICE = Document(ROOT / "service" / "README.md")
CODE = ("service", "matching", "clients", "migrations")
LONGEST_FILE = 600
LONGEST_BODY = 60
SAYS_NOTHING = {"utils", "helpers", "common", "core", "base", "manager", "misc"}

NEEDED = {"rules", "tables", "schemas", "queries", "commands", "api"}
"""What a room with tables and a door has."""
WITHOUT_DOOR = {"answers", "journal", "search"}
"""Rooms with tables that others write in and read from; the doors are those of the rooms above."""
NEEDED_WITHOUT_DOOR = {"rules", "tables", "queries", "commands"}


def _files(*folders: str) -> list[Path]:
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "versions" not in file.parts
    ]


def _named_in(heading: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)\.py`", SERVICE.section(heading)))


@pytest.mark.parametrize("room", [room for room in ROOMS if room.tables()], ids=str)
def test_rooms_are_complete(room: Room) -> None:
    """A room that keeps something says what it is, what is allowed, who reads and who writes it."""
    needed = NEEDED_WITHOUT_DOOR if room.name in WITHOUT_DOOR else NEEDED
    assert needed - room.files() == set()


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_every_file_of_a_room_is_known(room: Room) -> None:
    """A room holds only files that the architecture knows, or that it explains for this very room."""
    own = set(
        re.findall(rf"^\| {room.name} \| (.*)$", SERVICE.section("Files of one room only"), re.MULTILINE)
    )
    known = _named_in("The files of a room") | set(re.findall(r"`([a-z_]+)\.py`", " ".join(own)))
    assert room.files() - known == set()


def test_every_file_that_is_explained_is_there() -> None:
    """The architecture explains no file that no room has."""
    there = {name for room in ROOMS for name in room.files()} | {"__init__"}
    assert (_named_in("The files of a room") | _named_in("Files of one room only")) - there == set()


@pytest.mark.parametrize("file", _files(*CODE, "tests"), ids=lambda file: str(file.relative_to(ROOT)))
def test_files_hold_one_subject(file: Path) -> None:
    """A file stays short enough to hold one subject, under a name that says which."""
    assert file.read_text(encoding="utf-8").count("\n") <= LONGEST_FILE
    assert file.stem.strip("_") not in SAYS_NOTHING
    assert file.parent.name not in SAYS_NOTHING


@pytest.mark.parametrize("folder", CODE)
def test_functions_stay_short(folder: str) -> None:
    """No body of a function is longer than a screen."""
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in _files(folder)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines_of(node) > LONGEST_BODY
    ]
    assert long == []


def _lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_operations_have_names_of_their_own() -> None:
    """Programs call an operation by a name that no other one has."""
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) > 100
    assert {name for name in names if names.count(name) > 1} == set()


def test_a_move_is_named_like_its_address() -> None:
    """The verb at the end of a move's address is the verb of its operation."""
    moves = [
        (path, one)
        for method, path, one in operations()
        if method == "post" and re.search(r"}/[a-z-]+$", path)
    ]
    odd = [
        (path, one["operationId"])
        for path, one in moves
        if one["responses"].get("201") is None
        and not one["operationId"].startswith(path.rpartition("/")[2].replace("-", "_").split("_")[0])
    ]
    assert odd == []


def test_what_is_sent_is_shown_by_an_example() -> None:
    """Whoever sends something sees by an example what to write, or chooses from what is listed."""
    bodies = [
        (path, one["requestBody"]["content"]["application/json"])
        for method, path, one in operations()
        # A form with files says by its fields what to send.
        if method == "post" and "application/json" in one.get("requestBody", {}).get("content", ())
    ]
    assert len(bodies) > 50
    missing = {path: _without_example(content) for path, content in bodies}
    assert {path: fields for path, fields in missing.items() if fields} == {}


def _without_example(content: dict[str, Any]) -> list[str]:
    """Return the fields that must be sent and that nothing shows how to write."""
    if "example" in content or "examples" in content:
        return []
    needed = [
        (name, schema["properties"][name])
        for schema in _choices(content["schema"])
        for name in schema.get("required", ())
    ]
    return [name for name, one in needed if not _is_shown(one)]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return api()["components"]["schemas"][name] if name else schema


def _choices(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [_resolved(one) for one in schema.get("anyOf", [schema])]


def _is_shown(field: dict[str, Any]) -> bool:
    """Tell whether an example or the schema itself says what to write: a choice, an id, a date, a number."""
    if "examples" in field:
        return True
    for one in _choices(field):
        if (
            "examples" in one
            or one.get("enum")
            or one.get("const")
            or one.get("type") in {"boolean", "integer"}
        ):
            continue
        if one.get("pattern") or one.get("format"):
            continue
        if one.get("type") == "array" and _is_shown(one["items"]):
            continue
        if one.get("type") == "object" and _is_object_shown(one):
            continue
        return False
    return True


def _is_object_shown(schema: dict[str, Any]) -> bool:
    required = schema.get("required", ())
    return bool(required) and all(_is_shown(schema["properties"][name]) for name in required)
