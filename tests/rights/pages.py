"""Every page, asked like every operation: who is shown it, who is told no, and to whom it is not there."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter
from fastapi.routing import APIRoute

from service.app import doors
from tests.rights.matrix import Operation

FILE = Path(__file__).parent / "pages.yaml"


def pages() -> list[Operation]:
    """Return all pages, each with what is written of it."""
    written = page_expectations()
    return [Operation("PAGE", path, {}, written.get(path, {})) for path in addresses()]


@cache
def page_expectations() -> dict[str, dict[str, Any]]:
    """Read what is expected of pages."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def addresses() -> list[str]:
    """Return the addresses of all pages, with places for ids in them."""
    return sorted({path for router in doors("pages") for path in _under(router)})


def _under(router: APIRouter) -> Iterator[str]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            if "GET" in (route.methods or ()):
                yield route.path
        elif included := getattr(route, "original_router", None):
            yield from _under(included)
