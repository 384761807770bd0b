"""Officials are no programmers: what an operation of the API changes can be changed on a page as well.

An operation counts as having a page where a page's module names a command that the operation calls: found in
the code of both, so that nobody has to keep a list of them.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from service.app import doors
from service.web.doors import Door

CHANGING = {"POST", "PATCH", "PUT", "DELETE"}
_OF_SOURCES = "kept from published sources by those who look after an instance; its pages are still to come"
FOR_PROGRAMS = dict.fromkeys(
    ("register_delivery", "revise_delivery", "retire_delivery"),
    _OF_SOURCES,
)
"""Operations that no page needs, each with its cause."""
ONLY_READ = ("queries", "views", "schemas", "rules", "paging")


def _routes(kind: str) -> Iterator[Door]:
    contexts = iter_route_contexts([route for router in doors(kind) for route in router.routes])
    yield from (one.original_route for one in contexts if isinstance(one.original_route, Door))


OPERATIONS = {
    route.act.__name__: route
    for route in _routes("api")
    if route.methods & CHANGING  # type: ignore[operator]
}


@cache
def _named_in(module: ModuleType) -> frozenset[FunctionType]:
    """Return the functions that a module's code names, wherever it does."""
    return frozenset(_named(ast.parse(inspect.getsource(module)), vars(module)))


def _named(tree: ast.AST, known: dict[str, Any]) -> Iterator[FunctionType]:
    for node in ast.walk(tree):
        found: Any = None
        if isinstance(node, ast.Name):
            found = known.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(known.get(node.value.id), node.attr, None)
        if isinstance(found, FunctionType):
            yield found


def _is_command(function: FunctionType) -> bool:
    names = set(list(inspect.signature(function).parameters)[:3])
    room, _, file = function.__module__.removeprefix("service.").partition(".")
    return bool({"session", "gate"} & names) and room != "web" and not file.endswith(ONLY_READ)


def _commands_of(route: Door) -> set[FunctionType]:
    """Return the commands that an operation calls, through functions of its own module too."""
    seen: set[FunctionType] = set()
    waiting: list[FunctionType] = [route.act]  # type: ignore[list-item]
    while waiting:
        function = waiting.pop()
        for found in _named(ast.parse(inspect.getsource(function).strip()), function.__globals__):
            if found not in seen:
                seen.add(found)
                if found.__module__ == route.act.__module__:
                    waiting.append(found)
    return {one for one in seen if _is_command(one) and one.__module__ != route.act.__module__}


@cache
def _on_pages() -> frozenset[FunctionType]:
    """Return the functions that pages name: their own modules, and those of their room that these use."""
    waiting = {route.act.__module__ for route in _routes("pages")}
    seen: set[str] = set()
    found: set[FunctionType] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        named = _named_in(sys.modules[name])
        found |= named
        room = name.rpartition(".")[0]
        waiting |= {one.__module__ for one in named if one.__module__.rpartition(".")[0] == room} - seen
    return frozenset(found)


def test_the_causes_are_of_operations_that_there_are() -> None:
    """No cause is kept for an operation that is gone, or that has a page by now."""
    gone = FOR_PROGRAMS.keys() - OPERATIONS.keys()
    paged = {name for name in FOR_PROGRAMS.keys() - gone if _commands_of(OPERATIONS[name]) & _on_pages()}
    assert (gone, paged) == (set(), set())


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_the_api_changes_a_page_changes_too(name: str) -> None:
    """Every operation that changes something has a page with the same command, or a cause why not."""
    commands = _commands_of(OPERATIONS[name])
    assert name in FOR_PROGRAMS or commands & _on_pages(), sorted(one.__qualname__ for one in commands)
