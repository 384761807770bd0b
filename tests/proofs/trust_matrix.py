"""trust.matrix: every operation, asked in every role about one's own thing, another's and none."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.proofs.proof import Figure
from tests.rights.house import House, house
from tests.rights.matrix import Asked, Operation, ask, cells, operations

ITEM = "trust.matrix"


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Ask every question; ``size`` limits the operations, ``seed`` is only told (nothing is drawn)."""
    del seed
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as there:
        chosen = operations(there.app.openapi())[:size]
        found = look(there, chosen)
    for line in (*found.wrong, *found.oracles, *found.told):
        print(line)
    yield Figure(ITEM, f"unwritten={len(found.unwritten)}", "0", not found.unwritten, len(chosen))
    yield Figure(ITEM, f"wrong={len(found.wrong)}", "0", not found.wrong, found.asked)
    yield Figure(ITEM, f"oracles={len(found.oracles)}", "0", not found.oracles, found.compared)
    yield Figure(ITEM, f"canaries={len(found.told)}", "0", not found.told, found.asked)


@dataclass
class Findings:
    """What came out."""

    asked: int = 0
    compared: int = 0
    unwritten: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    oracles: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def look(there: House, chosen: list[Operation]) -> Findings:
    """Ask every question about the operations, and keep what is not as it should be."""
    document = there.app.openapi()
    found = Findings(unwritten=[one.name for one in chosen if not one.expected])
    for operation in chosen:
        answers: dict[str | None, dict[str, Asked]] = defaultdict(dict)
        for cell in cells([operation]):
            with there.as_at_first():
                asked = ask(there.web, cell, there.own, there.other, document)
            found.asked += 1
            answers[cell.role][cell.relation] = asked
            _check(asked, there, found)
        for by_relation in answers.values():
            _compare(by_relation, found)
    return found


def _check(asked: Asked, there: House, found: Findings) -> None:
    cell = asked.cell
    where = f"{cell.operation.name} as {cell.role or 'nobody'} about {cell.relation}"
    if not asked.is_as_expected:
        expected = cell.operation.expects(cell.role, cell.relation)
        found.wrong.append(f"{where}: {asked.answer.status_code} instead of {expected}")
    told = [word for word in there.other.canaries if word in asked.answer.text]
    if told and cell.role != "administrator":
        found.told.append(f"{where}: {told}")


def _compare(answers: Mapping[str, Asked], found: Findings) -> None:
    """What may not be seen must look like what is not there, to the byte; what is public need not."""
    outcomes = {relation: asked.outcome for relation, asked in answers.items()}
    if outcomes.get("other") != outcomes.get("absent") or outcomes.get("other", "may") == "may":
        return
    found.compared += 1
    if answers["other"].says() != answers["absent"].says():
        cell = answers["other"].cell
        found.oracles.append(f"{cell.operation.name} as {cell.role or 'nobody'} tells others' from none")
