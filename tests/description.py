"""The description of the API as the doors themselves give it, made once for all tests of a process."""

from functools import cache
from typing import Any

from service.serving import openapi_document


@cache
def api() -> dict[str, Any]:
    """Return it. It is asked for when a test runs, never while tests are gathered: it takes seconds."""
    return openapi_document()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Return every operation with its method and path."""
    return [
        (method, path, operation)
        for path, methods in sorted(api()["paths"].items())
        for method, operation in sorted(methods.items())
    ]
