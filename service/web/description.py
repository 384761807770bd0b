"""The description of the API: what every door can answer beside what its function returns.

Refusals are the same at every door, so that they are described once, and named where they can come.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

from service.web.problems import MEDIA_TYPE

SCHEME = "token"
"""Under what the description names how one is known."""
_NEEDED = {"type": "string"}
PROBLEM: Mapping[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "Why something was not done (RFC 9457). It repeats nothing of what was sent.",
    "required": ["type", "title", "status", "code", "instance"],
    "properties": {
        "type": _NEEDED,
        "title": _NEEDED,
        "status": {"type": "integer"},
        "code": _NEEDED,
        "detail": {"type": "string", "description": "What to do about it."},
        "instance": _NEEDED,
        "request_id": {"type": "string", "description": "By which operators find it in the log."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {"field": _NEEDED, "code": _NEEDED, "message": _NEEDED},
            },
        },
    },
}
REFUSALS: Mapping[str, str] = {
    "400": "It could not be read",
    "401": "Sign in first, or your token is not valid",
    "403": "Your duties do not allow this",
    "404": "There is nothing here that you may see",
    "409": "Not possible now, or still being worked on",
    "412": "Changed since you read it",
    "413": "Too large",
    "415": "Not of a type that is taken here",
    "422": "Not as it should be; the fields are named",
    "428": "The If-Match is missing",
    "429": "Too many attempts; `Retry-After` says when to come back",
    "503": "Not available at the moment; `Retry-After` says when to come back",
}
_RETRIED = {"Retry-After": {"schema": {"type": "string"}, "description": "In how many seconds"}}


def describe_refusals(app: FastAPI) -> None:
    """Let the description of an application name what its doors can refuse, and how one is known."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _describe(document)
        return app.openapi_schema or {}

    app.openapi = described  # type: ignore[method-assign]


def _describe(document: dict[str, Any]) -> None:
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    for left_out in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(left_out, None)
    parts["responses"] = {code: _refusal(code, told) for code, told in REFUSALS.items()}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for code in _refusals_of(path, method, operation):
                operation["responses"][code] = {"$ref": f"#/components/responses/{code}"}


def _refusal(code: str, told: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    more = {"headers": _RETRIED} if code in {"429", "503"} else {}
    return {"description": told, "content": content, **more}


def _refusals_of(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """Give the codes of what can be refused at a door."""
    # Whatever is sent to any door may be too large, or nothing that can be read.
    yield from ("400", "413", "415", "422", "503")
    is_known = "security" in operation
    if is_known or path.startswith("/api/v1/sign-"):
        yield "401"
    if is_known:
        yield from ("403", "404", "409")
    elif "{" in path:
        yield "404"
    if method != "get":
        yield from ("409", "412", "429")
    if method == "patch":
        yield "428"
