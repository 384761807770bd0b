"""trust.fuzz: whatever a program makes of the description of the API, every answer is one that it describes.

Schemathesis asks every operation as each kind of role, with all its checks. What cannot be told by a schema
is said here rather than left unchecked. That a body has the right form does not make it right (a code that is
not there, a day before another), so that 422 may answer it; then its faults must be of our rules, not of the
form, which the schema would have told. 412 and 428 answer versions that nobody has seen, 400 and 413 what is
sent as a file; a form with files holds JSON in one of its parts, which no schema reaches.

Then places of bodies are taken by the nastiest values: nothing fails, every refusal is clear, and none
repeats what was sent.
"""

import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import unregister

from service.web.problems import FORM_SENTENCES, MEDIA_TYPE
from tests.proofs.base_bad import NASTY, is_clear
from tests.proofs.proof import Figure
from tests.rights.house import House, house
from tests.rights.matrix import Operation, operations, send
from tests.rights.spoiling import json_schema_of, spoilt, who_may

ITEM = "trust.fuzz"
KINDS: tuple[str | None, ...] = (
    "requester_officer",
    "national_focal_point",
    "pool_manager",
    "expert",
    "case_officer",
    "dialogue_secretariat",
    "administrator",
    None,
)
"""Each kind of role, and nobody."""
EXAMPLES = 1
"""Requests drawn for each operation and kind of role, beside the many that cover it."""
BODIES = 12
"""Bodies with a nasty value in them, drawn for each operation."""
WORD = "Kanarie0000"
OF_FORM = frozenset(FORM_SENTENCES.values())
"""What is said of faults of form: what fits the schema has none of them."""


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Fuzz as each kind of role; ``size`` is how many requests are drawn for each operation and kind."""
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as there:
        for number, kind in enumerate(KINDS):
            asked, failures = _fuzz(there, kind, seed + number, size or EXAMPLES)
            for line in failures[:20]:
                print(f"{kind or 'nobody'}: {line}")
            figure = f"{kind or 'nobody'}_failures={len(failures)}"
            yield Figure(ITEM, figure, "0", not failures, asked)
        asked, failed, unclear = _nasty(there, random.Random(seed), BODIES if size is None else size)  # noqa: S311 - a proof
    for line in (*failed[:20], *unclear[:20]):
        print(line)
    yield Figure(ITEM, f"5xx={len(failed)}", "0", not failed, asked)
    yield Figure(ITEM, f"unclear={len(unclear)}", "0", not unclear, asked)


# Schemathesis


def _fuzz(there: House, kind: str | None, seed: int, examples: int) -> tuple[int, list[str]]:
    """Ask as one kind of role: what it may do in all ways, and a few ways of everything else."""
    own = {f"{one.method} {one.path}" for one in operations(there.app.openapi()) if _asks_for(one) == kind}
    asked, failures = _run(
        there, kind, _settings(there, kind, seed, examples, in_all_ways=True), own, is_own=True
    )
    more, others = _run(
        there, kind, _settings(there, kind, seed, examples, in_all_ways=False), own, is_own=False
    )
    return asked + more, failures + others


def _asks_for(operation: Operation) -> str | None:
    """Return the kind of role that asks for an operation in all ways: one that may, in turn."""
    if operation.expects(None, "own") == "may":
        return None
    fit = [kind for kind in KINDS if kind and operation.expects(kind, "own") == "may"] or ["administrator"]
    return fit[len(operation.name) % len(fit)]


def _settings(
    there: House, kind: str | None, seed: int, examples: int, *, in_all_ways: bool
) -> SchemathesisConfig:
    person = there.own.people.get(kind or "")
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "workers": 1,
            "headers": person.headers if person else {},
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "phases": {
                "examples": {"enabled": in_all_ways},
                "coverage": {"enabled": in_all_ways},
                "fuzzing": {"enabled": True},
                "stateful": {"enabled": in_all_ways},
            },
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": [*ACCEPTED, "400", "412", "413", "422", "428"]
                },
                "negative_data_rejection": {"expected-statuses": [*REJECTED, "412", "413"]},
                "missing_required_header": {"expected-statuses": ["401", "403", "404", "422", "428"]},
            },
        }
    )


ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "429")
REJECTED = ("400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429")


@schemathesis.check
def fits_its_form(_ctx: Any, response: Any, case: Any) -> None:
    """What has the form that is described is not refused for its form."""
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "multipart/form-data" in (case.media_type or ""):
        return
    told = response.json().get("errors", ())
    codes = {one["code"] for one in told if one["message"] in OF_FORM}
    assert not codes, f"fits the schema, and is refused for {sorted(codes)}"


@schemathesis.check
def is_a_problem(_ctx: Any, response: Any, _case: Any) -> None:
    """A refusal is told as a problem."""
    if response.status_code >= 400:
        assert response.headers["content-type"][0] == MEDIA_TYPE, response.headers["content-type"]


def _run(
    there: House, kind: str | None, settings: SchemathesisConfig, own: set[str], *, is_own: bool
) -> tuple[int, list[str]]:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", there.app, config=settings)
    chosen = schema.include(func=lambda context: (context.operation.label in own) is is_own)
    asked, failures = 0, list[str]()
    with _undone_between_operations(there):
        for event in from_schema(chosen).execute():
            if isinstance(event, events.ScenarioFinished):
                asked += len(event.recorder.cases)
                failures += _failures(event)
            elif isinstance(event, (events.NonFatalError, events.FatalError)):
                failures.append(str(vars(event) if hasattr(event, "__dict__") else event)[:300])
    return asked, failures


@contextmanager
def _undone_between_operations(there: House) -> Iterator[None]:
    """Undo what was done before the next operation is asked, or one's own token would soon be revoked."""
    last: list[str] = []
    with ExitStack() as held:
        held.enter_context(there.as_at_first())

        def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
            label = case.operation.label
            if last and last[-1] != label:
                held.close()
                held.enter_context(there.as_at_first())
            last[:] = [label]

        schemathesis.hook(before_call)
        try:
            yield
        finally:
            unregister(before_call)


def _failures(event: events.ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for one in checks:
            if one.failure_info is not None:
                failure, sample = one.failure_info.failure, one.failure_info.code_sample
                told = f"{failure.title} {failure.message[:300]} {sample[:500]}"
                yield f"{event.recorder.label}: {one.name}: {told}"


# Nasty values


def _nasty(there: House, draw: random.Random, most: int) -> tuple[int, list[str], list[str]]:
    """Send bodies with a nasty value at each of their places to every operation that takes one."""
    asked, failed, unclear = 0, [], []
    document = there.app.openapi()
    for operation in operations(document):
        if json_schema_of(operation) is None:
            continue
        role = who_may(operation)
        bodies = list(spoilt(operation, there.own.own_ids(role), document, (*NASTY, f"{WORD}\u0007", [WORD])))
        with there.as_at_first():
            for body in draw.sample(bodies, min(most, len(bodies))):
                answer = _sent(there.web, there, operation, role, body)
                asked += 1
                what = f"{operation.name} {str(body)[:300]}: {answer.status_code} {answer.text[:300]}"
                if answer.status_code >= 500:
                    failed.append(what)
                elif answer.status_code >= 400 and not (is_clear(answer) and WORD not in answer.text):
                    unclear.append(what)
    return asked, failed, unclear


def _sent(web: TestClient, there: House, operation: Operation, role: str | None, body: Any) -> Any:
    ids = there.own.own_ids(role)
    return send(web, operation, there.own.people.get(role or ""), ids, {"json": body})
