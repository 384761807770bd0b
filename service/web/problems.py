"""How a refusal is told: as problem+json (RFC 9457), at most 8 KB, no value repeated; to a browser as a page.

Under ``/api/`` it is always JSON. Elsewhere who asks for HTML gets a page with the same title and sentence.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, Refusal, SignInRequired
from service.texts import N_, translate
from service.web.languages import language_of
from service.web.origins import is_own_form
from service.web.rendering import page
from service.web.sent import typed_before

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 20
LARGEST_BYTES = 8192
_PLACES = re.compile(r"({\w+})")

_TITLES = {
    400: N_("The request could not be read"),
    404: N_("Not found"),
    405: N_("This address does not take that method"),
    413: N_("Too large"),
    500: N_("Something went wrong on our side"),
    503: N_("Not available at the moment"),
}
FORM_SENTENCES: Mapping[str, str] = {
    "missing": N_("This is needed."),
    "extra_forbidden": N_("There is no such field."),
    "string_too_long": N_("This is too long."),
    "string_too_short": N_("This is too short."),
    "string_type": N_("Text is expected here."),
    "string_pattern_mismatch": N_("This is not in the expected form."),
    "int_type": N_("A whole number is expected here."),
    "int_parsing": N_("A whole number is expected here."),
    "bool_type": N_("Yes or no is expected here."),
    "greater_than_equal": N_("This is too small."),
    "less_than_equal": N_("This is too large."),
    "enum": N_("This is not one of the choices."),
    "literal_error": N_("This is not one of the choices."),
    "list_type": N_("A list is expected here."),
    "too_long": N_("There are too many entries."),
    "too_short": N_("There are too few entries."),
    "date_from_datetime_parsing": N_("A date is expected here, such as 2027-03-31."),
    "date_parsing": N_("A date is expected here, such as 2027-03-31."),
    "date_type": N_("A date is expected here, such as 2027-03-31."),
    "json_invalid": N_("This is not JSON."),
    "cannot_be_cleared": N_("This can be changed but not cleared."),
}
"""What is said of faults of form."""


def problem(
    request: Request,
    *,
    status: int,
    code: str,
    title: str,
    detail: str = "",
    faults: Sequence[FieldFault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem+json answer, or the same as a page for a browser."""
    if _wants_page(request):
        kept = typed_before(request) if code == SignInRequired.code and is_own_form(request) else []
        told = page(
            request,
            "web/sent_late.html" if kept else "web/problem.html",
            status=status,
            title=title,
            detail=detail,
            faults=faults,
            code=code,
            kept=kept,
            here=request.url.path if kept or request.method == "GET" else "",
        )
        told.headers.update(headers or {})
        return told
    body: dict[str, Any] = {"type": f"/problems/{code}", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    body["instance"] = request.url.path[:200]
    if request_id := request.scope.get("state", {}).get("request_id"):
        body["request_id"] = request_id
    if faults:
        body["errors"] = [fault._asdict() for fault in faults[:MOST_FAULTS]]
    answer = JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)
    while len(answer.body) > LARGEST_BYTES and body.get("errors"):
        body["errors"].pop()
        answer = JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)
    return answer


def install_problems(app: FastAPI) -> None:
    """Let the application tell every refusal and failure as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(IntegrityError, _collided)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(Exception, failure_problem)


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith("/api/"):
        return False
    ranges = (part.split(";")[0].strip() for part in request.headers.get("accept", "").split(","))
    return "text/html" in ranges


def refusal_problem(request: Request, refusal: Refusal) -> Response:
    """Tell a refusal."""
    language = language_of(request)
    return problem(
        request,
        status=refusal.status,
        code=refusal.code,
        title=translate(refusal.title, language),
        detail=refusal.detail(language),
        faults=refusal.faults(),
        headers=refusal.headers(),
    )


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - FastAPI calls the handler for this class only
    return refusal_problem(request, error)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    language = language_of(request)
    faults = [
        FieldFault(_place(_location(item)), item["type"], _sentence(item, language))
        for item in error.errors()
    ]
    return refusal_problem(request, InvalidInput(*faults))


def _location(item: Mapping[str, Any]) -> Sequence[int | str]:
    # A revision is checked whole; what it says about a field belongs to the field.
    return (*item["loc"], item["ctx"]["field"]) if item["type"] == "cannot_be_cleared" else item["loc"]


def _place(loc: Sequence[int | str]) -> str:
    text = ""
    for part in loc[1:] if loc and loc[0] in {"body", "query", "path", "header"} else loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text[:200] or "body"


def _sentence(item: Mapping[str, Any], language: str) -> str:
    # Only sentences of our own: pydantic's repeat what was sent, and a value may be confidential.
    return translate(FORM_SENTENCES.get(item["type"], N_("This cannot be accepted.")), language)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    status, headers = error.status_code, error.headers
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(_methods_of(request))}
    title = _TITLES.get(status, HTTPStatus(status).phrase)
    return problem(
        request,
        status=status,
        code=HTTPStatus(status).name.lower(),
        title=translate(title, language_of(request)),
        headers=headers,
    )


def _methods_of(request: Request) -> list[str]:
    """Return the methods that an address takes: each has a door of its own, which knows but itself."""
    described = request.app.openapi()["paths"]
    found = [path for path in described if _fits(path, request.url.path)]
    if found:
        # Of two that fit, the one that names more of the address itself.
        return [method.upper() for method in described[min(found, key=lambda path: path.count("{"))]]
    return [method for method in ("GET", "POST") if _is_taken(request, method)]


def _fits(described: str, address: str) -> bool:
    pattern = "".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in _PLACES.split(described)
    )
    return re.fullmatch(pattern, address) is not None


def _is_taken(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _collided(request: Request, _error: Exception) -> Response:
    # The rules were checked before; what a constraint still stops is another writer at the same moment.
    return refusal_problem(request, ChangedMeanwhile())


def _database_away(request: Request, _error: Exception) -> Response:
    return problem(
        request,
        status=503,
        code="not_available",
        title=translate(_TITLES[503], language_of(request)),
        detail=translate(
            N_("The service is busy or its database is away. Try again shortly."), language_of(request)
        ),
        headers={"Retry-After": "2"},
    )


def failure_problem(request: Request, error: Exception) -> Response:
    """Tell what nobody foresaw: that the database went away meanwhile, or that something here is wrong."""
    if _is_away(error):
        return _database_away(request, error)
    return problem(request, status=500, code="failure", title=translate(_TITLES[500], language_of(request)))


def _is_away(error: Exception) -> bool:
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated
