"""trust.matrix: every operation and page, asked in every role about one's own thing, another's and none.

Nothing of what is said in confidence comes out anywhere else: not in what is answered, refusals included, not
in letters, what webhooks send, figures for operators or the log.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.proofs.proof import Figure
from tests.rights.canaries import Leak, lines_of_log, sent_out
from tests.rights.house import House, house
from tests.rights.matrix import Asked, Cell, Operation, ask, cells, operations, send
from tests.rights.pages import pages
from tests.rights.spoiling import json_schema_of, spoilt, who_may

ITEM = "trust.matrix"
WORD = "Kanarie0000"
SPOILING = (WORD, [WORD], {"text": WORD}, f"{WORD} " * 2_000, f"\x1b{WORD}")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Ask every question; ``size`` limits the operations and the pages, ``seed`` is only told (no lots)."""
    del seed
    with tempfile.TemporaryDirectory() as folder, lines_of_log() as log, house(Path(folder)) as there:
        chosen = operations(there.app.openapi())[:size] + pages()[:size]
        found = look(there, chosen)
        _send_as_bad_input(there, chosen, found)
        found.told += sent_out(there)
        words = (WORD, *there.own.canaries, *there.other.canaries)
        found.told += [Leak("the log", word) for word in words if word in log.getvalue()]
        lines = log.getvalue().count("\n")
    for line in (*found.unwritten, *found.wrong, *found.oracles, *map(str, found.told)):
        print(line)
    yield Figure(ITEM, f"unwritten={len(found.unwritten)}", "0", not found.unwritten, len(chosen))
    yield Figure(ITEM, f"wrong={len(found.wrong)}", "0", not found.wrong, found.asked)
    yield Figure(ITEM, f"oracles={len(found.oracles)}", "0", not found.oracles, found.compared)
    yield Figure(ITEM, f"canaries={len(found.told)}", "0", not found.told, found.asked + found.spoilt)
    yield Figure(ITEM, f"lines_of_log={lines}", ">0", lines > 0, found.asked + found.spoilt)


@dataclass
class Findings:
    """What came out."""

    asked: int = 0
    spoilt: int = 0
    compared: int = 0
    unwritten: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    oracles: list[str] = field(default_factory=list)
    told: list[Leak] = field(default_factory=list)


def look(there: House, chosen: list[Operation]) -> Findings:
    """Ask every question about the operations, and keep what is not as it should be."""
    found = Findings(unwritten=[one.name for one in chosen if not one.expected])
    for operation in chosen:
        answers: dict[str | None, dict[str, Asked]] = defaultdict(dict)
        with ExitStack() as held:
            if operation.method in {"GET", "PAGE"}:
                held.enter_context(there.as_at_first())
            for cell in cells([operation]):
                answers[cell.role][cell.relation] = _asked(there, cell, found)
        for by_relation in answers.values():
            _compare(by_relation, found)
    return found


def _asked(there: House, cell: Cell, found: Findings) -> Asked:
    with ExitStack() as held:
        if cell.operation.method not in {"GET", "PAGE"}:
            held.enter_context(there.as_at_first())
        asked = ask(there.web, cell, there.own, there.other, there.app.openapi())
    found.asked += 1
    _check(asked, there, found)
    return asked


def _check(asked: Asked, there: House, found: Findings) -> None:
    if not asked.is_as_expected:
        expected = asked.cell.operation.expects(asked.cell.role, asked.cell.relation)
        found.wrong.append(f"{asked.where}: {asked.answer.status_code} instead of {expected}")
    found.told += [Leak(asked.where, word) for word in there.other.canaries if word in asked.answer.text]


def _compare(answers: Mapping[str, Asked], found: Findings) -> None:
    """What may not be seen must look like what is not there, to the byte; what is public need not."""
    outcomes = {relation: asked.outcome for relation, asked in answers.items()}
    if outcomes.get("other") != outcomes.get("absent") or outcomes.get("other", "may") == "may":
        return
    found.compared += 1
    if answers["other"].says() != answers["absent"].says():
        found.oracles.append(f"{answers['other'].where} tells others' from none")


def _send_as_bad_input(there: House, chosen: list[Operation], found: Findings) -> None:
    """Send a secret word in every place of every body, where it does not belong: no refusal repeats it."""
    document = there.app.openapi()
    for operation in chosen:
        if json_schema_of(operation) is None:
            continue
        role = who_may(operation)
        with there.as_at_first():
            for body in spoilt(operation, there.own.own_ids(role), document, SPOILING):
                _take_refusal(there, operation, role, body, found)


def _take_refusal(there: House, operation: Operation, role: str | None, body: Any, found: Findings) -> None:
    ids = there.own.own_ids(role)
    answer = send(there.web, operation, there.own.people.get(role or ""), ids, {"json": body})
    found.spoilt += 1
    if answer.status_code >= 400 and WORD in answer.text:
        found.told.append(Leak(f"{operation.name} as {role}, {body}"[:300], answer.text[:300]))
